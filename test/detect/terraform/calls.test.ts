import t from 'tap';
import { detectorNamed } from '../../../lib/detect/index.ts';
import type { Extraction } from '../../../lib/detect/types.ts';
import { isObject, type JsonObject } from '../../../lib/json.ts';

const reader = detectorNamed('terraform-calls');
const read = (files: Record<string, string>, options: JsonObject = {}): Promise<Extraction> =>
  reader.extract(
    Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
    options,
  );
const uses = ({ parts }: Extraction): JsonObject[] =>
  parts.flatMap(({ value, path, line }) => (isObject(value) ? [{ ...value, at: `${path}:${line}` }] : []));

const main = `variable "tags" { type = map(string) }
module "bucket" {
  for_each = toset(["a"])
  source   = "github.com/acme/modules//bucket?ref=v1.2"
  name     = "x"
  size     = "5"
  on       = true
  list     = [1, "a", local.x]
  rule     = { a = 1, (local.k) = 2 }
  opts     = { a = "true", b = null }
  tags     = var.tags
  arn      = aws_s3_bucket.b.arn
  text     = "a-\${local.x}"
  same     = "\${local.x}"
  json     = jsonencode({})
  providers = {
    aws.east = aws.other
    aws      = aws
  }
}
`;
const outputs = `output "a" { value = module.bucket["a"].arn }
output "b" { value = "x \${module.bucket["b"].info.id}" }
output "c" { value = values(module.bucket)[*].name }
# module.bucket.no
moved {
  from = module.bucket
  to   = module.bucket
}
`;

t.test('calls of modules, with what they pass and read in all files of their folder', async (t) => {
  const found = uses(
    await read(
      {
        'stack/main.tf': main,
        'stack/outputs.tf': outputs,
        'other/x.tf': 'locals {\n  x = module.bucket.other\n}\n',
      },
      { repository: 'git@github.com:acme/modules.git' },
    ),
  );
  t.match(found, [
    {
      ...{ at: 'stack/main.tf:2', paths: ['bucket'], ref: 'v1.2', pin: 'tag', readsAll: true },
      subject: "module 'bucket' (github.com/acme/modules//bucket?ref=v1.2)",
      arguments: [
        { name: 'name', given: 'text', line: 5 },
        { name: 'size', given: 'numeric' },
        { name: 'on', given: 'bool' },
        { name: 'list', given: { values: ['number', 'text', { expression: 'local.x' }] } },
        { name: 'rule', given: { expression: /local\.k/ } },
        { name: 'opts', given: { attributes: { a: 'boolean', b: 'null' } } },
        { name: 'tags', given: { declared: { map: 'string' } } },
        { name: 'arn', given: 'string' },
        { name: 'text', given: 'string' },
        { name: 'same', given: { expression: /local\.x/ } },
        { name: 'json', given: 'string' },
      ],
      providers: ['aws.east'],
      reads: [
        { name: 'arn', line: 1, path: 'stack/outputs.tf' },
        { name: 'info', attribute: 'id', line: 2 },
      ],
    },
  ]);
  t.equal(found.length, 1);
  const [reads] = found.map((use) => use.reads as JsonObject[]);
  t.equal(reads?.length, 2, 'comments, addresses and other folders are not read');
});

t.test('where a source leads', async (t) => {
  const lead = async (source: string, repository: string, path = 'stack/main.tf', more = '') => {
    const found = await read({ [path]: `module "m" {\n  source = ${source}\n${more}}\n` }, { repository });
    return [
      ...uses(found).map(({ paths, ref = null }) => `${String(paths)}@${String(ref)}`),
      ...found.unresolved.map(({ why }) => why),
    ].join();
  };
  const acme = 'https://github.com/acme/modules.git';
  t.equal(await lead('"git::https://github.com/acme/modules.git//a/b?ref=main"', acme), 'a/b@main');
  t.equal(await lead('"git::ssh://git@github.com/acme/modules.git?depth=1&ref=v2"', acme), '@v2');
  t.equal(await lead('"git@github.com:acme/modules.git//a"', acme), 'a@null');
  t.equal(await lead('"github.com/other/modules//a"', acme), '', 'somebody else');
  t.equal(await lead('"git::https://gitlab.com/acme/modules.git//a"', acme), '', 'another host');
  t.equal(
    await lead(
      '"acme/bucket/aws"',
      'https://github.com/acme/terraform-aws-bucket',
      'x.tf',
      '  version = "~> 2.1"\n',
    ),
    '@~> 2.1',
  );
  t.equal(
    await lead('"acme/bucket/aws//modules/a"', 'https://github.com/acme/terraform-aws-bucket'),
    'modules/a@null',
  );
  t.equal(await lead('"app.terraform.io/acme/bucket/aws"', 'app.terraform.io/acme/bucket/aws'), '@null');
  t.equal(await lead('"../modules/a"', '.'), 'modules/a@null', 'within the repository');
  t.match(
    await lead('"../../modules/a"', acme),
    /whether '\.\.\/modules' is the provider's repository is not known/,
  );
  t.equal(await lead('"../../modules/a"', '../modules'), 'a@null');
  t.match(await lead('"./x"', '*/modules'), /^$/);
  t.match(
    await lead('"github.com/fork/modules//a"', '*/modules'),
    /whether 'fork\/modules' is the provider's/,
  );
  t.match(await lead('local.source', acme), /its source local\.source is only known at run time/);
  t.equal(await lead('"s3::https://s3.amazonaws.com/bucket/a.zip"', acme), '');
});

t.test('the outputs of a remote state, which the import names', async (t) => {
  const text = `data "terraform_remote_state" "net" {
  backend = "s3"
}
locals {
  a = data.terraform_remote_state.net.outputs.vpc
  b = data.terraform_remote_state.net.outputs["subnets"]
}
`;
  t.same((await read({ 'a.tf': text })).parts, []);
  t.match(uses(await read({ 'a.tf': text }, { state: 'net' })), [
    {
      ...{ subject: "remote state 'net'", paths: ['*'], at: 'a.tf:1' },
      reads: [
        { name: 'vpc', line: 5 },
        { name: 'subnets', line: 6 },
      ],
    },
  ]);
  await t.rejects(read({ 'a.tf': text }, { state: 1 }), { code: 'detector-option' });
});

t.test('what does not parse, or is no text, is said with its line', async (t) => {
  for (const [text, why, line] of [
    ['module "a" {\n  source = = "x"\n}\n', /it does not parse/, 2],
    ['\0', /binary/, 1],
    [`locals {\n  a = ${'['.repeat(100)}${']'.repeat(100)}\n}\n`, /nested too deeply/, 1],
    ['module "a" {\n  x = 1\n}\n', /it has no 'source'/, 1],
  ] as const) {
    const { parts, unresolved } = await read({ 'a.tf': text });
    t.same(parts, []);
    t.match(unresolved, [{ why, line }]);
  }
});
