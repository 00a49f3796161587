import t from 'tap';
import { explain, extract } from '../../lib/detect/index.ts';
import { unexpanded } from '../../lib/detect/placeholders.ts';

/** The text with `*` for each placeholder. */
const starred = (text: string, policy = false): string =>
  unexpanded([text], policy)
    .map((piece) => (typeof piece === 'string' ? piece : '*'))
    .join('');

t.test('source text and placeholders become *, what is a name stays', async (t) => {
  for (const [text, shown] of [
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: texts as code has them
    ['app/%VERSION%/x.js', 'app/*/x.js'],
    ['jobs/{job}/{{ ds }}/x', 'jobs/*/*/x'],
    ['${prefix}/x', '*/x'],
    ['a/${m["k"].b}/#{id}/x', 'a/*/*/x'],
    ['${a.${b}}/x', '*/x'],
    ['jobs/{id/x}', 'jobs/*'],
    ['jobs/${id/x', 'jobs/*/x'],
    ['jobs/id}/x', 'jobs/id*/x'],
    ['jobs/<job id>/x', 'jobs/*/x'],
    ['__STAGE__/__init__.py', '*/__init__.py'],
    ['@VERSION@/user@example.com', '*/user@example.com'],
    ['$STAGE/$(date +%F)/x', '*/*/x'],
    ['a_$folder$', 'a_$folder$'],
    ['%s/%05d/%[1]v/%(name)s.csv', '*/*/*/*.csv'],
    ['logs/%Y/%m/%d', 'logs/*/*/*'],
    ['100%/a%20b%2Fc%E3%81', '100%/a%20b%2Fc%E3%81'],
    ['year=2024/*', 'year=2024/*'],
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: texts as code has them
  ] as const) {
    t.equal(starred(text), shown);
    t.notMatch(starred(text), /[{}]/);
  }
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy's own variable
  const policy = '${aws:username}/${*}/${Stage}/x';
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy's own variable
  t.equal(starred(policy, true), '${aws:username}/${*}/*/x');
  t.equal(starred('{'.repeat(50_000)).length, 1);
  t.equal(starred('{/'.repeat(100_000)).length, 200_000, 'in a bounded number of steps');
});

const file = (path: string, text: string) => ({ path, bytes: Buffer.from(text) });

t.test('a value with a placeholder has a note, and a bucket that is one is unknown', async (t) => {
  const python = file(
    'deploy.py',
    `import boto3
s3 = boto3.client("s3")
s3.put_object(Bucket="assets", Key="app/%VERSION%/app.js")
s3.put_object(Bucket="<your-bucket>", Key="logs/x")
s3.put_object(Bucket="assets", Key="{name}")
`,
  );
  const found = await extract('s3-paths', [python]);
  t.same(found.value, { read: [], write: ['/logs/x', 'assets/app/*/app.js'] });
  t.match(
    explain(found, [python]),
    /app\/\*\/app\.js {2}by put_object\(.*\); '%VERSION%' is a placeholder\n/,
  );
  t.match(found.unresolved, [
    { line: 4, why: "the bucket is unknown: placeholder '<your-bucket>'" },
    { line: 5, why: "key known only at run time: placeholder '{name}'" },
  ]);
  const typescript = file(
    'a.ts',
    `import { PutObjectCommand } from '@aws-sdk/client-s3';
client.send(new PutObjectCommand({ Bucket: 'assets', Key: 'bundles/__COMMIT__/main.js' }));
`,
  );
  const go = file(
    'a.go',
    `package a

import "github.com/aws/aws-sdk-go/service/s3"

var in = &s3.GetObjectInput{Bucket: aws.String("assets"), Key: aws.String("{tenant}/report.csv")}
`,
  );
  for (const [sourceFile, value] of [
    [typescript, { read: [], write: ['bundles/*/main.js'] }],
    [go, { read: ['*/report.csv'], write: [] }],
  ] as const)
    t.same((await extract('s3-paths', [sourceFile])).value, value);
});

t.test('a grant with a placeholder is not taken for a wider one', async (t) => {
  const policy = (resource: string) =>
    file(
      'policy.json',
      JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: resource }] }),
    );
  const found = await extract('iam-paths', [policy('arn:aws:s3:::data/%STAGE%/*')]);
  t.same(found.value, { read: [], write: [] });
  t.match(found.unresolved, [{ why: "part of the pattern is unknown: placeholder '%STAGE%'" }]);
});
