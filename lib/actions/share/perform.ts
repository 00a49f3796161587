import { RealmError } from '../../errors.ts';
import type { Op } from '../../realm/ops/types.ts';
import { type Applied, applyOp } from '../../store/engine.ts';
import { planOn } from '../../store/planning.ts';
import { type Context, PlannedOnly } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
/**
 * Apply an operation and look at the realm again; one that needs approval becomes a proposal, and is refused with its name.
 * A word about its work tree goes to the user.
 */
export async function perform(context: Context, workspace: Workspace, op: Op): Promise<Applied> {
  if (context.dryRun) throw new PlannedOnly(await planOn(workspace.snapshot, op));
  const applied = await applyOp(workspace.store, op, workspace.who()).catch(async (error: unknown) => {
    if (!(error instanceof RealmError) || error.code !== 'approval-required') throw error;
    const [{ propose }, { waitsFor }] = await Promise.all([
      import('../share/propose.ts'),
      import('../share/proposals.ts'),
    ]);
    const proposal = await propose(context, workspace.store, op, workspace.who());
    throw new RealmError(error.code, error.message, {
      exitCode: error.exitCode,
      hint: waitsFor(proposal, workspace.who().email),
      data: { ...error.data, proposal: proposal.id },
    });
  });
  if (applied.word !== null) context.note(applied.word);
  await workspace.refresh();
  return applied;
}
