import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { table } from './measure.ts';

export type Answer = 'compatible' | 'breaking' | 'unknown';

/** Whoever compares two documents; it may throw where it cannot. */
export interface Contender {
  name: string;
  answer(old: string, now: string, names: { old: string; now: string }): Promise<Answer>;
}

/** Where a document is in a suite, as the table has it: a file, or the line of a file where a text in a test begins. */
export type Place = string | number;

interface Suite {
  /** `<owner>/<name>` of a public repository. */
  name: string;
  commit: string;
  folder: string;
  /** Old, new, what the suite expects; where `git realm` answers otherwise: its answer, and the reason. */
  pairs: [old: Place, now: Place, expected: Answer, ours?: Answer, why?: string][];
  /** The file of all places that are lines. */
  file?: string;
}

interface Table {
  reasons: Record<string, string>;
  suites: Suite[];
}

/** The pairs of public suites, as `test/bench/pairs` lists them. */
export const pairsOf = (kind: string): Table =>
  parse(readFileSync(join(import.meta.dirname, '..', 'pairs', `${kind}.yaml`), 'utf8')) as Table;

interface Tally {
  pairs: number;
  asSuite: number;
  asReasoned: number;
  falseCompatible: number;
  unknown: number;
}

/**
 * What each contender answers to the pairs of public suites, whose checkouts are `<owner>+<name>` in the folder that `PAIRS` names.
 * Beside what the suite expects stands what is reasoned: the same, or the answer of `git realm` where the table gives a reason.
 * Throws where the first contender answers anything else.
 */
export async function measurePairs(kind: string, contenders: readonly Contender[]): Promise<string> {
  const { suites, reasons } = pairsOf(kind);
  const folder = process.env.PAIRS;
  const names = [...new Set(suites.map(({ name }) => name))];
  if (!folder || !existsSync(folder))
    return `NOT MEASURED: PAIRS names no folder with checkouts of ${names.join(', ')}`;
  const [missing, wrong] = [new Set<string>(), [] as string[]];
  const tallies = new Map<string, Tally>();
  const differing = new Map<string, number>();
  for (const suite of suites)
    for (const pair of suite.pairs) {
      const [old, now, expected, ours = expected, why] = pair;
      const [before, after] = [old, now].map((place) =>
        textAt(join(folder, suite.name.replace('/', '+')), suite, place),
      );
      if (before === undefined || after === undefined) {
        missing.add(`${suite.name}: ${before === undefined ? old : now}`);
        continue;
      }
      if (why !== undefined) differing.set(why, (differing.get(why) ?? 0) + 1);
      const files = { old: String(old), now: String(now) };
      for (const { name, answer } of contenders) {
        const given = await answer(before, after, files).catch((): Answer => 'unknown');
        for (const row of [suite.name, 'all'])
          count(tallyOf(tallies, `${row}\n${name}`), given, expected, ours);
        if (name === contenders[0]?.name && given !== ours)
          wrong.push(`${suite.name}: ${suite.file ?? ''} ${old} → ${now}: ${given}, not ${ours}`);
      }
    }
  if (tallies.size === 0) return `NOT MEASURED: '${folder}' has no checkout of ${names.join(', ')}`;
  if (wrong.length > 0) throw new Error(`answers that the table does not expect:\n${wrong.join('\n')}`);
  const said = [...missing].slice(0, 5).join('; ');
  return [
    table([
      ['suite', '', 'pairs', 'as the suite', 'as reasoned', 'false compatible', 'unknown'],
      ...rows(tallies),
    ]),
    ...[...differing]
      .sort((a, b) => b[1] - a[1])
      .map(([why, times]) => `${times} × ${why}: ${reasons[why]?.trim()}`),
    ...(missing.size > 0
      ? [`not measured: ${missing.size} pairs whose documents are not there, as ${said}`]
      : []),
  ].join('\n');
}

function textAt(checkout: string, suite: Suite, place: Place): string | undefined {
  const file = join(checkout, suite.folder, suite.file ?? String(place));
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, 'utf8');
  return typeof place === 'number' ? literalAt(text, place) : text;
}

/** The text in a test that begins on a line: a template, or a heredoc. */
export function literalAt(source: string, line: number): string | undefined {
  const rest = source.split('\n').slice(line - 1);
  const [first = ''] = rest;
  const heredoc = /<<[~-]?(\w+)/.exec(first)?.[1];
  if (heredoc !== undefined)
    return rest
      .slice(
        1,
        rest.findIndex((text, at) => at > 0 && text.trim() === heredoc),
      )
      .join('\n');
  return /`((?:[^`\\]|\\[\s\S])*)`/.exec(rest.join('\n'))?.[1]?.replaceAll('\\`', '`');
}

function tallyOf(tallies: Map<string, Tally>, key: string): Tally {
  const tally = tallies.get(key) ?? { pairs: 0, asSuite: 0, asReasoned: 0, falseCompatible: 0, unknown: 0 };
  tallies.set(key, tally);
  return tally;
}

function count(tally: Tally, given: Answer, expected: Answer, ours: Answer): void {
  tally.pairs++;
  if (given === expected) tally.asSuite++;
  if (given === ours) tally.asReasoned++;
  if (given === 'unknown') tally.unknown++;
  if (given === 'compatible' && ours !== 'compatible') tally.falseCompatible++;
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

const rows = (tallies: ReadonlyMap<string, Tally>): string[][] =>
  [...tallies]
    .sort(([a], [b]) => Number(a.startsWith('all\n')) - Number(b.startsWith('all\n')))
    .map(([key, tally]) => [
      ...key.split('\n'),
      String(tally.pairs),
      percent(tally.asSuite, tally.pairs),
      percent(tally.asReasoned, tally.pairs),
      String(tally.falseCompatible),
      String(tally.unknown),
    ]);
