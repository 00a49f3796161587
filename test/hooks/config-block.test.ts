import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { hasConfigHooks } from '../../lib/hooks/config-block.ts';
import { hooksStatus, installHooks, uninstallHooks } from '../../lib/hooks/install.ts';
import { observeMarks, writeWatchList } from '../../lib/hooks/watch-list.ts';
import { git, gitHere, hookRepo, makeRepo, picture, recorder, run, writeFiles } from './helper.ts';

// Whichever git runs these tests: what is written is read back with `git config`, and run the way git's run-command runs a
// hook's command, `sh -c '<command> "$@"' <command> <arguments>`. A git that has hooks by configuration runs them itself
// below, and the whole table of fires.test.ts.

t.test('which versions have them', async (t) => {
  for (const version of [
    '2.54.0',
    'git version 2.54.0.rc1',
    '2.60.1',
    '3.0.0',
    'git version 2.54.0.windows.1',
  ]) {
    t.ok(hasConfigHooks(version), version);
  }
  for (const version of ['2.53.9', 'git version 2.39.5 (Apple Git-154)', '1.99', '', 'unknown']) {
    t.notOk(hasConfigHooks(version), version);
  }
});

const endings = { 'a newline': '\n', 'no newline': '', 'a comment': '\n# the end', 'CR LF': '\r\n' };

for (const [name, ending] of Object.entries(endings)) {
  t.test(`a configuration that ends in ${name}`, async (t) => {
    const dir = makeRepo(join(t.testdir(), 'r'));
    const config = join(dir, '.git/config');
    writeFileSync(config, `${readFileSync(config, 'latin1')}[x]\n\ty = z${ending}`, { mode: 0o640 });
    const programs = recorder(join(t.testdirName, 'it\'s "a" bin\\dir then; ü'));
    const repo = { ...hookRepo(dir), gitVersion: '2.54.0' };
    const before = picture(join(dir, '.git'));
    const { findings } = await installHooks(repo, { programs });
    t.match(findings, [{ hook: 'pre-commit', state: 'installed', by: 'config', path: config }]);
    t.same(await hooksStatus(repo, { programs }), findings);
    t.same((await installHooks(repo, { programs })).steps, [], 'once is enough');
    t.equal(git(dir, 'config', 'x.y'), 'z');
    t.equal(git(dir, 'config', 'hook.git-realm-post-merge.event'), 'post-merge');
    t.match(await hooksStatus(repo, { programs: { ...programs, home: '/new' } }), [{ state: 'outdated' }]);
    await installHooks(repo, { programs: { ...programs, home: '/new' }, guardPush: true });
    t.match(git(dir, 'config', 'hook.git-realm-pre-push.command'), "realm_home='/new'");
    await installHooks(repo, { programs });
    t.equal(run(dir, 'git', ['config', 'hook.git-realm-pre-push.command']).status, 1, 'the guard goes again');
    await uninstallHooks(repo);
    t.same(picture(join(dir, '.git')), before);
  });
}

t.test('the command does what the hook does', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  const programs = recorder(join(t.testdirName, 'it\'s "a" bin\\dir then; ü'));
  await installHooks({ ...hookRepo(dir), gitVersion: '2.54.0' }, { programs, guardPush: true });
  await writeWatchList(join(dir, '.git'), [['src']], observeMarks([]));
  const hook = (name: string, ...args: string[]) => {
    const command = git(dir, 'config', `hook.git-realm-${name}.command`);
    return run(
      dir,
      'sh',
      ['-c', args.length > 0 ? `${command} "$@"` : command, command, ...args],
      {},
      'the input\n',
    );
  };
  t.match(hook('pre-commit'), { status: 0, stderr: '' });
  t.same(programs.calls(), []);
  writeFiles(dir, { 'src/paths.py': 'new\n' });
  git(dir, 'add', '-A');
  t.match(hook('pre-commit'), { status: 0, stderr: '' });
  t.same(programs.calls(), ['hook pre-commit']);
  hook('post-merge', '0');
  t.same(programs.calls(), ['hook post-merge 0']);
  hook('pre-push', 'origin', 'a url');
  t.match(programs.records(), 'input\nthe input\nend of input\n');
  t.same(programs.calls(), ['hook pre-push origin a url']);
  programs.exits(79);
  git(dir, 'config', 'realm.drift', 'block');
  t.equal(hook('pre-commit').status, 1);
  await installHooks(
    { ...hookRepo(dir), gitVersion: '2.54.0' },
    { programs: { ...programs, home: '/gone' } },
  );
  t.match(hook('pre-commit'), { status: 0, stderr: '' }, 'uninstalled: silent');
});

t.test('beside a hook manager, and when git is upgraded or downgraded', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  const programs = recorder(join(t.testdirName, 'bin'));
  git(dir, 'config', 'core.hooksPath', '.husky/_');
  const old = hookRepo(dir);
  const before = picture(join(dir, '.git'));
  t.match(await installHooks({ ...old, gitVersion: '2.54.0' }, { programs }), {
    findings: [{ by: 'config', state: 'installed' }],
  });
  t.match(
    await hooksStatus(old, { programs }),
    [{ state: 'refused', manager: 'husky' }],
    'the old git says what it needs',
  );
  await uninstallHooks(old);
  t.same(picture(join(dir, '.git')), before);
  git(dir, 'config', '--unset', 'core.hooksPath');
  const plain = hookRepo(dir);
  const start = picture(join(dir, '.git'));
  await installHooks(plain, { programs });
  await installHooks({ ...plain, gitVersion: '2.54.0' }, { programs });
  t.same(
    picture(join(dir, '.git/hooks')),
    Object.fromEntries(Object.entries(start).filter(([path]) => path.startsWith(join(dir, '.git/hooks')))),
    'no hook runs twice',
  );
  await installHooks(plain, { programs });
  t.notMatch(readFileSync(join(dir, '.git/config'), 'utf8'), 'git realm');
  await uninstallHooks(plain);
  t.same(picture(join(dir, '.git')), start);
});

t.test('a damaged block is left alone', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  const programs = recorder(join(t.testdirName, 'bin'));
  const repo = { ...hookRepo(dir), gitVersion: '2.54.0' };
  await installHooks(repo, { programs });
  const config = join(dir, '.git/config');
  writeFileSync(config, readFileSync(config, 'latin1').replace('# <<< git realm hooks <<<\n', ''));
  const before = picture(join(dir, '.git'));
  t.match((await installHooks(repo, { programs })).findings, [{ state: 'refused', reason: /do not match/ }]);
  await uninstallHooks(repo);
  t.same(picture(join(dir, '.git')), before);
});

const skip = !hasConfigHooks(gitHere) && `${gitHere.trim()} has no hooks by configuration`;

t.test('git itself runs them, before the hook of a manager', { skip }, async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'));
  const programs = recorder(join(t.testdirName, 'bin'));
  writeFiles(dir, { '.husky/_/pre-commit': `#!/bin/sh\necho own >>"$PWD/ran"\n` });
  run(dir, 'chmod', ['+x', '.husky/_/pre-commit']);
  git(dir, 'config', 'core.hooksPath', '.husky/_');
  await installHooks({ ...hookRepo(dir), gitVersion: gitHere }, { programs });
  await writeWatchList(join(dir, '.git'), [['src']], observeMarks([]));
  t.match(git(dir, 'hook', 'list', 'pre-commit'), /^git-realm-pre-commit$/m);
  writeFiles(dir, { 'src/paths.py': 'new\n' });
  t.match(run(dir, 'git', ['commit', '-q', '-a', '-m', 'x']), { status: 0, stderr: '' });
  t.same(programs.calls(), ['hook pre-commit']);
  t.equal(readFileSync(join(dir, 'ran'), 'utf8'), 'own\n');
  git(dir, 'config', 'realm.drift', 'block');
  programs.exits(79);
  writeFiles(dir, { 'src/paths.py': 'newer\n' });
  // That git goes on to the manager's hook all the same is its way.
  t.equal(run(dir, 'git', ['commit', '-q', '-a', '-m', 'x']).status, 1, 'refused');
  t.equal(git(dir, 'log', '-1', '--format=%s'), 'x');
  t.equal(git(dir, 'rev-list', '--count', 'HEAD'), '2');
});
