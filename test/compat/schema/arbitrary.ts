import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../lib/json.ts';

/** Strings, names and numbers from a universe so small that random schemas and values meet. */
const text = fc.constantFrom('', 'a', 'b', 'ab', 'ba', 'aa', 'abc', '1', '-', '\n', '😀');
const key = fc.constantFrom('a', 'b', 'ab', 'c', 'd');
const number = fc.constantFrom(-2, -1, 0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 10, 12);
const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  number as fc.Arbitrary<JsonValue>,
  text,
);
const count = fc.nat({ max: 3 });
const pattern = fc.constantFrom(
  'a',
  '^a',
  'b$',
  '^a*$',
  '^[ab]+$',
  '^.{2}$',
  '^(a|b)*b$',
  '^(?!a)',
  '^(?=.*b)a',
  '\\bb',
  '^\\w+$',
  '[^a]',
);

const object = (entries: fc.Arbitrary<[string, JsonValue][]>): fc.Arbitrary<JsonObject> =>
  entries.map((pairs) => Object.fromEntries(pairs));

/** Any value of the small universe, up to a depth. */
export function value(depth = 2): fc.Arbitrary<JsonValue> {
  if (depth === 0) return scalar;
  const inner = value(depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: scalar },
    { weight: 2, arbitrary: fc.array(inner, { maxLength: 4 }) },
    { weight: 2, arbitrary: object(fc.array(fc.tuple(key, inner), { maxLength: 4 })) },
  );
}

const type = fc.constantFrom('null', 'boolean', 'integer', 'number', 'string', 'array', 'object');

/** One keyword with its value, any of 2020-12 that this program decides. */
function keyword(depth: number): fc.Arbitrary<JsonObject> {
  const inner = depth > 0 ? schema(depth - 1) : leaf;
  const keyword = (name: string, of: fc.Arbitrary<JsonValue>): fc.Arbitrary<JsonObject> =>
    of.map((value) => ({ [name]: value }));
  const list = fc.array(inner, { minLength: 1, maxLength: 3 });
  const flat = [
    keyword('type', fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 }))),
    keyword('enum', fc.array(value(1), { minLength: 1, maxLength: 4 })),
    keyword('const', value(1)),
    ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map((name) => keyword(name, number)),
    keyword('multipleOf', fc.constantFrom(0.5, 1, 1.5, 2, 3, 4)),
    ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'].map((name) =>
      keyword(name, count),
    ),
    keyword('pattern', pattern),
    keyword('uniqueItems', fc.boolean()),
    keyword('required', fc.uniqueArray(key, { maxLength: 2 })),
    keyword(
      'dependentRequired',
      object(fc.array(fc.tuple(key, fc.uniqueArray(key, { maxLength: 2 })), { maxLength: 2 })),
    ),
  ];
  if (depth === 0) return fc.oneof(...flat);
  const properties = object(fc.array(fc.tuple(key, inner), { maxLength: 3 }));
  return fc.oneof(
    { weight: 4, arbitrary: fc.oneof(...flat) },
    {
      weight: 5,
      arbitrary: fc.oneof(
        keyword('properties', properties),
        keyword('properties', properties),
        keyword('patternProperties', object(fc.array(fc.tuple(pattern, inner), { maxLength: 2 }))),
        keyword('additionalProperties', inner),
        keyword('propertyNames', inner),
        keyword('dependentSchemas', object(fc.array(fc.tuple(key, inner), { maxLength: 2 }))),
        keyword('unevaluatedProperties', inner),
        keyword('items', inner),
        keyword('prefixItems', list),
        fc
          .tuple(inner, fc.option(count, { nil: undefined }), fc.option(count, { nil: undefined }))
          .map(([contains, min, max]) => ({
            contains,
            ...(min === undefined ? {} : { minContains: min }),
            ...(max === undefined ? {} : { maxContains: max }),
          })),
        keyword('unevaluatedItems', inner),
      ),
    },
    {
      weight: 3,
      arbitrary: fc.oneof(
        keyword('allOf', list),
        keyword('anyOf', list),
        keyword('oneOf', list),
        keyword('not', inner),
        fc
          .tuple(inner, inner, inner)
          .map((parts) =>
            Object.fromEntries(['if', 'then', 'else'].map((name, index) => [name, parts[index] ?? true])),
          ),
        keyword('$ref', fc.constant('#/$defs/d')),
      ),
    },
  );
}

const leaf: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 1, arbitrary: fc.boolean() },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...['string', 'number', 'integer', 'object', 'array'].map((type) => ({ type })),
    ),
  },
);

/** A schema without the definition that its references lead to. */
export const schema = (depth = 2): fc.Arbitrary<JsonValue> =>
  fc.oneof(
    { weight: 1, arbitrary: leaf },
    {
      weight: 8,
      arbitrary: fc
        .array(keyword(depth), { minLength: 1, maxLength: 3 })
        .map((parts) => apart(Object.assign({}, ...parts))),
    },
  );

/** Ajv 8 accepts an empty array where `contains` stands beside `prefixItems`: no oracle for that pair. */
const apart = ({ contains, ...rest }: JsonObject): JsonObject =>
  contains === undefined || 'prefixItems' in rest ? rest : { contains, ...rest };

/** A whole document; its one definition never leads back to itself within the same value. */
export const document = (depth = 2): fc.Arbitrary<JsonValue> =>
  fc.tuple(schema(depth), schema(1)).map(([root, definition]) => ({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    allOf: [root],
    $defs: { d: guarded(definition) },
  }));

/** References inside the definition, moved below a member so that every value ends. */
const guarded = (definition: JsonValue): JsonValue =>
  JSON.stringify(definition).includes('#/$defs/d')
    ? { type: ['object', 'null'], properties: { a: definition }, additionalProperties: { $ref: '#/$defs/d' } }
    : definition;

/** A document and a neighbour of it: one place changed, or something else altogether. */
export const pair = (depth = 2): fc.Arbitrary<[JsonValue, JsonValue]> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.tuple(document(depth), document(depth)) },
    {
      weight: 4,
      arbitrary: fc.tuple(document(depth), fc.nat(), schema(1), fc.boolean()).map(([inner, at, by, swap]) => {
        const other = changed(inner, at, by);
        return swap ? pairOf(other, inner) : pairOf(inner, other);
      }),
    },
  );

const pairOf = (old: JsonValue, next: JsonValue): [JsonValue, JsonValue] => [old, next];

/** The document with the value at one place replaced, dropped, or nudged where it is a number. */
function changed(document: JsonValue, at: number, by: JsonValue): JsonValue {
  const places: { holder: JsonObject | JsonValue[]; key: string | number }[] = [];
  const copy = structuredClone(document) as JsonObject;
  const walk = (holder: JsonObject | JsonValue[]): void => {
    for (const [key, inner] of Object.entries(holder)) {
      if (key === '$schema' || key === '$defs' || key === '$ref') continue;
      places.push({ holder, key });
      if (typeof inner === 'object' && inner !== null) walk(inner);
    }
  };
  walk(copy.allOf as JsonValue[]);
  const place = places[at % Math.max(1, places.length)];
  if (!place) return by;
  const { holder, key } = place;
  const old = (holder as JsonObject)[key];
  if (typeof old === 'number')
    (holder as JsonObject)[key] = Math.max(0.5, Math.trunc(old) + (at % 2 ? 1 : -1)) || 1;
  else if (Array.isArray(holder)) holder[Number(key)] = by;
  else if (at % 3 === 0 && key !== 'if') delete holder[key];
  else if (typeof old === 'object' || typeof old === 'boolean') (holder as JsonObject)[key] = by;
  return copy;
}
