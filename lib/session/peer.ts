import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_LINE, messageLine, readMessage } from './message.ts';
import type { Session } from './registry.ts';

/** `silent`: it lives, and does not answer (stopped, or busy); `dead`: nobody listens there any more. */
export type Liveness = 'alive' | 'silent' | 'dead';

export type Sent = 'sent' | 'dead' | 'timeout';

/**
 * Write one line to a session and wait for no answer. The kernel keeps it for a process that is stopped; nothing waits
 * for one whose buffer is full: at `signal` it is given up.
 */
export function send(session: Session, line: string, signal: AbortSignal): Promise<Sent> {
  return new Promise((done) => {
    const socket = net.connect(session.socket);
    const end = (how: Sent): void => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      done(how);
    };
    const giveUp = (): void => end('timeout');
    signal.addEventListener('abort', giveUp);
    socket.on('error', (error: NodeJS.ErrnoException) => end(isGone(error) ? 'dead' : 'timeout'));
    socket.on('connect', () => socket.write(line, (error) => error ?? end('sent')));
  });
}

/** Nobody listens: the process is gone (refused), or its socket is. */
const isGone = (error: NodeJS.ErrnoException): boolean =>
  ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK', 'ENOTDIR'].includes(error.code ?? '');

/** Say `Ping` and wait at most `ms` milliseconds for the `Pong`. */
export function ping(session: Session, ms: number): Promise<Liveness> {
  return new Promise((done) => {
    const socket = net.connect(session.socket);
    let heard = '';
    let connected = false;
    const timer = setTimeout(() => end(connected ? 'silent' : 'dead'), ms);
    const end = (how: Liveness): void => {
      clearTimeout(timer);
      socket.destroy();
      done(how);
    };
    socket.on('connect', () => {
      connected = true;
      socket.write(messageLine({ version: 1, type: 'Ping' }));
    });
    socket.on('error', (error: NodeJS.ErrnoException) => end(isGone(error) ? 'dead' : 'silent'));
    socket.on('close', () => end(connected ? 'silent' : 'dead'));
    socket.on('data', (bytes) => {
      heard += bytes.toString('utf8');
      const line = heard.split('\n', 1)[0] ?? '';
      if (heard.includes('\n')) end(readMessage(line)?.type === 'Pong' ? 'alive' : 'silent');
      else if (heard.length > MAX_LINE) end('silent');
    });
  });
}

/** Aborts after `ms`, and not before every connection that is already made has had its turn. */
export async function abortAfter(controller: AbortController, ms: number): Promise<void> {
  await sleep(ms, undefined, { ref: false, signal: controller.signal }).catch(() => {});
  setImmediate(() => controller.abort());
}
