import t from 'tap';
import { detectAll, extract } from '../../lib/detect/index.ts';
import type { SourceFile, Unresolved } from '../../lib/detect/types.ts';

/** What a look through a whole repository offers to export, and what it names beside that. */
async function scan(files: Record<string, string>) {
  const all = Object.entries(files).map(([path, text]): SourceFile => ({ path, bytes: Buffer.from(text) }));
  const elsewhere: Unresolved[] = [];
  const proposals = await detectAll(all, { onUnresolved: (more) => elsewhere.push(...more) });
  const [offer] = proposals.filter(({ role }) => role === 'export');
  return {
    value: offer?.extraction.value ?? null,
    sources: offer?.sourceFiles ?? [],
    elsewhere: elsewhere.map(({ path, line }) => `${path}:${line}`),
  };
}

const store = `import boto3

s3 = boto3.client('s3')


def keep(name, body):
    s3.put_object(Bucket='data', Key=name, Body=body)
`;
const caller = (path: string) =>
  `from store import keep\n\n\ndef run(day):\n    keep(f'${path}/{day}.json', b'')\n`;

t.test('callers of a wrapper are read although they name nothing of S3', async (t) => {
  const found = await scan({
    'store.py': store,
    'jobs.py': caller('jobs'),
    'other.py': 'from store import something\n\nsomething()\n',
    'through.py': 'from relay import hand_on\n\nhand_on("b")\n',
    'relay.py': "from store import keep\n\n\ndef hand_on(name):\n    keep(f'relay/{name}', b'')\n",
  });
  t.same(found.value, { read: [], write: ['jobs/*.json', 'relay/b'] });
  t.same(found.sources, ['jobs.py', 'relay.py', 'store.py', 'through.py'], 'and only those that matter');
});

t.test('an app that is built like another one decides nothing in it', async (t) => {
  const stack = `from aws_cdk import Stack, aws_s3 as s3


class Jobs(Stack):
    def __init__(self, scope, id, name, role):
        super().__init__(scope, id)
        s3.Bucket.from_bucket_name(self, 'data', bucket_name=name).grant_read(role, 'jobs/*')
`;
  const app = (name: string) => `from stacks.jobs import Jobs\n\nJobs(None, 'jobs', ${name}, None)\n`;
  const all = Object.entries({
    'apps/one/app.py': app("'of-one'"),
    'apps/one/stacks/jobs.py': stack,
    'apps/two/app.py': app("input('name')"),
    'apps/two/stacks/jobs.py': stack,
  }).map(([path, text]): SourceFile => ({ path, bytes: Buffer.from(text) }));
  const grants = await detectAll(all);
  t.same(
    grants.map(({ binding, extraction }) => [binding, extraction.schema['x-realm']]),
    [
      ['apps/one/stacks/jobs.py', { bucket: 'of-one' }],
      ['apps/two/stacks/jobs.py', { bucket: null }],
    ],
  );
});

const goStore = `package store

import (
	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/service/s3"
)

type Store struct{ s3 *s3.S3 }

func (s *Store) Keep(name string) error {
	_, err := s.s3.PutObject(&s3.PutObjectInput{Bucket: aws.String("data"), Key: aws.String(name)})
	return err
}
`;

t.test('callers in the same Go package, and by an interface of another one, are read', async (t) => {
  const found = await scan({
    'tool/store/store.go': goStore,
    'tool/store/daily.go': 'package store\n\nfunc Daily(s *Store) error {\n\treturn s.Keep("daily/all")\n}\n',
    'tool/jobs/keeper.go': 'package jobs\n\ntype Keeper interface {\n\tKeep(name string) error\n}\n',
    'tool/jobs/jobs.go':
      'package jobs\n\nfunc Run(k Keeper, day string) error {\n\treturn k.Keep("jobs/" + day)\n}\n',
  });
  t.same(found.value, { read: [], write: ['daily/all', 'jobs/*'] });
});

t.test('an interface that asks for more, and a method of the same name, call nothing in Go', async (t) => {
  const found = await scan({
    'tool/store/store.go': `${goStore}\nfunc Hourly(s *Store) error { return s.Keep("hourly/all") }\n`,
    'tool/jobs/jobs.go':
      'package jobs\n\ntype Keeper interface {\n\tKeep(name string) error\n\tClose() error\n}\n\n' +
      'func Run(k Keeper) error {\n\treturn k.Keep("jobs/none")\n}\n',
    'tool/pets/pets.go':
      'package pets\n\ntype Pet struct{}\n\nfunc (p *Pet) Keep(name string) {}\n\n' +
      'func Buy(p *Pet) {\n\tp.Keep("cat")\n}\n',
  });
  t.same(found.value, { read: [], write: ['hourly/all'] });
});

t.test('tests, vendored copies and namesakes decide no value', async (t) => {
  const found = await scan({
    'store.py': store,
    'jobs.py': caller('jobs'),
    'tests/test_jobs.py': caller('fake'),
    'vendor/thing.py': caller('vendored'),
    'namesake.py': "def keep(name):\n    print(name)\n\n\nkeep('local/name')\n",
  });
  t.same(found.value, { read: [], write: ['jobs/*.json'] });
});

t.test('callers of a default export are found under any name', async (t) => {
  const found = await scan({
    'lib/shelf.js': `import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

export default class ShelfReader {
  constructor(params) {
    this.params = params;
  }

  read() {
    return new S3Client({}).send(new GetObjectCommand(this.params));
  }
}
`,
    'lib/types/page.js': `import Shelf from '../shelf.js';

export const page = (id) => new Shelf({ Bucket: 'shelf', Key: \`page/\${id}.html\` }).read();
`,
    'lib/types/none.js': "import Shelf from '../shell.js';\n\nnew Shelf({ Bucket: 'shell', Key: 'none' });\n",
  });
  t.same(found.value, { read: ['page/*.html'], write: [] });
});

t.test('a package of the same workspace is found by its name', async (t) => {
  const found = await scan({
    'packages/app/src/index.ts': `import { keyOf } from '@acme/keys';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

export const keep = (id: string) =>
  new S3Client({}).send(new PutObjectCommand({ Bucket: 'data', Key: keyOf(id) }));
`,
    'packages/app/package.json': '{ "name": "@acme/app" }',
    'packages/keys/package.json': '{ "name": "@acme/keys", "main": "lib/keys.ts" }',
    'packages/keys/lib/keys.ts': 'export const keyOf = (id: string) => `media/${id}`;\n',
  });
  t.same(found.value, { read: [], write: ['media/*'] });
  t.match(found.sources, [
    'packages/app/src/index.ts',
    'packages/keys/lib/keys.ts',
    'packages/keys/package.json',
  ]);
});

t.test('a name is found through files that only hand on what others have', async (t) => {
  const hands = "export * from './text';\nexport * from './keys';\n";
  const found = await scan({
    'app/main.ts': `import { keyOf } from '../lib';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

export const load = (id: string) =>
  new S3Client({}).send(new GetObjectCommand({ Bucket: 'media', Key: keyOf(id) }));
`,
    'lib/index.ts': hands,
    'lib/text.ts': 'export const one = 1;\n',
    'lib/keys.ts': "export const keyOf = (id: string) => 'media/' + id;\n",
  });
  t.same(found.value, { read: ['media/*'], write: [] });
  t.same(found.sources, ['app/main.ts', 'lib/index.ts', 'lib/keys.ts']);
});

t.test('what a caller calls is told by a file that only it imports', async (t) => {
  const found = await scan({
    'app/store.py': `import boto3

s3 = boto3.client('s3')


class Store:
    def put(self, key):
        s3.put_object(Bucket='kept', Key=key)
`,
    'app/context.py': 'from app.store import Store\n\n\nclass Context:\n    store: Store = Store()\n',
    'app/job.py': `from app import store
from app.context import Context


def run(context: Context, name):
    context.store.put('jobs/' + name)
`,
  });
  t.same(found.value, { read: [], write: ['jobs/*'] });
});

t.test('what looks like access and is not read is named, with or without other findings', async (t) => {
  const helper = "from acme.s3 import upload\n\nupload(bucket_name='letters', placed_at='x')\n";
  const alone = await scan({ 'letters.py': helper });
  t.same(alone, { value: null, sources: [], elsewhere: ['letters.py:3'] });
  const beside = await scan({ 'letters.py': helper, 'store.py': store, 'jobs.py': caller('jobs') });
  t.match(beside, { value: { write: ['jobs/*.json'] }, elsewhere: ['letters.py:3'] });
});

t.test('ten thousand callers of one function are too many to tell apart, and that is said', async (t) => {
  const calls = Array.from({ length: 10_000 }, (_, i) => `keep('k/${i}', b'')\n`).join('');
  const { value, elsewhere } = await scan({
    'store.py': store,
    'many.py': `from store import keep\n\n${calls}`,
  });
  t.same(value, null);
  t.same(elsewhere, ['store.py:7']);
});

t.test('imports in a circle and values that refer to themselves end', async (t) => {
  const found = await scan({
    'a.py':
      "import boto3\nfrom b import *\nfrom b import NAME\n\nboto3.client('s3').get_object(Bucket='data', Key=f'{NAME}/x')\n",
    'b.py': 'from a import *\nfrom a import NAME\n',
    'c.py':
      "import boto3\n\nparts = ['y']\nparts = [*parts, *parts]\nboto3.client('s3').get_object(Bucket='data', Key='/'.join(parts))\n",
  });
  t.match(found.value, { write: [] });
});

t.test('where more files may call a function than are read, that is said', async (t) => {
  const many = Array.from({ length: 501 }, (_, i) => [`jobs/j${i}.py`, caller(`k${i}`)] as const);
  const { elsewhere } = await scan({ 'store.py': store, ...Object.fromEntries(many) });
  t.ok(elsewhere.includes('store.py:1'), elsewhere.join());
});

t.test('a policy of which no grant can be read is named', async (t) => {
  const statement = (key: string) => `data "aws_iam_policy_document" "trail" {
  statement {
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::trail/${key}"]
  }
}
`;
  const account = `\${data.aws_caller_identity.me.account_id}`;
  const alone = await scan({ 'trail.tf': statement(`AWSLogs/${account}/*`), 'other.tf': statement('in/*') });
  t.match(alone.elsewhere, ['trail.tf:4']);
  const template = `Resources:
  Policy:
    Type: AWS::IAM::Policy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: s3:GetObject
            Resource: !Sub "arn:aws:s3:::data/\${Tenant}/settings.env"
`;
  t.match((await scan({ 'stack.yaml': template })).elsewhere, ['stack.yaml:9']);
});

t.test('a folder of examples is ignored, a package of that name is read', async (t) => {
  const put = (key: string) =>
    `import boto3\n\nboto3.client('s3').put_object(Bucket='data', Key='${key}', Body=b'')\n`;
  const found = await scan({
    'app/keep.py': put('app'),
    'examples/one.py': put('no-1'),
    'packages/kit/example/src/two.py': put('no-2'),
    'src/main/example/three.py': put('three'),
    'lib/com/example/four.py': put('four'),
  });
  t.same(found.value, { read: [], write: ['app', 'four', 'three'] });
});

t.test('Terraform variables are read where they have a default, and where a module is called', async (t) => {
  const policy = (resource: string) => `data "aws_iam_policy_document" "reader" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::${resource}"]
  }
}
`;
  const files = {
    'modules/archive/policy.tf': policy(`\${var.bucket}/\${var.folder}/*`),
    'modules/archive/variables.tf':
      'variable "bucket" {\n  type = string\n}\n\nvariable "folder" {\n  default = "raw"\n}\n',
    'stacks/main.tf': 'module "archive" {\n  source = "../modules/archive"\n  bucket = "records"\n}\n',
  };
  const all = Object.entries(files).map(([path, text]): SourceFile => ({ path, bytes: Buffer.from(text) }));
  const [grant] = await detectAll(all);
  t.same(grant?.extraction.value, { read: ['raw/*'], write: [] });
  t.match(grant?.extraction.schema, { 'x-realm': { bucket: 'records' } });
  t.same(grant?.sourceFiles, Object.keys(files).sort());
});

const grant = (name: string): string =>
  `from names import BUCKET\n\nPOLICY = {'Effect': 'Allow', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::' + BUCKET + '/${name}/*'}\n`;

t.test('the analysis says how far it is, and reads a further file once for all proposals', async (t) => {
  const tree: Record<string, string> = {
    'names.py': "BUCKET = 'data'\n",
    'one.py': grant('one'),
    'two.py': grant('two'),
    'job.py':
      "import boto3\nfrom names import BUCKET\n\nboto3.client('s3').get_object(Bucket=BUCKET, Key='jobs/a')\n",
  };
  const file = (path: string) => ({ path, bytes: Buffer.from(tree[path] ?? '') });
  const asked: string[] = [];
  const counts: [number, number][] = [];
  const proposals = await detectAll(Object.keys(tree).map(file), {
    read: async (paths) => {
      asked.push(...paths);
      return paths.map(file);
    },
    onAnalysed: (done, total) => counts.push([done, total]),
  });
  t.same(
    proposals.map(({ sourceFiles }) => sourceFiles),
    [
      ['job.py', 'names.py'],
      ['names.py', 'one.py'],
      ['names.py', 'two.py'],
    ],
  );
  t.same(asked, ['names.py']);
  t.same(counts.at(-1), [4, 4]);
  t.ok(counts.every(([done, total], i) => done <= total && done >= (counts[i - 1]?.[0] ?? 0)));
});

t.test('what waits has its turn while one long file is read', async (t) => {
  const calls = Array.from(
    { length: 2000 },
    (_, i) => `boto3.client('s3').get_object(Bucket='b', Key=named('k${i}'))\n`,
  );
  const code = `import boto3\n\n\ndef named(key):\n    return key + '/data'\n\n\n${calls.join('')}`;
  let turns = 0;
  let waiting = setImmediate(function turn() {
    turns++;
    waiting = setImmediate(turn);
  });
  const { parts } = await extract('s3-paths', [{ path: 'a.py', bytes: Buffer.from(code) }]);
  clearImmediate(waiting);
  t.equal(parts.length, 2000);
  t.ok(turns > 5, `${turns} turns`);
});
