import type { Argument, Block, Call, Expr, Module, Scope } from '../syntax/ir.ts';
import type { Wanted } from '../wanted.ts';
import { Branches } from './branches.ts';
import { STEP_LIMITS, type StepLimits } from './budget.ts';
import { Calls } from './calls.ts';
import { neededEnv } from './closed.ts';
import { Course } from './course.ts';
import { Expressions } from './expressions.ts';
import { Members } from './members.ts';
import { Names } from './names.ts';
import { dotted, elements, entry, origin } from './places.ts';
import { concat, joinPaths, piecesOf, settle } from './texts.ts';
import type { Touched } from './touched.ts';
import { type Env, type Located, MOST, type partsOf, plain, unknown, type Value } from './values.ts';

/** What makes library objects out of calls: `boto3.client('s3')` is a client. Undefined: not mine. */
export type Maker = (call: Call, at: Located, evaluator: Evaluator) => Value[] | undefined;

/** What an expression came to, for any asker. */
interface Known {
  values: Value[];
  /** The files that it was worked out from. */
  touched: Touched;
  /** It was worked out by a glance: further files were not asked for. */
  glanced: boolean;
  /** It holds while this runs, at that depth: a circle was cut there. Absent: it holds for good. */
  until?: { level: number; run: number };
}

/**
 * Works out what expressions may be, over all the modules given, without running anything. Never throws for odd
 * code; steps are counted for each place asked about, each module and all of them, so that they are bounded whatever the
 * input. What an expression comes to is worked out once for each environment.
 */
export class Evaluator extends Course {
  readonly modules: readonly Module[];
  /** What was looked for in files that are not among the modules. */
  wanted: Wanted | undefined;
  /** What earlier looks at these modules found out, and later ones may use. */
  readonly kept: Wanted | undefined;
  readonly names: Names;
  readonly members: Members;
  readonly calls: Calls;
  readonly branches: Branches;
  private readonly expressions: Expressions;
  private readonly known = new Map<Expr, Known>();
  private knownIn = new WeakMap<Env, Map<Expr, Known>>();
  private readonly knownHere = new Map<Expr, Known>();
  private here = false;

  constructor(
    modules: readonly Module[],
    makers: readonly Maker[] = [],
    wanted?: Wanted,
    limits: StepLimits = STEP_LIMITS,
  ) {
    super(limits);
    this.wanted = wanted;
    this.kept = wanted;
    this.modules = modules;
    this.expressions = new Expressions(this, makers);
    this.names = new Names(this);
    this.members = new Members(this);
    this.calls = new Calls(this);
    this.branches = new Branches(this);
  }

  /** Forgets all answers: they were given while something that they depend on was being gathered. */
  forget(): void {
    this.known.clear();
    this.knownHere.clear();
    this.knownIn = new WeakMap();
    this.calls.forget();
  }

  /** Runs what may look at anything: further files are not asked for because of it. */
  glancing<T>(work: () => T): T {
    const { wanted } = this;
    this.wanted = undefined;
    try {
      return work();
    } finally {
      this.wanted = wanted;
    }
  }

  /** Runs what is about the code itself, without its callers: a parameter is not known. */
  uncalled<T>(work: () => T): T {
    const before = this.here;
    this.here = true;
    try {
      return work();
    } finally {
      this.here = before;
    }
  }

  /** Whether the callers of the code count. */
  get isCalled(): boolean {
    return !this.here;
  }

  /** The alternatives for an expression, at least one. */
  evaluate(given: Located): Value[] {
    const refused = this.budget.take();
    if (refused !== undefined) {
      // Where it is too deep it stays so; else doubling code would be followed again and again.
      if (this.budget.exhausted) this.cut = 0;
      return [unknown(refused)];
    }
    this.touch(given.module.path);
    const { kind } = given.expr;
    if (kind === 'text' || kind === 'literal' || kind === 'placed' || kind === 'opaque')
      return this.expressions.valueOf(given);
    const env = neededEnv(given.env, given.expr);
    const at = env === given.env ? given : { ...given, env };
    const known = this.knownFor(at.env);
    const before = known.get(at.expr);
    if (before !== undefined && this.holds(before)) {
      this.touch(before.touched);
      return before.values;
    }
    const start = this.path.length - 1;
    const { result, isWhole, cut } = this.whole(() => this.alternatives(at));
    const touched = this.touchedSince(start);
    const answer = { values: result, touched, glanced: this.wanted === undefined };
    const run = this.runs[cut - 1];
    if (isWhole) known.set(at.expr, answer);
    else if (run !== undefined) known.set(at.expr, { ...answer, until: { level: cut, run } });
    return result;
  }

  /** Whether a kept answer holds here. */
  private holds({ glanced, until }: Known): boolean {
    if (glanced && this.wanted !== undefined) return false;
    if (until === undefined) return true;
    if (this.runs[until.level - 1] !== until.run) return false;
    this.cut = Math.min(this.cut, until.level);
    return true;
  }

  private alternatives(at: Located): Value[] {
    const values = distinct(this.budget.deeper(() => this.expressions.valueOf(at)));
    return values.length > MOST ? [...values.slice(0, MOST), unknown('too many alternatives')] : values;
  }

  private knownFor(env: Env | undefined): Map<Expr, Known> {
    if (env === undefined) return this.here ? this.knownHere : this.known;
    const known = this.knownIn.get(env) ?? new Map<Expr, Known>();
    this.knownIn.set(env, known);
    return known;
  }

  /** The alternatives as text pieces: a value that is not a text is a hole. Two equal alternatives are one. */
  texts(at: Located): ReturnType<typeof partsOf>[] {
    return this.piecesOf(this.evaluate(at));
  }

  /** As `texts`, for values that are there already. */
  piecesOf(values: readonly Value[]): ReturnType<typeof partsOf>[] {
    return piecesOf(values, this);
  }

  /** A list's elements with their places; alternatives one after the other. Not a list: the thing itself. */
  elements(at: Located): Located[] {
    return elements(at, this);
  }

  /** The value under a key of a map or a member of an object; undefined where there is none. */
  entry(at: Located, key: string): Located | undefined {
    return entry(at, key, this);
  }

  /** `os.path.join` for a chain of names, with import aliases put back; undefined for anything else. */
  dotted(expr: Expr, module: Module): string | undefined {
    return dotted(expr, module);
  }

  /** The argument's own place where an expression is only a parameter that the environment knows. */
  origin(at: Located): Located {
    return origin(at);
  }

  /** One environment for each way that the code around a block is run: by whom it is called, and the rounds of its loops. */
  contexts(block: Block): (Env | undefined)[] {
    return this.calls.contexts(block);
  }

  /** A function's result for these arguments. */
  invoke(
    scope: Scope,
    args: readonly Argument[],
    from: Pick<Located, 'env' | 'module'>,
    outer?: Env,
    self?: Value,
  ): Value[] {
    return this.calls.invoke(scope, args, from, outer, self);
  }

  /** What a name at the top of this module, or of its neighbours in the folder, means; undefined where none has it. */
  global(name: string, module: Module): Value[] | undefined {
    return this.names.global(name, module);
  }

  /** What a loop's variable may be: any of the elements, or the one of the round that the environment says. */
  each(of: Located, take: 'element' | 'key' | 'value'): Value[] {
    return this.expressions.each(of, take);
  }

  /** Every combination of the pieces' alternatives, bounded. */
  concat(pieces: Value[][]): Value[] {
    return concat(pieces, this);
  }

  /** Pieces joined with one `/` between them, as path libraries do. */
  joinPaths(pieces: Value[][]): Value[] {
    return joinPaths(pieces, this);
  }

  /** A method used as a property, or a class whose members are texts, where a text is wanted. */
  settle(value: Value): Value[] {
    return settle(value, this);
  }
}

/** Each text once, and one for all that is unknown: alternatives of which nothing is known are the same pattern. */
function distinct(values: Value[]): Value[] {
  if (values.length < 2) return values;
  const seen = new Set<string>();
  return values.filter((value) => {
    const whole = value.t === 'text' && value.literal === undefined ? plain(value) : undefined;
    const key = value.t === 'unknown' ? '?' : whole === undefined ? undefined : `=${whole}`;
    if (key === undefined || seen.has(key)) return key === undefined;
    seen.add(key);
    return true;
  });
}
