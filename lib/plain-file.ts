import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { RealmError } from './errors.ts';

/** Larger files of ours (a configuration, the user's index) are not read. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The text of a plain file that a clone may have brought; `null` where there is none. Its kind and size are looked at first: a
 * device has no end, and a pipe waits for a writer. Throws `file-odd` for those and for a file that is too large, and otherwise
 * what the file system says.
 */
export function readPlainFile(file: string, most = MOST_BYTES): string | null {
  let opened: number | undefined;
  try {
    opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const found = fstatSync(opened);
    if (!found.isFile()) throw odd(file, 'is not a plain file');
    if (found.size > most) throw odd(file, `has ${found.size} bytes; the limit is ${most}`);
    return readFileSync(opened, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

const odd = (file: string, why: string): RealmError =>
  new RealmError('file-odd', `'${file}' ${why}`, { hint: `to show it: ls -l '${file}'` });
