import { type JsonValue, sameJson } from '../json.ts';
import { Guide } from './annotations.ts';
import { type Bucket, bucketOf, inBucket } from './buckets.ts';
import type { Described } from './coverage.ts';
import { Budget, type Dialect, isDialect, type PathLanguage, samplePath } from './paths/index.ts';
import { shown, spokenPath } from './shown.ts';
import type { Change, ValueComparison } from './types.ts';
import { compareValues } from './values.ts';

/** One entry of `covers` in a consumer's binding: what it uses of a contract, and where. */
export interface CoverEntry {
  path: string;
  /** `file:line`. */
  at: string;
  /** Where it is not the contract's own: another bucket, or null for one that is not known. */
  bucket?: string | null;
}

/** `covers` by key of the contract's value: `{ write: [...] }`; deeper keys are joined with `/`. */
export type Covers = Readonly<Record<string, readonly CoverEntry[]>>;

export interface Consumer {
  repo: string;
  /** Absent: nothing is known of what it uses. */
  covers?: Covers | undefined;
}

export interface Use {
  pointer: string;
  path: string;
  at: string;
  /** Something the consumer uses that the old version allowed and the new one does not. */
  witness: JsonValue;
  /** What it does there that it no longer can, in words; only of uses that are read one by one. */
  why?: string;
  /** The rule of the change that takes it away. */
  rule?: string;
}

export type Impact =
  | { repo: string; impact: 'breaks'; uses: Use[] }
  | { repo: string; impact: 'unaffected' }
  | { repo: string; impact: 'unknown'; reason: string };

/**
 * Which consumers use the part of a contract that a breaking change takes away. Pure; `unknown` rather than a guess: of a break
 * that is not in the value (an interface, a promise to keep forwards) no binding says what it uses. `judged`: the comparison of
 * the two values where the change was judged; without it they are compared here.
 */
export function impactOf(
  old: Described,
  now: Described,
  consumers: readonly Consumer[],
  judged?: ValueComparison,
): Impact[] {
  const budget = new Budget();
  const { verdict, changes } = judged ?? compareSides(old, now, budget);
  const lost = changes.filter((change) => change.breaking);
  const whole = verdict.verdict === 'unknown' ? verdict.reason : NOT_IN_VALUE;
  const same = sameJson(old.value ?? null, now.value ?? null) && sameJson(old.schema ?? {}, now.schema ?? {});
  return consumers.map(({ repo, covers }) => {
    if (same) return { repo, impact: 'unaffected' };
    if (lost.length === 0) return { repo, impact: 'unknown', reason: whole };
    if (typeof covers !== 'object' || covers === null || Array.isArray(covers))
      return { repo, impact: 'unknown', reason: 'it has no verified import' };
    return impactOn(repo, covers, lost, { old, now }, budget);
  });
}

const compareSides = (old: Described, now: Described, budget: Budget): ValueComparison =>
  compareValues(old.value, now.value, old.schema, {
    ...(now.schema === undefined ? {} : { newSchema: now.schema }),
    budget,
  });

const NOT_IN_VALUE = 'usage unknown';

function impactOn(
  repo: string,
  covers: Covers,
  lost: readonly Change[],
  { old, now }: { old: Described; now: Described },
  budget: Budget,
): Impact {
  const uses: Use[] = [];
  let unknown: string | undefined;
  for (const pointer of new Set(lost.map((change) => change.pointer))) {
    const before = languageAt(old, pointer);
    const after = languageAt(now, pointer);
    const key = pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
    const entries = entriesAt(covers, key);
    if (entries === undefined) unknown ??= `its binding's 'covers' cannot be read at '${key}'`;
    for (const entry of entries ?? []) {
      if (!before || !after) {
        const hit = lost.find((change) => change.pointer === pointer && usesWhole(change, entry));
        if (hit) uses.push({ pointer, path: entry.path, at: entry.at, witness: hit.before ?? hit.subject });
        continue;
      }
      const used = languageOfEntry(entry, before);
      const sample = used ? samplePath([used, before.language], after.language, budget) : undefined;
      if (sample && 'witness' in sample) {
        const witness =
          used === undefined ? undefined : spokenWitness(used, before.language, after.language, budget);
        uses.push({ pointer, path: entry.path, at: entry.at, witness: witness ?? sample.witness });
      } else if (!sample || 'unknown' in sample) {
        unknown ??= `${entry.at} may use '${entry.path}': ${sample && 'unknown' in sample ? sample.unknown : 'its bucket is unknown'}`;
      }
    }
  }
  if (uses.length > 0) return { repo, impact: 'breaks', uses };
  return unknown === undefined
    ? { repo, impact: 'unaffected' }
    : { repo, impact: 'unknown', reason: unknown };
}

/** What a person would call the lost path, where that is lost too. */
function spokenWitness(
  { patterns: [pattern = ''], dialect }: PathLanguage,
  before: PathLanguage,
  after: PathLanguage,
  budget: Budget,
): string | undefined {
  const path = spokenPath(pattern);
  if (path === undefined) return undefined;
  const sample = samplePath([{ patterns: [path], dialect }, before], after, budget);
  return 'witness' in sample ? sample.witness : undefined;
}

/** The entries of a key as a realm's file has them, which may be written by anyone; undefined where they are none. */
function entriesAt(covers: Covers, key: string): readonly CoverEntry[] | undefined {
  const list: unknown = Object.hasOwn(covers, key) ? covers[key] : [];
  if (!Array.isArray(list)) return undefined;
  const sound = list.every(
    (entry: Partial<CoverEntry> | null) =>
      typeof entry?.path === 'string' &&
      typeof entry.at === 'string' &&
      (entry.bucket === undefined || entry.bucket === null || typeof entry.bucket === 'string'),
  );
  return sound ? list : undefined;
}

/** Of what is not a path: an element is used by its name, a key that no longer exists or another value by any entry under it. */
const usesWhole = ({ kind, subject }: Change, entry: CoverEntry): boolean =>
  kind === 'removed' && typeof subject === 'string' ? subject === entry.path : true;

interface Located {
  language: PathLanguage;
  bucket: Bucket;
}

/** The path language that a contract has at a key, with its bucket; undefined where there are no paths. */
export function languageAt({ value, schema }: Described, pointer: string): Located | undefined {
  let guide = new Guide(schema);
  let bucket = bucketOf(guide);
  let here: JsonValue | undefined = value;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    guide = Array.isArray(here) ? guide.item(Number(key)) : guide.property(key);
    if (guide.annotation.bucket !== undefined) bucket = guide.annotation.bucket;
    here = childOf(here, key);
  }
  const { kind, dialect } = guide.annotation;
  if (kind !== 'paths' || !isDialect(dialect)) return undefined;
  const patterns: string[] = [];
  for (const pattern of Array.isArray(here) ? here : typeof here === 'string' ? [here] : []) {
    const qualified = typeof pattern === 'string' ? inBucket(bucket, pattern, dialect) : undefined;
    if (qualified === undefined) return undefined;
    patterns.push(qualified);
  }
  return { language: { patterns, dialect }, bucket };
}

function childOf(here: JsonValue | undefined, key: string): JsonValue | undefined {
  if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
  return Array.isArray(here) ? here[Number(key)] : here[key];
}

function languageOfEntry(entry: CoverEntry, { language, bucket }: Located): PathLanguage | undefined {
  const own = entry.bucket === undefined ? bucket : entry.bucket;
  const dialect: Dialect = language.dialect;
  const qualified = inBucket(own, entry.path, dialect, entry.bucket === undefined ? '' : 'consumer');
  return qualified === undefined ? undefined : { patterns: [qualified], dialect };
}

/** One evidence of what a binding grants: a detector's part. */
export interface Evidence {
  pointer: string;
  value: JsonValue;
  path: string;
  line: number;
}

/**
 * What to write into a binding's `covers` when an import resolves: every part of the binding that touches what the contract
 * needs, in the contract's own form, with where it stands. `bindingSchema` is the schema the detector gave for the parts.
 */
export function coversOf(
  contract: Described,
  parts: readonly Evidence[],
  bindingSchema: JsonValue | undefined,
  budget = new Budget(),
): Record<string, CoverEntry[]> {
  const covers: Record<string, CoverEntry[]> = {};
  const partBucket = bucketOf(new Guide(bindingSchema));
  for (const part of parts) {
    const need = languageAt(contract, part.pointer);
    if (!need || typeof part.value !== 'string') continue;
    const qualified = inBucket(partBucket, part.value, need.language.dialect, 'consumer');
    if (qualified !== undefined) {
      const sample = samplePath(
        [{ patterns: [qualified], dialect: need.language.dialect }, need.language],
        undefined,
        budget,
      );
      if ('empty' in sample) continue;
    }
    const key = part.pointer.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
    const entry = entryOf(part, partBucket, need.bucket);
    const list = Object.hasOwn(covers, key) ? (covers[key] ?? []) : [];
    if (!list.some((coverEntry) => coverEntry.path === entry.path && coverEntry.at === entry.at))
      list.push(entry);
    Object.defineProperty(covers, key, { value: list, enumerable: true, configurable: true, writable: true });
  }
  return covers;
}

function entryOf({ value, path, line }: Evidence, partBucket: Bucket, contractBucket: Bucket): CoverEntry {
  const at = `${path}:${line}`;
  const text = String(value);
  if (partBucket === contractBucket && partBucket !== null) return { path: text, at };
  if (partBucket !== undefined) {
    // The contract's paths start with their bucket: write the grant the same way where its bucket is known.
    if (contractBucket === undefined && partBucket !== null) return { path: `${partBucket}/${text}`, at };
    return { path: text, at, bucket: partBucket };
  }
  const slash = text.indexOf('/');
  const bucket = slash < 0 ? text : text.slice(0, slash);
  const key = slash < 0 ? '*' : text.slice(slash + 1);
  if (bucket === contractBucket) return { path: key, at };
  return { path: key, at, bucket: /[{}]/.test(bucket) ? null : bucket };
}

/**
 * Each consumer's verdict in words, those that break first: `breaks fungal at cdk/stack.py:12`, `not known for c: …`,
 * `not used by b`.
 */
export function impactWords(impacts: readonly Impact[]): string[] {
  const lines = impacts.flatMap((impact) => {
    if (impact.impact !== 'breaks') return [];
    const [first] = impact.uses;
    const example = first === undefined ? '' : ` (${first.why ?? `for example ${shown(first.witness)}`})`;
    return [
      `breaks ${impact.repo} at ${[...new Set(impact.uses.map((use) => use.at))].join(', ')}${example}`,
    ];
  });
  for (const impact of impacts)
    if (impact.impact === 'unknown') lines.push(`unknown for ${impact.repo}: ${impact.reason}`);
  const safe = impacts.filter((impact) => impact.impact === 'unaffected').map((impact) => impact.repo);
  return safe.length === 0 ? lines : [...lines, `not used by ${safe.join(', ')}`];
}
