import { calleeName, encloses, holds } from '../evaluate/scopes.ts';
import type { Call, Expr, Module } from '../syntax/ir.ts';

/** One step of a chain of calls: `.bucket(b)` of `client.get_object().bucket(b).key(k)`. */
export interface Step {
  name: string;
  call: Call;
}

/** Java: what is called on the variable that a request or builder is kept in: `request.setKey(k)`, `builder.key(k)`. */
export function laterSteps(made: Call, module: Module): Step[] {
  if (module.language !== 'java') return [];
  const { scope } = made.block;
  const [variable] = [...scope.bindings].find(([, bound]) => bound.some(({ value }) => value === made)) ?? [];
  if (variable === undefined) return [];
  const found = new Map<string, Step>();
  for (const call of module.calls) {
    const name = calleeName(call).replace(/^set(?=[A-Z])/, 'with');
    const [given] = call.args;
    if (given === undefined || call.at < made.at || !encloses(scope, call.block.scope)) continue;
    if (rootOf(call) !== variable) continue;
    // In another branch, it may be the one or the other.
    const before = found.get(name)?.call;
    const options = before && !holds(call.block, before.block) ? optionsOf(before.args[0]?.value) : [];
    const { line, at } = given.value;
    const value: Expr =
      options.length > 0 ? { kind: 'either', options: [...options, given.value], line, at } : given.value;
    found.set(name, { name, call: { ...call, args: [{ value }] } });
  }
  return [...found.values()];
}

const optionsOf = (expr: Expr | undefined): Expr[] =>
  expr === undefined ? [] : expr.kind === 'either' ? expr.options : [expr];

/** The variable that a chain of calls begins with. */
export function rootOf(call: Call): string | undefined {
  let here: Expr = call;
  while (here.kind === 'call' && here.callee.kind === 'member') here = here.callee.object;
  return here.kind === 'name' ? here.name : undefined;
}

/** The calls of a chain, the first of them first. */
export function chainOf(call: Call): Step[] {
  const steps: Step[] = [];
  let here: Expr = call;
  while (here.kind === 'call' && here.callee.kind === 'member') {
    steps.unshift({ name: here.callee.name, call: here });
    here = here.callee.object;
  }
  if (here.kind === 'call') steps.unshift({ name: calleeName(here), call: here });
  return steps;
}
