import { isObject, type JsonObject, type JsonValue, pointerToken, sameJson } from '../json.ts';
import { Guide, type Kind } from './annotations.ts';
import { unfit } from './limits.ts';
import { Budget } from './paths/index.ts';
import { becameWords } from './shown.ts';
import type { ValueComparison } from './types.ts';
import { compareLists, compareSets } from './values/lists.ts';
import { comparePaths } from './values/paths.ts';
import { come, gone, type Place, Report } from './values/report.ts';
import { kindOf, type Side, type Walking } from './values/side.ts';
import { weakened } from './weakened.ts';

export interface CompareOptions {
  /** The schema of the new value, where it is another one. Default: the same. */
  newSchema?: JsonValue;
  /** Shared with other comparisons, so that their sum is bounded. */
  budget?: Budget;
  /** Looked at from the new side to the old: a promise that grew is none that went. */
  backwards?: boolean;
}

/**
 * What a change of a contract's value means for who relied on the old one, key by key as the schema's `x-realm.kind` says
 * (docs/design/compatibility.md); the old schema decides where the two disagree on how careful to be.
 *
 * - `paths`: a language; a path that the old patterns allow and no new one does breaks. An absent key allows nothing.
 * - `set` (the default for a list of scalars): removing an element breaks, adding an element does not, order has no meaning.
 * - `list` (the default for other lists): in order. Appending is compatible, for every position keeps what it had; a
 *   removal, an insertion or a new order breaks; elements that stay in place are compared by their own kind.
 * - `record` (the default for objects): removing a key breaks, adding a key does not, the rest by its own kind.
 * - `scalar`: any change breaks.
 *
 * `x-realm.change: compatible | described` in the old schema says that changes below do no harm; a schema that comes to say
 * so, or to compare less strictly, breaks. What cannot be compared exactly is `unknown`. Where `x-realm.bucket` differs between the schemas, paths are compared with their buckets.
 */
export function compareValues(
  oldValue: JsonValue,
  newValue: JsonValue,
  schema: JsonValue | undefined,
  options: CompareOptions = {},
): ValueComparison {
  for (const [side, value] of [
    ['old', oldValue],
    ['new', newValue],
  ] as const) {
    const reason = unfit(value);
    if (reason !== undefined) {
      return {
        verdict: { verdict: 'unknown', reason: `the ${side} value: ${reason}`, pointer: '' },
        changes: [],
      };
    }
  }
  const newSchema = options.newSchema ?? schema;
  const oldBucket = new Guide(schema).annotation.bucket;
  const newBucket = new Guide(newSchema).annotation.bucket;
  const report = new Report(options.backwards === false ? undefined : weakened(oldValue, schema, newSchema));
  new ValueWalk(report, options.budget ?? new Budget()).visit(
    { pointer: '', allowance: undefined },
    { value: oldValue, guide: new Guide(schema), bucket: oldBucket },
    { value: newValue, guide: new Guide(newSchema), bucket: newBucket },
  );
  return report.result();
}

class ValueWalk implements Walking {
  constructor(
    readonly report: Report,
    readonly budget: Budget,
  ) {}

  visit({ pointer, allowance }: Place, before: Side, after: Side): void {
    const { annotation: was } = before.guide;
    const { annotation: is } = after.guide;
    const place: Place = { pointer, allowance: allowance ?? was.change };
    const left = { ...before, bucket: was.bucket === undefined ? before.bucket : was.bucket };
    const right = { ...after, bucket: is.bucket === undefined ? after.bucket : is.bucket };
    if (was.kind === 'paths' && is.kind === 'paths') {
      comparePaths(this, place, left, right);
      return;
    }
    const { value: old } = before;
    const { value: now } = after;
    if (old === undefined || now === undefined) {
      if (old !== undefined) this.removed(place, old, kindOf(old, undefined, was, undefined));
      else if (now !== undefined) this.added(place, now, kindOf(undefined, now, undefined, is));
      return;
    }
    const kind = kindOf(old, now, was, is);
    if (Array.isArray(old) && Array.isArray(now) && kind === 'set') compareSets(this, place, old, now);
    else if (Array.isArray(old) && Array.isArray(now) && kind !== 'scalar')
      compareLists(this, place, { side: left, list: old }, { side: right, list: now });
    else if (isObject(old) && isObject(now) && kind !== 'scalar')
      for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
        this.visit(
          { ...place, pointer: `${pointer}/${pointerToken(key)}` },
          { ...left, value: ownMember(old, key), guide: left.guide.property(key) },
          { ...right, value: ownMember(now, key), guide: right.guide.property(key) },
        );
    else if (!sameJson(old, now)) this.replaced(place, old, now);
  }

  private replaced(place: Place, old: JsonValue, now: JsonValue): void {
    const reason = becameWords(old, now);
    this.report.breaks(place, old, 'scalar', reason);
    const meaning = { rule: 'value/changed', level: 'breaking', reason, witness: old } as const;
    this.report.note(place, { kind: 'changed', subject: now, before: old, breaking: true, ...meaning });
  }

  /** A removed key: its elements one by one where it held a set, else the whole. */
  private removed(place: Place, old: JsonValue, kind: Kind): void {
    this.report.breaks(place, old, 'record', `'${place.pointer}' was removed`);
    const elements = kind === 'set' && Array.isArray(old) && old.length > 0 ? old : [old];
    for (const subject of elements) this.report.note(place, gone('value/key-removed', subject));
  }

  private added(place: Place, now: JsonValue, kind: Kind): void {
    const elements =
      (kind === 'set' || kind === 'paths') && Array.isArray(now) && now.length > 0 ? now : [now];
    for (const subject of elements) this.report.note(place, come('value/key-added', subject));
  }
}

const ownMember = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;
