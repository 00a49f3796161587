import { isObject, type JsonObject, type JsonValue } from '../../json.ts';

/** A type constraint of Terraform ("Type Constraints"), as a contract has it. */
export type Type =
  | 'any'
  | 'string'
  | 'number'
  | 'bool'
  | { list: Type }
  | { set: Type }
  | { map: Type }
  | { tuple: Type[] }
  | { object: Record<string, Attribute> }
  /** It could not be read. */
  | { unknown: string };

export interface Attribute {
  type: Type;
  optional?: true;
  /** What it is where it is not given: a literal, or the text of an expression. */
  default?: JsonValue;
}

/** What an expression gives, as far as it can be read: a literal, or what the caller declares of a variable of its own. */
export type Given =
  /** A text that is a number, a boolean, or neither of them. */
  | 'numeric'
  | 'boolean'
  | 'text'
  | 'number'
  | 'bool'
  | 'null'
  | { values: Given[] }
  | { attributes: Record<string, Given> }
  | { declared: Type }
  /** A text of which nothing else is known. */
  | 'string'
  | { expression: string };

export type Answer = 'yes' | 'no' | 'unknown';

const worst = (answers: readonly Answer[]): Answer =>
  answers.includes('no') ? 'no' : answers.includes('unknown') ? 'unknown' : 'yes';

/** The type of the elements of a list or set, which are converted to each other. */
function elementOf(type: Type): Type | null {
  if (typeof type === 'string') return null;
  return 'list' in type ? type.list : 'set' in type ? type.set : null;
}

/**
 * Can every value that has the one type be converted to the other? Attributes that the first does not declare are not promised: a
 * value may have more of them, which are ignored. `no`: some value cannot.
 */
export function converts(from: Type, to: Type): Answer {
  if (to === 'any') return 'yes';
  if ((isObject(from) && 'unknown' in from) || (isObject(to) && 'unknown' in to)) return 'unknown';
  if (from === 'any') return 'no';
  if (typeof to === 'string') {
    if (typeof from !== 'string') return 'no';
    return from === to || to === 'string' ? 'yes' : 'no';
  }
  if (typeof from === 'string') return 'no';
  const [element, wanted] = [elementOf(from), elementOf(to)];
  if (wanted !== null) {
    if (element !== null) return converts(element, wanted);
    return 'tuple' in from ? worst(from.tuple.map((type) => converts(type, wanted))) : 'no';
  }
  if ('tuple' in to) {
    if (!('tuple' in from) || from.tuple.length !== to.tuple.length) return 'no';
    return worst(from.tuple.map((type, at) => converts(type, to.tuple[at] ?? 'any')));
  }
  if ('map' in to) {
    const { map } = to;
    if ('map' in from) return converts(from.map, map);
    if (!('object' in from)) return 'no';
    return worst(Object.values(from.object).map(({ type }) => converts(type, map)));
  }
  if (!('object' in to) || !('object' in from)) return 'no';
  return worst(
    Object.entries(to.object).map(([name, { type, optional }]) => {
      const own = Object.hasOwn(from.object, name) ? from.object[name] : undefined;
      if (own === undefined) return optional ? 'yes' : 'no';
      if (own.optional && !optional) return 'no';
      return converts(own.type, type);
    }),
  );
}

/** Is what a caller gives accepted by a type? What an expression gives is `unknown`, unless anything is accepted. */
export function accepts(type: Type, given: Given): Answer {
  if (type === 'any' || given === 'null') return 'yes';
  if (isObject(type) && 'unknown' in type) return 'unknown';
  if (typeof given === 'object' && 'expression' in given) return 'unknown';
  if (typeof given === 'object' && 'declared' in given)
    return converts(given.declared, type) === 'yes' ? 'yes' : 'unknown';
  if (typeof type === 'string') return acceptsScalar(type, given);
  const wanted = elementOf(type);
  if (wanted !== null)
    return typeof given === 'object' && 'values' in given
      ? worst(given.values.map((value) => accepts(wanted, value)))
      : 'no';
  if ('tuple' in type) {
    if (typeof given !== 'object' || !('values' in given)) return 'no';
    if (given.values.length !== type.tuple.length) return 'no';
    return worst(given.values.map((value, at) => accepts(type.tuple[at] ?? 'any', value)));
  }
  if (typeof given !== 'object' || !('attributes' in given)) return 'no';
  if ('map' in type) return worst(Object.values(given.attributes).map((inner) => accepts(type.map, inner)));
  if (!('object' in type)) return 'unknown';
  return worst(
    Object.entries(type.object).map(([name, { type: own, optional }]) => {
      const value = Object.hasOwn(given.attributes, name) ? given.attributes[name] : undefined;
      if (value !== undefined) return accepts(own, value);
      return optional ? 'yes' : 'no';
    }),
  );
}

/** Texts convert to numbers and booleans where they are one; `"1"` and `"0"` do to booleans in some releases. */
function acceptsScalar(type: 'string' | 'number' | 'bool', given: Given): Answer {
  if (typeof given === 'object') return 'no';
  if (type === 'string') return 'yes';
  if (given === 'string') return 'unknown';
  if (type === 'number') return given === 'number' || given === 'numeric' ? 'yes' : 'no';
  return given === 'bool' || given === 'boolean' ? 'yes' : given === 'numeric' ? 'unknown' : 'no';
}

/** The attributes of objects that a type has, by their path: `a`, `a.b`, `[].c`. */
export function attributesOf(type: Type, at = ''): Map<string, Attribute> {
  const found = new Map<string, Attribute>();
  const walk = (here: Type, path: string): void => {
    if (typeof here === 'string' || 'unknown' in here) return;
    if ('tuple' in here) for (const [nth, element] of here.tuple.entries()) walk(element, `${path}[${nth}]`);
    else if ('object' in here)
      for (const [name, own] of Object.entries(here.object)) {
        const inner = path === '' ? name : `${path}.${name}`;
        found.set(inner, own);
        walk(own.type, inner);
      }
    else walk('list' in here ? here.list : 'set' in here ? here.set : here.map, `${path}[]`);
  };
  walk(type, at);
  return found;
}

/** What a literal gives that a type does not declare, which is ignored: `a.b`. */
export function undeclared(type: Type, given: Given, at = ''): string[] {
  if (typeof type === 'string' || typeof given !== 'object') return [];
  if ('values' in given) {
    const wanted = elementOf(type);
    return given.values.flatMap((value, nth) =>
      undeclared(wanted ?? ('tuple' in type ? (type.tuple[nth] ?? 'any') : 'any'), value, `${at}[${nth}]`),
    );
  }
  if (!('attributes' in given)) return [];
  return Object.entries(given.attributes).flatMap(([name, own]) => {
    const path = at === '' ? name : `${at}.${name}`;
    if ('map' in type) return undeclared(type.map, own, path);
    if (!('object' in type)) return [];
    const declared = Object.hasOwn(type.object, name) ? type.object[name] : undefined;
    return declared === undefined ? [path] : undeclared(declared.type, own, path);
  });
}

/** The attributes that a literal has, by the same paths. */
export function attributesIn(given: Given, at = ''): Set<string> {
  const found = new Set<string>();
  const walk = (here: Given, path: string): void => {
    if (typeof here !== 'object') return;
    if ('values' in here) for (const value of here.values) walk(value, `${path}[]`);
    if ('attributes' in here)
      for (const [name, own] of Object.entries(here.attributes)) {
        const inner = path === '' ? name : `${path}.${name}`;
        found.add(inner);
        walk(own, inner);
      }
  };
  walk(given, at);
  return found;
}

/** A type as Terraform writes it. */
export function typeWords(type: Type): string {
  if (typeof type === 'string') return type;
  if ('unknown' in type) return type.unknown;
  if ('list' in type) return `list(${typeWords(type.list)})`;
  if ('set' in type) return `set(${typeWords(type.set)})`;
  if ('map' in type) return `map(${typeWords(type.map)})`;
  if ('tuple' in type) return `tuple([${type.tuple.map(typeWords).join(', ')}])`;
  const attributes = Object.entries(type.object).map(([name, { type: own, optional }]) =>
    optional ? `${name} = optional(${typeWords(own)})` : `${name} = ${typeWords(own)}`,
  );
  return `object({ ${attributes.join(', ')} })`;
}

/** A value that has a type, for a witness. */
export function exampleOf(type: Type): JsonValue {
  switch (type) {
    case 'any':
    case 'string':
      return 'text';
    case 'number':
      return 1;
    case 'bool':
      return true;
    default:
  }
  if (typeof type === 'string' || 'unknown' in type) return null;
  if ('list' in type) return [exampleOf(type.list)];
  if ('set' in type) return [exampleOf(type.set)];
  if ('map' in type) return { key: exampleOf(type.map) };
  if ('tuple' in type) return type.tuple.map(exampleOf);
  const required = Object.entries(type.object).filter(([, { optional }]) => optional !== true);
  return Object.fromEntries(required.map(([name, own]): [string, JsonValue] => [name, exampleOf(own.type)]));
}

/** Is a value of a contract or a record a type, or what is given? Anybody may have written it. */
export const typeIn = (value: JsonValue | undefined): Type =>
  isType(value, 0) ? value : { unknown: 'not on record' };

function isType(value: JsonValue | undefined, depth: number): value is Type & JsonValue {
  if (depth > 60) return false;
  if (typeof value === 'string') return ['any', 'string', 'number', 'bool'].includes(value);
  if (!isObject(value)) return false;
  if (typeof value.unknown === 'string') return true;
  for (const key of ['list', 'set', 'map'] as const)
    if (value[key] !== undefined) return isType(value[key], depth + 1);
  if (Array.isArray(value.tuple)) return value.tuple.every((item) => isType(item, depth + 1));
  return (
    isObject(value.object) &&
    Object.values(value.object).every((attribute) => isObject(attribute) && isType(attribute.type, depth + 1))
  );
}

/** What is on record of an argument; an expression of which nothing is known where it cannot be read. */
export const givenIn = (value: JsonValue | undefined): Given =>
  isGiven(value, 0) ? (value as unknown as Given) : { expression: 'not on record' };

const scalars = ['numeric', 'boolean', 'text', 'number', 'bool', 'null', 'string'];

function isGiven(value: JsonValue | undefined, depth: number): boolean {
  if (depth > 60) return false;
  if (typeof value === 'string') return scalars.includes(value);
  if (!isObject(value)) return false;
  if (Array.isArray(value.values)) return value.values.every((item) => isGiven(item, depth + 1));
  if (isObject(value.attributes))
    return Object.values(value.attributes as JsonObject).every((attribute) => isGiven(attribute, depth + 1));
  return typeof value.expression === 'string' || isType(value.declared, depth);
}
