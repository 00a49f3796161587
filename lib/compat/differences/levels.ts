import { canonical, isObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Steps } from '../../regexp/index.ts';
import { compareSchemas } from '../schema/index.ts';
import { OutOfWork, Work } from '../schema/work.ts';
import type { Change, ChangeLevel, ValueComparison, Verdict } from '../types.ts';
import { leafKeywords } from './keywords.ts';
import { levelOf, levelOfVerdict, severity, verdictOf, worstFirst } from './order.ts';
import type { Difference } from './types.ts';

/** What one difference means, with a value that shows it where there is one. */
export interface Meaning {
  level: ChangeLevel;
  witness?: JsonValue;
  reason?: string;
}

/** What all questions about single differences of one comparison may take, and each of them. */
const STEPS = 60_000;
const EACH = 1_500;
/** What reading two schemas takes, counted in steps. */
const OVERHEAD = 60;

/**
 * Asks the schema engine about single differences: each is made alone in the smallest schema that shows it. Answers are
 * remembered, and bounded in steps together.
 */
export class Inquiry {
  private readonly answers = new Map<string, Verdict>();
  private left = STEPS;

  /** `definitions` are what references in the two sides lead to. */
  constructor(
    private readonly read: (schema: JsonObject) => JsonObject = (schema) => schema,
    private readonly definitions: { old: JsonObject; now: JsonObject } = { old: {}, now: {} },
    private readonly work: Work = new Work(),
  ) {}

  /** Is all that is valid without the difference valid with it (`received`), or the other way round (`sent`)? Undefined past the bound. */
  ask(difference: Difference, direction: Direction): Verdict | undefined {
    if (this.left <= 0) return undefined;
    try {
      return this.answer(difference, direction);
    } catch (error) {
      if (error instanceof OutOfWork) return undefined;
      throw error;
    }
  }

  private answer(difference: Difference, direction: Direction): Verdict {
    this.work.spend(sizeOf(difference));
    const small = smallest(difference);
    const old = { ...this.read(small), ...(refers(small) ? this.definitions.old : {}) };
    const made = this.read(difference.alone(small));
    const now = { ...made, ...(refers(made) ? this.definitions.now : {}) };
    return direction === 'received' ? this.compare(old, now) : this.compare(now, old);
  }

  private compare(from: JsonObject, to: JsonObject): Verdict {
    const key = `${canonical(from)}\n${canonical(to)}`;
    const known = this.answers.get(key);
    if (known) return known;
    const steps: Steps = { left: Math.min(EACH, this.left) };
    const given = steps.left;
    const verdict = compareSchemas(from, to, { steps, work: this.work });
    this.left -= given - Math.max(0, steps.left) + OVERHEAD;
    this.answers.set(key, verdict);
    return verdict;
  }
}

/** How much a question about a difference has to look at, roughly. */
function sizeOf({ schema }: Difference): number {
  const { enum: values, properties, required, patternProperties } = schema;
  const lists = [values, required].map((list) => (Array.isArray(list) ? list.length : 0));
  const maps = [properties, patternProperties].map((map) => (isObject(map) ? Object.keys(map).length : 0));
  return 20 + [...lists, ...maps].reduce((sum, length) => sum + 4 * length, 0);
}

export type Direction = 'received' | 'sent';

const refers = (schema: JsonObject): boolean => JSON.stringify(schema).includes('"$ref"');

const inMembers = new Set<string>(['properties', 'required', 'additionalProperties', 'patternProperties']);

/** As much of the schema around a difference as decides what the difference means. */
function smallest({ schema, keyword, property }: Difference): JsonObject {
  if (leafKeywords.has(keyword)) return pick(schema, leafKeywords);
  if (!inMembers.has(keyword)) return schema;
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  // Other properties than those that must be there say nothing of one that comes or goes.
  const declared = Object.entries(isObject(schema.properties) ? schema.properties : {});
  const counting =
    property === undefined ? declared : declared.filter(([name]) => name === property || required.has(name));
  const names = counting.map(([name, own]): [string, JsonValue] => [
    name,
    required.has(name) && isObject(own) ? pick(own, leafKeywords) : true,
  ]);
  return {
    ...pick(schema, leafKeywords),
    ...pick(schema, new Set(['required', 'patternProperties', 'additionalProperties'])),
    ...(names.length > 0 ? { properties: Object.fromEntries(names) as JsonObject } : {}),
  };
}

const pick = (schema: JsonObject, keywords: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => keywords.has(key))) as JsonObject;

/** An answer of the engine as what the difference means; without one, what the keyword alone says. */
export function meaningOf(verdict: Verdict | undefined, { effect }: Difference): Meaning {
  if (verdict === undefined) return { level: effect === 'unclear' ? 'unknown' : 'breaking' };
  if (verdict.verdict === 'breaking') return { level: 'breaking', witness: verdict.witness };
  if (verdict.verdict === 'unknown') return { level: 'unknown', reason: verdict.reason };
  return { level: 'compatible' };
}

/**
 * Sees to it that a verdict and its list of changes say the same: the verdict is at least as bad as the worst change, and
 * what the verdict blames is one of the changes; `blame` is the change for a cause that no single difference is.
 */
export function agreed(
  verdict: Verdict,
  changes: readonly Change[],
  blame: Pick<Change, 'rule' | 'subject' | 'where'>,
): ValueComparison {
  const all = [...changes];
  const worst = all.reduce<ChangeLevel>(
    (level, change) => (severity(levelOf(change)) > severity(level) ? levelOf(change) : level),
    'none',
  );
  if ('reason' in verdict && severity(levelOfVerdict(verdict)) > severity(worst)) {
    const related = relatedTo(all, verdict.pointer);
    const found = all[related];
    const facts = {
      level: verdict.verdict,
      breaking: true,
      ...(verdict.verdict === 'breaking' ? { witness: verdict.witness } : {}),
    };
    if (found) all[related] = { ...found, ...facts, reason: found.reason ?? verdict.reason };
    else all.push({ kind: 'changed', pointer: verdict.pointer, ...blame, ...facts, reason: verdict.reason });
    return { verdict, changes: worstFirst(all) };
  }
  const sorted = worstFirst(all);
  const [first] = sorted;
  if (first && severity(levelOf(first)) > severity(levelOfVerdict(verdict)))
    return { verdict: verdictOf(first), changes: sorted };
  return { verdict, changes: sorted };
}

/** The change that a pointer blames: at that very place, or the only one around it; -1 where it cannot be decided. */
function relatedTo(changes: readonly Change[], pointer: string): number {
  const matches = (test: (at: string) => boolean): number[] =>
    changes.flatMap((change, n) => {
      const places = [change.pointer, change.oldPointer].filter((at) => at !== undefined && at !== '');
      return levelOf(change) !== 'none' && places.some((at) => test(at ?? '')) ? [n] : [];
    });
  const exact = pointer === '' ? [] : matches((at) => at === pointer);
  const around = matches((at) => near(at, pointer));
  return exact[0] ?? (around.length === 1 ? around[0] : undefined) ?? -1;
}

/** Is one pointer the other's place, or inside it? */
const near = (a: string, b: string): boolean => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
