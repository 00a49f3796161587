import { canonical, isObject, type JsonObject, type JsonValue, pointerToken, sameJson } from '../json.ts';
import { type Annotation, Guide, type Kind } from './annotations.ts';
import { type Bucket, bucketShown, inBucket } from './buckets.ts';
import { unfit } from './limits.ts';
import {
  Budget,
  type Dialect,
  isDialect,
  type Missing,
  type PathLanguage,
  uncoveredPatterns,
} from './paths/index.ts';
import { becameWords, shown, spokenPath } from './shown.ts';
import type { Change, ValueComparison, Verdict } from './types.ts';
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
  const comparison = new ValueWalk(
    options.budget ?? new Budget(),
    options.backwards === false ? undefined : weakened(oldValue, schema, newSchema),
  );
  comparison.visit(
    '',
    { value: oldValue, guide: new Guide(schema), bucket: oldBucket },
    {
      value: newValue,
      guide: new Guide(newSchema),
      bucket: newBucket,
    },
  );
  return comparison.result();
}

/** A part of one side; `value` is undefined where the side does not have it. */
interface Side {
  value: JsonValue | undefined;
  guide: Guide;
  /** The nearest bucket that the schema names. */
  bucket: Bucket;
}

/** What a change below this place may mean at most. */
type Allowance = Annotation['change'];

class ValueWalk {
  private readonly changes: Change[] = [];
  private breaking: Verdict | undefined;
  private unknown: Verdict | undefined;

  constructor(
    private readonly budget: Budget,
    private readonly weakened: Verdict | undefined,
  ) {}

  result(): ValueComparison {
    const { weakened } = this;
    if (weakened && 'reason' in weakened) {
      const { reason, pointer } = weakened;
      this.changes.push({
        ...{ kind: 'changed', pointer, subject: reason, breaking: true, rule: 'value/promise-weakened' },
        ...{ level: 'breaking', where: placeOf(pointer), reason },
      });
    }
    const settled: Verdict = { verdict: this.changes.length > 0 ? 'compatible' : 'equal' };
    return { verdict: this.breaking ?? weakened ?? this.unknown ?? settled, changes: this.changes };
  }

  visit(pointer: string, before: Side, after: Side, inherited?: Allowance): void {
    const { annotation: was } = before.guide;
    const { annotation: is } = after.guide;
    const left = { ...before, bucket: was.bucket === undefined ? before.bucket : was.bucket };
    const right = { ...after, bucket: is.bucket === undefined ? after.bucket : is.bucket };
    const allowance = inherited ?? was.change;
    if (was.kind === 'paths' && is.kind === 'paths') {
      this.paths(pointer, left, right, was, is, allowance);
      return;
    }
    const { value: old } = before;
    const { value: now } = after;
    if (old === undefined || now === undefined) {
      if (old !== undefined) this.removed(pointer, old, kindOf(old, undefined, was, undefined), allowance);
      else if (now !== undefined) this.added(pointer, now, kindOf(undefined, now, undefined, is), allowance);
      return;
    }
    const kind = kindOf(old, now, was, is);
    if (Array.isArray(old) && Array.isArray(now) && kind === 'set') this.set(pointer, old, now, allowance);
    else if (Array.isArray(old) && Array.isArray(now) && kind !== 'scalar') {
      this.list(pointer, left, right, old, now, allowance);
    } else if (isObject(old) && isObject(now) && kind !== 'scalar') {
      this.record(pointer, left, right, old, now, allowance);
    } else if (!sameJson(old, now)) {
      this.breaks(allowance, old, pointer, 'scalar', becameWords(old, now));
      const reason = becameWords(old, now);
      const what = { rule: 'value/changed', level: 'breaking', reason, witness: old } as const;
      this.note(allowance, { kind: 'changed', pointer, subject: now, before: old, breaking: true, ...what });
    }
  }

  private paths(
    pointer: string,
    before: Side,
    after: Side,
    was: Annotation,
    is: Annotation,
    allowance: Allowance,
  ): void {
    const qualified = before.bucket !== after.bucket || before.bucket === undefined;
    const old = languageOf(before, was, qualified);
    const now = languageOf(after, is, qualified);
    if (typeof old === 'string' || typeof now === 'string') {
      const place = ({ bucket, value }: Side, { dialect }: Annotation): JsonValue[] => [
        bucket ?? null,
        bucket === undefined,
        dialect ?? null,
        value ?? null,
      ];
      if (sameJson(place(before, was), place(after, is))) return;
      const reason = typeof old === 'string' ? old : String(now);
      if (!allowance) this.unknown ??= { verdict: 'unknown', reason, pointer, keyword: 'paths' };
      this.note(allowance, {
        kind: 'changed',
        pointer,
        subject: after.value ?? null,
        before: before.value ?? null,
        breaking: true,
        ...{ rule: 's3/unread', level: 'unknown', reason },
      });
      return;
    }
    const kept = new Set(now.patterns);
    const lost = new Map(this.lost(old, now).map((missing) => [missing.pattern, missing]));
    const noun = (was.polarity ?? is.polarity) === 'need' ? 'need' : 'path';
    for (const pattern of new Set(old.patterns)) {
      const loss = lost.get(pattern);
      const meaning = !loss
        ? ({ level: 'compatible' } as const)
        : 'witness' in loss
          ? ({ level: 'breaking', witness: loss.witness } as const)
          : ({ level: 'unknown' } as const);
      const why = loss && 'unknown' in loss ? `; ${loss.unknown}` : '';
      if (loss && 'witness' in loss) {
        const reason = `'${loss.witness}' was covered by '${bucketShown(pattern)}' and no longer is`;
        this.breaks(allowance, loss.witness, pointer, 'paths', reason);
      } else if (loss && !allowance) {
        const reason = `cannot decide whether '${bucketShown(pattern)}' is still covered: ${loss.unknown}`;
        this.unknown ??= { verdict: 'unknown', reason, pointer, keyword: 'paths' };
      }
      if (!kept.has(pattern)) {
        this.note(allowance, {
          kind: 'removed',
          pointer,
          subject: bucketShown(pattern),
          breaking: loss !== undefined,
          ...{
            rule: `s3/${noun}-removed`,
            ...meaning,
            gone: true,
            reason: `${shown(bucketShown(pattern))} was removed${why}`,
          },
        });
      } else if (loss) {
        this.note(allowance, {
          kind: 'changed',
          pointer,
          subject: bucketShown(pattern),
          before: bucketShown(pattern),
          breaking: true,
          ...{
            rule: `s3/${noun}-narrowed`,
            ...meaning,
            reason: `${shown(bucketShown(pattern))} matches less${why}`,
          },
        });
      }
    }
    const had = new Set(old.patterns);
    for (const pattern of kept) {
      if (!had.has(pattern))
        this.note(allowance, {
          ...{ kind: 'added', pointer, subject: bucketShown(pattern), breaking: false },
          ...{
            rule: `s3/${noun}-added`,
            level: 'compatible',
            reason: `${shown(bucketShown(pattern))} was added`,
          },
        });
    }
    const dialectOnly = old.dialect !== now.dialect && old.patterns.length > 0 && lost.size === 0;
    if (dialectOnly) {
      this.note(allowance, {
        kind: 'changed',
        pointer,
        subject: `dialect ${now.dialect}`,
        before: `dialect ${old.dialect}`,
        breaking: false,
        ...{
          rule: 's3/dialect-changed',
          level: 'compatible',
          reason: `dialect ${old.dialect} became ${now.dialect}`,
        },
      });
    }
  }

  /** The old patterns that the new ones do not cover; without a known dialect only the same text is the same. */
  private lost(old: Patterns, now: Patterns): Missing[] {
    if (isDialect(old.dialect) && isDialect(now.dialect)) {
      const have = { patterns: now.patterns, dialect: now.dialect };
      const losses = uncoveredPatterns(have, { patterns: old.patterns, dialect: old.dialect }, this.budget);
      return spoken(losses, have, old.dialect);
    }
    const kept = new Set(old.dialect === now.dialect ? now.patterns : []);
    const unknown = `the dialect is '${isDialect(old.dialect) ? now.dialect : old.dialect}', not 'iam' or 'glob'`;
    return old.patterns.filter((pattern) => !kept.has(pattern)).map((pattern) => ({ pattern, unknown }));
  }

  private set(pointer: string, old: JsonValue[], now: JsonValue[], allowance: Allowance): void {
    const had = byText(old);
    const has = byText(now);
    for (const [text, element] of had) {
      if (has.has(text)) continue;
      this.breaks(allowance, element, pointer, 'set', `${shown(element)} was removed`);
      this.note(allowance, gone('value/element-removed', pointer, element));
    }
    for (const [text, element] of has)
      if (!had.has(text)) this.note(allowance, come('value/element-added', pointer, element));
  }

  private list(
    pointer: string,
    before: Side,
    after: Side,
    old: JsonValue[],
    now: JsonValue[],
    allowance: Allowance,
  ): void {
    const shorter = Math.min(old.length, now.length);
    let head = 0;
    while (head < shorter && sameJson(old[head] ?? null, now[head] ?? null)) head++;
    let tail = 0;
    while (
      tail < shorter - head &&
      sameJson(old[old.length - 1 - tail] ?? null, now[now.length - 1 - tail] ?? null)
    ) {
      tail++;
    }
    const lost = old.slice(head, old.length - tail);
    const fresh = now.slice(head, now.length - tail);
    const appended = lost.length === 0 && tail === 0;
    // Where the lengths agree, or only more follows, each position is compared with itself.
    const inPlace = fresh.length === lost.length || (tail === 0 && fresh.length > lost.length);
    const paired = inPlace ? lost.length : 0;
    for (let i = head; i < head + paired; i++) {
      this.visit(
        `${pointer}/${i}`,
        { ...before, value: old[i], guide: before.guide.item(i) },
        { ...after, value: now[i], guide: after.guide.item(i) },
        allowance,
      );
    }
    for (const element of lost.slice(paired)) {
      this.breaks(allowance, element, pointer, 'list', `${shown(element)} is no longer at its position`);
      this.note(allowance, gone('value/item-removed', pointer, element));
    }
    for (const element of fresh.slice(paired)) {
      const inserted = !appended && !inPlace;
      const moved = old[head + paired];
      if (inserted && moved !== undefined) {
        this.breaks(allowance, moved, pointer, 'list', `${shown(element)} replaced ${shown(moved)}`);
      }
      const rule = inserted ? 'value/item-inserted' : 'value/item-added';
      const meaning = inserted
        ? ({ level: 'breaking', breaking: true, witness: moved ?? element } as const)
        : {};
      this.note(allowance, { ...come(rule, pointer, element), ...meaning });
    }
  }

  private record(
    pointer: string,
    before: Side,
    after: Side,
    old: JsonObject,
    now: JsonObject,
    allowance: Allowance,
  ): void {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      this.visit(
        `${pointer}/${pointerToken(key)}`,
        {
          ...before,
          value: Object.hasOwn(old, key) ? old[key] : undefined,
          guide: before.guide.property(key),
        },
        { ...after, value: Object.hasOwn(now, key) ? now[key] : undefined, guide: after.guide.property(key) },
        allowance,
      );
    }
  }

  /** A removed key: its elements one by one where it held a set, else the whole. */
  private removed(pointer: string, old: JsonValue, kind: Kind, allowance: Allowance): void {
    this.breaks(allowance, old, pointer, 'record', `'${pointer}' was removed`);
    const elements = kind === 'set' && Array.isArray(old) && old.length > 0 ? old : [old];
    for (const subject of elements) this.note(allowance, gone('value/key-removed', pointer, subject));
  }

  private added(pointer: string, now: JsonValue, kind: Kind, allowance: Allowance): void {
    const elements =
      (kind === 'set' || kind === 'paths') && Array.isArray(now) && now.length > 0 ? now : [now];
    for (const subject of elements) this.note(allowance, come('value/key-added', pointer, subject));
  }

  private breaks(
    allowance: Allowance,
    witness: JsonValue,
    pointer: string,
    keyword: string,
    reason: string,
  ): void {
    if (!allowance) this.breaking ??= { verdict: 'breaking', witness, pointer, keyword, reason };
  }

  private note(allowance: Allowance, change: Change): void {
    const placed = { ...change, where: placeOf(change.pointer) };
    if (!allowance) {
      this.changes.push(placed);
      return;
    }
    const { witness: _allowed, ...rest } = placed;
    this.changes.push({
      ...rest,
      kind: allowance === 'described' ? 'described' : change.kind,
      breaking: false,
      level: allowance === 'described' ? 'none' : 'compatible',
    });
  }
}

const gone = (rule: string, pointer: string, subject: JsonValue): Change => ({
  ...{ kind: 'removed', pointer, subject, breaking: true, rule, level: 'breaking', gone: true },
  ...{ witness: subject, reason: `${shown(subject)} was removed` },
});

const come = (rule: string, pointer: string, subject: JsonValue): Change => ({
  ...{
    kind: 'added',
    pointer,
    subject,
    breaking: false,
    rule,
    level: 'compatible',
    reason: `${shown(subject)} was added`,
  },
});

/** A pointer as people write a place: `write`, `buckets.logs`. */
const placeOf = (pointer: string): string =>
  pointer === ''
    ? 'the value'
    : pointer
        .slice(1)
        .split('/')
        .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
        .join('.');

/** The more careful of what the two sides say, and of what the values look like. */
function kindOf(
  old: JsonValue | undefined,
  now: JsonValue | undefined,
  was: Annotation | undefined,
  is: Annotation | undefined,
): Kind {
  const said = [was?.kind, is?.kind].filter((kind) => kind !== undefined);
  if (said.includes('scalar')) return 'scalar';
  if (said.includes('list')) return 'list';
  // Paths on one side only are text to the other side's readers.
  if (said.includes('set') || said.includes('paths')) return 'set';
  if (said.includes('record')) return 'record';
  const lists = [old, now].filter((value) => Array.isArray(value));
  if (lists.length > 0) return lists.every((list) => list.every(isScalar)) ? 'set' : 'list';
  return isObject(old ?? now) ? 'record' : 'scalar';
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

const byText = (list: readonly JsonValue[]): Map<string, JsonValue> =>
  new Map(list.map((element) => [canonical(element), element]));

const isScalar = (value: JsonValue): boolean => typeof value !== 'object' || value === null;

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
