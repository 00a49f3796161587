import { isOurs, sessionDirectory } from './directory.ts';
import { type Liveness, ping } from './peer.ts';
import { readSessions, type Session, sweep } from './registry.ts';

export interface ListedSession extends Session {
  /** `silent`: its process is there and does not answer. */
  state: Exclude<Liveness, 'dead'>;
}

/** How long a session has to answer, in milliseconds. */
const PING_MS = 400;
const SWEEP_MS = 1000;

/** The sessions of a realm that live, each asked; dead ones are swept. Never throws. */
export async function listSessions(env: NodeJS.ProcessEnv, realm: string): Promise<ListedSession[]> {
  const directory = sessionDirectory(env, realm);
  if (directory === null || !isOurs(directory)) return [];
  const sessions = await readSessions(directory);
  const states = await Promise.all(sessions.map((session) => ping(session, PING_MS)));
  await sweep(
    directory,
    sessions.filter((_, at) => states[at] === 'dead'),
    SWEEP_MS,
  );
  return sessions
    .flatMap((session, at) => {
      const state = states[at];
      return state === undefined || state === 'dead' ? [] : [{ ...session, state }];
    })
    .sort((a, b) => (a.repo < b.repo ? -1 : a.repo > b.repo ? 1 : a.pid - b.pid));
}

/** Those that are registered and live no more; they stay where they are. Never throws. */
export async function deadSessions(env: NodeJS.ProcessEnv, realm: string): Promise<Session[]> {
  const directory = sessionDirectory(env, realm);
  if (directory === null || !isOurs(directory)) return [];
  const sessions = await readSessions(directory);
  const states = await Promise.all(sessions.map((session) => ping(session, PING_MS)));
  return sessions.filter((_, at) => states[at] === 'dead');
}
