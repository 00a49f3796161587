import { RealmError } from '../../errors.ts';
import { pause } from '../patient-fetch.ts';
import { headMoved, notMerged, wasClosed } from '../refusals.ts';
import type { Forge, Merged, PullText } from '../types.ts';
import type { BitbucketPlace } from './index.ts';
import { type BucketCalls, bucketCallsTo, rawBucketPull, readBucketPull } from './reads.ts';
import type { BucketPull } from './shapes.ts';

/** Looks at a merge that the forge finishes after it answered. */
const LOOKS = 10;

/**
 * Merging on Bitbucket, which takes no commit to pin it to: the head is read right before, and again after. What was merged with
 * another head throws `merged-unseen`.
 */
export function bucketMergerOn(place: BitbucketPlace): Pick<Forge, 'merge'> {
  const calls = bucketCallsTo(place);
  return { merge: (number, sha) => merge(calls, place, number, sha) };
}

async function merge(
  calls: BucketCalls,
  place: BitbucketPlace,
  number: number,
  sha: string,
): Promise<Merged> {
  const raw = await rawBucketPull(calls, number);
  const before = await readBucketPull(calls, number);
  if (before.state === 'merged') return mergedAs(before);
  if (before.state === 'closed') throw wasClosed(calls.name, number);
  if (before.sha !== sha) throw headMoved(calls.name, number);
  const error = await tryMerge(calls, raw, place.method, number);
  // Refused, or done and not heard of: what it is now decides.
  let now = await readBucketPull(calls, number);
  for (let looks = 1; error === null && now.state === 'open' && looks < LOOKS; looks += 1) {
    await pause(looks * place.connection.pace);
    now = await readBucketPull(calls, number);
  }
  if (now.state === 'merged' && now.sha !== null && now.sha !== sha)
    throw unseen(calls.name, number, now.sha);
  if (now.state === 'merged') return mergedAs(now);
  if (now.state === 'closed') throw wasClosed(calls.name, number);
  if (now.sha !== sha) throw headMoved(calls.name, number);
  throw error ?? notMerged('Bitbucket', calls.name, number);
}

/** `null`: the forge says that it is done, or that it will be. */
async function tryMerge(
  { tell, at }: BucketCalls,
  { destination }: BucketPull,
  method: BitbucketPlace['method'],
  number: number,
): Promise<RealmError | null> {
  const { merge_strategies: allowed, default_merge_strategy: usual } = destination.branch;
  const wanted = STRATEGIES[method ?? 'merge'];
  const strategy = allowed == null || allowed.includes(wanted) ? wanted : (usual ?? wanted);
  try {
    await tell(`merge pull request #${number}`, (client) =>
      client.POST('/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/merge', {
        params: { path: { ...at, pull_request_id: number } },
        body: { type: 'pullrequest', merge_strategy: strategy } as never,
        parseAs: 'text',
      }),
    );
    return null;
  } catch (error) {
    if (error instanceof RealmError) return error;
    throw error;
  }
}

const STRATEGIES = { merge: 'merge_commit', squash: 'squash', rebase: 'rebase_merge' } as const;

const mergedAs = (pull: PullText): Merged => ({ state: 'merged', sha: pull.mergeSha });

const unseen = (repo: string, number: number, sha: string): RealmError =>
  new RealmError(
    'merged-unseen',
    `${repo}#${number} was merged with ${sha.slice(0, 12)}, which was pushed in the moment before and is not what was checked`,
    { hint: 'git realm pr status, which judges what the main branch has now' },
  );
