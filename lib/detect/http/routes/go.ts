import { calleeName, functionAround, outerCalls } from '../../evaluate/scopes.ts';
import type { Env, Hole, Located } from '../../evaluate/values.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { readEach } from '../each.ts';
import type { Found, Program, Route, RouteReader } from '../types.ts';
import { goRules } from './go-frameworks.ts';
import { type Handled, Handlers } from './go-handlers.ts';
import { belowBase, positional, type TypedRouter, TypedRouters } from './typed-routers.ts';

/** Routes of net/http, chi, gin, echo, gorilla/mux, fiber and httprouter. */
export const goRoutes: RouteReader = (program) => new GoRoutes(program).read();

const verbs = /^(?:get|post|put|patch|delete|head|options|connect|trace)$/i;

/** What one call registers, in the code's own expressions. */
interface Registration {
  router: TypedRouter;
  methods: readonly Expr[] | readonly string[] | '*';
  path: Expr | undefined;
  handler: Expr | undefined;
  /** The path may begin with a method: `GET /x`. */
  isPattern?: boolean;
}

const isGo = ({ language }: Module): boolean => language === 'go';

class GoRoutes {
  private readonly program: Program;
  private readonly routers: TypedRouters;
  private readonly handlers: Handlers;
  private readonly unresolved: Unresolved[] = [];
  private readonly outer: ReadonlyMap<Expr, Call>;

  constructor(program: Program) {
    this.program = program;
    this.routers = new TypedRouters(program, goRules);
    this.handlers = new Handlers(program);
    this.outer = outerCalls(program.modules.filter(isGo));
  }

  async read(): Promise<Found<Route>> {
    this.unresolved.push(...(await readEach(this.program, isGo, (module) => this.module(module))));
    const { found, unresolved } = this.routers.all();
    return { found, unresolved: [...this.unresolved, ...unresolved] };
  }

  private module(module: Module): void {
    for (const call of module.calls) {
      if (this.program.e.spent) return;
      if (!registering.test(calleeName(call))) continue;
      this.program.e.startPlace(call.line);
      for (const registration of this.registrations(call, module)) this.register(registration, call, module);
    }
  }

  private registrations(call: Call, module: Module): Registration[] {
    const { callee } = call;
    if (callee.kind !== 'member') return [];
    const name = callee.name;
    // What a type that stands for a router does itself is read where its methods are called.
    const around = functionAround(call.block)?.parent;
    if (around?.kind === 'class' && this.routers.wraps(around) !== undefined) return [];
    if (/^Handle(?:r|rFunc|Func)?$/.test(name) && callee.object.kind === 'call') {
      const { start, methods, paths, isPrefix } = muxChain(callee.object);
      const own =
        start === callee.object
          ? []
          : this.routers.of(start, module).filter(({ library }) => library === 'mux');
      if (own.length > 0) {
        const args = positional(call.args);
        const given = /^Handle(?:Func)?$/.test(name) && args.length > 1 ? args : [undefined, args[0]];
        const path = together(
          [...paths, ...(given[0] ? [given[0]] : [])],
          isPrefix && given[0] === undefined,
        );
        return own.map((router) => ({ router, methods: methods ?? '*', path, handler: given[1] }));
      }
    }
    const isDefault =
      callee.object.kind === 'name' &&
      /^Handle(?:Func)?$/.test(name) &&
      this.isHttp(callee.object.name, module);
    const routers = isDefault ? [this.standard] : this.routersOf(callee.object, name, call, module);
    return routers.flatMap((router) => registration(router, name, positional(call.args)) ?? []);
  }

  /** The routers that a method is called on; said where it is one of several. */
  private routersOf(object: Expr, method: string, call: Call, module: Module): TypedRouter[] {
    const found = this.routers.of(object, module);
    const isOther = !this.routers.isWrapper(object, module);
    const isWrapped =
      object.kind === 'name' && found.length < 2 && this.routers.hasOwn(object, method, module);
    if (isWrapped && isOther) return [];
    if (found.length === 0 && object.kind === 'name' && this.routers.isAnyOf(object, module))
      this.unresolved.push({
        path: module.path,
        line: call.line,
        what: `${method}(…)`,
        why: 'it is one of several routers, depending on the caller',
      });
    return found;
  }

  private readonly standard: TypedRouter = { library: 'net/http' };

  private isHttp = (local: string, module: Module): boolean =>
    module.imports.some((entry) => entry.local === local && entry.from === 'net/http');

  private register(registration: Registration, call: Call, module: Module): void {
    const { e } = this.program;
    const { handler } = registration;
    const isGiven = handler?.kind === 'name' && isUntyped(handler);
    const mounted = handler === undefined || isGiven ? [] : this.routersIn(handler, module, 0);
    if (mounted.length > 0) {
      this.mount(registration, mounted, module);
      return;
    }
    if (
      registration.path === undefined &&
      registration.router.isPrefix === undefined &&
      registration.router.methods === undefined &&
      registration.router.library === 'mux'
    )
      return;
    const narrowed = registration.router.library === 'mux' ? this.methodsAround(call) : undefined;
    const handled = this.handlers.of(registration.handler, module);
    for (const env of e.contexts(call.block)) {
      const origin = isGiven ? e.origin({ expr: handler, env, module }) : undefined;
      const given = origin ? this.routersIn(origin.expr, origin.module, 0) : [];
      for (const router of this.routers.inEnv(registration.router, env))
        if (given.length > 0) this.mount({ ...registration, router }, given, module, env);
        else
          this.routes(
            { ...registration, router, methods: narrowed ?? registration.methods },
            call,
            env,
            module,
            handled,
          );
    }
  }

  private mount(
    { router, path, isPattern }: Registration,
    mounted: readonly Mounted[],
    module: Module,
    env?: Env,
  ): void {
    for (const { child, strip } of mounted) {
      const keeps = isPattern || router.library === 'mux';
      const prefix = strip ?? (keeps ? '' : (path ?? ''));
      // A router that is reached by its whole path is mounted at the root, whatever leads to it.
      this.routers.mount(router, prefix, child, module, env);
    }
  }

  /** The routers that a handler passes requests on to: itself, or what is wrapped in middleware. */
  private routersIn(handler: Expr, module: Module, depth: number): Mounted[] {
    const of = this.routers.of(handler, module);
    const own = of.length > 0 ? of : this.routers.embeddedIn(handler, module);
    if (own.length > 0) return own.map((child) => ({ child }));
    if (handler.kind !== 'call' || depth > 5) return [];
    const args = positional(handler.args);
    const strip = calleeName(handler) === 'StripPrefix' ? args[0] : undefined;
    return args.flatMap((arg) =>
      this.routersIn(arg, module, depth + 1).map((mounted) => (strip ? { ...mounted, strip } : mounted)),
    );
  }

  /** gorilla: `.Methods("GET")` behind what registers the path. */
  private methodsAround(call: Call): Expr[] | undefined {
    let found: Expr[] | undefined;
    let here: Call | undefined = this.outer.get(call);
    for (let i = 0; here && i < 20; i++, here = this.outer.get(here))
      if (calleeName(here) === 'Methods') found = positional(here.args);
    return found;
  }

  private routes(
    registration: Registration,
    call: Call,
    env: Env | undefined,
    module: Module,
    handled: Handled,
  ): void {
    const { router, path } = registration;
    const at = (expr: Expr): Located => ({ expr, env, module });
    const { line } = path ?? call;
    const how = `${calleeName(call)}(…)`;
    const { e } = this.program;
    const refuse = (why: string): void => {
      this.unresolved.push({ path: module.path, line, what: how, why });
    };
    const paths = path === undefined ? [[router.isPrefix ? '{rest...}' : '']] : e.texts(at(path));
    for (const given of paths) {
      const parts = belowBase(given).map(methodAsText);
      const open = parts.find((part) => typeof part !== 'string');
      if (open !== undefined) {
        refuse(`the path is only known at run time: ${typeof open === 'string' ? '' : open.why}`);
        continue;
      }
      const written = parts.join('');
      const [, ownMethod, pattern = ''] =
        (registration.isPattern ? /^(?:([A-Z]+)[ \t]+)?(\S*)$/ : /^()(.*)$/).exec(written) ?? [];
      const path = registration.isPattern ? subtree(pattern) : pattern;
      const templates = goRules.templates(path, router.library);
      if (templates === undefined) {
        refuse('its path is written in a way that is not known');
        continue;
      }
      const methods = ownMethod ? [ownMethod] : this.methods(registration, at, handled);
      for (const method of methods)
        for (const template of templates) {
          if (method === '?') refuse('its method is only known at run time');
          else
            this.routers.mounts.route(router, {
              method,
              template,
              path: module.path,
              line,
              how,
              ...handled.shapes,
            });
        }
    }
  }

  private methods(
    { methods, router }: Registration,
    at: (expr: Expr) => Located,
    handled: Handled,
  ): string[] {
    if (methods === '*') {
      if (router.methods) return [...router.methods];
      return handled.methods.length > 0 ? [...handled.methods] : ['*'];
    }
    return methods.flatMap((method) => (typeof method === 'string' ? [method] : this.methodsOf(at(method))));
  }

  /** The methods that an expression may be; `?` where that is not known. */
  private methodsOf(at: Located): string[] {
    const { e } = this.program;
    return e.elements(at).flatMap((item) =>
      e.texts(item).map((parts) => {
        const [only] = parts;
        if (parts.length !== 1 || only === undefined) return '?';
        if (typeof only === 'string') return /^[A-Za-z]+$/.test(only) ? only.toUpperCase() : '?';
        return /^Method([A-Z][a-z]+)$/.exec(only.label)?.[1]?.toUpperCase() ?? '?';
      }),
    );
  }
}

interface Mounted {
  child: TypedRouter;
  /** What is taken off the path before it gets there. */
  strip?: Expr;
}

/** `http.MethodGet` in a pattern, as the text that it is. */
const methodAsText = (part: string | Hole): string | Hole =>
  typeof part === 'object' ? (/^Method([A-Z][a-z]+)$/.exec(part.label)?.[1]?.toUpperCase() ?? part) : part;

/** Whether a name is a parameter that may be any handler. */
function isUntyped(expr: Extract<Expr, { kind: 'name' }>): boolean {
  for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
    if (scope.bindings.has(expr.name)) return false;
    const param = scope.params.find(({ name }) => name === expr.name);
    if (param) return !/\b(?:Router|Mux|ServeMux)$/.test(param.type ?? '');
  }
  return false;
}

const registering =
  /^(?:Get|Post|Put|Patch|Delete|Head|Options|Connect|Trace|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS|CONNECT|TRACE|Any|All|Add|Match|Method|MethodFunc|Handle|HandleFunc|Handler|HandlerFunc|Mount)$/;

/** gorilla's `router.Methods("GET").Path("/x")`: what is said of one route before its handler. */
function muxChain(call: Expr): {
  start: Expr;
  methods: Expr[] | undefined;
  paths: Expr[];
  isPrefix: boolean;
} {
  let start = call;
  let methods: Expr[] | undefined;
  const paths: Expr[] = [];
  let isPrefix = false;
  while (start.kind === 'call' && start.callee.kind === 'member' && muxSteps.test(start.callee.name)) {
    const args = positional(start.args);
    const { name } = start.callee;
    if (name === 'Methods') methods ??= args;
    if (/^Path(?:Prefix)?$/.test(name) && args[0]) {
      if (paths.length === 0) isPrefix = name === 'PathPrefix';
      paths.unshift(args[0]);
    }
    start = start.callee.object;
  }
  return { start, methods, paths, isPrefix };
}

const muxSteps =
  /^(?:Methods|Path|PathPrefix|Name|Queries|Headers|HeadersRegexp|Host|Schemes|NewRoute|MatcherFunc)$/;

/** Paths one behind the other; with any text behind them where they are only the beginning. */
function together(paths: readonly Expr[], isPrefix: boolean): Expr | undefined {
  const [first] = paths;
  if (!first) return undefined;
  const { line, at } = first;
  const rest: Expr[] = isPrefix ? [{ kind: 'text', value: '{rest...}', line, at }] : [];
  return paths.length + rest.length === 1
    ? first
    : { kind: 'template', parts: [...paths, ...rest], line, at };
}

/** A path that ends with a slash stands for all below it; a host before it says nothing of the path. */
function subtree(pattern: string): string {
  const path = pattern.replace(/^[^/]+(?=\/)/, '');
  return path.endsWith('/') ? `${path}{rest...}` : path;
}

/** What a call of a router's method registers; undefined where it registers nothing. */
function registration(router: TypedRouter, name: string, args: readonly Expr[]): Registration | undefined {
  const [first, second, third] = args;
  const { library } = router;
  const last = args.at(-1);
  if (library === 'mux') {
    if (/^Handle(?:Func)?$/.test(name) && second)
      return { router, methods: '*', path: first, handler: second };
    if (/^Handler(?:Func)?$/.test(name) && first && args.length === 1)
      return { router, methods: '*', path: undefined, handler: first };
    return undefined;
  }
  if (library === 'net/http')
    return /^Handle(?:Func)?$/.test(name) && second
      ? { router, methods: '*', path: first, handler: second, isPattern: true }
      : undefined;
  const isUpper = name === name.toUpperCase();
  if (verbs.test(name) && isUpper === !/^(?:chi|fiber)$/.test(library))
    return first && last ? { router, methods: [name.toUpperCase()], path: first, handler: last } : undefined;
  if (!first || !second) return undefined;
  switch (name) {
    case 'Any':
    case 'All':
      return { router, methods: '*', path: first, handler: last };
    case 'Mount':
      return /^(?:chi|fiber)$/.test(library)
        ? { router, methods: '*', path: first, handler: second }
        : undefined;
    case 'Handle':
    case 'HandleFunc':
      if (library === 'chi') return { router, methods: '*', path: first, handler: second };
      return third ? { router, methods: [first], path: second, handler: last } : undefined;
    case 'Handler':
    case 'HandlerFunc':
      return library === 'httprouter' && third
        ? { router, methods: [first], path: second, handler: last }
        : undefined;
    case 'Method':
    case 'MethodFunc':
    case 'Add':
    case 'Match':
      return { router, methods: [first], path: second, handler: third };
    default:
      return undefined;
  }
}
