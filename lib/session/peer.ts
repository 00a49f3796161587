import { lstatSync } from 'node:fs';
import net from 'node:net';
import { MAX_LINE, messageLine, readMessage } from './message.ts';
import type { Session } from './registry.ts';

/** `silent`: it lives, and does not answer (stopped, or busy); `dead`: nobody listens there any more. */
export type Liveness = 'alive' | 'silent' | 'dead';

export type Sent = 'sent' | 'dead' | 'timeout';

/**
 * Write one line to a session and wait for no answer. The kernel keeps it for a process that is stopped; nothing waits
 * for one whose buffer is full: at `deadline` it is given up.
 */
export function send(session: Session, line: string, deadline: Promise<void>): Promise<Sent> {
  if (isForeign(session)) return Promise.resolve('dead');
  return new Promise((done) => {
    const socket = net.connect(session.socket);
    const end = (how: Sent): void => {
      socket.destroy();
      done(how);
    };
    void deadline.then(() => end('timeout'));
    socket.on('error', (error: NodeJS.ErrnoException) => end(isGone(error) ? 'dead' : 'timeout'));
    socket.on('connect', () => socket.write(line, (error) => error ?? end('sent')));
  });
}

/** A socket that another user owns is not a session of ours, whatever the registry says: nothing is sent to it. */
function isForeign({ socket }: Session): boolean {
  try {
    const owner = lstatSync(socket, { throwIfNoEntry: false })?.uid;
    return owner !== undefined && owner !== process.getuid?.();
  } catch {
    return false;
  }
}

/** Nobody listens: the process is gone (refused), or its socket is. */
const isGone = (error: NodeJS.ErrnoException): boolean =>
  ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK', 'ENOTDIR'].includes(error.code ?? '');

/**
 * Say `Ping` and wait at most `ms` milliseconds for the `Pong`. Only the kernel's word makes a session dead: on a busy machine
 * it is we who are late.
 */
export function ping(session: Session, ms: number): Promise<Liveness> {
  if (isForeign(session)) return Promise.resolve('dead');
  return new Promise((done) => {
    const socket = net.connect(session.socket);
    let heard = '';
    const timer = setTimeout(() => end('silent'), ms);
    const end = (how: Liveness): void => {
      clearTimeout(timer);
      socket.destroy();
      done(how);
    };
    socket.on('connect', () => socket.write(messageLine({ version: 1, type: 'Ping' })));
    socket.on('error', (error: NodeJS.ErrnoException) => end(isGone(error) ? 'dead' : 'silent'));
    socket.on('close', () => end('silent'));
    socket.on('data', (bytes) => {
      heard += bytes.toString('utf8');
      const line = heard.split('\n', 1)[0] ?? '';
      if (heard.includes('\n')) end(readMessage(line)?.type === 'Pong' ? 'alive' : 'silent');
      else if (heard.length > MAX_LINE) end('silent');
    });
  });
}

/** Resolves after `ms`, and not before every connection that is already made has had its turn. */
export const deadlineAfter = (ms: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(() => setImmediate(done), ms).unref();
  });
