import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type GitServer, serve } from './git-http.ts';

const git = async (cwd: string, args: string[], env: Record<string, string> = {}) => {
  const { execFile } = await import('node:child_process');
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(
      'git',
      args,
      { cwd, env: { ...environment(t.testdirName), ...env }, timeout: 300_000 },
      (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out: out.trim(), err }),
    );
  });
};

const environment = (home: string): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: home,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: 'true',
  LC_ALL: 'C',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
});

const users = {
  writer: { password: 'w:1@', write: ['realm.git'] },
  reader: { password: 'r' },
  stranger: { password: 's', read: ['other.git'] },
};

async function world(test: Test): Promise<{ server: GitServer; root: string; clone: string; tip(): string }> {
  const root = test.testdir({ remotes: {} });
  const remotes = join(root, 'remotes');
  const bare = join(remotes, 'realm.git');
  const run = (args: string[]): string => {
    const done = spawnSync('git', args, { cwd: root, env: environment(root), encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`git ${args.join(' ')}: ${done.stderr}`);
    return done.stdout.trim();
  };
  run(['init', '-q', '--bare', '-b', 'main', bare]);
  run(['init', '-q', '-b', 'main', join(root, 'seed')]);
  run(['-C', 'seed', 'commit', '-q', '--allow-empty', '-m', 'first']);
  run(['-C', 'seed', 'push', '-q', bare, 'main']);
  const server = await serve({ root: remotes, users });
  test.teardown(() => server.close());
  const clone = join(root, 'clone');
  await git(root, ['clone', '-q', server.urlAs('writer', 'realm.git'), clone]);
  return { server, root, clone, tip: () => run(['-C', bare, 'rev-parse', 'main']) };
}

const commit = async (clone: string, message: string): Promise<string> => {
  await git(clone, ['commit', '-q', '--allow-empty', '-m', message]);
  return (await git(clone, ['rev-parse', 'HEAD'])).out;
};

t.test('a login that may write clones and pushes', async (test) => {
  const { clone, tip, server } = await world(test);
  const pushed = await commit(clone, 'second');
  test.equal((await git(clone, ['push', '-q', 'origin', 'main'])).code, 0);
  test.equal(tip(), pushed);
  const push = server.requests.find((request) => request.kind === 'push' && request.user === 'writer');
  test.equal(push?.status, 200);
  test.ok(server.requests.some((request) => request.protocol === 'version=2'));
});

t.test('a login that may only read fetches, and its fresh push is refused', async (test) => {
  const { root, server, tip } = await world(test);
  const before = tip();
  test.equal((await git(root, ['clone', '-q', server.urlAs('reader', 'realm.git'), 'read'])).code, 0);
  await commit(join(root, 'read'), 'not mine to push');
  const push = await git(join(root, 'read'), ['push', '-q', 'origin', 'main']);
  test.not(push.code, 0);
  test.match(push.err, /403/);
  test.equal(tip(), before);
});

t.test('a wrong password, no login, and a repository that is not theirs are refused', async (test) => {
  const { root, server } = await world(test);
  const wrong = server.urlAs('writer', 'realm.git').replace('w%3A1%40', 'wrong');
  test.match((await git(root, ['ls-remote', wrong])).err, /Authentication failed/);
  test.match((await git(root, ['ls-remote', `${server.url}realm.git`])).err, /Authentication failed/);
  test.match((await git(root, ['ls-remote', server.urlAs('stranger', 'realm.git')])).err, /403/);
  test.ok(
    (await git(root, ['ls-remote', server.urlAs('reader', 'realm.git')])).out.includes('refs/heads/main'),
  );
});

t.test('login() is enough for an address without one', async (test) => {
  const { root, server } = await world(test);
  const settings = server.login('reader').flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  test.equal((await git(root, [...settings, 'ls-remote', `${server.url}realm.git`])).code, 0);
});

t.test('large pushes: chunked, and compressed requests', async (test) => {
  const { root, clone, server, tip } = await world(test);
  mkdirSync(join(clone, 'data'));
  writeFileSync(join(clone, 'data', 'random'), randomBytes(3 * 1024 * 1024));
  await git(clone, ['add', '-A']);
  const pushed = await commit(clone, 'three megabytes');
  test.equal((await git(clone, ['-c', 'http.postBuffer=65536', 'push', '-q', 'origin', 'main'])).code, 0);
  test.equal(tip(), pushed);
  const commits = Array.from(
    { length: 40 },
    (_, n) => `commit refs/tags/t${n}\ncommitter A <a@b> ${n} +0000\ndata 0\n\n`,
  );
  spawnSync('git', ['fast-import', '--quiet'], {
    cwd: clone,
    env: environment(root),
    input: commits.join(''),
  });
  await git(clone, ['push', '-q', 'origin', 'main', '--tags']);
  const old = ['-c', 'protocol.version=0', 'clone', '-q', server.urlAs('reader', 'realm.git'), 'again'];
  test.equal((await git(root, old)).code, 0);
  test.ok(server.requests.some((request) => request.encoding === 'gzip' && request.status === 200));
});

t.test('faults meet the n-th request of their kind, once', async (test) => {
  const { clone, server, tip } = await world(test);
  const before = tip();
  const pushed = await commit(clone, 'meets faults');
  const push = async (): Promise<number> => (await git(clone, ['push', '-q', 'origin', 'main'])).code;

  server.inject({ on: 'list-for-push', status: 500 });
  test.not(await push(), 0, 'the server is broken');
  server.inject({ on: 'push', drop: 'request' });
  test.not(await push(), 0, 'the connection drops before git sees the push');
  server.inject({ on: 'push', drop: 'body' });
  test.not(await push(), 0, 'the connection drops within the pack');
  test.equal(tip(), before);

  let raced = '';
  server.inject({
    on: 'push',
    before: () => {
      raced = tip();
    },
    delay: 20,
    drop: 'response',
  });
  test.not(await push(), 0, 'the client never hears of it');
  test.equal(raced, before);
  test.equal(tip(), pushed, 'but the push landed');
  test.equal(await push(), 0, 'and pushing again is a no-op');

  server.inject({ on: 'list-for-fetch', nth: 2, status: 503 });
  test.equal((await git(clone, ['fetch', '-q'])).code, 0);
  test.not((await git(clone, ['fetch', '-q'])).code, 0);
  test.equal((await git(clone, ['fetch', '-q'])).code, 0);
});

t.test('close() ends an open connection', async (test) => {
  const { clone, server } = await world(test);
  server.inject({ on: 'list-for-fetch', delay: 60_000 });
  const hanging = git(clone, ['fetch', '-q']);
  const isThere = () =>
    server.requests.some((request) => request.kind === 'list-for-fetch' && request.status === undefined);
  for (let round = 0; !isThere() && round < 6_000; round += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await server.close();
  test.not((await hanging).code, 0);
});
