import type { Call, Expr, Module } from '../syntax/ir.ts';
import type { Evaluator, Maker } from './evaluator.ts';
import { percent } from './format.ts';
import { libraryCall } from './library.ts';
import { LONGEST_LIST, TOO_LONG } from './places.ts';
import { calleeName } from './scopes.ts';
import { type Env, type Located, leftOut, MOST, text, unknown, type Value } from './values.ts';

/** What each kind of expression comes to, given what its pieces do. */
export class Expressions {
  private readonly e: Evaluator;
  private readonly makers: readonly Maker[];

  constructor(e: Evaluator, makers: readonly Maker[]) {
    this.e = e;
    this.makers = makers;
  }

  /** The alternatives for an expression, found without a look at what is known of it. */
  valueOf(at: Located): Value[] {
    const { expr } = at;
    const inside = (inner: Expr): Located => ({ expr: inner, env: at.env, module: at.module });
    switch (expr.kind) {
      case 'text':
        return [text(expr.value)];
      case 'template':
        return this.e.concat(expr.parts.map((part) => this.e.evaluate(inside(part))));
      case 'literal':
        if (expr.value === null) return [{ t: 'null' }];
        return [{ t: 'text', parts: [String(expr.value)], literal: expr.value }];
      case 'name':
        return this.e.names.name(expr.name, expr.block, expr.at, at);
      case 'member':
        return this.e.members.member(expr.object, expr.name, at);
      case 'index':
        return this.e.members.index(expr.object, expr.index, at);
      case 'call':
        return this.callResult(expr, at);
      case 'binary':
        return this.binary(expr.op, inside(expr.left), inside(expr.right));
      case 'list':
        return [
          {
            t: 'list',
            items: expr.over
              ? this.e.calls.rounds.everyRound(expr.items, expr.over, at)
              : expr.items.map(inside),
          },
        ];
      case 'map': {
        const own = expr.over
          ? this.e.calls.rounds.everyEntry(expr.entries, expr.over, at)
          : expr.entries.map((entry) => ({ key: inside(entry.key), value: inside(entry.value) }));
        const entries: typeof own = [];
        let i = 0;
        let isOpen = false;
        for (const spread of expr.spreads) {
          while (i < own.length && !isLater(own[i], spread, at.module)) entries.push(...own.slice(i, ++i));
          for (const value of this.e.evaluate(inside(spread)))
            if (value.t === 'map')
              entries.push(...value.entries.slice(0, Math.max(0, LONGEST_LIST - entries.length)));
            else isOpen ||= value.t === 'unknown';
        }
        entries.push(...own.slice(i));
        if (expr.spreads.length > 0 && entries.length >= LONGEST_LIST) {
          const rest = leftOut(at, TOO_LONG);
          entries.push({ key: rest, value: rest });
        }
        return [{ t: 'map', entries, source: expr, ...(isOpen ? { open: true as const } : {}) }];
      }
      case 'spread':
        return this.e.evaluate(inside(expr.of));
      case 'result':
        return this.result(expr.of, expr.nth, at);
      case 'either': {
        const options = expr.match
          ? this.e.branches.matched(expr.match, expr.options, at)
          : this.isFirst(expr, at)
            ? expr.options.slice(0, 1)
            : this.e.branches.chosenBy(expr.test, expr.options, at.env);
        const values = options.flatMap((option) => this.e.evaluate(inside(option)));
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

  /** Whether `given || fallback` is the first of the two: it is something in this call. */
  private isFirst(
    { options, test, chosen: isChosen, match }: Extract<Expr, { kind: 'either' }>,
    { env, module }: Located,
  ): boolean {
    const [first] = options;
    if (env === undefined || test || isChosen || match || !first || options.length !== 2) return false;
    if (!/script$/.test(module.language)) return false;
    for (let here: Env | undefined = env; here; here = here.outer)
      if (here.partial || here.closed !== undefined) return false;
    return this.e.evaluate({ expr: first, env, module }).every(isSurely);
  }

  /** What a loop's variable may be: any of the elements, or the one of the round that the environment says. */
  each(of: Located, take: 'element' | 'key' | 'value'): Value[] {
    const round = roundOf(of);
    const found: Value[] = [];
    for (const value of this.e.evaluate(of)) {
      if (value.t === 'list' && take !== 'key')
        for (const item of chosen(this.e.elements(of), round)) found.push(...this.e.evaluate(item));
      else if (value.t === 'map')
        for (const entry of chosen(value.entries, round))
          found.push(...this.e.evaluate(take === 'value' ? entry.value : entry.key));
      else if (value.t === 'thing' && value.props.has('each')) found.push(...(value.props.get('each') ?? []));
      else
        found.push(
          ...((value.t === 'class' && this.e.members.constantsOf(value.scope)) || [
            unknown('loop over an unknown value'),
          ]),
        );
      if (found.length > MOST) break;
    }
    return found.length > 0 ? found : [unknown('loop over no elements')];
  }

  private binary(op: string, left: Located, right: Located): Value[] {
    const a = this.e.evaluate(left);
    const b = this.e.evaluate(right);
    const number = arithmetic(op, a, b);
    if (number !== undefined) return [{ t: 'text', parts: [String(number)], literal: number }];
    if (op === '+') {
      // A number added to something unknown makes another number, not a longer text.
      const isNumber = (values: Value[]) =>
        values.every((value) => value.t === 'text' && typeof value.literal === 'number');
      const isOpen = (values: Value[]) => values.every(({ t }) => t === 'unknown');
      if ((isNumber(a) && isOpen(b)) || (isOpen(a) && isNumber(b))) return isOpen(a) ? a : b;
      const lists = [...a, ...b].filter((value) => value.t === 'list');
      const isText = (values: Value[]) => values.every(({ t }) => t === 'text');
      if (lists.length > 0 && !isText(a) && !isText(b))
        return [
          {
            t: 'list',
            items: shortened(
              lists.flatMap((list) => list.items),
              left,
            ),
          },
        ];
      return this.e.concat([a, b]);
    }
    if (op === '/') return this.e.joinPaths([a, b]);
    if (op === '%') return a.flatMap((format) => percent(format, right, this.e));
    return [unknown(`result of '${op}'`)];
  }

  /** What a call gives beside its first result, where its function is one of the source files'. */
  private result(call: Call, nth: number, at: Located): Value[] {
    const callees = this.e.calls.sites.callees(call, { ...at, expr: call.callee });
    const functions = callees.flatMap((callee) => (callee.t === 'function' ? [callee] : []));
    if (functions.length === 0) return [unknown(`result of '${calleeName(call)}()'`, calleeName(call))];
    return functions.flatMap(({ scope, env, self }) =>
      this.e.calls.invoke(scope, call.args, at, env, self, nth),
    );
  }

  private callResult(call: Call, at: Located): Value[] {
    if (at.env === undefined && this.e.isRunning(call)) return [unknown('refers to itself')];
    for (const make of this.makers) {
      const made = make(call, at, this.e);
      if (made) return made;
    }
    const fromLibrary = libraryCall(call, at, this.e);
    if (fromLibrary) return fromLibrary;
    const callees = this.e.calls.sites.callees(call, { ...at, expr: call.callee });
    // Nothing is called of what a variable is before it is set.
    const fitting = callees.filter(
      (callee) =>
        callee.t !== 'null' && (callee.t !== 'function' || this.e.calls.sites.fits(callee.scope, call.args)),
    );
    return (fitting.length > 0 ? fitting : callees).flatMap((callee): Value[] => {
      if (callee.t === 'function') {
        const args = [...(callee.given ?? []), ...call.args];
        return this.e.invoke(callee.scope, args, at, callee.env, callee.self);
      }
      if (callee.t === 'class') return [{ t: 'instance', scope: callee.scope, call, env: at.env }];
      return [unknown(`result of '${calleeName(call)}()'`, calleeName(call))];
    });
  }
}

/** Whether a value counts as something, whatever of it is not known. */
const isSurely = (value: Value): boolean =>
  value.t === 'text'
    ? value.literal !== false && value.literal !== 0 && value.parts.some((part) => typeof part === 'string')
    : value.t !== 'unknown' && value.t !== 'null';

/** Whether an entry of an object stands behind what is spread in it, where it counts more. Of Rust's `..rest` it always does. */
const isLater = (entry: { key: Located } | undefined, spread: Expr, { language }: Module): boolean =>
  language === 'rust' || (entry !== undefined && entry.key.expr.at > spread.at);

/** As many elements as are followed, and one for those that are left out. */
const shortened = (items: readonly Located[], at: Located): Located[] =>
  items.length > LONGEST_LIST ? [...items.slice(0, LONGEST_LIST), leftOut(at, TOO_LONG)] : [...items];

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
