import type { At, Relation } from './relation.ts';
import { type Answer, hereAnswer, type Judged, transition, worst, YES } from './transition.ts';

/** How the two sides of one import depend on the order in which they merge. */
export interface Edge {
  provider: string;
  consumer: string;
  contract: string;
  direction: Relation['direction'];
  /** `alone`: only one of the two has something to merge. */
  first: 'provider' | 'consumer' | 'either' | 'neither' | 'unproved' | 'alone';
  /** Why; `null` where a merge alone makes nothing worse. */
  why: string | null;
  /** What merging takes this import from one state to the next: `no` where that makes something worse. */
  step(from: At, to: At): Judged;
  /** Do the main branches fit as they are now? */
  here: Judged;
}

/** A step that nothing proves to be safe. */
export interface Unproved {
  repo: string;
  contract: string;
  why: string;
}

export interface MergePlan {
  order: string[];
  /** Repo to the repos that must be merged before it. */
  blockedBy: Map<string, string[]>;
  edges: Edge[];
  /** Why no order is safe after every step; empty where this one is, or nothing says that it is not. */
  problems: string[];
  /** Steps of this order that nothing proves: not merged unless the user says so. */
  unproved: Unproved[];
  /** How the change could be split so that one is, in words. */
  split: string[];
}

/** Who must be merged before whom. */
export interface Before {
  before: string;
  after: string;
}

/**
 * The order in which the open pull requests merge, derived: no step may make any import worse than the step before it left
 * it. `recorded` is binding too: what the pull requests already say of each other. Pure.
 */
export function mergePlan(
  repos: readonly string[],
  relations: readonly Relation[],
  recorded: readonly Before[] = [],
): MergePlan {
  const edges = relations.map((relation) => edgeOf(relation, repos));
  const written = recorded.filter(({ before, after }) => repos.includes(before) && repos.includes(after));
  const hard = [...written, ...edges.flatMap(hardEdge)];
  const soft = edges.flatMap((edge) => softEdge(edge, relations[edges.indexOf(edge)] as Relation));
  const order = sorted(repos, hard, soft);
  const problems = edges
    .filter((edge) => edge.first === 'neither')
    .map((edge) => `${edge.contract}: ${edge.why}`);
  const cycle = hard.filter(({ before, after }) => order.indexOf(before) > order.indexOf(after));
  if (cycle.length > 0) {
    const words = hard.map(({ before, after }) => `${before} before ${after}`);
    problems.push(`no order satisfies all of: ${[...new Set(words)].join(', ')}`);
  }
  const steps = edges.flatMap((edge) => stepsOf(edge, order));
  if (problems.length === 0)
    for (const { edge, judged } of steps)
      if (judged.answer === 'no') problems.push(`${edge.contract}: ${judged.why}`);
  const unproved = steps.flatMap(({ repo, edge, judged }) =>
    judged.answer === 'unknown' ? [{ repo, contract: edge.contract, why: judged.why }] : [],
  );
  const held = [...hard, ...soft].filter(({ before, after }) => order.indexOf(before) < order.indexOf(after));
  const blockedBy = new Map(
    order.map((repo) => [
      repo,
      [...new Set(held.filter(({ after }) => after === repo).map(({ before }) => before))],
    ]),
  );
  const split = edges.filter((edge) => edge.first === 'neither').flatMap(splitWords);
  return { order, blockedBy, edges, problems: [...new Set(problems)], unproved, split };
}

const NONE: At = { provider: false, consumer: false };
const PROVIDER: At = { provider: true, consumer: false };
const CONSUMER: At = { provider: false, consumer: true };
const BOTH: At = { provider: true, consumer: true };

function edgeOf(relation: Relation, repos: readonly string[]): Edge {
  const { provider, consumer, contract } = relation;
  const step = (from: At, to: At): Judged => transition(relation, from, to);
  const edge = {
    provider,
    consumer,
    contract,
    direction: relation.direction,
    step,
    here: hereAnswer(relation),
  };
  const moves = [provider, consumer].filter((repo) => repos.includes(repo));
  if (moves.length < 2) {
    const alone = step(NONE, moves[0] === provider ? PROVIDER : moves[0] === consumer ? CONSUMER : NONE);
    return { ...edge, first: 'alone', why: alone.why };
  }
  const providerFirst = worst(step(NONE, PROVIDER), step(PROVIDER, BOTH));
  const consumerFirst = worst(step(NONE, CONSUMER), step(CONSUMER, BOTH));
  const answers = `${consumerFirst.answer} ${providerFirst.answer}` as `${Answer} ${Answer}`;
  switch (answers) {
    case 'yes yes':
      return { ...edge, first: 'either', why: 'proved in either order' };
    case 'yes no':
    case 'yes unknown':
    case 'unknown no':
      return { ...edge, first: 'consumer', why: firstWords(consumer, providerFirst) };
    case 'no yes':
    case 'unknown yes':
    case 'no unknown':
      return { ...edge, first: 'provider', why: firstWords(provider, consumerFirst) };
    case 'unknown unknown':
      // What is proved by itself goes before what is not.
      if (step(NONE, CONSUMER).answer === 'yes')
        return { ...edge, first: 'consumer', why: `not proved: ${consumerFirst.why}` };
      return relation.declared
        ? { ...edge, first: goesFirst(relation), why: `declared; not proved: ${providerFirst.why}` }
        : { ...edge, first: 'unproved', why: `no order is proved safe: ${providerFirst.why}` };
    case 'no no':
      return { ...edge, first: 'neither', why: neitherWords(providerFirst, consumerFirst) };
  }
}

/** Why a repository merges first, given what the other order leads to. */
const firstWords = (repo: string, other: Judged): string | null =>
  other.answer === 'no' ? `${repo} must merge first: ${other.why}` : other.why;

const neitherWords = (provider: Judged, consumer: Judged): string | null =>
  provider.why === consumer.why ? provider.why : `neither may merge first: ${provider.why}; ${consumer.why}`;

/** What is more of a need lands at the consumer first, more of an offer at the provider; what is less, the other way round. */
function goesFirst({ direction, change }: Relation): 'provider' | 'consumer' {
  const onlyLess = change?.removes === true && !change.adds;
  if (direction === 'needs') return onlyLess || change === null ? 'provider' : 'consumer';
  return onlyLess ? 'consumer' : 'provider';
}

function hardEdge({ provider, consumer, first }: Edge): Before[] {
  if (first === 'provider') return [{ before: provider, after: consumer }];
  return first === 'consumer' ? [{ before: consumer, after: provider }] : [];
}

/** The best guess where any order is as good, or none is proved. */
function softEdge({ provider, consumer, first }: Edge, relation: Relation): Before[] {
  if (first === 'either') return [{ before: provider, after: consumer }];
  if (first !== 'unproved') return [];
  return goesFirst(relation) === 'provider'
    ? [{ before: provider, after: consumer }]
    : [{ before: consumer, after: provider }];
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

/** What each merge of an order does to one import. */
function stepsOf(edge: Edge, order: readonly string[]): { repo: string; edge: Edge; judged: Judged }[] {
  let from = NONE;
  return order.flatMap((repo) => {
    if (repo !== edge.provider && repo !== edge.consumer) return [];
    const to = repo === edge.provider ? { ...from, provider: true } : { ...from, consumer: true };
    const judged = edge.step(from, to);
    from = to;
    return [{ repo, edge, judged }];
  });
}

export type State = Judged & {
  /** What is merged at this point. */
  merged: string[];
};

/** Each state that the main branches go through, from nothing merged to all of it: does getting there make anything worse? */
export function simulate(order: readonly string[], edges: readonly Edge[]): State[] {
  const states: State[] = [{ merged: [], ...YES }];
  for (const [count, repo] of order.entries()) {
    const all = edges.flatMap((edge) => stepsOf(edge, order).filter((step) => step.repo === repo));
    states.push({ merged: order.slice(0, count + 1), ...worst(...all.map(({ judged }) => judged)) });
  }
  return states;
}

/** Is it safe to stop here? Only where every import of the change was read on the main branches, and fits. */
export const pauseOf = (edges: readonly Edge[]): Judged =>
  worst(
    ...edges.map(({ contract, here }) =>
      here.answer === 'yes' ? here : { ...here, why: `${contract}: ${here.why}` },
    ),
  );

/** Expand and contract: three changes, each of which is safe. */
function splitWords({ contract, provider, consumer, direction }: Edge): string[] {
  const [wide, over, verb] =
    direction === 'offers' ? [provider, consumer, 'offers'] : [consumer, provider, 'accepts'];
  return [
    `${contract}: split it into three changes, each safe on its own:`,
    `  1. expand: ${wide} ${verb} the new form next to the old form`,
    `  2. ${over} switches to the new form`,
    `  3. contract: ${wide} drops the old form`,
  ];
}
