import type { Block, Call, Expr, Module, Param, Scope } from '../syntax/ir.ts';
import type { Env, Value } from './values.ts';

/** The last part of what is called: `get_object` of `s3.get_object(…)`. */
export function calleeName(call: Call): string {
  const { callee } = call;
  return callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';
}

export function written(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  const object = expr.kind === 'member' ? written(expr.object) : undefined;
  return expr.kind === 'member' && object !== undefined ? `${object}.${expr.name}` : undefined;
}

export function holds(outer: Block, inner: Block): boolean {
  for (let block: Block | undefined = inner; block; block = block.parent) if (block === outer) return true;
  return false;
}

/** Whether a scope is another one, or stands in it. */
export function encloses(outer: Scope, inner: Scope): boolean {
  for (let scope: Scope | undefined = inner; scope; scope = scope.parent) if (scope === outer) return true;
  return false;
}

export function functionAround(block: Block): Scope | undefined {
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent)
    if (scope.kind === 'function' && scope.name !== '') return scope;
  return undefined;
}

export function classAround(block: Block): Scope | undefined {
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent)
    if (scope.kind === 'class') return scope;
  return undefined;
}

export function envFor(env: Env | undefined, block: Block, name: string): Env | undefined {
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent) {
    if (scope.bindings.has(name)) return undefined;
    if (!scope.params.some((param) => param.name === name)) continue;
    for (let here = env; here; here = here.outer) if (here.scope === scope) return here;
    return undefined;
  }
  return undefined;
}

/** What the method that an environment is about is called on. */
export function selfIn(env: Env | undefined): Value | undefined {
  for (let here = env; here; here = here.outer) if (here.self) return here.self;
  return undefined;
}

const receivers = new Set(['self', 'cls', 'this', 'Self']);

export function isReceiver(name: string, block: Block): boolean {
  if (receivers.has(name)) return true;
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent)
    if (scope.params[0]?.name === `&${name}`) return true;
  return false;
}

export const withoutReceiver = (scope: Scope): Param[] =>
  scope.params.filter((param, i) => !(i === 0 && (receivers.has(param.name) || param.name.startsWith('&'))));

/** Adds to the list that a map holds under a key. */
export function push<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

/** The expressions that one is made of, as they stand in it; of a function nothing. */
export function piecesOf(expr: Expr): Expr[] {
  switch (expr.kind) {
    case 'template':
      return expr.parts;
    case 'member':
      return [expr.object];
    case 'index':
      return [expr.object, expr.index];
    case 'call':
      return [expr.callee, ...expr.args.map(({ value }) => value)];
    case 'binary':
      return [expr.left, expr.right];
    case 'list':
      return expr.items;
    case 'map':
      return [...expr.entries.flatMap(({ key, value }) => [key, value]), ...expr.spreads];
    case 'spread':
    case 'each':
    case 'result':
      return [expr.of];
    case 'either':
      return expr.options;
    default:
      return [];
  }
}

/** For each call that another one is called on, that other. */
export function outerCalls(modules: readonly Module[]): Map<Expr, Call> {
  const found = new Map<Expr, Call>();
  for (const { calls } of modules)
    for (const call of calls) if (call.callee.kind === 'member') found.set(call.callee.object, call);
  return found;
}
