import { lexer, type Token, type Tokens } from 'marked';

/** A manual page in roff (man macros) from Markdown whose first heading is `name(section)`. */
export function roff(markdown: string, footer: { version: string; manual: string }): string {
  const tokens = lexer(markdown);
  const title = tokens.find(
    (token): token is Tokens.Heading => token.type === 'heading' && token.depth === 1,
  );
  const [, name = 'unnamed', section = '1'] = /^(\S+)\((\d)\)/.exec(title?.text ?? '') ?? [];
  const head = `.TH "${escaped(name.toUpperCase())}" "${section}" "" "${escaped(footer.version)}" "${escaped(footer.manual)}"`;
  const body = tokens.filter((token) => token !== title).map(block);
  return `.\\" Made from docs/${name}.md\n${head}\n.nh\n.ad l\n${body.join('')}`;
}

function block(token: Token): string {
  switch (token.type) {
    case 'heading':
      return `.${token.depth === 2 ? 'SH' : 'SS'} "${inline(token.tokens ?? []).replaceAll('"', '\\(dq')}"\n`;
    case 'paragraph':
      return `.PP\n${lines(token.tokens ?? [])}`;
    case 'text':
      return lines(token.tokens ?? [token]);
    case 'code':
      return `.PP\n.RS 4\n.nf\n${token.text.split('\n').map(literal).join('\n')}\n.fi\n.RE\n`;
    case 'list':
      return token.items
        .map((item: Tokens.ListItem, index: number) =>
          listItem(item, token.ordered ? `${index + 1}.` : '\\(bu'),
        )
        .join('');
    case 'table':
      return table(token as Tokens.Table);
    case 'blockquote':
      return `.RS 4\n${(token.tokens ?? []).map(block).join('')}.RE\n`;
    default:
      // Comments (`html`), blank lines and rules have no place on a manual page.
      return '';
  }
}

/** `- \`--option\`: what it does` is a tagged paragraph, anything else a bullet. */
function listItem(item: Tokens.ListItem, bullet: string): string {
  const [first, ...others] = item.tokens;
  const parts = first !== undefined && 'tokens' in first ? (first.tokens ?? []) : [];
  const colon = parts[1]?.type === 'text' ? parts[1].raw : '';
  const rest = others
    .map((token) => (token.type === 'list' ? `.RS\n${block(token)}.RE\n` : block(token)))
    .join('');
  if ((parts[0]?.type === 'codespan' || parts[0]?.type === 'link') && colon.startsWith(': ')) {
    const after = `${guard(escaped(plain(colon.slice(2))))}${inline(parts.slice(2))}`;
    return `.TP\n${inline(parts.slice(0, 1))}\n${guardLines(after)}\n${rest}`;
  }
  return `.IP ${bullet} 4\n${lines(parts)}${rest}`;
}

function table(token: Tokens.Table): string {
  const rows = token.rows.map(([head, ...cells]) => {
    const text = cells.map((cell) => inline(cell.tokens)).join('; ');
    return `.TP\n${inline(head?.tokens ?? [])}\n${guardLines(text)}\n`;
  });
  return rows.join('');
}

const lines = (tokens: readonly Token[]): string => `${guardLines(inline(tokens))}\n`;

function inline(tokens: readonly Token[]): string {
  return tokens.map(span).join('');
}

function span(token: Token): string {
  switch (token.type) {
    case 'codespan':
    case 'strong':
      return `\\fB${escaped(plain(token.text))}\\fR`;
    case 'em':
      return `\\fI${inline(token.tokens ?? [])}\\fR`;
    case 'link':
      return /^[a-z]+:/.test(token.href)
        ? `${inline(token.tokens ?? [])} (${escaped(token.href)})`
        : `\\fB${inline(token.tokens ?? [])}\\fR`;
    case 'image':
    case 'html':
      return '';
    case 'br':
      return '\n.br\n';
    default:
      return escaped(plain('text' in token ? String(token.text) : token.raw));
  }
}

/** `marked` leaves HTML entities in its text. */
const plain = (text: string): string =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '',
  );

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('…', '...');
const literal = (line: string): string => guard(escaped(line));
/** A line that starts with a control character of roff is text. */
const guard = (line: string): string => (/^[.']/.test(line) ? `\\&${line}` : line);
const guardLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '.br' ? line : guard(line)))
    .join('\n');
