import { RealmError } from '../../errors.ts';
import type { Identity } from '../../git/fast-import.ts';
import { remoteBranch } from '../../git/remote.ts';
import type { GitPlace } from '../../git/run.ts';
import type { JsonObject } from '../../json.ts';
import { pullsOf } from '../../realm/change-sets.ts';
import type { RealmModel } from '../../realm/model.ts';
import { thePull } from '../../realm/ops/forge.ts';
import type { Op } from '../../realm/ops/types.ts';
import type { PullFile } from '../../realm/types.ts';
import type { Forge, Mergeable, Pull } from '../types.ts';
import { merge } from './merge.ts';

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
    update: (number, { labels = [], reviewers = [], draft, ...text }) => {
      const { labels: old = [], reviewers: asked = [] } = thePull(place.model(), repo, number);
      return set(number, {
        ...text,
        ...(labels.length === 0 ? {} : { labels: [...new Set([...old, ...labels])] }),
        ...(reviewers.length === 0 ? {} : { reviewers: [...new Set([...asked, ...reviewers])] }),
        ...(draft === undefined ? {} : { draft }),
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
    // Only git realm merges these, and it keeps the order itself.
    setStatus: async () => false,
    requires: async () => true,
    // Its pull requests have no page that anybody reads.
    stick: async () => 'absent',
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

const notPushed = (repo: string, head: string): RealmError =>
  new RealmError('not-pushed', `'${head}' of ${repo} is not on its remote`, { hint: 'git realm push' });
