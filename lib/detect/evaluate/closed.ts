import type { Expr, Scope } from '../syntax/ir.ts';
import { isReceiver, piecesOf } from './scopes.ts';
import type { Env } from './values.ts';

/** Whether each expression is closed, found out once: an expression never changes. */
const known = new WeakMap<Expr, boolean>();

/**
 * What is left of an environment for an expression: nothing where that is closed, so that all callers of the code around it
 * share one answer. The rounds of loops at the top of a file count for anything.
 */
export function neededEnv(env: Env | undefined, expr: Expr): Env | undefined {
  if (env === undefined || !isClosed(expr)) return env;
  for (let here: Env | undefined = env; here; here = here.outer) if (here.scope.kind === 'module') return env;
  return undefined;
}

/** Whether an expression means the same whatever the functions around it are called with. */
function isClosed(expr: Expr): boolean {
  const before = known.get(expr);
  if (before !== undefined) return before;
  // What refers to itself is not closed.
  known.set(expr, false);
  const closed = isOwn(expr) && piecesOf(expr).every(isClosed);
  known.set(expr, closed);
  return closed;
}

/** The same of an expression without its pieces. */
function isOwn(expr: Expr): boolean {
  switch (expr.kind) {
    case 'function':
      return false;
    case 'name':
      return !/^(?:super|this|cls)$/.test(expr.name) && !isReceiver(expr.name, expr.block) && isOuter(expr);
    case 'list':
    case 'map':
      return expr.over === undefined;
    case 'either':
      return (
        (expr.test === undefined || isClosed(expr.test)) &&
        (expr.match === undefined || isClosed(expr.match.of))
      );
    default:
      return true;
  }
}

/** Whether a name stands for something at the top of a file, or for a constant of a class. */
function isOuter({ name, block }: Extract<Expr, { kind: 'name' }>): boolean {
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent) {
    if (scope.kind === 'module') return true;
    const bound = scope.bindings.get(name);
    const isConstant =
      scope.kind === 'class' &&
      bound?.every((binding) => binding.block.scope === scope && isClosed(binding.value)) === true;
    // It may mean something further out all the same: some languages see a class's members by `this` only.
    if (isConstant) continue;
    if (bound || scope.scopes.has(name) || scope.params.some((param) => param.name === name)) return false;
  }
  return false;
}
