import { lstatSync, readdirSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from '../actions/open/context.ts';
import { readUserIndex } from '../checkout/user-index.ts';
import { RealmError } from '../errors.ts';
import { foreignEnvironment } from '../git/environment.ts';
import { readWorktreeFiles } from '../git/ref-files.ts';
import { discover } from '../git/repository.ts';

/**
 * The real path of a directory that a client named, if a tool may work there: in the repository that the server was started
 * in, in a checkout of the user's index, or in a worktree of one of these. A repository inside one of them is another one.
 * Throws `directory-missing`, `directory-refused`.
 */
export async function placeFor(context: Context, given: string): Promise<string> {
  const wanted = await realpath(path.resolve(context.cwd, given)).catch((cause: Error) => {
    throw new RealmError('directory-missing', `there is no directory '${given}'`, { cause });
  });
  const started = await realpath(context.cwd).catch(() => context.cwd);
  if (wanted === started) return wanted;
  const top = topOf(wanted);
  if (top !== null && (await topsOf(context, started)).has(top)) return wanted;
  throw new RealmError(
    'directory-refused',
    `'${given}' is neither in a checkout of your index nor below the directory where the server was started`,
    { hint: `cd '${wanted}' && git realm join, or start the server there` },
  );
}

/**
 * The real path of a directory that a tool may make: in the work tree that the tool works in, or below its directory where that is
 * in none. Never among git's own files, nor in a repository inside. Throws `directory-refused`.
 */
export async function newPlaceFor(context: Context, given: string): Promise<string> {
  const cwd = await realpath(context.cwd);
  const top = topOf(cwd);
  const missing: string[] = [];
  let here = path.resolve(cwd, given);
  for (; !isThere(here) && path.dirname(here) !== here; here = path.dirname(here))
    missing.unshift(path.basename(here));
  const real = await realpath(here).catch(() => null);
  const root = top ?? cwd;
  const inside = real === null ? [] : [...path.relative(root, real).split(path.sep), ...missing];
  const leaves = path.isAbsolute(inside[0] ?? '/') || inside[0] === '..';
  const isGits = isBare(root) || inside.some((name) => /^(?:\.git|git~\d+)$/i.test(name));
  if (real !== null && !leaves && !isGits && topOf(real) === top) return path.join(real, ...missing);
  throw new RealmError(
    'directory-refused',
    `'${given}' is not inside '${root}', where tools may create realms`,
    {
      hint: 'start the server there, or run it yourself: git realm init <directory>',
    },
  );
}

async function topsOf(context: Context, started: string): Promise<Set<string>> {
  const { realms } = await readUserIndex(context.env);
  const listed = realms.flatMap(({ checkouts }) => Object.values(checkouts ?? {}));
  const own = topOf(started);
  const tops = await Promise.all(
    [...(own === null ? [] : [own]), ...listed].map((place) => withWorktrees(context, place)),
  );
  return new Set(tops.flat());
}

/** A checkout and its linked worktrees; none where it is gone, or git does not take it for a repository of this user's. */
async function withWorktrees(context: Context, place: string): Promise<string[]> {
  try {
    const { commonDir } = await discover(place, { env: foreignEnvironment(context.env) });
    const folder = path.join(commonDir, 'worktrees');
    const linked = isThere(folder) ? readWorktreeFiles(commonDir, readdirSync(folder)) : [];
    const paths = [place, ...linked.filter(({ missing }) => !missing).map((worktree) => worktree.path)];
    return await Promise.all(paths.map((path) => realpath(path)));
  } catch {
    return [];
  }
}

/** Where git finds a repository from here, upwards: a work tree, or what looks like a bare repository. */
function topOf(place: string): string | null {
  for (let here = place; ; here = path.dirname(here)) {
    if (isBare(here) || isThere(path.join(here, '.git'))) return here;
    if (path.dirname(here) === here) return null;
  }
}

const isBare = (place: string): boolean =>
  ['HEAD', 'objects', 'refs'].every((name) => isThere(path.join(place, name)));

const isThere = (file: string): boolean => lstatSync(file, { throwIfNoEntry: false }) !== undefined;
