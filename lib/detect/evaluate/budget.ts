/** Levels of expressions within one another. */
const DEEPEST = 150;

/** Steps that following code may take: for one call or literal, for all of one file, and for all files together. */
export interface StepLimits {
  place: number;
  module: number;
  all: number;
}

/** A step is one expression looked at, some microseconds. Nothing here depends on a clock: a busy machine reads the same. */
export const STEP_LIMITS: StepLimits = { place: 20_000, module: 250_000, all: 6_000_000 };

/** Something that was not followed to its end, with the line that was asked about. */
export interface GivenUp {
  line: number;
  what: string;
  why: string;
  /** Something of it was left out. */
  gap?: true;
}

/** What following one module's code may cost: steps for each place asked about, for the module and for all of them, and depth. */
export class Budget {
  private readonly limits: StepLimits;
  private all: number;
  private module: number;
  private place: number;
  private depth = 0;
  private line = 1;
  private why: string | undefined;
  private readonly given = new Map<number, GivenUp>();

  constructor(limits: StepLimits) {
    this.limits = limits;
    this.all = limits.all;
    this.module = limits.module;
    this.place = limits.place;
  }

  startModule(): void {
    this.module = this.limits.module;
    this.why = undefined;
    this.given.clear();
    this.depth = 0;
    this.startPlace(1);
  }

  startPlace(line: number): void {
    this.line = line;
    this.place = Math.min(this.limits.place, this.module);
  }

  /** Steps taken since the budget was made. */
  get taken(): number {
    return this.limits.all - this.all;
  }

  /** Whether no steps are left for this module, or for any. */
  get spent(): boolean {
    return this.why !== undefined || this.all <= 0;
  }

  /** What was given up in the module that was started last. */
  get givenUp(): GivenUp[] {
    const all = [...this.given.values()];
    return this.why === undefined
      ? all
      : [...all, { line: this.line, what: 'the file', why: this.why, gap: true }];
  }

  /** Takes steps; the reason where there is none left. */
  take(steps = 1): string | undefined {
    this.all -= steps;
    this.module -= steps;
    this.place -= steps;
    if (this.place > 0 && this.all > 0)
      return this.depth > DEEPEST ? 'too deeply nested to evaluate' : undefined;
    if (this.all <= 0) this.why ??= this.overAll();
    else if (this.module <= 0)
      this.why ??= `it takes more than ${this.limits.module} steps to follow: what comes after was skipped`;
    else this.giveUp(`it takes more than ${this.limits.place} steps to follow: part of it was skipped`, true);
    return 'too much code to evaluate';
  }

  private overAll(): string {
    return `all files together take more than ${this.limits.all} steps to follow: the rest was skipped`;
  }

  /** Notes that something about the place asked about was not followed to its end. */
  giveUp(why: string, gap: boolean): void {
    const { line } = this;
    const known = this.given.get(line);
    if (known === undefined || (gap && !known.gap))
      this.given.set(line, { line, what: 'what stands here', why, ...(gap ? { gap } : {}) });
  }

  /** Runs what is not about the place asked about, with steps of its own; all files together have no more for it. */
  aside<T>(steps: number, work: () => T): T {
    const before = [this.place, this.module] as const;
    this.place = steps;
    this.module = Math.max(this.module, steps + 1);
    try {
      return work();
    } finally {
      [this.place, this.module] = before;
    }
  }

  /** Whether the place asked about has no steps left. */
  get exhausted(): boolean {
    return this.place <= 0 || this.all <= 0;
  }

  /** Whether no more levels may be entered. */
  get isDeep(): boolean {
    return this.depth > DEEPEST;
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
