import type { ChangeLevel } from '../../compat/types.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Rule } from '../rule.ts';

function rule(
  id: string,
  level: ChangeLevel,
  why: string,
  old: JsonValue,
  now: JsonValue,
  schema?: JsonObject,
  newSchema?: JsonObject,
): Rule {
  const schemas = {
    ...(schema === undefined ? {} : { schema }),
    ...(newSchema === undefined ? {} : { newSchema }),
  };
  return {
    id: `value/${id}`,
    level,
    why,
    example: { old, new: now, ...schemas },
    reference: 'docs/detectors.md, values',
  };
}

const list: JsonObject = { 'x-realm': { kind: 'list' } };

/** What can change in a value that both sides hold. */
export const rules: readonly Rule[] = [
  rule('changed', 'breaking', 'Both sides hold the same value: whoever has the old one disagrees.', 1, 2),
  rule('key-removed', 'breaking', 'Whoever reads the key misses it.', { a: 1, b: 2 }, { a: 1 }),
  rule('key-added', 'compatible', 'Nobody reads it yet.', { a: 1 }, { a: 1, b: 2 }),
  rule(
    'element-removed',
    'breaking',
    'An element of a set that somebody relies on is gone.',
    ['a', 'b'],
    ['a'],
  ),
  rule('element-added', 'compatible', 'The other elements of the set are all there.', ['a'], ['a', 'b']),
  rule(
    'item-removed',
    'breaking',
    'The items of a list behind it have other places.',
    ['a', 'b'],
    ['b'],
    list,
  ),
  rule(
    'item-added',
    'compatible',
    'It stands at the end of the list, and every other item keeps its place.',
    ['a'],
    ['a', 'b'],
    list,
  ),
  rule(
    'item-inserted',
    'breaking',
    'It takes the place of another item of the list.',
    ['a', 'b'],
    ['c', 'a', 'b'],
    list,
  ),
  rule(
    'promise-weakened',
    'breaking',
    'The schema now allows more to change in this place, so that the next change would break nothing by name.',
    { a: 1 },
    { a: 1 },
    {},
    { 'x-realm': { change: 'compatible' } },
  ),
  rule('removed', 'breaking', 'There is no value any more.', 1, null),
];
