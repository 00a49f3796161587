import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import t from 'tap';
import { ByParts } from '../../../lib/compat/schema/by-parts.ts';
import { Work } from '../../../lib/compat/schema/work.ts';
import { atPointer, isObject, type JsonObject, type JsonValue, sameJson } from '../../../lib/json.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';
import { pair, value } from './arbitrary.ts';

const nightly = process.env.REALM_NIGHTLY === '1';
const PAIRS = nightly ? 40_000 : 1_500;
const seed = seedOr(nightly ? anySeed() : 20_261);

/** Is every value of the first proved to be one of the second? */
function contains(inner: JsonValue, outer: JsonValue, work = new Work()): boolean {
  const follow = (root: JsonValue) => ($ref: string) => atPointer(root, $ref.slice(1));
  const sides = {
    ...{ inner: follow(inner), outer: follow(outer), known: () => undefined, work },
    same: (a: JsonObject, b: JsonObject) => sameJson(a, b) && !JSON.stringify(a).includes('$ref'),
  };
  return new ByParts(sides).contains(inner, outer);
}

t.test('no value gets past a proof', (test) => {
  const values = fc.sample(value(3), { numRuns: 300, seed });
  const ajv = new Ajv2020({ strict: false, ownProperties: true, logger: false });
  const isValid = (schema: JsonValue) => {
    try {
      const validate = ajv.compile(isObject(schema) ? { ...schema } : Boolean(schema));
      return (value: JsonValue): boolean | undefined => {
        try {
          return validate(value) === true;
        } catch {
          return undefined;
        }
      };
    } catch {
      return undefined;
    }
  };
  let [proved, tried, accepted] = [0, 0, 0];
  for (const [old, now] of fc.sample(pair(), { numRuns: PAIRS, seed })) {
    tried++;
    if (sameJson(old, now) || !contains(old, now)) continue;
    const [before, after] = [isValid(old), isValid(now)];
    if (!before || !after) continue;
    proved++;
    for (const value of values) {
      if (before(value) !== true) continue;
      accepted++;
      if (after(value) === false) test.fail('a false proof', { seed, old, now, value });
    }
  }
  test.comment(`seed ${seed}: ${tried} pairs, ${proved} proved, ${accepted} values valid under the old one`);
  test.ok(proved > PAIRS / 15, `${proved} of ${tried} proved`);
  test.end();
});

const refer = (name: string): JsonObject => ({ $ref: `#/$defs/${name}` });
const closed = { type: 'object', additionalProperties: false };

const cases: [name: string, inner: JsonValue, outer: JsonValue, proved: boolean][] = [
  ['a tighter limit', { type: 'string', maxLength: 3 }, { type: 'string', maxLength: 5 }, true],
  ['a looser limit', { type: 'string', maxLength: 5 }, { type: 'string', maxLength: 3 }, false],
  [
    'a recursive schema with a property more',
    { ...refer('a'), $defs: { a: { properties: { next: refer('a'), n: { type: 'integer' } } } } },
    { ...refer('a'), $defs: { a: { properties: { next: refer('a') } } } },
    true,
  ],
  [
    'a recursive schema that takes less far down',
    { ...refer('a'), $defs: { a: { properties: { next: refer('a') } } } },
    {
      ...refer('a'),
      $defs: { a: { properties: { next: refer('b') } }, b: { type: 'object', ...refer('a') } },
    },
    false,
  ],
  [
    'a schema that is only itself',
    { $defs: { a: { allOf: [refer('a')] } }, ...refer('a') },
    { $defs: { a: { allOf: [refer('a')], type: 'string' } }, ...refer('a') },
    false,
  ],
  [
    'the branches of a choice, in another order',
    { anyOf: [{ type: 'null' }, { enum: ['a'] }] },
    { anyOf: [{ enum: ['a', 'b'] }, { type: 'null' }] },
    true,
  ],
  [
    'exactly one of two that a constant tells apart',
    { oneOf: [{ ...closed, required: ['k'], properties: { k: { const: 1 }, n: { type: 'integer' } } }] },
    {
      oneOf: [
        { type: 'object', required: ['k'], properties: { k: { const: 1 } } },
        { type: 'object', required: ['k'], properties: { k: { const: 2 } } },
      ],
    },
    true,
  ],
  [
    'exactly one of two that nothing tells apart',
    { type: 'object', required: ['k'], properties: { k: { const: 1 } } },
    {
      oneOf: [
        { required: ['k'], properties: { k: { const: 1 } } },
        { properties: { n: { type: 'integer' } } },
      ],
    },
    false,
  ],
  [
    'what is evaluated beside other properties',
    { properties: { a: true, b: true }, unevaluatedProperties: false },
    { properties: { a: true }, unevaluatedProperties: false },
    false,
  ],
];

for (const [name, inner, outer, proved] of cases)
  t.test(name, async (test) => test.equal(contains(inner, outer), proved));

t.test('what was believed when the work ran out is not kept', async (test) => {
  const chain = (last: JsonObject): JsonObject => ({
    ...refer('a0'),
    $defs: Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [
        `a${n}`,
        n === 49 ? last : { properties: { p: refer(`a${n + 1}`) } },
      ]),
    ),
  });
  const [inner, outer] = [chain({}), chain({ type: 'string' })];
  const work = new Work(300);
  const sides = {
    ...{ known: () => undefined, same: () => false, work },
    ...{ inner: ($ref: string) => atPointer(inner, $ref.slice(1)) },
    ...{ outer: ($ref: string) => atPointer(outer, $ref.slice(1)) },
  };
  const proof = new ByParts(sides);
  test.throws(() => proof.contains(inner, outer), /too many steps|/);
  work.left = 100_000;
  test.equal(proof.contains(inner, outer), false);
});
