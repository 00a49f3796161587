import { RealmError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { pointerToken } from '../../json.ts';
import { sortUnresolved } from '../findings.ts';
import { decode, OutOfTime, withinTime } from '../limits.ts';
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
      unresolved.push({ path: file.path, line: text.line, what: 'the file', why: text.why, gap: true });
      continue;
    }
    const matches = boundedMatches(expression, text);
    if (typeof matches === 'string') {
      unresolved.push({
        path: file.path,
        line: 1,
        what: `/${expression.source.slice(0, 60)}/`,
        why: matches,
        gap: true,
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

interface Match {
  index: number;
  groups: [name: string, value: string][];
}

/** The matches, or why there are none. */
function boundedMatches(expression: RegExp, text: string): Match[] | string {
  try {
    return withinTime(() => {
      const found: Match[] = [];
      for (const { index, groups, 0: whole } of text.matchAll(expression)) {
        const named = groups
          ? Object.entries(groups).filter(([, value]) => value !== undefined)
          : [['', whole] as [string, string]];
        found.push({ index, groups: named });
        if (found.length > MOST_MATCHES) return `more than ${MOST_MATCHES} matches`;
      }
      return found;
    }, MILLISECONDS);
  } catch (error) {
    if (error instanceof OutOfTime)
      return `the expression was still running after ${MILLISECONDS} ms: it backtracks too much`;
    throw error;
  }
}
