import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import { hooksStatus, installHooks, uninstallHooks } from '../../lib/hooks/install.ts';
import type { HookFinding } from '../../lib/hooks/types.ts';
import { env, git, hookRepo, makeRepo, picture, recorder, run, writeFiles } from './helper.ts';

const modules = resolve(dirname(fileURLToPath(import.meta.url)), '../../node_modules');

function setUp(t: Test) {
  const dir = makeRepo(join(t.testdir(), 'r'));
  const bin = join(t.testdirName, 'bin');
  const programs = recorder(bin);
  const path = { PATH: [bin, join(modules, '.bin'), process.env.PATH].join(delimiter) };
  return { dir, programs, path };
}

/** Install and uninstall; the hooks and the configuration must be byte for byte what they were after each. */
async function untouched(
  t: Test,
  dir: string,
  programs: ReturnType<typeof recorder>,
): Promise<HookFinding[]> {
  const repo = hookRepo(dir);
  const see = () => [
    picture(repo.hooksDir),
    picture(`${repo.commonDir}/config`),
    git(dir, 'status', '--porcelain'),
  ];
  const before = see();
  const { findings } = await installHooks(repo, { programs, guardPush: true });
  t.same(await hooksStatus(repo, { programs, guardPush: true }), findings);
  await uninstallHooks(repo);
  t.same(see(), before);
  return findings;
}

const npx = (dir: string, path: NodeJS.ProcessEnv, name: string, ...args: string[]) =>
  execFileSync(join(modules, '.bin', name), args, { cwd: dir, env: env(path), stdio: 'pipe' });

t.test('husky', async (t) => {
  const { dir, programs, path } = setUp(t);
  npx(dir, path, 'husky');
  t.equal(git(dir, 'config', 'core.hooksPath'), '.husky/_');
  writeFiles(dir, { '.husky/pre-commit': 'true\n' });
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '-m', 'husky');
  const findings = await untouched(t, dir, programs);
  t.equal(findings.length, 7);
  for (const { hook, state, manager, line, lineFile } of findings) {
    t.match({ state, manager, lineFile }, { state: 'refused', manager: 'husky', lineFile: `.husky/${hook}` });
    writeFiles(dir, { [lineFile ?? '']: `${line}\n` });
  }
  t.match(await untouched(t, dir, programs), [{ state: 'installed', by: 'line' }]);
  t.match(run(dir, 'git', ['commit', '-q', '--allow-empty', '-m', 'x'], path), { status: 0 });
  const prepare = 'hook prepare-commit-msg .git/COMMIT_EDITMSG message';
  t.same(programs.calls(), ['hook pre-commit', prepare, 'hook post-commit']);
  programs.exits(1);
  t.match(
    run(dir, 'git', ['commit', '-q', '--allow-empty', '-m', 'x'], path),
    { status: 0 },
    'a crash of node ends with 1',
  );
  programs.exits(128);
  t.match(run(dir, 'git', ['commit', '-q', '--allow-empty', '-m', 'x'], path), { status: 0 });
  programs.exits(79);
  t.match(run(dir, 'git', ['commit', '-q', '--allow-empty', '-m', 'x'], path), { status: 1 });
  t.match(
    run(dir, 'git', ['commit', '-q', '--allow-empty', '-m', 'x']),
    { status: 0 },
    'a colleague without git-realm',
  );
  programs.calls();
  programs.exits(0);
  run(dir, 'git', ['push', '-q', '.', 'HEAD:refs/heads/other'], path);
  t.match(programs.records(), /input\nHEAD [0-9a-f]{40} refs\/heads\/other/);
});

t.test('lefthook', async (t) => {
  const { dir, programs, path } = setUp(t);
  writeFiles(dir, {
    'lefthook.yml': 'pre-commit:\n  commands:\n    own:\n      run: echo own >>ran\n',
    '.gitignore': 'ran\n',
  });
  npx(dir, path, 'lefthook', 'install');
  const findings = await untouched(t, dir, programs);
  t.match(findings, [
    { hook: 'pre-commit', state: 'refused', manager: 'lefthook', lineFile: 'lefthook.yml' },
    { hook: 'prepare-commit-msg', state: 'installed', by: 'file' },
    { hook: 'pre-applypatch', state: 'installed', by: 'file' },
    { hook: 'post-commit', state: 'installed', by: 'file' },
  ]);
  const [first] = findings;
  t.same(parse(first?.line ?? ''), {
    'pre-commit': {
      commands: {
        'git-realm': {
          run: 'if command -v git-realm >/dev/null; then git-realm hook pre-commit || [ $? -ne 79 ] || exit 1; fi',
        },
      },
    },
  });
  writeFileSync(join(dir, 'lefthook.yml'), `${first?.line}\n    own:\n      run: echo own >>ran\n`);
  t.match(await installHooks(hookRepo(dir), { programs }), {
    findings: [{ state: 'installed', by: 'line' }],
  });
  // lefthook runs nothing before an empty commit.
  git(dir, 'add', 'lefthook.yml');
  t.match(run(dir, 'git', ['commit', '-q', '-m', 'x'], path), { status: 0 });
  t.same(programs.calls(), ['hook pre-commit', 'hook post-commit']);
  t.match(readFileSync(join(dir, 'ran'), 'utf8'), 'own');
  npx(dir, path, 'lefthook', 'install', '--force');
  t.match(await hooksStatus(hookRepo(dir), { programs }), [
    { by: 'line' },
    { by: 'file', state: 'installed' },
  ]);
});

t.test('every snippet for lefthook is what lefthook reads', async (t) => {
  const { dir, programs, path } = setUp(t);
  const { managerLine } = await import('../../lib/hooks/manager-lines.ts');
  const { HOOKS } = await import('../../lib/hooks/types.ts');
  writeFileSync(
    join(dir, 'lefthook.yml'),
    `${HOOKS.map((hook) => managerLine('lefthook', hook).line).join('\n')}\n`,
  );
  npx(dir, path, 'lefthook', 'install');
  git(dir, 'switch', '-q', '-c', 'side');
  writeFiles(dir, { 'b.txt': 'b\n' });
  git(dir, 'add', '-A');
  run(dir, 'git', ['commit', '-q', '-m', 'x'], path);
  run(dir, 'git', ['switch', '-q', 'main'], path);
  run(dir, 'git', ['merge', '-q', 'side'], path);
  programs.calls();
  writeFiles(dir, { 'c.txt': 'c\n' });
  git(dir, 'add', '-A');
  run(dir, 'git', ['commit', '-q', '--amend', '-m', 'y'], path);
  t.match(programs.records(), /call hook post-rewrite amend\n.*input\n[0-9a-f]{40} [0-9a-f]{40}\n/s);
  const prepare = 'hook prepare-commit-msg .git/COMMIT_EDITMSG message';
  t.match(programs.calls(), ['hook pre-commit', prepare, 'hook post-commit', 'hook post-rewrite amend']);
  run(dir, 'git', ['push', '-q', '.', 'HEAD:refs/heads/other'], path);
  t.match(programs.records(), /call hook pre-push \. \.\n.*input\nHEAD [0-9a-f]{40} refs\/heads\/other/s);
});

// The framework itself is a Python program; this is the file it writes (its hook-tmpl), with the call replaced.
const frameworkHook = `#!/usr/bin/env bash
# File generated by pre-commit: https://pre-commit.com
# ID: 138fd403232d2ddd5efb44317e38bf03

# start templated
INSTALL_PYTHON=/usr/bin/python3
ARGS=(hook-impl --config=.pre-commit-config.yaml --hook-type=pre-commit)
# end templated

HERE="$(cd "$(dirname "$0")" && pwd)"
ARGS+=(--hook-dir "$HERE" -- "$@")
exec true "\${ARGS[@]}"
`;

t.test('pre-commit, the framework (its generated hook)', async (t) => {
  const { dir, programs } = setUp(t);
  writeFileSync(join(dir, '.git/hooks/pre-commit'), frameworkHook, { mode: 0o755 });
  const findings = await untouched(t, dir, programs);
  t.match(findings, [
    { state: 'refused', manager: 'pre-commit', lineFile: '.pre-commit-config.yaml' },
    { hook: 'prepare-commit-msg', state: 'installed' },
  ]);
  const { managerLine } = await import('../../lib/hooks/manager-lines.ts');
  const { HOOKS, refuses } = await import('../../lib/hooks/types.ts');
  // The framework has no stage for pre-applypatch, and so never writes that hook.
  for (const hook of HOOKS.filter((name) => name !== 'pre-applypatch')) {
    const { line } = managerLine('pre-commit', hook, { files: [], version: 4 });
    const [
      {
        hooks: [entry],
      },
    ] = parse(line);
    t.match(entry, { language: 'system', always_run: true, pass_filenames: false, stages: [hook] });
    const shell = /^sh -c '([^']*)'$/.exec(entry.entry)?.[1] ?? '';
    const given = {
      PATH: `${dirname(programs.bin)}:${process.env.PATH}`,
      PRE_COMMIT_REMOTE_NAME: 'origin',
      PRE_COMMIT_REWRITE_COMMAND: 'amend',
    };
    t.match(run(dir, 'sh', ['-c', shell], given), { status: 0, stderr: '' });
    t.match(programs.calls()[0], `hook ${hook}`);
    t.equal(run(dir, 'sh', ['-c', shell]).status, 0, 'without git-realm nothing happens');
    programs.exits(79);
    t.equal(run(dir, 'sh', ['-c', shell], given).status, refuses(hook) ? 1 : 0, 'a refusal counts');
    programs.exits(1);
    t.equal(run(dir, 'sh', ['-c', shell], given).status, 0, 'a crash does not');
    programs.exits(0);
    programs.calls();
  }
  writeFileSync(join(dir, '.pre-commit-config.yaml'), `repos:\n${findings[0]?.line}\n`);
  t.match(await hooksStatus(hookRepo(dir), { programs }), [{ state: 'installed', by: 'line' }]);
});

t.test('simple-git-hooks and overcommit', async (t) => {
  const { dir, programs } = setUp(t);
  const hook = join(dir, '.git/hooks/pre-commit');
  writeFileSync(hook, '#!/bin/sh\n\nif [ "$SKIP_SIMPLE_GIT_HOOKS" = "1" ]; then\n    exit 0\nfi\n\ntrue', {
    mode: 0o755,
  });
  t.match(await untouched(t, dir, programs), [
    { state: 'refused', manager: 'simple-git-hooks', lineFile: 'package.json' },
  ]);
  rmSync(hook);
  writeFiles(dir, { '.git/hooks/overcommit-hook': '#!/usr/bin/env ruby\n' });
  chmodSync(join(dir, '.git/hooks/overcommit-hook'), 0o755);
  symlinkSync('overcommit-hook', hook);
  t.match(await untouched(t, dir, programs), [
    { state: 'refused', reason: /is a link to 'overcommit-hook'/ },
  ]);
});

t.test('the lines for other languages are run by them', async (t) => {
  const { dir, programs } = setUp(t);
  for (const language of ['python3', 'node', 'perl', 'ruby', 'php', 'fish', 'tcsh', 'pwsh']) {
    const found = run(dir, 'sh', ['-c', `command -v ${language}`]).status === 0;
    await t.test(language, { skip: !found && `no ${language} here` }, async (t) => {
      const hook = join(dir, '.git/hooks/pre-commit');
      const opening = language === 'php' ? '<?php\n' : '';
      writeFileSync(hook, `#!/usr/bin/env ${language}\n${opening}`, { mode: 0o755 });
      const [finding] = await untouched(t, dir, programs);
      t.match(finding, { state: 'refused', reason: new RegExp(`but '${language}'`) });
      appendFileSync(hook, `${finding?.line}\n`);
      t.match(await untouched(t, dir, programs), [{ state: 'installed', by: 'line' }]);
      const path = { PATH: `${dirname(programs.bin)}:${process.env.PATH}` };
      const commit = (extra: NodeJS.ProcessEnv) =>
        run(dir, 'git', ['commit', '-q', '--allow-empty', '-m', 'x'], extra);
      t.equal(commit(path).status, 0);
      t.same(programs.calls(), ['hook pre-commit']);
      programs.exits(79);
      t.equal(commit(path).status, 1);
      programs.exits(128);
      t.equal(commit(path).status, 0);
      programs.exits(0);
      t.equal(commit({}).status, 0, 'without git-realm');
      programs.calls();
    });
  }
});
