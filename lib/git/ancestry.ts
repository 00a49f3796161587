import type { GitPlace } from './run.ts';

/** Is `ancestor` reachable from `tip`? `unknown` where one of them is not here (shallow, never fetched). */
export async function isAncestor(
  place: GitPlace,
  ancestor: string,
  tip: string,
): Promise<boolean | 'unknown'> {
  if (ancestor === tip) return true;
  const { code } = await place.git(['merge-base', '--is-ancestor', ancestor, tip], { ok: [0, 1, 128] });
  return code === 0 ? true : code === 1 ? false : 'unknown';
}

/** Have two commits one in common that both stand on? Throws `git-failed` where one of them is not here. */
export async function haveCommonHistory(place: GitPlace, a: string, b: string): Promise<boolean> {
  return (await place.git(['merge-base', a, b], { ok: [0, 1] })).code === 0;
}
