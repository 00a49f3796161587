import { join } from 'node:path';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const file = '.github/workflows/build.yml';
const workflow = (inputs: string, permissions = 'contents: read'): string =>
  `on:\n  workflow_call:\n    inputs:\n${inputs}    outputs:\n      version: { value: x }\njobs:\n  build:\n    runs-on: ubuntu-latest\n    permissions: { ${permissions} }\n    steps: [{ run: make }]\n`;
const node = '      node: { type: string, required: true }\n';
const cache = '      cache: { type: boolean }\n';
const caller = (...passes: string[]): string =>
  `on: push\njobs:\n  build:\n    uses: acme/provider/.github/workflows/build.yml@v1\n    with:\n${passes
    .map((pass) => `      ${pass}\n`)
    .join(
      '',
    )}  release:\n    needs: build\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: echo \${{ needs.build.outputs.version }}\n`;

const world = {
  provider: { [file]: workflow(node + cache), 'README.md': 'ci\n' },
  source: file,
  consumer: { '.github/workflows/ci.yml': caller('node: "20"', 'cache: true') },
  binding: '.github/workflows',
};

t.test('a reusable workflow and who calls it: each commit names the line of the call', async (t) => {
  const box = sandbox(t);
  const address = 'https://git.acme.test/acme/provider.git';
  const { provider, consumer, commit, check, contract, status, publish } = await pairOf(box, {
    ...world,
    address,
  });
  t.match(await contract(), /^kind: workflow$/m);
  t.match(await status(), /c .*current at 1\.0\.0, proved/, 'the realm says whose repository it is');
  t.match(await check(), { code: 0, stdout: /1 proved/ });

  const words = workflow(node.replace(' }', ', description: the version }') + cache);
  t.notMatch(
    await commit(provider, 'words', { [file]: words }),
    /changes d\/c/,
    'a description is no change',
  );
  const fresh = await commit(provider, 'more', {
    [file]: workflow(`${node}${cache}      os: { type: string }\n`),
  });
  t.match(fresh, /compatible, would be 1\.1\.0/);
  const packages = workflow(node + cache, 'contents: read, packages: write');
  t.match(
    await commit(provider, 'packages', { [file]: packages }),
    /unknown for consumer: \.github\/workflows\/ci\.yml:4: it grants what its repository's setting says/,
  );
  const gone = await commit(provider, 'no cache', { [file]: workflow(node) });
  t.match(gone, /breaking, would be 2\.0\.0/);
  t.match(
    gone,
    /breaks consumer at \.github\/workflows\/ci\.yml:7 \(passes input 'cache', which is not declared/,
  );

  // The caller stops passing it, and says so.
  await commit(consumer, 'no cache', { '.github/workflows/ci.yml': caller('node: "20"') });
  await consumer.push();
  await box.realm(['sync'], { cwd: consumer.path });
  await commit(provider, 'cache again', { [file]: workflow(node + cache) });
  t.match(await commit(provider, 'none again', { [file]: workflow(node) }), /not used by consumer/);
  await publish();
  t.match(await check(), { code: 0 });
  const output = workflow(node).replace('version: { value', 'tag: { value');
  t.match(
    await commit(provider, 'no version', { [file]: output }),
    /breaks consumer at \.github\/workflows\/ci\.yml:12 \(reads output 'version'/,
  );
});

t.test('a change set takes an input away: its caller merges first', async (t) => {
  const box = sandbox(t);
  const { provider, consumer } = await pairOf(box, {
    ...world,
    imported: ['--verify', 'workflow-uses', '--with', 'repository=acme/provider'],
  });
  const branch = 'drop-cache';
  await box.realm(['worktree', '--branch', branch, '--repos', 'provider,consumer'], { cwd: provider.path });
  const at = (path: string, name = '') => join(path, '.worktrees', branch, name);
  box.write(at(provider.path, file), workflow(node));
  box.write(at(consumer.path, '.github/workflows/ci.yml'), caller('node: "20"'));
  const inside = { cwd: at(provider.path) };
  await box.realm(['commit', '-m', 'Drop cache'], inside);
  await box.realm(['push'], inside);
  await box.realm(['pr', '--title', 'Drop cache'], inside);
  const { stdout } = await box.realm(['pr', 'status', '--json'], inside);
  t.match(JSON.parse(stdout), { order: ['consumer', 'provider'] });
  await box.realm(['pr', 'merge'], inside);
  const merged = await box.git(['-C', provider.remote ?? '', 'show', `main:${file}`]);
  t.equal(merged.stdout, workflow(node));
});

t.test(
  'a workflow that no other can call is not a contract, and a file without calls proves nothing',
  async (t) => {
    const box = sandbox(t);
    const { provider, check } = await pairOf(box, {
      ...world,
      provider: { ...world.provider, 'ci.yml': 'on: push\njobs:\n  a: { steps: [{ run: make }] }\n' },
      consumer: { '.github/workflows/ci.yml': 'name: a list of names\nuses: [a, b]\n' },
      binding: '.github/workflows/ci.yml',
      imported: ['--verify', 'workflow-uses', '--with', 'repository=acme/provider'],
    });
    const asked = ['export', '--name', 'other', '--domain', 'd', '--source', 'ci.yml'];
    const before = (await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout;
    t.match(
      (await box.realm(asked, { cwd: provider.path, expect: 128 })).stderr,
      /it is a workflow that no other can call/,
    );
    t.match(
      (await box.realm([...asked, '--detector', 'workflow'], { cwd: provider.path, expect: 128 })).stderr,
      /ci\.yml:1: it is a workflow that no other one can call: it has no 'workflow_call' trigger/,
    );
    t.equal((await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout, before, 'the realm is as it was');
    t.match(await check(), {
      code: 1,
      stdout: /ci\.yml:1: it is not a workflow: it has no 'jobs', 'runs' or 'include'/,
    });
  },
);
