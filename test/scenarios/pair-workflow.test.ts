import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const workflow = (inputs: string): string =>
  `on:\n  workflow_call:\n    inputs:\n${inputs}jobs:\n  build:\n    runs-on: ubuntu-latest\n    steps: [{ run: make }]\n`;
const node = (words: string): string => `      node: { type: string, description: ${words} }\n`;
const uses = (commit: string): string =>
  `on: push\njobs:\n  build:\n    uses: acme/provider/.github/workflows/build.yml@${commit}\n    with: { node: "20" }\n`;

t.test(
  'a reusable workflow, and a package that pins it: no kind reads it yet, and that is said',
  async (t) => {
    const box = sandbox(t);
    const file = '.github/workflows/build.yml';
    const { provider, consumer, commit, check } = await pairOf(box, {
      provider: { '.github': { workflows: { 'build.yml': workflow(node('the version')) } } },
      source: file,
      exported: ['--detector', 'data', '--with', 'pointer=/on/workflow_call/inputs'],
      consumer: { 'ci.yml': uses('a'.repeat(40)) },
      binding: 'ci.yml',
    });
    const asked = ['export', '--name', 'other', '--domain', 'd', '--source', file];
    t.match((await box.realm(asked, { cwd: provider.path, expect: 128 })).stderr, /it is a workflow/);
    t.match(await check(), { code: 0, stdout: /1 unproved/ });
    t.equal(await commit(consumer, 'pin', { 'ci.yml': uses('b'.repeat(40)) }), '', 'another pin is nothing');
    const more = workflow(`${node('the version')}      cache: { type: boolean }\n`);
    t.match(await commit(provider, 'cache', { [file]: more }), /compatible, would be 1\.1\.0/);
  },
);
