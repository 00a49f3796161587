import { FILE_MILLISECONDS, OutOfTime, WORTH_WATCHING, withinTime } from '../limits.ts';
import type { Argument, Block, Call, Expr, Module, Scope } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';
import type { Wanted } from '../wanted.ts';
import { Branches } from './branches.ts';
import { Budget } from './budget.ts';
import { Calls } from './calls.ts';
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
  MOST,
  partsOf,
  plain,
  text,
  unknown,
  type Value,
} from './values.ts';

const LONGEST_LIST = 2000;
const LONGEST_TEXT = 100_000;

/** What makes library objects out of calls: `boto3.client('s3')` is a client. Undefined: not mine. */
export type Maker = (call: Call, at: Located, evaluator: Evaluator) => Value[] | undefined;

/**
 * Works out what expressions may be, over all the modules given, without running anything. Never throws for odd
 * code; steps and time are counted for each module and each place asked about, so that they are bounded whatever the input.
 */
export class Evaluator {
  readonly modules: readonly Module[];
  /** Paths of the modules in which something was evaluated since the set was last cleared. */
  readonly touched = new Set<string>();
  /** What was looked for in files that are not among the modules. */
  wanted: Wanted | undefined;
  readonly names: Names;
  readonly members: Members;
  readonly calls: Calls;
  readonly branches: Branches;
  private readonly makers: readonly Maker[];
  private readonly budget: Budget;
  private readonly running = new Set<unknown>();
  private readonly milliseconds: number;

  constructor(
    modules: readonly Module[],
    makers: readonly Maker[] = [],
    milliseconds: number = FILE_MILLISECONDS,
    wanted?: Wanted,
  ) {
    this.wanted = wanted;
    this.modules = modules;
    this.makers = makers;
    this.milliseconds = milliseconds;
    this.budget = new Budget(milliseconds);
    this.names = new Names(this);
    this.members = new Members(this);
    this.calls = new Calls(this);
    this.branches = new Branches(this);
  }

  /** Starts the count for one module again. */
  startModule(): void {
    this.budget.startModule();
    // what was stopped from outside had no time to clean up
    this.running.clear();
    this.touched.clear();
  }

  /** Starts the count for one call or literal again, as far as the module's lasts. */
  startPlace(): void {
    this.budget.startPlace();
    this.touched.clear();
  }

  /** Whether nothing more is followed in this module. */
  get spent(): boolean {
    return this.budget.spent !== undefined;
  }

  /** What `work` gives about one module, within its time; what it was about is said where that is not enough. */
  about<T>(module: Module, work: () => T, otherwise: T): { result: T; unresolved: Unresolved[] } {
    this.startModule();
    try {
      const pieces = module.calls.length + module.maps.length + module.texts.length;
      const small = pieces < WORTH_WATCHING.pieces;
      const result = small ? work() : withinTime(work, Math.ceil(this.milliseconds * 1.5) + 1);
      return { result, unresolved: this.givenUp(module) };
    } catch (error) {
      // The stack ends sooner in some code than the steps do; it costs this file and no other.
      if (!(error instanceof RangeError)) throw error;
      const why = error instanceof OutOfTime ? error.message : 'too deeply nested to follow';
      return {
        result: otherwise,
        unresolved: [{ path: module.path, line: 1, what: 'the file', why, gap: true }],
      };
    }
  }

  /** A word on what was given up in this module for want of steps or time; empty where nothing was. */
  private givenUp(module: Module): Unresolved[] {
    const why = this.budget.spent;
    return why === undefined ? [] : [{ path: module.path, line: 1, what: 'the file', why, gap: true }];
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

  /** Runs what is not about the place asked about, with steps of its own. */
  aside<T>(steps: number, work: () => T): T {
    return this.budget.aside(steps, work);
  }

  /** Whether nothing more is followed for the place asked about. */
  get exhausted(): boolean {
    return this.budget.exhausted;
  }

  /** Whether something that `once` runs is under way. */
  isRunning(key: unknown): boolean {
    return this.running.has(key);
  }

  /** Runs `inside` unless it is already running for this key: odd code refers to itself. */
  once<T>(key: unknown, inside: () => T, again: T): T {
    if (this.running.has(key)) return again;
    this.running.add(key);
    try {
      return inside();
    } finally {
      this.running.delete(key);
    }
  }

  /** The alternatives for an expression, at least one. */
  evaluate(at: Located): Value[] {
    const refused = this.budget.take();
    if (refused !== undefined) return [unknown(refused)];
    this.touched.add(at.module.path);
    const values = distinct(this.budget.deeper(() => this.expression(at)));
    return values.length > MOST ? [...values.slice(0, MOST), unknown('too many alternatives')] : values;
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
      if (found.length > LONGEST_LIST) break;
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
            if (value.t === 'map')
              entries.push(...value.entries.filter((entry) => entries.length < 1000 && entry));
        return [{ t: 'map', entries, source: expr }];
      }
      case 'spread':
        return this.evaluate(inside(expr.of));
      case 'either': {
        const options = this.branches.chosenBy(expr.test, expr.options, at.env);
        const values = options.flatMap((option) => this.evaluate(inside(option)));
        const known = values.filter((value) => value.t !== 'null' && value.t !== 'unknown');
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
      else found.push(unknown('loop over an unknown value'));
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
      const lists = [...a, ...b].filter((value) => value.t === 'list');
      if (lists.length > 0)
        return [{ t: 'list', items: lists.flatMap((list) => list.items).slice(0, LONGEST_LIST) }];
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
    if (this.isRunning(call) && at.env === undefined) return [unknown('refers to itself')];
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
      if (callee.t === 'function') return this.invoke(callee.scope, call.args, at, callee.env, callee.self);
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
