import { classAround, isReceiver } from '../../evaluate/scopes.ts';
import type { Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Program } from '../types.ts';

/** What a variable or field of Go code is bound to, and where. */
export function boundTo(
  client: Expr,
  name: string,
  module: Module,
  program: Program,
): { value: Expr; scope: Scope }[] {
  if (client.kind === 'name') {
    for (let scope: Scope | undefined = client.block.scope; scope; scope = scope.parent) {
      const bound = scope.bindings.get(name)?.filter(({ value }) => value !== client);
      const own = scope;
      if (bound && bound.length > 0) return bound.slice(-1).map(({ value }) => ({ value, scope: own }));
    }
    return [];
  }
  if (client.kind !== 'member') return [];
  const { object } = client;
  const owner =
    object.kind === 'name' && isReceiver(object.name, object.block) ? classAround(object.block) : undefined;
  const owners = owner
    ? [owner]
    : program.e
        .evaluate({ expr: object, env: undefined, module })
        .flatMap((value) => (value.t === 'instance' ? [value.scope] : []));
  return owners.flatMap((scope) =>
    (scope.bindings.get(name) ?? []).slice(-3).map(({ value }) => ({ value, scope })),
  );
}

/** The call that a variable was last bound to. */
export function boundBefore(expr: Extract<Expr, { kind: 'name' }>): Expr | undefined {
  const bound = expr.block.scope.bindings.get(expr.name)?.findLast(({ at }) => at <= expr.at)?.value;
  return bound?.kind === 'call' ? bound : undefined;
}
