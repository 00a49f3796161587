import { OWN_TURN, type Turn, UNPROVED_TURN } from '../../change/turns.ts';
import type { Effect } from '../../change/types.ts';
import { RealmError } from '../../errors.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { changeSetOf } from '../../realm/change-sets.ts';
import { type Checkout, closeCheckouts } from './checkouts.ts';
import { openAround } from './current.ts';
import { fetchAll } from './fetch-all.ts';
import type { RunningChange } from './performer.ts';
import { judgedMerges } from './relations.ts';

/**
 * The last look before a merge: main branches move while a command runs, or waits for checks. Throws `no-safe-order` where
 * merging this one now would make an import worse, `unproved` where nothing proves that it would not. Otherwise what to post on
 * its forge: `null` where somebody else has merged it.
 */
export async function mustStayWhole(
  { context, workspace, checkouts, record }: RunningChange,
  checkout: Checkout,
  effect: Extract<Effect, { kind: 'pull-merge' }>,
): Promise<Turn | null> {
  const branch = effect.head;
  const { model } = workspace.snapshot;
  const members = (changeSetOf(model, branch)?.file.repos ?? []).map((repo) => repo.name);
  const around = await openAround(context, workspace, members, checkouts);
  try {
    const looked = [fetchAll(checkouts, branch), fetchAll(around)];
    for (const line of (await Promise.all(looked)).flat()) context.note(line);
    const { tip } = checkout.heads;
    // Somebody else merged it: nothing is left to judge.
    if (tip.kind !== 'none' && (await isAncestor(checkout, effect.sha, tip.oid)) === true) return null;
    const steps = [checkout.name];
    const { problems, unproved } = await judgedMerges({
      model,
      loaded: workspace.snapshot.loaded,
      branch,
      members,
      steps,
      checkouts,
      around,
    });
    const [problem] = problems;
    if (problem !== undefined) throw unsafe(checkout.name, problem);
    const [doubt] = unproved;
    // Another user's consent is not ours.
    const agreed = effect.unproved === true && record.by === workspace.who().email;
    if (doubt !== undefined && !agreed) throw unprovedStep(checkout.name, `${doubt.contract}: ${doubt.why}`);
    return doubt === undefined ? OWN_TURN : UNPROVED_TURN;
  } finally {
    closeCheckouts(around);
  }
}

const unsafe = (repo: string, problem: string): RealmError =>
  new RealmError('no-safe-order', `merging ${repo} now would break an import: ${problem}`, {
    exitCode: 1,
    hint: 'git realm pr status',
    data: { problems: [problem] },
  });

export const unprovedStep = (repo: string, why: string): RealmError =>
  new RealmError('unproved', `cannot prove that ${repo} is safe to merge: ${why}`, {
    exitCode: 1,
    hint: 'make it readable, or merge anyway: git realm pr merge --unproved',
    data: { repo, why },
  });
