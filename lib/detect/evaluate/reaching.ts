import type { Binding, Block, Expr, Scope } from '../syntax/ir.ts';
import { holds, piecesOf } from './scopes.ts';
import { unknown, type Value } from './values.ts';

/** Bindings that a use can see: the last that surely ran before it, and those in branches after that one. */
export function reaching(
  bindings: readonly Binding[],
  scope: Scope,
  use?: { at: number; block: Block },
): readonly Binding[] {
  if (!use) {
    const last = bindings.findLastIndex(
      (binding) => !binding.block.parent || binding.block.parent.scope !== scope,
    );
    return last <= 0 ? bindings : bindings.slice(last);
  }
  const before = bindings.filter((binding) => binding.at < use.at && !isWithin(use.at, binding.value));
  const last = before.findLastIndex((binding) => holds(binding.block, use.block));
  const seen = last < 0 ? before : before.slice(last);
  return seen.length > 0 ? seen : scope.params.length > 0 ? [] : bindings;
}

/** Whether a variable of a scope has to be something at a use: a condition before it asked, and nothing was bound since. */
export function isSomething(name: string, block: Block, owner: Scope, use: number): boolean {
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent) {
    const since = scope.something
      ?.get(name)
      ?.findLast(
        (binding) => binding.at <= use && holds(binding.block, block) && binding.block.scope === scope,
      )?.at;
    if (since !== undefined) return !owner.bindings.get(name)?.some(({ at }) => at > since && at < use);
    if (scope === owner) return false;
  }
  return false;
}

/** Whether it is a number that stands in the code. */
export const isNumber = (value: Value): boolean => value.t === 'text' && typeof value.literal === 'number';

/** Without what is empty, zero or false. Where a variable is nothing else, what else it may be does not stand in the code. */
export function something(values: Value[], name: string, { bindings }: Scope): Value[] {
  const left = values.filter(
    (value) =>
      value.t !== 'null' &&
      !(value.t === 'text' && (value.parts.length === 0 || value.literal === 0 || value.literal === false)),
  );
  if (left.length > 0) return left;
  const isOpen = bindings.has(name) && values.some(({ t }) => t !== 'null');
  return isOpen ? [unknown(`'${name}' is not what the code sets it to`, name)] : values;
}

/** Where the last piece of an expression starts, functions in it left out: found out once, since it never changes. */
const lasts = new WeakMap<Expr, number>();

/** Whether something stands in an expression: in `store = store(x)` the second name is what it was before. */
function isWithin(at: number, expr: Expr): boolean {
  if (at < expr.at) return false;
  const known = lasts.get(expr) ?? lastOf(expr);
  lasts.set(expr, known);
  return at <= known;
}

function lastOf(expr: Expr): number {
  let last = 0;
  const todo: Expr[] = [expr];
  for (let piece = todo.pop(); piece !== undefined; piece = todo.pop()) {
    last = Math.max(last, piece.at);
    todo.push(...piecesOf(piece));
  }
  return last;
}
