import { Deadline } from '../limits.ts';

const DEEPEST = 150;
const STEPS_OF_A_PLACE = 20_000;
const STEPS_OF_A_MODULE = 250_000;
/** Steps between two looks at the clock. */
const STEPS_OF_A_LOOK = 256;

/** What following one module's code may cost: steps for each place asked about and for the whole, depth, and time. */
export class Budget {
  private readonly milliseconds: number;
  private deadline: Deadline;
  private moduleSteps = STEPS_OF_A_MODULE;
  private steps = STEPS_OF_A_PLACE;
  private depth = 0;
  private why: string | undefined;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
    this.deadline = new Deadline(milliseconds);
  }

  startModule(): void {
    this.moduleSteps = STEPS_OF_A_MODULE;
    this.deadline = new Deadline(this.milliseconds);
    this.why = undefined;
    this.depth = 0;
    this.startPlace();
  }

  startPlace(): void {
    this.steps = Math.min(STEPS_OF_A_PLACE, this.moduleSteps);
  }

  /** Why something in this module was given up; undefined where nothing was. */
  get spent(): string | undefined {
    return this.why;
  }

  /** Takes one step; the reason where there is none left. */
  take(): string | undefined {
    this.moduleSteps--;
    if (--this.steps <= 0) {
      this.why ??= 'too much code to evaluate: part of it was skipped';
      return 'too much code to evaluate';
    }
    if (this.moduleSteps % STEPS_OF_A_LOOK === 0 && this.deadline.passed) {
      this.why = this.deadline.why;
      this.moduleSteps = 0;
      this.steps = 0;
      return this.deadline.why;
    }
    return this.depth > DEEPEST ? 'too deeply nested to evaluate' : undefined;
  }

  /** Runs what is not about the place asked about, with steps of its own. */
  aside<T>(steps: number, work: () => T): T {
    const before = [this.steps, this.moduleSteps] as const;
    this.steps = steps;
    this.moduleSteps = Math.max(this.moduleSteps, steps + STEPS_OF_A_LOOK);
    try {
      return work();
    } finally {
      [this.steps, this.moduleSteps] = before;
    }
  }

  /** Whether the place asked about has no steps left. */
  get exhausted(): boolean {
    return this.steps <= 0;
  }

  /** Runs one level of expressions within one another. */
  deeper<T>(inside: () => T): T {
    this.depth++;
    try {
      return inside();
    } finally {
      this.depth--;
    }
  }
}
