import { type GitPlace, orIfFatal } from './run.ts';

const HEADS = 'refs/heads/';

/** A branch as people name it, by the full name of its ref; any other ref keeps its full name. */
export const shortBranch = (ref: string): string => (ref.startsWith(HEADS) ? ref.slice(HEADS.length) : ref);

/** Does git take it for the name of a branch? It also takes `@{-1}` and its like, as what they stand for. */
export async function isBranchName(place: GitPlace, name: string): Promise<boolean> {
  const { code } = await place.git(['check-ref-format', '--branch', name], { ok: [0, 128] });
  return code === 0;
}

/** The branch follows none on a remote any more; one that follows none already is left as it is. */
export async function unsetUpstream(place: GitPlace, branch: string): Promise<void> {
  await orIfFatal(place.git(['branch', '--unset-upstream', branch]), null);
}
