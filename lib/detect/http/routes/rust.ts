import { calleeName } from '../../evaluate/scopes.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { readEach } from '../each.ts';
import type { Found, Program, Route, RouteReader } from '../types.ts';
import { actixRoute, methodChain, rustRules, spelled } from './rust-frameworks.ts';
import { RustHandlers } from './rust-handlers.ts';
import { positional, type TypedRouter, TypedRouters } from './typed-routers.ts';

/** Routes of axum, actix and Rocket. */
export const rustRoutes: RouteReader = (program) => new RustRoutes(program).read();

class RustRoutes {
  private readonly program: Program;
  private readonly routers: TypedRouters;
  private readonly handlers: RustHandlers;
  private readonly unresolved: Unresolved[] = [];
  /** A router for each function that an attribute makes a route of. */
  private readonly functions = new Map<Scope, TypedRouter>();

  constructor(program: Program) {
    this.program = program;
    this.routers = new TypedRouters(program, rustRules);
    this.handlers = new RustHandlers(program);
  }

  async read(): Promise<Found<Route>> {
    const is = ({ language }: Module): boolean => language === 'rust';
    this.unresolved.push(...(await readEach(this.program, is, (module) => this.module(module))));
    const { found, unresolved } = this.routers.all();
    return { found, unresolved: [...this.unresolved, ...unresolved] };
  }

  private module(module: Module): void {
    const todo: Scope[] = [module.root];
    for (const scope of todo) {
      for (const inner of scope.scopes.values()) todo.push(...inner);
      if (scope.marks) this.attributed(scope);
    }
    for (const call of module.calls) {
      if (this.program.e.spent) return;
      const name = calleeName(call);
      if (
        !/^(?:(?:api_)?route(?:_with)?|routes|route_service|route_with_tsr|route_service_with_tsr|typed_\w+|nest|nest_(?:api_)?service|merge|service|mount)$/.test(
          name,
        )
      )
        continue;
      if (call.callee.kind !== 'member') continue;
      this.program.e.startPlace(call.line);
      if (name === 'mount') this.rocket(call, module);
      else
        for (const router of this.routers.of(call.callee.object, module))
          this.registered(router, call, module);
    }
  }

  private registered(router: TypedRouter, call: Call, module: Module): void {
    const [first, second] = positional(call.args);
    if (!first) return;
    switch (calleeName(call)) {
      case 'service':
        if (router.library === 'actix') this.service(router, first, module, 0);
        return;
      case 'merge':
        this.mounted(router, '', first, call, module);
        return;
      case 'nest_api_service':
      case 'nest_service':
        if (second && this.routers.of(second, module).length > 0)
          this.mounted(router, first, second, call, module);
        else if (second) this.route(router, '*', first, undefined, call, module, undefined, true);
        return;
      case 'nest':
        if (second) this.mounted(router, first, second, call, module);
        return;
      case 'api_route':
      case 'api_route_with':
      case 'route_with':
      case 'route_with_tsr':
      case 'route': {
        if (!second) return;
        const actix = router.library === 'actix' ? actixRoute(second) : undefined;
        const all = actix
          ? actix.methods.map((method) => ({ method, handler: actix.handler }))
          : this.methodsOf(this.valueOf(second), module, 0);
        if (all.length === 0) this.refuse(call, module, 'the methods that it answers are not known');
        for (const { method, handler } of all) this.route(router, method, first, handler, call, module);
        return;
      }
      case 'routes':
        if (first.kind === 'call' && calleeName(first) === 'routes')
          for (const expr of positional(first.args)) this.documented(router, expr, module);
        return;
      case 'route_service_with_tsr':
      case 'route_service':
        this.route(router, '*', first, undefined, call, module);
    }
  }

  /** The methods that a chain answers, also one that a function of the program's own makes: `get_static(handler)`. */
  private methodsOf(
    expr: Expr,
    module: Module,
    depth: number,
  ): { method: string; handler: Expr | undefined }[] {
    const own = methodChain(expr);
    if (own || expr.kind !== 'call' || depth > 3) return own ?? [];
    let here: Call = expr;
    while (here.callee.kind === 'member' && here.callee.object.kind === 'call') here = here.callee.object;
    const [handler] = positional(here.args);
    return this.functionsOf(here.callee, module).flatMap((scope) =>
      scope.returns.flatMap((given) =>
        this.methodsOf(given, scope.module, depth + 1).map(({ method }) => ({ method, handler })),
      ),
    );
  }

  /** What a name is bound to, where that is one thing. */
  private valueOf(expr: Expr): Expr {
    if (expr.kind !== 'name') return expr;
    for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
      const bound = scope.bindings.get(expr.name);
      if (bound) return bound.findLast(({ at }) => at < expr.at)?.value ?? expr;
    }
    return expr;
  }

  private mounted(router: TypedRouter, prefix: Expr | '', child: Expr, call: Call, module: Module): void {
    const all = this.routers.of(child, module);
    for (const other of all) if (other !== router) this.routers.mount(router, prefix, other, module);
    if (all.length === 0 && !/Swagger|Redoc|RapiDoc|Scalar/.test(rootOf(child)))
      this.refuse(call, module, 'the routes that it has are not among the files');
  }

  private refuse(call: Call, { path }: Module, why: string): void {
    this.unresolved.push({ path, line: call.line, what: `${calleeName(call)}(…)`, why });
  }

  private service(router: TypedRouter, given: Expr, module: Module, depth: number): void {
    if (depth > 5) return;
    if (given.kind === 'list') {
      for (const item of given.items) this.service(router, item, module, depth + 1);
      return;
    }
    if (given.kind === 'call' && calleeName(given) === 'services' && given.callee.kind === 'name') {
      for (const item of positional(given.args)) this.service(router, item, module, depth + 1);
      return;
    }
    if (this.resource(router, given, module)) return;
    const scopes = this.routers.of(given, module);
    for (const scope of scopes) if (scope !== router) this.routers.mount(router, '', scope, module);
    if (scopes.length > 0) return;
    for (const scope of this.functionsOf(given, module)) {
      const own = this.functions.get(scope) ?? this.attributed(scope);
      if (own) this.routers.mounts.mount(router, '', own);
    }
  }

  /** `web::resource("/x").route(web::get().to(a)).post(b)`. */
  private resource(router: TypedRouter, given: Expr, module: Module): boolean {
    const steps: Call[] = [];
    let here = given;
    while (
      here.kind === 'call' &&
      here.callee.kind === 'member' &&
      !/(?:^|\.)resource$/.test(spelled(here.callee))
    ) {
      steps.unshift(here);
      here = here.callee.object;
    }
    if (here.kind !== 'call' || !/^(?:actix_web\.)?(?:web\.)?resource$/.test(spelled(here.callee)))
      return false;
    const [path] = positional(here.args);
    for (const step of path ? steps : []) {
      const name = calleeName(step);
      const [first] = positional(step.args);
      const route = name === 'route' && first ? actixRoute(first) : undefined;
      const methods =
        route?.methods ??
        (name === 'to'
          ? ['*']
          : /^(?:get|post|put|patch|delete|head|trace)$/.test(name)
            ? [name.toUpperCase()]
            : []);
      for (const method of path ? methods : [])
        if (path) this.route(router, method, path, route ? route.handler : first, here, module);
    }
    return true;
  }

  private functionsOf(expr: Expr, module: Module): readonly Scope[] {
    const found = this.program.e
      .evaluate({ expr, env: undefined, module })
      .flatMap((value) => (value.t === 'function' ? [value.scope] : []));
    return found.length > 0 ? found : this.elsewhere(expr, module, (root, name) => root.scopes.get(name));
  }

  /**
   * What a path means in a file of another crate, whose folder need not be named after it: `crate_name::users::LIST` is `LIST` in
   * `users.rs`. None where several files have it.
   */
  private elsewhere<T>(
    expr: Expr,
    module: Module,
    find: (root: Scope, name: string) => readonly T[] | undefined,
  ): readonly T[] {
    const [file = '', name] = spelled(expr).split('.').slice(-2);
    if (name === undefined || file === '') return [];
    const found = this.program.modules.flatMap(({ language, path, root }) => {
      const isFile = path.endsWith(`/${file}.rs`) || path.endsWith(`/${file}/mod.rs`);
      const own = language === 'rust' && isFile ? find(root, name) : undefined;
      return own ? [{ own, path }] : [];
    });
    const crate = module.imports.find(({ local }) => local === file)?.from.split('::')[0] ?? '';
    const words = crate.split('_').slice(-2);
    const fitting = found.filter(({ path }) => words.every((word) => path.includes(word)));
    const [only] = found.length === 1 ? found : fitting;
    return only && (found.length === 1 || fitting.length === 1) ? only.own : [];
  }

  /** A function with `#[get("/x")]`: routes of a router of its own, which is mounted where it is named. */
  private attributed(scope: Scope): TypedRouter | undefined {
    const known = this.functions.get(scope);
    if (known) return known;
    const marks = (scope.marks ?? []).filter(
      (mark): mark is Call =>
        mark.kind === 'call' && attribute.test(calleeName(mark)) && positional(mark.args).length > 0,
    );
    if (marks.length === 0) return undefined;
    const router: TypedRouter = { library: 'actix' };
    this.functions.set(scope, router);
    for (const mark of marks) {
      const [path] = positional(mark.args);
      const name = calleeName(mark);
      const methods =
        name === 'route'
          ? mark.args.flatMap((arg) =>
              arg.name === 'method' && arg.value.kind === 'text' ? [arg.value.value] : [],
            )
          : [name.toUpperCase()];
      for (const method of path ? methods : [])
        if (path) this.route(router, method, path, undefined, mark, scope.module, scope);
    }
    return router;
  }

  /** A handler with `#[utoipa::path(get, path = "/x")]`. */
  private documented(router: TypedRouter, given: Expr, module: Module): void {
    const handlers = this.functionsOf(given, module);
    if (handlers.length === 0)
      this.unresolved.push({
        path: module.path,
        line: given.line,
        what: `routes!(${spelled(given)})`,
        why: 'the handler is not among the files',
      });
    for (const scope of handlers) {
      const mark = scope.marks?.find(
        (documented): documented is Call => documented.kind === 'call' && calleeName(documented) === 'path',
      );
      const path = mark?.args.find(({ name }) => name === 'path')?.value;
      const methods = mark?.args.flatMap(({ name, value }) =>
        name === undefined && value.kind === 'name' && attribute.test(value.name)
          ? [value.name.toUpperCase()]
          : [],
      );
      for (const method of methods ?? [])
        if (mark && path) this.route(router, method, path, undefined, mark, scope.module, scope);
    }
  }

  /** Rocket's `.mount("/api", routes![a, b])`. */
  private rocket(call: Call, module: Module): void {
    const [prefix, list] = positional(call.args);
    if (!prefix || list?.kind !== 'call' || !/routes$/.test(calleeName(list))) return;
    const base: TypedRouter = { library: 'rocket' };
    for (const item of positional(list.args))
      for (const scope of this.functionsOf(item, module)) {
        const own = this.functions.get(scope) ?? this.attributed(scope);
        if (own) this.routers.mount(base, prefix, own, module);
      }
  }

  private route(
    router: TypedRouter,
    method: string,
    path: Expr,
    handler: Expr | undefined,
    call: Call,
    module: Module,
    scope?: Scope,
    isPrefix = false,
  ): void {
    const how = scope ? `#[${calleeName(call)}]` : `${calleeName(call)}(…)`;
    const { line } = path;
    const { e } = this.program;
    const shapes = this.handlers.of(scope ?? (handler && this.functionsOf(handler, module)[0]));
    const named = this.elsewhere(path, module, (root, name) => root.bindings.get(name));
    const known = e.texts({ expr: path, env: undefined, module });
    const isOpen = known.every((parts) => parts.some((part) => typeof part !== 'string'));
    const texts =
      isOpen && named.length > 0
        ? named.flatMap(({ value, block }) =>
            e.texts({ expr: value, env: undefined, module: block.scope.module }),
          )
        : known;
    for (const parts of texts) {
      const text = parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
      const templates =
        text === undefined
          ? undefined
          : templatesIn(isPrefix ? `${text.replace(/\/$/, '')}/{*rest}` : text, router.library);
      if (!templates) {
        const why =
          text === undefined
            ? 'its path is only known at run time'
            : 'its path is written in a way that is not known';
        this.unresolved.push({ path: module.path, line, what: how, why });
      } else
        for (const template of templates)
          this.routers.mounts.route(router, { method, template, path: module.path, line, how, ...shapes });
    }
  }
}

const attribute = /^(?:get|post|put|delete|patch|head|options|route)$/;

/** Rocket's `<id>` and `<path..>` in an attribute, without its query; else the library's own. */
function templatesIn(path: string, library: string): readonly string[] | undefined {
  const plain = path.replace(/\?.*$/s, '');
  if (!/<\w+(?:\.\.)?>/.test(plain)) return rustRules.templates(plain, library);
  return rustRules.templates(plain.replace(/<(\w+)\.\.>/g, '{$1...}').replace(/<(\w+)>/g, '{$1}'), 'actix');
}

/** The name that a chain begins with. */
function rootOf(expr: Expr): string {
  let here = expr;
  while (here.kind === 'call' || here.kind === 'member') {
    if (here.kind === 'member') {
      const name = spelled(here);
      if (name !== '' && !name.startsWith('.')) return name;
    }
    here = here.kind === 'call' ? here.callee : here.object;
  }
  return here.kind === 'name' ? here.name : '';
}
