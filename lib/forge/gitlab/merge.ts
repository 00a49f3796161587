import { RealmError } from '../../errors.ts';
import { headMoved, notMerged, wasClosed } from '../refusals.ts';
import { shaped } from '../shapes.ts';
import type { Forge, Merged, PullText } from '../types.ts';
import type { GitlabPlace } from './index.ts';
import { callsToProject, type LabCalls, rawRequest, readRequest } from './reads.ts';
import { PROJECT } from './shapes.ts';

/** Merging on GitLab: pinned to a commit, through the merge train where the project has one. */
export function labMergerOn(place: GitlabPlace): Pick<Forge, 'merge'> {
  const calls = callsToProject(place);
  return { merge: (number, sha) => merge(calls, place, number, sha) };
}

async function merge(calls: LabCalls, place: GitlabPlace, number: number, sha: string): Promise<Merged> {
  const before = await readRequest(calls, number);
  if (before.state === 'merged') return mergedAs(before);
  if (before.state === 'closed') throw wasClosed(calls.name, number);
  if (before.sha !== sha) throw headMoved(calls.name, number);
  const error = await tryMerge(calls, place, number, sha);
  // Refused, or done and not heard of: what it is now decides.
  const now = await readRequest(calls, number);
  if (now.state === 'merged') return mergedAs(now);
  if (now.state === 'closed') throw wasClosed(calls.name, number);
  if (now.sha !== sha) throw headMoved(calls.name, number);
  const { state, merge_when_pipeline_succeeds: auto } = await rawRequest(calls, number);
  if (state === 'locked' || auto === true) return { state: 'queued', sha: null };
  throw error ?? notMerged('GitLab', calls.name, number);
}

/** `null`: the forge says that it is done, or that it will be. */
async function tryMerge(
  { ask, tell, project }: LabCalls,
  { method }: GitlabPlace,
  number: number,
  sha: string,
): Promise<RealmError | null> {
  try {
    const settings = await ask('read its settings', async ({ projects }) =>
      shaped((await projects.show(project)) as unknown as Settings, PROJECT),
    );
    const squash = method === 'squash' && settings.squash_option !== 'never' ? { squash: true } : {};
    // Merging past a train breaks what is in it.
    if (settings.merge_trains_enabled === true)
      await tell(`put !${number} into the merge train`, ({ trains }) =>
        trains.addMergeRequest(project, number, { sha, ...squash, whenPipelineSucceeds: true }),
      );
    else
      await tell(`merge merge request !${number}`, ({ requests }) =>
        requests.merge(project, number, { sha, ...squash }),
      );
    return null;
  } catch (error) {
    if (error instanceof RealmError) return asRefusal(error);
    throw error;
  }
}

interface Settings {
  merge_trains_enabled?: boolean | null;
  squash_option?: string | null;
}

/** GitLab answers 422 where the branch cannot be merged, and 405 where its rules do not allow it yet. */
const asRefusal = (error: RealmError): RealmError =>
  error.data.status === 422
    ? new RealmError('merge-refused', error.message, { hint: 'git realm pr status', data: error.data })
    : error;

const mergedAs = (pull: PullText): Merged => ({ state: 'merged', sha: pull.mergeSha });
