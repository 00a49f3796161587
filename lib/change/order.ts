import { type Described, uncovered } from '../compat/coverage.ts';
import type { Verdict } from '../compat/types.ts';

/** One consumer of one contract, before and after the change, as far as it could be read. */
export interface Relation {
  provider: string;
  consumer: string;
  /** `<domain>/<contract>` */
  contract: string;
  /** What the contract says on the base and on the branch; `null`: not readable. */
  need: { old: Described; now: Described } | null;
  /** What the consumer's binding grants; `null`: nothing verifies it. */
  grant: { old: Described; now: Described } | null;
  /** What changing the contract means, where it is known. */
  verdict: Verdict['verdict'] | null;
  /** The change also adds something. */
  adds: boolean;
  /** Declared in the schema (`x-realm.polarity`); an interface document is a grant. */
  polarity: 'grant' | 'need' | 'emit' | null;
}

export type Answer = 'yes' | 'no' | 'unknown';

/** Who of the two must land first, why, and whether each state between is compatible. */
export interface Edge {
  provider: string;
  consumer: string;
  contract: string;
  first: 'provider' | 'consumer' | 'either' | 'neither' | 'unproved';
  why: string;
  /** Are the two compatible with the provider's, and the consumer's, change landed or not? */
  compatible(provider: boolean, consumer: boolean): Answer;
}

export interface MergePlan {
  order: string[];
  /** Repo to the repos that must be merged before it. */
  blockedBy: Map<string, string[]>;
  edges: Edge[];
  /** Why no order is safe after every step; empty where this one is. */
  problems: string[];
  /** How the change could be split so that one is, in words. */
  split: string[];
}

/**
 * The order in which the pull requests of a change merge, derived (DESIGN §9): after every step each pair of provider and
 * consumer is compatible. Where nothing is proved the exporters come first. Pure.
 */
export function mergePlan(repos: readonly string[], relations: readonly Relation[]): MergePlan {
  const edges = relations
    .filter((one) => repos.includes(one.provider) && repos.includes(one.consumer))
    .map(edgeOf);
  const hard = edges.flatMap(hardEdge);
  const soft = edges.flatMap(({ provider, consumer, first }) =>
    first === 'either' || first === 'unproved' ? [{ before: provider, after: consumer }] : [],
  );
  const order = sorted(repos, hard, soft);
  const problems = edges
    .filter((edge) => edge.first === 'neither')
    .map((edge) => `${edge.contract}: ${edge.why}`);
  const cycle = hard.filter(({ before, after }) => order.indexOf(before) > order.indexOf(after));
  if (cycle.length > 0) {
    const words = hard.map(({ before, after }) => `${before} before ${after}`);
    problems.push(`no order does: ${[...new Set(words)].join(', ')}`);
  }
  if (problems.length === 0) {
    for (const state of simulate(order, edges)) if (state.answer === 'no') problems.push(state.why);
  }
  const held = [...hard, ...soft].filter(({ before, after }) => order.indexOf(before) < order.indexOf(after));
  const blockedBy = new Map(
    order.map((repo) => [
      repo,
      [...new Set(held.filter(({ after }) => after === repo).map(({ before }) => before))],
    ]),
  );
  const split = edges.filter((edge) => edge.first === 'neither').flatMap(splitWords);
  return { order, blockedBy, edges, problems, split };
}

/** What is known of a pair: by coverage where the import is verified, else by what the contract is for. */
function edgeOf(relation: Relation): Edge {
  const { provider, consumer, contract } = relation;
  const table = tableOf(relation);
  const compatible = (p: boolean, c: boolean): Answer => table[(p ? 2 : 0) + (c ? 1 : 0)] ?? 'unknown';
  const base = { provider, consumer, contract, compatible };
  if (compatible(false, false) === 'no') {
    // Broken before the change: whatever mends it first does no harm.
    if (compatible(true, true) === 'no')
      return { ...base, first: 'neither', why: `${consumer} does not cover it before or after the change` };
    return { ...base, first: 'either', why: `${consumer} does not cover it before the change either` };
  }
  if (compatible(true, true) === 'no')
    return {
      ...base,
      first: 'neither',
      why: `${consumer} does not cover what ${provider} needs after the change`,
    };
  const providerFirst = compatible(true, false);
  const consumerFirst = compatible(false, true);
  if (providerFirst === 'unknown' || consumerFirst === 'unknown') {
    return { ...base, first: 'unproved', why: 'nothing proves an order: the exporter comes first' };
  }
  if (providerFirst === 'yes' && consumerFirst === 'yes')
    return { ...base, first: 'either', why: 'compatible in either order' };
  if (consumerFirst === 'yes') return { ...base, first: 'consumer', why: reason(relation, 'consumer') };
  if (providerFirst === 'yes') return { ...base, first: 'provider', why: reason(relation, 'provider') };
  return { ...base, first: 'neither', why: 'it adds and takes away at once: neither may land first' };
}

function reason({ provider, consumer, grant, polarity }: Relation, first: 'provider' | 'consumer'): string {
  const needs = grant !== null || polarity === 'need' || polarity === 'emit';
  if (first === 'consumer')
    return needs
      ? `${provider} needs more than ${consumer} has on its main branch`
      : `${provider} takes away what ${consumer} still uses on its main branch`;
  return needs
    ? `${consumer} takes away what ${provider} still needs on its main branch`
    : `${consumer} uses what ${provider} adds`;
}

/** Compatible with [neither, consumer, provider, both] landed. */
function tableOf(relation: Relation): [Answer, Answer, Answer, Answer] {
  const { need, grant } = relation;
  if (need !== null && grant !== null && relation.polarity === null) {
    const covered = (a: Described, b: Described): Answer => {
      const { verdict } = uncovered(a, b);
      return verdict === 'covered' ? 'yes' : verdict === 'uncovered' ? 'no' : 'unknown';
    };
    return [
      covered(need.old, grant.old),
      covered(need.old, grant.now),
      covered(need.now, grant.old),
      covered(need.now, grant.now),
    ];
  }
  return byPolarity(relation);
}

/**
 * Without coverage the two sides are taken to fit before and after, and the kind of change decides: more of what a provider
 * grants comes before its use, less of it after; more of what it needs or emits comes after the consumers are ready.
 */
function byPolarity({ polarity, verdict, adds }: Relation): [Answer, Answer, Answer, Answer] {
  if (verdict === 'equal') return ['yes', 'yes', 'yes', 'yes'];
  if (polarity === null || verdict === null || verdict === 'unknown')
    return ['yes', 'unknown', 'unknown', 'yes'];
  const more = verdict === 'compatible' || adds;
  const less = verdict === 'breaking';
  const grants = polarity === 'grant';
  // Provider first is wrong where it takes away a grant, or where it needs more than there is.
  const providerFirst: Answer = (grants ? less : more) ? 'no' : 'yes';
  const consumerFirst: Answer = (grants ? more : less) ? 'no' : 'yes';
  return ['yes', consumerFirst, providerFirst, 'yes'];
}

interface Before {
  before: string;
  after: string;
}

function hardEdge({ provider, consumer, first }: Edge): Before[] {
  if (first === 'provider') return [{ before: provider, after: consumer }];
  return first === 'consumer' ? [{ before: consumer, after: provider }] : [];
}

/** Hard constraints first, then the soft ones, then the order as given: the same input gives the same order. */
function sorted(repos: readonly string[], hard: readonly Before[], soft: readonly Before[]): string[] {
  const order: string[] = [];
  const left = new Set(repos);
  const free = (repo: string, edges: readonly Before[]) =>
    !edges.some(({ before, after }) => after === repo && before !== repo && left.has(before));
  while (left.size > 0) {
    const all = [...left];
    const ready = all.filter((repo) => free(repo, hard));
    const next = ready.find((repo) => free(repo, soft)) ?? ready[0] ?? all[0];
    if (next === undefined) break;
    left.delete(next);
    order.push(next);
  }
  return order;
}

export interface State {
  /** What is merged at this point. */
  merged: string[];
  answer: Answer;
  why: string;
}

/** Every state that the main branches go through, from none merged to all: each is compatible, or says why not. */
export const simulate = (order: readonly string[], edges: readonly Edge[]): State[] =>
  [...order.keys(), order.length].map((count) => stateOf(order.slice(0, count), edges));

/** Is it safe to stop with these merged? A pair that was incompatible before the change does not count against it. */
export function stateOf(merged: readonly string[], edges: readonly Edge[]): State {
  const state: State = { merged: [...merged], answer: 'yes', why: '' };
  for (const edge of edges) {
    const now = edge.compatible(merged.includes(edge.provider), merged.includes(edge.consumer));
    if (now === 'yes' || edge.compatible(false, false) === 'no') continue;
    const where = `with ${merged.join(', ') || 'nothing'} merged`;
    if (now === 'no')
      return { ...state, answer: 'no', why: `${edge.contract}: ${edge.consumer} breaks ${where}` };
    if (state.answer === 'yes')
      Object.assign(state, {
        answer: 'unknown',
        why: `${edge.contract}: nothing proves ${edge.consumer} ${where}`,
      });
  }
  return state;
}

/** Expand and contract: three changes, each of which is safe. */
function splitWords(edge: Edge): string[] {
  return [
    `${edge.contract}: split it into three changes, each safe by itself:`,
    `  1. expand: ${edge.consumer} accepts what is new beside what is old`,
    `  2. ${edge.provider} changes over`,
    `  3. contract: ${edge.consumer} gives up what is old`,
  ];
}
