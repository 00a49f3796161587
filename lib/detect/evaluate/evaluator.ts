import { pause } from '../limits.ts';
import type { Argument, Block, Call, Expr, Module, Scope } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';
import type { Wanted } from '../wanted.ts';
import { Branches } from './branches.ts';
import { Budget, STEP_LIMITS, type StepLimits } from './budget.ts';
import { Calls } from './calls.ts';
import { neededEnv } from './closed.ts';
import { percent } from './format.ts';
import { libraryCall } from './library.ts';
import { Members } from './members.ts';
import { Names } from './names.ts';
import { calleeName, envFor, withoutReceiver } from './scopes.ts';
import { collapse } from './strip.ts';
import {
  type Env,
  type Hole,
  joinParts,
  type Located,
  leftOut,
  MOST,
  partsOf,
  plain,
  text,
  unknown,
  type Value,
} from './values.ts';

/** Some hundredths of a second of work. */
const STEPS_TO_REST = 2000;
const LONGEST_LIST = 2000;
const LONGEST_TEXT = 100_000;

/** What makes library objects out of calls: `boto3.client('s3')` is a client. Undefined: not mine. */
export type Maker = (call: Call, at: Located, evaluator: Evaluator) => Value[] | undefined;

/** What an expression came to, for any asker. */
interface Known {
  values: Value[];
  /** The files that it was worked out from. */
  touched: readonly string[];
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
export class Evaluator {
  readonly modules: readonly Module[];
  /** What was looked for in files that are not among the modules. */
  wanted: Wanted | undefined;
  /** What earlier looks at these modules found out, and later ones may use. */
  readonly kept: Wanted | undefined;
  readonly names: Names;
  readonly members: Members;
  readonly calls: Calls;
  readonly branches: Branches;
  private readonly makers: readonly Maker[];
  private readonly budget: Budget;
  private readonly running = new Map<unknown, number>();
  /** The outermost of what is running that an answer was cut short for; infinite where none was. */
  private cut = Number.POSITIVE_INFINITY;
  /** What is running, outermost first, each by a number of its own. */
  private readonly runs: number[] = [];
  private count = 0;
  private rested = 0;
  private path: string[] = [];
  private looked = new Set<string>();
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
    this.wanted = wanted;
    this.kept = wanted;
    this.modules = modules;
    this.makers = makers;
    this.budget = new Budget(limits);
    this.names = new Names(this);
    this.members = new Members(this);
    this.calls = new Calls(this);
    this.branches = new Branches(this);
  }

  /** Paths of the modules in which something was evaluated since the last start. */
  get touched(): ReadonlySet<string> {
    return new Set(this.path);
  }

  /** Notes that an answer depends on a module. */
  touch(path: string): void {
    if (this.path.at(-1) !== path) this.path.push(path);
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
    for (const path of this.path) this.looked.add(path);
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
  ): { result: T; unresolved: Unresolved[]; touched: ReadonlySet<string> } {
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
  ): Promise<{ result: T; unresolved: Unresolved[]; touched: ReadonlySet<string> }> {
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
    const unresolved = this.budget.givenUp.map((one): Unresolved => ({ path, ...one }));
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

  /** Runs what looks through files in which nothing of the answer stands: they do not count as those that it is from. */
  searching<T>(work: () => T): T {
    return this.noting(work).result;
  }

  /** Runs what may not be needed, and gives the files that it was worked out from. */
  noting<T>(work: () => T): { result: T; paths: readonly string[] } {
    const before = this.path;
    this.path = [];
    try {
      const result = work();
      return { result, paths: [...new Set(this.path)] };
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
      return this.expression(given);
    const env = neededEnv(given.env, given.expr);
    const at = env === given.env ? given : { ...given, env };
    const known = this.knownFor(at.env);
    const before = known.get(at.expr);
    if (before !== undefined && this.holds(before)) {
      for (const path of before.touched) this.touch(path);
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
    const values = distinct(this.budget.deeper(() => this.expression(at)));
    return values.length > MOST ? [...values.slice(0, MOST), unknown('too many alternatives')] : values;
  }

  private knownFor(env: Env | undefined): Map<Expr, Known> {
    if (env === undefined) return this.here ? this.knownHere : this.known;
    const known = this.knownIn.get(env) ?? new Map<Expr, Known>();
    this.knownIn.set(env, known);
    return known;
  }

  /** The paths touched from there on, each once, so that the list of them stays short. */
  private touchedSince(start: number): readonly string[] {
    const { path } = this;
    const touched = [...new Set(path.slice(start))];
    if (touched.length < path.length - start) {
      path.length = start;
      for (const one of touched) path.push(one);
    }
    return touched;
  }

  /** The alternatives as text pieces: a value that is not a text is a hole. Two equal alternatives are one. */
  texts(at: Located): ReturnType<typeof partsOf>[] {
    return this.piecesOf(this.evaluate(at));
  }

  /** As `texts`, for values that are there already. */
  piecesOf(values: readonly Value[]): ReturnType<typeof partsOf>[] {
    const seen = new Map<string, ReturnType<typeof partsOf>>();
    for (const value of values.flatMap((value) => this.settle(value))) {
      if (value.t === 'null') continue;
      const parts = partsOf(value);
      seen.set(JSON.stringify(parts), parts);
    }
    return [...seen.values()];
  }

  /** A list's elements with their places; alternatives one after the other. Not a list: the thing itself. */
  elements(at: Located): Located[] {
    const found: Located[] = [];
    for (const value of this.evaluate(at)) {
      if (value.t !== 'list') {
        if (found.length === 0 || value.t !== 'null') found.push(at);
        continue;
      }
      for (const item of value.items) {
        const { expr } = item;
        if (expr.kind === 'spread')
          found.push(...this.once(expr, () => this.elements({ ...item, expr: expr.of }), []));
        else found.push(item);
      }
      if (found.length > LONGEST_LIST) {
        found.push(leftOut(at, TOO_LONG));
        break;
      }
    }
    return [...new Set(found)];
  }

  /** The value under a key of a map or a member of an object; undefined where there is none. */
  entry(at: Located, key: string): Located | undefined {
    for (const value of this.evaluate(at)) {
      const found = value.t === 'map' ? this.members.mapEntry(value, key) : undefined;
      if (found) return found;
    }
    return undefined;
  }

  /** `os.path.join` for a chain of names, with import aliases put back; undefined for anything else. */
  dotted(expr: Expr, module: Module): string | undefined {
    if (expr.kind === 'name') {
      const imported = module.imports.find((entry) => entry.local === expr.name);
      if (!imported || module.language === 'java') return expr.name;
      const from =
        imported.from
          .replace(/^node:/, '')
          .split('/')
          .at(-1) ?? imported.from;
      const whole = imported.member === undefined || imported.member === 'default';
      return whole ? from : `${from}.${imported.member}`;
    }
    if (expr.kind !== 'member') return undefined;
    const object = this.dotted(expr.object, module);
    return object === undefined ? undefined : `${object}.${expr.name}`;
  }

  /** The argument's own place where an expression is only a parameter that the environment knows. */
  origin(at: Located): Located {
    let here = at;
    for (let i = 0; i < 8 && here.expr.kind === 'name'; i++) {
      const { name, block } = here.expr;
      const env = envFor(here.env, block, name);
      const next = env?.args.get(name);
      if (!next) break;
      here = next;
    }
    return here;
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

  private expression(at: Located): Value[] {
    const { expr } = at;
    const inside = (inner: Expr): Located => ({ expr: inner, env: at.env, module: at.module });
    switch (expr.kind) {
      case 'text':
        return [text(expr.value)];
      case 'template':
        return this.concat(expr.parts.map((part) => this.evaluate(inside(part))));
      case 'literal':
        if (expr.value === null) return [{ t: 'null' }];
        return [{ t: 'text', parts: [String(expr.value)], literal: expr.value }];
      case 'name':
        return this.names.name(expr.name, expr.block, expr.at, at);
      case 'member':
        return this.members.member(expr.object, expr.name, at);
      case 'index':
        return this.members.index(expr.object, expr.index, at);
      case 'call':
        return this.callResult(expr, at);
      case 'binary':
        return this.binary(expr.op, inside(expr.left), inside(expr.right));
      case 'list':
        return [
          {
            t: 'list',
            items: expr.over ? this.calls.everyRound(expr.items, expr.over, at) : expr.items.map(inside),
          },
        ];
      case 'map': {
        const entries = expr.over
          ? this.calls.everyEntry(expr.entries, expr.over, at)
          : expr.entries.map((entry) => ({ key: inside(entry.key), value: inside(entry.value) }));
        for (const spread of expr.spreads)
          for (const value of this.evaluate(inside(spread)))
            if (value.t === 'map') {
              entries.push(...value.entries.slice(0, Math.max(0, LONGEST_LIST - entries.length)));
              if (entries.length >= LONGEST_LIST) {
                const rest = leftOut(at, TOO_LONG);
                entries.push({ key: rest, value: rest });
                break;
              }
            }
        return [{ t: 'map', entries, source: expr }];
      }
      case 'spread':
        return this.evaluate(inside(expr.of));
      case 'either': {
        const options = expr.match
          ? this.branches.matched(expr.match, expr.options, at)
          : this.branches.chosenBy(expr.test, expr.options, at.env);
        const values = options.flatMap((option) => this.evaluate(inside(option)));
        const known = values.filter(
          (value) => value.t !== 'null' && (value.t !== 'unknown' || expr.chosen === true),
        );
        return known.length > 0 ? known : values;
      }
      case 'each':
        return this.each(inside(expr.of), expr.take);
      case 'function':
        return [{ t: 'function', scope: expr.scope, env: at.env }];
      case 'placed':
        return [expr.value];
      case 'opaque':
        return [unknown('not a constant', expr.text)];
    }
  }

  /** What a loop's variable may be: any of the elements, or the one of the round that the environment says. */
  each(of: Located, take: 'element' | 'key' | 'value'): Value[] {
    const round = roundOf(of);
    const found: Value[] = [];
    for (const value of this.evaluate(of)) {
      if (value.t === 'list' && take !== 'key')
        for (const item of chosen(this.elements(of), round)) found.push(...this.evaluate(item));
      else if (value.t === 'map')
        for (const entry of chosen(value.entries, round))
          found.push(...this.evaluate(take === 'value' ? entry.value : entry.key));
      else if (value.t === 'thing' && value.props.has('each')) found.push(...(value.props.get('each') ?? []));
      else
        found.push(
          ...((value.t === 'class' && this.members.constantsOf(value.scope)) || [
            unknown('loop over an unknown value'),
          ]),
        );
      if (found.length > MOST) break;
    }
    return found.length > 0 ? found : [unknown('loop over no elements')];
  }

  private binary(op: string, left: Located, right: Located): Value[] {
    const a = this.evaluate(left);
    const b = this.evaluate(right);
    const number = arithmetic(op, a, b);
    if (number !== undefined) return [{ t: 'text', parts: [String(number)], literal: number }];
    if (op === '+') {
      // A number added to something unknown makes another number, not a longer text.
      const isNumber = (values: Value[]) =>
        values.every((value) => value.t === 'text' && typeof value.literal === 'number');
      const isOpen = (values: Value[]) => values.every(({ t }) => t === 'unknown');
      if ((isNumber(a) && isOpen(b)) || (isOpen(a) && isNumber(b))) return isOpen(a) ? a : b;
      const lists = [...a, ...b].filter((value) => value.t === 'list');
      if (lists.length > 0)
        return [
          {
            t: 'list',
            items: shortened(
              lists.flatMap((list) => list.items),
              left,
            ),
          },
        ];
      return this.concat([a, b]);
    }
    if (op === '/') return this.joinPaths([a, b]);
    if (op === '%') return a.flatMap((format) => percent(format, right, this));
    return [unknown(`result of '${op}'`)];
  }

  /** Every combination of the pieces' alternatives, bounded. */
  concat(pieces: Value[][]): Value[] {
    let texts: ReturnType<typeof partsOf>[] = [[]];
    for (const piece of pieces) {
      const settled = piece.flatMap((value) => this.settle(value));
      const options = settled.filter((value) => value.t !== 'null');
      const chosen = options.length > 0 ? options : [unknown('no value')];
      const usable: Value[] =
        texts.length * chosen.length > MOST ? [unknown('too many alternatives')] : chosen;
      texts = texts.flatMap((before) => usable.map((value) => joinParts(before, partsOf(value))));
    }
    return texts.map((parts) =>
      sizeOf(parts) > LONGEST_TEXT ? unknown('too long a text') : { t: 'text', parts },
    );
  }

  /** Pieces joined with one `/` between them, as path libraries do. */
  joinPaths(pieces: Value[][]): Value[] {
    const slash = [text('/')];
    const joined = this.concat(pieces.flatMap((piece, i) => (i === 0 ? [piece] : [slash, piece])));
    return joined.map((value) => (value.t === 'text' ? { t: 'text', parts: collapse(value.parts) } : value));
  }

  private callResult(call: Call, at: Located): Value[] {
    if (at.env === undefined && this.isRunning(call)) return [unknown('refers to itself')];
    for (const make of this.makers) {
      const made = make(call, at, this);
      if (made) return made;
    }
    const fromLibrary = libraryCall(call, at, this);
    if (fromLibrary) return fromLibrary;
    const callees = this.calls.sites.callees(call, { ...at, expr: call.callee });
    const fitting = callees.filter(
      (callee) => callee.t !== 'function' || this.calls.sites.fits(callee.scope, call.args),
    );
    return (fitting.length > 0 ? fitting : callees).flatMap((callee): Value[] => {
      if (callee.t === 'function') {
        const args = [...(callee.given ?? []), ...call.args];
        return this.invoke(callee.scope, args, at, callee.env, callee.self);
      }
      if (callee.t === 'class') return [{ t: 'instance', scope: callee.scope, call, env: at.env }];
      return [unknown(`result of '${calleeName(call)}()'`, calleeName(call))];
    });
  }

  /** A method used as a property, or a class whose members are texts, where a text is wanted. */
  settle(value: Value): Value[] {
    if (value.t === 'function' && withoutReceiver(value.scope).length === 0)
      return this.invoke(
        value.scope,
        [],
        { env: value.env, module: value.scope.module },
        value.env,
        value.self,
      );
    if (value.t === 'thing') return value.props.get('text') ?? [value];
    if (value.t === 'instance') return this.members.asText(value) ?? [value];
    return [value];
  }
}

const TOO_LONG = `there are more than ${LONGEST_LIST} elements`;

/** As many elements as are followed, and one for those that are left out. */
const shortened = (items: readonly Located[], at: Located): Located[] =>
  items.length > LONGEST_LIST ? [...items.slice(0, LONGEST_LIST), leftOut(at, TOO_LONG)] : [...items];

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

/** The round of the loop over `of` that the environment is about; undefined: any. */
function roundOf({ expr, env }: Located): number | undefined {
  for (let here = env; here; here = here.outer) {
    const round = here.rounds?.get(expr);
    if (round !== undefined) return round;
  }
  return undefined;
}

const chosen = <T>(all: readonly T[], round: number | undefined): readonly T[] =>
  round === undefined ? all : all.slice(round, round + 1);

/** The result of an operation on two numbers that stand in the code; undefined for anything else. */
function arithmetic(op: string, [left, ...more]: Value[], [right, ...others]: Value[]): number | undefined {
  if (more.length + others.length > 0 || left?.t !== 'text' || right?.t !== 'text') return undefined;
  const [a, b] = [left.literal, right.literal];
  if (typeof a !== 'number' || typeof b !== 'number') return undefined;
  const results: Record<string, number> = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '**': a ** b,
    '<<': a * 2 ** b,
    '/': a / b,
  };
  const result = Object.hasOwn(results, op) ? results[op] : undefined;
  return Number.isFinite(result) ? result : undefined;
}

const sizeOf = (parts: readonly (string | Hole)[]): number =>
  parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 100), 0);
