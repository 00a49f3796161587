import t from 'tap';
import { canonical, type JsonValue, sameJson } from '../lib/json.ts';
import { anyJson } from './helpers/values/json.ts';
import { fc } from './helpers/values/properties.ts';

t.test('two values are the same where their canonical texts are', async () => {
  const near = fc
    .tuple(anyJson, anyJson, fc.nat())
    .map(([a, b, way]) => [a, way % 3 ? b : structuredClone(a)]);
  fc.assert(
    fc.property(near, ([a = null, b = null]) => sameJson(a, b) === (canonical(a) === canonical(b))),
    { numRuns: 2000 },
  );
  const odd = JSON.parse('{"__proto__": {}}');
  for (const [a, b, same] of [
    [0, -0, true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: null }, {}, false],
    [[], {}, false],
    [[1, 2], [2, 1], false],
    [odd, {}, false],
    [{ toString: 1 }, {}, false],
    ['1', 1, false],
    [null, {}, false],
  ] as [JsonValue, JsonValue, boolean][])
    if (sameJson(a, b) !== same) throw new Error(`${JSON.stringify(a)} ${JSON.stringify(b)}`);
});
