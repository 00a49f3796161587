import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Store } from './store.ts';

/** Where the clones of this machine lie that put drafts into a store: file name = clone id, content = its git directory. */
const folderOf = (store: Store): string => path.join(store.directory, 'clones');

/** Remember whose draft this is, so that one of a clone that is gone can be told. A store that cannot be written goes without. */
export function rememberClone(store: Store, id: string, gitDir: string): void {
  if (!isCloneId(id)) return;
  try {
    mkdirSync(folderOf(store), { recursive: true });
    writeFileSync(path.join(folderOf(store), id), gitDir);
  } catch {}
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
