import type { CharSet } from 'refa';
import { wordSet } from '../../regexp/sets.ts';
import type { Automaton, State } from './pattern.ts';

/** A deterministic machine over code points that is built as far as it is walked. States are small integers. */
export interface Machine {
  readonly start: number;
  readonly sets: readonly CharSet[];
  step(state: number, codePoint: number): number;
  accepts(state: number): boolean;
  /** No continuation will ever be accepted; may be missed, never wrong. */
  isDead(state: number): boolean;
  /** What it has cost so far, in states of the underlying automaton looked at. */
  readonly work: number;
}

/** Beyond this the tables of one machine are too large to go on, in time and in memory. */
const maxWork = 3_000_000;

type Before = 'start' | 'word' | 'other';

/** Accepts the strings in which the pattern matches somewhere, or with `negated` those in which it does not. */
export class PatternMachine implements Machine {
  work = 0;
  readonly start: number;
  readonly sets: readonly CharSet[];
  readonly #automaton: Automaton;
  readonly #negated: boolean;
  readonly #ids = new Map<string, number>();
  readonly #positions: { active: readonly number[]; before: Before }[] = [];
  readonly #steps = new Map<number, number>();
  readonly #found: number;
  readonly #lost: number;
  readonly #restarts: boolean;

  constructor(automaton: Automaton, negated: boolean) {
    this.#automaton = automaton;
    this.#negated = negated;
    this.sets = automaton.hasWordAssertion ? [...automaton.sets, wordSet()] : automaton.sets;
    this.#found = this.#id([-1], 'other');
    this.#lost = this.#id([], 'other');
    this.#restarts = (['word', 'other'] as const).some((before) =>
      (['word', 'other', 'end'] as const).some((after) =>
        this.#closure([automaton.start], before, after).some((state) => !this.#isInert(state)),
      ),
    );
    this.start = this.#id([automaton.start], 'start');
  }

  step(state: number, codePoint: number): number {
    if (state === this.#found || (state === this.#lost && !this.#restarts)) return state;
    const key = state * 0x110000 + codePoint;
    const known = this.#steps.get(key);
    if (known !== undefined) return known;
    const next = this.#step(state, codePoint);
    this.#steps.set(key, next);
    return next;
  }

  accepts(state: number): boolean {
    return this.#matchesAtEnd(state) !== this.#negated;
  }

  isDead(state: number): boolean {
    return this.#negated ? state === this.#found : state === this.#lost && !this.#restarts;
  }

  #step(state: number, codePoint: number): number {
    const { active, before } = this.#positions[state] ?? { active: [], before: 'other' as const };
    const isWord = this.#automaton.hasWordAssertion && wordSet().has(codePoint);
    const closed = this.#closure(active, before, isWord ? 'word' : 'other');
    const next = new Set<number>();
    for (const at of closed) {
      const here = this.#automaton.states[at] as State;
      if (here.is === 'accept') return this.#found;
      if (here.is === 'char' && here.set.has(codePoint)) next.add(here.next);
    }
    if (this.#restarts) next.add(this.#automaton.start);
    return this.#id(
      [...next].sort((a, b) => a - b),
      isWord ? 'word' : 'other',
    );
  }

  #matchesAtEnd(state: number): boolean {
    if (state === this.#found) return true;
    const position = this.#positions[state];
    return position !== undefined && this.#closure(position.active, position.before, 'end').includes(0);
  }

  #closure(active: readonly number[], before: Before, after: 'word' | 'other' | 'end'): number[] {
    const seen = new Set<number>(active);
    const open = [...active];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const state = this.#automaton.states[at];
      if (state?.is === 'split') for (const next of state.next) visit(next);
      else if (state?.is === 'assert' && holds(state.at, before, after)) visit(state.next);
    }
    function visit(next: number): void {
      if (seen.has(next)) return;
      seen.add(next);
      open.push(next);
    }
    this.work += seen.size;
    return [...seen];
  }

  #isInert(at: number): boolean {
    const state = this.#automaton.states[at];
    return state?.is === 'split' || state?.is === 'assert';
  }

  #id(active: readonly number[], before: Before): number {
    const key = `${before}${active.join(',')}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#positions.push({ active, before }) - 1;
    this.#ids.set(key, id);
    return id;
  }
}

function holds(at: 'start' | 'end' | 'boundary' | 'inside', before: Before, after: 'word' | 'other' | 'end') {
  if (at === 'start') return before === 'start';
  if (at === 'end') return after === 'end';
  return ((before === 'word') !== (after === 'word')) === (at === 'boundary');
}

/** Accepts every string but the given ones. */
export class OtherThan implements Machine {
  readonly work = 0;
  readonly start = 0;
  readonly sets: readonly CharSet[];
  readonly #nodes: { ends: boolean; next: Map<number, number> }[] = [{ ends: false, next: new Map() }];

  constructor(words: Iterable<string>, fromCharacter: (codePoint: number) => CharSet) {
    const letters = new Set<number>();
    for (const word of words) {
      let at = 0;
      for (const char of word) {
        const codePoint = char.codePointAt(0) ?? 0;
        letters.add(codePoint);
        const node = this.#nodes[at];
        let next = node?.next.get(codePoint);
        if (next === undefined) {
          next = this.#nodes.push({ ends: false, next: new Map() }) - 1;
          node?.next.set(codePoint, next);
        }
        at = next;
      }
      const last = this.#nodes[at];
      if (last) last.ends = true;
    }
    this.sets = [...letters].map(fromCharacter);
  }

  step(state: number, codePoint: number): number {
    return this.#nodes[state]?.next.get(codePoint) ?? -1;
  }

  accepts(state: number): boolean {
    return !this.#nodes[state]?.ends;
  }

  isDead(): boolean {
    return false;
  }
}

/**
 * One code point for each class that no set tells apart, the pleasantest of its class first chosen; `undefined`
 * beyond `limit` boundaries.
 */
function alphabet(sets: readonly CharSet[], limit = 6_000): number[] | undefined {
  const distinct = new Map<string, CharSet>();
  for (const set of sets) distinct.set(set.ranges.map(({ min, max }) => `${min}-${max}`).join(), set);
  const chosen = [...distinct.values()];
  const boundaries = new Set<number>([0, 0x20, 0x7f, 0xd800, 0xe000]);
  for (const set of chosen)
    for (const { min, max } of set.ranges) {
      boundaries.add(min);
      boundaries.add(max + 1);
      if (boundaries.size > limit) return undefined;
    }
  const classes = new Map<string, number>();
  const offer = (codePoint: number): void => {
    const signature = chosen.map((set) => (set.has(codePoint) ? '1' : '0')).join('');
    if (!classes.has(signature)) classes.set(signature, codePoint);
  };
  for (const char of 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_./: \n\t')
    offer(char.charCodeAt(0));
  const sorted = [...boundaries].filter((point) => point <= 0x10ffff).sort((a, b) => a - b);
  const rough = (point: number): boolean => point < 0x20 || (point >= 0xd800 && point < 0xe000);
  for (const point of sorted) if (!rough(point)) offer(point);
  for (const point of sorted) if (rough(point)) offer(point);
  return [...classes.values()];
}

export type Found = { is: 'word'; word: string } | { is: 'none' } | { is: 'beyond' };

interface Trail {
  readonly state: readonly number[];
  readonly from: Trail | undefined;
  readonly codePoint: number;
}

/**
 * A shortest word of `min` to `max` code points that all machines accept. `none` is a proof; `beyond` means that
 * `budget` steps were not enough.
 */
export function findWord(
  machines: readonly Machine[],
  min: number,
  max: number,
  budget: { steps: number },
): Found {
  if (min > max) return { is: 'none' };
  const letters = alphabet(machines.flatMap(({ sets }) => sets));
  if (!letters) return { is: 'beyond' };
  const seen = new Set<string>();
  let level: Trail[] = [{ state: machines.map(({ start }) => start), from: undefined, codePoint: -1 }];
  for (let length = 0; length <= max && level.length > 0; length++) {
    // Once long enough, a state seen before at a smaller length leads nowhere new.
    const longEnough = length >= min;
    const here: Trail[] = [];
    const sameLength = new Set<string>();
    for (const trail of level) {
      const key = trail.state.join();
      if (longEnough ? seen.has(key) : sameLength.has(key)) continue;
      (longEnough ? seen : sameLength).add(key);
      here.push(trail);
    }
    if (longEnough)
      for (const trail of here)
        if (machines.every((machine, index) => machine.accepts(trail.state[index] ?? 0)))
          return { is: 'word', word: spellTrail(trail) };
    level = [];
    if (machines.some(({ work }) => work > maxWork)) return { is: 'beyond' };
    for (const trail of here)
      for (const codePoint of letters) {
        if (--budget.steps < 0) return { is: 'beyond' };
        const state = machines.map((machine, index) => machine.step(trail.state[index] ?? 0, codePoint));
        if (machines.some((machine, index) => machine.isDead(state[index] ?? 0))) continue;
        level.push({ state, from: trail, codePoint });
      }
  }
  return { is: 'none' };
}

function spellTrail(trail: Trail): string {
  const points: number[] = [];
  for (let at: Trail | undefined = trail; at?.from; at = at.from) points.push(at.codePoint);
  return points
    .reverse()
    .map((point) => String.fromCodePoint(point))
    .join('');
}

/** Does the machine accept the string? Linear in its length; `undefined` when its tables grow too large on the way. */
export function run(machine: Machine, text: string): boolean | undefined {
  let state = machine.start;
  for (const char of text) {
    if (machine.work > maxWork) return undefined;
    state = machine.step(state, char.codePointAt(0) ?? 0);
  }
  return machine.accepts(state);
}
