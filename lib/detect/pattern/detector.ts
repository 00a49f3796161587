import { RealmError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { pointerToken } from '../../json.ts';
import type { Match, SafeRegExp, Steps } from '../../regexp/index.ts';
import { sortUnresolved } from '../found-paths.ts';
import { decode } from '../limits.ts';
import type { Detector, DetectorOptions, Extraction, Part, SourceFile, Unresolved } from '../types.ts';

/** What one extraction may take, all its files together: some 20 MB of text with a plain expression. */
const STEPS = 100_000_000;
const MOST_MATCHES = 20_000;

/**
 * Reads what a regular expression (option `pattern`, JavaScript's syntax, multi-line) matches: each named group is a key
 * that holds the sorted set of its texts; without named groups, the value is the set of matches.
 */
export const pattern: Detector = {
  name: 'pattern',
  summary: 'the matches of a regular expression: option pattern, with named groups',
  roles: ['export', 'import'],
  options: ['pattern'],
  reads: () => true,
  triggers: () => false,
  extract,
};

async function extract(files: readonly SourceFile[], options: DetectorOptions): Promise<Extraction> {
  const expression = await expressionOption(options);
  const { groups } = expression;
  const steps = { left: STEPS };
  const parts: Part[] = [];
  const unresolved: Unresolved[] = [];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const text = decode(file);
    if (typeof text !== 'string') {
      unresolved.push({ path: file.path, line: text.line, what: 'the file', why: text.why, gap: true });
      continue;
    }
    const matches = await boundedMatches(expression, text, steps);
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
      for (const [name, value] of groups.length > 0 ? match.groups : [['', match.text] as const])
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
  for (const name of groups) {
    value[name] = set(`/${pointerToken(name)}`);
    properties[name] = list as JsonValue;
  }
  return { value, schema: { type: 'object', properties }, parts, unresolved: sortUnresolved(unresolved) };
}

async function expressionOption(options: DetectorOptions): Promise<SafeRegExp> {
  const source = options.pattern;
  const no = (why: string): RealmError =>
    new RealmError('detector-option', `the detector 'pattern' needs a regular expression: ${why}`, {
      hint: "specify it in the export: extract: { detector: pattern, pattern: 'topic: (?<topics>[a-z.]+)' }",
    });
  if (typeof source !== 'string' || source === '') throw no("option 'pattern' is missing");
  if (source.length > 2000) throw no('it is longer than 2000 characters');
  const { safeRegExp } = await import('../../regexp/index.ts');
  const unicode = safeRegExp(source, { unicode: true, multiline: true });
  if (unicode.ok) return unicode.regexp;
  const older = unicode.invalid ? safeRegExp(source, { unicode: false, multiline: true }) : unicode;
  if (older.ok) return older.regexp;
  throw no(older.invalid ? older.why : `it has ${older.why}, which is not supported`);
}

/** The matches, or why there are none. */
async function boundedMatches(expression: SafeRegExp, text: string, steps: Steps): Promise<Match[] | string> {
  const { OutOfSteps } = await import('../../regexp/index.ts');
  const found: Match[] = [];
  try {
    for (const match of expression.matches(text, steps))
      if (found.push(match) > MOST_MATCHES) return `more than ${MOST_MATCHES} matches`;
    return found;
  } catch (error) {
    if (error instanceof OutOfSteps) return 'the expression takes too many steps over all files';
    throw error;
  }
}
