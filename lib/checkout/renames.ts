import type { Repository } from '../git/repository.ts';

/**
 * Where files that are gone went, as git's own rename detection sees it: staged or in the work tree, else in the commit
 * that took them away. Asked only for source files that are missing.
 */
export async function renamesOf(repo: Repository, gone: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (gone.length === 0) return found;
  const add = (raw: string) => {
    for (const [from, to] of renamed(raw)) if (gone.includes(from) && !found.has(from)) found.set(from, to);
  };
  const staged = ['diff', '--cached', '-M', '--diff-filter=R', '--name-status', '-z', 'HEAD'];
  add((await repo.git(staged, { ok: [0, 128] })).stdout.toString('utf8'));
  for (const path of gone) {
    if (found.has(path)) continue;
    const log = ['log', '-1', '--diff-filter=D', '--no-renames', '--format=%H', '--', `:(literal)${path}`];
    const commit = (await repo.git(log, { ok: [0, 128] })).stdout.toString('latin1').trim();
    if (commit === '') continue;
    const show = ['show', '-M', '--diff-filter=R', '--name-status', '-z', '--format=', commit];
    add((await repo.git(show, { ok: [0, 128] })).stdout.toString('utf8'));
  }
  return found;
}

/** `R<score> NUL <from> NUL <to> NUL` … */
function renamed(raw: string): [string, string][] {
  const fields = raw.split('\0');
  const pairs: [string, string][] = [];
  for (let n = 0; n + 2 < fields.length; n += 3) pairs.push([fields[n + 1] ?? '', fields[n + 2] ?? '']);
  return pairs;
}
