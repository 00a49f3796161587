import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Effect } from '../../../change/types.ts';
import { RealmError } from '../../../errors.ts';
import { resolveRef, swapRef } from '../../../git/refs.ts';
import {
  type Checkout,
  excludePattern,
  type ListedWorktree,
  listWorktrees,
  worktreePath,
} from '../checkouts.ts';
import type { Handler } from '../perform.ts';
import { NOTES_REF } from './link.ts';

type Add = Extract<Effect, { kind: 'worktree' }>;
type Remove = Extract<Effect, { kind: 'worktree-remove' }>;

/** A worktree of the branch, kept out of the main checkout's status. */
export const worktreeStep: Handler<Add> = {
  apply: async ({ resumed }, checkout, effect) => {
    const target = worktreePath(checkout, effect.branch);
    if (resumed) await clearHalfMade(checkout, target);
    const known = resumed ? await worktreeAt(checkout, effect.branch) : undefined;
    if (known === undefined || known.missing) await add(checkout, effect, target, resumed);
    exclude(checkout);
    return { path: known?.path ?? target, base: effect.base };
  },
  revert: async (_context, checkout, effect) => {
    const target = worktreePath(checkout, effect.branch);
    await clearHalfMade(checkout, target);
    const known = await worktreeAt(checkout, effect.branch);
    if (known !== undefined) await removeWorktree(checkout, known, false);
    if (effect.from !== 'local') await dropBranch(checkout, effect.branch, effect.base);
    await tidyUp(checkout);
  },
};

/** Take a finished worktree away, and its branch where all of it is merged or forced. */
export const worktreeRemoveStep: Handler<Remove> = {
  apply: async (_context, checkout, effect) => {
    const known = await worktreeAt(checkout, effect.branch);
    if (known !== undefined) await removeWorktree(checkout, known, effect.force);
    if (effect.tip !== null) await dropBranch(checkout, effect.branch, effect.tip);
    await tidyUp(checkout);
    return { tip: effect.tip, path: known?.path ?? null };
  },
  revert: async (context, checkout, effect) => {
    if ((await worktreeAt(checkout, effect.branch)) !== undefined) return;
    const here = await resolveRef(checkout.repo, `refs/heads/${effect.branch}`);
    const base = effect.tip ?? here;
    if (base === null) return;
    const from = here === null ? 'new' : 'local';
    await worktreeStep.apply(
      { ...context, resumed: false },
      checkout,
      { kind: 'worktree', branch: effect.branch, base, from },
      { id: '', repo: checkout.name, effect, after: [], words: '', state: 'todo', result: null, error: null },
    );
  },
};

const worktreeAt = async (checkout: Checkout, branch: string): Promise<ListedWorktree | undefined> =>
  (await listWorktrees(checkout)).find((one) => one.branch === branch);

async function add(checkout: Checkout, effect: Add, target: string, resumed: boolean): Promise<void> {
  mkdirSync(path.dirname(target), { recursive: true });
  const exists =
    effect.from === 'local' ||
    (resumed && (await resolveRef(checkout.repo, `refs/heads/${effect.branch}`)) !== null);
  const args = exists ? [target, effect.branch] : ['--no-track', '-b', effect.branch, target, effect.base];
  // -f only lets a worktree whose directory was deleted by hand be made again.
  const force = resumed || exists ? ['-f'] : [];
  await checkout.git(['worktree', 'add', '--quiet', ...force, ...args], { silent: true });
}

/** A `git worktree add` that was killed leaves a worktree that git itself calls "initializing". */
async function clearHalfMade(checkout: Checkout, target: string): Promise<void> {
  const half = (await listWorktrees(checkout)).find(
    (one) => one.path === target && one.locked === 'initializing',
  );
  if (half !== undefined) await checkout.git(['worktree', 'remove', '--force', '--force', target]);
}

async function removeWorktree(checkout: Checkout, known: ListedWorktree, force: boolean): Promise<void> {
  if (known.missing) {
    await checkout.git(['worktree', 'prune']);
    return;
  }
  const args = ['worktree', 'remove', ...(force ? ['--force'] : []), known.path];
  const { code } = await checkout.git(args, { ok: [0, 128] });
  if (code === 0) return;
  throw new RealmError('worktree-dirty', `'${known.path}' has changes that are not committed`, {
    hint: 'commit them, or: git realm worktree remove --force',
  });
}

/** Only a branch that still is where it is known to be goes. */
async function dropBranch(checkout: Checkout, branch: string, tip: string): Promise<void> {
  const ref = `refs/heads/${branch}`;
  const now = await resolveRef(checkout.repo, ref);
  if (now === null) return;
  if (now !== tip || !(await swapRef(checkout, ref, tip, null))) {
    throw new RealmError('branch-moved', `'${branch}' in ${checkout.name} has commits of its own: it stays`, {
      hint: `look at it: git -C '${checkout.main}' log ${branch}`,
    });
  }
  await checkout.git(['config', '--local', '--remove-section', `branch.${branch}`], { ok: [0, 128] });
}

/** Synchronously: the threads of `fs/promises` cost more than so small a file. */
function exclude(checkout: Checkout): void {
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
async function tidyUp(checkout: Checkout): Promise<void> {
  const pattern = excludePattern(checkout);
  const folder = path.dirname(worktreePath(checkout, 'x'));
  if ((await stat(folder).catch(() => null)) !== null) {
    const empty = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!empty) return;
  }
  await checkout.git(['config', '--local', '--unset', 'notes.rewriteRef', `^${NOTES_REF}$`], { ok: [0, 5] });
  if (pattern === null) return;
  const file = path.join(checkout.repo.commonDir, 'info', 'exclude');
  const text = await readFile(file, 'utf8').catch(() => '');
  const left = text
    .split('\n')
    .filter((line) => line !== pattern)
    .join('\n');
  if (left !== text) await writeFile(file, left);
}
