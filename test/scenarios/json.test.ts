import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { breakingWorld, values } from '../helpers/world/breaking.ts';
import { prefix, type Ran, sandbox } from '../helpers/world/cli.ts';
import { checkDocuments, outputSchemaNames, seenSchemas } from '../helpers/world/documents.ts';
import type { As } from '../helpers/world/organisations.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { letemcook, mlInfra } from '../helpers/world/story.ts';

/** Schemas whose documents another test prints, through the same sandbox. */
const elsewhere: Record<string, string> = {
  demo: 'test/commands/demo.test.ts',
  'pr-adopt': 'test/scenarios/change-set-adopt.test.ts',
  'pr-draft': 'test/scenarios/change-set-github.test.ts',
  'pr-ready': 'test/scenarios/change-set-github.test.ts',
  'pr-refresh': 'test/scenarios/change-set-github.test.ts',
  'pr-revert': 'test/scenarios/change-set-revert.test.ts',
  'repo-evict': 'test/scenarios/evict.test.ts',
  'worktree-add-repo': 'test/scenarios/workspace.test.ts',
  'worktree-remove-repo': 'test/scenarios/workspace.test.ts',
};

/** Runs lines with `--json`; `box.realm` throws where a document does not go by its schema. */
const runner =
  (test: Test, realm: (words: string[]) => Promise<Ran>) =>
  async (...lines: string[]) => {
    for (const line of lines) {
      const [name = '', ...words] = line.split(' ');
      const ran = await realm([name, '--json', ...words]);
      test.ok(
        ran.code <= 1 && !ran.stdout.includes('"error": {'),
        `${line}${ran.code > 0 ? `: ${ran.stderr}` : ''}`,
      );
    }
  };

t.test('every command prints what its schema says', async (test) => {
  const { box, aperture, fungal } = await letemcook(test);
  const [a, f] = [aperture.path, fungal.path];
  const more = await makeRepo(box, 'ml-infra', { tree: mlInfra });
  const all = (cwd: string, ...lines: string[]) =>
    runner(test, (words) => box.realm(words, { cwd, expect: 'any' }))(...lines);

  box.write(join(a, 'models/x.json'), '{}');
  await all('.', 'init --name other --path other', 'list', 'help', 'help sync');
  await all(
    more.path,
    `join ${box.path('realm-letemcook')}`,
    'domain add s3-access --repos ml-infra',
    'hooks status',
    'hooks install',
  );
  await all(
    a,
    'export s3-permissions --explain',
    'status',
    'fetch',
    'sync',
    'graph',
    'report',
    'doctor',
    'codeowners',
    'codeowners --check',
    'inbox',
  );
  await all(
    f,
    'export --name job --domain s3-access --source job.json --detector data',
    'import s3-permissions --version >=1.0.0 --binding cdk/training_tools_access_stack.py',
  );
  box.write(join(f, 'job.json'), '{ "queues": ["train"] }\n');
  await fungal.commit('fewer');
  await fungal.push();
  await all(
    f,
    'sync',
    'status',
    'proposals',
    'log',
    'log s3-permissions',
    'show s3-permissions',
    'show s3-access',
    'diff s3-permissions 1.0.0..1.0.0',
    'pending',
  );
  await all(f, 'worktree add --branch feat/x', 'worktree list', 'exec --branch feat/x -- true');
  await all(f, 'undo');
  await all(a, 'session start', 'sessions', 'session stop', 'trust', 'trust login eric eric@example.com');
  await all(
    a,
    'domain list',
    'domain show s3-access',
    'domain create fresh --repos aperture',
    'domain archive fresh',
    'domain remove fresh',
  );
  await all(f, 'contract rename job work', 'contract transfer work --to aperture');
  await all(a, 'contract decline work');
  await all(f, 'contract transfer work --to aperture');
  await all(a, 'contract accept work', 'contract retire work');
  await all(a, 'compat models/x.json models/x.json', 'complete -- git realm st', 'verify HEAD HEAD');
  await all(a, `checkout add fungal-image-analysis ${f}`, 'repo rename aperture');
  await all(more.path, 'hooks uninstall', 'leave');

  const check = await box.realm(['check', '--json'], { cwd: f, expect: 'any' });
  const format = await box.realm(['check', '--format', 'json'], { cwd: f, expect: 'any' });
  test.equal(format.stdout, check.stdout, 'check has one shape');

  const wrong = await box.realm(['status', '--nope', '--json'], { cwd: f, expect: 129 });
  test.match(wrong.json(), { format: 1, error: { code: 'usage' } });

  // What stays until a signal.
  const watch = ['sessions', '--watch', '--json'];
  const seen = await box.run('timeout', ['-s', 'INT', '4', 'git', 'realm', ...watch], {
    cwd: f,
    expect: 'any',
  });
  checkDocuments(prefix, watch, seen.stdout);
});

t.test('a change set', async (test) => {
  const { box, aperture, fungal } = await letemcook(test);
  const at = join(aperture.path, '.worktrees', 'feat-x');
  const all = runner(test, (words) =>
    box.realm(words, { cwd: existsSync(at) ? at : aperture.path, expect: 'any' }),
  );
  await all('worktree add --branch feat/x');
  for (const [repo, file] of [
    [aperture, 'README.md'],
    [fungal, 'NOTES.md'],
  ] as const)
    box.write(join(repo.path, '.worktrees', 'feat-x', file), 'words\n');
  await all(
    'commit -m words',
    'push',
    'pr create --title words',
    'pr status',
    'pr close',
    'pr create --title words',
    'pr merge',
  );
  await box.realm(['worktree', 'remove', 'feat/x', '--json'], { cwd: aperture.path, expect: 'any' });
});

t.test('what approvers do', async (test) => {
  const { box, boss, fun, breaks } = await breakingWorld(test, false, ['c', 'e']);
  const as = (who: As) => runner(test, (words) => who(words, { expect: 'any' }));
  const first = await breaks('c', values[1]);
  await as(boss)(`proposals show ${first}`, `approve ${first}`);
  await as(fun)('ack');
  await as(boss)(`reject ${await breaks('e', values[1])} --why no`);
  await box.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', box.path('key')]);
  await as(boss)(`trust allow boss@example.com ${box.path('key.pub')}`);
  await as(boss)(
    'trust require --off',
    'trust revoke boss@example.com',
    'invite zoe --maintainer zoe@example.com',
  );
});

t.test('what the server refuses', async (test) => {
  const box = sandbox(test);
  const url = `file://${box.path('hub.git')}`;
  await box.git(['init', '-q', '--bare', 'hub.git']);
  await box.realm(['init', '--name', 'letemcook', '--path', 'seed', '--url', url]);
  const { path: cwd } = await makeRepo(box, 'aperture', { tree: mlInfra });
  await box.realm(['join', url], { cwd });
  const all = runner(test, (words) => box.realm(words, { cwd, expect: 'any' }));
  for (const verb of ['retry', 'drop']) {
    box.write('hub.git/hooks/pre-receive', '#!/bin/sh\nexit 1\n', 0o755);
    await box.realm(['domain', 'create', verb, '--repos', 'aperture'], { cwd, expect: 128 });
    box.write('hub.git/hooks/pre-receive', '#!/bin/sh\n', 0o755);
    const found = (await box.realm(['pending', '--json'], { cwd })).json() as { pending: { id: string }[] };
    await all(`pending ${verb} ${found.pending[0]?.id}`);
  }
});

t.test('together they printed a document of every schema', async (test) => {
  test.same(
    outputSchemaNames()
      .filter((name) => !seenSchemas.has(name))
      .sort(),
    Object.keys(elsewhere).sort(),
  );
});
