import fc from 'fast-check';
import t from 'tap';
import type { JsonObject, JsonValue } from '../../../lib/json.ts';
import { affected } from '../../../lib/kinds/workflow/affected.ts';
import { answers } from '../../../lib/kinds/workflow/answer.ts';
import { compareWorkflows } from '../../../lib/kinds/workflow/compare.ts';
import { interfaceIn, schemaOf } from '../../../lib/kinds/workflow/interface.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';
import { type Caller, type Run, run } from './judge.ts';

/** `REALM_NIGHTLY=1` for a long run. */
const nightly = process.env.REALM_NIGHTLY === '1';
const PAIRS = nightly ? 6_000 : 300;
const CALLERS = 8;
const seed = seedOr(nightly ? anySeed() : 20_261_201);

const names = fc.constantFrom('a', 'b', 'c');
const scalar = fc.constantFrom<JsonValue>('x', 'y', 1, 2, true, false);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const some = <T>(keys: fc.Arbitrary<string>, values: fc.Arbitrary<T>) =>
  fc.dictionary(keys, values, { maxKeys: 3 });
const ofType: Record<string, readonly JsonValue[]> = {
  string: ['x', 'y'],
  number: [1, 2],
  boolean: [true, false],
};
const typed = (more: (type: string) => Record<string, fc.Arbitrary<unknown>>) =>
  fc.constantFrom('string', 'number', 'boolean').chain((type) =>
    fc.record(
      {
        type: fc.constant(type),
        default: maybe(fc.constantFrom(...(ofType[type] ?? []))),
        description: maybe(fc.constantFrom('one', 'two')),
        ...more(type),
      },
      { requiredKeys: ['type'] },
    ),
  );
const plain = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value)) as JsonObject;

const access = fc.constantFrom('none', 'read', 'write');
const scope = fc.constantFrom('contents', 'packages');
const workflows = fc
  .record({
    inputs: some(
      names,
      typed(() => ({ required: fc.boolean() })),
    ),
    secrets: some(names, fc.record({ required: fc.boolean() })),
    outputs: some(names, fc.constant({ value: 'x' })),
    permissions: maybe(some(scope, access)),
    own: maybe(some(scope, access)),
  })
  .map(({ permissions, own, ...declared }) =>
    plain({ on: { workflow_call: declared }, permissions, jobs: { j: { permissions: own }, k: {} } }),
  );
const components = some(
  names,
  typed((type) => ({
    options: maybe(fc.subarray([...(ofType[type] ?? [])], { minLength: 1 })),
    regex: type === 'string' ? maybe(fc.constantFrom('^x', 'y$', '.')) : fc.constant(undefined),
  })),
).map((inputs) => plain({ spec: { inputs } }));

/** A second version: the first with some of it replaced by parts of another one, so that most of it stays. */
const pairsOf = (documents: fc.Arbitrary<JsonObject>) =>
  fc.tuple(documents, documents, fc.infiniteStream(fc.nat(3))).map(([old, other, dice]) => {
    const mix = (
      a: JsonValue | undefined,
      b: JsonValue | undefined,
      depth: number,
    ): JsonValue | undefined => {
      const isMap = (v: JsonValue | undefined): v is JsonObject =>
        typeof v === 'object' && v !== null && !Array.isArray(v);
      if (depth === 0 || !isMap(a) || !isMap(b)) return dice.next().value === 0 ? b : a;
      const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
      const mixed = keys.flatMap((key) => {
        const value = mix(a[key], b[key], depth - 1);
        return value === undefined ? [] : [[key, value] as const];
      });
      return Object.fromEntries(mixed);
    };
    return [old, { ...(mix(old, other, 5) as JsonObject) }] as const;
  });

const callers: readonly Caller[] = fc.sample(
  fc.record({
    with: some(names, scalar),
    secrets: fc.subarray(['a', 'b', 'c']),
    grants: some(scope, access),
    reads: fc.subarray(['a', 'b', 'c']).map((list) => list.slice(0, 1)),
  }),
  { numRuns: 400, seed },
);

/** A caller that mostly passes and reads what a document declares, with the choices of another one. */
function fitting(document: JsonObject, caller: Caller, nth: number): Caller {
  const found = interfaceIn(document);
  if (typeof found === 'string') return caller;
  const passed = found.inputs
    .filter(({ name, required }) => required || Object.hasOwn(caller.with, name))
    .map(({ name, type, options }) => [name, options?.[0] ?? ofType[type]?.[nth % 2] ?? 'x'] as const);
  const { secrets, outputs } = found;
  return {
    with: Object.fromEntries(passed),
    secrets: secrets
      .filter(({ name, required }) => required || caller.secrets.includes(name))
      .map(({ name }) => name),
    grants: nth % 3 === 0 ? caller.grants : { contents: 'write', packages: 'write' },
    reads: outputs.slice(0, nth % 2).map(({ name }) => name),
  };
}

/** A caller as the reader of uses gives it. */
const useOf = ({ with: passes, secrets, grants, reads }: Caller, isWorkflow: boolean) => {
  const named = (list: readonly string[]) => list.map((name) => ({ name, is: 'unknown', line: 1 }));
  const passed = Object.entries(passes).map(([name, value]) => ({ name, is: typeof value, value, line: 1 }));
  const more = isWorkflow ? { secrets: named(secrets), grants, reads: named(reads) } : {};
  return {
    use: plain({ subject: 'x', paths: ['p'], passes: passed, ...more }) as { subject: string },
    at: 'f:1',
  };
};

const schemaIn = (document: JsonObject): JsonValue => {
  const found = interfaceIn(document, 'p');
  if (typeof found === 'string') throw new Error(found);
  return schemaOf(found);
};

const sameRun = (a: Run, b: Run): boolean =>
  'inputs' in a &&
  'inputs' in b &&
  Object.entries(a.inputs).every(([name, value]) => (b.inputs[name] ?? value) === value);

for (const [form, documents] of [
  ['workflow', workflows],
  ['component', components],
] as const)
  t.test(
    `${form}: no caller is refused, or runs differently, under a verdict that nothing breaks`,
    async (t) => {
      const counts = { breaking: 0, compatible: 0, equal: 0, unknown: 0 };
      const said = { yes: 0, no: 0, unknown: 0 };
      const [wrong, wrongUses]: [string[], string[]] = [[], []];
      const sample = fc.sample(pairsOf(documents), { numRuns: PAIRS, seed });
      for (const [nth, [old, now]] of sample.entries()) {
        const { verdict } = compareWorkflows(old, now);
        counts[verdict.verdict]++;
        const some = Array.from({ length: CALLERS }, (_, at) => {
          const caller = callers[(nth * 7 + at) % callers.length] as Caller;
          return at % 4 === 0 ? caller : fitting(old, caller, at);
        });
        const uses = some.map((caller) => useOf(caller, form === 'workflow'));
        const [before, after] = [
          { value: null, schema: schemaIn(old) },
          { value: null, schema: schemaIn(now) },
        ];
        const [offered, touched] = [await answers(after, uses), await affected(before, after, uses)];
        for (const [at, caller] of some.entries()) {
          const [was, is] = [run(old, caller), run(now, caller)];
          const where = () => JSON.stringify([old, now, caller, was, is]);
          const isSame = sameRun(was, is);
          if ('inputs' in was && !isSame && ['compatible', 'equal'].includes(verdict.verdict))
            wrong.push(where());
          const offer = offered[at]?.answer ?? 'unknown';
          said[offer]++;
          if (offer === 'yes' && !('inputs' in is)) wrongUses.push(`offered: ${where()}`);
          if (offer === 'no' && 'inputs' in is) wrongUses.push(`not offered: ${where()}`);
          const touch = touched[at]?.answer;
          if (touch === 'yes' && 'inputs' in was && !isSame) wrongUses.push(`untouched: ${where()}`);
          if (touch === 'no' && 'inputs' in is) wrongUses.push(`broken: ${where()}`);
        }
      }
      t.same(wrong.slice(0, 3), []);
      t.same(wrongUses.slice(0, 3), []);
      t.ok(counts.breaking > PAIRS / 20 && counts.compatible + counts.equal > PAIRS / 20, 'both are met');
      t.comment(`${PAIRS} pairs: ${JSON.stringify(counts)}; calls: ${JSON.stringify(said)}`);
    },
  );
