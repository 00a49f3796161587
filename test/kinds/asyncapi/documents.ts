import type { JsonObject, JsonValue } from '../../../lib/json.ts';

type Random = () => number;

/** What an application does at one address, in a form that can be written in 2.x and in 3.x. */
export interface Described {
  address: string;
  action: 'send' | 'receive';
  messages: { name: string; payload: JsonObject }[];
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const chance = (random: Random, of: number): boolean => random() < of;
const NAMES = ['a', 'b', 'c', 'd'];

/** A random schema, of objects at the top. */
export function schemaOf(random: Random, depth = 0): JsonObject {
  const kinds = ['string', 'integer', 'boolean', 'enum', 'null', 'object', 'array', 'choice'];
  const kind = depth === 0 ? 'object' : pick(random, depth > 2 ? kinds.slice(0, 5) : kinds);
  switch (kind) {
    case 'string':
      return { type: 'string', ...(chance(random, 0.4) ? { maxLength: 1 + Math.floor(random() * 4) } : {}) };
    case 'integer':
      return {
        type: chance(random, 0.7) ? 'integer' : 'number',
        ...(chance(random, 0.4) ? { minimum: Math.floor(random() * 4) } : {}),
        ...(chance(random, 0.4) ? { maximum: 3 + Math.floor(random() * 4) } : {}),
      };
    case 'boolean':
      return { type: 'boolean' };
    case 'null':
      return { type: [pick(random, ['string', 'integer']), 'null'] };
    case 'enum':
      return { type: 'string', enum: NAMES.filter(() => chance(random, 0.6)).concat('x') };
    case 'array':
      return chance(random, 0.3)
        ? { type: 'array', items: [schemaOf(random, depth + 1), schemaOf(random, depth + 1)], minItems: 2 }
        : { type: 'array', items: schemaOf(random, depth + 1) };
    case 'choice':
      return { anyOf: [schemaOf(random, depth + 1), schemaOf(random, depth + 1)] };
    default: {
      const names = NAMES.filter(() => chance(random, 0.5));
      const required = names.filter(() => chance(random, 0.5));
      return {
        type: 'object',
        properties: Object.fromEntries(names.map((name) => [name, schemaOf(random, depth + 1)])),
        ...(required.length > 0 ? { required } : {}),
        ...(chance(random, 0.2) ? { additionalProperties: false } : {}),
      };
    }
  }
}

/** The same with one place of it changed. */
export function changed(random: Random, schema: JsonObject): JsonObject {
  const properties = schema.properties as JsonObject | undefined;
  const names = Object.keys(properties ?? {});
  if (properties !== undefined && names.length > 0 && chance(random, 0.7)) {
    const name = pick(random, names);
    const own = properties[name] as JsonObject;
    const required = (schema.required ?? []) as string[];
    switch (Math.floor(random() * 5)) {
      case 0: {
        const { [name]: _gone, ...rest } = properties;
        return { ...schema, properties: rest as JsonObject };
      }
      case 1:
        return { ...schema, required: required.filter((other) => other !== name) };
      case 2:
        return { ...schema, required: [...new Set([...required, name])] };
      case 3:
        return { ...schema, properties: { ...properties, [pick(random, NAMES)]: schemaOf(random, 2) } };
      default:
        return { ...schema, properties: { ...properties, [name]: changed(random, own) } };
    }
  }
  if (Array.isArray(schema.enum)) {
    const list = schema.enum.length > 1 && chance(random, 0.5) ? schema.enum.slice(1) : [...schema.enum, 'y'];
    return { ...schema, enum: list };
  }
  if (typeof schema.maxLength === 'number')
    return { ...schema, maxLength: schema.maxLength + (chance(random, 0.5) ? 1 : -1) };
  if (typeof schema.minimum === 'number')
    return { ...schema, minimum: schema.minimum + (chance(random, 0.5) ? 1 : -1) };
  if (schema.items !== undefined && !Array.isArray(schema.items))
    return { ...schema, items: changed(random, schema.items as JsonObject) };
  return chance(random, 0.3) ? { ...schema, description: 'words' } : schemaOf(random, 1);
}

/** What is described as a document of 2.x or 3.x: schemas in place or in the components, keys of their own. */
export function written(random: Random, all: readonly Described[]): JsonObject {
  const schemas: JsonObject = {};
  const payload = (schema: JsonObject): JsonObject => {
    if (chance(random, 0.5)) return schema;
    const name = `S${Object.keys(schemas).length}`;
    schemas[name] = schema;
    return { $ref: `#/components/schemas/${name}` };
  };
  const channels: JsonObject = {};
  const operations: JsonObject = {};
  const isOld = chance(random, 0.5);
  for (const [at, { address, action, messages }] of all.entries()) {
    const list = messages.map(({ name, payload: schema }) => ({ name, payload: payload(schema) }));
    if (isOld) {
      const word = action === 'send' ? 'subscribe' : 'publish';
      const message: JsonValue = list.length === 1 ? (list[0] as JsonObject) : { oneOf: list };
      channels[address] = { ...(channels[address] as JsonObject | undefined), [word]: { message } };
    } else {
      const key = `c${at}${pick(random, NAMES)}`;
      channels[key] = {
        address,
        messages: Object.fromEntries(list.map((message, nth) => [`m${nth}`, message])),
      };
      operations[`o${at}`] = { action, channel: { $ref: `#/channels/${key}` } };
    }
  }
  const head = { info: { title: 'random', version: '1' }, channels, components: { schemas } };
  return isOld ? { asyncapi: '2.6.0', ...head } : { asyncapi: '3.0.0', ...head, operations };
}

/** Something that a sender may send who declares the schema: nothing but what is declared. */
export function dataOf(random: Random, schema: JsonObject): JsonValue {
  if (Array.isArray(schema.anyOf)) return dataOf(random, pick(random, schema.anyOf) as JsonObject);
  if (Array.isArray(schema.enum)) return pick(random, schema.enum);
  const type = Array.isArray(schema.type) ? pick(random, schema.type) : schema.type;
  switch (type) {
    case 'string':
      return 'abcdefgh'.slice(0, Math.floor(random() * (Number(schema.maxLength ?? 5) + 1)));
    case 'integer':
    case 'number': {
      const low = Number(schema.minimum ?? -2);
      const high = Number(schema.maximum ?? low + 6);
      const whole = low + Math.floor(random() * (high - low + 1));
      return type === 'number' && whole < high && chance(random, 0.5) ? whole + 0.5 : whole;
    }
    case 'boolean':
      return chance(random, 0.5);
    case 'null':
      return null;
    case 'array': {
      const { items } = schema;
      if (Array.isArray(items)) return items.map((item) => dataOf(random, item as JsonObject));
      return Array.from({ length: Math.floor(random() * 3) }, () => dataOf(random, items as JsonObject));
    }
    default: {
      const required = (schema.required ?? []) as string[];
      const properties = (schema.properties ?? {}) as Record<string, JsonObject>;
      const names = Object.keys(properties).filter((name) => required.includes(name) || chance(random, 0.6));
      return Object.fromEntries(names.map((name) => [name, dataOf(random, properties[name] ?? {})]));
    }
  }
}
