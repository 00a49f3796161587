import type { Effect } from '../../../change/types.ts';
import { RealmError } from '../../../errors.ts';
import { parseCommit, trailer } from '../../../git/commit.ts';
import { commitStaged, resetSoftly } from '../../../git/commit-here.ts';
import { resolveRef } from '../../../git/refs.ts';
import { lastWords } from '../../../git/run.ts';
import { fillIndex, refreshIndex, stageAll } from '../../../git/staging.ts';
import { type Checkout, worktreesOf } from '../checkouts.ts';
import type { Handler } from '../performer.ts';

type Commit = Extract<Effect, { kind: 'commit' }>;

/** The name of the trailer that survives amend, rebase and squash. */
export const TRAILER = 'Realm-Change';

/** One commit in one worktree, with the user's hooks, identity and signature. */
export const commitStep: Handler<Commit> = {
  apply: async ({ context }, checkout, effect) => {
    const cwd = await worktreeOf(checkout, effect.branch);
    const now = await resolveRef(checkout.repo, `refs/heads/${effect.branch}`);
    if (now !== effect.parent) {
      const head = await headOf(checkout, effect.branch);
      if (head.change === effect.change) return { oid: head.oid, parent: effect.parent };
      throw moved(checkout, effect.branch);
    }
    // Nothing was staged where the index was what the parent has: then everything goes in.
    if (effect.index === effect.parent) await stageAll(checkout, cwd);
    const trailer = `${TRAILER}: ${effect.change}`;
    const { made, stderr } = await commitStaged(checkout, cwd, { message: effect.message, trailer });
    if (!made) {
      throw new RealmError('commit-refused', `git commit in ${checkout.name}: ${lastWords(stderr)}`, {
        hint: 'fix it, then git realm commit --continue, or undo everything: git realm commit --abort',
        data: { stderr: stderr.slice(0, 4000) },
      });
    }
    for (const line of stderr.split('\n').filter(Boolean)) context.note(`${checkout.name}: ${line}`);
    const oid = (await resolveRef(checkout.repo, `refs/heads/${effect.branch}`)) ?? '';
    return { oid, parent: effect.parent };
  },
  revert: async (_context, checkout, effect) => {
    const cwd = await worktreeOf(checkout, effect.branch);
    const head = await headOf(checkout, effect.branch);
    if (head.change === effect.change) await resetSoftly(checkout, cwd, effect.parent);
    else if (head.oid !== effect.parent) throw moved(checkout, effect.branch);
    await fillIndex(checkout, effect.index, cwd);
    await refreshIndex(checkout, cwd);
  },
};

/** The worktree of the branch. Throws `no-worktree`. */
export async function worktreeOf(checkout: Checkout, branch: string): Promise<string> {
  const found = (await worktreesOf(checkout)).find((worktree) => worktree.branch === branch);
  if (found !== undefined && !found.missing) return found.path;
  throw new RealmError('no-worktree', `no worktree of '${branch}' in ${checkout.name}`, {
    hint: `git realm worktree --branch ${branch}`,
  });
}

async function headOf(
  checkout: Checkout,
  branch: string,
): Promise<{ oid: string; change: string | undefined }> {
  const object = await checkout.objects.read(`refs/heads/${branch}^{commit}`);
  if (object === null) return { oid: '', change: undefined };
  return { oid: object.oid, change: trailer(parseCommit(object).message, TRAILER) };
}

const moved = (checkout: Checkout, branch: string): RealmError =>
  new RealmError('branch-moved', `'${branch}' in ${checkout.name} changed in the meantime`, {
    hint: `git -C '${checkout.main}' log -3 ${branch}`,
  });
