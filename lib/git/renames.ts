import type { GitPlace } from './run.ts';

/** More missing files than this are not looked for: the answer is a help, not a listing. */
const MOST = 200;

/**
 * Where files that are gone went, as git's own rename detection sees it: staged or in the work tree, else in the commits
 * that took them away. Asked only for source files that are missing; three git processes, however many they are.
 */
export async function renamesOf(repo: GitPlace, gone: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (gone.length === 0) return found;
  const wanted = new Set(gone.slice(0, MOST));
  const add = (raw: string) => {
    for (const [from, to] of renamed(raw)) if (wanted.has(from) && !found.has(from)) found.set(from, to);
  };
  const staged = ['diff', '--cached', '-M', '--diff-filter=R', '--name-status', '-z', 'HEAD'];
  add((await repo.git(staged, { ok: [0, 128] })).stdout.toString('utf8'));
  const rest = [...wanted].filter((path) => !found.has(path));
  if (rest.length === 0) return found;
  const commits = await deletionsOf(repo, rest);
  if (commits.length === 0) return found;
  const show = ['show', '-M', '--diff-filter=R', '--name-status', '-z', '--format=', ...commits];
  add((await repo.git(show, { ok: [0, 128] })).stdout.toString('utf8'));
  return found;
}

/** The commits that took the files away: for each file the newest, each commit once. */
async function deletionsOf(repo: GitPlace, paths: readonly string[]): Promise<string[]> {
  const literal = paths.map((path) => `:(literal)${path}`);
  const log = [
    'log',
    '--diff-filter=D',
    '--no-renames',
    '--format=%H',
    '--name-only',
    '-z',
    '--',
    ...literal,
  ];
  const { stdout } = await repo.git(log, { ok: [0, 128] });
  const left = new Set(paths);
  const commits = new Set<string>();
  let commit = '';
  for (const field of stdout.toString('utf8').split('\0')) {
    const name = field.replace(/^\n/, '');
    if (left.delete(name)) commits.add(commit);
    else if (/^[0-9a-f]{40,64}$/.test(name)) commit = name;
  }
  return [...commits];
}

/** `R<score> NUL <from> NUL <to> NUL` … */
function renamed(raw: string): [string, string][] {
  const fields = raw.split('\0');
  const pairs: [string, string][] = [];
  for (let n = 0; n + 2 < fields.length; n += 3) pairs.push([fields[n + 1] ?? '', fields[n + 2] ?? '']);
  return pairs;
}
