import fc from 'fast-check';
import t from 'tap';
import { atPointer, isObject, type JsonObject, type JsonValue } from '../../../../lib/json.ts';
import { compareOpenapi } from '../../../../lib/kinds/openapi/compare/index.ts';
import { anySeed, seedOr } from '../../../helpers/values/seed.ts';
import { documents } from './documents.ts';
import { Judge, type Request, type Response } from './messages.ts';

/** `REALM_NIGHTLY=1` for a long run. */
const nightly = process.env.REALM_NIGHTLY === '1';
const PAIRS = nightly ? 6_000 : 150;
const seed = seedOr(nightly ? anySeed() : 20_263);

const scalar = fc.constantFrom<JsonValue>(null, true, 0, 1, 2, 1.5, '', 'x', 'y', 'w', 'xyz');
const value = (depth: number): fc.Arbitrary<JsonValue> =>
  depth === 0
    ? scalar
    : fc.oneof(
        { weight: 2, arbitrary: scalar },
        {
          weight: 4,
          arbitrary: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), value(depth - 1), { maxKeys: 3 }),
        },
        { weight: 1, arbitrary: fc.array(value(depth - 1), { maxLength: 2 }) },
      );
const text = fc.option(fc.constantFrom('', 'x', 'y', 'w', 'xyz', '0', '1', '-1', 'true'), { nil: undefined });
const queries = fc.record({ q: text, r: text });
const bodies = fc.option(
  fc.record({
    type: fc.constantFrom(
      'application/json',
      'application/json',
      'application/merge-patch+json',
      'text/plain',
    ),
    value: value(3),
  }),
  { nil: undefined, freq: 8 },
);
const requests: Request[] = fc
  .sample(fc.tuple(queries, bodies), { numRuns: 250, seed })
  .map(([{ q, r }, body]) => ({
    query: { ...(q === undefined ? {} : { q }), ...(r === undefined ? {} : { r }) },
    ...(body === undefined ? {} : { body }),
  }));
const responses: Response[] = fc
  .sample(fc.tuple(fc.constantFrom('200', '201', '404', 'default'), value(3)), { numRuns: 250, seed })
  .map(([status, sent]) => ({ status, value: sent }));

/**
 * Whether two parts of an `allOf` say of one property, and not both, that a message does not carry it. It is enough that one of them
 * does (JSON Schema Validation 2020-12, section 9.4); the judge looks at each part by itself.
 */
function isAtOdds(document: JsonObject): boolean {
  const open: JsonValue[] = [document];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (Array.isArray(node)) open.push(...node);
    if (!isObject(node)) continue;
    open.push(...Object.values(node));
    const known = new Map<string, string>();
    for (const part of Array.isArray(node.allOf) ? [...node.allOf, node] : []) {
      const $ref = isObject(part) ? part.$ref : undefined;
      const found = typeof $ref === 'string' ? atPointer(document, $ref.slice(1)) : part;
      const properties = isObject(found) && isObject(found.properties) ? found.properties : {};
      for (const [name, property] of Object.entries(properties)) {
        const says = isObject(property) ? `${property.readOnly === true} ${property.writeOnly === true}` : '';
        if ((known.get(name) ?? says) !== says) return true;
        known.set(name, says);
      }
    }
  }
  return false;
}

t.test('no request and no response gets past a verdict that nothing breaks', (test) => {
  const counts = { breaking: 0, compatible: 0, equal: 0, unknown: 0 };
  let [accepted, sent] = [0, 0];
  for (const [old, now] of fc.sample(documents, { numRuns: PAIRS, seed })) {
    const { verdict } = compareOpenapi(old, now);
    counts[verdict.verdict]++;
    if (verdict.verdict !== 'compatible' && verdict.verdict !== 'equal') continue;
    if (isAtOdds(old) || isAtOdds(now)) continue;
    const [before, after] = [new Judge(old), new Judge(now)];
    const asked = requests.filter((request) => before.asks(request));
    const given = responses.filter((response) => after.sends(response));
    accepted += asked.length;
    sent += given.length;
    const request = asked.find((candidate) => !after.accepts(candidate));
    const response = given.find((candidate) => !before.expects(candidate));
    if (request) test.fail(`a request that is refused now: ${JSON.stringify({ request, old, now })}`);
    if (response) test.fail(`a response that was not allowed: ${JSON.stringify({ response, old, now })}`);
  }
  test.comment(`seed ${seed}: ${JSON.stringify(counts)}, ${accepted} requests and ${sent} responses tried`);
  test.ok(counts.compatible + counts.equal > PAIRS / 20, 'nothing breaks in many pairs');
  test.ok(accepted > PAIRS / 2 && sent > PAIRS / 2, 'many messages were tried');
  test.ok(counts.unknown <= PAIRS / 5, `${counts.unknown} of ${PAIRS} unknown`);
  test.end();
});
