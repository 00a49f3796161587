import { pause } from '../limits.ts';
import type { Module } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';
import { Budget, type StepLimits } from './budget.ts';
import { pathsIn, type Touched, together } from './touched.ts';

/** Some hundredths of a second of work. */
const STEPS_TO_REST = 2000;

/**
 * How far following code goes: the steps that it may take, the circles in which it would run, and the files that it has touched
 * on the way.
 */
export abstract class Course {
  protected readonly budget: Budget;
  private readonly running = new Map<unknown, number>();
  /** The outermost of what is running that an answer was cut short for; infinite where none was. */
  protected cut = Number.POSITIVE_INFINITY;
  /** What is running, outermost first, each by a number of its own. */
  protected readonly runs: number[] = [];
  private count = 0;
  private rested = 0;
  protected path: Touched[] = [];
  private looked = new Set<Touched>();

  constructor(limits: StepLimits) {
    this.budget = new Budget(limits);
  }

  /** Paths of the modules in which something was evaluated since the last start. */
  get touched(): ReadonlySet<string> {
    return pathsIn(this.path);
  }

  /** Notes that an answer depends on a module, or on what another answer depends on. */
  touch(touched: Touched): void {
    if (this.path.at(-1) !== touched) this.path.push(touched);
  }

  /** Starts the count for one module again. */
  private startModule(): void {
    this.budget.startModule();
    this.running.clear();
    this.runs.length = 0;
    this.path = [];
    this.looked = new Set();
  }

  /** Starts the count for one call or literal again, as far as the module's lasts. */
  startPlace(line: number): void {
    this.budget.startPlace(line);
    this.look();
    this.path = [];
  }

  private look(): void {
    for (const touched of this.path) this.looked.add(touched);
  }

  /** Whether nothing more is followed in this module. */
  get spent(): boolean {
    return this.budget.spent;
  }

  /** Whether no steps are left for what is asked about. */
  get isExhausted(): boolean {
    return this.budget.exhausted;
  }

  /** Steps taken so far, over all modules. */
  get steps(): number {
    return this.budget.taken;
  }

  /** What `work` gives about one module, within its steps, and the files looked at; what it was about is said where those are not enough. */
  about<T>(
    module: Module,
    work: () => T,
    otherwise: T,
  ): { result: T; unresolved: Unresolved[]; touched: ReadonlySet<Touched> } {
    this.startModule();
    try {
      return this.read(module, work());
    } catch (error) {
      return this.tooDeep(module, otherwise, error);
    }
  }

  /** The same of work that lets signals have their turn: `rest`. */
  async aboutAtLeisure<T>(
    module: Module,
    work: () => Promise<T>,
    otherwise: T,
  ): Promise<{ result: T; unresolved: Unresolved[]; touched: ReadonlySet<Touched> }> {
    this.startModule();
    try {
      return this.read(module, await work());
    } catch (error) {
      return this.tooDeep(module, otherwise, error);
    }
  }

  /** Lets signals have their turn, where many steps were taken since they had it. */
  async rest(): Promise<void> {
    if (this.steps - this.rested < STEPS_TO_REST) return;
    this.rested = this.steps;
    await pause();
  }

  private read<T>({ path }: Module, result: T) {
    this.look();
    const unresolved = this.budget.givenUp.map((givenUp): Unresolved => ({ path, ...givenUp }));
    return { result, unresolved, touched: this.looked };
  }

  /** The stack ends sooner in some code than the steps do; it costs this file and no other. */
  private tooDeep<T>({ path }: Module, result: T, error: unknown) {
    if (!(error instanceof RangeError)) throw error;
    const why = 'too deeply nested to follow';
    const unresolved: Unresolved[] = [{ path, line: 1, what: 'the file', why, gap: true }];
    return { result, unresolved, touched: this.looked };
  }

  /** Says of the place asked about that it was not followed in full, though nothing of it is left out. */
  blurred(why: string): void {
    this.budget.giveUp(why, false);
  }

  /** Says of the place asked about that something of it was left out. */
  leftOut(why: string): void {
    this.budget.giveUp(why, true);
  }

  /** Runs what looks through files in which nothing of the answer stands: they do not count as those that it is from. */
  searching<T>(work: () => T): T {
    return this.noting(work).result;
  }

  /** Runs what may not be needed, and gives the files that it was worked out from. */
  noting<T>(work: () => T): { result: T; touched: Touched } {
    const before = this.path;
    this.path = [];
    try {
      const result = work();
      return { result, touched: together(this.path) };
    } finally {
      this.path = before;
    }
  }

  /** Runs what is not about the place asked about, with steps of its own. */
  aside<T>(steps: number, work: () => T): T {
    return this.budget.aside(steps, work);
  }

  /** Runs one level within others; undefined where there are too many. */
  deeper<T>(inside: () => T): T | undefined {
    if (!this.budget.isDeep) return this.budget.deeper(inside);
    this.cut = 0;
    return undefined;
  }

  /** Whether something that `once` runs is under way. */
  isRunning(key: unknown): boolean {
    const level = this.running.get(key);
    if (level === undefined) return false;
    this.cut = Math.min(this.cut, level);
    return true;
  }

  /** Runs `inside` unless it is already running for this key: odd code refers to itself. */
  once<T>(key: unknown, inside: () => T, again: T): T {
    if (this.isRunning(key)) return again;
    this.running.set(key, this.running.size + 1);
    this.runs.push(++this.count);
    try {
      return inside();
    } finally {
      this.runs.pop();
      this.running.delete(key);
    }
  }

  /** What `work` gives, and whether it is the same for every asker: nothing that was running already was left out of it. */
  whole<T>(work: () => T): { result: T; isWhole: boolean; cut: number } {
    const outer = this.cut;
    const level = this.running.size;
    this.cut = Number.POSITIVE_INFINITY;
    const result = work();
    const { cut } = this;
    const isWhole = cut > level;
    this.cut = isWhole ? outer : Math.min(outer, cut);
    return { result, isWhole, cut };
  }

  /** What was touched from there on, as one from now on, so that the list of them stays short. */
  protected touchedSince(start: number): Touched {
    const { path } = this;
    const touched = together(path.slice(start));
    path.length = start;
    path.push(touched);
    return touched;
  }
}
