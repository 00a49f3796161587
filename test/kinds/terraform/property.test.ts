import fc from 'fast-check';
import t from 'tap';
import { terraformCalls, terraformModule } from '../../../lib/detect/terraform/detectors.ts';
import { type JsonValue, sameJson } from '../../../lib/json.ts';
import { affected } from '../../../lib/kinds/terraform/affected.ts';
import { answers } from '../../../lib/kinds/terraform/answer.ts';
import { compareModules } from '../../../lib/kinds/terraform/compare.ts';
import { usesIn } from '../../../lib/kinds/uses.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';
import { call, type T, type V, valueText, written } from './judge.ts';

/** `REALM_NIGHTLY=1` for a long run. */
const nightly = process.env.REALM_NIGHTLY === '1';
const PAIRS = nightly ? 6_000 : 300;
const CALLERS = 6;
const seed = seedOr(nightly ? anySeed() : 20_261_202);

const scalars = fc.constantFrom<T>('string', 'number', 'bool', 'any');
const typeAt = (depth: number): fc.Arbitrary<T> =>
  depth === 0
    ? scalars
    : fc.oneof(
        { weight: 4, arbitrary: scalars },
        {
          weight: 3,
          arbitrary: fc.record({ of: fc.constantFrom('list', 'set', 'map'), type: typeAt(depth - 1) }),
        },
        {
          weight: 1,
          arbitrary: fc.record({ tuple: fc.array(typeAt(depth - 1), { minLength: 1, maxLength: 2 }) }),
        },
        {
          weight: 3,
          arbitrary: fc.record({
            object: fc.dictionary(
              fc.constantFrom('k', 'l', 'm'),
              fc.record({ type: typeAt(depth - 1), optional: fc.boolean() }),
              { minKeys: 1, maxKeys: 3 },
            ),
          }),
        },
      );

/** Values that a type takes, by the choices of a number. */
function valueFor(type: T, dice: number): JsonValue {
  if (type === 'string' || type === 'any') return ['x', '5', 'true', 7][dice % 4] ?? 'x';
  if (type === 'number') return dice % 3 === 0 ? '8' : dice % 7;
  if (type === 'bool') return dice % 3 === 0 ? 'true' : dice % 2 === 0;
  const next = Math.floor(dice / 2);
  if ('tuple' in type) return type.tuple.map((element, at) => valueFor(element, next + at));
  if ('of' in type)
    return type.of === 'map'
      ? { k: valueFor(type.type, next), ...(dice % 2 === 0 ? { l: valueFor(type.type, next + 1) } : {}) }
      : [0, 1].slice(dice % 3).map((at) => valueFor(type.type, next + at));
  return Object.fromEntries(
    Object.entries(type.object)
      .filter(([, { optional }], at) => !optional || (dice + at) % 2 === 0)
      .map(([key, own], at) => [key, valueFor(own.type, next + at)]),
  );
}

const variable = fc
  .record({ type: typeAt(2), nullable: fc.boolean(), hasDefault: fc.boolean(), dice: fc.nat(40) })
  .map(
    ({ type, nullable, hasDefault, dice }): V => ({
      ...{ type, nullable },
      ...(hasDefault ? { fallback: valueFor(type, dice) } : {}),
    }),
  );
const variables = fc.dictionary(fc.constantFrom('a', 'b', 'c'), variable, { minKeys: 1, maxKeys: 3 });

/** One part of a type made a little other. */
function changed(type: T, dice: number): T {
  const next = Math.floor(dice / 3);
  const other = (['string', 'number', 'bool', 'any'] as const)[dice % 4] ?? 'string';
  if (typeof type === 'string') return other;
  if (dice % 7 === 0) return other;
  if ('tuple' in type)
    return dice % 3 === 0
      ? { of: 'list', type: 'string' }
      : {
          tuple: type.tuple.map((element, at) =>
            at === dice % type.tuple.length ? changed(element, next) : element,
          ),
        };
  if ('of' in type)
    return dice % 3 === 0
      ? { of: type.of === 'list' ? 'set' : type.of === 'set' ? 'list' : 'map', type: type.type }
      : { ...type, type: changed(type.type, next) };
  const entries = Object.entries(type.object);
  const nth = dice % entries.length;
  const [key, own] = entries[nth] ?? ['k', { type: 'string' as T, optional: true }];
  const rest = entries.filter(([name]) => name !== key);
  if (dice % 5 === 0) return { of: 'map', type: own.type };
  if (dice % 5 === 1 && rest.length > 0) return { object: Object.fromEntries(rest) };
  if (dice % 5 === 2) return { object: { ...type.object, n: { type: 'string', optional: next % 2 === 0 } } };
  const flipped =
    dice % 5 === 3 ? { ...own, optional: !own.optional } : { ...own, type: changed(own.type, next) };
  return { object: { ...type.object, [key]: flipped } };
}

/** A second version of a module, mostly the same. */
function edited(old: Record<string, V>, dice: number): Record<string, V> {
  const names = Object.keys(old);
  const name = names[dice % names.length] ?? 'a';
  const own = old[name];
  if (own === undefined) return old;
  const { fallback, ...rest } = own;
  const next = Math.floor(dice / 5);
  const { [name]: _, ...others } = old;
  switch (dice % 8) {
    case 0:
      return next % 3 === 0 && names.length > 1 ? others : old;
    case 1:
      return { ...old, d: { type: 'string', nullable: true, ...(next % 2 === 0 ? { fallback: 'x' } : {}) } };
    case 2:
      return {
        ...old,
        [name]: fallback === undefined ? { ...rest, fallback: valueFor(own.type, next) } : rest,
      };
    case 3:
      return { ...old, [name]: { ...own, nullable: !own.nullable } };
    default: {
      const type = changed(own.type, next);
      return {
        ...old,
        [name]: { ...rest, type, ...(fallback === undefined ? {} : { fallback: valueFor(type, next) }) },
      };
    }
  }
}

/** A call that mostly fits a module. */
function callerOf(module: Record<string, V>, dice: number): Record<string, JsonValue> {
  const given = Object.entries(module)
    .filter(([, { fallback }], at) => fallback === undefined || (dice + at) % 3 !== 0)
    .map(([name, { type }], at): [string, JsonValue] => [
      name,
      (dice + at) % 11 === 0 ? null : valueFor(type, dice + at),
    ]);
  return Object.fromEntries(given);
}

const parsed = async (module: Record<string, V>): Promise<JsonValue> => {
  const { schema, unresolved } = await terraformModule.extract(
    [{ path: 'm/main.tf', bytes: Buffer.from(written(module)) }],
    {},
  );
  if (unresolved.length > 0) throw new Error(JSON.stringify(unresolved));
  return schema;
};

/** The same without a parser, which takes most of the time. */
const built = (module: Record<string, V>): JsonValue => ({
  ...{ 'x-realm': { kind: 'terraform' }, path: 'm', providers: [], version: null },
  outputs: [{ name: 'o', sensitive: false, ephemeral: false, attributes: null }],
  variables: Object.entries(module).map(([name, { type, nullable, fallback }]) => ({
    ...{ name, type: typeJson(type), required: fallback === undefined, default: fallback ?? null, nullable },
    ...{ sensitive: false, ephemeral: false, validations: [] },
  })),
});

function typeJson(type: T): JsonValue {
  if (typeof type === 'string') return type;
  if ('tuple' in type) return { tuple: type.tuple.map(typeJson) };
  if ('of' in type) return { [type.of]: typeJson(type.type) };
  const members = Object.entries(type.object).map(([key, { type: own, optional }]): [string, JsonValue] => [
    key,
    { type: typeJson(own), ...(optional ? { optional } : {}) },
  ]);
  return { object: Object.fromEntries(members) };
}

function givenJson(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return { values: value.map(givenJson) };
  if (typeof value === 'object' && value !== null)
    return {
      attributes: Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, givenJson(inner)])),
    };
  if (typeof value !== 'string')
    return value === null ? 'null' : typeof value === 'number' ? 'number' : 'bool';
  return /^\d+$/.test(value) ? 'numeric' : value === 'true' ? 'boolean' : 'text';
}

const useOf = (given: Record<string, JsonValue>) => ({
  use: {
    ...{ subject: 'x', paths: ['m'] },
    arguments: Object.entries(given).map(([name, value]) => ({ name, given: givenJson(value), line: 1 })),
  },
  at: 'x.tf:1',
});

const usesParsed = async (callers: readonly Record<string, JsonValue>[]) => {
  const bytes = Buffer.from(callers.map(callText).join(''));
  return usesIn((await terraformCalls.extract([{ path: 'x.tf', bytes }], {})).parts);
};

const callText = (given: Record<string, JsonValue>, nth: number): string =>
  `module "c${nth}" {\n  source = "acme/p//m"\n${Object.entries(given)
    .map(([name, value]) => `  ${name} = ${valueText(value)}\n`)
    .join('')}}\n`;

t.test(
  'no call is refused, or gives the module other values, under a verdict that nothing breaks',
  async (t) => {
    const counts = { breaking: 0, compatible: 0, equal: 0, unknown: 0 };
    const said = { yes: 0, no: 0, unknown: 0 };
    const [wrong, wrongUses]: [string[], string[]] = [[], []];
    const sample = fc.sample(fc.tuple(variables, fc.nat(5000)), { numRuns: PAIRS, seed });
    for (const [nth, [old, dice]] of sample.entries()) {
      const isParsed = nth % 5 === 0;
      const now = edited(old, dice);
      const [before, after] = [
        { value: null, schema: isParsed ? await parsed(old) : built(old) },
        { value: null, schema: isParsed ? await parsed(now) : built(now) },
      ];
      const { verdict } = compareModules(before.schema, after.schema);
      counts[verdict.verdict]++;
      const callers = Array.from({ length: CALLERS }, (_, at) => callerOf(old, dice + at * 13));
      const uses = isParsed ? await usesParsed(callers) : callers.map(useOf);
      if (uses.length !== CALLERS) wrongUses.push(JSON.stringify(callers));
      const [offered, touched] = [await answers(after, uses), await affected(before, after, uses)];
      for (const [at, given] of callers.entries()) {
        const [was, is] = [call(old, given), call(now, given)];
        if (was === null) continue;
        const where = () => JSON.stringify([old, now, given, was, is]);
        // What both versions declare has to be what it was; another spelling of it is nothing.
        const isSame =
          is !== null &&
          Object.keys(was).every((name) => !Object.hasOwn(is, name) || alike(was[name], is[name]));
        const isFine = ['compatible', 'equal'].includes(verdict.verdict);
        if (isFine && !isSame) wrong.push(where());
        const offer = offered[at]?.answer ?? 'unknown';
        said[offer]++;
        if (offer === 'yes' && is === null) wrongUses.push(`offered: ${where()}`);
        const ignores = (answer: (typeof offered)[number] | undefined) =>
          answer?.answer === 'no' &&
          answer.missing.some(({ rule }) => rule === 'terraform/variable-attribute-removed');
        if (offer === 'no' && is !== null && !ignores(offered[at])) wrongUses.push(`not offered: ${where()}`);
        const touch = touched[at];
        if (touch?.answer === 'yes' && !isSame) wrongUses.push(`untouched: ${where()}`);
        if (touch?.answer === 'no' && is !== null && !ignores(touch)) wrongUses.push(`broken: ${where()}`);
      }
    }
    t.same(wrong.slice(0, 3), []);
    t.same(wrongUses.slice(0, 3), []);
    t.ok(counts.breaking > PAIRS / 20 && counts.compatible + counts.equal > PAIRS / 20, 'both are met');
    t.comment(`${Math.round(process.cpuUsage().user / 1000)} ms of processor time`);
    t.comment(`${PAIRS} pairs: ${JSON.stringify(counts)}; calls: ${JSON.stringify(said)}`);
  },
);

/** The same but for numbers and booleans as texts, and attributes that only one side has. */
function alike(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  const plain = (value: JsonValue | undefined): JsonValue =>
    JSON.parse(
      JSON.stringify(value ?? null, (_, item) =>
        typeof item === 'number' || typeof item === 'boolean'
          ? String(item)
          : typeof item === 'object' && item !== null && !Array.isArray(item)
            ? Object.fromEntries(Object.entries(item).filter(([, inner]) => inner !== null))
            : item,
      ),
    ) as JsonValue;
  return sameJson(plain(a), plain(b));
}
