import t from 'tap';
import { detectorNamed } from '../../../lib/detect/index.ts';
import type { Extraction } from '../../../lib/detect/types.ts';

const reader = detectorNamed('terraform');
const read = (files: Record<string, string>): Promise<Extraction> =>
  reader.extract(
    Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
    {},
  );

t.test('a module is one folder, and its contract the files that declare something', async (t) => {
  const found = await read({
    'm/variables.tf': '# first\nvariable "a" {\n  type = string\n}\n',
    'm/outputs.tf': 'output "o" { value = 1 }\n',
    'm/versions.tf':
      'terraform {\n  required_version = ">= 1.3"\n  required_providers {\n    aws = "~> 5.0"\n  }\n}\n',
    'm/main.tf': 'resource "aws_s3_bucket" "b" {}\n',
    'm/examples/x/main.tf': 'variable "no" {}\n',
  });
  t.same(found.documents?.sort(), ['m/outputs.tf', 'm/variables.tf', 'm/versions.tf']);
  t.same(found.parts.map(({ pointer, path, line }) => `${pointer} ${path}:${line}`).sort(), [
    '/outputs/o m/outputs.tf:1',
    '/providers/aws m/versions.tf:4',
    '/variables/a m/variables.tf:2',
    '/version m/versions.tf:2',
  ]);
  t.match(found.schema, { path: 'm', version: '>= 1.3', providers: [{ name: 'aws', version: '~> 5.0' }] });
});

t.test('what is not read as a whole is not published', async (t) => {
  for (const [files, where, why] of [
    [{ 'a.tf': 'variable "a" {}\n', 'b.tf': 'variable "b" {\n' }, 'b.tf', /does not parse/],
    [{ 'a.tf': 'variable "a" {}\n', 'b.tf.json': '{}' }, 'b.tf.json', /JSON syntax is not read/],
    [
      { 'a/a.tf': 'variable "a" {}\n', 'b/b.tf': 'variable "b" {}\n' },
      'b/',
      /a contract has one module, which is 'a'/,
    ],
    [{ 'a.tf': 'locals {\n  a = 1\n}\n' }, 'a.tf', /declares no 'variable' and no 'output'/],
  ] as const) {
    const { parts, documents, unresolved } = await read(files);
    t.same([parts, documents], [[], []], where);
    t.match(unresolved, [{ path: where, why, gap: true }]);
  }
});
