import fc from 'fast-check';
import t from 'tap';
import { isObject, type JsonObject, type JsonValue } from '../../../lib/json.ts';
import { affected } from '../../../lib/kinds/helm/affected.ts';
import { answers } from '../../../lib/kinds/helm/answer.ts';
import { compareHelm } from '../../../lib/kinds/helm/compare.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';
import { checker, coalesce, isWithin, stored } from './judge.ts';

/** `REALM_NIGHTLY=1` for a long run. */
const nightly = process.env.REALM_NIGHTLY === '1';
const PAIRS = nightly ? 6_000 : 150;
const GIVEN = 5;
const seed = seedOr(nightly ? anySeed() : 20_261_203);

const names = ['a', 'b', 'c', 'd'];
const scalar = fc.constantFrom<JsonValue>('x', 'y', 1, 2, 3, true, null, ['x'], []);
const valuesAt = (depth: number): fc.Arbitrary<JsonObject> =>
  fc.dictionary(
    fc.constantFrom(...names),
    depth === 0
      ? scalar
      : fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: valuesAt(depth - 1) }),
    { maxKeys: 3 },
  );

const keyword = fc.constantFrom<JsonObject>(
  ...[{ type: 'string' }, { type: 'integer' }, { type: 'integer', minimum: 2 }, { type: 'boolean' }],
  ...[{ enum: ['x', 'y'] }, { enum: ['x'] }, { type: ['string', 'null'] }, { type: 'array' }, {}],
);
const schemaAt = (depth: number): fc.Arbitrary<JsonObject> =>
  fc
    .record({
      properties: fc.dictionary(
        fc.constantFrom(...names),
        depth === 0
          ? keyword
          : fc.oneof({ weight: 3, arbitrary: keyword }, { weight: 1, arbitrary: schemaAt(depth - 1) }),
        { minKeys: 1, maxKeys: 3 },
      ),
      required: fc.subarray(names, { maxLength: 1 }),
      isClosed: fc.boolean(),
      isChoice: fc.integer({ min: 0, max: 9 }),
    })
    .map(
      ({ properties, required, isClosed, isChoice }): JsonObject => ({
        ...{ type: 'object', properties, required },
        ...(isClosed ? { additionalProperties: false } : {}),
        ...(isChoice === 0 ? { not: { required: ['a', 'b'] } } : {}),
      }),
    );

/** A chart, as a contract has it; null for no schema. */
const chartOf = (values: JsonObject, schema: JsonValue): JsonObject => ({
  ...{ 'x-realm': { kind: 'helm' }, path: 'c', name: 'c', kubeVersion: null, dependencies: [] },
  ...{ values, schema, crds: [], files: { chart: '/c', values: '/v', schema: '/s' } },
});

/** One place of a value or schema made a little other. */
function edited(value: JsonObject, dice: number, other: JsonValue): JsonObject {
  const keys = Object.keys(value);
  const next = Math.floor(dice / 4);
  const key = keys[next % Math.max(keys.length, 1)];
  if (key === undefined || dice % 4 === 0) return { ...value, [names[next % 4] ?? 'a']: other };
  const inner = value[key];
  if (isObject(inner) && dice % 4 === 1) return { ...value, [key]: edited(inner, next, other) };
  if (dice % 4 === 2) {
    const { [key]: _, ...rest } = value;
    return rest;
  }
  return { ...value, [key]: other };
}

function editedSchema(schema: JsonObject, dice: number, other: JsonObject): JsonObject {
  const next = Math.floor(dice / 5);
  const properties = schema.properties as JsonObject;
  if (dice % 5 === 0) return { ...schema, required: [names[next % 4] ?? 'a'] };
  if (dice % 5 === 1) {
    const { additionalProperties, ...rest } = schema;
    return additionalProperties === undefined ? { ...schema, additionalProperties: false } : rest;
  }
  if (dice % 5 === 2) return { ...schema, required: [] };
  return { ...schema, properties: editedProperties(properties, next, other) };
}

function editedProperties(properties: JsonObject, dice: number, other: JsonObject): JsonObject {
  const keys = Object.keys(properties);
  const next = Math.floor(dice / 4);
  const key = keys[next % Math.max(keys.length, 1)];
  if (key === undefined || dice % 4 === 0) return { ...properties, [names[next % 4] ?? 'a']: other };
  const inner = properties[key];
  if (isObject(inner) && isObject(inner.properties) && dice % 4 === 1)
    return {
      ...properties,
      [key]: { ...inner, properties: editedProperties(inner.properties, next, other) },
    };
  if (dice % 4 === 2 && keys.length > 1) {
    const { [key]: _, ...rest } = properties;
    return rest;
  }
  return { ...properties, [key]: other };
}

/** Values that mostly fit a chart: of names that it declares, of the types that it has. */
function givenTo(values: JsonObject, schema: JsonValue, dice: number): JsonObject {
  const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
  const given: JsonObject = {};
  for (const [nth, name] of [...new Set([...Object.keys(values), ...Object.keys(properties)])].entries()) {
    const own = dice + nth * 7;
    if (own % 3 === 0) continue;
    const [under, asked] = [values[name], properties[name]];
    if (own % 11 === 1) given[name] = null;
    else if (isObject(asked) && isObject(asked.properties))
      given[name] = givenTo(isObject(under) ? under : {}, asked, own + 1);
    else if (isObject(asked)) given[name] = valueFor(asked, own);
    else if (isObject(under)) given[name] = givenTo(under, null, own + 1);
    else given[name] = likewise(under ?? null, own);
  }
  return given;
}

const pick = <T>(all: readonly T[], dice: number): T => all[dice % all.length] as T;

function valueFor({ type, enum: values, minimum }: JsonObject, dice: number): JsonValue {
  if (Array.isArray(values)) return pick(values, dice);
  if (type === 'integer') return (typeof minimum === 'number' ? minimum : 0) + (dice % 3);
  if (type === 'boolean') return dice % 2 === 0;
  if (type === 'array') return dice % 2 === 0 ? [] : ['x'];
  return pick<JsonValue>(type === undefined ? ['x', 1, null, { a: 1 }] : ['x', 'z'], dice);
}

function likewise(value: JsonValue, dice: number): JsonValue {
  if (typeof value === 'string') return pick(['x', 'z'], dice);
  if (typeof value === 'number') return dice % 5;
  if (typeof value === 'boolean') return dice % 2 === 0;
  return Array.isArray(value) ? pick<JsonValue>([[], ['x']], dice) : pick<JsonValue>(['x', 2, ['x']], dice);
}

/** Does a chart declare every value that is given, and where it has no schema, as a value of that type? */
function isDeclared(
  given: JsonObject,
  values: JsonValue | undefined,
  schema: JsonValue,
  isRoot = true,
): boolean {
  const [own, said] = [isObject(values) ? values : {}, isObject(schema) ? schema : {}];
  const properties = isObject(said.properties) ? said.properties : {};
  return Object.entries(given).every(([name, value]) => {
    const isHere = name in own || name in properties;
    const isFree =
      !isRoot &&
      !isObject(said.properties) &&
      (values === null || values === undefined || (isObject(values) && Object.keys(own).length === 0));
    if (isFree) return true;
    if (!isHere || value === null) return isHere;
    const under = own[name];
    if (isObject(value) && isObject(properties[name]) && !isObject(properties[name].properties)) return true;
    if (isObject(value) && !(name in properties) && under !== null && !isObject(under)) return false;
    if (isObject(value)) return isDeclared(value, under, properties[name] ?? null, false);
    if (name in properties || under === null || under === undefined) return true;
    return Array.isArray(value) === Array.isArray(under) && typeof value === typeof under;
  });
}

/** What was there without what a chart no longer has and nobody gives: its templates are taken not to read it. */
function withoutGone(before: JsonObject, given: JsonValue, values: JsonValue, schema: JsonValue): JsonObject {
  const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
  const kept = Object.entries(before).filter(
    ([name]) =>
      (isObject(given) && name in given) || (isObject(values) && name in values) || name in properties,
  );
  return Object.fromEntries(
    kept.map(([name, inner]) => [
      name,
      isObject(inner)
        ? withoutGone(
            inner,
            isObject(given) ? (given[name] ?? null) : null,
            isObject(values) ? (values[name] ?? null) : null,
            properties[name] ?? null,
          )
        : inner,
    ]),
  ) as JsonObject;
}

const fine = ['compatible', 'equal'];
const written = (...all: JsonValue[]): string => all.map((value) => JSON.stringify(value)).join('\n');

t.test('no values are refused, or lead to others, under a verdict that nothing breaks', async (t) => {
  const start = Math.round(process.cpuUsage().user / 1000);
  const counts: Record<string, number> = {};
  const said: Record<string, number> = {};
  const wrong: string[] = [];
  const sample = fc.sample(
    fc.tuple(valuesAt(1), fc.option(schemaAt(1)), fc.nat(9999), scalar, keyword, fc.option(schemaAt(0))),
    { numRuns: PAIRS, seed },
  );
  for (const [nth, [old, schema, dice, other, part, fresh]] of sample.entries()) {
    const now = dice % 3 === 0 ? old : edited(old, Math.floor(dice / 3), other);
    const after =
      dice % 4 === 0
        ? schema
        : schema === null
          ? dice % 4 === 1
            ? fresh
            : null
          : editedSchema(schema, dice, part);
    const [was, is] = [
      { value: null, schema: chartOf(old, schema) },
      { value: null, schema: chartOf(now, after) },
    ];
    const { verdict } = compareHelm(was.schema, is.schema);
    counts[verdict.verdict] = (counts[verdict.verdict] ?? 0) + 1;
    const [accepts, takes] = [checker(schema), checker(after)];
    const all = Array.from({ length: GIVEN }, (_, at) => givenTo(old, schema, dice + at * 13)).filter(
      (given) => accepts(coalesce(old, given)) && isDeclared(given, old, schema),
    );
    const uses = all.map((values) => ({ use: { subject: 'x', values, lines: [] }, at: 'v.yaml:1' }));
    const isAsked = nth % 3 === 0;
    const [offered, touched] = isAsked ? [await answers(is, uses), await affected(was, is, uses)] : [[], []];
    for (const [at, given] of all.entries()) {
      const [before, then] = [coalesce(old, given), coalesce(now, given)];
      const where = () => written(old, schema, now, after, given, verdict as JsonValue);
      const isTaken = takes(then);
      const isWhole = isTaken && isDeclared(given, now, after);
      const isSame = isWhole && isWithin(before, then);
      if (fine.includes(verdict.verdict) && !isSame) wrong.push(`verdict: ${where()}`);
      const [offer, touch] = [offered[at]?.answer ?? '', touched[at]?.answer ?? ''];
      if (isAsked) said[`${offer} ${touch}`] = (said[`${offer} ${touch}`] ?? 0) + 1;
      if (offer === 'yes' && !isTaken) wrong.push(`offered: ${where()}`);
      if (touch === 'yes' && !(isWhole && isWithin(withoutGone(before, given, now, after), then)))
        wrong.push(`untouched: ${where()}`);
      // A property that the schema no longer names is gone, though the schema may be open.
      const answer = touched[at];
      const isGone =
        answer?.answer === 'no' && answer.missing.every(({ rule }) => rule === 'helm/property-removed');
      if (touch === 'no' && isWhole && !isGone) wrong.push(`broken: ${where()}`);
    }
  }
  t.same([...wrong].sort().reverse().slice(0, 3), []);
  const good = (counts.compatible ?? 0) + (counts.equal ?? 0);
  t.ok((counts.breaking ?? 0) > PAIRS / 20 && good > PAIRS / 20, 'both are met');
  t.comment(`${Math.round(process.cpuUsage().user / 1000) - start} ms of processor time`);
  t.comment(`${PAIRS} pairs: ${JSON.stringify(counts)}; uses: ${JSON.stringify(said)}`);
});

const field = fc.constantFrom<JsonObject>(
  ...[{ type: 'string' }, { type: 'integer' }, { type: 'integer', minimum: 2 }, { type: 'boolean' }],
  ...[
    { type: 'string', enum: ['x', 'y'] },
    { type: 'string', nullable: true },
    { type: 'string', default: 'x' },
  ],
  ...[{ type: 'integer', default: 2 }, { 'x-kubernetes-int-or-string': true }],
  ...[{ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, { type: 'object' }],
  ...[{ type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } }],
);
const fields = (depth: number): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(
      fc.dictionary(
        fc.constantFrom(...names),
        depth === 0
          ? field
          : fc.oneof({ weight: 3, arbitrary: field }, { weight: 1, arbitrary: fields(depth - 1) }),
        { minKeys: 1, maxKeys: 3 },
      ),
      fc.boolean(),
    )
    .map(([properties, isRequired]): JsonObject => {
      const [first = 'a'] = Object.keys(properties);
      return { type: 'object', properties, ...(isRequired ? { required: [first] } : {}) };
    });

const crdOf = (spec: JsonObject): JsonObject => ({
  ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
  spec: {
    ...{ group: 'example.com', scope: 'Namespaced', names: { kind: 'Job', plural: 'jobs' } },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: whole(spec) } }],
  },
});
const whole = (spec: JsonObject): JsonObject => ({ type: 'object', properties: { spec } });

function instanceOf(schema: JsonObject, dice: number): JsonValue {
  if (schema.nullable === true && dice % 4 === 0) return null;
  if (Array.isArray(schema.enum)) return pick(schema.enum, dice);
  if (schema.type === 'array')
    return [0, 1].slice(dice % 3).map((at) => instanceOf(schema.items as JsonObject, dice + at));
  if (schema.type !== 'object')
    return schema.type === undefined ? pick<JsonValue>(['x', 3], dice) : valueFor(schema, dice);
  const made: JsonObject = {};
  for (const [nth, [name, own]] of Object.entries((schema.properties ?? {}) as JsonObject).entries())
    if ((dice + nth) % 3 !== 0) made[name] = instanceOf(own as JsonObject, dice + nth * 5 + 1);
  if (schema['x-kubernetes-preserve-unknown-fields'] === true && dice % 2 === 0) made.more = dice;
  return made;
}

/** What Ajv does not know of a structural schema. */
const plain = (schema: JsonObject): JsonObject =>
  JSON.parse(JSON.stringify(schema), (_, value) =>
    isObject(value) && value['x-kubernetes-int-or-string'] === true ? { type: ['integer', 'string'] } : value,
  ) as JsonObject;

/** Null is no value where it is not allowed. */
const withoutNull = (value: JsonValue): JsonValue =>
  JSON.parse(
    JSON.stringify(value, (_, inner) =>
      isObject(inner) ? Object.fromEntries(Object.entries(inner).filter(([, own]) => own !== null)) : inner,
    ),
  ) as JsonValue;

t.test('no resource is refused, or loses a field, under a verdict that nothing breaks', async (t) => {
  const counts: Record<string, number> = {};
  const said: Record<string, number> = {};
  const wrong: string[] = [];
  const sample = fc.sample(fc.tuple(fields(1), fc.nat(9999), field, fc.nat(4)), { numRuns: PAIRS, seed });
  for (const [nth, [old, dice, other, more]] of sample.entries()) {
    const now =
      more === 0
        ? editedSchema(old, (dice % 2) * 2, other)
        : { ...old, properties: editedProperties(old.properties as JsonObject, dice, other) };
    const { additionalProperties: _, ...fresh } = now;
    const [was, is] = [
      { value: null, schema: crdOf(old) },
      { value: null, schema: crdOf(fresh) },
    ];
    const { verdict } = compareHelm(was.schema, is.schema);
    counts[verdict.verdict] = (counts[verdict.verdict] ?? 0) + 1;
    const [accepts, takes] = [checker(plain(whole(old))), checker(plain(whole(fresh)))];
    const all = Array.from({ length: GIVEN }, (_, at) => ({ spec: instanceOf(old, dice + at * 13) })).filter(
      (instance) => accepts(stored(whole(old), instance)) && isWithin(instance, stored(whole(old), instance)),
    );
    const uses = all.map((instance) => ({
      use: { subject: 'x', group: 'example.com', version: 'v1', kind: 'Job', instance, lines: [] },
      at: 'j.yaml:1',
    }));
    const isAsked = nth % 3 === 0;
    const [offered, touched] = isAsked ? [await answers(is, uses), await affected(was, is, uses)] : [[], []];
    for (const [at, instance] of all.entries()) {
      const [before, then] = [stored(whole(old), instance), stored(whole(fresh), instance)];
      const where = () => written(old, fresh, instance, verdict as JsonValue);
      const isTaken = takes(then) && isWithin(withoutNull(instance), then);
      const isWhole = takes(then) && isWithin(instance, then);
      const isSame = isTaken && isWithin(before, then);
      if (fine.includes(verdict.verdict) && !isSame) wrong.push(`verdict: ${where()}`);
      const [offer, touch] = [offered[at]?.answer ?? '', touched[at]?.answer ?? ''];
      if (isAsked) said[`${offer} ${touch}`] = (said[`${offer} ${touch}`] ?? 0) + 1;
      if (offer === 'yes' && !isTaken) wrong.push(`offered: ${where()}`);
      if (offer === 'no' && isWhole) wrong.push(`not offered: ${where()}`);
      const rest = withoutGone(before as JsonObject, instance, null, whole(fresh));
      if (touch === 'yes' && !(isTaken && isWithin(rest, then))) wrong.push(`untouched: ${where()}`);
      if (touch === 'no' && isWhole) wrong.push(`broken: ${where()}`);
    }
  }
  t.same([...wrong].sort().reverse().slice(0, 3), []);
  const good = (counts.compatible ?? 0) + (counts.equal ?? 0);
  t.ok((counts.breaking ?? 0) > PAIRS / 20 && good > PAIRS / 20, 'both are met');
  t.comment(`${PAIRS} pairs: ${JSON.stringify(counts)}; uses: ${JSON.stringify(said)}`);
});
