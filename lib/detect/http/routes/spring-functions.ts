import { calleeName, piecesOf } from '../../evaluate/scopes.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { textsOf } from '../java-marks.ts';
import { joined } from '../mounts.ts';
import type { Found, Program, Route, RouteReader } from '../types.ts';
import { javaTemplates } from './java-paths.ts';
import { OPEN, positional } from './typed-routers.ts';

const verb = /^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)$/;

/** Routes of Spring's functional endpoints: `route(GET("/x"), handler)`, `route().GET("/x", handler).path("/y", builder -> …)`. */
export const springFunctions: RouteReader = (program) => {
  const found: Route[] = [];
  const unresolved: Unresolved[] = [];
  for (const module of program.modules.filter(speaks)) {
    const { result, unresolved: open } = program.e.about(module, () => readModule(module, program), none);
    found.push(...result.found);
    unresolved.push(...result.unresolved, ...open);
  }
  return { found, unresolved };
};

const none: Found<Route> = { found: [], unresolved: [] };

const speaks = ({ language, imports }: Module): boolean =>
  language === 'java' &&
  imports.some(({ from }) => /\bfunction\.(?:server|RouterFunction)|servlet\.function/.test(from));

function readModule(module: Module, program: Program): Found<Route> {
  const { within, inside } = nestsIn(module);
  const found: Route[] = [];
  const unresolved: Unresolved[] = [];
  for (const call of module.calls) {
    const method = calleeName(call);
    const [path] = positional(call.args);
    if (!verb.test(method) || !path) continue;
    const how = `${method}(…)`;
    const { line } = path;
    for (const prefix of prefixesOf(call, within, inside, module, program))
      for (const own of textsOf(path, module, program).flatMap((text) => javaTemplates(text))) {
        const template = joined(prefix, own);
        if (template.includes(OPEN))
          unresolved.push({ path: module.path, line, what: how, why: 'its path is only known at run time' });
        else found.push({ method, template, path: module.path, line, how });
      }
  }
  return { found, unresolved };
}

/** The prefixes that stand around a call: of the functions that it is in, and of the calls that it is an argument of. */
function prefixesOf(
  call: Call,
  within: ReadonlyMap<Scope, Expr>,
  inside: ReadonlyMap<Call, Expr[]>,
  module: Module,
  program: Program,
): string[] {
  const around: Expr[] = [...(inside.get(call) ?? [])];
  for (let scope: Scope | undefined = call.block.scope; scope; scope = scope.parent) {
    const prefix = within.get(scope);
    if (prefix) around.unshift(prefix);
  }
  let found = [''];
  for (const prefix of around) {
    const texts = textsOf(prefix, module, program).flatMap((text) => javaTemplates(text));
    found = found.flatMap((before) => texts.map((text) => joined(before, text))).slice(0, 100);
  }
  return found;
}

/** What stands below a prefix: functions that are given to `path` and `nest`, and calls in their arguments. */
function nestsIn(module: Module): { within: Map<Scope, Expr>; inside: Map<Call, Expr[]> } {
  const within = new Map<Scope, Expr>();
  const inside = new Map<Call, Expr[]>();
  for (const call of module.calls) {
    if (!/^(?:nest|path|andNest)$/.test(calleeName(call))) continue;
    const [first, second] = positional(call.args);
    const prefix = first && (first.kind === 'call' ? pathIn(first) : first);
    if (!prefix || !second) continue;
    if (second.kind === 'function') within.set(second.scope, prefix);
    else for (const inner of callsIn(second)) inside.set(inner, [prefix, ...(inside.get(inner) ?? [])]);
  }
  return { within, inside };
}

/** The path of `path("/x")` in a predicate: `path("/x").and(accept(JSON))`. */
const pathIn = (predicate: Call): Expr | undefined =>
  callsIn(predicate).find((call) => calleeName(call) === 'path')?.args[0]?.value;

function callsIn(expr: Expr): Call[] {
  const found: Call[] = [];
  const todo = [expr];
  for (let next = todo.pop(); next && found.length < 5000; next = todo.pop()) {
    if (next.kind === 'call') found.push(next);
    todo.push(...piecesOf(next));
  }
  return found;
}
