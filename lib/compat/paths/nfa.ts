import { ANY, ANYTHING, type CharSet, only, SLASH } from './charset.ts';
import type { Atom } from './pattern.ts';

export interface Edge {
  set: CharSet;
  /** Where it leads, with everything reachable from there for nothing. */
  to: readonly number[];
}

/** A nondeterministic automaton without empty edges; states are `0 … edges.length - 1`. */
export interface Nfa {
  starts: readonly number[];
  edges: readonly (readonly Edge[])[];
  accepting: readonly boolean[];
  /** From here every word is accepted. */
  universal: readonly boolean[];
}

/** The automaton that accepts what any of the alternatives matches. */
export function nfaOf(alternatives: readonly (readonly Atom[])[]): Nfa {
  const draft = new Draft();
  const starts = alternatives.map((atoms) => draft.chain(atoms));
  return draft.finish(starts);
}

class Draft {
  private readonly steps: { set: CharSet; to: number }[][] = [];
  private readonly free: number[][] = [];
  private readonly final: boolean[] = [];

  /** One pattern's states, in a row; returns its first. */
  chain(atoms: readonly Atom[]): number {
    const start = this.state();
    let here = start;
    for (const atom of atoms) {
      const next = this.state();
      if ('dirs' in atom) {
        const inside = this.state();
        this.free[here]?.push(next);
        for (const from of [here, inside]) {
          this.steps[from]?.push({ set: ANY, to: inside }, { set: only(SLASH), to: next });
        }
      } else if (atom.many) {
        this.free[here]?.push(next);
        this.steps[next]?.push({ set: atom.set, to: next });
      } else this.steps[here]?.push({ set: atom.set, to: next });
      here = next;
    }
    this.final[here] = true;
    return start;
  }

  finish(starts: readonly number[]): Nfa {
    // Free edges only lead to later states, so one pass from the end closes them.
    const closed: number[][] = this.free.map(() => []);
    for (let s = this.free.length - 1; s >= 0; s--) {
      closed[s] = [...new Set([s, ...(this.free[s] ?? []).flatMap((to) => closed[to] ?? [])])];
    }
    const edges = this.steps.map((out) => out.map(({ set, to }) => ({ set, to: closed[to] ?? [] })));
    return {
      starts: [...new Set(starts.flatMap((s) => closed[s] ?? []))].sort((a, b) => a - b),
      edges,
      accepting: this.final,
      universal: this.steps.map(
        (out, s) => this.final[s] === true && out.some(({ set, to }) => to === s && set === ANYTHING),
      ),
    };
  }

  private state(): number {
    this.steps.push([]);
    this.free.push([]);
    this.final.push(false);
    return this.steps.length - 1;
  }
}
