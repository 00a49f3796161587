import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isObject, type JsonValue } from '../json.ts';
import { withLock } from '../store/lock.ts';
import { socketDirectories } from './directory.ts';

/** Somebody at work in a repo, as `sessions.json` lists it (RFC 0001, "Session Coordination"). */
export interface Session {
  repo: string;
  socket: string;
  pid: number;
  /** ISO 8601. */
  started_at: string;
  /** `session`: in the background; `watch`: a live view; `agent`: an agent server. */
  kind: SessionKind;
  /** The work tree it is at work in. */
  checkout: string;
  active_rfc: string | null;
  active_domains: string[];
  /** Contracts of its own that changed and are not published yet. */
  exports_modified: string[];
  imports_watching: string[];
  /** The same imports as `<domain>/<contract>`: a name alone may be in two domains. */
  watches: string[];
}

export type SessionKind = 'session' | 'watch' | 'agent';

export const REGISTRY = 'sessions.json';

/** The sessions that are registered, dead ones included; none where the file is absent or does not parse. */
export async function readSessions(directory: string): Promise<Session[]> {
  return parseSessions(await readFile(path.join(directory, REGISTRY), 'utf8').catch(() => ''));
}

/** The entries that are sound: a registry may be torn or from another hand. Never throws. */
export function parseSessions(text: string): Session[] {
  try {
    const value = JSON.parse(text) as JsonValue;
    const list = isObject(value) ? value.sessions : undefined;
    return Array.isArray(list) ? list.flatMap(sound) : [];
  } catch {
    return [];
  }
}

function sound(value: JsonValue): Session[] {
  if (!isObject(value)) return [];
  const { repo, socket, pid } = value;
  if (typeof repo !== 'string' || typeof socket !== 'string' || !path.isAbsolute(socket)) return [];
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return [];
  const kind = value.kind === 'watch' || value.kind === 'agent' ? value.kind : 'session';
  const text = (key: string): string => (typeof value[key] === 'string' ? (value[key] as string) : '');
  return [
    {
      repo,
      socket,
      pid,
      started_at: text('started_at'),
      kind,
      checkout: text('checkout'),
      active_rfc: text('active_rfc') || null,
      active_domains: strings(value.active_domains),
      exports_modified: strings(value.exports_modified),
      imports_watching: strings(value.imports_watching),
      watches: strings(value.watches),
    },
  ];
}

const strings = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/**
 * Change the registry under its lock, written whole by rename; the last session that goes takes the file along, so that
 * a hook sees with one `open` that nobody is there. Throws `locked` where the lock is not had in `giveUpMs`.
 */
export async function changeSessions(
  directory: string,
  plan: (sessions: readonly Session[]) => readonly Session[],
  giveUpMs?: number,
): Promise<void> {
  await withLock(
    directory,
    async () => {
      const file = path.join(directory, REGISTRY);
      const sessions = plan(await readSessions(directory));
      if (sessions.length === 0) return rm(file, { force: true });
      const fresh = `${file}.${process.pid}`;
      await writeFile(fresh, `${JSON.stringify({ version: 1, sessions }, null, 2)}\n`, { mode: 0o600 });
      await rename(fresh, file);
    },
    giveUpMs === undefined ? {} : { giveUpMs },
  );
}

/** Take dead sessions and their sockets away. Anyone who finds one does it; a busy lock leaves it to the next. */
export async function sweep(directory: string, dead: readonly Session[], giveUpMs: number): Promise<void> {
  if (dead.length === 0) return;
  const sockets = new Set(dead.map(({ socket }) => socket));
  const ours = socketDirectories(directory);
  try {
    await changeSessions(directory, (all) => all.filter(({ socket }) => !sockets.has(socket)), giveUpMs);
    // Only what lies in our own folders is ours to remove.
    for (const socket of sockets)
      if (ours.includes(path.dirname(socket)) && socket.endsWith('.sock')) await rm(socket, { force: true });
  } catch {
    // A read-only directory or a busy lock: a dead entry is harmless.
  }
}
