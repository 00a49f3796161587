import { moduleOf } from '../syntax/imports.ts';
import type { Binding, Block, Expr, Module, Param, Scope } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { classAround, functionAround, holds, piecesOf, push, selfIn } from './scopes.ts';
import { type Env, type Located, leftOut, MOST, scopeValue, unknown, type Value } from './values.ts';

/** Places that make things of one class, for what a parameter of that type may be. */
const MOST_MADE = 8;

/** What names mean: bindings that a use can see, parameters by their calls, imports, and the neighbours in a folder. */
export class Names {
  private readonly e: Evaluator;
  private callbacks: Map<Scope, Callback> | undefined;
  private folders: Map<string, Module[]> | undefined;
  private makers: Map<string, Scope[]> | undefined;

  constructor(e: Evaluator) {
    this.e = e;
  }

  name(name: string, block: Block, use: number, at: Located): Value[] {
    const own = this.ownClass(name, block, at.module);
    if (own) return own;
    for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent) {
      // Members of a class go by `this` there.
      if (
        scope.kind === 'class' &&
        scope.parent &&
        /script$/.test(scope.module.language) &&
        !isEnumeration(scope)
      )
        continue;
      const field = this.ownField(scope, name, at);
      if (field) return field;
      const found =
        scope === block.scope
          ? this.lookup(scope, name, at.env, { at: use, block })
          : this.lookup(scope, name, at.env);
      const known = found ?? (scope.kind === 'class' ? this.e.members.inherited(scope, name) : undefined);
      if (known) {
        const bound = (what: string) => scope?.bindings.get(`${name}${what}`);
        const given = isSomething(name, block, scope, use) ? something(known, name, scope) : known;
        if (scope.counters?.has(name) && given.some(isNumber))
          return [unknown(`'${name}' counts`, name), ...given.filter((value) => !isNumber(value))];
        const whole = this.withItems(given, bound('[+]'), scope, at.env);
        return this.withEntries(whole, bound('[]'), bound('[?]'), scope, at.env);
      }
    }
    return [
      this.ownObject(name, block, at.env) ?? unknown(`'${name}' is not defined in the source files`, name),
    ];
  }

  /** Java's fields go by their bare names: that of what the method is called on, where it is known. */
  private ownField(scope: Scope, name: string, { module, env }: Located): Value[] | undefined {
    if (module.language !== 'java' || scope.kind !== 'class' || !scope.bindings.has(name)) return undefined;
    const self = selfIn(env);
    if (self?.t !== 'instance' || self.scope !== scope || self.call === undefined) return undefined;
    const values = this.e.members.classMember(scope, name, self);
    return values.some(({ t }) => t !== 'unknown') ? values : undefined;
  }

  /** `this`: what the method is called on, else some object of the class around it. */
  private ownObject(name: string, block: Block, env: Env | undefined): Value | undefined {
    const owner = name === 'this' ? classAround(block) : undefined;
    return owner && (selfIn(env) ?? { t: 'instance', scope: owner, env: undefined });
  }

  /** Python's `cls`: the class around the method. */
  private ownClass(name: string, block: Block, module: Module): Value[] | undefined {
    if (name !== 'cls' || module.language !== 'python') return undefined;
    const isReceiver = functionAround(block)?.params[0]?.name === name;
    const owner = isReceiver ? classAround(block) : undefined;
    return owner && [{ t: 'class', scope: owner }];
  }

  /** What a name stands for as it is written: list elements with their own places, or what it was bound to. */
  sources(at: Located): Located[] {
    const { expr } = at;
    if (expr.kind !== 'name') return [];
    const lists = this.e.evaluate(at).filter((value) => value.t === 'list');
    if (lists.length > 0) return lists.flatMap((list) => list.items);
    for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
      const bound = scope.bindings.get(expr.name);
      if (bound)
        return [
          ...bound.slice(-MOST).map(({ value }) => ({ ...at, expr: value })),
          ...(bound.length > MOST ? [leftOut(at, `it is set in more than ${MOST} places`)] : []),
        ];
    }
    return [];
  }

  /** A list together with what is appended to it. */
  withItems(
    values: Value[],
    later: readonly Binding[] | undefined,
    scope: Scope,
    env: Env | undefined,
  ): Value[] {
    if (!later) return values;
    const added = this.e.branches
      .thatRun(later, scope, env)
      .map(({ value }): Located => ({ expr: value, env, module: scope.module }));
    return values.map((value) =>
      value.t === 'list' ? { ...value, items: [...value.items, ...added] } : value,
    );
  }

  /** A map together with the entries assigned to it later, and those that it has where no other of their name is there. */
  private withEntries(
    values: Value[],
    later: readonly Binding[] | undefined,
    otherwise: readonly Binding[] | undefined,
    scope: Scope,
    env: Env | undefined,
  ): Value[] {
    if (!later && !otherwise) return values;
    const entries = (bound: readonly Binding[] = []) =>
      this.bindings(bound, scope, env).flatMap((value) => (value.t === 'map' ? value.entries : []));
    // The last of a name counts.
    const [before, after] = [entries(otherwise), entries(later)];
    return values.map((value) =>
      value.t === 'map' ? { ...value, entries: [...before, ...value.entries, ...after] } : value,
    );
  }

  /** What a name means in one scope; undefined where that scope does not know it. */
  lookup(
    scope: Scope,
    name: string,
    env: Env | undefined,
    use?: { at: number; block: Block },
  ): Value[] | undefined {
    const all = scope.bindings.get(name);
    const seen = all && (scope.kind === 'class' ? all : reaching(all, scope, use));
    // in `store = store(x)` the second name is what it was before: a parameter, or a name of an outer scope
    const settled = this.e.branches
      .afterSure(seen ?? [], scope, env)
      .filter((binding) => !this.e.isRunning(binding));
    if (settled.length > 0) return this.bindings(settled, scope, env);
    const param = scope.params.find((entry) => entry.name === name);
    if (param) return this.parameter(scope, param, env);
    const inner = scope.scopes.get(name);
    if (inner) return inner.map((member) => scopeValue(member, env));
    if (scope.kind === 'module') return this.imported(scope.module, name);
    return undefined;
  }

  /** What a name at the top of this module, or of its neighbours in the folder, means; undefined where none has it. */
  global(name: string, module: Module): Value[] | undefined {
    const own = module.root.bindings.has(name) ? this.lookup(module.root, name, undefined) : undefined;
    return own ?? this.neighbour(module, name);
  }

  bindings(bindings: readonly Binding[], scope: Scope, env: Env | undefined): Value[] {
    const values = bindings
      .slice(-MOST)
      .flatMap((binding): Value[] =>
        this.e.once(binding, () => this.e.evaluate({ expr: binding.value, env, module: scope.module }), [
          unknown('refers to itself'),
        ]),
      );
    if (bindings.length > MOST) values.push(unknown(`it is set in more than ${MOST} places`));
    const settled = values.filter(
      (value) => !(value.t === 'unknown' && value.hole.why === 'refers to itself'),
    );
    return settled.length > 0 ? settled : values;
  }

  private parameter(scope: Scope, param: Param, env: Env | undefined): Value[] {
    for (let here = env; here; here = here.outer) {
      if (here.scope !== scope) continue;
      const given = here.args.get(param.name);
      if (given) return this.e.evaluate(given);
      if (here.partial) break;
      if (here.closed !== undefined) return [unknown(here.closed, param.name)];
      if (param.fallback)
        return this.e.evaluate({ expr: param.fallback, env: undefined, module: scope.module });
      if (scope.name !== '') return [unknown(`parameter '${param.name}' of '${scope.name}'`, param.name)];
    }
    if (param.named) return [{ t: 'map', entries: [] }];
    const iterated = scope.name === '' ? this.iterated(scope, param, env) : undefined;
    if (iterated) return iterated;
    const { isCalled } = this.e;
    const given = isCalled ? this.e.once(param, () => this.givenBySites(scope, param), []) : [];
    if (given.some(({ t }) => t !== 'unknown')) return given;
    const isGiven = given.length > 0;
    if (param.fallback && !isGiven) {
      const values = this.e.evaluate({ expr: param.fallback, env: undefined, module: scope.module });
      if (values.some((value) => value.t !== 'null' && value.t !== 'unknown')) return values;
    }
    // What is given and not known is at least of the type that it is declared as.
    const declared = param.type === undefined || !isCalled ? undefined : this.classOf(param.type, scope);
    if (declared) return this.instancesOf(declared);
    const made =
      param.type === undefined || !isCalled || isGiven ? [] : this.givenAs(param.type, scope.module);
    if (made.length > 0) return made;
    if (isGiven) return given;
    return [unknown(`parameter '${param.name}' of '${scope.name || 'a callback'}'`, param.name)];
  }

  /** What the functions give that say they give such a thing, where an interface names it: `loadSettings(): Settings`. */
  private givenAs(written: string, module: Module): Value[] {
    const type = typeName(written);
    if (type === undefined || module.language !== 'typescript') return [];
    this.makers ??= makersOf(this.e.modules);
    const home = this.homeOf(type, module);
    const makers = (this.makers.get(type) ?? []).filter((scope) => this.homeOf(type, scope.module) === home);
    if (makers.length > MOST_MADE) return [];
    return makers
      .flatMap((scope) => this.e.invoke(scope, [], { env: undefined, module: scope.module }))
      .filter(({ t }) => t === 'map');
  }

  /** The file that a type is declared in, as far as the imports tell. */
  private homeOf(type: string, module: Module): string {
    const entry = module.imports.find(({ local }) => local === type);
    return (entry && moduleOf(entry.from, module, this.e.modules, entry.member)?.module.path) ?? module.path;
  }

  /** Something of a declared type, where that is a class of the source files. */
  instanceOf(type: string, from: Scope): Value | undefined {
    const scope = this.classOf(type, from);
    return scope && { t: 'instance', scope, env: undefined };
  }

  /** The things of a class that these files make; where they make none, or too many, one of which nothing more is known. */
  private instancesOf(scope: Scope): Value[] {
    const sites = this.e.calls.sites.constructing(scope);
    if (sites.length === 0 || sites.length > MOST_MADE) return [{ t: 'instance', scope, env: undefined }];
    return sites.map(({ call }) => ({ t: 'instance', scope, call, env: undefined }));
  }

  /** The class that a declared type names. */
  classOf(type: string, from: Scope): Scope | undefined {
    const plain = from.module.language === 'go' ? /^\*?([a-z]\w*)$/.exec(type)?.[1] : undefined;
    const named =
      plain === undefined ? type.matchAll(/(?:\b(\w+)\.)?\b([A-Z]\w*)/g) : [[type, undefined, plain]];
    for (const [, packaged, name = ''] of named) {
      const found = packaged === undefined ? undefined : this.ofPackage(packaged, name, from);
      if (found) return found;
      // `Key.File`: a variant of an enum, which has the methods.
      const owner = packaged !== undefined && /^[A-Z]/.test(packaged) ? [packaged] : [];
      for (const one of [name, ...owner])
        for (let scope: Scope | undefined = from.parent ?? from; scope; scope = scope.parent) {
          const found = this.lookup(scope, one, undefined)?.find((value) => value.t === 'class');
          if (found?.t === 'class') return found.scope;
        }
    }
    return undefined;
  }

  /** Go's `store.Client`: a type of an imported package. */
  private ofPackage(local: string, name: string, { module }: Scope): Scope | undefined {
    if (module.language !== 'go') return undefined;
    const object: Expr = { kind: 'name', name: local, block: { scope: module.root }, line: 1, at: 0 };
    const values = this.e.members.member(object, name, { expr: object, env: undefined, module });
    const found = values.find((value) => value.t === 'class');
    return found?.t === 'class' ? found.scope : undefined;
  }

  private givenBySites(scope: Scope, param: Param): Value[] {
    const { calls } = this.e;
    const sites = calls.sites.of(scope);
    if (sites.length > MOST) return [unknown(`it is called in more than ${MOST} ways`, param.name)];
    return sites.flatMap(({ call, module }) => {
      const env = calls.bindArguments(scope, call.args, { env: undefined, module });
      const given = env.args.get(param.name);
      return given ? this.e.evaluate(given) : [];
    });
  }

  /** The first parameter of `list.forEach((x) => …)` is each of the list's elements; that of `apply`, the thing itself. */
  private iterated(scope: Scope, param: Param, env: Env | undefined): Value[] | undefined {
    if (scope.params[0] !== param) return undefined;
    this.callbacks ??= callbacksOf(this.e.modules);
    const callback = this.callbacks.get(scope);
    if (!callback) return undefined;
    const of: Located = { expr: callback.of, env, module: scope.module };
    return this.e.once(
      param,
      () => {
        const values = this.e.evaluate(of);
        if (callback.whole) return values;
        return values.some((value) => value.t === 'list') ? this.e.each(of, 'element') : undefined;
      },
      undefined,
    );
  }

  private imported(module: Module, name: string): Value[] | undefined {
    const entry = module.imports.find((candidate) => candidate.local === name);
    if (!entry) {
      for (const star of module.imports.filter((candidate) => candidate.local === '*')) {
        const target = moduleOf(star.from, module, this.e.modules);
        if (!target) this.e.wanted?.import(module, star, name);
        const look = () => target && this.lookup(target.module.root, name, undefined);
        const found = this.e.once(star, look, undefined);
        if (found) return found;
      }
      return this.neighbour(module, name);
    }
    const target = moduleOf(entry.from, module, this.e.modules, entry.member);
    // Rust's `mod users;` is a file, as a member is.
    const wantedName = entry.member ?? (module.language === 'rust' ? name : undefined);
    if (!target && wantedName !== undefined) this.e.wanted?.import(module, entry, wantedName);
    if (!target) return [unknown(`imported from '${entry.from}', which is not among the source files`, name)];
    if (target.through !== undefined) this.e.touch(target.through);
    if (target.member === undefined) return [{ t: 'module', module: target.module }];
    const { member } = target;
    const values = this.e.once(entry, () => this.exported(target.module, member), [
      unknown('circular imports', name),
    ]);
    if (values.every(({ t }) => t === 'unknown')) this.e.wanted?.import(module, entry, member);
    return values;
  }

  private exported(from: Module, member: string): Value[] {
    const found = this.lookup(from.root, member, undefined);
    if (found) return found;
    // a static import names a member of the file's class
    const owners = from.language === 'java' ? [...from.root.scopes.values()].flat() : [];
    const owner = owners.find((scope) => scope.bindings.has(member) || scope.scopes.has(member));
    return owner
      ? this.e.members.classMember(owner, member)
      : [unknown(`'${member}' is not in '${from.path}'`, member)];
  }

  /** Go and Terraform share names between the files of one directory without importing them. */
  private neighbour(module: Module, name: string): Value[] | undefined {
    if (module.language !== 'go' && module.language !== 'terraform' && module.language !== 'java')
      return undefined;
    for (const other of this.beside(module)) {
      const { root } = other;
      if (other !== module && (root.bindings.has(name) || root.scopes.has(name)))
        return this.lookup(root, name, undefined);
    }
    this.e.wanted?.neighbour(module.path, name);
    return undefined;
  }

  /** The modules of one language in one folder. */
  private beside({ path, language }: Module): readonly Module[] {
    const key = (file: string, written: string) => `${written} ${file.slice(0, file.lastIndexOf('/') + 1)}`;
    if (!this.folders) {
      this.folders = new Map();
      for (const module of this.e.modules) push(this.folders, key(module.path, module.language), module);
    }
    return this.folders.get(key(path, language)) ?? [];
  }
}

/** An enum of TypeScript, whose members see each other: it has no methods. */
const isEnumeration = ({ scopes, bindings }: Scope): boolean =>
  scopes.size === 0 &&
  [...bindings.values()].every(([one]) =>
    /^(?:text|literal|template|binary|name)$/.test(one?.value.kind ?? ''),
  );

/** Bindings that a use can see: the last that surely ran before it, and those in branches after that one. */
function reaching(
  bindings: readonly Binding[],
  scope: Scope,
  use?: { at: number; block: Block },
): readonly Binding[] {
  if (!use) {
    const last = bindings.findLastIndex(
      (binding) => !binding.block.parent || binding.block.parent.scope !== scope,
    );
    return last <= 0 ? bindings : bindings.slice(last);
  }
  const before = bindings.filter((binding) => binding.at < use.at && !isWithin(use.at, binding.value));
  const last = before.findLastIndex((binding) => holds(binding.block, use.block));
  const seen = last < 0 ? before : before.slice(last);
  return seen.length > 0 ? seen : scope.params.length > 0 ? [] : bindings;
}

/** Whether a variable of a scope has to be something at a use: a condition before it asked, and nothing was bound since. */
function isSomething(name: string, block: Block, owner: Scope, use: number): boolean {
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent) {
    const since = scope.something
      ?.get(name)
      ?.findLast((one) => one.at <= use && holds(one.block, block) && one.block.scope === scope)?.at;
    if (since !== undefined) return !owner.bindings.get(name)?.some(({ at }) => at > since && at < use);
    if (scope === owner) return false;
  }
  return false;
}

const isNumber = (value: Value): boolean => value.t === 'text' && typeof value.literal === 'number';

/** Without what is empty, zero or false. Where a variable is nothing else, what else it may be does not stand in the code. */
function something(values: Value[], name: string, { bindings }: Scope): Value[] {
  const left = values.filter(
    (value) =>
      value.t !== 'null' &&
      !(value.t === 'text' && (value.parts.length === 0 || value.literal === 0 || value.literal === false)),
  );
  if (left.length > 0) return left;
  const isOpen = bindings.has(name) && values.some(({ t }) => t !== 'null');
  return isOpen ? [unknown(`'${name}' is not what the code sets it to`, name)] : values;
}

/** Where the last piece of an expression starts, functions in it left out. */
const lasts = new WeakMap<Expr, number>();

/** Whether something stands in an expression: in `store = store(x)` the second name is what it was before. */
function isWithin(at: number, expr: Expr): boolean {
  if (at < expr.at) return false;
  const known = lasts.get(expr) ?? lastOf(expr);
  lasts.set(expr, known);
  return at <= known;
}

function lastOf(expr: Expr): number {
  let last = 0;
  const todo: Expr[] = [expr];
  for (let one = todo.pop(); one !== undefined; one = todo.pop()) {
    last = Math.max(last, one.at);
    todo.push(...piecesOf(one));
  }
  return last;
}

/** A function given to a method: `whole` where it gets what the method is called on, not each element of it. */
interface Callback {
  of: Expr;
  whole: boolean;
}

/** The one name in a declared type: `: Settings`, `: Promise<Settings>`. */
const typeName = (written: string): string | undefined =>
  /^:?\s*(?:Promise<)?([A-Z]\w*)>?$/.exec(written)?.[1];

/** The functions of these files by the type that they say they give. */
function makersOf(modules: readonly Module[]): Map<string, Scope[]> {
  const found = new Map<string, Scope[]>();
  const scopes = modules.map(({ root }) => root);
  for (const scope of scopes) {
    const type = scope.gives === undefined ? undefined : typeName(scope.gives);
    if (type !== undefined) push(found, type, scope);
    for (const inner of scope.scopes.values()) scopes.push(...inner);
  }
  return found;
}

/** What each callback of `map`, `forEach`, Pulumi's `apply` and their kin is called on. */
function callbacksOf(modules: readonly Module[]): Map<Scope, Callback> {
  const found = new Map<Scope, Callback>();
  for (const module of modules)
    for (const { callee, args } of module.calls) {
      if (callee.kind !== 'member') continue;
      const whole = callee.name === 'apply';
      if (!whole && !/^(?:map|forEach|flatMap|for_each|filter|each)$/.test(callee.name)) continue;
      for (const arg of args)
        if (arg.value.kind === 'function') found.set(arg.value.scope, { of: callee.object, whole });
    }
  return found;
}
