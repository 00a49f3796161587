import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { installHooks } from '../../lib/hooks/install.ts';
import { readStamp, stampPath, writeStamp } from '../../lib/hooks/stamp.ts';
import { observeMarks, writeWatchList } from '../../lib/hooks/watch-list.ts';
import { git, hookRepo, makeRepo, picture, recorder, run, writeFiles } from './helper.ts';

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

async function setUp(t: Test, hook?: string) {
  const dir = makeRepo(join(t.testdir(), 'r'));
  if (hook !== undefined) writeFileSync(join(dir, '.git/hooks/pre-commit'), hook, { mode: 0o755 });
  const programs = recorder(join(t.testdirName, 'bin'));
  await installHooks(hookRepo(dir), { programs, guardPush: true });
  await writeWatchList(join(dir, '.git'), [['src/paths.py']], observeMarks([]));
  const touch = () => {
    writeFiles(dir, { 'src/paths.py': `${Math.random()}\n` });
    git(dir, 'add', '-A');
  };
  return { dir, programs, touch };
}

for (const [name, line] of [
  ['dash', '/bin/dash -eu'],
  ['bash', '/bin/bash -eu'],
  ['bash', '/usr/bin/env -S bash --posix -euo pipefail'],
  ['busybox', '/usr/bin/env -S busybox sh -eu'],
  ['zsh', '/usr/bin/env -S zsh -eu'],
  ['ksh', '/usr/bin/env -S ksh -eu'],
] as const) {
  t.test(`a hook for ${line}`, { skip: !has(name) && `no ${name} here` }, async (t) => {
    const { dir, programs, touch } = await setUp(t, `#!${line}\necho own >>"$PWD/ran"\n`);
    for (const hook of ['post-commit', 'post-merge', 'post-rewrite', 'pre-push']) {
      const path = join(dir, '.git/hooks', hook);
      writeFileSync(path, readFileSync(path, 'latin1').replace('#!/bin/sh', `#!${line}`));
    }
    writeFiles(dir, { 'a.txt': 'changed\n' });
    const untouched = run(dir, 'git', ['commit', '-q', '-a', '-m', 'x']);
    t.match(untouched, { status: 0, stderr: '', stdout: '' });
    t.same(programs.calls(), []);
    touch();
    t.match(run(dir, 'git', ['commit', '-q', '-m', 'x']), { status: 0, stderr: '' });
    t.same(programs.calls(), ['hook pre-commit']);
    touch();
    t.match(run(dir, 'git', ['commit', '-q', '-m', 'x', '--no-verify']), { status: 0, stderr: '' });
    t.same(programs.calls(), ['hook post-commit']);
    git(dir, 'rebase', '-q', '-f', 'HEAD~2');
    t.match(programs.records(), /^call hook post-rewrite rebase$/m);
    programs.calls();
    git(dir, 'config', 'realm.drift', 'block');
    programs.exits(79);
    touch();
    t.equal(run(dir, 'git', ['commit', '-q', '-m', 'x']).status, 1, 'refused');
    t.equal(readFileSync(join(dir, 'ran'), 'utf8'), 'own\nown\n', 'own hooks do not run after a refusal');
  });
}

t.test('the statuses of git-realm', async (t) => {
  const { dir, programs, touch } = await setUp(t);
  const commit = (code: number, ...config: string[]) => {
    programs.exits(code);
    touch();
    return run(dir, 'git', [...config, 'commit', '-q', '-m', 'x']);
  };
  t.match(commit(0), { status: 0, stderr: '' });
  t.match(commit(128), {
    status: 0,
    stderr: 'git realm: the pre-commit hook failed, but does not stop git: exit status 128\n',
  });
  t.match(commit(1), { status: 0, stderr: /^.*does not stop git.*\n$/ }, 'a crash of node is not a refusal');
  t.match(commit(127), { status: 0, stderr: /cannot be run/ });
  const block = ['-c', 'realm.drift=block'];
  t.match(commit(79, ...block), { status: 1, stderr: '' });
  for (const failure of [1, 128, 134]) {
    t.match(
      commit(failure, ...block),
      { status: 1, stderr: /^git realm: refused \(realm\.drift = block\).*\n$/ },
      'a failure blocks whom it must',
    );
  }
  t.match(commit(127, ...block), { status: 0 }, 'but a missing node never does');
  programs.exits(128);
  touch();
  t.match(run(dir, 'git', ['commit', '-q', '-m', 'x', '--no-verify']), {
    status: 0,
    stderr: 'git realm: the post-commit hook failed, but does not stop git: exit status 128\n',
  });
});

t.test('no git-realm is silent, no node is one line', async (t) => {
  const { dir, programs, touch } = await setUp(t);
  const tools = join(t.testdirName, 'tools');
  mkdirSync(tools);
  for (const name of ['git', 'sh', 'env', 'cat', 'sort']) {
    const [path] = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.split('\n');
    symlinkSync(path ?? '', join(tools, name));
  }
  await installHooks(hookRepo(dir), { programs: { ...programs, node: '/gone/node' } });
  touch();
  t.match(run(dir, 'git', ['commit', '-q', '-m', 'x'], { PATH: tools }), {
    status: 0,
    stderr: 'git realm: node was not found, so the pre-commit hook was skipped\n',
  });
  t.same(programs.calls(), []);
  symlinkSync(process.execPath, join(tools, 'node'));
  touch();
  t.match(
    run(dir, 'git', ['commit', '-q', '-m', 'x'], { PATH: tools }),
    { status: 0, stderr: '' },
    'node of PATH',
  );
  t.same(programs.calls(), ['hook pre-commit']);
  symlinkSync(programs.bin, join(tools, 'git-realm'));
  await installHooks(hookRepo(dir), { programs: { ...programs, bin: '/gone/git-realm' } });
  touch();
  run(dir, 'git', ['commit', '-q', '-m', 'x'], { PATH: tools });
  t.ok(existsSync(join(tools, 'log')), 'git-realm of PATH');
  rmSync(join(tools, 'git-realm'));
  touch();
  t.match(run(dir, 'git', ['commit', '-q', '-m', 'x'], { PATH: tools }), {
    status: 0,
    stderr: '',
    stdout: '',
  });
  await installHooks(hookRepo(dir), { programs: { ...programs, home: '/gone/hooks' } });
  touch();
  t.match(
    run(dir, 'git', ['commit', '-q', '-m', 'x'], { PATH: tools }),
    { status: 0, stderr: '' },
    'no hooks either',
  );
});

t.test('an environment without anything', async (t) => {
  const { dir, programs, touch } = await setUp(t);
  touch();
  const { status, stderr } = spawnSync(
    'env',
    ['-i', 'git', '-c', 'user.name=n', '-c', 'user.email=e@example.com', 'commit', '-q', '-m', 'x'],
    { cwd: dir, encoding: 'utf8' },
  );
  t.match({ status, stderr }, { status: 0, stderr: '' });
  t.match(
    programs.records(),
    new RegExp(`^PATH=.*${dirname(process.execPath)}$`, 'm'),
    'node of the installation',
  );
  t.same(programs.calls(), ['hook pre-commit']);
});

t.test('what git-realm is given', async (t) => {
  const { dir, programs, touch } = await setUp(t);
  touch();
  run(dir, 'git', ['commit', '-q', '-m', 'x', '--author', 'Else <else@example.com>'], {
    NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
  });
  const record = programs.records();
  t.match(record, /^NODE_EXTRA_CA_CERTS=$/m);
  t.match(record, /^GIT_REALM_EXTRA_CA_CERTS=\/etc\/ca.pem$/m);
  t.match(record, /^GIT_INDEX_FILE=/m, 'the index that is being committed');
  t.match(record, `GIT_REALM_NODE=${process.execPath}\n`);
  const parent = Number(/^GIT_REALM_PARENT=(\d+)$/m.exec(record)?.[1]);
  const path = stampPath(join(dir, '.git'), join(dir, '.git'));
  t.equal(readStamp(path, parent), 'touched');
  t.equal(readStamp(path, parent + 1), undefined);
  writeStamp(path, parent, 'publish');
  t.equal(readStamp(path, parent), 'publish');
});

t.test('the outcome `publish` starts node after the commit as well', async (t) => {
  const { dir, programs, touch } = await setUp(t);
  writeFileSync(
    programs.bin,
    `#!/bin/sh\necho "call $*" >>"\${0%/*}/log"\n[ "$2" != pre-commit ] || echo "$GIT_REALM_PARENT publish" >.git/realm/stamp\n`,
  );
  touch();
  git(dir, 'commit', '-q', '-m', 'x');
  t.same(programs.calls(), ['hook pre-commit', 'hook post-commit']);
  git(dir, 'commit', '-q', '--allow-empty', '-m', 'x');
  t.same(programs.calls(), []);
});

t.test('standard input is handed on byte for byte', async (t) => {
  const { dir, programs } = await setUp(t);
  const temporary = join(t.testdirName, 'tmp');
  mkdirSync(temporary);
  for (const hook of ['pre-push', 'post-rewrite']) {
    const path = join(dir, '.git/hooks', hook);
    writeFileSync(path, `${readFileSync(path, 'latin1')}cat >"$PWD/given"\n`);
    for (const input of ['', 'one line\n', 'no newline', 'a\n\n\nb\n\n', `${'x'.repeat(200_000)}\n`]) {
      const { status, stderr } = run(dir, path, ['origin', 'url'], { TMPDIR: temporary }, input);
      t.match({ status, stderr }, { status: 0, stderr: '' });
      t.equal(readFileSync(join(dir, 'given'), 'utf8'), input);
      t.match(programs.records(), `input\n${input}end of input\n`, 'and git-realm had it too');
      programs.calls();
    }
  }
  for (const hook of ['pre-commit', 'post-commit', 'post-merge']) {
    const path = join(dir, '.git/hooks', hook);
    writeFileSync(path, `${readFileSync(path, 'latin1')}cat >"$PWD/given"\n`);
    rmSync(join(dir, '.git/realm'), { recursive: true, force: true });
    run(dir, path, [], {}, 'untouched\n');
    t.equal(readFileSync(join(dir, 'given'), 'utf8'), 'untouched\n', hook);
  }
  t.same(Object.keys(picture(temporary)), [temporary], 'and nothing is left of it');
});

t.test('a real push and its guard', async (t) => {
  const { dir, programs } = await setUp(t);
  const remote = join(t.testdirName, 'remote.git');
  git(dir, 'init', '-q', '--bare', remote);
  git(dir, 'remote', 'add', 'origin', remote);
  programs.exits(79);
  t.equal(run(dir, 'git', ['push', '-q', 'origin', 'main']).status, 1);
  t.match(programs.records(), /input\nrefs\/heads\/main [0-9a-f]{40} refs\/heads\/main 0{40}\nend of input/);
  t.same(programs.calls(), [`hook pre-push origin ${remote}`]);
  programs.exits(128);
  t.match(run(dir, 'git', ['push', '-q', 'origin', 'main']), { status: 0, stderr: /does not stop git/ });
});

t.test('nothing of ours is left switched in the hook below', async (t) => {
  const { dir } = await setUp(
    t,
    '#!/bin/sh\nset | grep -v ^realm_ >"$PWD/set"; echo "$-" "$#" >"$PWD/flags"\n',
  );
  git(dir, 'commit', '-q', '--allow-empty', '-m', 'x');
  t.notMatch(readFileSync(join(dir, 'set'), 'utf8'), /GIT_(?:LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS|GIT_REALM/);
  t.match(readFileSync(join(dir, 'flags'), 'utf8'), /^\S* ?0$/m);
});
