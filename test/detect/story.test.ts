import t from 'tap';
import { detectAll, detectorNamed, extract, qualifiedPaths } from '../../lib/detect/index.ts';
import type { SourceFile } from '../../lib/detect/types.ts';

const file = (path: string, text: string): SourceFile => ({ path, bytes: Buffer.from(text) });

const paths = file(
  'models/training/s3_paths.py',
  `"""Where training reads from and writes to."""
import boto3

BUCKET = "fungal-data"
s3 = boto3.client("s3")


def load_mask(job_id: str, name: str) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=f"jobs/{job_id}/masks/{name}")["Body"].read()


def load_run(run: str) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=f"training-runs/{run}")["Body"].read()


def save_manifest(job_id: str, part: str, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"jobs/{job_id}/{part}/manifest.json", Body=body)
`,
);
const exporter = file(
  'models/training/metrics_exporter.py',
  `from .s3_paths import BUCKET, s3


def export(experiment: str, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"training-metrics/experiments/{experiment}", Body=body)
`,
);
const stack = file(
  'cdk/access_stack.py',
  `from aws_cdk import Stack, aws_iam as iam

BUCKET_ARN = "arn:aws:s3:::fungal-data"


class AccessStack(Stack):
    def __init__(self, scope, id, role, **kw):
        super().__init__(scope, id, **kw)
        role.add_to_policy(iam.PolicyStatement(
            actions=["s3:GetObject"],
            resources=[f"{BUCKET_ARN}/jobs/*/masks/*", f"{BUCKET_ARN}/training-runs/*"],
        ))
        role.add_to_policy(iam.PolicyStatement(
            actions=["s3:PutObject"],
            resources=[f"{BUCKET_ARN}/jobs/*/*/manifest.json"],
        ))
`,
);

t.test('the paths that code touches, with their places', async (t) => {
  const found = await extract('s3-paths', [paths]);
  t.same(found.value, { read: ['jobs/*/masks/*', 'training-runs/*'], write: ['jobs/*/*/manifest.json'] });
  t.same(found.schema['x-realm'], { bucket: 'fungal-data' });
  t.match(found.schema, {
    properties: { read: { items: { type: 'string' }, 'x-realm': { kind: 'paths', dialect: 'iam' } } },
  });
  t.same(
    found.parts.map((part) => [part.pointer, part.line]),
    [
      ['/read', 9],
      ['/read', 13],
      ['/write', 17],
    ],
  );
  t.same(found.unresolved, []);
});

t.test('a constant imported from another source file, whatever the order of the files', async (t) => {
  const found = await extract('s3-paths', [paths, exporter]);
  t.same(found.value, {
    read: ['jobs/*/masks/*', 'training-runs/*'],
    write: ['jobs/*/*/manifest.json', 'training-metrics/experiments/*'],
  });
  t.same(await extract('s3-paths', [exporter, paths]), found);
  const alone = await extract('s3-paths', [exporter]);
  t.same(alone.schema['x-realm'], { bucket: null }, 'without the other file the bucket is unknown');
  t.match(alone.unresolved, [{ path: exporter.path, line: 5, why: /imported from '.s3_paths'/ }]);
});

t.test('what a stack grants', async (t) => {
  const found = await extract('iam-paths', [stack]);
  t.same(found.value, { read: ['jobs/*/masks/*', 'training-runs/*'], write: ['jobs/*/*/manifest.json'] });
  t.same(found.schema['x-realm'], { bucket: 'fungal-data' });
  t.same(
    found.parts.map((part) => part.line),
    [11, 11, 15],
  );
  t.same(qualifiedPaths(found.value, found.schema).write, ['fungal-data/jobs/*/*/manifest.json']);
});

t.test('a bucket that is not known proves nothing', async (t) => {
  const source = file(
    'a.py',
    'import os, boto3\ns3 = boto3.client("s3")\ns3.put_object(Bucket=os.environ["OUT"], Key="runs/x")\n',
  );
  const found = await extract('s3-paths', [source]);
  t.same(found.value, { read: [], write: ['runs/x'] });
  t.same(qualifiedPaths(found.value, found.schema), {
    read: [],
    write: [],
    unknown: [{ access: 'write', path: 'runs/x' }],
  });
  const mixed = await extract('s3-paths', [
    source,
    file('b.py', 'import boto3\nboto3.client("s3").get_object(Bucket="b", Key="k")\n'),
  ]);
  t.same(mixed.value, { read: ['b/k'], write: ['/runs/x'] });
  t.same(qualifiedPaths(mixed.value, mixed.schema), {
    read: ['b/k'],
    write: [],
    unknown: [{ access: 'write', path: '/runs/x' }],
  });
});

t.test('join is offered one export and the binding, with evidence', async (t) => {
  const seen: unknown[] = [];
  const offers = await detectAll([exporter, paths, stack, file('README.md', 'boto3')], {
    onProgress: (at) => seen.push(at),
  });
  t.match(offers, [
    {
      role: 'export',
      detector: 's3-paths',
      name: 's3-permissions',
      sourceFiles: [exporter.path, paths.path],
    },
    { role: 'import', detector: 'iam-paths', binding: stack.path, sourceFiles: [stack.path] },
  ]);
  t.match(offers[0]?.evidence, [/^read jobs\/\*\/masks\/\* {2}\(models\/training\/s3_paths.py:9, /]);
  t.match(seen.at(-1), { seen: 4 });
});

t.test('a data file, or what a pointer names in it', async (t) => {
  const yaml = file('a.yaml', '# paths\npaths:\n  read:\n    - a/*\n    - b/*\n__proto__: x\n');
  const found = await extract('data', [yaml], { pointer: '/paths' });
  t.same(found.value, { read: ['a/*', 'b/*'] });
  t.match(found.parts, [
    { pointer: '/read', value: 'a/*', line: 4 },
    { pointer: '/read', value: 'b/*', line: 5 },
  ]);
  t.equal(
    JSON.stringify((await extract('data', [yaml])).value),
    '{"paths":{"read":["a/*","b/*"]},"__proto__":"x"}',
  );
  t.same((await extract('data', [file('a.toml', 'x = 1\n[a]\nb = ["c"]\n')], { pointer: '/a/b' })).value, [
    'c',
  ]);
  t.match((await extract('data', [file('a.json', '{"a":')])).unresolved, [
    { path: 'a.json', why: /does not parse/ },
  ]);
  t.match((await extract('data', [yaml], { pointer: '/nope' })).unresolved, [
    { why: /does not match anything/ },
  ]);
  await t.rejects(extract('data', [yaml], { pointer: 'paths' }), { code: 'detector-option' });
});

t.test('a secret is refused by place, and not repeated', async (t) => {
  const source = file('keys.json', '{\n "a": {"aws": "AKIAIOSFODNN7ABCDEFG"}}');
  const error: unknown = await extract('data', [source]).catch((error: unknown) => error);
  t.match(error, { code: 'secret-refused', message: /^keys.json:2: / });
  t.notMatch(String(error), /AKIA/);
});

t.test('a detector that does not exist', async (t) => {
  t.throws(() => detectorNamed('s3-path'), { code: 'detector-unknown', hint: /s3-paths/ });
});
