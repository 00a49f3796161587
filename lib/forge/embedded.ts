import { setTimeout as sleep } from 'node:timers/promises';
import { RealmError } from '../errors.ts';
import { isAncestor } from '../git/ancestry.ts';
import type { Identity } from '../git/fast-import.ts';
import { fetchRefs, mustFetch } from '../git/fetch.ts';
import { lockFileIn, remoteLocked } from '../git/lock-file.ts';
import { mergeTree } from '../git/merge.ts';
import { push } from '../git/push.ts';
import { writeCommit } from '../git/raw-objects.ts';
import { resolveRevision } from '../git/refs.ts';
import { remoteBranch } from '../git/remote.ts';
import { listCommits } from '../git/rev-list.ts';
import { type GitPlace, lastWords } from '../git/run.ts';
import type { JsonObject } from '../json.ts';
import { pullsOf } from '../realm/change-sets.ts';
import type { RealmModel } from '../realm/model.ts';
import { thePull } from '../realm/ops/forge.ts';
import type { Op } from '../realm/ops/types.ts';
import type { PullFile } from '../realm/types.ts';
import { oneLine } from '../visible.ts';
import type { Forge, Mergeable, Merged, Pull } from './types.ts';

/** What the embedded forge works with: the realm for its records, a checkout and its remote for merging. */
export interface EmbeddedPlace extends GitPlace {
  repo: string;
  remote: string;
  /** What the remote was just seen to have: ref to oid. */
  seen?: ReadonlyMap<string, string> | undefined;
  who(): Identity;
  model(): RealmModel;
  apply(op: Omit<Op, 'id' | 'at' | 'by'> & JsonObject): Promise<JsonObject>;
  now(): string;
}

/** Issues and pull requests as records in the realm; merging pushes (docs/design/forges.md). For remotes without a forge. */
export function embeddedForge(place: EmbeddedPlace): Forge {
  const { repo } = place;
  const all = () => pullsOf(place.model(), repo);
  const get = async (number: number) => describe(place, thePull(place.model(), repo, number));
  const set = async (number: number, values: JsonObject): Promise<Pull> => {
    const { head, base } = thePull(place.model(), repo, number);
    await place.apply({ verb: 'forge-pull', repo, head, base, number, set: values });
    return get(number);
  };
  return {
    kind: 'embedded',
    pace: 1000,
    get,
    text: get,
    find: async (head, base) => {
      const found = all().filter((pull) => pull.head === head && pull.base === base);
      const best =
        found.findLast((pull) => pull.state === 'open') ??
        found.findLast((pull) => pull.state === 'merged') ??
        found.at(-1);
      return best === undefined ? null : describe(place, best);
    },
    open: async ({ head, base, title, body, draft, reviewers, labels }) => {
      const values: JsonObject = { title, body, draft };
      const sha = place.seen?.get(`refs/heads/${head}`) ?? (await remoteBranch(place, place.remote, head));
      if (sha === null) throw notPushed(repo, head);
      values.head_sha = sha;
      if (reviewers.length > 0) values.reviewers = [...reviewers];
      if (labels.length > 0) values.labels = [...labels];
      const facts = await place.apply({ verb: 'forge-pull', repo, head, base, number: null, set: values });
      const made = all().findLast(
        (pull) => pull.head === head && pull.base === base && pull.state === 'open',
      );
      return get(made?.number ?? Number(facts.number));
    },
    update: (number, { labels = [], reviewers = [], ready, ...text }) => {
      const { labels: old = [], reviewers: asked = [] } = thePull(place.model(), repo, number);
      return set(number, {
        ...text,
        ...(labels.length === 0 ? {} : { labels: [...new Set([...old, ...labels])] }),
        ...(reviewers.length === 0 ? {} : { reviewers: [...new Set([...asked, ...reviewers])] }),
        ...(ready === true ? { draft: false } : {}),
      });
    },
    merge: (number, sha) => merge(place, thePull(place.model(), repo, number), sha, set),
    close: async (number, comment) => {
      const { comments = [], state } = thePull(place.model(), repo, number);
      if (state !== 'open') return get(number);
      const said = comment === undefined ? [] : [{ author: place.who().email, body: comment }];
      return set(number, {
        state: 'closed',
        closed_at: place.now(),
        ...(said.length === 0 ? {} : { comments: [...comments, ...said] as unknown as JsonObject[] }),
      });
    },
    ...embeddedIssues(place),
  };
}

/** The notices among a repo's issue records. */
function embeddedIssues(place: EmbeddedPlace): Pick<Forge, 'notices' | 'notify' | 'settle'> {
  const { repo } = place;
  const apply = async (values: JsonObject): Promise<number | null> => {
    const { number } = await place.apply({ verb: 'forge-issue', repo, ...values });
    return typeof number === 'number' ? number : null;
  };
  return {
    notices: async (prefix) =>
      place
        .model()
        .under(`forge/${repo}/issues/`)
        .flatMap((path) => place.model().file('issue', path) ?? [])
        .flatMap(({ number, state, body }) => {
          const marker = state === 'open' ? markerIn(body ?? '', prefix) : null;
          return marker === null ? [] : [{ number, marker }];
        }),
    notify: ({ marker, title, body, labels }) =>
      apply({ marker, title, body, labels: [...labels], state: 'open' }),
    settle: (marker, comment) => apply({ marker, title: '', body: '', labels: [], state: 'closed', comment }),
  };
}

const lines = (body: string): string[] => body.split(/\r?\n/).map((line) => line.trimEnd());

/** The whole marker that begins with a prefix: a line of its own, for text that is quoted in a body is on none. */
export function markerIn(body: string, prefix: string): string | null {
  return lines(body).find((line) => line.startsWith(prefix) && line.endsWith('-->')) ?? null;
}

function describe(place: EmbeddedPlace, file: PullFile): Pull {
  return {
    number: file.number,
    url: null,
    title: file.title,
    body: file.body ?? '',
    state: file.state,
    draft: file.draft ?? false,
    head: file.head,
    base: file.base,
    sha: file.head_sha ?? null,
    mergeSha: file.merge_sha ?? null,
    reviews: file.reviews ?? [],
    checks: file.checks ?? [],
    mergeable: mergeable(file, place.repo),
  };
}

function mergeable(file: PullFile, repo: string): Mergeable {
  if (file.state !== 'open') return { answer: 'no', why: file.state };
  if (file.draft === true) return { answer: 'wait', why: 'it is a draft', on: 'people' };
  const latest = new Map((file.reviews ?? []).map((review) => [review.author, review.state]));
  const against = [...latest].find(([, state]) => state === 'changes_requested');
  if (against !== undefined) return { answer: 'wait', why: `${against[0]} requested changes`, on: 'people' };
  const checks = (file.checks ?? []).filter(
    (check) => check.sha === undefined || check.sha === file.head_sha,
  );
  const failed = checks.find((check) => check.state === 'failure');
  if (failed !== undefined) return { answer: 'no', why: `check '${failed.name}' failed in ${repo}` };
  const pending = checks.find((check) => check.state === 'pending');
  return pending === undefined
    ? { answer: 'yes', why: null }
    : { answer: 'wait', why: `check '${pending.name}' is pending`, on: 'checks' };
}

const ATTEMPTS = 5;

/** A merge commit on the base as the remote has it now, pushed; again when the base moved meanwhile. */
async function merge(
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

const notPushed = (repo: string, head: string): RealmError =>
  new RealmError('not-pushed', `'${head}' of ${repo} is not on its remote`, { hint: 'git realm push' });

const headMoved = (repo: string, number: number): RealmError =>
  new RealmError('head-moved', `${repo}#${number} has changed since it was checked`, {
    exitCode: 1,
    hint: 'git realm pr, review the changes, then git realm pr merge',
  });
