import type { Evaluator } from '../../evaluate/evaluator.ts';
import { calleeName } from '../../evaluate/scopes.ts';
import { type Located, plain, type Value } from '../../evaluate/values.ts';
import { isProduct } from '../../product.ts';
import { moduleOf } from '../../syntax/imports.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { readEach } from '../each.ts';
import { concatenated, Mounts } from '../mounts.ts';
import { marksOf } from '../scopes.ts';
import { isPython, pathsAt } from '../script-routers.ts';
import { templatesOf } from '../templates.ts';
import { optionAt, type Thing } from '../things.ts';
import type { Program, Route, RouteReader } from '../types.ts';
import { inheritedMethods, methodsAt } from './python.ts';

/** Methods that Django's and REST framework's own views answer. */
const generic: [RegExp, string[]][] = [
  [/^RetrieveUpdateDestroyAPIView$/, ['GET', 'PUT', 'PATCH', 'DELETE']],
  [/^RetrieveUpdateAPIView$/, ['GET', 'PUT', 'PATCH']],
  [/^RetrieveDestroyAPIView$/, ['GET', 'DELETE']],
  [/^ListCreateAPIView$/, ['GET', 'POST']],
  [/^(?:List|Retrieve)APIView$/, ['GET']],
  [/^CreateAPIView$/, ['POST']],
  [/^UpdateAPIView$/, ['PUT', 'PATCH']],
  [/^DestroyAPIView$/, ['DELETE']],
  [/^(?:List|Detail|Template|Redirect|Archive\w*|\w+Archive)View$/, ['GET']],
  [/^(?:Create|Update|Delete|Form)View$/, ['GET', 'POST']],
];

/** What REST framework's mixins add to a set of views. */
const mixins: Record<string, string[]> = {
  ModelViewSet: ['list', 'create', 'retrieve', 'update', 'partial_update', 'destroy'],
  ReadOnlyModelViewSet: ['list', 'retrieve'],
  ListModelMixin: ['list'],
  CreateModelMixin: ['create'],
  RetrieveModelMixin: ['retrieve'],
  UpdateModelMixin: ['update', 'partial_update'],
  DestroyModelMixin: ['destroy'],
};

const actions: Record<string, { method: string; detail: boolean }> = {
  list: { method: 'GET', detail: false },
  create: { method: 'POST', detail: false },
  retrieve: { method: 'GET', detail: true },
  update: { method: 'PUT', detail: true },
  partial_update: { method: 'PATCH', detail: true },
  destroy: { method: 'DELETE', detail: true },
};

/** Django: `urlpatterns` over files, views by function and class, and REST framework's routers. */
export const djangoRoutes: RouteReader = async (program) => {
  const reading = new Reading(program);
  const open = await readEach(program, isPython, (module) => reading.module(module));
  const { found, unresolved } = reading.mounts.all();
  return {
    found: found.filter(({ path }) => isProduct(path)),
    unresolved: [...unresolved, ...open, ...reading.unresolved],
  };
};

class Reading {
  readonly mounts = new Mounts<object>(concatenated);
  readonly unresolved: Unresolved[] = [];
  private readonly e: Evaluator;
  private readonly registered = new Set<object>();

  constructor({ e }: Program) {
    this.e = e;
  }

  module(module: Module): void {
    const bound = module.root.bindings.get('urlpatterns')?.[0];
    if (!bound) return;
    const at = Number.MAX_SAFE_INTEGER;
    const expr: Expr = {
      kind: 'name',
      name: 'urlpatterns',
      block: { scope: module.root },
      line: bound.line,
      at,
    };
    this.patterns({ expr, env: undefined, module }, module, '', 0);
    // Of `[…] + router.urls`, what is not a list.
    for (const { value } of module.root.bindings.get('urlpatterns') ?? [])
      for (const part of summands(value))
        if (part.kind === 'member' || part.kind === 'call') this.summand(part, module);
    for (const call of module.calls) this.lost(call, module);
  }

  /** `router.urls` and what functions give, beside a list of patterns. */
  private summand(expr: Expr, module: Module): void {
    const at: Located = { expr, env: undefined, module };
    if (this.included(at, '', module)) return;
    const what = expr.kind === 'call' ? calleeName(expr) : 'urlpatterns';
    if (/^(?:i18n_patterns|path|re_path|url)$/.test(what)) return;
    const values = this.e.evaluate(at);
    if (values.some(({ t }) => t === 'list')) return;
    if (/^(?:static|staticfiles_urlpatterns|format_suffix_patterns)$/.test(what)) return;
    const why = 'these patterns are only known at run time';
    this.unresolved.push({ path: module.path, line: expr.line, what: `${what}(…)`, why });
  }

  /** A set of views that is registered in something that is not known. */
  private lost(call: Call, { path }: Module): void {
    const { callee, args } = call;
    const [first, second] = args;
    if (callee.kind !== 'member' || callee.name !== 'register' || first?.value.kind !== 'text') return;
    const view = second?.value;
    const name = view?.kind === 'name' || view?.kind === 'member' ? view.name : '';
    if (!/View(?:Set)?$/.test(name)) return;
    const at: Located = {
      expr: callee.object,
      env: undefined,
      module: callee.object.kind === 'name' ? callee.object.block.scope.module : call.block.scope.module,
    };
    if (this.e.evaluate(at).some((value) => value.t === 'thing' && value.type === 'router drf')) return;
    const why = 'it is not known which router it is registered in';
    this.unresolved.push({ path, line: call.line, what: `${name} in a router`, why });
  }

  /** The patterns of a list; those of other files are mounted, those of a list in it are read where they stand. */
  private patterns(list: Located, home: object, prefix: string, depth: number): void {
    if (depth > 8 || this.e.spent) return;
    for (const item of this.e.elements(list)) {
      const call = item.expr;
      if (call.kind === 'member') this.included(item, prefix, home);
      if (call.kind !== 'call') continue;
      this.e.startPlace(call.line);
      const name = calleeName(call);
      const syntax = name === 'path' ? 'angle' : name === 're_path' || name === 'url' ? 'regexp' : undefined;
      if (syntax === undefined) {
        if (name === 'i18n_patterns')
          for (const { value } of call.args) this.single({ ...item, expr: value }, home, prefix, depth);
        continue;
      }
      const path = optionAt(call, ['route', 'regex', 0], item, this.e);
      const view = optionAt(call, ['view', 1], item, this.e);
      if (!path || !view) continue;
      const isPrefix = view.expr.kind === 'call' && calleeName(view.expr) === 'include';
      for (const { text, why } of pathsAt(path, this.e)) {
        const own =
          text !== undefined && isPrefix && syntax === 'regexp' ? `${text.replace(/\$$/, '')}$` : text;
        const templates = own === undefined ? undefined : templatesOf(own, syntax);
        const place = { path: item.module.path, line: call.line };
        if (templates === undefined)
          this.unresolved.push({
            ...place,
            what: `${name}(…)`,
            why: why ?? `the path '${text}' is written in a way that is not read`,
          });
        for (const template of templates ?? []) {
          const whole = concatenated(prefix, template);
          if (isPrefix && view.expr.kind === 'call') this.include(view.expr, view, whole, home, depth);
          else if (view.expr.kind === 'member' && view.expr.name === 'urls')
            this.elsewhere(view, whole, home);
          else
            for (const method of this.methods(view, 0))
              this.mounts.route(home, { method, template: whole, ...place, how: `${name}(…)` });
        }
      }
    }
  }

  /** `path('admin/', admin.site.urls)`: all below the path is answered by what has those patterns. */
  private elsewhere(view: Located, prefix: string, home: object): void {
    if (this.included(view, prefix, home)) return;
    const { path } = view.module;
    const place = { path, line: view.expr.line };
    const isAdmin = view.expr.kind === 'member' && lastOf(view.expr.object) === 'site';
    const template = `${prefix}{${isAdmin ? 'admin' : 'rest'}*}`;
    this.mounts.route(home, { method: '*', template, ...place, how: 'path(…)' });
    const why = 'what answers below this path is not read';
    if (!isAdmin) this.unresolved.push({ ...place, what: 'path(…)', why });
  }

  private single(at: Located, home: object, prefix: string, depth: number): void {
    const at0: Expr = { kind: 'list', items: [at.expr], line: at.expr.line, at: at.expr.at };
    this.patterns({ ...at, expr: at0 }, home, prefix, depth + 1);
  }

  /** `include('shop.urls')`, `include(router.urls)`, `include([…])`, `include(([…], 'shop'))`. */
  private include(call: Call, { env, module }: Located, prefix: string, home: object, depth: number): void {
    const [given] = call.args;
    if (!given) return;
    const at: Located = { expr: given.value, env, module };
    if (this.included(at, prefix, home)) return;
    const [value] = this.e.evaluate(at);
    const name = plain(value);
    if (name !== undefined) {
      const target = moduleOf(name, module, this.e.modules);
      if (target) this.mounts.mount(home, prefix, target.module);
      else if (this.e.wanted) this.e.wanted.import(module, { from: name }, undefined);
      return;
    }
    if (value?.t === 'module') {
      this.mounts.mount(home, prefix, value.module);
      return;
    }
    if (value?.t !== 'list') {
      this.unresolved.push({
        path: module.path,
        line: call.line,
        what: 'include(…)',
        why: 'what it includes is only known at run time',
      });
      return;
    }
    const [first] = value.items;
    const inner = first && this.e.evaluate(first)[0];
    this.patterns(inner?.t === 'list' && first ? first : at, home, prefix, depth + 1);
  }

  /** Whether it is `router.urls`, which is mounted then. */
  private included(at: Located, prefix: string, home: object): boolean {
    const { expr } = at;
    if (expr.kind !== 'member' || expr.name !== 'urls') return false;
    const [router] = this.e.evaluate({ ...at, expr: expr.object });
    if (router?.t !== 'thing' || router.type !== 'router drf') return false;
    this.router(router, prefix, home);
    return true;
  }

  /** The methods that a view answers; `*` where nothing restricts them. */
  private methods(view: Located, depth: number): string[] {
    const { expr } = view;
    if (depth > 5) return ['*'];
    if (expr.kind === 'call') {
      const name = calleeName(expr);
      const [first] = expr.args;
      if (name === 'as_view' && expr.callee.kind === 'member') {
        const mapped = first && this.e.evaluate({ ...view, expr: first.value })[0];
        if (mapped?.t === 'map')
          return mapped.entries.flatMap(({ key }) => plain(this.e.evaluate(key)[0])?.toUpperCase() ?? []);
        const [value] = this.e.evaluate({ ...view, expr: expr.callee.object });
        return value?.t === 'class' ? this.ofClass(value.scope) : ['*'];
      }
      // `csrf_exempt(view)`
      return first ? this.methods({ ...view, expr: first.value }, depth + 1) : ['*'];
    }
    const [value] = this.e.evaluate(view);
    return value?.t === 'function' ? this.ofFunction(value.scope) : ['*'];
  }

  private ofFunction(scope: Scope): string[] {
    for (const { name, call } of marksOf(scope)) {
      if (name === 'require_POST') return ['POST'];
      if (name === 'require_GET') return ['GET'];
      if (name === 'require_safe') return ['GET', 'HEAD'];
      if (name !== 'api_view' && name !== 'require_http_methods') continue;
      const [first] = call?.args ?? [];
      return (
        (first && methodsAt({ expr: first.value, env: undefined, module: scope.module }, this.e)) ?? ['GET']
      );
    }
    return ['*'];
  }

  private ofClass(scope: Scope): string[] {
    const own = inheritedMethods(scope, this.e);
    const known = baseNames(scope, this.e).flatMap(
      (name) => generic.find(([shape]) => shape.test(name))?.[1] ?? [],
    );
    const allowed = this.allowed([scope, ...baseScopes(scope, this.e)]);
    const all = [...new Set([...known, ...own])].filter(allowed);
    return all.length > 0 ? all : ['*'];
  }

  /** The routes of what is registered in one of REST framework's routers. */
  private router(router: Thing, prefix: string, home: object): void {
    if (!this.registered.has(router.props)) {
      this.registered.add(router.props);
      for (const module of this.e.modules) if (isPython(module)) this.registrations(router, module);
    }
    const [own = []] = this.e.piecesOf(router.props.get('prefix') ?? []);
    const inner = own.map((piece) => (typeof piece === 'string' ? piece : '{prefix}')).join('');
    this.mounts.mount(home, inner === '' ? prefix : concatenated(prefix, inner), router.props);
  }

  private registrations(router: Thing, module: Module): void {
    for (const call of module.calls) {
      if (call.callee.kind === 'member' && call.callee.name === 'extend') this.extended(router, call, module);
      if (call.callee.kind !== 'member' || call.callee.name !== 'register') continue;
      const at: Located = { expr: call, env: undefined, module };
      const own = this.e.evaluate({ ...at, expr: call.callee.object });
      if (!own.some((value) => value.t === 'thing' && value.props === router.props)) continue;
      const path = optionAt(call, ['prefix', 0], at, this.e);
      const view = optionAt(call, ['viewset', 1], at, this.e);
      const [value] = view ? this.e.evaluate(view) : [];
      if (!path) continue;
      for (const { text, why } of pathsAt(path, this.e)) {
        const [template] = text === undefined ? [] : (templatesOf(`^${text}$`, 'regexp') ?? []);
        if (template === undefined || value?.t !== 'class') {
          const reason = why ?? 'the set of views is not among the files';
          this.unresolved.push({
            path: module.path,
            line: call.line,
            what: 'router.register(…)',
            why: reason,
          });
          continue;
        }
        for (const route of this.ofViewSet(value.scope, template, plain(router.props.get('end')?.[0]) ?? '/'))
          this.mounts.route(router.props, {
            ...route,
            path: module.path,
            line: call.line,
            how: 'router.register(…)',
          });
      }
    }
  }

  /** `router.registry.extend(other.registry)`: what is registered in another one is also in this one. */
  private extended(router: Thing, { callee, args: [other] }: Call, module: Module): void {
    const registryOf = (expr: Expr | undefined): Value[] =>
      expr?.kind === 'member' && expr.name === 'registry'
        ? this.e.evaluate({ expr: expr.object, env: undefined, module })
        : [];
    const own = registryOf(callee.kind === 'member' ? callee.object : undefined);
    if (!own.some((value) => value.t === 'thing' && value.props === router.props)) return;
    for (const value of registryOf(other?.value))
      if (value.t === 'thing' && value.type === 'router drf') this.router(value, '', router.props);
  }

  private ofViewSet(scope: Scope, template: string, end: string): Pick<Route, 'method' | 'template'>[] {
    const scopes = [scope, ...baseScopes(scope, this.e)];
    const names = new Set(
      baseNames(scope, this.e).flatMap((name) => (Object.hasOwn(mixins, name) ? (mixins[name] ?? []) : [])),
    );
    for (const owner of scopes) for (const name of owner.scopes.keys()) names.add(name);
    const lookup = this.text(scopes, 'lookup_url_kwarg') ?? this.text(scopes, 'lookup_field') ?? 'pk';
    const single = `${template}/{${lookup}}${end}`;
    const allowed = this.allowed(scopes);
    const found = Object.entries(actions).flatMap(([name, { method, detail }]) =>
      names.has(name) && allowed(method) ? [{ method, template: detail ? single : `${template}${end}` }] : [],
    );
    for (const holder of scopes)
      for (const method of [...holder.scopes.values()].flat())
        for (const { name, call } of marksOf(method)) {
          if (name !== 'action' || !call) continue;
          const at: Located = { expr: call, env: undefined, module: holder.module };
          const detail = optionAt(call, ['detail'], at, this.e);
          const isDetail = detail?.expr.kind === 'literal' && detail.expr.value === true;
          const path = optionAt(call, ['url_path'], at, this.e);
          const own = (path ? pathsAt(path, this.e)[0]?.text : undefined) ?? method.name;
          for (const verb of methodsAt(optionAt(call, ['methods'], at, this.e), this.e) ?? ['GET'])
            if (allowed(verb))
              found.push({
                method: verb,
                template: `${(isDetail ? single : template).replace(/\/$/, '')}/${own}${end}`,
              });
        }
    return found;
  }

  /** The methods that `http_method_names` leaves. */
  private allowed(scopes: readonly Scope[]): (method: string) => boolean {
    const holder = scopes.find((scope) => scope.bindings.has('http_method_names'));
    const bound = holder?.bindings.get('http_method_names')?.[0];
    if (!holder || !bound) return () => true;
    const at: Located = { expr: bound.value, env: undefined, module: holder.module };
    const named = methodsAt(at, this.e) ?? [];
    return (method) => named.length === 0 || named.includes(method);
  }

  private text(scopes: readonly Scope[], name: string): string | undefined {
    const bound = scopes
      .map((scope) => scope.bindings.get(name)?.[0]?.value)
      .find((value) => value !== undefined);
    return bound?.kind === 'text' ? bound.value : undefined;
  }
}

const lastOf = (expr: Expr): string => (expr.kind === 'name' || expr.kind === 'member' ? expr.name : '');

/** What a sum of lists is made of. */
const summands = (expr: Expr): Expr[] =>
  expr.kind === 'binary' && expr.op === '+' ? [...summands(expr.left), ...summands(expr.right)] : [expr];

/** The names of the classes that one is derived from, in these files or not. */
function baseNames(scope: Scope, e: Evaluator): string[] {
  return [scope, ...baseScopes(scope, e)].flatMap(({ bases }) =>
    bases.flatMap((base) => (base.kind === 'name' || base.kind === 'member' ? [base.name] : [])),
  );
}

function baseScopes(scope: Scope, e: Evaluator): Scope[] {
  const found: Scope[] = [];
  const todo = [scope];
  for (const known of todo)
    for (const base of e.members.bases(known))
      if (base.t === 'class' && !todo.includes(base.scope) && todo.length < 20) {
        found.push(base.scope);
        todo.push(base.scope);
      }
  return found;
}
