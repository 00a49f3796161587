import type { JsonValue } from '../../../lib/json.ts';

/** A type as these tests write it, and a value as a caller gives it. */
export type T =
  | 'any'
  | 'string'
  | 'number'
  | 'bool'
  | { of: 'list' | 'set' | 'map'; type: T }
  | { tuple: T[] }
  | { object: Record<string, { type: T; optional: boolean; fallback?: JsonValue }> };

export interface V {
  type: T;
  nullable: boolean;
  /** Absent: it has to be set. */
  fallback?: JsonValue;
}

/** What a value is after conversion, or that it cannot be converted. */
type Converted = { value: JsonValue } | null;

/**
 * The rules of conversion ("Type Constraints", "Conversion of Primitive Types" and "Conversion of Complex Types"), written from the
 * documentation and from nothing of the program: a second opinion for tests.
 */
export function convert(value: JsonValue, type: T): Converted {
  if (value === null || type === 'any') return { value };
  if (typeof type === 'string') return scalar(value, type);
  if (typeof value !== 'object') return null;
  if ('tuple' in type) {
    if (!Array.isArray(value) || value.length !== type.tuple.length) return null;
    return list(value.map((item, at) => convert(item, type.tuple[at] ?? 'any')));
  }
  if ('of' in type && type.of !== 'map')
    return Array.isArray(value) ? list(value.map((item) => convert(item, type.type))) : null;
  if (Array.isArray(value)) return null;
  const found: Record<string, JsonValue> = {};
  if ('of' in type) {
    for (const [key, item] of Object.entries(value)) {
      const inner = convert(item, type.type);
      if (inner === null) return null;
      found[key] = inner.value;
    }
    return { value: found };
  }
  for (const [key, own] of Object.entries(type.object)) {
    if (!Object.hasOwn(value, key)) {
      if (!own.optional) return null;
      found[key] = own.fallback ?? null;
      continue;
    }
    const inner = convert(value[key] ?? null, own.type);
    if (inner === null) return null;
    found[key] = inner.value;
  }
  return { value: found };
}

const list = (items: readonly Converted[]): Converted =>
  items.includes(null) ? null : { value: items.map((item) => item?.value ?? null) };

function scalar(value: JsonValue, type: 'string' | 'number' | 'bool'): Converted {
  if (typeof value === 'object') return null;
  if (type === 'string') return { value: String(value) };
  if (type === 'number')
    return typeof value === 'number'
      ? { value }
      : typeof value === 'string' && /^\d+$/.test(value)
        ? { value: Number(value) }
        : null;
  return typeof value === 'boolean'
    ? { value }
    : value === 'true' || value === 'false'
      ? { value: value === 'true' }
      : null;
}

/** What the module sees of its variables; `null`: the call is refused. */
export function call(
  variables: Readonly<Record<string, V>>,
  given: Readonly<Record<string, JsonValue>>,
): Record<string, JsonValue> | null {
  if (Object.keys(given).some((name) => !Object.hasOwn(variables, name))) return null;
  const seen: Record<string, JsonValue> = {};
  for (const [name, { type, nullable, fallback }] of Object.entries(variables)) {
    const isSet = Object.hasOwn(given, name) && (given[name] !== null || nullable);
    if (!isSet && fallback === undefined) return null;
    const converted = convert(isSet ? (given[name] ?? null) : (fallback ?? null), type);
    if (converted === null) return null;
    seen[name] = converted.value;
  }
  return seen;
}

/** HCL of a module with these variables. */
export const written = (variables: Readonly<Record<string, V>>): string =>
  `output "o" {\n  value = 1\n}\n${Object.entries(variables)
    .map(
      ([name, { type, nullable, fallback }]) =>
        `variable "${name}" {\n  type     = ${typeText(type)}\n  nullable = ${nullable}\n${
          fallback === undefined ? '' : `  default  = ${valueText(fallback)}\n`
        }}\n`,
    )
    .join('')}`;

function typeText(type: T): string {
  if (typeof type === 'string') return type;
  if ('tuple' in type) return `tuple([${type.tuple.map(typeText).join(', ')}])`;
  if ('of' in type) return `${type.of}(${typeText(type.type)})`;
  const members = Object.entries(type.object).map(([key, { type: own, optional, fallback }]) => {
    const more = fallback === undefined ? '' : `, ${valueText(fallback)}`;
    return `    ${key} = ${optional ? `optional(${typeText(own)}${more})` : typeText(own)}\n`;
  });
  return `object({\n${members.join('')}  })`;
}

/** HCL of a value. */
export function valueText(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([key, inner]) => `${key} = ${valueText(inner)}`)
    .join(', ')} }`;
}
