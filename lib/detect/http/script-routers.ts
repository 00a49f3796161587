import type { Evaluator } from '../evaluate/evaluator.ts';
import { classAround, isReceiver } from '../evaluate/scopes.ts';
import type { Env, Located, Value } from '../evaluate/values.ts';
import type { Argument, Call, Expr, Module, Param, Scope } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';
import type { Mounts } from './mounts.ts';
import { type PathSyntax, templatesOf } from './templates.ts';
import { importedAs, optionAt, routerNamed, type Thing } from './things.ts';

/** What routes are registered in, in JavaScript, TypeScript and Python: a thing that a library made, or the parameter of a function that gets one. */
export interface ScriptRouter {
  key: object;
  /** Undefined: nothing says which. */
  framework: string | undefined;
  /** Where it is a parameter. */
  param?: { scope: Scope; param: Param };
}

/** Methods of routers that give the router back. */
const givesBack = /^(?:withTypeProvider|use|after|basePath)$/;

/** What a declared type says about a parameter. */
const types: [RegExp, string][] = [
  [/^:?\s*(?:express\.)?(?:Express|Application|IRouter|Router)\b/, 'express'],
  [/^:?\s*Fastify(?:Instance|Server)|^:?\s*FastifyTypebox/, 'fastify'],
  [/^:?\s*(?:OpenAPI)?Hono\b/, 'hono'],
  [/^:?\s*(?:fastapi\.)?(?:FastAPI|APIRouter)$/, 'fastapi'],
  [/^:?\s*(?:flask\.)?(?:Flask|Blueprint)$/, 'flask'],
  [/^:?\s*(?:aiohttp\.)?(?:web\.)?Application$/, 'aiohttp'],
];

/** Who is who among the routers of languages without types that say so: by identity of what a call made, through imports, parameters and prefixes of their own. */
export class ScriptRouters {
  readonly unresolved: Unresolved[] = [];
  private readonly e: Evaluator;
  private readonly mounts: Mounts<object>;
  /** Routers with a prefix of their own, by what they are from inside. */
  private readonly outers = new Map<object, { outer: object; prefixes: string[]; isUsed: boolean }>();
  private readonly params = new Map<Param, Scope>();
  private readonly under = new Set<object>();

  private readonly syntax: PathSyntax;

  constructor(e: Evaluator, mounts: Mounts<object>, syntax: PathSyntax) {
    this.e = e;
    this.mounts = mounts;
    this.syntax = syntax;
  }

  /** The routers that an expression may be. */
  of(at: Located, depth = 0): ScriptRouter[] {
    const found = this.ofValues(this.e.evaluate(at));
    if (found.length > 0) return found;
    const { expr } = at;
    const isOwn = expr.kind === 'name' && isReceiver(expr.name, expr.block);
    const owner = isOwn ? classAround(expr.block) : undefined;
    const derived = owner ? this.ofDerived({ t: 'instance', scope: owner, env: undefined }) : [];
    if (derived.length > 0) return derived;
    const param = paramOf(at.expr, at.env);
    if (param === undefined) return this.through(at, depth);
    this.params.set(param.param, param.scope);
    const framework = types.find(([type]) => type.test(param.param.type ?? ''))?.[1];
    return [{ key: param.param, framework, param }];
  }

  /** A parameter through what gives the router back: `const routes = app.withTypeProvider()`. */
  private through(at: Located, depth: number): ScriptRouter[] {
    const { expr } = at;
    if (depth > 4) return [];
    if (expr.kind === 'call' && expr.callee.kind === 'member' && givesBack.test(expr.callee.name))
      return this.of({ ...at, expr: expr.callee.object }, depth + 1);
    // aiohttp's `app.router`
    if (expr.kind === 'member' && expr.name === 'router' && this.syntax === 'brace')
      return this.of({ ...at, expr: expr.object }, depth + 1);
    if (expr.kind !== 'name') return [];
    const bound = this.e.names
      .sources(at)
      .filter(({ expr: { kind } }) => kind === 'call' || kind === 'name' || kind === 'member');
    return bound.length > 0 && bound.length < 4
      ? bound.flatMap((located) => this.of(located, depth + 1))
      : [];
  }

  /** The routers among values; a function is what its first parameter gets, as plugins have it. */
  ofValues(values: readonly Value[], isPlugin = false): ScriptRouter[] {
    return values.flatMap((value): ScriptRouter[] => {
      if (value.t === 'thing' && value.type.startsWith('router ')) {
        this.open(value);
        return [{ key: value.props, framework: value.type.slice(7) }];
      }
      if (value.t === 'instance') return this.ofDerived(value);
      if (value.t === 'module') {
        const given = this.e.names.lookup(value.module.root, 'default', undefined) ?? [];
        return given.some((exported) => exported.t === 'module') ? [] : this.ofValues(given, isPlugin);
      }
      const [param] = value.t === 'function' && isPlugin ? value.scope.params : [];
      if (value.t !== 'function' || !param) return [];
      return [{ key: param, framework: undefined, param: { scope: value.scope, param } }];
    });
  }

  /** Something of a class that is derived from a framework's router: one for each that is made, with what the class registers. */
  private ofDerived({ scope, call, env }: Extract<Value, { t: 'instance' }>): ScriptRouter[] {
    const framework = this.derivedFrom(scope);
    if (framework === undefined) return [];
    const key = call ?? scope;
    const router = { key, framework };
    if (this.under.has(key)) return [router];
    this.under.add(key);
    const names = ['prefix', 'url_prefix'];
    const made = call && optionAt(call, names, { expr: call, env, module: call.block.scope.module }, this.e);
    const handed = scope.module.calls.find(
      (inner) => isBaseCall(inner) && classAround(inner.block) === scope && optionIn(inner, names, this.e),
    );
    const at = made ?? (handed && optionIn(handed, names, this.e));
    const texts = at ? pathsAt(at, this.e).flatMap(({ text }) => text ?? []) : [];
    const prefixes = texts.map((text) => this.template(text));
    if (prefixes.length > 0) this.outers.set(key, { outer: {}, prefixes, isUsed: false });
    if (call) this.mount(router, '', { key: scope, framework }, true);
    return [router];
  }

  /** The framework whose router a class is derived from. */
  private derivedFrom(scope: Scope, depth = 0): string | undefined {
    for (const base of scope.bases) {
      const found = routerNamed(importedAs(base, scope.module) ?? '');
      if (found !== undefined) return found;
    }
    for (const base of depth > 4 ? [] : this.e.members.bases(scope)) {
      const found = base.t === 'class' ? this.derivedFrom(base.scope, depth + 1) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Mounts one router in another. `replaces`: the prefix stands in place of the child's own. */
  mount(parent: ScriptRouter, prefix: string, child: ScriptRouter, replaces = false): void {
    const own = this.outers.get(child.key);
    if (own && replaces) this.mounts.mount(parent.key, prefix, child.key);
    else this.mounts.mount(parent.key, prefix, own?.outer ?? child.key);
    if (own && !replaces) own.isUsed = true;
  }

  /** Puts a prefix before all routes of a router, as Koa's `router.prefix('/v1')` does. */
  prefix(router: ScriptRouter, prefix: string): void {
    const known = this.outers.get(router.key);
    if (known) known.prefixes = known.prefixes.map((inner) => `${prefix}${inner}`);
    else this.outers.set(router.key, { outer: {}, prefixes: [prefix], isUsed: false });
  }

  /** Notes what a router is made with: a prefix, and what it is a part of. */
  private open(thing: Thing): void {
    const key = thing.props;
    if (this.under.has(key)) return;
    this.under.add(key);
    const texts = this.e
      .piecesOf(thing.props.get('prefix') ?? [])
      .map((pieces) =>
        pieces
          .map((piece) =>
            typeof piece === 'string' ? this.template(piece) : `{${piece.label || 'prefix'}*}`,
          )
          .join(''),
      );
    if (texts.some((text) => text !== ''))
      this.outers.set(key, { outer: {}, prefixes: texts, isUsed: false });
    const own = { key, framework: thing.type.slice(7) };
    for (const inner of this.ofValues(thing.props.get('inner') ?? []))
      this.mount(own, '', inner, texts.length > 0);
    const [outer] = this.ofValues(thing.props.get('under') ?? []);
    if (outer) this.mounts.mount(outer.key, '', this.outers.get(key)?.outer ?? key);
  }

  /** A piece of a prefix in the words of OpenAPI. */
  private template(piece: string): string {
    const [first] = templatesOf(piece, this.syntax) ?? [];
    return first === undefined ? piece : piece.startsWith('/') ? first : first.slice(1);
  }

  /** Says where all of them hang, once every module is read. */
  close(): void {
    for (const [param, scope] of this.params) this.callers(param, scope);
    for (const [key, { outer, prefixes, isUsed }] of this.outers)
      if (isUsed || !this.mounts.isMounted(key) || this.mounts.isMounted(outer))
        for (const prefix of prefixes) this.mounts.mount(outer, prefix, key);
  }

  /** A function's parameter is what its callers give. */
  private callers(param: Param, scope: Scope): void {
    const index = scope.params.filter(({ name }) => !/^(?:self|cls|this)$/.test(name)).indexOf(param);
    for (const { call, module } of this.e.calls.sites.of(scope)) {
      const arg =
        call.args.find(({ name }) => name === param.name) ??
        call.args.filter(({ name }) => name === undefined)[index];
      if (!arg) continue;
      const at: Located = { expr: arg.value, env: undefined, module };
      for (const router of this.of(at))
        if (router.key !== param) this.mount(router, '', { key: param, framework: undefined });
    }
  }
}

/** `super().__init__(…)`, `super(…)`. */
const isBaseCall = ({ callee }: Call): boolean =>
  callee.kind === 'name' ? callee.name === 'super' : callee.kind === 'member' && callee.name === '__init__';

const optionIn = (call: Call, names: readonly string[], e: Evaluator): Located | undefined =>
  optionAt(call, names, { expr: call, env: undefined, module: call.block.scope.module }, e);

/** Names that routers have, or what holds one. */
const likely =
  /^_?(?:app|api|router|server|fastify|instance|routes?|ctx|context|\w+Router|\w+App|\w+_router|\w+_app)$/;
/** Steps for a look at what may be a router. */
const LOOK = 500;

/** Looks up a function that is given a router, alone or in an object: its file may register routes in it and have no other sign of it. */
export function handed({ callee, args }: Call, module: Module, routers: ScriptRouters, e: Evaluator): void {
  if (e.wanted === undefined || (callee.kind !== 'name' && callee.kind !== 'member')) return;
  const isOne = ({ value }: Argument): boolean => {
    const names =
      value.kind === 'map'
        ? value.entries.map(({ key }) => (key.kind === 'text' ? key.value : ''))
        : [value.kind === 'name' ? value.name : ''];
    if (!names.some((name) => likely.test(name))) return false;
    const at: Located = { expr: value, env: undefined, module };
    const values = e.aside(LOOK, () => e.evaluate(at));
    if (routers.ofValues(values).length > 0) return true;
    return values.some(
      (item) =>
        item.t === 'map' &&
        item.entries.slice(0, 20).some((entry) => routers.ofValues(e.evaluate(entry.value)).length > 0),
    );
  };
  if (args.some(isOne)) e.evaluate({ expr: callee, env: undefined, module });
}

/** The parameter that a name is, where nothing else is bound to it and the environment does not say what was given. */
function paramOf(expr: Expr, _env: Env | undefined): { scope: Scope; param: Param } | undefined {
  if (expr.kind !== 'name') return undefined;
  for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
    if (scope.bindings.has(expr.name)) return undefined;
    const param = scope.params.find(({ name }) => name === expr.name);
    if (param) return { scope, param };
  }
  return undefined;
}

/** A text of a path for each way that it may be; undefined for those of which a part is not known. */
export function pathsAt(at: Located, e: Evaluator): { text?: string; why?: string }[] {
  const found: { text?: string; why?: string }[] = [];
  for (const item of e.elements(at))
    for (const pieces of e.texts(item)) {
      const hole = pieces.find((piece) => typeof piece !== 'string');
      if (hole !== undefined && typeof hole !== 'string')
        found.push({ why: `its path is only known at run time: ${hole.why}` });
      else found.push({ text: pieces.join('') });
    }
  return found;
}

/** Whether a module is in JavaScript or TypeScript. */
export const isScript = ({ language }: Module): boolean =>
  language === 'typescript' || language === 'javascript';
export const isPython = ({ language }: Module): boolean => language === 'python';
