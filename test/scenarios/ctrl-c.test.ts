import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { monorepo } from '../helpers/world/monorepo.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { letemcook, openRealm } from '../helpers/world/story.ts';

interface Interrupted {
  status: number | null;
  signal: NodeJS.Signals | null;
  /** Milliseconds from the signal to the end. */
  took: number;
  stderr: string;
}

/** `git-realm` as a terminal's foreground job; `when` it is due, the signal goes to the whole group, or to it alone. */
function interrupt(
  box: Sandbox,
  run: { args: string[]; cwd: string; env?: Record<string, string> },
  signal: NodeJS.Signals,
  when: () => boolean,
  group = true,
): Promise<Interrupted> {
  const variables = Object.entries({ ...box.env, ...run.env }).map(([name, value]) => `${name}=${value}`);
  const child = spawn('env', ['-i', ...variables, 'git-realm', ...run.args], {
    cwd: box.path(run.cwd),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (bytes) => (stderr += bytes));
  let sent = 0;
  const looking = setInterval(() => {
    if (sent !== 0 || !when() || child.pid === undefined) return;
    sent = performance.now();
    process.kill(group ? -child.pid : child.pid, signal);
  }, 5);
  return new Promise((done) =>
    child.on('exit', (status, ended) => {
      clearInterval(looking);
      done({ status, signal: ended, took: sent === 0 ? 0 : performance.now() - sent, stderr });
    }),
  );
}

/** A `git` that says so and then hangs where its arguments contain `match`. */
function hangingGit(box: Sandbox, match: string): { env: Record<string, string>; hangs: () => boolean } {
  const folder = box.path('hanging');
  box.write(
    'hanging/git',
    `#!/bin/sh\ncase "$*" in *'${match}'*) : >'${folder}/hangs'; while kill -0 $PPID 2>/dev/null; do sleep 0.1; done; exit 1 ;; esac\nPATH=\${PATH#*:} exec git "$@"\n`,
    0o755,
  );
  return {
    env: { PATH: `${folder}:${box.env.PATH}` },
    hangs: () => existsSync(join(folder, 'hangs')),
  };
}

/** A second, and twenty times what it takes this machine now to start and end a program like ours. */
async function limit(box: Sandbox): Promise<number> {
  const before = performance.now();
  await box.run('git-realm', ['help']);
  return 1000 + 20 * (performance.now() - before);
}

t.setTimeout(1_200_000);

const ended = ({ status, signal }: Interrupted): unknown => status ?? signal;

t.test('while git hangs, Ctrl-C and SIGTERM end a command within a second, without a word', async (test) => {
  const { box, aperture } = await letemcook(test);
  const most = await limit(box);
  for (const [signal, group, status] of [
    ['SIGINT', true, 130],
    ['SIGINT', false, 130],
    ['SIGTERM', true, 143],
    ['SIGTERM', false, 143],
  ] as const) {
    await box.run('rm', ['-rf', 'hanging']);
    const { env, hangs } = hangingGit(box, 'fast-import');
    const run = {
      args: ['export', 'limits', '--domain', 's3-access', '--value', '1'],
      cwd: aperture.path,
      env,
    };
    const what = `${signal} to ${group ? 'the group' : 'it alone'}`;
    const found = await interrupt(box, run, signal, hangs, group);
    test.equal(ended(found), status, what);
    test.ok(found.took < most, `${what}: ${Math.round(found.took)} of ${Math.round(most)} ms`);
    test.notMatch(found.stderr, /bug|error/, what);
  }
  await box.realm(['export', 'limits', '--domain', 's3-access', '--value', '1'], { cwd: aperture.path });
});

t.test('while a lot of code is read: Ctrl-C ends it between two files', async (test) => {
  const script = `
    import { command } from './lib/cli/command.ts';
    import { main } from './lib/cli/main.ts';
    import { extract } from './lib/detect/index.ts';
    const code = 'import boto3\\nboto3.client("s3").get_object(Bucket="b", Key="k")\\n';
    const run = async () => {
      for (let i = 0; i < 1_000_000; i++) {
        if (i === 3) process.stderr.write('reading');
        await extract('s3-paths', [{ path: 'a.py', bytes: Buffer.from(code) }]);
      }
    };
    main(command({ name: 'x', summary: 'X', options: [], run }), []);`;
  const child = spawn(process.execPath, ['--import=tsx', '--input-type=module', '-e', script], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  let sent = 0;
  child.stderr.on('data', (bytes) => {
    stderr += bytes;
    if (sent !== 0 || !stderr.includes('reading')) return;
    sent = performance.now();
    child.kill('SIGINT');
  });
  const status = await new Promise((done) => child.on('exit', (code, signal) => done(code ?? signal)));
  const took = performance.now() - sent;
  test.equal(status, 130);
  test.equal(stderr, 'reading');
  const most = await limit(sandbox(test));
  test.ok(took < most, `${Math.round(took)} of ${Math.round(most)} ms`);
});

t.test('join, interrupted anywhere: no registration without its configuration', async (test) => {
  const box = sandbox(test);
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm']);
  const realm = openRealm(box, box.path('realm'));
  const most = await limit(box);
  let cut = 0;
  for (let n = 0; n < 8; n += 1) {
    const repo = await makeRepo(box, `repo-${n}`, { remote: false, tree: monorepo });
    const begun = performance.now();
    const due = () => performance.now() - begun > ((most - 1000) * (n + 1)) / 60;
    const found = await interrupt(box, { args: ['join', realm.path], cwd: repo.path }, 'SIGINT', due);
    if (ended(found) !== 0) cut += 1;
    test.ok(found.took < most, `${Math.round(found.took)} of ${Math.round(most)} ms`);
    const registered = (await realm.git('ls-tree', '-r', '--name-only', 'main')).includes(
      `repos/repo-${n}.yaml`,
    );
    const configured = existsSync(join(repo.path, '.blue', 'config.yaml'));
    test.ok(
      configured || !registered,
      `interrupted: ${ended(found)}, registered ${registered}, configured ${configured}`,
    );
    await box.realm(['join', realm.path], { cwd: repo.path });
    await sameTwice(test, box, realm.path, repo.path);
  }
  test.comment(`${cut} of 8 were cut short`);
});

async function sameTwice(test: Test, box: Sandbox, realm: string, repo: string): Promise<void> {
  const state = async () => {
    const { stdout } = await box.run('sh', [
      '-c',
      'git -C "$1" rev-parse main; cat "$2"/.blue/config.yaml "$GIT_REALM_HOME"/index.yaml; git -C "$2" config --local --list',
      'sh',
      realm,
      repo,
    ]);
    return stdout;
  };
  const once = await state();
  await box.realm(['join', realm], { cwd: repo });
  test.equal(await state(), once, 'joining again changes nothing');
}

t.test('a join that is refused leaves no membership', async (test) => {
  const box = sandbox(test);
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm']);
  const repo = await makeRepo(box, 'repo', { remote: false, tree: { 'README.md': 'x' } });
  await makeRepo(box, 'Repo', { remote: false, tree: { 'README.md': 'x' } });
  await box.realm(['join', '../realm'], { cwd: 'Repo' });
  await box.realm(['join', '../realm'], { cwd: 'repo', expect: 'any' });
  test.notOk(existsSync(join(repo.path, '.blue')));
});
