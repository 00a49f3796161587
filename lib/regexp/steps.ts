/** How much may be done, shared by whatever is done with it. The same for the same input on every machine. */
export interface Steps {
  left: number;
}

/** Thrown where the steps are used up. */
export class OutOfSteps extends RangeError {
  constructor() {
    super('it takes too many steps');
  }
}

const PAGE = 4096;
/** 64 MB. */
const MAX_PAGES = 131_072;

/** A set of whole numbers, by pages of bits. Throws `OutOfSteps` where it would take too much memory. */
export class Failed {
  readonly #pages = new Map<number, Uint32Array>();
  #last: Uint32Array = new Uint32Array(0);
  #lastIndex = -1;

  /** False where it was in already. */
  add(step: number): boolean {
    const index = Math.floor(step / PAGE);
    if (index !== this.#lastIndex) this.#turnTo(index);
    const bit = step % PAGE;
    const word = this.#last[bit >> 5] ?? 0;
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return false;
    this.#last[bit >> 5] = word | mask;
    return true;
  }

  clear(from: number, to: number): void {
    for (let step = from; step < to; step++) {
      const page = this.#pages.get(Math.floor(step / PAGE));
      if (page === undefined) continue;
      const bit = step % PAGE;
      page[bit >> 5] = (page[bit >> 5] ?? 0) & ~(1 << (bit & 31));
    }
  }

  #turnTo(index: number): void {
    let page = this.#pages.get(index);
    if (page === undefined) {
      if (this.#pages.size >= MAX_PAGES) throw new OutOfSteps();
      page = new Uint32Array(PAGE / 32);
      this.#pages.set(index, page);
    }
    this.#last = page;
    this.#lastIndex = index;
  }
}
