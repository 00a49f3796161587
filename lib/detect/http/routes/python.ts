import type { Evaluator } from '../../evaluate/evaluator.ts';
import { written as spelled } from '../../evaluate/scopes.ts';
import type { Located } from '../../evaluate/values.ts';
import { isProduct } from '../../product.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { readEach, waysTo } from '../each.ts';
import { appended, Mounts } from '../mounts.ts';
import { type Mark, marksOf, methodsIn, namedScopes } from '../scopes.ts';
import { handed, isPython, pathsAt, type ScriptRouter, ScriptRouters } from '../script-routers.ts';
import { type PathSyntax, templatesOf } from '../templates.ts';
import type { Found, Program, Route } from '../types.ts';

/** What one registration says: methods, paths and what is declared beside them. */
export interface Registered {
  methods: readonly string[];
  paths: Located | readonly Located[];
  shapes?: Partial<Route>;
}

/** A router with what is mounted in it, and under which prefix. */
export interface Mounted {
  prefix: Located | undefined;
  children: readonly ScriptRouter[];
  /** The prefix stands in place of the child's own. */
  replaces?: boolean;
}

/** What is special in one of Python's frameworks. */
export interface Framework {
  name: string;
  syntax: PathSyntax;
  /** Decorators that are said where their router is not known; of each name in one framework only. */
  claims?: RegExp;
  /** A decorator of a function or class. */
  mark?(mark: Mark, scope: Scope, at: Located, e: Evaluator): Registered | undefined;
  /** Whether a call registers routes whatever it is called on: its arguments say so. */
  isSure?(call: Call, callee: Extract<Expr, { kind: 'member' }>, module: Module): boolean;
  /** A call on a router that registers routes. */
  call?(call: Call, name: string, at: Located, e: Evaluator): Registered[];
  /** A call on a router that mounts others. */
  mount?(call: Call, name: string, at: Located, routers: ScriptRouters, e: Evaluator): Mounted | undefined;
}

/** The routes of one of Python's frameworks: decorators, registrations and mounts of its routers. */
export async function pythonRoutes(program: Program, framework: Framework): Promise<Found<Route>> {
  const { e } = program;
  const mounts = new Mounts<object>(appended);
  const routers = new ScriptRouters(e, mounts, framework.syntax);
  const unresolved: Unresolved[] = [];
  const unknownRouters = new Map<string, object>();
  const own = (at: Located): ScriptRouter[] =>
    routers
      .of(at)
      .filter(
        (router) => router.framework === framework.name || (router.param && router.framework === undefined),
      );
  const add = (
    router: ScriptRouter,
    { methods, paths, shapes = {} }: Registered,
    line: number,
    how: string,
    path: string,
  ): void => {
    for (const at of [paths].flat())
      for (const { text, why } of pathsAt(at, e)) {
        const templates =
          text === undefined ? undefined : text === '' ? [''] : templatesOf(text, framework.syntax);
        if (templates === undefined)
          unresolved.push({
            path,
            line,
            what: how,
            why: why ?? `the path '${text}' is written in a way that is not read`,
          });
        for (const template of templates ?? [])
          for (const method of methods)
            mounts.route(router.key, { method, template, path, line, how, ...shapes });
      }
  };
  const open = await readEach(program, isPython, (module) => {
    for (const scope of namedScopes(module)) for (const mark of marksOf(scope)) readMark(mark, scope, module);
    for (const call of module.calls) {
      if (call.callee.kind === 'call') readApplied(call, module);
      readCall(call, module);
    }
  });
  routers.close();
  const { found, unresolved: cut } = mounts.all();
  return { found: found.filter(({ path }) => isProduct(path)), unresolved: [...unresolved, ...cut, ...open] };

  function readMark(mark: Mark, scope: Scope, module: Module): void {
    if (mark.object === undefined || e.spent) return;
    e.startPlace(mark.line);
    const at: Located = { expr: mark.object, env: undefined, module };
    const found = framework.mark?.(mark, scope, at, e);
    if (found === undefined) return;
    const how = `@${spelled(mark.object) ?? 'router'}.${mark.name}`;
    const routersHere = own(at);
    for (const router of routersHere) add(router, found, mark.line, how, module.path);
    if (routersHere.length === 0 && framework.claims?.test(mark.name) && isLost(mark.object, found, at))
      unresolved.push({
        path: module.path,
        line: mark.line,
        what: how,
        why: 'it is not known which router it is registered in',
      });
  }

  /** `app.get('/ping')(ping)`: a decorator that is called like any function. */
  function readApplied({ callee, args: [handler] }: Call, module: Module): void {
    const [mark] = marksOf({ marks: [callee] });
    if (!mark?.object || !handler) return;
    const [value] = e.evaluate({ expr: handler.value, env: undefined, module });
    readMark(mark, value?.t === 'function' || value?.t === 'class' ? value.scope : module.root, module);
  }

  /** Whether a decorator with a path is one of something that is called like a router, and not known. */
  function isLost(receiver: Expr, { paths }: Registered, at: Located): boolean {
    const name = receiver.kind === 'name' || receiver.kind === 'member' ? receiver.name : '';
    if (!/^(?:\w*app|\w*router|\w*blueprint|\w*bp|\w*api|routes?)$/i.test(name)) return false;
    if (!isProduct(at.module.path) || !e.evaluate(at).every(({ t }) => t === 'unknown')) return false;
    return [paths].flat().some((path) => pathsAt(path, e).some(({ text }) => text?.startsWith('/')));
  }

  function readCall(call: Call, module: Module): void {
    handed(call, module, routers, e);
    const callee = calledAs(call, module, e);
    if (callee?.kind !== 'member' || e.spent || !(framework.call || framework.mount)) return;
    e.startPlace(call.line);
    for (const env of waysTo(call, module, program)) {
      const at: Located = { expr: call, env, module };
      const receiver = callee.object;
      const registered = framework.call?.(call, callee.name, at, e) ?? [];
      const mounted =
        registered.length > 0 ? undefined : framework.mount?.(call, callee.name, at, routers, e);
      if (registered.length === 0 && mounted === undefined) return;
      const parents = own({ ...at, expr: receiver });
      if (parents.length === 0 && framework.isSure?.(call, callee, module))
        parents.push({ key: keyOf(receiver), framework: framework.name });
      if (parents.length === 0) return;
      const how = `${spelled(callee.object) ?? 'router'}.${callee.name}(…)`;
      for (const parent of parents) {
        for (const registration of registered) add(parent, registration, call.line, how, module.path);
        if (mounted) mountAll(parent, mounted, call, how, module);
      }
    }
  }

  /** A router of which nothing is known but what it is called: one for each name in a file. */
  function keyOf(receiver: Expr): object {
    const key = `${receiver.kind === 'index' ? '' : (spelled(receiver) ?? '')}`;
    const known = unknownRouters.get(key) ?? {};
    unknownRouters.set(key, known);
    return known;
  }

  function mountAll(
    parent: ScriptRouter,
    { prefix, children, replaces }: Mounted,
    { line }: Call,
    what: string,
    { path }: Module,
  ): void {
    for (const { text, why } of prefix ? pathsAt(prefix, e) : [{ text: '' }]) {
      const known =
        text === undefined ? undefined : text === '' ? '' : templatesOf(text, framework.syntax)?.[0];
      if (known === undefined)
        unresolved.push({ path, line, what, why: why ?? 'its prefix is written in a way that is not read' });
      for (const child of children)
        routers.mount(parent, known ?? '/{prefix*}', child, replaces === true && prefix !== undefined);
    }
  }
}

/** What is called, also where it has a name of its own: `add_route = app.router.add_route`. */
function calledAs({ callee }: Call, module: Module, e: Evaluator): Expr | undefined {
  if (callee.kind !== 'name' || !callee.name.startsWith('add_')) return callee;
  return e.names.sources({ expr: callee, env: undefined, module })[0]?.expr;
}

/** The methods of a list of them, in upper case. */
export const methodsAt = (at: Located | undefined, e: Evaluator): string[] | undefined =>
  at === undefined ? undefined : pathsAt(at, e).flatMap(({ text }) => text?.toUpperCase() ?? []);

/** The methods of a class that a place names: `Jobs.as_view('jobs')`, `Jobs`. */
export function classMethods(given: Located, e: Evaluator): string[] | undefined {
  const [bound] = given.expr.kind === 'name' ? e.names.sources(given) : [];
  const at = bound?.expr.kind === 'call' ? bound : given;
  const { expr } = at;
  const isView = expr.kind === 'call' && expr.callee.kind === 'member' && expr.callee.name === 'as_view';
  const view = isView && expr.callee.kind === 'member' ? expr.callee.object : expr;
  const [value] = e.evaluate({ ...at, expr: view });
  return value?.t === 'class' ? inheritedMethods(value.scope, e) : undefined;
}

/** The methods of a class and of those that it is derived from. */
export function inheritedMethods(scope: Scope, e: Evaluator, depth = 0): string[] {
  const bases = depth > 8 ? [] : e.members.bases(scope);
  const inherited = bases.flatMap((base) =>
    base.t === 'class' ? inheritedMethods(base.scope, e, depth + 1) : [],
  );
  return [...new Set([...methodsIn(scope).map((name) => name.toUpperCase()), ...inherited])];
}
