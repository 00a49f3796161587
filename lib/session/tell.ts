import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isOurs, sessionDirectory } from './directory.ts';
import { messageLine, type SessionMessage } from './message.ts';
import { deadlineAfter, send } from './peer.ts';
import { parseSessions, REGISTRY, type Session, sweep } from './registry.ts';

/** Milliseconds for all sessions together; with the sweep of dead ones it stays below the 50 of docs/design/forges.md. */
const SEND_MS = 35;
const SWEEP_MS = 10;

/**
 * Tell the sessions of a realm that are `meant`, all at the same time, and wait for none: returns how many were notified.
 * Never throws. Where nobody is there it costs three `stat` and one `open`.
 */
export async function tell(
  env: NodeJS.ProcessEnv,
  realm: string,
  messages: readonly SessionMessage[],
  meant: (session: Session, message: SessionMessage) => boolean,
): Promise<number> {
  const directory = sessionDirectory(env, realm);
  // Nothing of a directory that others write is opened: a pipe in it would hold us up.
  if (directory === null || !isOurs(directory)) return 0;
  const sessions = registered(directory);
  if (sessions.length === 0) return 0;
  const letters = sessions.flatMap((session) => {
    const lines = messages.filter((message) => meant(session, message)).map(messageLine);
    return lines.length === 0 ? [] : [{ session, text: lines.join('') }];
  });
  if (letters.length === 0) return 0;
  const deadline = deadlineAfter(SEND_MS);
  const outcomes = await Promise.all(letters.map(({ session, text }) => send(session, text, deadline)));
  const dead = letters.flatMap(({ session }, at) => (outcomes[at] === 'dead' ? [session] : []));
  await sweep(directory, dead, SWEEP_MS);
  return outcomes.filter((outcome) => outcome === 'sent').length;
}

/** Read at once: where there is no session, a hook has nothing to wait for. */
function registered(directory: string): Session[] {
  try {
    return parseSessions(readFileSync(path.join(directory, REGISTRY), 'utf8'));
  } catch {
    return [];
  }
}
