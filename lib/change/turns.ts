import type { MergePlan } from './order.ts';

/** Whether a pull request may merge now, as it is posted on its forge. */
export interface Turn {
  state: 'success' | 'pending' | 'failure';
  description: string;
}

/** Said where the last look allows it. */
export const OWN_TURN: Turn = {
  state: 'success',
  description: 'it is its turn: merging it breaks no import',
};

/** Said right before `git realm pr merge --unproved` merges what nothing proves: a person decided that. */
export const UNPROVED_TURN: Turn = {
  state: 'success',
  description: 'not proved safe: merged with --unproved',
};

export interface TurnPlace {
  repo: string;
  /** The open ones that must merge before it, by the plan and by what is recorded: repos. */
  waitsFor: readonly string[];
  /** How another repo's pull request is named here; `null`: it may not be named. */
  nameOf(repo: string): string | null;
}

/**
 * Whose turn it is: `success` only where a merge now is proved to make nothing worse. What waits for another, has no safe
 * order, or is not proved is held back, with the reason. Pure.
 */
export function turnOf(
  { repo, waitsFor, nameOf }: TurnPlace,
  { problems, unproved }: Pick<MergePlan, 'problems' | 'unproved'>,
): Turn {
  if (problems.length > 0)
    return { state: 'failure', description: 'no order of this change set is safe: git realm pr status' };
  if (waitsFor.length > 0) {
    const names = waitsFor.flatMap((other) => nameOf(other) ?? []);
    const hidden = waitsFor.length - names.length;
    const all = [...names, ...(hidden > 0 ? [`${hidden} more in this change set`] : [])];
    return { state: 'pending', description: `first merge ${all.join(', ')}` };
  }
  if (unproved.some((step) => step.repo === repo))
    return { state: 'pending', description: 'not proved safe: git realm pr status' };
  return OWN_TURN;
}
