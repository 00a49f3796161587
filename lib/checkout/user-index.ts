import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RealmError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { readPlainFile } from '../plain-file.ts';
import { type Edit, editText } from '../realm/edits.ts';
import { createFile } from '../realm/emit.ts';
import { parseFile } from '../realm/parse.ts';
import type { IndexRealm } from '../realm/types.ts';
import { withLock } from '../store/lock.ts';
import { parseKept } from './parsed.ts';

/** The user's own list of realms and checkouts: the only thing that decides which directories are acted upon. */
export interface UserIndex {
  file: string;
  realms: IndexRealm[];
}

/** `~/.blue`, or `GIT_REALM_HOME`. Throws `no-home` where neither is known. */
export function realmHome(env: NodeJS.ProcessEnv): string {
  const home = env.GIT_REALM_HOME ?? (env.HOME ? path.join(env.HOME, '.blue') : undefined);
  if (home !== undefined && home !== '') return path.resolve(home);
  throw new RealmError('no-home', 'no home directory: HOME is not set', {
    hint: 'export GIT_REALM_HOME=<directory>',
  });
}

/** Read the index; one that is not there has no realms. `kept`: where its parsed form is kept. Throws `index-invalid`. */
export async function readUserIndex(env: NodeJS.ProcessEnv, kept?: string): Promise<UserIndex> {
  const file = path.join(realmHome(env), 'index.yaml');
  return { file, realms: parseIndex(file, readIndex(file), kept) };
}

/** What to remember about a realm. */
export interface RealmPlace {
  name: string;
  path?: string;
  url?: string;
  local_path?: string;
}

/** Remember where a realm lies, and a repo's checkout in it; other entries and comments stay. */
export async function rememberRealm(
  env: NodeJS.ProcessEnv,
  place: RealmPlace,
  checkout?: { repo: string; path: string },
): Promise<void> {
  await changeIndex(env, (realms) => {
    const at = realms.findIndex((realm) => realm.name === place.name);
    const known = realms[at];
    const wanted = {
      ...(place as unknown as JsonObject),
      ...(checkout ? { checkouts: { [checkout.repo]: checkout.path } } : {}),
    };
    if (known === undefined) {
      return realms.length === 0
        ? [{ op: 'set', path: ['realms'], value: [wanted] }]
        : [{ op: 'append', path: ['realms'], value: wanted }];
    }
    const edits: Edit[] = [];
    for (const key of ['path', 'url', 'local_path'] as const) {
      const value = place[key];
      if (value === undefined && known[key] !== undefined)
        edits.push({ op: 'delete', path: ['realms', at, key] });
      else if (value !== undefined && value !== known[key])
        edits.push({ op: 'set', path: ['realms', at, key], value });
    }
    if (checkout !== undefined && known.checkouts?.[checkout.repo] !== checkout.path) {
      edits.push(
        known.checkouts === undefined
          ? { op: 'set', path: ['realms', at, 'checkouts'], value: { [checkout.repo]: checkout.path } }
          : { op: 'set', path: ['realms', at, 'checkouts', checkout.repo], value: checkout.path },
      );
    }
    return edits;
  });
}

/** Forget a repo's checkout. */
export async function forgetCheckout(env: NodeJS.ProcessEnv, realm: string, repo: string): Promise<void> {
  await changeIndex(env, (realms) => {
    const at = realms.findIndex((indexed) => indexed.name === realm);
    const known = realms[at]?.checkouts?.[repo] !== undefined;
    return known ? [{ op: 'delete', path: ['realms', at, 'checkouts', repo] }] : [];
  });
}

/** A repo's checkout goes by another name. */
export async function renameCheckout(
  env: NodeJS.ProcessEnv,
  realm: string,
  from: string,
  to: string,
): Promise<void> {
  await changeIndex(env, (realms) => {
    const at = realms.findIndex((indexed) => indexed.name === realm);
    const checkout = realms[at]?.checkouts?.[from];
    if (checkout === undefined) return [];
    return [
      { op: 'set', path: ['realms', at, 'checkouts', to], value: checkout },
      { op: 'delete', path: ['realms', at, 'checkouts', from] },
    ];
  });
}

/** Forget a realm and where its repos lie. */
export async function forgetRealm(env: NodeJS.ProcessEnv, realm: string): Promise<void> {
  await changeIndex(env, (realms) => {
    const at = realms.findIndex((indexed) => indexed.name === realm);
    return at < 0 ? [] : [{ op: 'delete', path: ['realms', at] }];
  });
}

async function changeIndex(env: NodeJS.ProcessEnv, plan: (realms: IndexRealm[]) => Edit[]): Promise<void> {
  const home = realmHome(env);
  const file = path.join(home, 'index.yaml');
  await withLock(home, async () => {
    const text = readIndex(file);
    const edits = plan(parseIndex(file, text));
    if (edits.length === 0) return;
    const now = text === null || text.trim() === '' ? createFile('index', { realms: [] }) : text;
    const next = editText('index', file, now, edits);
    await replaceFile(file, next);
  });
}

function parseIndex(file: string, text: string | null, kept?: string): IndexRealm[] {
  if (text === null || text.trim() === '') return [];
  const parsed = kept === undefined ? parseFile('index', file, text) : parseKept(kept, 'index', file, text);
  if (parsed.ok) return parsed.value.realms ?? [];
  const [first] = parsed.problems;
  throw new RealmError(
    'index-invalid',
    `${file}:${first?.line ?? 1}: ${first?.message ?? 'does not parse'}`,
    {
      hint: 'fix the file; nothing was changed',
      data: { problems: parsed.problems },
    },
  );
}

/** Write a file whole, by rename, and to the disk: a kill or a power cut leaves the old one or the new one. */
export async function replaceFile(file: string, text: string): Promise<void> {
  const fresh = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(fresh, text, { flush: true });
    await rename(fresh, file);
    await syncFolder(path.dirname(file));
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => {});
    throw new RealmError('write-failed', `cannot write '${file}': ${(cause as Error).message}`, {
      hint: 'check free space and permissions',
      cause,
    });
  }
}

/** The name itself is on the disk only with its folder; some file systems have nothing to do for that, and refuse. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** An index of ten thousand realms is not that large. */
const MOST_BYTES = 64 * 1024 * 1024;

/** `null`: there is none. Throws `index-unreadable`, `file-odd`. */
function readIndex(file: string): string | null {
  try {
    return readPlainFile(file, MOST_BYTES);
  } catch (cause) {
    if (cause instanceof RealmError) throw cause;
    const { message } = cause as NodeJS.ErrnoException;
    throw new RealmError('index-unreadable', `cannot read '${file}': ${message}`, { cause });
  }
}
