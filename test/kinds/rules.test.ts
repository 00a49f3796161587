import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { factRules } from '../../lib/compat/differences/catalogue.ts';
import { facts } from '../../lib/compat/differences/types.ts';
import { judge } from '../../lib/compat/judge.ts';
import { type Change, levels } from '../../lib/compat/types.ts';
import { compareValues } from '../../lib/compat/values.ts';
import { terraformModule } from '../../lib/detect/terraform/detectors.ts';
import type { JsonValue } from '../../lib/json.ts';
import { compareAsyncapi } from '../../lib/kinds/asyncapi/compare/index.ts';
import { compareAvro } from '../../lib/kinds/avro/compare.ts';
import { levels as avroLevels } from '../../lib/kinds/avro/report.ts';
import { compareGraphql } from '../../lib/kinds/graphql/compare.ts';
import { compareHelm } from '../../lib/kinds/helm/compare.ts';
import { compareInterfaces } from '../../lib/kinds/interfaces.ts';
import { compareJsonSchemas } from '../../lib/kinds/json-schema/compare.ts';
import { compareOpenapi } from '../../lib/kinds/openapi/compare/index.ts';
import { compareProtobuf } from '../../lib/kinds/protobuf/compare/index.ts';
import { breaksAt } from '../../lib/kinds/protobuf/levels.ts';
import { exampleLevels } from '../../lib/kinds/protobuf/rules.ts';
import type { Rule } from '../../lib/kinds/rule.ts';
import { allRules } from '../../lib/kinds/rules.ts';
import { compareModules } from '../../lib/kinds/terraform/compare.ts';
import { compareWorkflows } from '../../lib/kinds/workflow/compare.ts';

const known = new Set(allRules.map(({ id }) => id));

/** A text is the files of a module. */
async function moduleOf(example: JsonValue): Promise<JsonValue> {
  if (typeof example !== 'string') return example;
  const { schema } = await terraformModule.extract([{ path: 'main.tf', bytes: Buffer.from(example) }], {});
  return schema;
}

async function changesOf({ id, example }: Rule): Promise<Change[]> {
  const { old, new: now, schema, newSchema } = example;
  if (id === 'value/removed') {
    const version = { version: '1.0.0' };
    return (await judge({ ...version, value: old }, { ...version, value: undefined }, compareInterfaces))
      .changes;
  }
  switch (id.slice(0, id.indexOf('/'))) {
    case 'openapi':
      return compareOpenapi(old, now).changes;
    case 'asyncapi':
      return (await compareAsyncapi(old, now)).changes;
    case 'graphql':
      return (await compareGraphql(String(old), String(now))).changes;
    case 'workflow':
      return compareWorkflows(old, now).changes;
    case 'avro':
      return (await compareAvro(old, now)).changes;
    case 'protobuf':
      return (await compareProtobuf(old, now, exampleLevels[id])).changes;
    case 'terraform':
      return compareModules(await moduleOf(old), await moduleOf(now)).changes;
    case 'helm':
      return compareHelm(old, now).changes;
    case 'json-schema':
      return compareJsonSchemas(old, now).changes;
    default:
      return compareValues(old, now, schema, newSchema === undefined ? {} : { newSchema }).changes;
  }
}

t.test('the example of every rule is a change under it, at its level', async (t) => {
  for (const rule of allRules) {
    const changes = await changesOf(rule);
    const found = changes.filter((change) => change.rule === rule.id);
    t.ok(found.length > 0, `${rule.id}: ${JSON.stringify(changes)}`);
    t.ok(
      found.some((change) => change.level === rule.level),
      `${rule.id} is ${rule.level}: ${JSON.stringify(found)}`,
    );
    for (const change of changes) {
      t.ok(known.has(change.rule ?? ''), `${change.rule} is in the catalogue`);
      t.ok(change.where && change.reason, `${rule.id}: place and reason of ${change.rule}`);
      t.equal(change.breaking, change.level === 'breaking' || change.level === 'unknown', rule.id);
    }
    const order = changes.map((change) => levels.indexOf(change.level ?? 'none'));
    if (!/^(s3|value)\//.test(rule.id)) t.same(order, [...order].sort(), `${rule.id}: worst first`);
  }
});

t.test('ids are unique, and every fact about schemas has a rule on both sides of a message', async (t) => {
  t.equal(known.size, allRules.length);
  t.same(factRules.map(({ fact }) => fact).sort(), [...facts].sort());
  for (const rule of allRules) t.ok(rule.why.length > 14 && rule.reference !== '', rule.id);
  for (const fact of facts.filter((name) => !name.startsWith('definition-')))
    for (const side of ['openapi/request', 'openapi/response', 'asyncapi/received', 'asyncapi/sent'])
      t.ok(known.has(`${side}-${fact}`), `${side}-${fact}`);
});

t.test('every rule that is written in the code is in the catalogue', async (t) => {
  const root = resolve(import.meta.dirname, '..', '..', 'lib');
  const ids = (folder: string, pattern: RegExp): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('rules.ts'))
      .flatMap((name) =>
        [...readFileSync(join(root, folder, name), 'utf8').matchAll(pattern)].map(([, id = '']) => id),
      );
  const full = ids(
    '.',
    /'((?:s3|value|openapi|asyncapi|graphql|workflow|protobuf|avro|terraform|helm|json-schema)\/[a-z][a-z-]+)'/g,
  ).filter((id) => !/-$/.test(id));
  t.ok(full.length > 10);
  for (const id of full) t.ok(known.has(id), id);
  for (const id of ids('kinds/terraform', /rule: '([a-z-]+)'/g)) t.ok(known.has(`terraform/${id}`), id);
  for (const id of ids('kinds/workflow', /rule: '([a-z-]+)'/g)) t.ok(known.has(`workflow/${id}`), id);
  for (const id of ids('kinds/helm', /rule: '([a-z-]+)'/g)) t.ok(known.has(`helm/${id}`), id);
  const short = ids('kinds/openapi/compare', /rule: '([a-z-]+)'/g);
  t.ok(short.length > 30);
  for (const id of short) t.ok(known.has(`openapi/${id}`), id);
  for (const id of ids('kinds/asyncapi/compare', /rule: '([a-z-]+)'/g)) t.ok(known.has(`asyncapi/${id}`), id);
  for (const id of Object.keys(avroLevels)) t.ok(known.has(`avro/${id}`), id);
  for (const id of Object.keys(breaksAt)) t.ok(known.has(`protobuf/${id}`), id);
});

t.test('what is the same has no changes', async (t) => {
  for (const rule of allRules) {
    const same: JsonValue = rule.example.old;
    if (rule.id === 'value/removed') continue;
    const { schema } = rule.example;
    const example = { old: same, new: structuredClone(same), ...(schema === undefined ? {} : { schema }) };
    t.same(await changesOf({ ...rule, example }), [], rule.id);
  }
});
