import { readFileSync, statSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { readCache, writeCache } from '../cache-file.ts';
import type { Store } from './store.ts';

/** Where the clones of this machine lie that put drafts into a store: file name = clone id, content = its git directory. */
const folderOf = (store: Store): string => path.join(store.directory, 'clones');

/** Remember whose draft this is, so that drafts of deleted clones can be detected. A store that cannot be written goes without. */
export function rememberClone(store: Store, id: string, gitDir: string): void {
  if (!isCloneId(id)) return;
  if (whereIs(store, id) !== gitDir) writeCache(path.join(folderOf(store), id), gitDir);
}

/** The git directory of the clone that last put a draft there under this id. */
function whereIs(store: Store, id: string): string | null {
  return isCloneId(id) ? (readCache(path.join(folderOf(store), id))?.toString('utf8') ?? null) : null;
}

/**
 * Is this repository a copy (`cp -a`) of the clone that has this id? That one still is where it was, with the same id: the
 * drafts under it are its own.
 */
export function isCopyOf(store: Store, id: string, gitDir: string): boolean {
  const other = whereIs(store, id);
  if (other === null || other === gitDir) return false;
  try {
    const [here, there] = [gitDir, other].map((place) => statSync(place, { bigint: true }));
    if (here?.ino === there?.ino && here?.dev === there?.dev) return false;
    return readFileSync(path.join(other, 'config'), 'utf8').includes(id);
  } catch {
    return false;
  }
}

/** Clone id to git directory. */
export async function rememberedClones(store: Store): Promise<Map<string, string>> {
  const names = (await readdir(folderOf(store)).catch(() => [])).filter(isCloneId);
  const read = async (id: string) => [id, await readFile(path.join(folderOf(store), id), 'utf8')] as const;
  return new Map(await Promise.all(names.map(read)));
}

export const forgetClone = (store: Store, id: string): Promise<void> =>
  isCloneId(id) ? rm(path.join(folderOf(store), id), { force: true }) : Promise.resolve();

/** As `join` makes them; anything else never becomes a file name. */
const isCloneId = (id: string): boolean => /^[0-9a-f]{12}$/.test(id);

/** Random, 12 hexadecimal digits. */
export const newCloneId = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(6))).toString('hex');
