import { driftOf, drifts, type ExportDrift } from '../../checkout/drift.ts';
import { type Heads, nameTip, publishingRemote } from '../../checkout/tip.ts';
import { RealmError } from '../../errors.ts';
import { ownExports } from '../../realm/exports.ts';
import { publishOp } from '../contract/publish.ts';
import type { Context } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { type HookReport, inHook, report } from './hook-report.ts';

/**
 * pre-push (`realm.guardPush`): a breaking change that nobody approved does not reach the publishing branch; it becomes a
 * proposal, and may be pushed once that is approved. `input`: git's lines on the hook's standard input (githooks(5)).
 */
export function prePush(context: Context, args: readonly string[], input: string): Promise<HookReport> {
  return inHook(context, async (workspace) => {
    const { tip } = await nameTip(workspace.repo, workspace.heads);
    const pushed = publishingRemote(workspace.config) === args[0] ? pushedTo(input, tip.branch) : null;
    if (pushed === null) return report(workspace, [], 'tip');
    const { model } = workspace.snapshot;
    const heads: Heads = { ...workspace.heads, tip: { ...tip, kind: 'remote', oid: pushed } };
    const exports = ownExports(model, workspace.name);
    const all = await driftOf(workspace, workspace.levels, heads, exports, ['tip']);
    const held = all.filter(
      ({ domain, levels: { tip } }) =>
        drifts(tip) && tip.judgement.breaking && model.governance(domain).requireApproval,
    );
    for (const drift of held) await proposeHeld(context, workspace, drift, pushed);
    return { ...(await report(workspace, held, 'tip')), refuse: held.length > 0 };
  });
}

/** The commit that the push brings to a branch; `null`: it does not, or deletes it. */
function pushedTo(input: string, branch: string): string | null {
  const lines = input.split('\n').map((line) => line.split(' '));
  const oid = lines.find(([, , remoteRef]) => remoteRef === `refs/heads/${branch}`)?.[1];
  return oid === undefined || /^0+$/.test(oid) ? null : oid;
}

/** A user who may not propose, or cannot reach the realm, gets a message; the push is held all the same. */
async function proposeHeld(
  context: Context,
  workspace: Workspace,
  drift: ExportDrift,
  oid: string,
): Promise<void> {
  const reading = drift.levels.tip?.reading;
  if (reading?.kind !== 'value') return;
  try {
    const [{ propose }, { waitsFor }] = await Promise.all([
      import('../share/propose.ts'),
      import('../share/proposals.ts'),
    ]);
    const op = await publishOp(context, workspace, drift, oid, reading);
    const who = workspace.who();
    context.note(waitsFor(await propose(context, workspace.store, op, who), who.email));
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    context.note(`could not create a proposal: ${error.message}`);
  }
}
