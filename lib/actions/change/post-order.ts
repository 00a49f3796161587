import type { Turn } from '../../change/turns.ts';
import { RealmError } from '../../errors.ts';
import { type Forge, ORDER } from '../../forge/types.ts';
import type { PullCheck } from '../../realm/types.ts';
import type { Context } from '../open/context.ts';

/** What came of posting it. `refused`: the forge did not take it, and shows what it showed before. */
export type Outcome = 'posted' | 'unchanged' | 'refused';

/**
 * Post on a forge whether it is a pull request's turn, as the commit status `git-realm/order`. A forge that does not take it is
 * named in a note: what git realm itself merges waits for its turn in any case.
 */
export async function postOrder(
  context: Context,
  forge: Forge,
  { name, sha, known }: { name: string; sha: string; known?: PullCheck['state'] | null },
  turn: Turn,
): Promise<Outcome> {
  try {
    return (await forge.setStatus(sha, { context: ORDER, ...turn }, known)) ? 'posted' : 'unchanged';
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    context.note(`cannot set the status ${ORDER} of ${name}: ${error.message}`);
    return 'refused';
  }
}
