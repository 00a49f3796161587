import type { Steps } from '../../regexp/index.ts';
import { Undecided } from './document.ts';

/** What one comparison may take in all besides the search: some two seconds on a slow machine. */
const WORK = 3_000_000;

/** Thrown where a comparison is past its bound; becomes the verdict `unknown`. */
export class OutOfWork extends Undecided {
  constructor() {
    super({ reason: 'the comparison takes too many steps', pointer: '' });
  }
}

/**
 * What is left for reading, translating, walking and trying: one for all phases of a comparison, so that their sum is
 * bounded. Counted in steps of about half a microsecond, and so the same on every machine.
 */
export class Work implements Steps {
  constructor(public left: number = WORK) {}

  /** Throws `OutOfWork` once it is used up. */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new OutOfWork();
  }

  /** For reading a text of this length besides one step. */
  spendText(length: number): void {
    this.spend(1 + (length >> 6));
  }
}
