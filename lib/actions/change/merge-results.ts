import { mapPool } from '../../change/pool.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { fetchRefs } from '../../git/fetch.ts';
import { mergeTree } from '../../git/merge.ts';
import type { Checkout, Checkouts } from './checkouts.ts';
import { localWidth } from './checkouts.ts';

/** The main branch of a repo, and what merging its pull request would make of it. */
export interface MergeOutcome {
  /** The publishing tip; `null`: there is none. */
  main: string | null;
  /** A commit or tree to read; where there is none, why: it conflicts, or the history is not here. */
  merged: { at: string } | { why: string; conflicts?: true };
}

/**
 * What each repo's main branch is, and what it would be after the merge: read from the remote's own branches as they were
 * fetched last, never from what is checked out. `steps`: the repos with an open pull request.
 */
export async function mergeOutcomes(
  checkouts: Checkouts,
  branch: string,
  steps: readonly string[],
): Promise<Map<string, MergeOutcome>> {
  const found = await mapPool([...checkouts.values()], localWidth(), async (checkout) => {
    const outcome = await outcomeOf(checkout, branch, steps.includes(checkout.name));
    return [checkout.name, outcome] as const;
  });
  return new Map(found);
}

async function outcomeOf(checkout: Checkout, branch: string, isStep: boolean): Promise<MergeOutcome> {
  const { tip } = checkout.heads;
  if (tip.kind === 'none') return { main: null, merged: { why: `${checkout.name}: ${tip.why}` } };
  const main = tip.oid;
  if (!isStep) return { main, merged: { at: main } };
  const head = await headOf(checkout, branch);
  if (head === null)
    return { main, merged: { why: `${checkout.name}: '${branch}' is no longer on its remote` } };
  if ((await isAncestor(checkout, head, main)) === true) return { main, merged: { at: main } };
  if ((await isAncestor(checkout, main, head)) === true) return { main, merged: { at: head } };
  const result = await mergeTree(checkout, main, head);
  if ('tree' in result) return { main, merged: { at: result.tree } };
  if ('conflicts' in result) {
    const files = result.conflicts.slice(0, 3).join(', ');
    return { main, merged: { why: `it conflicts with '${tip.branch}': ${files}`, conflicts: true } };
  }
  const why = `'${branch}' and '${tip.branch}' have no common history in this clone (if it is shallow: git fetch --unshallow)`;
  return { main, merged: { why: `${checkout.name}: ${why}` } };
}

/** The commit that the remote's branch is at, with its objects here; `null`: the remote has no such branch. */
async function headOf(checkout: Checkout, branch: string): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const { remote, seen } = checkout;
  if (remote === null) return null;
  const oid = seen?.get(ref) ?? (seen === undefined ? await tracked(checkout, branch) : undefined);
  if (oid === undefined) return null;
  if ((await checkout.objects.info(oid)) === null)
    await fetchRefs(checkout, { remote, refspecs: [ref], withTags: true });
  return oid;
}

/** Offline, what was fetched last is all there is. */
const tracked = async (checkout: Checkout, branch: string): Promise<string | undefined> =>
  (await checkout.objects.resolve(`refs/remotes/${checkout.remote}/${branch}`)) ?? undefined;
