import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import type { Place } from './document.ts';
import { evaluate } from './evaluate.ts';
import { Node } from './node.ts';
import type { Parser } from './parse.ts';

export interface Blame {
  pointer: string;
  keyword: string;
}

/** Keywords that change what another one means, and so are judged together with it. */
const companions: Record<string, readonly string[]> = {
  minimum: ['exclusiveMinimum'],
  maximum: ['exclusiveMaximum'],
  additionalItems: ['items'],
  contains: ['minContains', 'maxContains'],
  if: ['then', 'else'],
};
const silent = new Set([
  'then',
  'else',
  'minContains',
  'maxContains',
  'exclusiveMinimum',
  'exclusiveMaximum',
]);

/** The keyword, as deep inside as one can be named, by which a schema rejects a value. */
export function blame(parser: Parser, place: Place, value: JsonValue): Blame {
  let here = place;
  let at = value;
  let found: Blame = { pointer: place.pointer, keyword: lastToken(place.pointer) };
  for (let depth = 0; depth < 200; depth++) {
    const { schema } = here;
    if (!isObject(schema)) return found;
    const keyword =
      Object.keys(schema).find((key) => rejects(parser, here, schema, key, at)) ?? whole(schema);
    if (keyword === undefined) return found;
    found = { pointer: `${here.pointer}/${pointerToken(keyword)}`, keyword: named(schema, keyword) };
    const next = descend(parser, here, schema, keyword, at);
    if (!next) return found;
    if (!isObject(next.place.schema)) return { pointer: next.place.pointer, keyword };
    ({ place: here, value: at } = next);
  }
  return found;
}

const lastToken = (pointer: string): string => pointer.slice(pointer.lastIndexOf('/') + 1) || 'false';

/** Unevaluated members and items hang on all keywords around them, so they are blamed when nothing else is. */
const whole = (schema: JsonObject): string | undefined =>
  ['unevaluatedProperties', 'unevaluatedItems'].find((keyword) => Object.hasOwn(schema, keyword));

const named = (schema: JsonObject, keyword: string): string =>
  keyword === 'minimum' && schema.exclusiveMinimum === true
    ? 'exclusiveMinimum'
    : keyword === 'maximum' && schema.exclusiveMaximum === true
      ? 'exclusiveMaximum'
      : keyword;

function rejects(
  parser: Parser,
  place: Place,
  schema: JsonObject,
  keyword: string,
  value: JsonValue,
): boolean {
  if (keyword.startsWith('unevaluated') || keyword === '$id' || keyword === 'id') return false;
  if (silent.has(keyword) && typeof schema[keyword] !== 'number') return false;
  if (keyword === 'minContains' || keyword === 'maxContains') return false;
  const part: JsonObject = Object.fromEntries(
    [keyword, ...(companions[keyword] ?? [])].flatMap((name) =>
      Object.hasOwn(schema, name) ? [[name, schema[name] as JsonValue]] : [],
    ),
  );
  if (keyword === 'additionalProperties')
    for (const word of ['properties', 'patternProperties'])
      if (isObject(schema[word]))
        part[word] = Object.fromEntries(Object.keys(schema[word]).map((key) => [key, true as JsonValue]));
  if (keyword === 'items' && Array.isArray(schema.prefixItems))
    part.prefixItems = schema.prefixItems.map(() => true);
  if (keyword === 'additionalItems' && Array.isArray(schema.items)) part.items = schema.items.map(() => true);
  return evaluate(parser.read({ ...place, schema: part }), value, parser.formulas.work) === false;
}

function descend(
  parser: Parser,
  place: Place,
  schema: JsonObject,
  keyword: string,
  value: JsonValue,
): { place: Place; value: JsonValue } | undefined {
  const fails = (child: Place, at: JsonValue): boolean =>
    evaluate(parser.read(child), at, parser.formulas.work) === false;
  const inside = (child: JsonValue, ...path: (string | number)[]): Place =>
    parser.inside(place, child, ...path);
  const options: { place: Place; value: JsonValue }[] = [];
  const sub = schema[keyword];
  if (sub === undefined) return undefined;
  switch (keyword) {
    case 'properties':
      if (isObject(value) && isObject(sub))
        for (const [key, child] of Object.entries(sub))
          if (Object.hasOwn(value, key))
            options.push({ place: inside(child, keyword, key), value: value[key] ?? null });
      break;
    case 'patternProperties':
      if (isObject(value) && isObject(sub))
        for (const [source, child] of Object.entries(sub))
          for (const [key, member] of Object.entries(value))
            if (evaluate(parser.pattern(source, place, keyword), key, parser.formulas.work))
              options.push({ place: inside(child, keyword, source), value: member });
      break;
    case 'additionalProperties':
      if (isObject(value) && isObject(sub)) {
        const known = parser.namedMembers(new Node(parser, place, schema));
        for (const [key, member] of Object.entries(value))
          if (evaluate(known, key, parser.formulas.work) === false)
            options.push({ place: inside(sub, keyword), value: member });
      }
      break;
    case 'prefixItems':
    case 'items':
    case 'additionalItems':
      if (!Array.isArray(value)) break;
      if (Array.isArray(sub))
        for (const [index, child] of sub.entries())
          if (index < value.length)
            options.push({ place: inside(child, keyword, index), value: value[index] ?? null });
      if (isObject(sub)) for (const item of value) options.push({ place: inside(sub, keyword), value: item });
      break;
    case 'allOf':
      if (Array.isArray(sub))
        for (const [index, child] of sub.entries())
          options.push({ place: inside(child, keyword, index), value });
      break;
    case 'if':
      for (const branch of ['then', 'else'])
        if (
          isObject(schema[branch]) &&
          evaluate(parser.read(inside(sub, 'if')), value, parser.formulas.work) === (branch === 'then')
        )
          options.push({ place: inside(schema[branch], branch), value });
      break;
    case '$ref': {
      const target = parser.follow(new Node(parser, place, schema), '$ref');
      if (!('op' in target)) options.push({ place: target, value });
      break;
    }
  }
  return options.find((option) => fails(option.place, option.value));
}
