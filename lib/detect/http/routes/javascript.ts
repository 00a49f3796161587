import { written as spelled } from '../../evaluate/scopes.ts';
import { type Env, type Located, plain } from '../../evaluate/values.ts';
import { isProduct } from '../../product.ts';
import type { Argument, Call, Expr, Module } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { readEach, waysTo } from '../each.ts';
import { Mounts } from '../mounts.ts';
import { handed, isScript, pathsAt, type ScriptRouter, ScriptRouters } from '../script-routers.ts';
import { declaredBy } from '../shapes/fastify.ts';
import { type PathSyntax, templatesOf } from '../templates.ts';
import { importedAs, optionAt } from '../things.ts';
import type { Found, Program, Route, RouteReader } from '../types.ts';

/** Methods of routers that register a route, by the HTTP method. */
const methods: Record<string, string> = {
  get: 'GET',
  post: 'POST',
  put: 'PUT',
  delete: 'DELETE',
  del: 'DELETE',
  patch: 'PATCH',
  head: 'HEAD',
  options: 'OPTIONS',
  all: '*',
};

const methodOf = (name: string): string | undefined =>
  Object.hasOwn(methods, name) ? methods[name] : undefined;

/** Names that a parameter has which is a router, where nothing else says so. */
const usual = /^_?(?:app|api|router|server|fastify|instance|route|routes|\w+Router|\w+App)$/;

/** Express, Fastify, Hono and Koa: routers, what is mounted in them, and routes by method calls. */
export const scriptRoutes: RouteReader = async (program) => {
  const reading = new Reading(program);
  const open = await readEach(program, isScript, (module) => reading.module(module));
  return reading.all(open);
};

class Reading {
  private readonly program: Program;
  private readonly mounts = new Mounts<object>();
  private readonly routers: ScriptRouters;
  private readonly unresolved: Unresolved[] = [];
  /** Routes of parameters of which nothing but their name says what they are. */
  private readonly unsure: { router: ScriptRouter; route: Route; isUsual: boolean; isHandled: boolean }[] =
    [];

  constructor(program: Program) {
    this.program = program;
    this.routers = new ScriptRouters(program.e, this.mounts, 'colon');
  }

  module(module: Module): void {
    const { e } = this.program;
    for (const call of module.calls) {
      if (e.spent) return;
      const { callee, args } = call;
      handed(call, module, this.routers, e);
      if (callee.kind !== 'member' || args.length === 0) continue;
      const read = this.readerOf(callee.name, call);
      if (read === undefined) continue;
      e.startPlace(call.line);
      // Whether it is one at all is seen without its callers: most calls with these names are something else.
      const { receiver, path } = rootOf(call);
      if (this.routers.of({ expr: receiver, env: undefined, module }).length === 0) {
        const given = path ?? args[0];
        if (given && methodOf(callee.name) !== undefined) this.unknown(receiver, given, call, module);
        continue;
      }
      for (const env of waysTo(call, module, this.program)) if (!read(call, env, module)) break;
    }
  }

  private readerOf(
    name: string,
    { args }: Call,
  ): ((call: Call, env: Env | undefined, module: Module) => boolean) | undefined {
    if (methodOf(name) !== undefined) return (...at) => this.method(...at);
    if (name === 'use' || name === 'mount') return (...at) => this.use(...at);
    if (name === 'register')
      return args.length > 2 ? (...at) => this.koaRegister(...at) : (...at) => this.register(...at);
    if (name === 'route')
      return args.length > 1 ? (...at) => this.use(...at) : (...at) => this.routeObject(...at);
    if (name === 'on' && args.length > 2) return (...at) => this.on(...at);
    if (name === 'prefix' && args.length === 1) return (...at) => this.ownPrefix(...at);
    if (name === 'openapi' && args.length > 1) return (...at) => this.openapi(...at);
    return undefined;
  }

  /** `app.get('/x', …)`, `router.route('/x').get(…)`. */
  private method(call: Call, env: Env | undefined, module: Module): boolean {
    const { e } = this.program;
    const method = call.callee.kind === 'member' ? methodOf(call.callee.name) : undefined;
    const { receiver, path } = rootOf(call);
    const [first, second, third] = call.args;
    const given = path ?? first;
    if (method === undefined || given === undefined || given.name !== undefined) return false;
    if (path === undefined && (second === undefined || first?.value.kind === 'function')) return false;
    if (
      path === undefined &&
      second?.value.kind === 'map' &&
      call.args.length === 2 &&
      !handles(second.value)
    )
      return false;
    const routers = this.routers.of({ expr: receiver, env, module });
    if (routers.length === 0) return false;
    const isNamed =
      routers[0]?.framework === 'koa' &&
      third !== undefined &&
      path === undefined &&
      startsPath(second, env, module, this.program);
    const at: Located = { expr: isNamed && second ? second.value : given.value, env, module };
    const options = second ? { expr: second.value, env, module } : undefined;
    const shapes = options && second?.value.kind !== 'function' ? declaredBy(call, at, e) : {};
    for (const router of routers) this.add(router, [method], at, call, module, shapes);
    return true;
  }

  /** Says of what looks like a route that nobody knows what it is registered in. */
  private unknown(receiver: Expr, { value: path }: Argument, call: Call, module: Module): void {
    const { e } = this.program;
    const name = receiver.kind === 'name' || receiver.kind === 'member' ? receiver.name : '';
    const last = call.args.at(-1)?.value;
    const isHandler =
      last !== undefined && last !== path && /^(?:function|name|member|call)$/.test(last.kind);
    if (!usual.test(name) || !isHandler || !/^(?:text|template)$/.test(path.kind)) return;
    if (!isProduct(module.path) || !startsPath({ value: path }, undefined, module, this.program)) return;
    const values = e.glancing(() => e.evaluate({ expr: receiver, env: undefined, module }));
    if (!values.every(({ t }) => t === 'unknown')) return;
    const why = 'it is not known which router it is registered in';
    this.unresolved.push({ path: module.path, line: lineOf(call), what: howOf(call), why });
  }

  /** `app.on(['PUT', 'DELETE'], '/x', …)`. */
  private on(call: Call, env: Env | undefined, module: Module): boolean {
    const [named, path] = call.args;
    const routers = this.routers.of({ expr: rootOf(call).receiver, env, module });
    if (!named || !path || !routers.some(({ framework }) => framework === 'hono')) return false;
    const given = pathsAt({ expr: named.value, env, module }, this.program.e).flatMap(
      ({ text }) => text ?? [],
    );
    for (const router of routers)
      this.add(router, given, { expr: path.value, env, module }, call, module, {});
    return true;
  }

  /** Koa's `router.prefix('/v1')`, once for each place that says so. */
  private ownPrefix(call: Call, env: Env | undefined, module: Module): boolean {
    const [first] = call.args;
    const routers = this.routers
      .of({ expr: rootOf(call).receiver, env, module })
      .filter(({ framework, param }) => framework === 'koa' && param === undefined);
    if (first === undefined) return false;
    for (const { text, why } of pathsAt({ expr: first.value, env, module }, this.program.e)) {
      const [template] = text === undefined ? [] : (templatesOf(text, 'colon') ?? []);
      if (template !== undefined) for (const router of routers) this.routers.prefix(router, template);
      else if (routers.length > 0)
        this.unresolved.push({
          path: module.path,
          line: call.line,
          what: howOf(call),
          why: why ?? 'its prefix is written in a way that is not read',
        });
    }
    return false;
  }

  /** Koa's `router.register('/x', ['GET', 'PUT'], …)`. */
  private koaRegister(call: Call, env: Env | undefined, module: Module): boolean {
    const [path, named] = call.args;
    const routers = this.routers.of({ expr: rootOf(call).receiver, env, module });
    if (!path || !named || !routers.some(({ framework }) => framework === 'koa'))
      return this.register(call, env, module);
    const given = pathsAt({ expr: named.value, env, module }, this.program.e).flatMap(
      ({ text }) => text ?? [],
    );
    for (const router of routers)
      this.add(router, given, { expr: path.value, env, module }, call, module, {});
    return true;
  }

  /** Hono's `app.openapi(createRoute({ method, path }), …)`. */
  private openapi(call: Call, env: Env | undefined, module: Module): boolean {
    const { e } = this.program;
    const [first] = call.args;
    const routers = this.routers.of({ expr: rootOf(call).receiver, env, module });
    if (first === undefined || !routers.some(({ framework }) => framework === 'hono')) return false;
    const at: Located = { expr: first.value, env, module };
    const [path, method] = [e.entry(at, 'path'), e.entry(at, 'method')];
    if (path === undefined || method === undefined) {
      const why = 'the route that it is given is only known at run time';
      this.unresolved.push({ path: module.path, line: lineOf(call), what: howOf(call), why });
      return true;
    }
    const named = pathsAt(method, e).flatMap(({ text }) => text ?? []);
    for (const router of routers) this.add(router, named, path, call, module, {}, 'brace');
    return true;
  }

  /** Fastify's `app.route({ method, url })`. */
  private routeObject(call: Call, env: Env | undefined, module: Module): boolean {
    const { e } = this.program;
    const at: Located = { expr: call, env, module };
    const path = optionAt(call, ['url', 'path'], at, e);
    const method = optionAt(call, ['method'], at, e);
    if (path === undefined || method === undefined) return false;
    const routers = this.routers.of({ expr: rootOf(call).receiver, env, module });
    const named = pathsAt(method, e).flatMap(({ text }) => text?.toUpperCase() ?? []);
    for (const router of routers) this.add(router, named, path, call, module, declaredBy(call, at, e));
    return routers.length > 0;
  }

  /** `app.use('/x', router)`, Hono's `app.route('/x', other)`. */
  private use(call: Call, env: Env | undefined, module: Module): boolean {
    const { e } = this.program;
    const routers = this.routers.of({ expr: rootOf(call).receiver, env, module });
    if (routers.length === 0) return false;
    const children = call.args.map(({ value }) =>
      value.kind === 'function' || value.kind === 'text'
        ? []
        : e.elements({ expr: value, env, module }).flatMap((item) => this.routers.ofValues(e.evaluate(item))),
    );
    for (const { value } of call.args) this.koaMount(value, env, routers, call, module);
    const first = call.args[0];
    const isPath = first !== undefined && children[0]?.length === 0 && first.value.kind !== 'function';
    const prefixes =
      isPath && children.some((child) => child.length > 0)
        ? pathsAt({ expr: first.value, env, module }, e)
        : [{ text: '' }];
    for (const child of children.flat())
      for (const parent of routers) this.prefixed(parent, prefixes, child, call, module);
    if (isPath && children.every((child) => child.length === 0)) this.unknownMount(call, env, module);
    return true;
  }

  /** Says of what is mounted below a path that it is one of the files that nobody gave. */
  private unknownMount(call: Call, env: Env | undefined, module: Module): void {
    const last = call.args.at(-1)?.value;
    const [first] = call.args;
    if (last === undefined || last === first?.value || !/^(?:name|member|call)$/.test(last.kind)) return;
    if (!isProduct(module.path) || !startsPath(first, env, module, this.program)) return;
    const target = last.kind === 'call' ? last.callee : last;
    if (!/^(?:\.|@\/|~|#)/.test(importedAs(target, module) ?? '')) return;
    const values = this.program.e.evaluate({ expr: last, env, module });
    if (!values.every(({ t }) => t === 'unknown')) return;
    const why = 'what is mounted here is not among the files';
    this.unresolved.push({ path: module.path, line: call.line, what: howOf(call), why });
  }

  /** Koa's `app.use(mount('/api', other))`. */
  private koaMount(
    expr: Expr,
    env: Env | undefined,
    parents: readonly ScriptRouter[],
    call: Call,
    module: Module,
  ): void {
    if (expr.kind !== 'call' || importedAs(expr.callee, module) !== 'koa-mount') return;
    const { e } = this.program;
    const child = expr.args.at(-1);
    const prefix = expr.args.length > 1 ? expr.args[0] : undefined;
    const prefixes = prefix ? pathsAt({ expr: prefix.value, env, module }, e) : [{ text: '' }];
    for (const router of child ? this.routers.ofValues(e.evaluate({ expr: child.value, env, module })) : [])
      for (const parent of parents) this.prefixed(parent, prefixes, router, call, module);
  }

  /** Fastify's `@fastify/autoload`: plugins of a folder, each under the folders that it stands in. */
  private autoload(call: Call, parents: readonly ScriptRouter[], at: Located): void {
    const { e, modules } = this.program;
    const dir = optionAt(call, ['dir'], at, e);
    const [pieces] = dir ? e.texts(dir) : [];
    const last = pieces?.at(-1);
    const own = typeof last === 'string' ? last.replace(/^[./]+|\/+$/g, '') : '';
    if (own === '') return;
    const from = at.module.path.split('/').slice(0, -1);
    const root = [...from, own].join('/');
    const options = optionAt(call, ['options'], at, e);
    const prefix = (options && e.entry(options, 'prefix')) ?? optionAt(call, ['prefix'], at, e);
    const [first = { text: '' }] = prefix ? pathsAt(prefix, e) : [];
    const named = optionAt(call, ['dirNameRoutePrefix'], at, e)?.expr;
    const isFlat = named?.kind === 'literal' && named.value === false;
    for (const module of modules) {
      if (!module.path.startsWith(`${root}/`) || !isScript(module)) continue;
      const folders = module.path
        .slice(root.length + 1)
        .split('/')
        .slice(0, -1);
      const set = (name: string): string | undefined =>
        plain(e.names.lookup(module.root, name, undefined)?.[0]);
      const path = isFlat ? '' : folders.map((folder) => folder.replace(/^_(\w+)/, ':$1')).join('/');
      const own = set('prefixOverride') ?? `${first.text ?? ''}/${set('autoPrefix') ?? path}`;
      const given = first.why === undefined ? { text: own } : { why: first.why };
      for (const child of this.routers.ofValues([{ t: 'module', module }], true))
        for (const parent of parents) this.prefixed(parent, [given], child, call, at.module);
    }
  }

  /** Fastify's `app.register(plugin, { prefix })`. */
  private register(call: Call, env: Env | undefined, module: Module): boolean {
    const { e } = this.program;
    const [plugin] = call.args;
    const routers = this.routers.of({ expr: rootOf(call).receiver, env, module });
    if (routers.length === 0 || !plugin) return false;
    const at: Located = { expr: call, env, module };
    if (/^(?:@fastify\/|fastify-)autoload(?:\.\w+)?$/.test(importedAs(plugin.value, module) ?? '')) {
      this.autoload(call, routers, at);
      return true;
    }
    const prefix = optionAt({ ...call, args: call.args.slice(1) }, ['prefix'], at, e);
    const prefixes = prefix ? pathsAt(prefix, e) : [{ text: '' }];
    const children = this.routers.ofValues(e.evaluate({ expr: plugin.value, env, module }), true);
    for (const child of children)
      for (const parent of routers) this.prefixed(parent, prefixes, child, call, module);
    return true;
  }

  private prefixed(
    parent: ScriptRouter,
    prefixes: readonly { text?: string; why?: string }[],
    child: ScriptRouter,
    call: Call,
    { path }: Module,
  ): void {
    for (const { text, why } of prefixes) {
      const [template] = text === undefined ? [] : (templatesOf(text, 'colon') ?? []);
      if (template === undefined)
        this.unresolved.push({
          path,
          line: call.line,
          what: howOf(call),
          why: why ?? `the prefix '${text}' is written in a way that is not read`,
        });
      else this.routers.mount(parent, text === '' ? '' : template, child);
    }
  }

  private add(
    router: ScriptRouter,
    named: readonly string[],
    at: Located,
    call: Call,
    { path }: Module,
    shapes: Partial<Route>,
    syntax: PathSyntax = 'colon',
  ): void {
    const how = howOf(call);
    const isChained = call.callee.kind === 'member' && call.callee.object.kind === 'call';
    const line = isChained ? lineOf(call) : call.line;
    for (const { text, why } of pathsAt(at, this.program.e)) {
      const templates =
        text === undefined || (text !== '' && !/^[/*:({]/.test(text) && router.framework === 'express')
          ? undefined
          : templatesOf(text, syntax);
      if (templates === undefined && router.param && router.framework === undefined) continue;
      if (templates === undefined) {
        const what = `${how}`;
        this.unresolved.push({
          path,
          line,
          what,
          why: why ?? `the path '${text}' is written in a way that is not read`,
        });
      }
      for (const template of templates ?? [])
        for (const method of named) {
          const route: Route = { method: method.toUpperCase(), template, path, line, how, ...shapes };
          if (router.param && router.framework === undefined)
            this.unsure.push({
              router,
              route,
              isUsual: usual.test(router.param.param.name) && text?.startsWith('/') === true,
              isHandled: text?.startsWith('/') === true && call.args.at(-1)?.value.kind === 'function',
            });
          else this.mounts.route(router.key, route);
        }
    }
  }

  all(open: readonly Unresolved[]): Found<Route> {
    this.routers.close();
    for (const { router, route, isUsual, isHandled } of this.unsure)
      if (isUsual || this.mounts.isMounted(router.key)) this.mounts.route(router.key, route);
      else if (isHandled && isProduct(route.path))
        this.unresolved.push({
          path: route.path,
          line: route.line,
          what: route.how,
          why: 'it is not known which router it is registered in',
        });
    const { found, unresolved } = this.mounts.all();
    const all = [...unresolved, ...open, ...this.unresolved];
    return { found: found.filter(({ path }) => isProduct(path)), unresolved: all };
  }
}

/** What a chain of calls hangs in, `app` of `app.get(…).post(…)`, and the path of its `route('/x')`. */
function rootOf(call: Call): { receiver: Expr; path?: Argument } {
  let here: Expr = call.callee.kind === 'member' ? call.callee.object : call.callee;
  while (here.kind === 'call' && here.callee.kind === 'member') {
    const { name, object } = here.callee;
    const [path] = here.args;
    if (name === 'route' && here.args.length === 1 && path && path.value.kind !== 'map')
      return { receiver: object, path };
    if (methodOf(name) === undefined && !/^(?:use|route|on|openapi)$/.test(name)) break;
    if (here.args.length < 2 && name !== 'use' && methodOf(name) === undefined) break;
    here = object;
  }
  return { receiver: here };
}

/** The line of the method in a chain over several lines. */
const lineOf = (call: Call): number => call.args[0]?.value.line ?? call.line;

const howOf = ({ callee }: Call): string =>
  callee.kind === 'member' ? `${spelled(callee.object) ?? 'router'}.${callee.name}(…)` : 'a route';

/** An object that is the second and last argument of a route has its handler. */
const handles = (expr: Extract<Expr, { kind: 'map' }>): boolean =>
  expr.spreads.length > 0 || expr.entries.some(({ key }) => key.kind === 'text' && key.value === 'handler');

function startsPath(
  arg: Argument | undefined,
  env: Env | undefined,
  module: Module,
  { e }: Program,
): boolean {
  if (arg === undefined) return false;
  return pathsAt({ expr: arg.value, env, module }, e).some(
    ({ text }) => text?.startsWith('/') || text === '',
  );
}
