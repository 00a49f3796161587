import type { Evaluator } from '../../evaluate/evaluator.ts';
import { isProduct } from '../../product.ts';
import type { Expr, Module } from '../../syntax/ir.ts';
import { readEach } from '../each.ts';
import { namedScopes } from '../scopes.ts';
import { isScript } from '../script-routers.ts';
import { templatesOf } from '../templates.ts';
import { importedAs } from '../things.ts';
import type { Route, RouteReader } from '../types.ts';

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** Next.js: `app/…/route.ts` by what it exports, `pages/api/…` by the methods that it asks for. */
export const nextRoutes: RouteReader = async (program) => {
  const found: Route[] = [];
  const unresolved = await readEach(program, isScript, (module) => {
    if (isProduct(module.path)) found.push(...appRoutes(module, program.e), ...pageRoutes(module));
  });
  return { found, unresolved };
};

function appRoutes(module: Module, e: Evaluator): Route[] {
  const { path, root, imports } = module;
  const [, folder] = /(?:^|\/)app\/(?:(.*)\/)?route\.[cm]?[jt]sx?$/.exec(path) ?? [];
  if (!/(?:^|\/)app\/(?:.*\/)?route\.[cm]?[jt]sx?$/.test(path)) return [];
  const [template] = templatesOf(folder ?? '', 'file') ?? [];
  return methods.flatMap((method): Route[] => {
    const line =
      root.scopes.get(method)?.[0]?.line ??
      root.bindings.get(method)?.[0]?.line ??
      imports.find(({ local }) => local === method)?.line ??
      handedOn(module, method, e);
    if (line === undefined || template === undefined) return [];
    return [{ method, template, path, line, how: `export ${method}` }];
  });
}

/** The line of `export * from './handlers'` that brings a method in. */
function handedOn({ imports, root }: Module, method: string, e: Evaluator): number | undefined {
  const star = imports.find(({ local }) => local === '*');
  return star && e.names.lookup(root, method, undefined) ? star.line : undefined;
}

/** The methods that are called on what `next-connect` makes, where that is what a file exports: `handler.get(…).put(…)`. */
function connected(module: Module, given: Expr): Map<string, number> {
  const found = new Map<string, number>();
  const called = given.kind === 'call' && given.callee.kind === 'member' ? rootOf(given) : given;
  const name = called.kind === 'name' ? called.name : undefined;
  const bound = name === undefined ? undefined : module.root.bindings.get(name)?.[0]?.value;
  const made = bound && rootOf(bound);
  if (made?.kind !== 'call' || !/^next-connect\b/.test(importedAs(made.callee, module) ?? '')) return found;
  for (const call of module.calls) {
    if (call.callee.kind !== 'member' || call.args.length === 0) continue;
    const root = rootOf(call);
    const isOwn = root === made || (root.kind === 'name' && root.name === name);
    const method = call.callee.name === 'all' ? '*' : call.callee.name.toUpperCase();
    if (isOwn && (method === '*' || methods.includes(method)) && !found.has(method))
      found.set(method, call.args[0]?.value.line ?? call.line);
  }
  return found;
}

/** What a chain of calls begins with: `nc()` of `nc().get(…).put(…)`. */
function rootOf(expr: Expr): Expr {
  let here = expr;
  while (here.kind === 'call' && here.callee.kind === 'member') here = here.callee.object;
  return here;
}

function pageRoutes(module: Module): Route[] {
  const { path, root } = module;
  const [, file] = /(?:^|\/)pages\/(api\/.*)\.[cm]?[jt]sx?$/.exec(path) ?? [];
  const given = root.bindings.get('default')?.[0];
  if (file === undefined || given === undefined) return [];
  const [template] = templatesOf(file.replace(/\/index$/, ''), 'file') ?? [];
  if (template === undefined) return [];
  // What another framework makes of it has routes of its own.
  if (given.value.kind === 'call' && /^hono/.test(importedAs(given.value.callee, module) ?? '')) return [];
  const asked = connected(module, given.value);
  // `export default withMiddlewares({ GET: … })`
  for (const { value } of given.value.kind === 'call' ? given.value.args : [])
    for (const { key } of value.kind === 'map' ? value.entries : [])
      if (key.kind === 'text' && methods.includes(key.value)) asked.set(key.value, key.line);
  for (const scope of [root, ...allScopes(module)])
    for (const { of, is } of scope.compared ?? [])
      if (
        /(?:^|\.)method$/.test(of) &&
        is.kind === 'text' &&
        methods.includes(is.value) &&
        !asked.has(is.value)
      )
        asked.set(is.value, is.line);
  const line =
    given.value.kind === 'name' ? (root.scopes.get(given.value.name)?.[0]?.line ?? given.line) : given.line;
  if (asked.size === 0) return [{ method: '*', template, path, line, how: 'export default' }];
  return [...asked].map(
    ([method, at]): Route => ({ method, template, path, line: at, how: `req.method === '${method}'` }),
  );
}

/** The scopes of a module, and those of functions without a name that something in them is read in. */
function allScopes(module: Module): Set<Module['root']> {
  const found = new Set(namedScopes(module));
  for (const read of module.members)
    if (read.kind === 'member' && read.object.kind === 'name') found.add(read.object.block.scope);
  return found;
}
