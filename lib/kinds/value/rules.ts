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
  rule(
    'changed',
    'breaking',
    'Both sides must hold the same value, and consumers still have the old value.',
    1,
    2,
  ),
  rule('key-removed', 'breaking', 'Consumers that read the key do not find it.', { a: 1, b: 2 }, { a: 1 }),
  rule('key-added', 'compatible', 'No consumer reads it yet.', { a: 1 }, { a: 1, b: 2 }),
  rule(
    'element-removed',
    'breaking',
    'An element of a set was removed, and consumers may depend on it.',
    ['a', 'b'],
    ['a'],
  ),
  rule('element-added', 'compatible', 'All other elements of the set are still there.', ['a'], ['a', 'b']),
  rule(
    'item-removed',
    'breaking',
    'The following items of the list have new positions.',
    ['a', 'b'],
    ['b'],
    list,
  ),
  rule(
    'item-added',
    'compatible',
    'It is at the end of the list, and every other item keeps its position.',
    ['a'],
    ['a', 'b'],
    list,
  ),
  rule(
    'item-inserted',
    'breaking',
    'It takes the position of another item of the list.',
    ['a', 'b'],
    ['c', 'a', 'b'],
    list,
  ),
  rule(
    'promise-weakened',
    'breaking',
    'The schema now allows more changes here, so a later change would no longer be reported as breaking.',
    { a: 1 },
    { a: 1 },
    {},
    { 'x-realm': { change: 'compatible' } },
  ),
  rule('removed', 'breaking', 'The value was removed.', 1, null),
];
