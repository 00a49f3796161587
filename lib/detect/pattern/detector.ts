import { RealmError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { pointerToken } from '../../json.ts';
import { sortUnresolved } from '../findings.ts';
import { decode } from '../limits.ts';
import type { Detector, DetectorOptions, Extraction, Part, SourceFile, Unresolved } from '../types.ts';

/** Time for one file; an expression that backtracks longer is stopped. */
const MILLISECONDS = 500;
const MOST_MATCHES = 20_000;

/**
 * Reads what a regular expression (option `pattern`, JavaScript's syntax, multi-line) matches: each named group is a key
 * that holds the sorted set of its texts; without named groups, the value is the set of matches.
 */
export const pattern: Detector = {
  name: 'pattern',
  summary: 'what a regular expression matches: option pattern, with named groups',
  roles: ['export', 'import'],
  reads: () => true,
  triggers: () => false,
  extract,
};

async function extract(files: readonly SourceFile[], options: DetectorOptions): Promise<Extraction> {
  const expression = expressionOption(options);
  const groups = [...expression.source.matchAll(/\(\?<([A-Za-z_$][\w$]*)>/g)].map((match) => match[1] ?? '');
  const parts: Part[] = [];
  const unresolved: Unresolved[] = [];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const text = decode(file);
    if (typeof text !== 'string') {
      unresolved.push({ path: file.path, line: text.line, what: 'the file', why: text.why });
      continue;
    }
    const matches = await boundedMatches(expression, text);
    if (typeof matches === 'string') {
      unresolved.push({
        path: file.path,
        line: 1,
        what: `/${expression.source.slice(0, 60)}/`,
        why: matches,
      });
      continue;
    }
    let [line, from] = [1, 0];
    for (const match of matches) {
      for (; from < match.index; from++) if (text.charCodeAt(from) === 10) line++;
      for (const [name, value] of match.groups)
        parts.push({
          pointer: name === '' ? '' : `/${pointerToken(name)}`,
          value,
          path: file.path,
          line,
          how: `/${expression.source.slice(0, 60)}/`,
        });
    }
  }
  const set = (pointer: string): string[] =>
    [...new Set(parts.filter((part) => part.pointer === pointer).map((part) => String(part.value)))].sort();
  const list: JsonObject = { type: 'array', items: { type: 'string' } };
  if (groups.length === 0)
    return { value: set(''), schema: list, parts, unresolved: sortUnresolved(unresolved) };
  const value: JsonObject = {};
  const properties: JsonObject = {};
  for (const name of new Set(groups)) {
    value[name] = set(`/${pointerToken(name)}`);
    properties[name] = list as JsonValue;
  }
  return { value, schema: { type: 'object', properties }, parts, unresolved: sortUnresolved(unresolved) };
}

function expressionOption(options: DetectorOptions): RegExp {
  const source = options.pattern;
  const no = (why: string): RealmError =>
    new RealmError('detector-option', `the detector 'pattern' needs a regular expression: ${why}`, {
      hint: "write it in the export: extract: { detector: pattern, pattern: 'topic: (?<topics>[a-z.]+)' }",
    });
  if (typeof source !== 'string' || source === '') throw no("option 'pattern' is missing");
  if (source.length > 2000) throw no('it is longer than 2000 characters');
  try {
    return new RegExp(source, 'gmu');
  } catch {
    try {
      return new RegExp(source, 'gm');
    } catch (error) {
      throw no(error instanceof Error ? error.message : String(error));
    }
  }
}

type Match = { index: number; groups: [name: string, value: string][] };

const script = `
  const matches = [];
  for (const match of text.matchAll(expression)) {
    matches.push([match.index, match[0], match.groups ? Object.entries(match.groups) : []]);
    if (matches.length > most) break;
  }
  matches;
`;

/** The matches, or why there are none: the engine is stopped by V8 itself when the time is up. */
async function boundedMatches(expression: RegExp, text: string): Promise<Match[] | string> {
  const { runInNewContext } = await import('node:vm');
  const context = { text, expression: new RegExp(expression), most: MOST_MATCHES };
  let found: [number, string, [string, string | undefined][]][];
  try {
    found = runInNewContext(script, context, { timeout: MILLISECONDS });
  } catch (error) {
    // an error from another context is no instance of this one's Error
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      return `the expression was still running after ${MILLISECONDS} ms: it backtracks too much`;
    throw error;
  }
  if (found.length > MOST_MATCHES) return `more than ${MOST_MATCHES} matches`;
  return found.map(([index, whole, groups]) => ({
    index,
    groups:
      groups.length > 0
        ? groups.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]))
        : [['', whole]],
  }));
}
