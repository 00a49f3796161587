import { isObject, type JsonValue } from '../json.ts';
import { type Coverage, type Described, uncovered } from './coverage.ts';
import { Budget, type PathLanguage, samplePath } from './paths/index.ts';
import { languageAt } from './usage.ts';

/** What one side needs and what the other grants, at one moment. */
export interface Fit {
  need: Described;
  grant: Described;
}

/**
 * What `after` leaves uncovered that `before` did not: a gap that was there already, and did not get wider, is not the
 * step's. `covered` means that the step makes nothing worse, not that nothing is missing. Judged for each element, and for
 * path patterns for each path they match.
 */
export function worsened(before: Fit, after: Fit, budget = new Budget()): Coverage {
  const none: Coverage = { verdict: 'covered', missing: [], undecided: [] };
  if (within(after.need, before.need, budget) && within(before.grant, after.grant, budget)) return none;
  const left = uncovered(after.need, after.grant, { budget });
  if (left.verdict === 'covered') return none;
  const result: Coverage = { ...none, undecided: [...left.undecided] };
  for (const missing of left.missing) {
    const answer = wasMissing(missing, before, after, budget);
    if (answer === 'no') result.missing.push(missing);
    else if (answer !== 'yes')
      result.undecided.push({ pointer: missing.pointer, subject: missing.subject, reason: answer.unknown });
  }
  const certain = result.missing.length > 0;
  return { ...result, verdict: certain ? 'uncovered' : result.undecided.length > 0 ? 'unknown' : 'covered' };
}

const within = (inner: Described, outer: Described, budget: Budget): boolean =>
  inner === outer || uncovered(inner, outer, { budget }).verdict === 'covered';

type WasMissing = 'yes' | 'no' | { unknown: string };

/** Was everything of this need that lacks a grant now needed before too, and without a grant then? */
function wasMissing(
  { pointer, subject }: Coverage['missing'][number],
  before: Fit,
  after: Fit,
  budget: Budget,
): WasMissing {
  const keys = pointer.split('/').slice(1).map(decoded);
  const only: Described = { value: alone(after.need.value, keys, subject), schema: after.need.schema };
  const needed = uncovered(only, before.need, { budget });
  if (needed.verdict === 'uncovered') return 'no';
  if (needed.verdict === 'unknown')
    return { unknown: needed.undecided[0]?.reason ?? 'it cannot be compared with the previous requirements' };
  const wanted = languageAt(only, pointer);
  if (wanted === undefined)
    return uncovered(only, before.grant, { budget }).verdict === 'uncovered' ? 'yes' : 'no';
  const had = nodeAt(before.grant.value, keys) === undefined ? NOTHING : languageAt(before.grant, pointer);
  const has = nodeAt(after.grant.value, keys) === undefined ? NOTHING : languageAt(after.grant, pointer);
  if (had === undefined || has === undefined) return { unknown: 'a bucket of the grant is unknown' };
  const lost = samplePath([wanted.language, had.language], has.language, budget);
  if ('witness' in lost) return 'no';
  return 'empty' in lost ? 'yes' : { unknown: lost.unknown };
}

const NOTHING: { language: PathLanguage } = { language: { patterns: [], dialect: 'iam' } };

/** A value with nothing in it but one element at the keys; in a list, where the whole value has a list there. */
function alone(whole: JsonValue, keys: readonly string[], subject: JsonValue): JsonValue {
  const isElement = Array.isArray(nodeAt(whole, keys)) && !Array.isArray(subject);
  return keys.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), isElement ? [subject] : subject);
}

function nodeAt(value: JsonValue, keys: readonly string[]): JsonValue | undefined {
  let here: JsonValue | undefined = value;
  for (const key of keys) here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  return here;
}

const decoded = (token: string): string => token.replaceAll('~1', '/').replaceAll('~0', '~');
