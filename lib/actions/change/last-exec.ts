import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { refSafe } from '../../names.ts';

/** Where `exec` failed the last time: a cache, which may be deleted at any time. */
const fileOf = (directory: string, branch: string): string =>
  path.join(directory, 'exec', `${refSafe(branch)}.json`);

export async function readFailed(directory: string, branch: string): Promise<string[]> {
  const text = await readFile(fileOf(directory, branch), 'utf8').catch(() => '[]');
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}

export async function writeFailed(
  directory: string,
  branch: string,
  failed: readonly string[],
): Promise<void> {
  const file = fileOf(directory, branch);
  await mkdir(path.dirname(file), { recursive: true }).catch(() => {});
  await writeFile(file, JSON.stringify(failed)).catch(() => {});
}
