import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { hooksStatus, installHooks, uninstallHooks } from '../../lib/hooks/install.ts';
import { git, hookRepo, makeRepo, picture, recorder, run, writeFiles } from './helper.ts';

/** Install, check what the hook does, uninstall, and compare every byte. */
async function roundTrip(t: Test, dir: string, expected: string[]): Promise<void> {
  const programs = recorder(join(dir, '../bin'));
  const repo = hookRepo(dir);
  const before = { hooks: picture(repo.hooksDir), config: picture(`${repo.commonDir}/config`) };
  const plan = await installHooks(repo, { programs });
  t.same(
    plan.findings.map(({ hook, state }) => `${hook} ${state}`),
    expected,
  );
  t.same(
    (await hooksStatus(repo, { programs })).map(({ hook, state }) => `${hook} ${state}`),
    expected,
  );
  const once = picture(repo.hooksDir);
  t.same((await installHooks(repo, { programs })).steps, [], 'a second time there is nothing to do');
  t.same(picture(repo.hooksDir), once);
  await installHooks(repo, { programs: { ...programs, bin: '/elsewhere/git-realm' } });
  const out = await uninstallHooks(repo);
  t.same(
    out.findings.map(({ hook, state }) => `${hook} ${state}`),
    expected.filter((hook) => hook.endsWith('installed')).map((hook) => hook.replace('installed', 'missing')),
  );
  t.same(picture(repo.hooksDir), before.hooks, 'the hooks are byte for byte what they were');
  t.same(picture(`${repo.commonDir}/config`), before.config);
  t.same((await uninstallHooks(repo)).steps, []);
}

const all = [
  'pre-commit',
  'prepare-commit-msg',
  'pre-applypatch',
  'post-commit',
  'post-merge',
  'post-rewrite',
];
const installed = all.map((hook) => `${hook} installed`);
const firstRefused = ['pre-commit refused', ...installed.slice(1)];

const ownHooks: Record<string, string | Buffer> = {
  'a plain hook': '#!/bin/sh\necho own >>ran\n',
  'no newline at the end': '#!/bin/sh\necho own >>ran',
  'only a #! line, without newline': '#!/bin/sh',
  'only a #! line': '#!/bin/sh\n',
  'an empty file': '',
  'ends in exit': '#!/bin/sh\necho own >>ran\nexit 0\necho never\n',
  'ends in exec': '#!/bin/sh -eu\necho own >>ran\nexec true\n',
  'bash by env': '#!/usr/bin/env -S bash -eu\nset -o pipefail\n[[ x == x ]] && echo own >>ran\n',
  'no #! line': 'echo own >>ran\n',
  'bytes that are not UTF-8': Buffer.from('#!/bin/sh\n# \xff\xfe\x81\necho own >>ran\n', 'latin1'),
  'CR LF below the #! line': '#!/bin/sh\necho own >>ran # \r\n',
};

for (const [name, text] of Object.entries(ownHooks)) {
  t.test(`beside an own hook: ${name}`, async (t) => {
    const dir = makeRepo(join(t.testdir(), 'r'));
    const hook = join(dir, '.git/hooks/pre-commit');
    writeFileSync(hook, text, { mode: 0o750 });
    chmodSync(hook, 0o750);
    await roundTrip(t, dir, installed);
    await installHooks(hookRepo(dir), { programs: recorder(join(dir, '../bin')) });
    const { status, stderr } = run(dir, 'git', ['commit', '--allow-empty', '-m', 'x']);
    t.equal(status, 0, stderr);
    if (text.includes('own'))
      t.equal(readFileSync(join(dir, 'ran'), 'utf8'), 'own\n', 'the own hook still runs');
    t.equal(statSync(hook).mode & 0o777, 0o750);
  });
}

t.test('beside nothing', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  await roundTrip(t, dir, installed);
});

t.test('without a hooks directory', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  rmSync(join(dir, '.git/hooks'), { recursive: true });
  await roundTrip(t, dir, installed);
  await installHooks(hookRepo(dir), { programs: recorder(join(dir, '../bin')) });
  writeFileSync(join(dir, '.git/hooks/commit-msg'), '#!/bin/sh\n', { mode: 0o755 });
  await uninstallHooks(hookRepo(dir));
  t.same(Object.keys(picture(join(dir, '.git/hooks'))).length, 2, 'a hook that came later stays');
});

t.test('hooks that no shell can be put into', async (t) => {
  const cases: Record<string, [string | Buffer, RegExp, RegExp | null]> = {
    python: ['#!/usr/bin/env python3\nprint(1)\n', /not a shell script but 'python3'/, /subprocess/],
    node: ['#!/usr/bin/env node\n', /but 'node'/, /spawnSync/],
    binary: [Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2]), /not a shell script/, null],
    'a language without a line': ['#!/usr/bin/env nu\n', /but 'nu'/, null],
    'CR LF': ['#!/bin/sh\r\ntrue\r\n', /CR LF/, /git-realm hook pre-commit/],
    'shell and python at once': [`#!/bin/sh\n'''exec' python3 "$0" "$@"\n'''\n`, /another language/, null],
  };
  for (const [name, [text, reason, line]] of Object.entries(cases)) {
    await t.test(name, async (t) => {
      const dir = makeRepo(join(t.testdir(), 'r'));
      writeFileSync(join(dir, '.git/hooks/pre-commit'), text, { mode: 0o755 });
      await roundTrip(t, dir, firstRefused);
      const [finding] = await hooksStatus(hookRepo(dir), { programs: recorder(join(dir, '../bin')) });
      t.match(finding, { reason: reason });
      if (line === null)
        t.match(finding, { line: undefined, reason: /run 'git-realm hook pre-commit' in it.* 79$/ });
      else t.match(finding, { line });
    });
  }
});

t.test('a hook that is not executable is not woken', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  writeFileSync(join(dir, '.git/hooks/pre-commit'), '#!/bin/sh\nexit 1\n', { mode: 0o644 });
  await roundTrip(t, dir, firstRefused);
});

t.test('links and directories in the place of a hook', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'), { 'scripts/check.sh': '#!/bin/sh\n' });
  symlinkSync('../../scripts/check.sh', join(dir, '.git/hooks/pre-commit'));
  symlinkSync('../../nothing', join(dir, '.git/hooks/post-commit'));
  mkdirSync(join(dir, '.git/hooks/post-merge'));
  await roundTrip(t, dir, [
    'pre-commit refused',
    'prepare-commit-msg installed',
    'pre-applypatch installed',
    'post-commit refused',
    'post-merge refused',
    'post-rewrite installed',
  ]);
  t.equal(git(dir, 'status', '--porcelain'), '');
});

t.test('a linked hooks directory', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'), { 'githooks/pre-commit': '#!/bin/sh\n' });
  rmSync(join(dir, '.git/hooks'), { recursive: true });
  symlinkSync('../githooks', join(dir, '.git/hooks'));
  await roundTrip(
    t,
    dir,
    all.map((hook) => `${hook} refused`),
  );
});

t.test('core.hooksPath', async (t) => {
  const programsOf = (dir: string) => recorder(join(dir, '../bin'));
  await t.test('tracked or shared: refused with the line', async (t) => {
    const dir = makeRepo(join(t.testdir(), 'r'));
    writeFiles(dir, { '.githooks/pre-commit': '#!/bin/sh\n' });
    chmodSync(join(dir, '.githooks/pre-commit'), 0o755);
    git(dir, 'config', 'core.hooksPath', '.githooks');
    await roundTrip(
      t,
      dir,
      all.map((hook) => `${hook} refused`),
    );
    const [before] = await hooksStatus(hookRepo(dir), { programs: programsOf(dir) });
    t.match(before, { line: /^if command -v git-realm/, lineFile: join(dir, '.githooks/pre-commit') });
    writeFiles(dir, { '.githooks/pre-commit': `#!/bin/sh\n${before?.line}\n` });
    const [after] = await hooksStatus(hookRepo(dir), { programs: programsOf(dir) });
    t.match(after, { state: 'installed', by: 'line' });
    t.match((await uninstallHooks(hookRepo(dir))).findings, [
      { hook: 'pre-commit', state: 'refused', by: 'line', reason: /manually/ },
    ]);
  });
  await t.test('inside the git directory: like any other', async (t) => {
    const dir = makeRepo(join(t.testdir(), 'r'));
    git(dir, 'config', 'core.hooksPath', join(dir, '.git/myhooks'));
    await roundTrip(t, dir, installed);
  });
  await t.test('/dev/null', async (t) => {
    const dir = makeRepo(join(t.testdir(), 'r'));
    git(dir, 'config', 'core.hooksPath', '/dev/null');
    await roundTrip(
      t,
      dir,
      all.map((hook) => `${hook} refused`),
    );
  });
});

t.test('a damaged block is not guessed at', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  const programs = recorder(join(dir, '../bin'));
  await installHooks(hookRepo(dir), { programs });
  const hook = join(dir, '.git/hooks/pre-commit');
  writeFileSync(hook, readFileSync(hook, 'latin1').replace('# <<< git realm <<<\n', ''));
  const before = readFileSync(hook, 'latin1');
  t.match(await hooksStatus(hookRepo(dir), { programs }), [{ state: 'refused', reason: /do not match/ }]);
  await installHooks(hookRepo(dir), { programs });
  const { findings } = await uninstallHooks(hookRepo(dir));
  t.match(findings, [
    { hook: 'pre-commit', state: 'refused' },
    { hook: 'prepare-commit-msg', state: 'missing' },
  ]);
  t.equal(readFileSync(hook, 'latin1'), before);
});

t.test(
  'what the user writes around the block survives, and an older block is replaced in place',
  async (t) => {
    const dir = makeRepo(join(t.testdir(), 'r'));
    const programs = recorder(join(dir, '../bin'));
    const hook = join(dir, '.git/hooks/pre-commit');
    await installHooks(hookRepo(dir), { programs: { ...programs, home: '/old' } });
    t.match(await hooksStatus(hookRepo(dir), { programs }), [{ state: 'outdated' }]);
    writeFileSync(hook, `${readFileSync(hook, 'latin1')}echo later\n`);
    await installHooks(hookRepo(dir), { programs });
    t.match(readFileSync(hook, 'latin1'), programs.home);
    t.notMatch(readFileSync(hook, 'latin1'), '/old');
    await uninstallHooks(hookRepo(dir));
    t.equal(readFileSync(hook, 'latin1'), '#!/bin/sh\necho later\n');
  },
);

t.test('worktrees and submodules share the hooks of their git directory', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  const linked = join(dir, '../linked');
  git(dir, 'worktree', 'add', '-q', linked);
  t.equal(hookRepo(linked).hooksDir, join(dir, '.git/hooks'));
  await roundTrip(t, linked, installed);
  const outer = makeRepo(join(dir, '../outer'));
  git(outer, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', dir, 'sub');
  t.equal(hookRepo(join(outer, 'sub')).hooksDir, join(outer, '.git/modules/sub/hooks'));
  await roundTrip(t, join(outer, 'sub'), installed);
});

t.test('a bare repository', async (t) => {
  const dir = join(t.testdir(), 'r.git');
  git(t.testdirName, 'init', '-q', '--bare', dir);
  await roundTrip(
    t,
    dir,
    all.map((hook) => `${hook} refused`),
  );
});

t.test('pre-push comes and goes with realm.guardPush', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  const programs = recorder(join(dir, '../bin'));
  const before = picture(join(dir, '.git/hooks'));
  const plan = await installHooks(hookRepo(dir), { programs, guardPush: true });
  t.match(plan.findings.at(-1), { hook: 'pre-push', state: 'installed' });
  await installHooks(hookRepo(dir), { programs });
  t.notOk(picture(join(dir, '.git/hooks'))[join(dir, '.git/hooks/pre-push')]);
  await uninstallHooks(hookRepo(dir));
  t.same(picture(join(dir, '.git/hooks')), before);
});

t.test('a hook that cannot be written says which, and the others stay', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  const programs = recorder(join(dir, '../bin'));
  writeFileSync(join(dir, '.git/hooks/pre-commit.lock'), '');
  await t.rejects(installHooks(hookRepo(dir), { programs }), {
    code: 'hooks-write',
    message: /^cannot write '.*pre-commit'$/,
    hint: /another process holds/,
  });
});

t.test('paths of the installation with spaces, quotes and other letters', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  const programs = recorder(join(dir, '../it\'s a "bin" für $x `y`'));
  await installHooks(hookRepo(dir), { programs });
  git(dir, 'commit', '-q', '--allow-empty', '-m', 'x');
  t.same(programs.calls(), ['hook pre-commit'], 'no list: node is started, once');
});
