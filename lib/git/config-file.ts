/** One setting of a configuration file, with the line that its name is on. */
export interface ConfigEntry {
  /** `section.name` or `section.subsection.name`; section and name in lower case. */
  key: string;
  /** `null`: there is no `=`, which git takes for true. */
  value: string | null;
  line: number;
}

/** A line that git does not understand either. */
export class BadConfigLine extends Error {
  constructor(readonly line: number) {
    super(`bad config line ${line}`);
  }
}

/**
 * Read a file in the syntax of git-config(1), as git does (config.c), without following its includes. Throws
 * `BadConfigLine`.
 */
export function parseConfigFile(text: string): ConfigEntry[] {
  const input = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const entries: ConfigEntry[] = [];
  let at = 0;
  let line = 1;
  let section: string | null = null;

  while (at < input.length) {
    const char = input[at] ?? '';
    if (char === '\n') line += 1;
    if (isSpace(char)) at += 1;
    else if (char === '#' || char === ';') at = endOfLine(at);
    else if (char === '[') section = header();
    else entries.push(entry());
  }
  return entries;

  function header(): string {
    HEADER.lastIndex = at;
    const found = HEADER.exec(input);
    if (found === null) throw new BadConfigLine(line);
    at = HEADER.lastIndex;
    const [, name = '', subsection] = found;
    if (subsection === undefined) return name.toLowerCase();
    return `${name.toLowerCase()}.${subsection.replace(/\\(.)/g, '$1')}`;
  }

  function entry(): ConfigEntry {
    NAME.lastIndex = at;
    const [whole, name = '', equals] = NAME.exec(input) ?? [];
    const first = line;
    if (section === null || whole === undefined) throw new BadConfigLine(line);
    at = NAME.lastIndex;
    const key = `${section}.${name.toLowerCase()}`;
    return { key, value: equals === '=' ? value() : null, line: first };
  }

  /** Up to the end of the line, with quotes, escapes, continued lines and comments; spaces around it are not part of it. */
  function value(): string {
    let result = '';
    let spaces = '';
    let quoted = false;
    for (; ; at += 1) {
      const char = input[at];
      if (char === undefined || char === '\n') {
        if (quoted) throw new BadConfigLine(line);
        return result;
      }
      if (!quoted && isSpace(char)) {
        if (result !== '') spaces += char;
        continue;
      }
      if (!quoted && (char === ';' || char === '#')) {
        at = endOfLine(at);
        return result;
      }
      result += spaces;
      spaces = '';
      if (char === '"') {
        quoted = !quoted;
        continue;
      }
      let meant = char;
      if (char === '\\') {
        at += 1;
        if (input[at] === '\n') {
          line += 1;
          continue;
        }
        const escaped = ESCAPES[input[at] ?? ''];
        if (escaped === undefined) throw new BadConfigLine(line);
        meant = escaped;
      }
      result += meant;
    }
  }

  function endOfLine(from: number): number {
    const end = input.indexOf('\n', from);
    return end < 0 ? input.length : end;
  }
}

/** What git counts as a space. */
const isSpace = (char: string): boolean => ' \t\r\n'.includes(char);

/** `[section]`, `[section "subsection"]`, and the old `[section.subsection]`. */
const HEADER = /\[([A-Za-z0-9.-]+)(?:[ \t\r]+"((?:[^"\\\n]|\\[^\n])*)")?\]/y;
/** A name, and the `=` after it; without one the line ends. */
const NAME = /([A-Za-z][A-Za-z0-9-]*)[ \t]*(?:(=)|(?=\n|$))/y;
const ESCAPES: Readonly<Record<string, string>> = { t: '\t', b: '\b', n: '\n', '\\': '\\', '"': '"' };

/** The file that has these entries, one value a line, for git to read. */
export function renderConfigFile(entries: readonly ConfigEntry[]): string {
  return entries
    .map(({ key, value }) => {
      const first = key.indexOf('.');
      const last = key.lastIndexOf('.');
      const subsection = first === last ? '' : ` "${escaped(key.slice(first + 1, last))}"`;
      const setting = value === null ? '' : ` = "${escaped(value).replaceAll('\n', '\\n')}"`;
      return `[${key.slice(0, first)}${subsection}]\n\t${key.slice(last + 1)}${setting}\n`;
    })
    .join('');
}

const escaped = (text: string): string => text.replace(/["\\]/g, '\\$&');
