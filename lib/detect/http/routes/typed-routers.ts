import {
  calleeName,
  classAround,
  functionAround,
  holds,
  isReceiver,
  push,
  withoutReceiver,
} from '../../evaluate/scopes.ts';
import type { Env, Hole } from '../../evaluate/values.ts';
import type { Argument, Binding, Call, Expr, Module, Param, Scope } from '../../syntax/ir.ts';
import type { Unresolved } from '../../types.ts';
import { Mounts } from '../mounts.ts';
import type { Found, Program, Route } from '../types.ts';

/** In Go and Rust: a router, a group of one, or the route that a chain of calls is about to register. */
export interface TypedRouter {
  /** Whose it is: `chi`. */
  library: string;
  /** What it answers, where it was narrowed to that: `r.Methods("GET").Subrouter()`. */
  methods?: readonly string[];
  /** All paths that begin with its own are its. */
  isPrefix?: boolean;
  /** It is whatever a function is handed. */
  given?: { scope: Scope; param: Param };
  /** What is mounted where this is: it has the prefix that this was made with. */
  outer?: TypedRouter;
}

/** What another router is made by: the same one, or one below it. */
export interface Derived {
  /** Absent: it is the same router. */
  prefix?: Expr | '';
  methods?: readonly string[];
  isPrefix?: boolean;
}

/** What a language's frameworks call their routers. */
export interface RouterRules {
  /** The library of the router that a call or literal makes, and the prefix that it is made with. */
  makes(expr: Expr, module: Module): { library: string; prefix?: Expr } | undefined;
  /** The library of a declared type. */
  typed(type: string, module: Module): string | undefined;
  /** What a call of a router's method gives, where that is a router again. */
  derives(call: Call, router: TypedRouter, module: Module): Derived | undefined;
  /** Whether a call hands the router that it is a method of to a function, below a prefix: `r.Route("/x", func(r) …)`. */
  hands(call: Call, router: TypedRouter, module: Module): { to: Expr; prefix: Expr | '' } | undefined;
  /** What a path of the library's language matches; undefined where it is written in a way that is not known. */
  templates(path: string, library: string): readonly string[] | undefined;
  /** Whether a method of this name registers routes of a library's router, where programs write types that stand for one. */
  registers?(name: string, library: string): boolean;
  /** Names of the methods that `hands` is asked about. */
  handing: RegExp;
}

/** Stands in a prefix that is only known at run time. */
export const OPEN = '\0';

const AT_RUN_TIME = 'the path before it is only known at run time';

const DEEPEST = 40;

/** Finds out which routers an expression of Go or Rust may be, by declared types and chains of calls, and what they are mounted in. Each expression is looked at once. */
export class TypedRouters {
  readonly mounts = new Mounts<TypedRouter>();
  private readonly program: Program;
  private readonly rules: RouterRules;
  private readonly known = new Map<Expr, TypedRouter[]>();
  private readonly made = new Map<object, Map<string, TypedRouter>>();
  private readonly params = new Map<Param, TypedRouter[]>();
  private readonly running = new Set<object>();
  private handed: Map<Scope, { call: Call; module: Module }[]> | undefined;
  /** Routers of which one is used or another: a router itself, or one that has it below a prefix. */
  private readonly alternatives: TypedRouter[][] = [];
  private readonly parents = new Map<TypedRouter, Set<TypedRouter>>();
  /** Paths at which routers are mounted that are only known at run time. */
  private readonly open = new Map<Expr, Unresolved>();
  private depth = 0;
  private again = false;

  constructor(program: Program, rules: RouterRules) {
    this.program = program;
    this.rules = rules;
  }

  /** The routers that an expression may be; none where it is something else. */
  of(expr: Expr, module: Module): TypedRouter[] {
    const known = this.known.get(expr);
    if (known) return known;
    if (this.running.has(expr) || this.depth > DEEPEST) {
      this.again = true;
      return [];
    }
    this.running.add(expr);
    this.depth++;
    const before = this.again;
    this.again = false;
    const found = [...new Set(this.find(expr, module))];
    // What was cut short by a circle is not the whole answer, unless nobody is asking around it.
    if (!this.again || this.depth === 1) this.known.set(expr, found);
    this.again ||= before;
    this.depth--;
    this.running.delete(expr);
    return found;
  }

  /** Mounts a router that stands below a prefix, which may be open or one of several. */
  mount(parent: TypedRouter, prefix: Expr | '', child: TypedRouter, module: Module, env?: Env): void {
    const ways = prefix !== '' && env === undefined ? this.handedIn(parent, prefix, module) : [];
    if (ways.length > 1) {
      for (const way of ways)
        for (const router of this.inEnv(parent, way)) this.mount(router, prefix, child, module, way);
      return;
    }
    this.parents.set(child, (this.parents.get(child) ?? new Set()).add(parent));
    const top = child.outer && parent !== child.outer ? child.outer : child;
    for (const text of this.prefixes(prefix, parent.library, module, env)) {
      this.mounts.mount(parent, text, top);
      if (text === OPEN && prefix !== '')
        this.open.set(prefix, { path: module.path, line: prefix.line, what: 'a router', why: AT_RUN_TIME });
    }
  }

  /** The ways to call the function that is handed a router together with a prefix; none where its prefix is always the same. */
  private handedIn({ given }: TypedRouter, prefix: Expr, module: Module): Env[] {
    const { e } = this.program;
    if (!given || e.texts({ expr: prefix, env: undefined, module }).length < 2) return [];
    return e.calls
      .contexts({ scope: given.scope })
      .flatMap((env) => (env?.args.has(given.param.name) ? env : []));
  }

  /** The routers that a function is handed in one way that it is called. */
  inEnv(router: TypedRouter, env: Env | undefined): TypedRouter[] {
    const { given } = router;
    // What `Route` gives to the function that it is handed is known by that call.
    if (given && this.handing().has(given.scope)) return [router];
    for (let here = given ? env : undefined; given && here; here = here.outer) {
      const arg = here.scope === given.scope ? here.args.get(given.param.name) : undefined;
      if (!arg) continue;
      const found = this.of(arg.expr, arg.module).filter((other) => other !== router);
      return found.length > 0 ? found.flatMap((other) => this.inEnv(other, arg.env)) : [router];
    }
    return [router];
  }

  /** Each route with its prefixes, and what of them is open. */
  all(): Found<Route> {
    const top: TypedRouter = { library: '' };
    for (const some of this.alternatives)
      for (const router of some) {
        const parents = this.parents.get(router);
        if (parents && [...parents].every((parent) => parent !== router && some.includes(parent)))
          this.mounts.mount(top, '', router);
      }
    const { found, unresolved } = this.mounts.all();
    const open = found.filter(({ template }) => template.includes(OPEN));
    return {
      found: found.filter(({ template }) => !template.includes(OPEN)),
      unresolved: [
        ...unresolved,
        ...this.open.values(),
        ...open.map(({ path, line, how }) => ({ path, line, what: how, why: AT_RUN_TIME })),
      ],
    };
  }

  private prefixes(prefix: Expr | '', library: string, module: Module, env?: Env): readonly string[] {
    if (prefix === '') return [''];
    const { e } = this.program;
    return e.texts({ expr: prefix, env, module }).flatMap((given) => {
      const parts = isOnlyBase(given) ? [''] : belowBase(given);
      const path = parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
      return (path === undefined ? undefined : this.rules.templates(path, library)) ?? [OPEN];
    });
  }

  /**
   * The library of a struct of the program's own that stands for a router: it holds one, and has methods of the same names, which
   * are taken to do the same.
   */
  wrapped(type: string, module: Module): string | undefined {
    const own = /^\*?(\w+)$/.exec(type)?.[1];
    const scope =
      own === undefined || module.language !== 'go'
        ? undefined
        : this.program.e.names.classOf(own, module.root);
    return scope && this.wraps(scope);
  }

  private readonly wrappers = new Map<Scope, string | undefined>();

  /** The library whose router a struct stands for. */
  wraps(scope: Scope): string | undefined {
    if (this.wrappers.has(scope)) return this.wrappers.get(scope);
    const held = [...scope.fieldTypes.values()].flatMap((type) => this.rules.typed(type, scope.module) ?? []);
    const [library] = held;
    const names = [...scope.scopes.keys()].filter(
      (name) => this.rules.registers?.(name, library ?? '') === true,
    );
    const found = library !== undefined && names.length > 2 ? library : undefined;
    this.wrappers.set(scope, found);
    return found;
  }

  private typed(type: string, module: Module): string | undefined {
    return this.rules.typed(type, module) ?? this.wrapped(type, module);
  }

  private find(expr: Expr, module: Module): TypedRouter[] {
    const own = expr.kind === 'map' && expr.type ? this.wrapped(expr.type, module) : undefined;
    const made = this.rules.makes(expr, module) ?? (own === undefined ? undefined : { library: own });
    if (made) {
      const { library, prefix } = made;
      if (!prefix) return [this.router(expr, '', library)];
      const outer = this.router(expr, 'outer', library);
      const inner = this.router(expr, '', library, { outer });
      this.mount(outer, prefix, inner, module);
      return [inner];
    }
    switch (expr.kind) {
      case 'name':
        return this.named(expr, module);
      case 'member':
        return this.member(expr, module);
      case 'either': {
        const found = expr.options.flatMap((option) => this.of(option, module));
        this.alternatives.push(found);
        return found;
      }
      // `let (router, api) = router.split_for_parts()`
      case 'index':
        return expr.object.kind === 'call' && calleeName(expr.object) === 'split_for_parts'
          ? this.of(expr.object, module)
          : [];
      case 'call':
        return this.called(expr, module);
      default:
        return [];
    }
  }

  private router(
    at: object,
    name: string,
    library: string,
    more: Omit<TypedRouter, 'library'> = {},
  ): TypedRouter {
    const known = this.made.get(at) ?? new Map<string, TypedRouter>();
    this.made.set(at, known);
    const router = known.get(name) ?? { library, ...more };
    known.set(name, router);
    return router;
  }

  private called(call: Call, module: Module): TypedRouter[] {
    if (call.callee.kind === 'member') {
      const from = this.of(call.callee.object, module);
      const found = from.flatMap((router, i): TypedRouter[] => {
        const derived = this.rules.derives(call, router, module);
        if (!derived) return [];
        const { prefix, methods = router.methods, isPrefix = router.isPrefix } = derived;
        if (prefix === undefined && methods === router.methods && isPrefix === router.isPrefix)
          return [router];
        const narrowed = { ...(methods ? { methods } : {}), ...(isPrefix ? { isPrefix } : {}) };
        const child = this.router(call, String(i), router.library, narrowed);
        this.mount(router, prefix ?? '', child, module);
        return [child];
      });
      if (from.length > 0) return found;
    }
    const { e } = this.program;
    return e
      .evaluate({ expr: call.callee, env: undefined, module })
      .flatMap((value) =>
        value.t === 'function'
          ? value.scope.returns.flatMap((given) => this.returned(given, value.scope, call, module))
          : [],
      );
  }

  /** The routers that a call gives: where the function gives back what it is handed, that of this very call. */
  private returned(result: Expr, scope: Scope, call: Call, module: Module): TypedRouter[] {
    if (result.kind === 'either')
      return result.options.flatMap((option) => this.returned(option, scope, call, module));
    // In Rust a router moves: `router.layer(…)` is the one that was handed in.
    const expr = scope.module.language === 'rust' ? beginOf(result) : result;
    const param =
      expr.kind === 'name' && isOnlyExtended(expr.name, scope)
        ? scope.params.find(({ name }) => name === expr.name)
        : undefined;
    const given = param && positional(call.args)[withoutReceiver(scope).indexOf(param)];
    const found = given ? this.of(given, module) : [];
    const isRouter = param?.type !== undefined && this.typed(param.type, scope.module) !== undefined;
    return given && (found.length > 0 || !isRouter) ? found : this.of(result, scope.module);
  }

  private named(expr: Extract<Expr, { kind: 'name' }>, module: Module): TypedRouter[] {
    for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
      const bound = scope.bindings.get(expr.name);
      const param = scope.params.find(({ name }) => name === expr.name);
      const seen = bound ? this.reaching(bound, scope, expr) : [];
      if (seen.length > 0 || (bound && !param)) return this.bindings(seen, module);
      if (param) return this.param(scope, param);
      const declared = scope.declared?.findLast(({ name }) => name === expr.name);
      const library = declared && this.typed(declared.type, module);
      if (declared && library !== undefined) return [this.router(declared, '', library)];
    }
    const beside = this.beside(expr.name, module);
    return beside.length > 0 ? beside : this.embeddedIn(expr, module);
  }

  /**
   * The routers that a struct has the methods of: `type Router struct { *mux.Router }`. None where it is made with several,
   * since which of them it is depends on the place.
   */
  embeddedIn(expr: Expr, module: Module): TypedRouter[] {
    const found = this.inStructs(expr, module);
    return found.length > 1 ? [] : found;
  }

  /** Whether a struct has one of several routers. */
  isAnyOf = (expr: Expr, module: Module): boolean => this.inStructs(expr, module).length > 1;

  private inStructs(expr: Expr, module: Module): TypedRouter[] {
    if (module.language !== 'go') return [];
    const isOwn = expr.kind === 'name' && isReceiver(expr.name, expr.block);
    const own = isOwn ? classAround(expr.block) : undefined;
    const found = own ? this.embedded(own) : this.literals(expr, module);
    return [...new Set(found)];
  }

  private literals(expr: Expr, module: Module): TypedRouter[] {
    const { e } = this.program;
    return e.evaluate({ expr, env: undefined, module }).flatMap((value): TypedRouter[] => {
      const type = value.t === 'map' ? value.source?.type : undefined;
      const home = value.t === 'map' ? value.source?.block.scope : undefined;
      const owner =
        value.t === 'instance' ? value.scope : type && home ? e.names.classOf(type, home) : undefined;
      if (!owner) return [];
      const given = basesOf(owner).flatMap((base) => {
        const entry = value.t === 'map' ? e.members.mapEntry(value, base) : undefined;
        return entry ? this.of(entry.expr, entry.module) : [];
      });
      return given.length > 0 ? given : this.embedded(owner);
    });
  }

  private embedded(owner: Scope): TypedRouter[] {
    return basesOf(owner).flatMap((base) => this.field(owner, base));
  }

  /** Whether something is a struct that stands for a router. */
  isWrapper = (object: Expr, module: Module): boolean =>
    this.classesOf(object, module).some((scope) => this.wraps(scope) !== undefined);

  /** Whether the type of what a method is called on declares that method itself. */
  hasOwn(object: Expr, method: string, module: Module): boolean {
    const isOwn = object.kind === 'name' && isReceiver(object.name, object.block);
    const own = isOwn ? classAround(object.block) : undefined;
    return (own ? [own] : this.classesOf(object, module)).some(({ scopes }) => scopes.has(method));
  }

  /** A variable at the top of another file of the same folder. */
  private beside(name: string, module: Module): TypedRouter[] {
    const folder = folderOf(module.path);
    for (const other of this.inFolder(folder)) {
      const bound = other === module ? undefined : other.root.bindings.get(name);
      if (bound) return this.bindings(bound, other);
    }
    return [];
  }

  private folders: Map<string, Module[]> | undefined;
  private inFolder(folder: string): readonly Module[] {
    if (!this.folders) {
      this.folders = new Map();
      for (const module of this.program.modules)
        if (module.language === 'go') push(this.folders, folderOf(module.path), module);
    }
    return this.folders.get(folder) ?? [];
  }

  private bindings(bound: readonly Binding[], module: Module): TypedRouter[] {
    return bound.flatMap((binding) => {
      if (this.running.has(binding)) return [];
      this.running.add(binding);
      const found = this.of(binding.value, module);
      this.running.delete(binding);
      return found;
    });
  }

  /** The last that was surely bound before the use, and those that may have been bound since. */
  private reaching(
    bound: readonly Binding[],
    scope: Scope,
    use: Extract<Expr, { kind: 'name' }>,
  ): readonly Binding[] {
    if (scope.kind !== 'function') return bound;
    const isHere = functionAround(use.block) === functionAround({ scope });
    const open = bound.filter((binding) => !this.running.has(binding));
    const before = isHere ? open.filter(({ at, value }) => at <= use.at && !beginsWith(value, use)) : open;
    const last = before.findLastIndex(({ block }) => holds(block, use.block));
    return last < 0 ? before : before.slice(last);
  }

  private member(expr: Extract<Expr, { kind: 'member' }>, module: Module): TypedRouter[] {
    const { object, name } = expr;
    const own =
      object.kind === 'name' && isReceiver(object.name, object.block) ? classAround(object.block) : undefined;
    const owners = own ? [own] : this.classesOf(object, module);
    const found = owners.flatMap((owner) => this.field(owner, name));
    if (found.length > 0 || own) return found;
    const { e } = this.program;
    return e.evaluate({ expr: object, env: undefined, module }).flatMap((value) => {
      const bound = value.t === 'module' ? value.module.root.bindings.get(name) : undefined;
      return bound && value.t === 'module' ? this.bindings(bound, value.module) : [];
    });
  }

  private classesOf(object: Expr, module: Module): Scope[] {
    const { e } = this.program;
    return e.evaluate({ expr: object, env: undefined, module }).flatMap((value) => {
      if (value.t === 'instance' || value.t === 'class') return [value.scope];
      const { source } = value.t === 'map' ? value : {};
      const made = source?.type === undefined ? undefined : e.names.classOf(source.type, source.block.scope);
      return made ? [made] : [];
    });
  }

  private field(owner: Scope, name: string): TypedRouter[] {
    const bound = owner.bindings.get(name);
    const found = bound ? this.bindings(bound, owner.module) : [];
    const type = owner.fieldTypes.get(name);
    const library = type === undefined ? undefined : this.rules.typed(type, owner.module);
    return found.length > 0 || library === undefined ? found : [this.router(owner, name, library)];
  }

  private param(scope: Scope, param: Param): TypedRouter[] {
    const known = this.params.get(param);
    if (known) return known;
    const { module } = scope;
    const library = param.type === undefined ? undefined : this.typed(param.type, module);
    const given = { scope, param };
    const own = library === undefined ? undefined : this.router(param, '', library, { given });
    // A router that goes round comes back to itself.
    this.params.set(param, own ? [own] : []);
    const ways = this.waysTo(scope, param);
    const [first] = ways;
    const router = own ?? (first && this.router(param, '', first.parent.library, { given }));
    if (!router) return [];
    this.params.set(param, [router]);
    for (const { parent, prefix, from } of ways)
      if (parent !== router) this.mount(parent, prefix, router, from);
    return [router];
  }

  /** The routers that a parameter is given, each below the prefix that it is given with. */
  private waysTo(scope: Scope, param: Param): { parent: TypedRouter; prefix: Expr | ''; from: Module }[] {
    const place = withoutReceiver(scope).indexOf(param);
    const handed = place === 0 ? (this.handing().get(scope) ?? []) : [];
    const found = handed.flatMap(({ call, module: from }) =>
      call.callee.kind !== 'member'
        ? []
        : this.of(call.callee.object, from).flatMap((parent) => {
            const given = this.rules.hands(call, parent, from);
            return given ? [{ parent, prefix: given.prefix, from }] : [];
          }),
    );
    if (found.length > 0 || scope.name === '') return found;
    return this.program.e.calls.sites.of(scope).flatMap(({ call, module: from }) => {
      const given = positional(call.args)[place];
      return given ? this.of(given, from).map((parent) => ({ parent, prefix: '' as const, from })) : [];
    });
  }

  /** The functions that routers are handed to, with the calls that do it. */
  private handing(): Map<Scope, { call: Call; module: Module }[]> {
    if (this.handed) return this.handed;
    const found = new Map<Scope, { call: Call; module: Module }[]>();
    this.handed = found;
    for (const module of this.program.modules)
      for (const call of module.calls) {
        if (call.callee.kind !== 'member' || !this.rules.handing.test(calleeName(call))) continue;
        for (const { value } of call.args)
          if (value.kind === 'function') push(found, value.scope, { call, module });
          else if (value.kind === 'name' || value.kind === 'member')
            for (const resolved of this.program.e.evaluate({ expr: value, env: undefined, module }))
              if (resolved.t === 'function') push(found, resolved.scope, { call, module });
      }
    return found;
  }
}

/** The types that a Go struct embeds. */
const basesOf = ({ name, module }: Scope): readonly string[] => module.types.get(name)?.bases ?? [];

/** A path without the setting that a server puts before all of its paths: what stands there belongs to its address. */
export function belowBase(parts: readonly (string | Hole)[]): readonly (string | Hole)[] {
  const [first, second] = parts;
  return isBase(first) && typeof second === 'string' && second.startsWith('/') ? parts.slice(1) : parts;
}

/** Whether a router is mounted at nothing but such a setting. */
const isOnlyBase = (parts: readonly (string | Hole)[]): boolean =>
  isBase(parts.at(-1)) && parts.slice(0, -1).every((part) => part === '/');

const isBase = (part: string | Hole | undefined): boolean =>
  typeof part === 'object' &&
  /(?:^|_|[a-z])(?:base|root|context|subpath)_?(?:path|url|uri|prefix|dir)?$|^basepath$/i.test(part.label);

/** Whether a chain of calls begins with a use of a name: in `app = app.route(…)` that is what it was before. */
const beginsWith = (value: Expr, use: Expr): boolean => beginOf(value) === use;

/** Whether a name is set to nothing else in a function than to what is made of itself: `router = router.layer(…)`. */
function isOnlyExtended(name: string, { bindings, module }: Scope): boolean {
  const bound = bindings.get(name) ?? [];
  return bound.every(({ value }) => {
    const begin = beginOf(value);
    return module.language === 'rust' && begin.kind === 'name' && begin.name === name;
  });
}

/** What a chain of calls begins with. */
function beginOf(value: Expr): Expr {
  let here = value;
  while (here.kind === 'call' || here.kind === 'member')
    here = here.kind === 'call' ? here.callee : here.object;
  return here;
}

export const positional = (args: readonly Argument[]): Expr[] =>
  args.filter(({ name }) => name === undefined).map(({ value }) => value);

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
