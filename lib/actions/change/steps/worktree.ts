import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Effect } from '../../../change/types.ts';
import { RealmError } from '../../../errors.ts';
import { removeConfigSection, unsetConfig } from '../../../git/config-write.ts';
import { resolveRef, swapRef } from '../../../git/refs.ts';
import { orIfFatal } from '../../../git/run.ts';
import { addWorktree, pruneWorktrees, removeWorktree } from '../../../git/worktree-change.ts';
import { type ListedWorktree, worktreeIds } from '../../../git/worktrees.ts';
import { NOTES } from '../../../store/aside.ts';
import {
  type Checkout,
  type Checkouts,
  excludePattern,
  togetherFolder,
  togetherKey,
  worktreePath,
  worktreesOf,
} from '../checkouts.ts';
import type { Handler } from '../performer.ts';

type Add = Extract<Effect, { kind: 'worktree' }>;
type Remove = Extract<Effect, { kind: 'worktree-remove' }>;

/** A worktree of the branch, kept out of the main checkout's status. */
export const worktreeStep: Handler<Add> = {
  apply: async ({ resumed }, checkout, effect) => {
    const target = worktreePath(checkout, effect.branch);
    if (resumed) await clearHalfMade(checkout, target, effect.base);
    const known = resumed ? await worktreeAt(checkout, effect.branch) : undefined;
    if (known === undefined || known.missing) await add(checkout, effect, target, resumed);
    exclude(checkout);
    return { path: known?.path ?? target, base: effect.base };
  },
  revert: async ({ checkouts }, checkout, effect) => {
    const target = worktreePath(checkout, effect.branch);
    await clearHalfMade(checkout, target, effect.base);
    const known = await worktreeAt(checkout, effect.branch);
    if (known !== undefined) await remove(checkout, known, false);
    if (effect.from !== 'local') await dropBranch(checkout, effect.branch, effect.base);
    await tidyUp(checkout, effect.branch, checkouts);
  },
};

/** Take a finished worktree away, and its branch where all of it is merged or forced. */
export const worktreeRemoveStep: Handler<Remove> = {
  apply: async ({ checkouts }, checkout, effect) => {
    const known = await worktreeAt(checkout, effect.branch);
    if (known !== undefined) await remove(checkout, known, effect.force);
    if (effect.tip !== null) await dropBranch(checkout, effect.branch, effect.tip);
    await tidyUp(checkout, effect.branch, checkouts);
    return { tip: effect.tip, path: known?.path ?? null };
  },
  revert: async (running, checkout, effect) => {
    if ((await worktreeAt(checkout, effect.branch)) !== undefined) return;
    const here = await resolveRef(checkout.repo, `refs/heads/${effect.branch}`);
    const base = effect.tip ?? here;
    if (base === null) return;
    const from = here === null ? 'new' : 'local';
    await worktreeStep.apply(
      { ...running, resumed: false },
      checkout,
      { kind: 'worktree', branch: effect.branch, base, from },
      { id: '', repo: checkout.name, effect, after: [], words: '', state: 'todo', result: null, error: null },
    );
  },
};

const worktreeAt = async (checkout: Checkout, branch: string): Promise<ListedWorktree | undefined> =>
  (await worktreesOf(checkout)).find((worktree) => worktree.branch === branch);

async function add(checkout: Checkout, effect: Add, target: string, resumed: boolean): Promise<void> {
  mkdirSync(path.dirname(target), { recursive: true });
  const exists =
    effect.from === 'local' ||
    (resumed && (await resolveRef(checkout.repo, `refs/heads/${effect.branch}`)) !== null);
  await addWorktree(checkout, {
    path: target,
    branch: effect.branch,
    base: exists ? null : effect.base,
    again: resumed || exists,
  });
}

/**
 * A `git worktree add` that was killed leaves a worktree that git itself calls "initializing", and, where it was killed while
 * it was cleaning up, only one of the two halves: the entry in the git directory, or the folder. A folder with anything in it
 * that the checkout did not bring is left alone.
 */
async function clearHalfMade(checkout: Checkout, target: string, base: string): Promise<void> {
  const { commonDir } = checkout.repo;
  let known = false;
  for (const id of worktreeIds(commonDir)) {
    const entry = path.join(commonDir, 'worktrees', id);
    const place = path.dirname(textOf(path.join(entry, 'gitdir')).trim());
    const isHalf = textOf(path.join(entry, 'locked')).trim() === 'initializing';
    if (place === target && !isHalf) known = true;
    const isOurs = place === target || (place === '.' && id === path.basename(target));
    if (isHalf && isOurs) rmSync(entry, { recursive: true, force: true });
  }
  if (known || !existsSync(target)) return;
  const strange = await strangeFile(checkout, target, base);
  if (strange !== null)
    throw new RealmError(
      'path-in-use',
      `'${target}' already exists, and '${strange}' in it is not part of ${base.slice(0, 12)}`,
      {
        hint: 'move it away, then run the command again',
      },
    );
  rmSync(target, { recursive: true, force: true });
}

/** The first file in a half-made checkout that the commit does not have, or that holds something else. */
async function strangeFile(checkout: Checkout, folder: string, base: string): Promise<string | null> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    if (name === '.git') continue;
    const wanted = await checkout.objects.read(`${base}:${name.split(path.sep).join('/')}`);
    // Git was killed while it wrote: the beginning of what belongs there.
    const isPart = entry.isFile() && wanted !== null && wanted.bytes.indexOf(readFileSync(file)) === 0;
    if (!isPart && !(entry.isSymbolicLink() && wanted !== null)) return name;
  }
  return null;
}

async function remove(checkout: Checkout, known: ListedWorktree, force: boolean): Promise<void> {
  if (known.missing) return pruneWorktrees(checkout);
  const held = await removeWorktree(checkout, known.path, { force });
  if (held === null) return;
  if (held === 'submodules')
    throw new RealmError(
      'worktree-submodules',
      `'${known.path}' has submodules, so git removes it only with --force`,
      {
        hint: 'push any unpushed work in them, then: git realm worktree remove --force',
      },
    );
  throw new RealmError('worktree-dirty', `'${known.path}' has uncommitted changes`, {
    hint: 'commit them, or: git realm worktree remove --force',
  });
}

/** Only a branch that still is where it is known to be goes. */
async function dropBranch(checkout: Checkout, branch: string, tip: string): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const now = await resolveRef(checkout.repo, ref);
  if (now === null) return;
  if (now !== tip || !(await swapRef(checkout, ref, tip, null))) {
    throw new RealmError('branch-moved', `'${branch}' in ${checkout.name} was kept: it has its own commits`, {
      hint: `to show them: git -C '${checkout.main}' log ${branch}`,
    });
  }
  // There is none where it follows no other.
  await orIfFatal(removeConfigSection(checkout, `branch.${branch}`), null);
}

/** Keeps the folder of worktrees out of `git status`. Synchronously: the threads of `fs/promises` cost more than so small a file. */
export function exclude(checkout: Pick<Checkout, 'main' | 'config' | 'repo'>): void {
  const pattern = excludePattern(checkout);
  if (pattern === null) return;
  const file = path.join(checkout.repo.commonDir, 'info', 'exclude');
  const text = textOf(file);
  if (text.split('\n').includes(pattern)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  appendFileSync(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${pattern}\n`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** With the last worktree goes what was only there for them. */
async function tidyUp(checkout: Checkout, branch: string, all: Checkouts): Promise<void> {
  await clearFolder(checkout);
  const folder = checkout.config.get(togetherKey(branch));
  if (folder === undefined) return;
  // Where the branch was never made, nothing took its configuration away.
  if ((await resolveRef(checkout.repo, `refs/heads/${branch}`)) === null)
    await orIfFatal(removeConfigSection(checkout, `branch.${branch}`), null);
  // `<folder>/<repo>`, where the repo's name may have a slash.
  await removeEmpty(path.dirname(worktreePath(checkout, branch)));
  if (!(await removeEmpty(folder))) return;
  for (const owner of all.values()) if (togetherFolder(owner, branch) === folder) await clearFolder(owner);
}

/** Removes a folder that is empty: whether it is gone. */
const removeEmpty = (folder: string): Promise<boolean> =>
  rmdir(folder).then(
    () => true,
    ({ code }) => code === 'ENOENT',
  );

async function clearFolder(checkout: Checkout): Promise<void> {
  const pattern = excludePattern(checkout);
  if (!(await removeEmpty(path.dirname(worktreePath(checkout, 'x'))))) return;
  await unsetConfig(checkout, 'notes.rewriteRef', { matching: `^${NOTES}$` });
  if (pattern === null) return;
  const file = path.join(checkout.repo.commonDir, 'info', 'exclude');
  const text = await readFile(file, 'utf8').catch(() => '');
  const left = text
    .split('\n')
    .filter((line) => line !== pattern)
    .join('\n');
  if (left !== text) await writeFile(file, left);
}
