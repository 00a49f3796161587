import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import { openSessionDirectory, sessionDirectory, sessionTrouble } from '../../lib/session/directory.ts';
import { listSessions } from '../../lib/session/list.ts';
import type { SessionMessage } from '../../lib/session/message.ts';
import { type NewSession, type OpenSession, openSession } from '../../lib/session/server.ts';
import { tell } from '../../lib/session/tell.ts';
import { fillDisk, smallDisk, whileReadOnly } from '../helpers/bounds/limits.ts';

const realm = 'letemcook';

/** A short directory: socket paths have a limit, and a testdir is deep. */
function runtime(t: Test): NodeJS.ProcessEnv {
  const dir = mkdtempSync(path.join(tmpdir(), 'rs-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return { XDG_RUNTIME_DIR: dir, TMPDIR: dir };
}

const made = (repo: string, kind: NewSession['kind'] = 'session'): NewSession => ({
  repo,
  started_at: '2026-01-24T10:00:00Z',
  kind,
  checkout: `/${repo}`,
  active_rfc: null,
  active_domains: [],
  exports_modified: [],
  imports_watching: [],
  watches: [],
});

const started = (repo: string): SessionMessage => ({ version: 1, type: 'SessionStarted', repo, rfc: null });

const sockets = (env: NodeJS.ProcessEnv): string[] => {
  const directory = sessionDirectory(env, realm) ?? '';
  const names = [directory, path.dirname(directory)].flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder) : [],
  );
  return names.filter((name) => name.endsWith('.sock'));
};

async function until(done: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 120_000; !done(); await new Promise((on) => setTimeout(on, 5)))
    if (Date.now() > end) throw new Error(`not within 120 s: ${what}`);
}

t.test('a session is registered, hears, answers, and leaves nothing', async (t) => {
  const env = runtime(t);
  const heard: SessionMessage[] = [];
  const session = await openSession(env, realm, made('aperture', 'watch'), (message) => heard.push(message));
  t.equal(statSync(sessionDirectory(env, realm) ?? '').mode & 0o777, 0o700);
  const two = await openSession(env, realm, made('org/fungal'), () => {});
  await until(() => heard.length === 1, 'SessionStarted');
  t.strictSame(heard[0], started('org/fungal'));
  t.match(await listSessions(env, realm), [
    { repo: 'aperture', state: 'alive', pid: process.pid },
    { repo: 'org/fungal', state: 'alive' },
  ]);
  await two.close();
  await until(() => heard.length === 2, 'SessionEnded');
  t.match(heard[1], { type: 'SessionEnded', repo: 'org/fungal' });
  await session.close();
  await session.close();
  t.strictSame(sockets(env), []);
  t.notOk(existsSync(path.join(sessionDirectory(env, realm) ?? '', 'sessions.json')));
});

t.test('60 at the same time: nothing is lost, nothing is left', async (t) => {
  const env = runtime(t);
  const all = await Promise.all(
    Array.from({ length: 60 }, (_, at) => openSession(env, realm, made(`repo-${at}`), () => {})),
  );
  t.equal((await listSessions(env, realm)).length, 60);
  await Promise.all(all.map((session) => session.close()));
  t.strictSame(sockets(env), []);
  t.strictSame(await listSessions(env, realm), []);
});

t.test('garbage and floods are dropped; the session goes on', async (t) => {
  const env = runtime(t);
  const heard: SessionMessage[] = [];
  const session = await openSession(env, realm, made('aperture'), (message) => heard.push(message));
  await throwAt(session, Buffer.from([0, 255, 10, 27, 91, 10]));
  await throwAt(session, Buffer.alloc(4 << 20, 'x'));
  await throwAt(session, Buffer.from(`{"version":1,"type":"__proto__"}\n${'['.repeat(60_000)}\n`));
  await throwAt(session, Buffer.from(`${JSON.stringify(started('a'))}\n`.repeat(20_000)));
  t.ok(heard.length <= 1000, `${heard.length} of 20,000 were heard`);
  await new Promise((on) => setTimeout(on, 1100));
  t.match(await listSessions(env, realm), [{ state: 'alive' }]);
  await session.close();

  /** Writes until the other side hangs up, or all is written. */
  function throwAt({ entry }: OpenSession, bytes: Buffer): Promise<void> {
    return new Promise((done) => {
      const socket = net.connect(entry.socket);
      socket.on('error', () => {});
      socket.on('close', () => done());
      socket.end(bytes);
    });
  }
});

t.test(
  'a dead one is swept by whoever tells or lists, and nobody waits for one that does not read',
  async (t) => {
    const env = runtime(t);
    const directory = await openSessionDirectory(env, realm);
    const session = await openSession(env, realm, made('fungal'), () => {});
    const registry = path.join(directory, 'sessions.json');
    const plain = performance.now();
    t.equal(await tell(env, realm, [started('aperture')], () => true), 1);
    const usual = performance.now() - plain;
    // Never accepts: its backlog fills up.
    const deaf = path.join(directory, 'deaf.sock');
    const server = net.createServer({ pauseOnConnect: true }).listen(deaf);
    t.teardown(() => server.close());
    const dead = [1, 2, 3].map((at) => ({
      ...made('gone'),
      socket: path.join(directory, `g${at}.sock`),
      pid: 2 ** 22 + at,
    }));
    writeFileSync(dead[0]?.socket ?? '', 'no socket');
    const sessions = [session.entry, ...dead, { ...made('deaf'), socket: deaf, pid: process.pid }];
    writeFileSync(registry, JSON.stringify({ version: 1, sessions }));
    const start = performance.now();
    t.equal(await tell(env, realm, [started('aperture')], () => true), 2);
    const took = performance.now() - start;
    t.comment(`told 2 of 5 in ${took.toFixed(1)} ms`);
    t.ok(took < 1000 + 20 * usual, `${took} ms`);
    t.notOk(existsSync(dead[0]?.socket ?? ''), 'a file in its place is gone too');
    t.match(await listSessions(env, realm), [
      { repo: 'deaf', state: 'silent' },
      { repo: 'fungal', state: 'alive' },
    ]);
    await session.close();
  },
);

t.test('without a session a hook pays next to nothing', async (t) => {
  const env = runtime(t);
  t.equal(await tell(env, realm, [started('a')], () => true), 0);
  t.strictSame(readdirSync(env.XDG_RUNTIME_DIR ?? ''), [], 'nothing is made');
});

t.test('a directory that cannot be used is a sentence', async (t) => {
  const refused = async (env: NodeJS.ProcessEnv, why: RegExp) => {
    await t.rejects(
      openSession(env, realm, made('a'), () => {}),
      { code: 'no-live-sessions', message: why },
    );
    t.strictSame(await listSessions(env, realm), []);
    t.equal(await tell(env, realm, [started('a')], () => true), 0);
  };
  const file = runtime(t);
  writeFileSync(path.join(file.XDG_RUNTIME_DIR ?? '', 'blue'), '');
  await refused(file, /is not a directory|ENOTDIR/);
  t.match(sessionTrouble(file, realm), /is not a directory; for the news: git realm inbox$/);

  const linked = runtime(t);
  symlinkSync('/tmp', path.join(linked.XDG_RUNTIME_DIR ?? '', 'blue'));
  await refused(linked, /is not a directory/);

  await refused({ ...runtime(t), XDG_RUNTIME_DIR: '', TMPDIR: '/nowhere/at/all' }, /ENOENT/);
  t.equal(sessionDirectory({}, '../x'), null, 'does not have a valid name');

  const foreign = runtime(t);
  const blue = path.join(foreign.XDG_RUNTIME_DIR ?? '', 'blue');
  if (process.getuid?.() !== 0) return t.comment('SKIPPED: another owner needs root');
  mkdirSync(blue, { mode: 0o700 });
  chownSync(blue, 4321, 4321);
  await refused(foreign, /belongs to another user/);
});

t.test('a socket that somebody else owns is told nothing', async (t) => {
  if (process.getuid?.() !== 0) return void t.pass('another owner needs root', { skip: 'SKIPPED: not root' });
  const env = runtime(t);
  const directory = await openSessionDirectory(env, realm);
  let heard = '';
  const file = path.join(directory, 'theirs.sock');
  const server = net.createServer((socket) => socket.on('data', (bytes) => (heard += bytes)));
  await new Promise<void>((done) => server.listen(file, done));
  t.teardown(() => server.close());
  const entry = { ...made('fungal'), socket: file, pid: process.pid };
  const register = () =>
    writeFileSync(path.join(directory, 'sessions.json'), JSON.stringify({ version: 1, sessions: [entry] }));
  register();
  t.equal(await tell(env, realm, [started('a')], () => true), 1, 'while it is ours');
  await until(() => heard !== '', 'the message');
  heard = '';
  chownSync(file, 4321, 4321);
  t.equal(await tell(env, realm, [started('a')], () => true), 0);
  register();
  t.strictSame(await listSessions(env, realm), []);
  t.equal(heard, '');
});

t.test('a full and a read-only runtime directory are a sentence', async (t) => {
  const refused = (env: NodeJS.ProcessEnv, why: RegExp) =>
    t.rejects(
      openSession(env, realm, made('a'), () => {}),
      { code: 'no-live-sessions', message: why },
    );
  const disk = smallDisk(t, 64);
  if (disk === undefined) t.pass('full', { skip: 'SKIPPED: no disk can be mounted here' });
  else {
    const empty = fillDisk(disk);
    await refused({ XDG_RUNTIME_DIR: disk }, /ENOSPC|no space/);
    empty();
  }
  const env = runtime(t);
  const ran = await whileReadOnly(env.XDG_RUNTIME_DIR ?? '', async () => {
    await refused(env, /EROFS|EACCES/);
  });
  if (!ran) t.pass('read-only', { skip: 'SKIPPED: nothing can be made read-only here' });
});

t.test('a registry planted in an open directory is not believed', async (t) => {
  const env = runtime(t);
  const session = await openSession(env, realm, made('aperture'), () => {});
  chmodSync(path.dirname(sessionDirectory(env, realm) ?? ''), 0o777);
  t.equal(await tell(env, realm, [started('a')], () => true), 0);
  t.strictSame(await listSessions(env, realm), []);
  await session.close();
});

t.test('nor is it opened: a pipe in its place holds nobody up', async (t) => {
  const env = runtime(t);
  const directory = path.join(env.XDG_RUNTIME_DIR ?? '', 'blue', realm);
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o777);
  execFileSync('mkfifo', [path.join(directory, 'sessions.json')]);
  t.equal(await tell(env, realm, [started('a')], () => true), 0);
  t.strictSame(await listSessions(env, realm), []);
});

t.test('a registry that does not parse is begun anew', async (t) => {
  const env = runtime(t);
  const directory = await openSessionDirectory(env, realm);
  writeFileSync(path.join(directory, 'sessions.json'), '{"sessions": [');
  t.strictSame(await listSessions(env, realm), []);
  const session = await openSession(env, realm, made('aperture'), () => {});
  t.equal((await listSessions(env, realm)).length, 1);
  writeFileSync(path.join(directory, 'sessions.json'), '\0');
  await session.update({ active_rfc: 'x' });
  t.match(await listSessions(env, realm), [{ active_rfc: 'x' }], 'a session puts itself back');
  await session.close();
});

t.test('a path too long for a socket gets a short name', async (t) => {
  const env = runtime(t);
  const session = await openSession(env, realm, made('r'.repeat(100)), () => {});
  t.ok(Buffer.byteLength(session.entry.socket) <= 103, session.entry.socket);
  t.match(await listSessions(env, realm), [{ state: 'alive' }]);
  await session.close();
  const deep = path.join(env.XDG_RUNTIME_DIR ?? '', 'd'.repeat(120));
  mkdirSync(deep);
  const far = await openSession({ XDG_RUNTIME_DIR: deep }, realm, made('a'), () => {});
  t.match(far.entry.socket, /^\/tmp\/blue-\d+\/[0-9a-f]{8}\./);
  t.match(await listSessions({ XDG_RUNTIME_DIR: deep }, realm), [{ state: 'alive' }]);
  await far.close();
  t.notOk(existsSync(far.entry.socket));
  t.strictSame(sockets({ XDG_RUNTIME_DIR: deep }), []);
});
