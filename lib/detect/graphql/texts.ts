import type { JsonValue } from '../../json.ts';
import { readData } from '../data/document.ts';
import { languageOf, parserOf } from '../syntax/languages.ts';
import type { Node } from '../syntax/node.ts';

/** A text that holds, or should hold, GraphQL. */
export interface GraphqlText {
  text: string;
  /** 1-based, of the text's first line in its file. */
  line: number;
  /** A tag or a function says that it is GraphQL; without one it only looks like it. */
  isNamed: boolean;
  /** A part in it that is put together at run time, with its line. */
  hole?: { line: number };
}

/** What begins like an operation or a fragment. */
const begins = /^\s*(?:#[^\n]*\n\s*)*(?:(?:query|mutation|subscription)\b[^;]*?\{|fragment\s+\w+\s+on\s)/;

/** The texts of a file that may be documents of a client. Throws `SyntaxError` where the file does not parse. */
export async function graphqlTexts(path: string, source: string): Promise<GraphqlText[]> {
  if (/\.(?:graphql|gql)$/i.test(path)) return [{ text: source, line: 1, isNamed: true }];
  const language = languageOf(path);
  if (language === undefined) return [];
  if (language === 'json') return inData(path, source);
  const parse = await parserOf(path, language);
  const root = parse(source);
  return literals[language] === undefined ? [] : inCode(root, literals[language]);
}

/** How a language writes its texts. */
const literals: Record<string, string[]> = {
  typescript: ['template_string', 'string'],
  javascript: ['template_string', 'string'],
  python: ['string'],
  go: ['raw_string_literal', 'interpreted_string_literal'],
  java: ['string_literal'],
};

function inCode(root: Node, kinds: readonly string[]): GraphqlText[] {
  return root.findAll(kinds).flatMap((node): GraphqlText[] => {
    const isNamed = isTagged(node);
    const { text, hole } = contentOf(node);
    if (!isNamed && !begins.test(text)) return [];
    const line = node.range().start.line + 1;
    return [{ text, line, isNamed, ...(hole === undefined ? {} : { hole }) }];
  });
}

/** Whether a tag or a call around the text says that it is GraphQL: gql`…`, graphql(`…`), gql("…"). */
function isTagged(node: Node): boolean {
  let outer = node.parent();
  if (outer !== null && /^(?:arguments|argument_list)$/.test(String(outer.kind()))) {
    if (
      outer
        .children()
        .filter((child) => child.isNamed())[0]
        ?.id() !== node.id()
    )
      return false;
    outer = outer.parent();
  }
  if (outer === null || !/^(?:call_expression|call)$/.test(String(outer.kind()))) return false;
  const callee = outer.field('function')?.text() ?? '';
  return /(?:^|\.)(?:gql|graphql)$/.test(callee);
}

/**
 * The text of a literal, line by line where it stands. A part that is put in at run time is blank: one between two definitions
 * is a fragment that another file has, one within a definition is a hole.
 */
function contentOf(node: Node): { text: string; hole?: { line: number } } {
  const whole = node.text();
  const { start } = node.range();
  const holes = node
    .children()
    .filter((child) => /^(?:template_substitution|interpolation)$/.test(String(child.kind())));
  let text = whole;
  let hole: { line: number } | undefined;
  for (const inner of holes) {
    const { start: from, end } = inner.range();
    const [left, right] = [from.index - start.index, end.index - start.index];
    if (depthAt(whole.slice(0, left)) > 0) hole ??= { line: from.line + 1 };
    text = text.slice(0, left) + text.slice(left, right).replace(/[^\n]/g, ' ') + text.slice(right);
  }
  const opening = /^(?:[a-zA-Z]{0,2}"""|[a-zA-Z]{0,2}'''|[a-zA-Z]{0,2}["'`])/.exec(text)?.[0] ?? '';
  const closing = opening.replace(/^[a-zA-Z]+/, '');
  const inner = text.slice(opening.length, text.endsWith(closing) ? text.length - closing.length : undefined);
  const isRaw = closing === '`' && holes.length === 0;
  return { text: isRaw ? inner : unescaped(inner), ...(hole === undefined ? {} : { hole }) };
}

const depthAt = (text: string): number => text.split('{').length - text.split('}').length;

/** What a backslash stands for; a line end that is written out stays one. */
const unescaped = (text: string): string =>
  text.replace(/\\(["'`\\nt$])/g, (_, letter: string) =>
    letter === 'n' ? '\n' : letter === 't' ? '\t' : letter,
  );

/** Documents that are kept by their hash: texts anywhere in the file that begin like one. */
async function inData(path: string, source: string): Promise<GraphqlText[]> {
  if (!/\b(?:query|mutation|subscription)\b/.test(source)) return [];
  const { value, lines } = await readData(path, source);
  const found: GraphqlText[] = [];
  const open: { value: JsonValue; pointer: string }[] = [{ value, pointer: '' }];
  for (let here = open.pop(); here !== undefined; here = open.pop()) {
    const { value: node, pointer } = here;
    if (typeof node === 'string' && begins.test(node))
      found.push({ text: node, line: lines.get(pointer) ?? 1, isNamed: false });
    if (typeof node !== 'object' || node === null) continue;
    for (const [key, member] of Object.entries(node))
      open.push({ value: member, pointer: `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` });
  }
  return found.sort((a, b) => a.line - b.line);
}
