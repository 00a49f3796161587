import { planCommits } from '../../change/plan/commits.ts';
import { mapPool } from '../../change/pool.ts';
import type { Step } from '../../change/types.ts';
import { RealmError, usageError } from '../../errors.ts';
import { orIfFatal } from '../../git/run.ts';
import { hasChanges } from '../../git/status.ts';
import type { JsonObject } from '../../json.ts';
import { type Context, opHeads, randomId } from '../open/context.ts';
import { refreshWatchLists } from '../open/hooks.ts';
import { share } from '../share/share.ts';
import { type Checkout, localWidth, mayName } from './checkouts.ts';
import { inChange } from './current.ts';
import { type ChangeRun, drive, interrupted, journalsNow, resume } from './drive.ts';
import { messageObstacle } from './message-hook.ts';
import { mustBeClear } from './preconditions.ts';
import { type Uncommitted, uncommittedIn } from './uncommitted.ts';

export interface CommitOptions {
  message: string;
  branch?: string | undefined;
  repos: readonly string[];
  link: boolean;
  dryRun: boolean;
  jobs?: number | undefined;
}

export interface Committed extends ChangeRun {
  /** What the commits have in common: the value of their `Realm-Change:` trailer. */
  change: string;
  commits: { repo: string; oid: string | null; files: string[] }[];
  unchanged: string[];
}

/** One commit in every worktree of the change set that has changes, linked with its siblings (docs/design/change-sets.md). */
export function commitChange(context: Context, options: CommitOptions): Promise<Committed> {
  const message = options.message.trim();
  if (message === '') throw usageError('the commit message is empty', 'git realm commit -m <message>');
  return inChange(context, options, async (workspace, set, checkouts) => {
    const branch = set.file.name;
    const args: JsonObject = { message, repos: [...options.repos], link: options.link };
    const journals = options.dryRun ? undefined : journalsNow(workspace);
    const old =
      journals === undefined ? null : await interrupted(workspace, branch, 'commit', args, journals);
    if (old !== null) {
      const run = await resume(context, workspace, checkouts, old, options);
      return committed(run, changeOf(old.steps), [], []);
    }
    const width = localWidth(options.jobs);
    const all = await mapPool([...checkouts.values()], width, (checkout) => uncommittedIn(checkout, branch));
    mustBeClear(all.flatMap(({ obstacles }) => obstacles));
    const changed = all.filter(({ files }) => files.length > 0);
    if (changed.length === 0) {
      // Of one that was cut short after its last step, all that is left to do is to share it.
      if (!options.dryRun) await share(context, workspace);
      throw nothingToCommit(branch, await strayChanges([...checkouts.values()]));
    }
    const change = `I${randomId(20)}`;
    const refused = await mapPool(changed, width, (uncommitted) =>
      messageObstacle(uncommitted, message, change),
    );
    mustBeClear(refused.flatMap((obstacle) => obstacle ?? []));
    noteIdentities(context, changed);
    const { model } = workspace.snapshot;
    const names = changed.map(({ checkout }) => checkout.name);
    const toCommit = changed.map(({ checkout: { name: repo }, head, index, count }) => {
      const siblings = names.filter((name) => name !== repo && mayName(model, checkouts, repo, name));
      return { repo, head, index, count, siblings };
    });
    const asked = { branch, message, change, link: options.link, args };
    const plan = planCommits(asked, toCommit, opHeads(context, workspace.who()));
    if (!options.dryRun)
      await refreshWatchLists(
        workspace.store,
        changed.map(({ checkout }) => checkout),
      );
    const run = await drive(context, workspace, checkouts, plan, options);
    return committed(run, change, changed, all);
  });
}

function committed(
  run: ChangeRun,
  change: string,
  changed: readonly Uncommitted[],
  all: readonly Uncommitted[],
): Committed {
  const made = run.steps.filter(({ kind }) => kind === 'commit');
  return {
    ...run,
    change,
    commits: made.map((step) => ({
      repo: step.repo ?? '',
      oid: typeof step.result?.oid === 'string' ? step.result.oid : null,
      files: changed.find(({ checkout }) => checkout.name === step.repo)?.files ?? [],
    })),
    unchanged: all
      .filter((uncommitted) => !changed.includes(uncommitted))
      .map(({ checkout }) => checkout.name),
  };
}

/** The change that an interrupted run was about: all its commits carry the same one. */
function changeOf(steps: readonly Step[]): string {
  const [change = ''] = steps.flatMap(({ effect }) => (effect.kind === 'commit' ? [effect.change] : []));
  return change;
}

/** Each repo signs with its own identity, as git does; where they differ that is said. */
function noteIdentities(context: Context, changed: readonly Uncommitted[]): void {
  const identities = new Map<string, string[]>();
  for (const { checkout } of changed) {
    const { name, email } = checkout.who();
    const who = `${name} <${email}>`;
    identities.set(who, [...(identities.get(who) ?? []), checkout.name]);
  }
  if (identities.size < 2) return;
  const words = [...identities].map(([who, repos]) => `${who} in ${repos.join(', ')}`);
  context.note(`the repos have different identities: ${words.join('; ')}`);
}

/** Changes made where the change set is not: what people forget is that they edited the main checkout. */
async function strayChanges(checkouts: readonly Checkout[]): Promise<string[]> {
  const dirty = await mapPool(checkouts, localWidth(), async (checkout) => {
    // git knows of no changes where there is no work tree.
    return (await orIfFatal(hasChanges(checkout), false)) ? checkout.main : null;
  });
  return dirty.flatMap((file) => file ?? []);
}

const nothingToCommit = (branch: string, stray: readonly string[]): RealmError =>
  new RealmError('nothing-to-commit', `no worktree of '${branch}' has changes`, {
    exitCode: 1,
    hint:
      stray.length === 0
        ? 'to list its worktrees: git realm worktree list'
        : `there are changes in ${stray.map((directory) => `'${directory}'`).join(', ')}, which is not a worktree of '${branch}'`,
    data: { stray },
  });
