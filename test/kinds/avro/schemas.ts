/** Random Avro schemas and edits of them, for the test that has the codec as its judge. */

import type { JsonObject, JsonValue } from '../../../lib/json.ts';

type Random = () => number;

interface Field extends JsonObject {
  name: string;
  type: JsonValue;
}
interface Root extends JsonObject {
  fields: Field[];
}

const SCALARS = ['boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];
const VALUES: Record<string, JsonValue> = {
  ...{ null: null, boolean: true, int: 1, long: 2, float: 1.5, double: 2.5, bytes: 'a', string: 'b' },
};

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** Types by name are made once for each schema. */
interface Around {
  random: Random;
  count: number;
}

function typeOf(around: Around, depth: number): JsonValue {
  const { random } = around;
  const chance = random();
  if (depth > 2 || chance < 0.45) return pick(random, SCALARS);
  if (chance < 0.55) return { type: 'array', items: typeOf(around, depth + 1) };
  if (chance < 0.62) return { type: 'map', values: typeOf(around, depth + 1) };
  if (chance < 0.72) return unionOf(around, depth);
  around.count += 1;
  const name = `T${around.count}`;
  if (chance < 0.82) {
    const otherwise = random() < 0.3 ? { default: 'A' } : {};
    return {
      type: 'enum',
      name,
      symbols: ['A', 'B', 'C'].slice(0, 1 + Math.floor(random() * 3)),
      ...otherwise,
    };
  }
  if (chance < 0.88) return { type: 'fixed', name, size: 1 + Math.floor(random() * 3) };
  if (chance < 0.92) return ['null', 'R'];
  return recordOf(around, name, depth + 1);
}

function unionOf(around: Around, depth: number): JsonValue {
  const { random } = around;
  const branches = ['null', ...SCALARS].filter(() => random() < 0.35);
  if (branches.length === 0) branches.push('null');
  const more = random() < 0.2 ? [{ type: 'array', items: typeOf(around, depth + 1) }] : [];
  return [...branches, ...more];
}

/** A default where the type has an easy one. */
function defaultOf(type: JsonValue): JsonValue | undefined {
  if (typeof type === 'string') return VALUES[type];
  if (Array.isArray(type)) return typeof type[0] === 'string' ? VALUES[type[0]] : undefined;
  const { type: kind, symbols } = type as JsonObject;
  if (kind === 'array') return [];
  if (kind === 'map') return {};
  return kind === 'enum' && Array.isArray(symbols) ? symbols[0] : undefined;
}

function fieldOf(around: Around, name: string, depth: number): Field {
  const type = typeOf(around, depth);
  const otherwise = around.random() < 0.4 ? defaultOf(type) : undefined;
  return { name, type, ...(otherwise === undefined ? {} : { default: otherwise }) };
}

const recordOf = (around: Around, name: string, depth: number): Root => ({
  ...{ type: 'record', name },
  fields: Array.from({ length: 1 + Math.floor(around.random() * 3) }, (_, nth) =>
    fieldOf(around, `f${nth}`, depth),
  ),
});

/** All schemas and fields within a schema that can be edited. */
function objectsIn(schema: JsonValue, found: JsonObject[] = []): JsonObject[] {
  if (Array.isArray(schema)) for (const item of schema) objectsIn(item, found);
  else if (typeof schema === 'object' && schema !== null) {
    found.push(schema);
    for (const key of ['type', 'items', 'values', 'fields'])
      if (key in schema) objectsIn(schema[key] ?? null, found);
  }
  return found;
}

const NEAR: Record<string, string[]> = {
  ...{ int: ['long', 'float', 'double'], long: ['float', 'double', 'int'], float: ['double'] },
  ...{ string: ['bytes'], bytes: ['string'], double: ['float'] },
};

function edit(root: Root, around: Around): void {
  const { random } = around;
  const at = pick(random, objectsIn(root));
  const { type, fields, symbols } = at;
  const member = ['type', 'items', 'values'].find(
    (key) => typeof at[key] === 'string' && NEAR[String(at[key])],
  );
  if (Array.isArray(fields)) {
    const chance = random();
    if (chance < 0.3) fields.push(fieldOf(around, `g${fields.length}`, 2));
    else if (chance < 0.5) fields.splice(Math.floor(random() * fields.length), 1);
    else if (chance < 0.6) fields.reverse();
    else if (chance < 0.7 && at !== root)
      [at.name, at.aliases] = [`${at.name}x`, random() < 0.6 ? [at.name ?? ''] : []];
    return;
  }
  if (Array.isArray(symbols)) {
    if (random() < 0.5) symbols.push(`X${symbols.length}`);
    else if (symbols.length > 1) symbols.pop();
    if (!symbols.includes(at.default ?? 'A')) delete at.default;
    return;
  }
  if (type === 'fixed') at.size = Number(at.size) + (random() < 0.5 ? 0 : 1);
  else if (Array.isArray(type)) {
    const chance = random();
    if (chance < 0.4 && type.length > 1) type.pop();
    else if (chance < 0.7) type.reverse();
    else if (!type.includes('boolean')) type.push('boolean');
    dropDefault(at);
  } else if (member !== undefined && typeof at.symbols === 'undefined') {
    const now = String(at[member]);
    const near = pick(random, NEAR[now] ?? [now]);
    at[member] = random() < 0.4 ? ['null', near] : near;
    dropDefault(at);
  } else if (typeof at.name === 'string' && random() < 0.5) {
    at.aliases = random() < 0.7 ? [at.name] : ['f0'];
    at.name = `${at.name}n`;
  } else if ('default' in at) delete at.default;
  else if (typeof at.name === 'string') {
    const otherwise = defaultOf(type ?? null);
    if (otherwise !== undefined) at.default = otherwise;
  }
}

/** A default has to be of the type: one that may not be is given anew. */
function dropDefault(at: JsonObject): void {
  if (!('default' in at)) return;
  const otherwise = defaultOf(at.type ?? null);
  if (otherwise === undefined) delete at.default;
  else at.default = otherwise;
}

/** An old schema, and a new one that one to three edits made of it. */
export function pairOfSchemas(random: Random): [old: Root, now: Root] {
  const around = { random, count: 0 };
  const old = recordOf(around, 'R', 0);
  const now = structuredClone(old);
  const count = 1 + Math.floor(random() * 3);
  for (let nth = 0; nth < count; nth++) edit(now, around);
  return [old, now];
}

/** A random datum of a schema, in Avro's JSON; lists and unions end where it is deep. */
export function datumOf(random: Random, root: JsonObject): JsonValue {
  const names = new Map<string, JsonObject>();
  for (const object of objectsIn(root))
    if (['record', 'enum', 'fixed'].includes(String(object.type))) names.set(String(object.name), object);
  const of = (given: JsonValue, depth: number): JsonValue => {
    const schema = typeof given === 'string' ? (names.get(given) ?? given) : given;
    if (typeof schema === 'string') return VALUES[schema] ?? null;
    if (Array.isArray(schema)) {
      const branch = depth > 4 && schema.includes('null') ? 'null' : pick(random, schema);
      if (branch === 'null') return null;
      const { type, name } =
        typeof branch === 'string' ? { type: branch, name: branch } : (branch as JsonObject);
      return { [String(name ?? type)]: of(branch, depth + 1) };
    }
    const { type, items, values, symbols, size, fields } = schema as JsonObject;
    const count = depth > 4 ? 0 : Math.floor(random() * 3);
    if (type === 'array') return Array.from({ length: count }, () => of(items ?? null, depth + 1));
    if (type === 'map') return count === 0 ? {} : { key: of(values ?? null, depth + 1) };
    if (Array.isArray(symbols)) return pick(random, symbols);
    if (type === 'fixed') return 'x'.repeat(Number(size));
    if (!Array.isArray(fields)) return of(type ?? null, depth);
    return Object.fromEntries(
      (fields as Field[]).map((field) => [field.name, of(field.type, depth + 1)] as const),
    );
  };
  return of(root, 0);
}
