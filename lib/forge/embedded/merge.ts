import { setTimeout as sleep } from 'node:timers/promises';
import { RealmError } from '../../errors.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { fetchRefs, mustFetch } from '../../git/fetch.ts';
import { lockFileIn, remoteLocked } from '../../git/lock-file.ts';
import { mergeTree } from '../../git/merge.ts';
import { push } from '../../git/push.ts';
import { writeCommit } from '../../git/raw-objects.ts';
import { resolveRevision } from '../../git/refs.ts';
import { listCommits } from '../../git/rev-list.ts';
import { type GitPlace, lastWords } from '../../git/run.ts';
import type { JsonObject } from '../../json.ts';
import type { PullFile } from '../../realm/types.ts';
import { oneLine } from '../../visible.ts';
import { headMoved } from '../refusals.ts';
import type { Merged, Pull } from '../types.ts';
import type { EmbeddedPlace } from './index.ts';

const ATTEMPTS = 5;

/** A merge commit on the base as the remote has it now, pushed; again when the base moved meanwhile. */
export async function merge(
  place: EmbeddedPlace,
  file: PullFile,
  sha: string,
  set: (number: number, values: JsonObject) => Promise<Pull>,
): Promise<Merged> {
  const { head, base, number } = file;
  const done = async (mergeSha: string): Promise<Merged> => {
    await set(number, { state: 'merged', head_sha: sha, merge_sha: mergeSha, merged_at: place.now() });
    return { state: 'merged', sha: mergeSha };
  };
  if (file.state === 'merged') return { state: 'merged', sha: file.merge_sha ?? null };
  const tips = new Set<string>();
  let lock: string | null = null;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { tip, headTip } = await fetchBoth(place, head, base);
    if ((await isAncestor(place, sha, tip)) === true) return done(await landedAs(place, sha, tip));
    if (headTip !== sha) throw headMoved(place.repo, number);
    tips.add(tip);
    const commit = await mergeCommit(place, file, tip, sha);
    const refspecs = [`${commit}:refs/heads/${base}`];
    const { taken, stdout, stderr } = await push(place, { remote: place.remote, refspecs });
    if (taken) return done(commit);
    const out = `${stdout}\n${stderr}`;
    if (!/fetch first|non-fast-forward|stale info|incorrect old value|cannot lock ref/.test(out)) {
      const reason = /\[remote rejected\].*\((.*)\)/.exec(out)?.[1] ?? lastWords(stderr);
      throw new RealmError('merge-refused', `the remote of ${place.repo} refused the merge: ${reason}`, {
        hint: `'${base}' may be protected: merge it there, then git realm pr status`,
      });
    }
    lock = lockFileIn(out);
    await sleep(Math.random() * 2 ** attempt * 20);
  }
  if (lock !== null && tips.size === 1)
    throw remoteLocked(`the remote of ${place.repo}`, `'${base}'`, lock, 'git realm pr merge');
  throw new RealmError('base-busy', `'${base}' of ${place.repo} kept changing: gave up`, {
    hint: 'git realm pr merge',
  });
}

async function fetchBoth(
  place: EmbeddedPlace,
  head: string,
  base: string,
): Promise<{ tip: string; headTip: string | null }> {
  const ours = `refs/remotes/${place.remote}`;
  const refspecs = [base, head].map((branch) => `+refs/heads/${branch}:${ours}/${branch}`);
  const both = await fetchRefs(place, { remote: place.remote, refspecs });
  // A head that was deleted after its merge is not a reason not to look at the base.
  if (both.kind !== 'fetched')
    await mustFetch(place, { remote: place.remote, refspecs: refspecs.slice(0, 1) });
  const tip = await resolveRevision(place, `${ours}/${base}^{commit}`);
  if (tip === null) throw new RealmError('no-base', `the remote of ${place.repo} has no branch '${base}'`);
  const headTip = both.kind === 'fetched' ? await resolveRevision(place, `${ours}/${head}^{commit}`) : null;
  return { tip, headTip };
}

/** The first commit of the base's own line that has the head in it. */
export async function landedAs(place: GitPlace, sha: string, tip: string): Promise<string> {
  const range = { tips: [tip], not: [sha], firstParents: true, onTop: true, oldestFirst: true };
  const [first = sha] = await listCommits(place, range);
  return first;
}

async function mergeCommit(place: EmbeddedPlace, file: PullFile, tip: string, sha: string): Promise<string> {
  const merged = await mergeTree(place, tip, sha);
  if ('unknown' in merged) throw new RealmError('git-failed', `git merge-tree: ${merged.why}`);
  if ('conflicts' in merged) {
    const paths = merged.conflicts.join(', ');
    throw new RealmError(
      'merge-conflict',
      `${place.repo}#${file.number} conflicts with '${file.base}': ${paths}`,
      {
        exitCode: 1,
        hint: `in its worktree: git merge ${place.remote}/${file.base}, resolve it, commit, git realm push`,
      },
    );
  }
  const message = `Merge pull request #${file.number} of ${oneLine(file.head)}\n\n${oneLine(file.title)}\n`;
  return writeCommit(place, merged.tree, [tip, sha], message);
}
