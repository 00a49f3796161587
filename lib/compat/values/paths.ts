import { type JsonValue, sameJson } from '../../json.ts';
import type { Annotation } from '../annotations.ts';
import { bucketShown, inBucket } from '../buckets.ts';
import {
  type Budget,
  type Dialect,
  isDialect,
  type Missing,
  type PathLanguage,
  uncoveredPatterns,
} from '../paths/index.ts';
import { shown, spokenPath } from '../shown.ts';
import type { Place } from './report.ts';
import type { Side, Walking } from './side.ts';

/** Path patterns, as the language that they stand for. An absent key allows nothing. */
export function comparePaths(walk: Walking, place: Place, before: Side, after: Side): void {
  const { annotation: was } = before.guide;
  const { annotation: is } = after.guide;
  const qualified = before.bucket !== after.bucket || before.bucket === undefined;
  const old = languageOf(before, was, qualified);
  const now = languageOf(after, is, qualified);
  if (typeof old === 'string' || typeof now === 'string') {
    if (sameJson(unread(before, was), unread(after, is))) return;
    noteUnread(walk, place, before, after, typeof old === 'string' ? old : String(now));
    return;
  }
  const lost = new Map(lostOf(old, now, walk.budget).map((missing) => [missing.pattern, missing]));
  const noun = (was.polarity ?? is.polarity) === 'need' ? 'need' : 'path';
  const [had, has] = [new Set(old.patterns), new Set(now.patterns)];
  for (const pattern of had) {
    const loss = lost.get(pattern);
    if (loss !== undefined) reportLoss(walk, place, loss);
    if (!has.has(pattern)) noteRemoved(walk, place, pattern, noun, loss);
    else if (loss !== undefined) noteNarrowed(walk, place, pattern, noun, loss);
  }
  for (const pattern of has)
    if (!had.has(pattern))
      walk.report.note(place, {
        ...{ kind: 'added', subject: bucketShown(pattern), breaking: false, rule: `s3/${noun}-added` },
        ...{ level: 'compatible', reason: `${shown(bucketShown(pattern))} was added` },
      });
  const dialectOnly = old.dialect !== now.dialect && old.patterns.length > 0 && lost.size === 0;
  if (dialectOnly)
    walk.report.note(place, {
      kind: 'changed',
      subject: `dialect ${now.dialect}`,
      before: `dialect ${old.dialect}`,
      breaking: false,
      rule: 's3/dialect-changed',
      level: 'compatible',
      reason: `dialect ${old.dialect} became ${now.dialect}`,
    });
}

/** All that a side says where it does not have a list of patterns. */
const unread = ({ bucket, value }: Side, { dialect }: Annotation): JsonValue[] => [
  bucket ?? null,
  bucket === undefined,
  dialect ?? null,
  value ?? null,
];

function noteUnread({ report }: Walking, place: Place, before: Side, after: Side, reason: string): void {
  report.undecided(place, 'paths', reason);
  report.note(place, {
    kind: 'changed',
    subject: after.value ?? null,
    before: before.value ?? null,
    breaking: true,
    ...{ rule: 's3/unread', level: 'unknown', reason },
  });
}

/** What the new patterns do not cover breaks the comparison, or leaves it undecided. */
function reportLoss({ report }: Walking, place: Place, loss: Missing): void {
  const pattern = bucketShown(loss.pattern);
  if ('witness' in loss) {
    const reason = `'${loss.witness}' was covered by '${pattern}' and no longer is`;
    report.breaks(place, loss.witness, 'paths', reason);
  } else
    report.undecided(place, 'paths', `cannot decide whether '${pattern}' is still covered: ${loss.unknown}`);
}

const meaningOf = (loss: Missing | undefined) =>
  loss === undefined
    ? ({ level: 'compatible' } as const)
    : 'witness' in loss
      ? ({ level: 'breaking', witness: loss.witness } as const)
      : ({ level: 'unknown' } as const);

const whyOf = (loss: Missing | undefined): string => (loss && 'unknown' in loss ? `; ${loss.unknown}` : '');

function noteRemoved(
  { report }: Walking,
  place: Place,
  pattern: string,
  noun: string,
  loss: Missing | undefined,
): void {
  report.note(place, {
    kind: 'removed',
    subject: bucketShown(pattern),
    breaking: loss !== undefined,
    rule: `s3/${noun}-removed`,
    ...meaningOf(loss),
    gone: true,
    reason: `${shown(bucketShown(pattern))} was removed${whyOf(loss)}`,
  });
}

function noteNarrowed({ report }: Walking, place: Place, pattern: string, noun: string, loss: Missing): void {
  report.note(place, {
    kind: 'changed',
    subject: bucketShown(pattern),
    before: bucketShown(pattern),
    breaking: true,
    rule: `s3/${noun}-narrowed`,
    ...meaningOf(loss),
    reason: `${shown(bucketShown(pattern))} matches less${whyOf(loss)}`,
  });
}

/** The old patterns that the new ones do not cover; without a known dialect only the same text is the same. */
function lostOf(old: Patterns, now: Patterns, budget: Budget): Missing[] {
  if (isDialect(old.dialect) && isDialect(now.dialect)) {
    const have = { patterns: now.patterns, dialect: now.dialect };
    const losses = uncoveredPatterns(have, { patterns: old.patterns, dialect: old.dialect }, budget);
    return spoken(losses, have, old.dialect);
  }
  const kept = new Set(old.dialect === now.dialect ? now.patterns : []);
  const unknown = `the dialect is '${isDialect(old.dialect) ? now.dialect : old.dialect}', not 'iam' or 'glob'`;
  return old.patterns.filter((pattern) => !kept.has(pattern)).map((pattern) => ({ pattern, unknown }));
}

interface Patterns {
  patterns: string[];
  /** As the schema says it, known or not. */
  dialect: string;
}

/** The patterns of one side; a string says why they are none. */
function languageOf(side: Side, annotation: Annotation, qualified: boolean): Patterns | string {
  const { dialect = 'unsaid' } = annotation;
  const list = side.value === undefined ? [] : typeof side.value === 'string' ? [side.value] : side.value;
  if (!Array.isArray(list)) return `${shown(list)} is not a list of path patterns`;
  const patterns: string[] = [];
  for (const pattern of list) {
    if (typeof pattern !== 'string') return `${shown(pattern)} is not a path pattern`;
    const place = qualified ? inBucket(side.bucket, pattern, dialect) : pattern;
    if (place === undefined) return `the bucket of ${shown(pattern)} is unknown`;
    patterns.push(place);
  }
  return { patterns, dialect };
}

/** The same losses, each shown by the path that a person would name, where the new patterns do not match that either. */
function spoken(losses: Missing[], have: PathLanguage, dialect: Dialect): Missing[] {
  const named = new Map<string, string>();
  for (const { pattern } of losses) {
    const path = spokenPath(pattern);
    if (path !== undefined && path !== pattern) named.set(pattern, path);
  }
  const open = uncoveredPatterns(have, { patterns: [...named.values()], dialect });
  const lost = new Set(open.flatMap((missing) => ('witness' in missing ? [missing.pattern] : [])));
  return losses.map((loss) => {
    const path = named.get(loss.pattern);
    return 'witness' in loss && path !== undefined && lost.has(path) ? { ...loss, witness: path } : loss;
  });
}
