import { RealmError } from '../../errors.ts';
import { pause } from '../patient-fetch.ts';
import { headMoved, notMerged, wasClosed } from '../refusals.ts';
import { shaped } from '../shapes.ts';
import type { Forge, Merged, PullText } from '../types.ts';
import type { GiteaPlace } from './index.ts';
import { readTeaPull, type TeaCalls, teaCallsTo } from './reads.ts';
import { TEA_SETTINGS, type TeaSettings } from './shapes.ts';

/** Attempts while the forge still works out whether it can be merged. */
const TRIES = 5;

/** Merging on Gitea and Forgejo: pinned to a commit, in a style that the repository allows. */
export function teaMergerOn(place: GiteaPlace): Pick<Forge, 'merge'> {
  const calls = teaCallsTo(place);
  return { merge: (number, sha) => merge(calls, place, number, sha) };
}

async function merge(calls: TeaCalls, place: GiteaPlace, number: number, sha: string): Promise<Merged> {
  const before = await readTeaPull(calls, number);
  if (before.state === 'merged') return mergedAs(before);
  if (before.state === 'closed') throw wasClosed(calls.name, number);
  if (before.sha !== sha) throw headMoved(calls.name, number);
  const error = await tryMerge(calls, place, number, sha);
  // Refused, or done and not heard of: what it is now decides.
  const now = await readTeaPull(calls, number);
  if (now.state === 'merged') return mergedAs(now);
  if (now.state === 'closed') throw wasClosed(calls.name, number);
  if (now.sha !== sha) throw headMoved(calls.name, number);
  throw error ?? notMerged('the forge', calls.name, number);
}

/** `null`: the forge says that it is done. */
async function tryMerge(
  calls: TeaCalls,
  { method, connection }: GiteaPlace,
  number: number,
  sha: string,
): Promise<RealmError | null> {
  const { ask, tell, at } = calls;
  try {
    const settings = await ask('read its settings', async ({ repos }) =>
      shaped((await repos.repoGet(...at)).data as unknown as TeaSettings, TEA_SETTINGS),
    );
    const asked = { Do: styleFor(settings, method ?? 'merge'), head_commit_id: sha };
    for (let tries = 1; ; tries += 1)
      try {
        await tell(`merge pull request #${number}`, ({ repos }) =>
          repos.repoMergePullRequest(...at, number, asked),
        );
        return null;
      } catch (error) {
        if (tries === TRIES || !isTooEarly(error)) throw error;
        await pause(tries * connection.pace);
      }
  } catch (error) {
    if (error instanceof RealmError) return asRefusal(error);
    throw error;
  }
}

const STYLES = ['merge', 'rebase', 'rebase-merge', 'squash', 'fast-forward-only'] as const;
type Style = (typeof STYLES)[number];

/** What is wanted, if the repository allows it; otherwise what it does by default. */
function styleFor(settings: TeaSettings, wanted: 'merge' | 'rebase' | 'squash'): Style {
  const allowed = {
    merge: settings.allow_merge_commits,
    rebase: settings.allow_rebase,
    squash: settings.allow_squash_merge,
  }[wanted];
  const usual = STYLES.find((style) => style === settings.default_merge_style);
  return allowed === false && usual !== undefined ? usual : wanted;
}

/** 405 with these words, where it is still working out whether it can be merged. */
const isTooEarly = (error: unknown): boolean =>
  error instanceof RealmError &&
  error.data.status === 405 &&
  /try again later/i.test(String(error.data.said));

/** Gitea answers 405 to everything that it does not allow, the user's lack of rights included. */
function asRefusal(error: RealmError): RealmError {
  const said = String(error.data.said);
  if (error.data.status !== 405 || !/not allowed to merge/i.test(said)) return error;
  return new RealmError('forge-forbidden', error.message, {
    hint: 'ask for the right to merge into its branch',
    data: error.data,
  });
}

const mergedAs = (pull: PullText): Merged => ({ state: 'merged', sha: pull.mergeSha });
