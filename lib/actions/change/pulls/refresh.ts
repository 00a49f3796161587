import { RealmError } from '../../../errors.ts';
import { activeRepos, changeSetOf, changeSets, type TrackedChange } from '../../../realm/change-sets.ts';
import type { Context } from '../../open/context.ts';
import { inWorkspace, type Workspace } from '../../open/workspace.ts';
import { currentChange, withWhole } from '../current.ts';
import { type OrderPosted, seenPulls } from './order.ts';

export interface OrdersRefreshed {
  changes: { branch: string; posted: OrderPosted[] }[];
}

/**
 * Post again whose turn it is: in one change set, else in all that this repo is active in. For CI: a repo that is
 * not on the machine is judged by what the realm has on record. Throws `no-such-change`.
 */
export const refreshOrders = (context: Context, branch: string | undefined): Promise<OrdersRefreshed> =>
  inWorkspace(context, async (workspace) => {
    const asked = branch === undefined ? [] : [await currentChange(workspace, branch)];
    const changes: OrdersRefreshed['changes'] = [];
    for (const change of branch === undefined ? activeHere(workspace) : asked)
      changes.push({ branch: change.file.name, posted: await ordersIn(context, workspace, change) });
    return { changes };
  });

/** The same beside another command: somebody may have merged what the others wait for. A forge that cannot be asked is named in a note. */
export async function refreshMeanwhile(context: Context, workspace: Workspace): Promise<void> {
  for (const change of activeHere(workspace)) {
    // The embedded forge has no pages, and none of its pull requests a status.
    if (!(change.file.prs ?? []).some(({ url }) => typeof url === 'string')) continue;
    try {
      await ordersIn(context, workspace, change);
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      context.note(`the merge order of ${change.file.name} was not posted again: ${error.message}`);
    }
  }
}

/** The change sets with pull requests in which this repo has something to do. */
const activeHere = ({ snapshot: { model }, name }: Workspace): TrackedChange[] =>
  changeSets(model).filter(({ file }) => activeRepos(file).includes(name) && (file.prs ?? []).length > 0);

/** Whose turn it is in one change set, as it was sent to its forges. */
const ordersIn = (context: Context, workspace: Workspace, change: TrackedChange): Promise<OrderPosted[]> =>
  withWhole(
    context,
    workspace,
    change,
    async (_workspace, _change, checkouts, around) => {
      const now = changeSetOf(workspace.snapshot.model, change.file.name) ?? change;
      return (await seenPulls(context, workspace, now, { checkouts, around })).posted;
    },
    () => {},
  );
