import { join } from 'node:path';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const variables = (...more: string[]): string =>
  ['variable "name" {\n  type = string\n}\n', ...more].join('\n');
const tags = 'variable "tags" {\n  type    = map(string)\n  default = {}\n}\n';
const outputs = (...names: string[]): string =>
  names.map((name) => `output "${name}" {\n  value = aws_s3_bucket.b.${name}\n}\n`).join('\n');
const stack = (...lines: string[]): string =>
  `module "logs" {\n  source = "git::https://git.acme.test/acme/provider.git//bucket?ref=v1.2.0"\n  name   = "logs"\n${lines
    .map((line) => `  ${line}\n`)
    .join('')}}\n`;
const read = 'output "arn" {\n  value = module.logs.arn\n}\n';

const world = {
  provider: {
    'bucket/variables.tf': variables(tags),
    'bucket/outputs.tf': outputs('arn', 'id'),
    'bucket/main.tf': 'resource "aws_s3_bucket" "b" {\n  bucket = var.name\n}\n',
    'bucket/examples/a/main.tf': 'variable "other" {}\n',
  },
  source: 'bucket',
  consumer: {
    'stack/main.tf': stack('tags   = { team = "x" }'),
    'stack/outputs.tf': read,
    'stack/other.tf': 'module "other" {\n  source = "acme/other/aws"\n  x      = 1\n}\n',
  },
  binding: 'stack',
};

t.test('a module and its caller: each commit names the argument or the output', async (t) => {
  const box = sandbox(t);
  const { provider, consumer, commit, check, contract, status, publish } = await pairOf(box, {
    ...world,
    address: 'https://git.acme.test/acme/provider.git',
  });
  t.match(await contract(), /^kind: terraform$/m);
  t.match(await contract(), /path: bucket\/outputs\.tf[\s\S]*path: bucket\/variables\.tf/);
  t.notMatch(await contract(), /main\.tf/, 'resources and examples are not part of it');
  t.match(await status(), /c .*current at 1\.0\.0, proved/);
  for (const verify of [[], ['--verify', 'terraform-calls']]) {
    const part = ['import', 'c', '--domain', 'd', '--binding', 'stack/main.tf', ...verify];
    const refused = await box.realm(part, { cwd: consumer.path, expect: 129 });
    t.match(refused.stderr, /'stack\/main\.tf' is one file of a folder[^\n]*\nhint: --binding stack\n/);
  }
  t.match(await check(), { code: 0, stdout: /1 proved/ });

  const moved = 'moved {\n  from = aws_s3_bucket.a\n  to   = aws_s3_bucket.b\n}\n';
  t.notMatch(
    await commit(provider, 'moved', { 'bucket/main.tf': moved }),
    /changes d\/c/,
    'a resource moved',
  );
  t.match(
    await commit(provider, 'size', {
      'bucket/variables.tf': variables(tags, 'variable "size" { default = 1 }\n'),
    }),
    /compatible, would be 1\.1\.0/,
  );
  t.match(
    await commit(provider, 'no id', { 'bucket/outputs.tf': outputs('arn') }),
    /not used by consumer/,
    'an output that nobody reads',
  );
  const gone = await commit(provider, 'no tags', { 'bucket/variables.tf': variables() });
  t.match(
    gone,
    /breaks consumer at stack\/main\.tf:4 \(sets 'tags', which is not declared, in module 'logs'/,
  );
  const arn = await commit(provider, 'no arn', { 'bucket/outputs.tf': outputs('id') });
  t.match(arn, /breaks consumer at stack\/main\.tf:4, stack\/outputs\.tf:2 /);
  const { stdout } = await box.realm(['diff', 'c', '--json'], { cwd: provider.path, expect: 'any' });
  t.ok(stdout.length > 0);

  // The caller stops using both, and says so.
  await commit(consumer, 'no tags', { 'stack/main.tf': stack(), 'stack/outputs.tf': '# none\n' });
  await consumer.push();
  await box.realm(['sync'], { cwd: consumer.path });
  await commit(provider, 'again', { 'bucket/variables.tf': variables(tags) });
  t.match(await commit(provider, 'none', { 'bucket/variables.tf': variables() }), /not used by consumer/);
  await publish();
  t.match(await check(), { code: 0 });
  const required = variables('variable "region" {\n  type = string\n}\n');
  t.match(
    await commit(provider, 'region', { 'bucket/variables.tf': required }),
    /breaks consumer at stack\/main\.tf:1 \(does not set 'region', which has no default/,
  );
});

t.test('a change set takes a variable away: its caller merges first', async (t) => {
  const box = sandbox(t);
  const { provider, consumer } = await pairOf(box, {
    ...world,
    imported: ['--verify', 'terraform-calls', '--with', 'repository=acme/provider'],
  });
  const branch = 'drop-tags';
  await box.realm(['worktree', '--branch', branch, '--repos', 'provider,consumer'], { cwd: provider.path });
  const at = (path: string, name = '') => join(path, '.worktrees', branch, name);
  box.write(at(provider.path, 'bucket/variables.tf'), variables());
  box.write(at(consumer.path, 'stack/main.tf'), stack());
  const inside = { cwd: at(provider.path) };
  await box.realm(['commit', '-m', 'Drop tags'], inside);
  await box.realm(['push'], inside);
  await box.realm(['pr', '--title', 'Drop tags'], inside);
  const { stdout } = await box.realm(['pr', 'status', '--json'], inside);
  t.match(JSON.parse(stdout), { order: ['consumer', 'provider'] });
  await box.realm(['pr', 'merge'], inside);
  const merged = await box.git(['-C', provider.remote ?? '', 'show', 'main:bucket/variables.tf']);
  t.equal(merged.stdout, variables());
});

t.test('an expression proves nothing, and what does not parse is named with its line', async (t) => {
  const box = sandbox(t);
  const { provider, consumer, commit, check } = await pairOf(box, {
    ...world,
    imported: ['--verify', 'terraform-calls', '--with', 'repository=acme/provider'],
  });
  await commit(consumer, 'expression', { 'stack/main.tf': stack('tags   = local.tags') });
  await consumer.push();
  await box.realm(['sync'], { cwd: consumer.path });
  const { stdout } = await check('--json');
  t.match(stdout, /whether 'tags' = local\.tags is map\(string\) cannot be read/);
  provider.write({ 'bucket/variables.tf': 'variable "name" {\n  type = = string\n}\n' });
  await provider.commit('broken');
  await provider.push();
  const before = (await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout;
  const synced = await box.realm(['sync'], { cwd: provider.path, expect: 'any' });
  t.match(synced.stdout + synced.stderr, /bucket\/variables\.tf:2: it does not parse/);
  t.equal((await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout, before, 'the realm is as it was');
});
