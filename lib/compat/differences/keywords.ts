import { canonical, type JsonObject, type JsonValue, sameJson } from '../../json.ts';
import { shown } from '../shown.ts';
import type { Difference, Effect, Fact } from './types.ts';

/** A difference as a keyword finds it: where it stands is the walk's to say. */
export type Found = Pick<
  Difference,
  'fact' | 'keyword' | 'kind' | 'effect' | 'reason' | 'before' | 'after'
> & {
  alone: Difference['alone'];
  /** Below the keyword, where it is a place of its own: the position of an enum's value. */
  below?: { old?: string; now?: string };
};

/** The differences in the keywords that hold no schemas: types, values, formats and limits. */
export function keywordDifferences(old: JsonObject, now: JsonObject): Found[] {
  return [
    ...types(old, now),
    ...values(old, now),
    ...constants(old, now),
    ...plain('format', 'format', old, now),
    ...plain('pattern', 'pattern', old, now),
    ...lowest.flatMap((keyword) => limit(keyword, 1, old, now)),
    ...highest.flatMap((keyword) => limit(keyword, -1, old, now)),
    ...step(old, now),
    ...unique(old, now),
  ];
}

const lowest = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const highest = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

/** The keywords that are compared here. */
export const leafKeywords = new Set([
  ...['type', 'enum', 'const', 'format', 'pattern', 'multipleOf', 'uniqueItems'],
  ...lowest,
  ...highest,
]);

/** The schema with one keyword set, or without it. */
export function withKeyword(schema: JsonObject, keyword: string, value: JsonValue | undefined): JsonObject {
  const { [keyword]: _gone, ...rest } = schema;
  return value === undefined ? rest : { ...rest, [keyword]: value };
}

const sets =
  (keyword: string, value: JsonValue | undefined) =>
  (schema: JsonObject): JsonObject =>
    withKeyword(schema, keyword, value);

const kindOf = (before: JsonValue | undefined, after: JsonValue | undefined): Found['kind'] =>
  before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';

function keywordFinding(
  fact: Fact,
  keyword: string,
  effect: Effect,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  reason = changed(keyword, before, after),
): Found {
  return {
    fact,
    keyword,
    kind: kindOf(before, after),
    effect,
    reason,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    alone: sets(keyword, after),
  };
}

/** `maxLength 10 became 5`. */
function changed(keyword: string, before: JsonValue | undefined, after: JsonValue | undefined): string {
  if (before === undefined) return `${keyword} ${shown(after ?? null)} was added`;
  if (after === undefined) return `${keyword} ${shown(before)} was removed`;
  return `${keyword} ${shown(before)} became ${shown(after)}`;
}

/** The types of a schema without `null`, and whether null is one of them; nothing where any type will do. */
function typesOf(schema: JsonObject): { names: string[]; isNull: boolean } | undefined {
  if (schema.type === undefined) return undefined;
  const all = [schema.type].flat().map(String);
  return { names: [...new Set(all.filter((name) => name !== 'null'))].sort(), isNull: all.includes('null') };
}

function types(old: JsonObject, now: JsonObject): Found[] {
  const [was, is] = [typesOf(old), typesOf(now)];
  const { type: before } = old;
  const { type: after } = now;
  if (!was && !is) return [];
  if (!was || !is) {
    const effect = was ? 'widens' : 'narrows';
    return [keywordFinding(was ? 'type-widened' : 'type-narrowed', 'type', effect, before, after)];
  }
  const found: Found[] = [];
  const written = (names: readonly string[], isNull: boolean): JsonValue => {
    const all = isNull ? [...names, 'null'] : [...names];
    return all.length === 1 ? (all[0] ?? null) : all;
  };
  const lost = was.names.filter((name) => !takes(is.names, name));
  const come = is.names.filter((name) => !takes(was.names, name));
  if (lost.length > 0 || come.length > 0) {
    const effect: Effect = lost.length === 0 ? 'widens' : come.length === 0 ? 'narrows' : 'replaces';
    const fact = ({ widens: 'type-widened', narrows: 'type-narrowed', replaces: 'type-changed' } as const)[
      effect
    ];
    const words = (names: readonly string[]): string => names.join(' or ') || 'null';
    found.push({
      ...keywordFinding(
        fact,
        'type',
        effect,
        before,
        after,
        `type ${words(was.names)} became ${words(is.names)}`,
      ),
      alone: (schema) => ({ ...schema, type: written(is.names, typesOf(schema)?.isNull ?? was.isNull) }),
    });
  }
  if (was.isNull !== is.isNull) {
    const [fact, effect] = is.isNull
      ? (['null-added', 'widens'] as const)
      : (['null-removed', 'narrows'] as const);
    found.push({
      ...keywordFinding(
        fact,
        'type',
        effect,
        before,
        after,
        is.isNull ? 'it may now be null' : 'it may no longer be null',
      ),
      kind: is.isNull ? 'added' : 'removed',
      alone: (schema) => withNull(schema, typesOf(schema)?.names ?? was.names, is.isNull),
    });
  }
  return found;

  function withNull(schema: JsonObject, names: readonly string[], isNull: boolean): JsonObject {
    const list =
      Array.isArray(schema.enum) && isNull && !schema.enum.includes(null)
        ? [...schema.enum, null]
        : schema.enum;
    return { ...schema, type: written(names, isNull), ...(list === undefined ? {} : { enum: list }) };
  }
}

const takes = (names: readonly string[], name: string): boolean =>
  names.includes(name) || (name === 'integer' && names.includes('number'));

function values(old: JsonObject, now: JsonObject): Found[] {
  const [before, after] = [old.enum, now.enum];
  if (!Array.isArray(before) || !Array.isArray(after)) {
    if (before === undefined && after !== undefined)
      return [keywordFinding('enum-added', 'enum', 'narrows', before, after)];
    if (before !== undefined && after === undefined)
      return [keywordFinding('enum-removed', 'enum', 'widens', before, after)];
    return [];
  }
  const had = new Map(before.map((value, at) => [canonical(value), at]));
  const has = new Map(after.map((value, at) => [canonical(value), at]));
  // Null comes and goes with the type, which says so.
  const tied = (value: JsonValue): boolean => value === null && typesOf(old)?.isNull !== typesOf(now)?.isNull;
  const found: Found[] = [];
  for (const [text, at] of had) {
    const value = before[at] ?? null;
    if (has.has(text) || tied(value)) continue;
    found.push({
      ...keywordFinding(
        'enum-value-removed',
        'enum',
        'narrows',
        value,
        undefined,
        `the value ${shown(value)} was removed`,
      ),
      below: { old: String(at) },
      alone: (schema) => ({ ...schema, enum: listOf(schema).filter((other) => !sameJson(other, value)) }),
    });
  }
  for (const [text, at] of has) {
    const value = after[at] ?? null;
    if (had.has(text) || tied(value)) continue;
    found.push({
      ...keywordFinding(
        'enum-value-added',
        'enum',
        'widens',
        undefined,
        value,
        `the value ${shown(value)} was added`,
      ),
      below: { now: String(at) },
      alone: (schema) => ({ ...schema, enum: [...listOf(schema), value] }),
    });
  }
  return found;
}

const listOf = (schema: JsonObject): JsonValue[] => (Array.isArray(schema.enum) ? schema.enum : []);

function constants(old: JsonObject, now: JsonObject): Found[] {
  const [before, after] = [old.const, now.const];
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [keywordFinding('const-added', 'const', 'narrows', before, after)];
  if (after === undefined) return [keywordFinding('const-removed', 'const', 'widens', before, after)];
  return sameJson(before, after) ? [] : [keywordFinding('const-changed', 'const', 'replaces', before, after)];
}

function plain(keyword: string, name: 'format' | 'pattern', old: JsonObject, now: JsonObject): Found[] {
  const [before, after] = [old[keyword], now[keyword]];
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [keywordFinding(`${name}-added`, keyword, 'narrows', before, after)];
  if (after === undefined) return [keywordFinding(`${name}-removed`, keyword, 'widens', before, after)];
  return sameJson(before, after)
    ? []
    : [keywordFinding(`${name}-changed`, keyword, 'unclear', before, after)];
}

/** `sign` 1: the greater the tighter. */
function limit(keyword: string, sign: 1 | -1, old: JsonObject, now: JsonObject): Found[] {
  const [before, after] = [old[keyword], now[keyword]];
  if (sameJson(before ?? null, after ?? null)) return [];
  // A limit that excludes nothing is none.
  const free = keyword.startsWith('min') && keyword !== 'minimum' ? 0 : undefined;
  if ((before ?? free) === (after ?? free)) return [];
  if (typeof (before ?? 0) !== 'number' || typeof (after ?? 0) !== 'number')
    return [keywordFinding('limit-tightened', keyword, 'unclear', before, after)];
  const infinite = sign * Number.NEGATIVE_INFINITY;
  const [was, is] = [before ?? infinite, after ?? infinite] as [number, number];
  const tighter = (is - was) * sign > 0;
  return [
    keywordFinding(
      tighter ? 'limit-tightened' : 'limit-loosened',
      keyword,
      tighter ? 'narrows' : 'widens',
      before,
      after,
    ),
  ];
}

function step(old: JsonObject, now: JsonObject): Found[] {
  const [before, after] = [old.multipleOf, now.multipleOf];
  if (before === after) return [];
  const effect = before === undefined ? 'narrows' : after === undefined ? 'widens' : 'unclear';
  return [keywordFinding('step-changed', 'multipleOf', effect, before, after)];
}

function unique(old: JsonObject, now: JsonObject): Found[] {
  const [before, after] = [old.uniqueItems === true, now.uniqueItems === true];
  if (before === after) return [];
  const fact = after ? 'limit-tightened' : 'limit-loosened';
  return [
    keywordFinding(fact, 'uniqueItems', after ? 'narrows' : 'widens', old.uniqueItems, now.uniqueItems),
  ];
}
