import { RealmError } from '../../errors.ts';
import { ORDER } from '../../forge/types.ts';
import { closeCheckouts, openCheckouts, theCheckout } from '../change/checkouts.ts';
import type { Context } from '../open/context.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { forgeOf, isEmbedded } from '../share/forges.ts';
import { fromError } from './machine.ts';
import type { Examined, Symptom } from './types.ts';

/** Whether the forge of this repository keeps the order in which change sets merge. It is the only thing that is asked of a forge. */
export async function examineForge(context: Context): Promise<Examined> {
  try {
    return await inWorkspace(context, (workspace) => look(context, workspace));
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return { looked: [], findings: [fromError(error)] };
  }
}

async function look(context: Context, workspace: Workspace): Promise<Examined> {
  const checkouts = await openCheckouts(context, workspace, [workspace.name]);
  try {
    const checkout = theCheckout(checkouts, workspace.name);
    const branch = checkout.heads.tip.branch ?? 'main';
    // Only git realm merges those, and it keeps the order itself.
    if (isEmbedded(context, checkout))
      return { looked: ['no forge: pull requests are records in the realm'], findings: [] };
    const required = await forgeOf(context, workspace, checkout).requires(branch, ORDER);
    return {
      looked: [`the rules of ${branch} on its forge`],
      findings: required === true ? [] : [unkept(branch, required)],
    };
  } finally {
    closeCheckouts(checkouts);
  }
}

const unkept = (branch: string, required: false | null): Symptom =>
  required === null
    ? {
        id: 'order-unknown',
        level: 'note',
        message: `the forge does not say whether '${branch}' requires the status ${ORDER}`,
        hint: 'ask somebody who administers the repository, or see docs/forges.md',
      }
    : {
        id: 'order-not-required',
        level: 'warning',
        message: `'${branch}' takes merges whose status ${ORDER} is pending: a merge button can break a main branch`,
        hint: 'make it a required check: docs/forges.md says how for each forge',
      };
