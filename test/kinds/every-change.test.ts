import t from 'tap';
import { levelOf } from '../../lib/compat/differences/order.ts';
import type { Change, ValueComparison } from '../../lib/compat/types.ts';
import { compareValues } from '../../lib/compat/values.ts';
import { isObject, type JsonObject, type JsonValue } from '../../lib/json.ts';
import { compareAsyncapi } from '../../lib/kinds/asyncapi/compare/index.ts';
import { compareAvro } from '../../lib/kinds/avro/compare.ts';
import { compareGraphql } from '../../lib/kinds/graphql/compare.ts';
import { compareHelm } from '../../lib/kinds/helm/compare.ts';
import { compareJsonSchemas } from '../../lib/kinds/json-schema/compare.ts';
import { compareOpenapi } from '../../lib/kinds/openapi/compare/index.ts';
import { compareProtobuf } from '../../lib/kinds/protobuf/compare/index.ts';
import { allRules } from '../../lib/kinds/rules.ts';
import { compareModules } from '../../lib/kinds/terraform/compare.ts';
import { compareWorkflows } from '../../lib/kinds/workflow/compare.ts';
import { seedOr } from '../helpers/values/seed.ts';

const nightly = process.env.REALM_NIGHTLY === '1';
const rounds = nightly ? 200 : 5;
const seed = seedOr(20261130);
const ids = new Set(allRules.map(({ id }) => id));

/** A kind under test: a document, edits that do not touch each other, and what each has to be called by. */
interface Subject {
  base: JsonValue;
  edits: { name: string; rule: RegExp; where: RegExp; apply(document: JsonValue): JsonValue }[];
  compare(old: JsonValue, now: JsonValue): Promise<ValueComparison> | ValueComparison;
}

/** The change of a place in a document, by its keys. */
const at =
  (keys: (string | number)[], change: (here: JsonValue | undefined) => JsonValue | undefined) =>
  (document: JsonValue): JsonValue => {
    const copy = structuredClone(document);
    let here = copy as JsonObject;
    for (const key of keys.slice(0, -1)) here = here[key] as JsonObject;
    const last = keys.at(-1) ?? '';
    const value = change(here[last]);
    if (value === undefined) delete here[last];
    else here[last] = value;
    return copy;
  };
const gone = (): undefined => undefined;
const set = (value: JsonValue) => (): JsonValue => value;
const more =
  (value: JsonValue) =>
  (here: JsonValue | undefined): JsonValue =>
    Array.isArray(here) ? [...here, value] : { ...(isObject(here) ? here : {}), ...(value as JsonObject) };
const less =
  (value: JsonValue) =>
  (here: JsonValue | undefined): JsonValue =>
    (here as JsonValue[]).filter((other) => other !== value);
const replaced =
  (from: string, to: string) =>
  (document: JsonValue): JsonValue => {
    const text = String(document);
    if (!text.includes(from)) throw new Error(`'${from}' is not in the document`);
    return text.replace(from, to);
  };

const edited = (
  name: string,
  rule: string,
  where: RegExp,
  from: string,
  to: string,
): Subject['edits'][number] => ({ name, rule: new RegExp(`/${rule}`), where, apply: replaced(from, to) });

const text = { type: 'string' };
const item: JsonObject = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'integer', minimum: 0 },
    name: { type: 'string', maxLength: 40, pattern: '^[a-z]' },
    state: { type: 'string', enum: ['open', 'shut'] },
    tags: { type: 'array', items: { type: 'string', format: 'date' } },
    size: { type: 'object', properties: { x: { type: 'number' }, y: { type: 'number' } } },
    kind: { anyOf: [{ type: 'boolean' }, { type: 'integer' }] },
    old: text,
  },
};
const inItem = (base: (string | number)[], prefix: string, where: string): Subject['edits'] => {
  const edit = (
    name: string,
    path: string,
    rule: string,
    keys: (string | number)[],
    change: (here: JsonValue | undefined) => JsonValue | undefined,
  ): Subject['edits'][number] => ({
    name: `${where}: ${name}`,
    rule: new RegExp(`^${prefix}${rule}$`),
    where: new RegExp(`${where}${path}$`),
    apply: at([...base, ...keys], change),
  });
  return [
    edit('remove a property', 'old', 'property-removed', ['properties', 'old'], gone),
    edit('add a property', 'fresh', 'property-added', ['properties', 'fresh'], set(text)),
    edit('make one required', 'name', 'property-became-required', ['required'], more('name')),
    edit('another type', 'id', 'type-changed', ['properties', 'id', 'type'], set('boolean')),
    edit('tighten a limit', 'name', 'limit-tightened', ['properties', 'name', 'maxLength'], set(9)),
    edit('another pattern', 'name', 'pattern-changed', ['properties', 'name', 'pattern'], set('^[0-9]')),
    edit('one more value', 'state', 'enum-value-added', ['properties', 'state', 'enum'], more('stuck')),
    edit('one value less', 'state', 'enum-value-removed', ['properties', 'state', 'enum'], less('open')),
    edit('no format', 'tags\\[\\]', 'format-removed', ['properties', 'tags', 'items', 'format'], gone),
    edit(
      'a nested property',
      'size\\.x',
      'property-removed',
      ['properties', 'size', 'properties', 'x'],
      gone,
    ),
    edit(
      'a nested type',
      'size\\.y',
      'type-(narrowed|changed)',
      ['properties', 'size', 'properties', 'y', 'type'],
      set('integer'),
    ),
    edit(
      'one more variant',
      'kind',
      'variant-added',
      ['properties', 'kind', 'anyOf'],
      more({ type: 'null' }),
    ),
    edit('words', 'name', 'words-changed', ['properties', 'name', 'title'], set('Name')),
  ];
};

const documentOf = (): JsonObject => ({
  openapi: '3.1.0',
  info: { title: 'things', version: '1' },
  paths: {
    '/things': {
      get: {
        parameters: [{ name: 'page', in: 'query', schema: { type: 'integer' } }],
        responses: {
          '200': {
            description: 'all',
            content: { 'application/json': { schema: { type: 'array', items: structuredClone(item) } } },
          },
        },
      },
      post: {
        requestBody: { required: true, content: { 'application/json': { schema: structuredClone(item) } } },
        responses: { '201': { description: 'made', headers: { Location: { schema: text } } } },
      },
    },
    '/rest': {
      get: { responses: { '204': { description: 'none' } } },
      delete: { responses: { '204': { description: 'none' } } },
    },
  },
});
const things = ['paths', '/things'];

const called = (
  name: string,
  rule: string,
  where: string,
  keys: string[],
  change: (here: JsonValue | undefined) => JsonValue | undefined,
): Subject['edits'][number] => ({
  name,
  rule: new RegExp(`/${rule}$`),
  where: new RegExp(where),
  apply: at(['on', 'workflow_call', ...keys], change),
});

const declared = (name: string, own: JsonObject = {}): JsonObject => ({
  ...{ name, type: 'string', required: true, default: null, nullable: true, sensitive: false },
  ...{ ephemeral: false, validations: [], ...own },
});
const read = (name: string, own: JsonObject = {}): JsonObject => ({
  ...{ name, sensitive: false, ephemeral: false, attributes: null, ...own },
});
const without =
  (name: string) =>
  (here: JsonValue | undefined): JsonValue =>
    (here as JsonObject[]).filter((other) => other.name !== name);
const module = (
  name: string,
  rule: string,
  where: string,
  keys: (string | number)[],
  change: (here: JsonValue | undefined) => JsonValue | undefined,
): Subject['edits'][number] => ({
  name,
  rule: new RegExp(`/${rule}$`),
  where: new RegExp(where),
  apply: at(keys, change),
});

const resource = (kind: string): JsonObject => ({
  ...{ group: 'example.com', kind, plural: kind.toLowerCase(), scope: 'Namespaced', at: `/${kind}` },
  ...{ conversion: {}, preserves: false },
  versions: ['v1', 'v2'].map((name) => ({
    ...{
      name,
      served: true,
      storage: name === 'v1',
      deprecated: false,
      pointer: `/${name}`,
      subresources: {},
    },
    schema: { type: 'object', properties: { n: { type: 'integer' }, m: { type: 'string' } } },
  })),
});
const helm = (
  name: string,
  rule: string,
  where: string,
  keys: (string | number)[],
  change: (here: JsonValue | undefined) => JsonValue | undefined,
): Subject['edits'][number] => ({
  ...{ name, rule: new RegExp(`^helm/${rule}$`), where: new RegExp(where), apply: at(keys, change) },
});

const subjects: Record<string, Subject> = {
  'json-schema': {
    base: item,
    edits: inItem([], 'json-schema/', '^'),
    compare: compareJsonSchemas,
  },
  openapi: {
    base: documentOf(),
    edits: [
      ...inItem(
        [...things, 'get', 'responses', '200', 'content', 'application/json', 'schema', 'items'],
        'openapi/response-',
        '^GET /things → 200 → \\[\\]\\.',
      ),
      ...inItem(
        [...things, 'post', 'requestBody', 'content', 'application/json', 'schema'],
        'openapi/request-',
        '^POST /things → request body → ',
      ),
      {
        name: 'an operation less',
        rule: /operation-removed$/,
        where: /^DELETE \/rest$/,
        apply: at(['paths', '/rest', 'delete'], gone),
      },
      {
        name: 'a path more',
        rule: /path-added$/,
        where: /^\/more$/,
        apply: at(['paths', '/more'], set({ get: { responses: {} } })),
      },
      {
        name: 'a parameter more',
        rule: /\/parameter-added$/,
        where: /'limit'$/,
        apply: at(
          [...things, 'get', 'parameters'],
          more({ name: 'limit', in: 'query', schema: { type: 'integer' } }),
        ),
      },
      {
        name: 'a parameter required',
        rule: /parameter-became-required$/,
        where: /'page'$/,
        apply: at([...things, 'get', 'parameters', 0, 'required'], set(true)),
      },
      {
        name: 'a status more',
        rule: /response-added$/,
        where: /GET \/rest → 200$/,
        apply: at(['paths', '/rest', 'get', 'responses', '200'], set({ description: 'x' })),
      },
      {
        name: 'a header less',
        rule: /response-header-removed$/,
        where: /'Location'$/,
        apply: at([...things, 'post', 'responses', '201', 'headers'], gone),
      },
      {
        name: 'a media type more',
        rule: /response-media-type-added$/,
        where: /\(text\/csv\)$/,
        apply: at([...things, 'get', 'responses', '200', 'content', 'text/csv'], set({})),
      },
      {
        name: 'words',
        rule: /words-changed$/,
        where: /^GET \/things$/,
        apply: at([...things, 'get', 'summary'], set('All')),
      },
    ],
    compare: compareOpenapi,
  },
  graphql: {
    base: 'type Query { thing(id: ID, at: Int = 1): Thing things: [Thing] any: Any }\ntype Thing { id: ID! name: String size: Int }\ntype Other { id: ID }\nunion Any = Thing | Other\nenum State { OPEN SHUT }\ninput In { a: Int, state: State }\ntype Mutation { add(in: In): Thing }\n',
    edits: [
      {
        name: 'a field less',
        rule: /field-removed$/,
        where: /^Thing\.name$/,
        apply: replaced(' name: String', ''),
      },
      {
        name: 'a field more',
        rule: /field-added$/,
        where: /^Thing\.fresh$/,
        apply: replaced('size: Int', 'size: Int fresh: Int'),
      },
      {
        name: 'another type',
        rule: /field-type-changed$/,
        where: /^Query\.things$/,
        apply: replaced('things: [Thing]', 'things: Thing'),
      },
      {
        name: 'an argument required',
        rule: /argument-type-changed$/,
        where: /^Query\.thing\(id:\)$/,
        apply: replaced('id: ID,', 'id: ID!,'),
      },
      {
        name: 'another default',
        rule: /argument-default-changed$/,
        where: /^Query\.thing\(at:\)$/,
        apply: replaced('at: Int = 1', 'at: Int = 2'),
      },
      {
        name: 'a member less',
        rule: /union-member-removed$/,
        where: /^Any/,
        apply: replaced('Thing | Other', 'Thing'),
      },
      {
        name: 'a value less',
        rule: /enum-value-removed$/,
        where: /^State\.SHUT$/,
        apply: replaced(' SHUT', ''),
      },
      {
        name: 'a value more',
        rule: /enum-value-added$/,
        where: /^State\.STUCK$/,
        apply: replaced('OPEN', 'OPEN STUCK'),
      },
      {
        name: 'an input field more',
        rule: /required-input-field-added$/,
        where: /^In\.b$/,
        apply: replaced('a: Int,', 'a: Int, b: Int!,'),
      },
      {
        name: 'a type more',
        rule: /type-added$/,
        where: /^More$/,
        apply: (document) => `${document}type More { a: Int }\n`,
      },
      {
        name: 'words',
        rule: /description-changed$/,
        where: /^Other$/,
        apply: replaced('type Other', '"another" type Other'),
      },
    ],
    compare: (old, now) => compareGraphql(String(old), String(now)),
  },
  workflow: {
    base: {
      on: {
        workflow_call: {
          inputs: {
            node: text,
            cache: { type: 'boolean', default: true },
            level: { type: 'number', default: 5 },
          },
          secrets: { token: {}, key: { required: true } },
          outputs: { version: { value: 'x' }, url: { value: 'y' } },
        },
      },
      jobs: { a: { permissions: { contents: 'read', packages: 'write' } } },
    },
    edits: [
      called('an input less', 'input-removed', "^input 'node'$", ['inputs', 'node'], gone),
      called('an input more', 'input-added', "^input 'fresh'$", ['inputs', 'fresh'], set(text)),
      called(
        'one that is required',
        'required-input-added',
        "^input 'must'$",
        ['inputs', 'must'],
        set({ type: 'string', required: true }),
      ),
      called(
        'another default',
        'input-default-changed',
        "^input 'cache'$",
        ['inputs', 'cache', 'default'],
        set(false),
      ),
      called(
        'another type',
        'input-type-widened',
        "^input 'level'$",
        ['inputs', 'level'],
        set({ type: 'string', default: '5' }),
      ),
      called('a secret less', 'secret-removed', "^secret 'token'$", ['secrets', 'token'], gone),
      called(
        'a secret more',
        'required-secret-added',
        "^secret 'must'$",
        ['secrets', 'must'],
        set({ required: true }),
      ),
      called(
        'no longer required',
        'secret-became-optional',
        "^secret 'key'$",
        ['secrets', 'key', 'required'],
        set(false),
      ),
      called('an output less', 'output-removed', "^output 'url'$", ['outputs', 'url'], gone),
      called('an output more', 'output-added', "^output 'fresh'$", ['outputs', 'fresh'], set({ value: 'z' })),
      {
        name: 'a permission more',
        rule: /permission-required$/,
        where: /^permission 'contents'$/,
        apply: at(['jobs', 'a', 'permissions', 'contents'], set('write')),
      },
      {
        name: 'a permission less',
        rule: /permission-no-longer-required$/,
        where: /^permission 'packages'$/,
        apply: at(['jobs', 'a', 'permissions', 'packages'], set('read')),
      },
    ],
    compare: compareWorkflows,
  },
  protobuf: {
    base: 'syntax = "proto2"; package p;\nmessage Thing { optional string id = 1; repeated int32 sizes = 2; optional State state = 3; oneof one { string left = 4; string right = 5; } map<string, int32> counts = 6; optional int32 at = 7 [default = 1]; reserved 20; extensions 100 to 200; }\nmessage Inner { message Deep { optional bytes raw = 1; } }\nenum State { OPEN = 0; SHUT = 1; reserved 9; }\nservice Things { rpc Get(Thing) returns (Thing); rpc Watch(Thing) returns (stream Thing); }\nextend Thing { optional string more = 100; }\n',
    edits: [
      edited('a field less', 'field-no-delete', /^p\.Thing\.id$/, 'optional string id = 1;', ''),
      edited(
        'a field more',
        'field-added',
        /^p\.Thing\.fresh$/,
        'reserved 20;',
        'reserved 20; optional int32 fresh = 30;',
      ),
      edited(
        'another type',
        'field-same-type',
        /^p\.Thing\.counts$/,
        'map<string, int32>',
        'map<string, int64>',
      ),
      edited(
        'one value for a list',
        'field-same-cardinality',
        /^p\.Thing\.sizes$/,
        'repeated int32',
        'optional int32',
      ),
      edited('another default', 'field-same-default', /^p\.Thing\.at$/, 'default = 1', 'default = 2'),
      edited('another name', 'field-same-name', /^p\.Thing\.left$/, 'left = 4', 'port = 4'),
      edited(
        'another name in JSON',
        'field-same-json-name',
        /^p\.Inner\.Deep\.raw$/,
        'raw = 1',
        'raw = 1 [json_name = "bytes"]',
      ),
      edited(
        'out of the oneof',
        'field-same-oneof',
        /^p\.Thing\.right$/,
        ' string right = 5; }',
        ' } optional string right = 5;',
      ),
      edited('a value renamed', 'enum-value-same-name', /^p\.State\.SHUT$/, 'SHUT', 'CLOSED'),
      edited('a number free again', 'reserved-enum-no-delete', /^p\.State$/, ' reserved 9;', ''),
      edited('a method less', 'rpc-no-delete', /^p\.Things\/Get$/, 'rpc Get(Thing) returns (Thing);', ''),
      edited('no stream', 'rpc-same-server-streaming', /^p\.Things\/Watch$/, 'stream Thing', 'Thing'),
      edited(
        'an extension less',
        'extension-no-delete',
        /^p\.more$/,
        'extend Thing { optional string more = 100; }',
        '',
      ),
      edited('less room', 'extension-message-no-delete', /^p\.Thing$/, '100 to 200', '100 to 150'),
      edited(
        'a message more',
        'definition-added',
        /^p\.Fresh$/,
        'message Inner',
        'message Fresh {} message Inner',
      ),
      edited(
        'deprecated',
        'deprecation-changed',
        /^p\.Thing\.state$/,
        'state = 3',
        'state = 3 [deprecated = true]',
      ),
    ],
    compare: (old, now) => compareProtobuf(old, now, 'source'),
  },
  terraform: {
    base: {
      'x-realm': { kind: 'terraform' },
      path: 'bucket',
      variables: [
        declared('size', { type: 'number', required: false, default: 1 }),
        declared('tags', { type: { map: 'string' }, required: false, default: {} }),
        declared('rule', {
          type: { object: { a: { type: 'string' }, b: { type: 'number', optional: true } } },
        }),
        declared('note', { validations: ['length(var.note) > 3'] }),
        declared('name'),
      ],
      outputs: [read('all', { attributes: ['a', 'b'] }), read('arn'), read('id')],
      providers: [{ name: 'aws', source: 'hashicorp/aws', version: '>= 5.0', aliases: [] }],
      version: '>= 1.3',
    },
    edits: [
      module('a variable less', 'variable-removed', "^variable 'name'$", ['variables'], without('name')),
      module(
        'a variable more',
        'required-variable-added',
        "^variable 'fresh'$",
        ['variables'],
        more(declared('fresh')),
      ),
      module(
        'another default',
        'variable-default-changed',
        "^variable 'size'$",
        ['variables', 0, 'default'],
        set(2),
      ),
      module(
        'another type',
        'variable-type-changed',
        "^variable 'tags'$",
        ['variables', 1, 'type'],
        set({ list: 'string' }),
      ),
      module(
        'an attribute less',
        'variable-attribute-removed',
        "^variable 'rule' → b$",
        ['variables', 2, 'type', 'object', 'b'],
        gone,
      ),
      module(
        'null',
        'variable-became-not-nullable',
        "^variable 'rule'$",
        ['variables', 2, 'nullable'],
        set(false),
      ),
      module(
        'no condition',
        'variable-validation-removed',
        "^variable 'note'$",
        ['variables', 3, 'validations'],
        set([]),
      ),
      module(
        'secret',
        'variable-sensitive-changed',
        "^variable 'note'$",
        ['variables', 3, 'sensitive'],
        set(true),
      ),
      module('an output less', 'output-removed', "^output 'id'$", ['outputs'], without('id')),
      module(
        'an attribute of one',
        'output-attribute-removed',
        "^output 'all' → b$",
        ['outputs', 0, 'attributes'],
        set(['a']),
      ),
      module(
        'a provider more',
        'provider-added',
        "^provider 'null'$",
        ['providers'],
        more({ name: 'null', source: null, version: null, aliases: [] }),
      ),
      module(
        'a newer provider',
        'provider-version-narrowed',
        "^provider 'aws'$",
        ['providers', 0, 'version'],
        set('>= 6.0'),
      ),
      module(
        'an older program',
        'terraform-version-widened',
        '^required_version$',
        ['version'],
        set('>= 1.0'),
      ),
    ],
    compare: compareModules,
  },
  asyncapi: {
    base: {
      asyncapi: '2.6.0',
      info: { title: 'things', version: '1' },
      servers: { main: { url: 'broker:9092', protocol: 'kafka' } },
      channels: {
        'things/{region}': {
          parameters: { region: { schema: { enum: ['eu', 'us'] } } },
          bindings: { kafka: { partitions: 3 } },
          subscribe: {
            message: {
              contentType: 'application/json',
              headers: { type: 'object', properties: { id: text, tenant: text } },
              payload: structuredClone(item),
            },
          },
          publish: {
            message: {
              oneOf: [
                { name: 'a', payload: text },
                { name: 'b', payload: item },
              ],
            },
          },
        },
        rest: { publish: { message: { payload: text } }, subscribe: { message: { payload: text } } },
      },
    },
    edits: [
      ...inItem(
        ['channels', 'things/{region}', 'subscribe', 'message', 'payload'],
        'asyncapi/sent-',
        'send things/{region} → payload → ',
      ),
      ...inItem(
        ['channels', 'things/{region}', 'publish', 'message', 'oneOf', 1, 'payload'],
        'asyncapi/received-',
        'receive things/{region} → b → payload → ',
      ),
      {
        name: 'a header less',
        rule: /^asyncapi\/sent-property-removed$/,
        where: /headers → tenant$/,
        apply: at(
          ['channels', 'things/{region}', 'subscribe', 'message', 'headers', 'properties', 'tenant'],
          gone,
        ),
      },
      {
        name: 'a message more',
        rule: /^asyncapi\/received-message-added$/,
        where: /^receive things\/\{region\} → c$/,
        apply: at(
          ['channels', 'things/{region}', 'publish', 'message', 'oneOf'],
          more({ name: 'c', payload: { type: 'integer' } }),
        ),
      },
      {
        name: 'an address more',
        rule: /^asyncapi\/parameter-widened$/,
        where: /^channel things\/\{region\}$/,
        apply: at(['channels', 'things/{region}', 'parameters', 'region', 'schema', 'enum'], more('asia')),
      },
      {
        name: 'more partitions',
        rule: /^asyncapi\/binding-changed$/,
        where: /binding kafka\.partitions$/,
        apply: at(['channels', 'things/{region}', 'bindings', 'kafka', 'partitions'], set(6)),
      },
      {
        name: 'another content type',
        rule: /^asyncapi\/content-type-changed$/,
        where: /^send things\/\{region\}$/,
        apply: at(
          ['channels', 'things/{region}', 'subscribe', 'message', 'contentType'],
          set('application/cbor'),
        ),
      },
      {
        name: 'an operation less',
        rule: /^asyncapi\/operation-removed$/,
        where: /^send rest$/,
        apply: at(['channels', 'rest', 'subscribe'], gone),
      },
      {
        name: 'a server more',
        rule: /^asyncapi\/server-added$/,
        where: /^server kafka:\/\/spare:9092$/,
        apply: at(['servers', 'spare'], set({ url: 'spare:9092', protocol: 'kafka' })),
      },
      {
        name: 'words',
        rule: /^asyncapi\/words-changed$/,
        where: /^channel rest$/,
        apply: at(['channels', 'rest', 'description'], set('the rest')),
      },
    ],
    compare: compareAsyncapi,
  },
  helm: {
    base: {
      ...{ 'x-realm': { kind: 'helm' }, path: 'charts/a', name: 'a', kubeVersion: '>= 1.28' },
      dependencies: ['mysql', 'redis'],
      values: { image: { tag: 'a', pull: 'Always' }, port: 80, size: 2, name: 'x' },
      schema: {
        type: 'object',
        properties: { count: { type: 'integer', maximum: 9 }, state: { enum: ['a', 'b'] } },
      },
      crds: [resource('Job'), resource('Task')],
      files: { chart: '/c', values: '/v', schema: '/s' },
    },
    edits: [
      helm('another name', 'chart-renamed', '^the chart$', ['name'], set('b')),
      helm('moved', 'chart-moved', '^charts/a$', ['path'], set('charts/b')),
      helm('any cluster', 'kube-version-removed', '^kubeVersion$', ['kubeVersion'], set(null)),
      helm('a dependency less', 'property-removed', '^values → mysql$', ['dependencies'], less('mysql')),
      helm('a value less', 'property-removed', '^values → image.tag$', ['values', 'image', 'tag'], gone),
      helm('a value more', 'property-added', '^values → fresh$', ['values', 'fresh'], set(true)),
      helm('another default', 'default-changed', '^values → size$', ['values', 'size'], set(3)),
      helm('another type', 'type-changed', '^values → port$', ['values', 'port'], set('80')),
      helm(
        'a lower limit',
        'limit-tightened',
        '^values → count$',
        ['schema', 'properties', 'count', 'maximum'],
        set(5),
      ),
      helm(
        'a value of an enum less',
        'enum-value-removed',
        '^values → state$',
        ['schema', 'properties', 'state', 'enum'],
        less('b'),
      ),
      helm('a resource less', 'crd-removed', '^Task.example.com$', ['crds'], (here) =>
        (here as JsonObject[]).filter(({ kind }) => kind !== 'Task'),
      ),
      helm(
        'a field of a resource less',
        'property-removed',
        '^Job.example.com v1 → n$',
        ['crds', 0, 'versions', 0, 'schema', 'properties', 'n'],
        gone,
      ),
      helm(
        'not served',
        'version-not-served',
        '^Job.example.com v2$',
        ['crds', 0, 'versions', 1, 'served'],
        set(false),
      ),
      helm('in no namespace', 'crd-scope-changed', '^Job.example.com$', ['crds', 0, 'scope'], set('Cluster')),
    ],
    compare: compareHelm,
  },
  avro: {
    base: '{"type": "record", "name": "Thing", "namespace": "p", "doc": "a", "fields": [{"name": "id", "type": "string"}, {"name": "size", "type": "int", "default": 1}, {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["OPEN", "SHUT"]}}, {"name": "key", "type": {"type": "fixed", "name": "Key", "size": 4}}, {"name": "more", "type": ["null", "string", "long"]}, {"name": "parts", "type": {"type": "array", "items": "int"}}, {"name": "sum", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}}]}',
    edits: [
      edited('a field less', 'field-removed', /^p\.Thing\.id$/, '{"name": "id", "type": "string"}, ', ''),
      edited(
        'a field more',
        'field-without-default',
        /^p\.Thing\.fresh$/,
        '"fields": [',
        '"fields": [{"name": "fresh", "type": "int"}, ',
      ),
      edited('a default', 'field-default-changed', /^p\.Thing\.size$/, '"default": 1', '"default": 2'),
      edited('a larger type', 'type-promoted', /^p\.Thing\.parts\[\]$/, '"items": "int"', '"items": "long"'),
      edited('a symbol less', 'enum-symbol-removed', /^p\.State\.SHUT$/, ', "SHUT"', ''),
      edited('more bytes', 'fixed-size-changed', /^p\.Key$/, '"size": 4', '"size": 5'),
      edited('a branch less', 'union-branch-removed', /^p\.Thing\.more$/, ', "long"]', ']'),
      edited('another scale', 'decimal-changed', /^p\.Thing\.sum$/, '"scale": 2', '"scale": 3'),
      edited('another doc', 'doc-changed', /^p\.Thing$/, '"doc": "a"', '"doc": "b"'),
      edited('an attribute', 'attribute-changed', /^p\.Thing$/, '"doc": "a"', '"doc": "a", "x": 1'),
    ],
    compare: compareAvro,
  },
  s3: {
    base: {
      read: ['jobs/*', 'logs/*', 'raw/*'],
      write: ['out/*'],
      limit: 5,
      names: { a: 1, b: 2 },
      tags: ['x', 'y'],
    },
    edits: [
      { name: 'a path less', rule: /s3\/path-removed/, where: /^read$/, apply: at(['read'], less('logs/*')) },
      { name: 'a path more', rule: /s3\/path-added/, where: /^write$/, apply: at(['write'], more('more/*')) },
      { name: 'another number', rule: /value\/changed/, where: /^limit$/, apply: at(['limit'], set(6)) },
      {
        name: 'a key less',
        rule: /value\/key-removed/,
        where: /^names\.a$/,
        apply: at(['names', 'a'], gone),
      },
      {
        name: 'a key more',
        rule: /value\/key-added/,
        where: /^names\.c$/,
        apply: at(['names', 'c'], set(3)),
      },
      {
        name: 'an element less',
        rule: /value\/element-removed/,
        where: /^tags$/,
        apply: at(['tags'], less('x')),
      },
      {
        name: 'an element more',
        rule: /value\/element-added/,
        where: /^tags$/,
        apply: at(['tags'], more('z')),
      },
    ],
    compare: (old, now) => {
      const paths = { 'x-realm': { kind: 'paths', dialect: 'glob' } };
      return compareValues(old, now, { properties: { read: paths, write: paths } });
    },
  },
};

for (const [kind, { base, edits, compare }] of Object.entries(subjects)) {
  t.test(`${kind}: every edit is named, and only what was taken back goes`, async (t) => {
    const random = generator(seed);
    let compared = 0;
    const problems: string[] = [];
    for (let round = 0; round < rounds && problems.length === 0; round++) {
      const chosen = edits.filter(() => random() < 0.4);
      const make = (all: Subject['edits']): JsonValue =>
        all.reduce((document, edit) => edit.apply(document), base);
      const whole = await compare(base, make(chosen));
      const same = await compare(make(chosen), make(chosen));
      if (same.verdict.verdict !== 'equal' || same.changes.length > 0) problems.push('not equal to itself');
      for (const change of whole.changes) {
        if (!ids.has(change.rule ?? '')) problems.push(`no rule: ${change.rule}`);
        if (levelOf(change) === 'breaking' && change.witness === undefined && !change.reason)
          problems.push(`bare: ${change.rule}`);
      }
      const worst = whole.changes.some((change) => levelOf(change) === 'breaking');
      if (worst !== (whole.verdict.verdict === 'breaking'))
        problems.push(`the verdict is ${whole.verdict.verdict}`);
      for (const edit of chosen) {
        const named = whole.changes.filter(
          (change) => edit.rule.test(change.rule ?? '') && edit.where.test(change.where ?? ''),
        );
        if (named.length === 0)
          problems.push(`not named: ${edit.name} in ${chosen.map(({ name }) => name).join(', ')}`);
        const without = await compare(base, make(chosen.filter((other) => other !== edit)));
        const left = new Set(without.changes.map(idOf));
        const before = new Set(whole.changes.map(idOf));
        const lost = [...before].filter((id) => !left.has(id));
        const come = [...left].filter((id) => !before.has(id));
        if (lost.length === 0) problems.push(`nothing went with ${edit.name}`);
        if (!lost.some((id) => named.some((change) => idOf(change) === id)))
          problems.push(`${edit.name} stayed`);
        if (come.length > 0) problems.push(`came with taking back ${edit.name}: ${come.join(' ')}`);
        if (lost.length > 1) problems.push(`more than ${edit.name} went: ${lost.join(', ')}`);
        compared++;
      }
    }
    t.comment(`seed ${seed}, ${rounds} rounds, ${compared} edits taken back`);
    t.same(problems, []);
  });
}

const idOf = ({ rule, where, subject }: Change): string => `${rule} ${where} ${JSON.stringify(subject)}`;

/** Mulberry32: the same numbers for the same seed. */
function generator(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), 1 | state);
    z = (z + Math.imul(z ^ (z >>> 7), 61 | z)) ^ z;
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}
