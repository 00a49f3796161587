/** One kind as the conformance suite looks at it: its own files, an edit of each that changes the offer, and a binding. */
export interface Sample {
  kind: string;
  path: string;
  /** What the provider has. */
  text: string;
  /** The same with a part taken away or narrowed: it breaks. */
  broken: string;
  /** Another spelling of the same offer: no drift. */
  same: string;
  /** The consumer's side, and how it is read. */
  binding: { path: string; text: string; use: string; options?: Record<string, string> };
  /** A file of the consumer's that the reader of uses reads, with nothing of the kind in it. */
  quiet: { path: string; text: string };
  /** Options of the provider's reader. */
  options?: Record<string, string>;
}

const openapi = (paths: string): string =>
  `openapi: 3.0.3\ninfo: { title: shop, version: "1" }\npaths:\n${paths}`;
const list = '  /a:\n    get: { responses: { "200": { description: ok } } }\n';
const more = '  /b:\n    get: { responses: { "200": { description: ok } } }\n';

const orders = '            id: { type: string }\n';
const total = '            total: { type: number }\n';
const asyncapi = (...properties: string[]): string =>
  `asyncapi: 2.6.0\ninfo: { title: shop, version: "1" }\nchannels:\n  orders:\n    subscribe:\n      message:\n        payload:\n          type: object\n          properties:\n${properties.join('')}`;

const proto = (fields: string): string => `syntax = "proto3";\npackage shop;\nmessage Order {\n${fields}}\n`;

const avro = (total: string): string =>
  `${JSON.stringify(
    {
      type: 'record',
      name: 'shop.Order',
      fields: [
        { name: 'id', type: 'string' },
        { name: 'total', type: total },
      ],
    },
    null,
    2,
  )}\n`;

const schema = (properties: object, required: string[] = []): string =>
  `${JSON.stringify(
    { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', properties, required },
    null,
    2,
  )}\n`;

const resource = (...fields: string[]): string =>
  `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: example.com
  scope: Namespaced
  names: { kind: Job, plural: jobs }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
${fields.map((field) => `                ${field}\n`).join('')}`;

const called = (inputs: string): string =>
  `on:\n  workflow_call:\n    inputs:\n${inputs}jobs:\n  a: { runs-on: ubuntu-latest, steps: [{ run: make }] }\n`;
const node = '      node: { type: string }\n';
const cache = '      cache: { type: boolean }\n';

const variables = (...names: string[]): string =>
  names.map((name) => `variable "${name}" {\n  type = string\n}\n`).join('\n');

const policy = (key: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::acme/${key}` }],
  });

const writes = (...keys: string[]): string =>
  `import boto3\ns3 = boto3.client("s3")\n${keys.map((key) => `s3.put_object(Bucket="acme", Key="${key}")\n`).join('')}`;

export const samples: readonly Sample[] = [
  {
    kind: 's3',
    path: 'store.py',
    text: writes('runs/a.json', 'runs/b.json'),
    broken: writes('runs/a.json'),
    same: `# a comment\n${writes('runs/a.json', 'runs/b.json')}`,
    binding: { path: 'policy.json', text: policy('runs/*'), use: 'iam-paths' },
    quiet: { path: 'policy.json', text: '{ "Version": "2012-10-17", "Statement": [] }' },
  },
  {
    kind: 'openapi',
    path: 'openapi.yaml',
    text: openapi(list + more),
    broken: openapi(list),
    same: `# a comment\n${openapi(list + more)}`,
    binding: { path: 'vendor/shop.yaml', text: openapi(list + more), use: 'copy' },
    quiet: { path: 'vendor/shop.yaml', text: openapi('  {}\n') },
  },
  {
    kind: 'asyncapi',
    path: 'events.yaml',
    text: asyncapi(orders, total),
    broken: asyncapi(orders),
    same: `# a comment\n${asyncapi(orders, total)}`,
    binding: { path: 'vendor/events.yaml', text: asyncapi(orders, total), use: 'copy' },
    quiet: { path: 'vendor/events.yaml', text: 'asyncapi: 2.6.0\nchannels: {}\n' },
  },
  {
    kind: 'graphql',
    path: 'shop.graphql',
    text: 'type Query {\n  a: Int\n  b: Int\n}\n',
    broken: 'type Query {\n  a: Int\n}\n',
    same: '# a comment\ntype Query {\n  a: Int\n  b: Int\n}\n',
    binding: { path: 'vendor/shop.graphql', text: 'type Query {\n  b: Int\n}\n', use: 'copy' },
    quiet: { path: 'vendor/shop.graphql', text: '# nothing yet\n' },
  },
  {
    kind: 'workflow',
    path: '.github/workflows/build.yml',
    text: called(node + cache),
    broken: called(node),
    same: `# a comment\n${called(cache + node)}`,
    binding: {
      path: 'ci.yml',
      text: 'on: push\njobs:\n  build:\n    uses: acme/ci/.github/workflows/build.yml@v1\n    with: { cache: true }\n',
      use: 'workflow-uses',
      options: { repository: 'https://github.com/acme/ci.git' },
    },
    quiet: { path: 'ci.yml', text: 'on: push\njobs:\n  a: { steps: [{ run: make }] }\n' },
  },
  {
    kind: 'protobuf',
    path: 'shop.proto',
    text: proto('  string id = 1;\n  int64 total = 2;\n'),
    broken: proto('  string id = 1;\n'),
    same: `// a comment\n${proto('  string id = 1;\n  int64 total = 2;\n')}`,
    binding: { path: 'vendor/shop.proto', text: proto('  int64 total = 2;\n'), use: 'copy' },
    quiet: { path: 'vendor/shop.proto', text: 'syntax = "proto3";\n' },
  },
  {
    kind: 'avro',
    path: 'order.avsc',
    text: avro('string'),
    broken: avro('boolean'),
    same: avro('string').replaceAll('  ', '    '),
    binding: { path: 'schemas/order.avsc', text: avro('string'), use: 'avro-readers' },
    quiet: { path: 'schemas/order.avsc', text: '{ "note": "type" }' },
  },
  {
    kind: 'terraform',
    path: 'bucket/variables.tf',
    text: variables('name', 'region'),
    broken: variables('name'),
    same: `# a comment\n${variables('region', 'name')}`,
    binding: {
      path: 'stack/main.tf',
      text: 'module "bucket" {\n  source = "git::https://github.com/acme/modules.git//bucket?ref=v1"\n  name   = "x"\n  region = "eu"\n}\n',
      use: 'terraform-calls',
      options: { repository: 'https://github.com/acme/modules.git' },
    },
    quiet: { path: 'stack/main.tf', text: 'locals {\n  a = 1\n}\n' },
  },
  {
    kind: 'helm',
    path: 'crds/jobs.yaml',
    text: resource('n: { type: integer }', 'm: { type: string }'),
    broken: resource('m: { type: string }'),
    same: resource('m: { type: string }', 'n: { type: integer }'),
    binding: {
      path: 'deploy/job.yaml',
      text: 'apiVersion: example.com/v1\nkind: Job\nmetadata:\n  name: a\nspec:\n  n: 1\n',
      use: 'helm-uses',
    },
    quiet: { path: 'deploy/job.yaml', text: '# nothing\n' },
  },
  {
    kind: 'json-schema',
    path: 'person.schema.json',
    text: schema({ name: { type: 'string' }, age: { type: 'integer' } }),
    broken: schema({ name: { type: 'string' }, age: { type: 'integer' } }, ['name']),
    same: schema({ name: { type: 'string' }, age: { type: 'integer' } }).replaceAll('  ', '    '),
    binding: {
      path: 'vendor/person.json',
      text: schema({ name: { type: 'string' }, age: { type: 'integer' } }),
      use: 'copy',
    },
    quiet: { path: 'vendor/person.json', text: '{}' },
  },
  {
    kind: 'value',
    path: 'limits.yaml',
    text: 'rate: 100\nregions: [eu, us]\n',
    broken: 'rate: 100\nregions: [eu]\n',
    same: '# a comment\nregions: [eu, us]\nrate: 100\n',
    binding: { path: 'client.yaml', text: 'rate: 100\nregions: [eu, us, asia]\n', use: 'data' },
    quiet: { path: 'client.yaml', text: '' },
  },
];
