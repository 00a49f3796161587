import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const variables = (...names: string[]): string =>
  names.map((name) => `variable "${name}" {\n  type = string\n}\n`).join('\n');
const blueprint = (...names: string[]): string =>
  `module "bucket" {\n  source = "../bucket"\n${names.map((name) => `  ${name} = "x"\n`).join('')}}\n`;

t.test(
  'a Terraform module, and a blueprint that uses it: by an expression, until a kind reads modules',
  async (t) => {
    const box = sandbox(t);
    const { provider, consumer, commit, check, publish } = await pairOf(box, {
      provider: { 'variables.tf': variables('name', 'region') },
      source: 'variables.tf',
      exported: ['--detector', 'pattern', '--with', 'pattern=^variable "(?<variables>\\w+)"'],
      consumer: { 'main.tf': blueprint('name', 'region') },
      binding: 'main.tf',
      imported: ['--verify', 'pattern', '--with', 'pattern=^  (?<variables>\\w+) = "x"'],
    });
    const asked = ['export', '--name', 'other', '--domain', 'd', '--source', 'variables.tf'];
    t.match((await box.realm(asked, { cwd: provider.path, expect: 128 })).stderr, /it is a Terraform file/);
    t.match(await check(), { code: 0, stdout: /1 proved/ });
    t.match(
      await commit(provider, 'tags', { 'variables.tf': variables('name', 'region', 'tags') }),
      /compatible/,
    );
    await publish();
    t.match(await check(), { code: 1, stdout: /stale/ }, 'both hold the same names, or one of them is late');
    t.equal(
      await commit(consumer, 'comment', { 'main.tf': `# a comment\n${blueprint('name', 'region')}` }),
      '',
    );
    await consumer.push();
    t.match(await check(), { code: 1 }, 'a comment brings nothing up to date');
    await commit(consumer, 'tags', { 'main.tf': blueprint('name', 'region', 'tags') });
    await consumer.push();
    await box.realm(['sync'], { cwd: consumer.path });
    t.match(await check(), { code: 0, stdout: /1 proved/ });
  },
);
