import { registeredRemote } from '../../checkout/registered.ts';
import { RealmError } from '../../errors.ts';
import { checkComment } from '../../findings/comment.ts';
import { addressOf, type ForgeAddress } from '../../forge/address.ts';
import { pullNumber } from '../../forge/pull-number.ts';
import type { Forge, Stuck } from '../../forge/types.ts';
import { gitIn } from '../../git/run.ts';
import type { Context } from '../open/context.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { forgeOf } from '../share/forges.ts';
import type { CheckResult } from './check.ts';

/** What became of the comment on a pull request. */
export interface CommentPosted {
  pull: number;
  /** `absent`: there is none, and nothing to say; `failed`: the forge did not take it. */
  state: Stuck | 'failed';
  /** Why it failed; `null` where it did not. */
  why: string | null;
}

/** The pull request that is commented on. */
export interface CommentTarget {
  pull: number;
  post(result: CheckResult): Promise<CommentPosted>;
}

/**
 * Where the comment of a check goes: asked for before anything is checked, so that what is wrong with the question is said at once.
 * Throws `no-forge`, `other-repository`, and a usage error where nobody says which pull request it is.
 */
export const commentTarget = (context: Context, given: string | undefined): Promise<CommentTarget> =>
  inWorkspace(context, async (workspace) => {
    const { forge, address } = forgeHere(context, workspace);
    const pull = pullNumber(context.env, address, given);
    const { head } = workspace.heads;
    return { pull, post: (result) => posted(context, forge, pull, { ...result, commit: head }) };
  });

/** The forge of this checkout: of the remote that is what the realm has registered. */
function forgeHere(context: Context, workspace: Workspace): { forge: Forge; address: ForgeAddress } {
  const { name, config, snapshot } = workspace;
  const { remote } = registeredRemote(config, snapshot.model.repo(name)?.url);
  const url = config.get(`remote.${remote}.url`) ?? '';
  const address = addressOf(url, config, context.env);
  const { git } = gitIn(workspace.repo.gitDir, context.env);
  if (address !== null)
    return { forge: forgeOf(context, workspace, { name, config, remote, git, who: workspace.who }), address };
  throw new RealmError(
    'no-forge',
    `the remote of '${name}' is on no forge that is known, so it has no pull requests to comment on`,
    {
      hint: 'git config realm.<host>.forge <name of the forge>',
    },
  );
}

/** The findings are the answer, whether or not a forge takes a comment: what it refuses is said in a note. */
async function posted(
  context: Context,
  forge: Forge,
  pull: number,
  result: CheckResult & { commit: string | null },
): Promise<CommentPosted> {
  const { isWorthwhile, ...sticky } = checkComment(result);
  try {
    const state = await forge.stick(pull, sticky, isWorthwhile ? undefined : 'existing');
    if (state === 'created' || state === 'updated') context.note(`comment on #${pull}: ${state}`);
    return { pull, state, why: null };
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    context.note(
      `no comment was written on #${pull}: ${error.message}${error.hint === undefined ? '' : ` (${error.hint})`}`,
    );
    return { pull, state: 'failed', why: error.message };
  }
}
