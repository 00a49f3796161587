import t from 'tap';
import {
  type ContractVersion,
  judge,
  promisedDirections,
  type SchemaComparer,
} from '../../lib/compat/judge.ts';
import { isObject, type JsonValue } from '../../lib/json.ts';
import { compareInterfaces } from '../../lib/kinds/interfaces.ts';

/** Schemas of one kind, `{required: [...]}`: more required is narrower. */
const byRequired: SchemaComparer = (old, now) => {
  const names = (schema: JsonValue): JsonValue[] => {
    const required = isObject(schema) ? schema.required : undefined;
    return Array.isArray(required) ? required : [];
  };
  const extra = names(now).filter((name) => !names(old).includes(name));
  if (extra.length === 0) return { verdict: names(old).length > names(now).length ? 'compatible' : 'equal' };
  return {
    verdict: 'breaking',
    witness: {},
    pointer: '/required',
    keyword: 'required',
    reason: `${extra} is needed`,
  };
};
const contract = (
  version: string,
  value: JsonValue,
  required: string[] = [],
  more = {},
): ContractVersion => ({
  version,
  value,
  schema: { required },
  ...more,
});
const both = { compatibility: { backwards: true, forwards: true } };

t.test('directions', async (t) => {
  t.same(promisedDirections(undefined), ['backwards']);
  t.same(
    promisedDirections({ backwards: false, forwards: false }),
    ['backwards'],
    'no promise excuses nothing',
  );
  t.same(promisedDirections({ forwards: true }), ['backwards', 'forwards']);
  t.same(promisedDirections({ backwards: false, forwards: true }), ['forwards']);
});

t.test('schema and value together, the worse counts', async (t) => {
  t.match(await judge(contract('1.0.0', ['a']), contract('?', ['a', 'b']), byRequired), {
    verdict: { verdict: 'compatible' },
    significance: 'compatible',
    changes: [{ kind: 'added', subject: 'b' }],
  });
  t.match(await judge(contract('1.0.0', ['a']), contract('?', ['a', 'b'], ['x']), byRequired), {
    significance: 'breaking',
    verdict: { keyword: 'required', reason: 'x is needed' },
    broken: { direction: 'backwards', against: '1.0.0', part: 'schema' },
  });
  t.match(await judge(contract('1.0.0', ['a']), contract('?', ['b']), byRequired), {
    significance: 'breaking',
    broken: { part: 'value' },
  });
});

t.test('forwards is the converse', async (t) => {
  const old = contract('1.0.0', ['a'], ['x'], both);
  t.match(await judge(old, contract('?', ['a'], []), byRequired), {
    verdict: { verdict: 'breaking', reason: 'forwards: x is needed' },
    broken: { direction: 'forwards' },
  });
  t.match(await judge(old, contract('?', ['a', 'b'], ['x']), byRequired), {
    verdict: { verdict: 'breaking', witness: 'b' },
    broken: { direction: 'forwards', part: 'value' },
  });
  const forwards = contract('1.0.0', ['a'], ['x'], { compatibility: { backwards: false, forwards: true } });
  t.match(await judge(forwards, contract('?', ['a'], ['x', 'y']), byRequired), {
    significance: 'compatible',
  });
});

t.test('transitive looks at the same line', async (t) => {
  const old = contract('1.2.0', ['b'], [], { compatibility: { transitive: true } });
  const history = [contract('0.9.0', ['z']), contract('1.0.0', ['a', 'b']), contract('1.1.0', ['b'])];
  t.match(await judge(old, contract('?', ['b', 'c']), byRequired, history), {
    verdict: { verdict: 'breaking', witness: 'a', reason: /^against 1\.0\.0: / },
    broken: { against: '1.0.0' },
    changes: [{ kind: 'added', subject: 'c' }],
  });
  t.match(await judge({ ...old, compatibility: {} }, contract('?', ['b', 'c']), byRequired, history), {
    significance: 'compatible',
  });
});

t.test('words only', async (t) => {
  const old = contract('1.0.0', ['a'], [], { description: 'one' });
  t.match(await judge(old, { ...old, description: 'two' }, byRequired), {
    verdict: { verdict: 'equal' },
    significance: 'described',
  });
  t.match(await judge(old, { ...old, schema: { required: [], title: 'x' } }, byRequired), {
    significance: 'described',
  });
  t.match(await judge(old, old, byRequired), { significance: 'equal', changes: [] });
  t.match(await judge(old, { ...old, value: undefined }, byRequired), { significance: 'breaking' });
});

t.test('the real comparers', async (t) => {
  const real = (old: ContractVersion, now: ContractVersion) => judge(old, now, compareInterfaces);
  const schema = (more: object): JsonValue =>
    ({ type: 'object', properties: { a: { type: 'string' } }, ...more }) as JsonValue;
  const at = (version: string, more: object): ContractVersion => ({ version, schema: schema(more) });
  t.match(await real(at('1.0.0', {}), at('?', { required: ['a'] })), {
    verdict: { verdict: 'breaking', keyword: 'required' },
    changes: [{ kind: 'added', pointer: '/schema/required/0', breaking: true }],
  });
  t.match(await real(at('1.0.0', { required: ['a', 'b'] }), at('?', { required: ['b'] })), {
    significance: 'compatible',
    changes: [{ kind: 'removed', pointer: '/schema/required/0', subject: 'a', breaking: false }],
  });
  t.match(await real(at('1.0.0', {}), at('?', { title: 'A' })), {
    verdict: { verdict: 'equal' },
    significance: 'described',
    changes: [{ kind: 'described', pointer: '/schema/title' }],
  });
  t.match(
    await real(
      { version: '1.0.0', schema: 'type Query { a: Int b: Int }' },
      { version: '?', schema: 'type Query { a: Int }' },
    ),
    {
      verdict: { verdict: 'breaking', witness: 'query { b }' },
      changes: [{ kind: 'removed', breaking: true }],
    },
  );
  const api = (paths: JsonValue): JsonValue => ({ openapi: '3.1.0', paths });
  t.match(
    await real(
      { version: '1.0.0', schema: api({ '/a': {} }) },
      { version: '?', schema: api({ '/a': {}, '/b': {} }) },
    ),
    {
      significance: 'compatible',
      changes: [{ kind: 'added', subject: '/b' }],
    },
  );
  t.match(await real({ version: '1.0.0', schema: api({}) }, { version: '?', schema: {} }), {
    verdict: {
      verdict: 'unknown',
      reason: /the old version is openapi, that of the new version json-schema/,
    },
  });
});
