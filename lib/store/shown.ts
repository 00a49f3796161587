import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { asciiLower } from '../realm/people.ts';
import type { Store } from './store.ts';

/** What a proposal was in this store before it first moved, for whom nothing of it was shown. */
const FIRST = 'first';

const personal = (email: string): string =>
  createHash('sha256').update(asciiLower(email)).digest('hex').slice(0, 12);

const fileOf = (store: Store, whose: string, id: string): string =>
  path.join(store.directory, 'shown', whose, encodeURIComponent(id));

type Shown = readonly { id: string; commit: string }[];

/** Remember which commit of each proposal a person saw last. A store that cannot be written to remembers nothing. */
export const rememberShown = (store: Store, email: string, proposals: Shown): Promise<void> =>
  remember(store, personal(email), proposals, 'w');

/** Remember what a proposal was here, unless that is known. */
export const rememberFirst = (store: Store, proposals: Shown): Promise<void> =>
  remember(store, FIRST, proposals, 'wx');

async function remember(store: Store, whose: string, proposals: Shown, flag: 'w' | 'wx'): Promise<void> {
  for (const { id, commit } of proposals) {
    const file = fileOf(store, whose, id);
    try {
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, `${commit}\n`, { flag });
    } catch (error) {
      if (!HARMLESS.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

const HARMLESS: readonly string[] = ['EEXIST', 'EACCES', 'EROFS', 'EPERM'];

/** The commit of a proposal that a person saw last; else the one that it was here before it moved. */
export async function lastShown(store: Store, email: string, id: string): Promise<string | undefined> {
  for (const whose of [personal(email), FIRST]) {
    const text = await readFile(fileOf(store, whose, id), 'utf8').catch(() => '');
    if (/^[0-9a-f]{40,64}\n$/.test(text)) return text.trim();
  }
  return undefined;
}
