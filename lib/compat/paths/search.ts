import { ANY, type CharSet, contains, intersect, LAST_CODE_POINT, representatives } from './charset.ts';
import type { Edge, Nfa } from './nfa.ts';

/** How much one question may cost before its answer is `unknown`. */
export interface Bounds {
  /** Nodes of the search. */
  nodes?: number;
  /** Elementary steps, some 10 to 100 ns each. */
  work?: number;
}

/** What is left of the bounds; one budget may serve many questions, so that their sum is bounded too. */
export class Budget {
  nodes: number;
  work: number;

  constructor({ nodes = 50_000, work = 8_000_000 }: Bounds = {}) {
    this.nodes = nodes;
    this.work = work;
  }

  get spent(): boolean {
    return this.nodes <= 0 || this.work <= 0;
  }
}

export type Found = { word: number[] } | { none: true } | { bound: true };

/**
 * A shortest word that every automaton of `allOf` accepts and none of `noneOf` does. Breadth first over tuples of one state
 * per automaton of `allOf` and the *set* of states that `noneOf` can be in (the subset construction, made only as far as it
 * is walked); a tuple is skipped where the same one was met with a subset of its set, which is harder to escape.
 */
export function findWord(allOf: readonly Nfa[], noneOf: readonly Nfa[], budget: Budget): Found {
  const against = new Subset(noneOf, budget);
  const seen = new Map<string, (readonly number[])[]>();
  let level: Node[] = [];
  if (budget.spent) return { bound: true };

  const visit = (at: readonly number[], set: readonly number[], from?: Node, code = 0): Node | undefined => {
    if (against.universal(set)) return undefined;
    const key = at.join();
    const met = seen.get(key);
    budget.nodes--;
    if (!met) seen.set(key, [set]);
    else {
      for (const other of met) if (isSubset(other, set, budget)) return undefined;
      met.push(set);
    }
    return { at, set, from, code };
  };
  const wanted = (node: Node): boolean =>
    allOf.every((nfa, i) => nfa.accepting[node.at[i] ?? -1] === true) && !against.accepts(node.set);

  for (const at of product(allOf.map((nfa) => nfa.starts))) {
    const node = visit(at, against.start());
    if (node && wanted(node)) return { word: [] };
    if (node) level.push(node);
  }
  while (level.length > 0) {
    const next: Node[] = [];
    for (const node of level) {
      const outgoing = against.outgoing(node.set);
      const steps = new Map<number, readonly number[]>();
      for (const edges of product(allOf.map((nfa, i) => nfa.edges[node.at[i] ?? -1] ?? []))) {
        const base = common(edges);
        if (base.length === 0) continue;
        budget.work -= outgoing.length + 1;
        for (const code of representatives(base, outgoing)) {
          let set = steps.get(code);
          if (!set) {
            set = against.step(node.set, code);
            steps.set(code, set);
          }
          for (const at of product(edges.map((edge) => edge.to))) {
            if (budget.spent) return { bound: true };
            const reached = visit(at, set, node, code);
            if (!reached) continue;
            if (wanted(reached)) return { word: wordOf(reached) };
            next.push(reached);
          }
        }
      }
    }
    level = next;
  }
  return budget.spent ? { bound: true } : { none: true };
}

interface Node {
  at: readonly number[];
  set: readonly number[];
  from: Node | undefined;
  code: number;
}

/** Several automata run side by side as one that accepts what any of them does; states are numbered through. */
class Subset {
  private readonly edges: (readonly Edge[])[] = [];
  private readonly offset: number[] = [];
  private readonly final: boolean[] = [];
  private readonly all: boolean[] = [];
  private readonly starts: number[] = [];
  private readonly stamp: Uint32Array;
  private round = 0;

  constructor(
    automata: readonly Nfa[],
    private readonly budget: Budget,
  ) {
    for (const nfa of automata) {
      const offset = this.edges.length;
      budget.work -= nfa.edges.length;
      for (const state of nfa.starts) this.starts.push(offset + state);
      nfa.edges.forEach((edges, state) => {
        this.edges.push(edges);
        this.offset.push(offset);
        this.final.push(nfa.accepting[state] === true);
        this.all.push(nfa.universal[state] === true);
      });
    }
    this.stamp = new Uint32Array(this.edges.length);
  }

  start(): readonly number[] {
    return this.starts;
  }

  accepts(set: readonly number[]): boolean {
    return set.some((state) => this.final[state]);
  }

  universal(set: readonly number[]): boolean {
    return set.some((state) => this.all[state]);
  }

  outgoing(set: readonly number[]): CharSet[] {
    const sets = new Set<CharSet>();
    for (const state of set) for (const edge of this.edges[state] ?? []) sets.add(edge.set);
    this.budget.work -= set.length;
    return [...sets];
  }

  step(set: readonly number[], code: number): readonly number[] {
    const round = ++this.round;
    const out: number[] = [];
    for (const state of set) {
      const offset = this.offset[state] ?? 0;
      for (const edge of this.edges[state] ?? []) {
        if (!contains(edge.set, code)) continue;
        for (const to of edge.to) {
          if (this.stamp[offset + to] === round) continue;
          this.stamp[offset + to] = round;
          out.push(offset + to);
        }
      }
    }
    this.budget.work -= set.length + out.length + 1;
    return out.sort((a, b) => a - b);
  }
}

/** The characters that all edges allow; a variable only where one of them names it. */
function common(edges: readonly Edge[]): CharSet {
  let set: CharSet | undefined;
  for (const edge of edges) set = set ? intersect(set, edge.set) : edge.set;
  if (!set || (set.length === 2 && set[0] === set[1])) return set ?? [];
  return (set.at(-1) ?? 0) > LAST_CODE_POINT ? intersect(set, ANY) : set;
}

function isSubset(small: readonly number[], big: readonly number[], budget: Budget): boolean {
  if (small.length > big.length) return false;
  let j = 0;
  for (const state of small) {
    while (j < big.length && (big[j] ?? 0) < state) j++;
    if (big[j] !== state) {
      budget.work -= j + 1;
      return false;
    }
  }
  budget.work -= big.length + 1;
  return true;
}

function product<T>(lists: readonly (readonly T[])[]): (readonly T[])[] {
  let out: (readonly T[])[] = [[]];
  for (const list of lists) out = out.flatMap((head) => list.map((item) => [...head, item]));
  return out;
}

function wordOf(node: Node): number[] {
  const word: number[] = [];
  for (let here: Node | undefined = node; here?.from; here = here.from) word.push(here.code);
  return word.reverse();
}
