import type { Program } from './program.ts';
import { isWord } from './sets.ts';
import { Failed, OutOfSteps, type Steps } from './steps.ts';

/** Numbers; more than a megabyte of text asks for, and 64 MB of memory. */
const MAX_PENDING = 8_000_000;

/** How a text is read: by code points or UTF-16 units, and whether `^` and `$` stand at every line. */
export interface Reading {
  unicode: boolean;
  multiline: boolean;
}

/**
 * A program tried on a text from one place after the other, as ECMA-262 says, each instruction at each place once: what failed
 * there fails again whichever way it is reached. So the work is linear in the text, but for back-references, which only the
 * steps bound. Throws `OutOfSteps`.
 */
export class Run {
  readonly #program: Program;
  readonly #text: string;
  readonly #reading: Reading;
  readonly #steps: Steps;
  #failed = new Failed();
  readonly #looks = new Map<Program, { run: Run; known: Map<number, boolean> }>();

  constructor(program: Program, text: string, reading: Reading, steps: Steps) {
    this.#program = program;
    this.#text = text;
    this.#reading = reading;
    this.#steps = steps;
  }

  /** The places that were kept, the match's end in the second, where the program matches from `from` on. */
  matchAt(from: number): Int32Array | undefined {
    const { code, slots: count, start, refersBack } = this.#program;
    const slots = new Int32Array(Math.max(count, 2)).fill(-1);
    slots[0] = from;
    /** What to go back to: an instruction and a place, or (below zero) a slot and what it held. */
    const pending: number[] = [];
    let [at, place] = [start, from];
    let { left } = this.#steps;
    for (;;) {
      if (--left < 0 || pending.length > MAX_PENDING) {
        this.#steps.left = 0;
        throw new OutOfSteps();
      }
      const step = code[at];
      let next = -1;
      switch (step?.is) {
        case 'match':
          slots[1] = place;
          this.#steps.left = left;
          return slots;
        case 'char': {
          const end = this.#next(place);
          if (end >= 0 && step.test.has(this.#char(place, end))) {
            next = step.next;
            place = end;
          }
          break;
        }
        case 'split':
          if (refersBack || this.#failed.add(this.#key(at, place, step.rounds, slots))) {
            pending.push(step.other, place);
            next = step.next;
          }
          break;
        case 'assert':
          if (this.#holds(step.at, place)) next = step.next;
          break;
        case 'look':
          this.#steps.left = left;
          if (this.#looksLike(step.program, place) !== step.negated) next = step.next;
          left = this.#steps.left;
          break;
        case 'save':
          pending.push(-1 - step.slot, slots[step.slot] ?? -1);
          slots[step.slot] = place;
          next = step.next;
          break;
        case 'forget':
          for (let slot = step.from; slot < step.to; slot++) {
            pending.push(-1 - slot, slots[slot] ?? -1);
            slots[slot] = -1;
          }
          next = step.next;
          break;
        case 'moved':
          if (slots[step.slot] !== place) next = step.next;
          break;
        case 'again': {
          const end = this.#again(step.groups, slots, place);
          left -= Math.abs(end - place);
          if (end >= 0) {
            next = step.next;
            place = end;
          }
          break;
        }
      }
      at = next;
      while (at < 0) {
        const was = pending.pop();
        const to = pending.pop();
        if (was === undefined || to === undefined) {
          this.#steps.left = left;
          return undefined;
        }
        if (to < 0) slots[-1 - to] = was;
        else [at, place] = [to, was];
      }
    }
  }

  /** All that what follows depends on: a round that took something already may end, another may not. */
  #key(at: number, place: number, rounds: readonly number[], slots: Int32Array): number {
    let key = place * this.#program.code.length + at;
    for (let n = 0; n < this.#program.depth; n++) {
      const round = rounds[n];
      key = key * 2 + (round !== undefined && slots[round] === place ? 1 : 0);
    }
    return key;
  }

  /** Whatever ends here no longer stands in the way of what begins here. */
  forgetAt(place: number): void {
    const length = this.#program.code.length * 2 ** this.#program.depth;
    this.#failed.clear(place * length, (place + 1) * length);
  }

  /** Behind the next character, before the one before where the program runs backwards; -1 where there is none. */
  #next(place: number): number {
    const { unicode } = this.#reading;
    if (this.#program.backwards) return place === 0 ? -1 : before(this.#text, place, unicode);
    return place >= this.#text.length ? -1 : after(this.#text, place, unicode);
  }

  #char(place: number, end: number): number {
    const at = Math.min(place, end);
    return Math.abs(end - place) === 2 ? (this.#text.codePointAt(at) ?? 0) : this.#text.charCodeAt(at);
  }

  #holds(at: 'start' | 'end' | 'boundary' | 'inside', place: number): boolean {
    const text = this.#text;
    const { multiline } = this.#reading;
    if (at === 'start') return place === 0 || (multiline && endsLine(text.charCodeAt(place - 1)));
    if (at === 'end') return place === text.length || (multiline && endsLine(text.charCodeAt(place)));
    const changes = isWord(text.charCodeAt(place - 1)) !== isWord(text.charCodeAt(place));
    return changes === (at === 'boundary');
  }

  #looksLike(program: Program, place: number): boolean {
    let look = this.#looks.get(program);
    if (look === undefined) {
      look = { run: new Run(program, this.#text, this.#reading, this.#steps), known: new Map() };
      this.#looks.set(program, look);
    }
    const known = look.known.get(place);
    if (known !== undefined) return known;
    const found = look.run.matchAt(place) !== undefined;
    // What a match went through did not fail.
    if (found) look.run.#failed = new Failed();
    look.known.set(place, found);
    return found;
  }

  /** Behind the text that the group holds, where it stands here again; -1 where it does not. */
  #again(groups: readonly number[], slots: Int32Array, place: number): number {
    const group = groups.find(
      (candidate) => (slots[candidate + 1] ?? -1) >= 0 && (slots[candidate] ?? -1) >= 0,
    );
    if (group === undefined) return place;
    const held = this.#text.slice(slots[group], slots[group + 1]);
    const end = place + held.length;
    const isHalf = this.#reading.unicode && after(this.#text, end - 1, true) > end;
    return this.#text.startsWith(held, place) && !isHalf ? end : -1;
  }
}

/** Behind the character at a place. */
export function after(text: string, place: number, unicode: boolean): number {
  return place + (unicode && isHigh(text.charCodeAt(place)) && isLow(text.charCodeAt(place + 1)) ? 2 : 1);
}

function before(text: string, place: number, unicode: boolean): number {
  return place - (unicode && isLow(text.charCodeAt(place - 1)) && isHigh(text.charCodeAt(place - 2)) ? 2 : 1);
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
const endsLine = (unit: number): boolean =>
  unit === 0x0a || unit === 0x0d || unit === 0x2028 || unit === 0x2029;
