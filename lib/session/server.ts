/**
 * `lib/session`: who is at work on this machine: sessions announce themselves over Unix sockets, and hear
 * what others change.
 */

import { rmSync } from 'node:fs';
import net from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { noSessions, openSessionDirectory, socketPath } from './directory.ts';
import { MAX_LINE, messageLine, readMessage, type SessionMessage } from './message.ts';
import { ping } from './peer.ts';
import { changeSessions, readSessions, type Session, sweep } from './registry.ts';
import { tell } from './tell.ts';

export type NewSession = Omit<Session, 'socket' | 'pid'>;

/** A session of this process: it hears what others say, until it is closed or the process ends. */
export interface OpenSession {
  readonly entry: Session;
  /** Change what the registry says of it; also puts the entry back where it was lost. */
  update(change: Partial<NewSession>): Promise<void>;
  /** Take the socket and the entry away, and tell the others. Never throws; twice is fine. */
  close(): Promise<void>;
}

/** Connections at the same time, and messages a second: more is a flood, and is dropped. */
const MAX_CONNECTIONS = 256;
const MAX_MESSAGES = 500;
/** A peer says its line at once; who holds the line open is hung up on. */
const IDLE_MS = 2000;
/** For the lock of the registry when it begins, behind hundreds that begin at the same time. */
const OPEN_MS = 120_000;
/** For the same when it ends: its entry is harmless, its process should go. */
const CLOSE_MS = 5000;

/**
 * Listen on a socket of our own and register. `hear` is called for every sound message but `Ping`, which is answered
 * here; garbage is dropped with its connection. Throws `no-live-sessions` where the directory cannot be used.
 */
export async function openSession(
  env: NodeJS.ProcessEnv,
  realm: string,
  made: NewSession,
  hear: (message: SessionMessage) => void,
): Promise<OpenSession> {
  const directory = await openSessionDirectory(env, realm);
  const unique = `${process.pid}.${Buffer.from(crypto.getRandomValues(new Uint8Array(2))).toString('hex')}`;
  const entry: Session = {
    ...made,
    socket: await socketPath(directory, made.repo, unique),
    pid: process.pid,
  };
  const server = await listen(entry, hear).catch((error: Error) => {
    throw noSessions(error.message, error);
  });
  const onExit = (): void => rmSync(entry.socket, { force: true });
  process.on('exit', onExit);
  const put = () => register(directory, entry);
  try {
    await put();
  } catch (error) {
    server.close();
    throw noSessions((error as Error).message, error);
  }
  await sweepDead(directory, entry);
  // Only a live view shows who comes and goes: hundreds that begin at once need not tell each other.
  const others = (session: Session): boolean => session.socket !== entry.socket && session.kind === 'watch';
  await tell(
    env,
    realm,
    [{ version: 1, type: 'SessionStarted', repo: entry.repo, rfc: entry.active_rfc }],
    others,
  );
  let open = true;
  return {
    entry,
    update: async (change) => {
      Object.assign(entry, change);
      if (open) await put();
    },
    close: async () => {
      if (!open) return;
      open = false;
      server.close();
      onExit();
      process.off('exit', onExit);
      await unregister(directory, entry).catch(() => {});
      await tell(env, realm, [{ version: 1, type: 'SessionEnded', repo: entry.repo }], others);
    },
  };
}

const register = (directory: string, entry: Session): Promise<void> =>
  changeSessions(
    directory,
    (all) => [...all.filter(({ socket }) => socket !== entry.socket), entry],
    OPEN_MS,
  );

const unregister = (directory: string, entry: Session): Promise<void> =>
  changeSessions(directory, (all) => all.filter(({ socket }) => socket !== entry.socket), CLOSE_MS);

function listen(entry: Session, hear: (message: SessionMessage) => void): Promise<net.Server> {
  let second = 0;
  let heard = 0;
  const isFlood = (): boolean => {
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) heard = 0;
    second = now;
    heard += 1;
    return heard > MAX_MESSAGES;
  };
  const server = net.createServer((socket) => {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      const lines = (rest + decoder.write(bytes)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const message = isFlood() || line.length > MAX_LINE ? null : readMessage(line);
        if (message === null) return void socket.destroy();
        if (message.type === 'Ping')
          socket.write(messageLine({ version: 1, type: 'Pong', repo: entry.repo, pid: entry.pid }));
        else hear(message);
      }
      if (rest.length > MAX_LINE) socket.destroy();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(entry.socket, () => {
      server.off('error', failed);
      server.on('error', () => {});
      done(server);
    });
  });
}

/** Entries whose process is gone; asked on the socket too, because a process id says nothing across containers. */
async function sweepDead(directory: string, own: Session): Promise<void> {
  const suspects = (await readSessions(directory)).filter(
    (session) => session.socket !== own.socket && !lives(session.pid),
  );
  const states = await Promise.all(suspects.map((session) => ping(session, 100)));
  await sweep(
    directory,
    suspects.filter((_, at) => states[at] === 'dead'),
    CLOSE_MS,
  );
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
