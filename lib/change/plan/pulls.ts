import type { JsonObject } from '../../json.ts';
import { title as titleOf } from '../../markdown.ts';
import type { TrackedChange } from '../../realm/change-sets.ts';
import type { OpHeads } from '../../realm/ops/types.ts';
import { blockOf } from '../describe.ts';
import type { MergePlan } from '../order.ts';
import type { Plan, Step } from '../types.ts';

/** A repo of the change set, and what its forge has of the branch. */
export interface PullPlace {
  repo: string;
  base: string;
  /** The newest pull request of the branch; `null`: there was never one. */
  known: { number: number; url: string | null; title: string; state: 'open' | 'closed' | 'merged' } | null;
  /** Its numbers are another forge's, and known as soon as the pull request is open; the embedded one gives them later. */
  elsewhere: boolean;
  /** Nothing is left to merge: somebody merged it. */
  landed: boolean;
  /** The repos that its text may name, itself among them. */
  visible: readonly string[];
}

export interface PullsAsked {
  title?: string | undefined;
  body?: string | undefined;
  draft: boolean;
  /** Drafts that are open stop being drafts. */
  ready?: boolean;
  reviewers: readonly string[];
  labels: readonly string[];
}

/** Open or update them all, then write into each how they belong together, then track them. `places` is in merge order. */
export function planPulls(
  { file }: TrackedChange,
  places: readonly PullPlace[],
  merges: MergePlan,
  asked: PullsAsked,
  heads: OpHeads,
): Plan {
  const branch = file.name;
  const first = file.coordination?.commits?.at(-1)?.message?.split('\n', 1)[0];
  // A message that stands in the realm may be anybody's.
  const title = asked.title ?? titleOf(first ?? branch);
  const toOpen = places.filter(({ known, landed }) => known?.state !== 'merged' && !landed);
  const opening = toOpen.map((place) => openStep(branch, place, title, asked));
  const after = opening.map((step) => step.id);
  const rfc = file.source_rfc ?? null;
  const describing = toOpen.map(({ repo, visible }): Step => {
    const siblings = places
      .filter((other) => visible.includes(other.repo))
      .map((other) => ({ repo: other.repo, state: other.known?.state ?? 'open' }));
    const block = blockOf({ branch, rfc, own: repo, siblings, plan: merges });
    const words = `describe the change set in ${repo}`;
    return {
      id: `pull-block:${repo}`,
      repo,
      effect: { kind: 'pull-block', head: branch, block },
      after,
      words,
    };
  });
  const steps = [...opening, ...describing];
  const prs = places.map((place) => ({
    repo: place.repo,
    ...(place.elsewhere && toOpen.includes(place) ? numberFrom(place.repo) : numberOf(place)),
    blocked_by: merges.blockedBy.get(place.repo) ?? [],
  }));
  const undo = file.prs === undefined ? { verb: 'change-drop', ...heads.undo, branch, what: 'prs' } : null;
  const tracked: Step = {
    id: 'realm:pulls',
    repo: null,
    effect: { kind: 'realm', op: { verb: 'change-pulls', ...heads.op, branch, prs }, undo },
    after: steps.map((step) => step.id),
    words: `realm: track the pull requests of ${branch}`,
  };
  const args: JsonObject = { title: asked.title ?? null, body: asked.body ?? null, draft: asked.draft };
  return { verb: 'pr', branch, args, steps: [...steps, tracked] };
}

function openStep(branch: string, { repo, base, known }: PullPlace, title: string, asked: PullsAsked): Step {
  const open = known?.state === 'open' ? known : null;
  return {
    id: `pull:${repo}`,
    repo,
    effect: {
      kind: 'pull',
      before: open === null ? null : { number: open.number, title: open.title },
      head: branch,
      base,
      // Without --title a title that is there stays: a person may have changed it.
      title: asked.title === undefined && open !== null ? open.title : title,
      body: asked.body ?? null,
      draft: asked.draft,
      ...(asked.ready ? { ready: true } : {}),
      reviewers: [...asked.reviewers],
      labels: [...asked.labels],
    },
    after: [],
    words: open === null ? `open a pull request in ${repo}` : `update ${repo}#${open.number}`,
  };
}

/** What the step that opens it finds out. */
const numberFrom = (repo: string) => ({
  number: { $from: `pull:${repo}`, $key: 'number' },
  url: { $from: `pull:${repo}`, $key: 'url' },
});

/** One that was closed is not the one that is open now. The embedded forge's numbers are given when the realm is written. */
const numberOf = ({ known }: PullPlace) =>
  known === null || known.state === 'closed'
    ? { number: null, url: null }
    : { number: known.number, url: known.url };
