import { canonical, isObject, type JsonValue, pointerToken, sameJson } from '../json.ts';
import { Guide } from './annotations.ts';
import { type Bucket, bucketOf, bucketShown, inBucket } from './buckets.ts';
import { unfit } from './limits.ts';
import { Budget, isDialect, uncoveredPatterns } from './paths/index.ts';
import { shown } from './shown.ts';

/** A value and its schema: a contract's, or what a detector read. */
export interface Described {
  value: JsonValue;
  schema: JsonValue | undefined;
}

export interface Coverage {
  /** `uncovered` where something is missing for certain, `unknown` where that is only possible. */
  verdict: 'covered' | 'uncovered' | 'unknown';
  /** What the contract needs and the binding does not cover, each with a path or element that shows it. */
  missing: { pointer: string; subject: JsonValue; witness: JsonValue }[];
  /** What could not be decided, and why. */
  undecided: { pointer: string; subject: JsonValue; reason: string }[];
}

export interface CoverageOptions {
  /** The binding could not be read in full: what seems to be missing may stand in what was not read. */
  incomplete?: boolean;
  budget?: Budget;
}

/**
 * Does what a binding grants cover what a contract needs? Key by key, so that a read needs a read; in the same bucket, so
 * that a grant on one never proves a need on another, and an unresolved one leaves the answer `unknown` (docs/design/drift.md).
 */
export function uncovered(need: Described, covers: Described, options: CoverageOptions = {}): Coverage {
  const result: Coverage = { verdict: 'covered', missing: [], undecided: [] };
  const reason = unfit(need.value) ?? unfit(covers.value);
  if (reason !== undefined) result.undecided.push({ pointer: '', subject: null, reason });
  else {
    const needed = new Guide(need.schema);
    const granted = new Guide(covers.schema);
    const needSide = { value: need.value, guide: needed, bucket: bucketOf(needed) };
    const grantSide = { value: covers.value, guide: granted, bucket: bucketOf(granted) };
    walk('', needSide, grantSide, result, options.budget ?? new Budget());
  }
  if (options.incomplete) {
    const why = 'the binding could not be read completely';
    for (const { pointer, subject } of result.missing)
      result.undecided.push({ pointer, subject, reason: why });
  }
  const certain = result.missing.length > 0 && !options.incomplete;
  return { ...result, verdict: certain ? 'uncovered' : result.undecided.length > 0 ? 'unknown' : 'covered' };
}

interface Side {
  value: JsonValue | undefined;
  guide: Guide;
  bucket: Bucket;
}

function walk(pointer: string, need: Side, grant: Side, result: Coverage, budget: Budget): void {
  const { value } = need;
  if (value === undefined) return;
  const wanted = need.guide.annotation;
  const given = grant.guide.annotation;
  if (isObject(value) && (grant.value === undefined || isObject(grant.value))) {
    for (const key of Object.keys(value)) {
      const granted =
        grant.value !== undefined && Object.hasOwn(grant.value, key) ? grant.value[key] : undefined;
      walk(
        `${pointer}/${pointerToken(key)}`,
        { value: value[key], guide: need.guide.property(key), bucket: nearest(need) },
        { value: granted, guide: grant.guide.property(key), bucket: nearest(grant) },
        result,
        budget,
      );
    }
  } else if ((wanted.kind ?? given.kind) === 'paths' && isList(value) && isList(grant.value ?? [])) {
    paths(pointer, need, grant, result, budget);
  } else if (Array.isArray(value) && Array.isArray(grant.value ?? []) && wanted.kind !== 'list') {
    const has = new Set((Array.isArray(grant.value) ? grant.value : []).map(canonical));
    for (const subject of value) {
      if (!has.has(canonical(subject))) result.missing.push({ pointer, subject, witness: subject });
    }
  } else if (grant.value === undefined || !sameJson(value, grant.value)) {
    result.missing.push({ pointer, subject: value, witness: value });
  }
}

function paths(pointer: string, need: Side, grant: Side, result: Coverage, budget: Budget): void {
  const wanted = need.guide.annotation;
  const given = grant.guide.annotation;
  const dialect = wanted.dialect ?? given.dialect;
  const grantDialect = given.dialect ?? wanted.dialect;
  const all: JsonValue[] = Array.isArray(need.value) ? need.value : [];
  const undecided = (subject: JsonValue, reason: string): void =>
    void result.undecided.push({ pointer, subject, reason });
  if (!isDialect(dialect) || !isDialect(grantDialect)) {
    for (const subject of all) undecided(subject, 'the dialect of the path patterns is unknown');
    return;
  }
  const wantedPatterns = new Map<string, string>();
  for (const subject of all) {
    const qualified =
      typeof subject === 'string' ? inBucket(nearest(need), subject, dialect, 'need') : undefined;
    if (qualified === undefined || typeof subject !== 'string') {
      undecided(subject, typeof subject === 'string' ? 'its bucket is unknown' : 'it is not a path pattern');
    } else wantedPatterns.set(qualified, subject);
  }
  const have: string[] = [];
  let unread: JsonValue | undefined;
  for (const pattern of Array.isArray(grant.value) ? grant.value : []) {
    const qualified =
      typeof pattern === 'string' ? inBucket(nearest(grant), pattern, grantDialect, 'grant') : undefined;
    if (qualified === undefined) unread ??= pattern;
    else have.push(qualified);
  }
  const open = uncoveredPatterns(
    { patterns: have, dialect: grantDialect },
    { patterns: [...wantedPatterns.keys()], dialect },
    budget,
  );
  for (const missing of open) {
    const subject = wantedPatterns.get(missing.pattern) ?? missing.pattern;
    if ('unknown' in missing) undecided(subject, missing.unknown);
    else if (unread !== undefined) undecided(subject, `cannot determine what ${shown(unread)} grants`);
    else result.missing.push({ pointer, subject, witness: missing.witness });
  }
}

function nearest({ guide, bucket }: Side): Bucket {
  const own = guide.annotation.bucket;
  return own === undefined ? bucket : own;
}

const isList = (value: JsonValue): value is JsonValue[] => Array.isArray(value);

/** `write: 'training-metrics/experiments/*' (for example 'training-metrics/experiments/')`, for a message. */
export function missingWords({ pointer, subject, witness }: Coverage['missing'][number]): string {
  const key = pointer.slice(1);
  const what = typeof subject === 'string' ? `'${bucketShown(subject)}'` : shown(subject);
  const example = witness === subject ? '' : ` (for example ${shown(witness)})`;
  return `${key === '' ? '' : `${key}: `}${what}${example}`;
}
