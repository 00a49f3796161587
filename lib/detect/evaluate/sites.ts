import { isProduct } from '../product.ts';
import type { Argument, Call, Expr, Module, Scope } from '../syntax/ir.ts';
import { isLocal } from '../syntax/local.ts';
import type { Unresolved } from '../types.ts';
import type { Evaluator } from './evaluator.ts';
import { handedOn } from './handed-on.ts';
import { calleeName, classAround, isReceiver, push, selfIn, withoutReceiver } from './scopes.ts';
import type { Touched } from './touched.ts';
import { type Located, scopeValue, type Value } from './values.ts';

export interface Site {
  call: Call;
  module: Module;
}

/** Steps that finding out who calls one function may take. */
const STEPS = 20_000;
/** Calls that a function may be handed to, of which the callee is looked for. */
const MOST_HANDED = 20;
/** Calls of one name that are resolved. */
const MOST_SITES = 2000;
/** Functions that are called where they are made, or under another name, in all of the files. */
const MOST_INDIRECT = 2000;

/**
 * Which calls are calls of a function. A callee is resolved by what its name means where it stands: by scope, import, module
 * and receiver. A method of the same name on something that is not known is not a call of it.
 */
export class Sites {
  private readonly e: Evaluator;
  private byName: Map<string, Site[]> | undefined;
  private indirect: Map<Scope, Site[]> | undefined;
  private others: Map<string, Set<string>> | undefined;
  /** Calls by the names that they are given. */
  private readonly handed = new Map<string, Site[]>();
  private readonly known = new Map<Scope, readonly Site[]>();
  /** The files by which they were found to be calls of a function. */
  private readonly through = new Map<Scope, ReadonlySet<Touched>>();
  /** Those that were found by a glance: further files were not asked for. */
  private readonly glanced = new Set<Scope>();
  /** Calls of which nobody found out what they call: there are too many of their kind. */
  readonly skipped: Site[] = [];

  constructor(e: Evaluator) {
    this.e = e;
  }

  /** The calls of a function. Those in tests count only for what is itself a test. */
  of(scope: Scope): readonly Site[] {
    const called = isConstructor(scope) ? scope.parent?.name : scope.name;
    if (called) this.e.wanted?.calls(scope.module.path, called);
    if (called ? isDefault(scope.module, called) : isWhole(scope))
      this.e.wanted?.calls(scope.module.path, 'default');
    const known = this.known.get(scope);
    const glances = this.e.wanted === undefined;
    if (known && (glances || !this.glanced.has(scope))) {
      this.touchFor(scope);
      return known;
    }
    const key = scope.bindings;
    if (this.e.isRunning(key)) return [];
    // Before anything is under way that looks for its own callers.
    this.e.searching(() => this.under());
    const search = () => this.e.aside(STEPS, () => this.find(scope));
    const found = this.e.once(key, () => this.e.searching(search), []);
    this.known.set(scope, found);
    if (glances) this.glanced.add(scope);
    else this.glanced.delete(scope);
    this.touchFor(scope);
    return found;
  }

  /** Notes that an answer depends on what tells what those calls call. */
  private touchFor(scope: Scope): void {
    for (const touched of this.through.get(scope) ?? []) this.e.touch(touched);
  }

  /** The calls that make things of a class. */
  constructing(scope: Scope): Site[] {
    const isTest = !isProduct(scope.module.path);
    return (this.all().get(scope.name) ?? []).slice(0, MOST_SITES).filter(({ call, module }) => {
      if (!isTest && !isProduct(module.path)) return false;
      const made = () => this.e.evaluate({ expr: call.callee, env: undefined, module });
      return this.e
        .once(call.args, () => this.e.aside(STEPS, made), [])
        .some((value) => value.t === 'class' && value.scope === scope);
    });
  }

  private find(scope: Scope): Site[] {
    const names = this.namesOf(scope);
    const byName = names.flatMap((name) => this.all().get(name) ?? []);
    // Too many to resolve are too many to distinguish: no one caller is taken for all of them.
    if (byName.length > MOST_SITES) return byName;
    const isTest = !isProduct(scope.module.path);
    const kept = this.e.kept?.calleesOf(scope);
    const through = new Set<Touched>();
    this.lookWhereHandedOn(scope, names);
    const direct = byName.filter(({ call, module }) => {
      if (!isTest && (!isProduct(module.path) || isLocal(call.block))) return false;
      const before = kept?.calls.get(call);
      const { result, touched } = before ?? this.e.noting(() => this.calls(scope, call, module));
      kept?.touched.add(touched);
      if (result) through.add(touched);
      // A glance does not ask for the files by which it might be one.
      if (!this.e.isExhausted && (result || this.e.wanted !== undefined))
        kept?.calls.set(call, { result, touched });
      return result;
    });
    this.through.set(scope, through);
    const indirect = (this.under().get(scope) ?? []).filter(
      ({ call, module }) => (isTest || isProduct(module.path)) && !direct.some((site) => site.call === call),
    );
    return [...direct, ...indirect];
  }

  /** Asks for the file of a function that is given this one: it is called there. */
  private lookWhereHandedOn(scope: Scope, names: readonly string[]): void {
    if (this.e.wanted === undefined || scope.name === '' || isConstructor(scope)) return;
    this.all();
    for (const { call, module } of names
      .flatMap((name) => this.handed.get(name) ?? [])
      .slice(0, MOST_HANDED)) {
      const isNear = module === scope.module || module.imports.some(({ local }) => names.includes(local));
      if (isNear) this.e.aside(STEPS, () => this.e.evaluate({ expr: call.callee, env: undefined, module }));
    }
  }

  /** What a call of it may be spelled like. */
  private namesOf(scope: Scope): string[] {
    if (scope.name === '')
      return [
        ...(scope.key === undefined ? [] : [scope.key]),
        ...(isWhole(scope) ? this.asDefault(scope) : []),
      ];
    const creates = isConstructor(scope);
    const owner = scope.parent?.kind === 'class' ? scope.parent : undefined;
    const own =
      creates && owner ? [owner.name, '__init__', 'super', 'this', ...this.heirs(owner)] : [scope.name];
    const names = new Set([...own, ...(isDefault(scope.module, own[0] ?? '') ? this.asDefault(scope) : [])]);
    // A name of a name counts too, and is looked at in its turn.
    for (const name of names) for (const alias of this.aliases().get(name) ?? []) names.add(alias);
    return [...names];
  }

  /** Names under which a file's default is imported, by files that may mean this one. */
  private asDefault({ module }: Scope): string[] {
    const [file = '', folder = ''] = module.path
      .replace(/\.\w+$/, '')
      .split('/')
      .reverse();
    const found = [...(this.aliases().get(`default ${file}`) ?? [])];
    return file === 'index' || file === '__init__'
      ? [
          ...found,
          ...(this.aliases().get(`default ${folder}`) ?? []),
          ...(this.aliases().get('default ') ?? []),
        ]
      : [...found, ...(this.aliases().get('default ') ?? [])];
  }

  /** Other names that something has where it is imported, or at the top of a file, by its own. */
  private aliases(): Map<string, Set<string>> {
    if (this.others) return this.others;
    const others = new Map<string, Set<string>>();
    this.others = others;
    const add = (name: string, other: string): void => {
      if (name !== other) others.set(name, (others.get(name) ?? new Set()).add(other));
    };
    for (const { imports, root, calls } of this.e.modules) {
      for (const { member, local, from } of imports)
        if (member === 'default' || (member === undefined && /script$/.test(root.module.language)))
          add(`default ${lastOf(from)}`, local);
        else if (member !== undefined) add(member, local);
      const isKept =
        calls.some((call) => calleeName(call) === 'partial') ||
        imports.some(({ local }) => local.startsWith('require '));
      for (const scope of isKept ? within(root) : [root])
        for (const [name, bound] of scope.bindings)
          for (const { value } of bound) {
            const target =
              value.kind === 'call' && calleeName(value) === 'partial' ? value.args[0]?.value : value;
            if (target?.kind === 'name' || target?.kind === 'member') add(target.name, name);
          }
      // `self.ask = with_retries(self._ask)`
      for (const scope of within(root).filter(({ kind }) => kind === 'class'))
        for (const [name, bound] of scope.bindings)
          for (const { value } of bound)
            for (const given of value.kind === 'call' ? value.args.map((arg) => arg.value) : [value])
              if (
                given.kind === 'member' &&
                given.object.kind === 'name' &&
                /^(?:self|this)$/.test(given.object.name)
              )
                add(given.name, name);
    }
    return others;
  }

  /** Classes that have a constructor from this one. */
  private heirs(owner: Scope): string[] {
    return this.e.members.subclasses(owner).map(({ name }) => name);
  }

  private calls(scope: Scope, call: Call, module: Module): boolean {
    return this.e.once(
      call,
      () =>
        this.callees(call, { expr: call.callee, env: undefined, module }).some((value) =>
          this.isFunction(value, scope, call),
        ),
      false,
    );
  }

  /** What is called: functions and classes, where they are known. */
  callees(call: Call, at: Located): Value[] {
    const { callee, block } = call;
    if (callee.kind === 'name' && /^(?:super|this)$/.test(callee.name)) {
      const owner = classAround(block);
      if (owner === undefined) return [];
      return callee.name === 'this' ? [{ t: 'class', scope: owner }] : this.e.members.bases(owner);
    }
    const values = this.e.evaluate(at);
    return at.module.language === 'java' && !values.some(({ t }) => t === 'function' || t === 'class')
      ? (this.methods(call, at) ?? values)
      : values;
  }

  /** Java's methods, where a field has the same name: the two do not meet there. */
  private methods({ callee, block }: Call, at: Located): Value[] | undefined {
    if (callee.kind !== 'name' && callee.kind !== 'member') return undefined;
    const owner = classAround(block);
    const owners: Value[] =
      callee.kind === 'member'
        ? this.e.evaluate({ ...at, expr: callee.object })
        : owner
          ? [selfIn(at.env) ?? { t: 'class', scope: owner }]
          : [];
    const found = owners.flatMap((value) =>
      value.t === 'instance' || value.t === 'class'
        ? (value.scope.scopes.get(callee.name) ?? []).map((scope) =>
            scopeValue(scope, undefined, value.t === 'instance' ? value : undefined),
          )
        : [],
    );
    return found.length > 0 ? found : undefined;
  }

  /** Is it this function, and can it be called like that? */
  isFunction(value: Value, scope: Scope, call: Call): boolean {
    if (value.t === 'function') return value.scope === scope && this.fits(scope, call.args);
    if (value.t !== 'class' || !isConstructor(scope)) return false;
    return this.e.members.constructorOf(value.scope, call.args) === scope;
  }

  /** Java has several functions of one name: the number of arguments tells them apart. */
  fits(scope: Scope, args: readonly Argument[]): boolean {
    if (scope.module.language !== 'java') return true;
    const params = withoutReceiver(scope);
    const last = params.at(-1);
    return last?.rest ? args.length >= params.length - 1 : args.length === params.length;
  }

  /** Calls by the last word of what is called. */
  all(): Map<string, Site[]> {
    if (this.byName) return this.byName;
    this.byName = new Map();
    for (const module of this.e.modules)
      for (const call of module.calls) {
        push(this.byName, calleeName(call), { call, module });
        for (const { value } of call.args)
          if (value.kind === 'name' || value.kind === 'member')
            push(this.handed, value.name, { call, module });
        if (isCalledLater(call, module)) continue;
        for (const made of handedOn(call)) push(this.byName, calleeName(made), { call: made, module });
      }
    return this.byName;
  }

  /** Calls of what another call gives, or of a parameter: `logged(put)(key)`, `inner(key)`. */
  private under(): Map<Scope, Site[]> {
    if (this.indirect) return this.indirect;
    const found = new Map<Scope, Site[]>();
    this.indirect = found;
    let count = 0;
    for (const module of this.e.modules)
      for (const call of module.calls) {
        if (!isIndirect(call)) continue;
        if (++count > MOST_INDIRECT) {
          this.skipped.push({ call, module });
          continue;
        }
        const values = this.e.aside(STEPS, () =>
          this.e.evaluate({ expr: call.callee, env: undefined, module }),
        );
        for (const value of values) if (value.t === 'function') push(found, value.scope, { call, module });
        if (call.callee.kind !== 'call' || values.some((value) => value.t === 'function')) continue;
        for (const made of throughWrapper(call, call.callee))
          for (const value of this.e.aside(STEPS, () =>
            this.e.evaluate({ expr: made.callee, env: undefined, module }),
          ))
            if (value.t === 'function') push(found, value.scope, { call: made, module });
      }
    // Meanwhile, some of the calls were not there yet.
    this.known.clear();
    this.e.forget();
    return found;
  }
}

/** `fetch = partial(load, 'songs')`, whose name is called: then those calls are the ones with all arguments. */
function isCalledLater(call: Call, { root, calls }: Module): boolean {
  if (calleeName(call) !== 'partial') return false;
  const scopes = new Set([root, call.block.scope, classAround(call.block)]);
  const names = [...scopes].flatMap((scope) =>
    [...(scope?.bindings ?? [])].flatMap(([name, bound]) =>
      bound.some(({ value }) => value === call) ? [name] : [],
    ),
  );
  return calls.some((other) => names.includes(calleeName(other)));
}

/** The last name of what is imported, without its ending; none of a package, which may mean any file. */
const lastOf = (from: string): string =>
  /^(?:[@\w][\w-]*(?:\/[\w-]+)?|[./]+)$/.test(from)
    ? ''
    : (from
        .split('/')
        .at(-1)
        ?.replace(/\.[cm]?[jt]sx?$/, '') ?? '');

/** A scope and all that stand in it. */
function within(root: Scope): Scope[] {
  const found = [root];
  for (const scope of found) for (const inner of scope.scopes.values()) found.push(...inner);
  return found;
}

/** Whether a file exports something as its default, which others import under any name. */
const isDefault = ({ root }: Module, name: string): boolean =>
  root.bindings.get('default')?.some(({ value }) => value.kind === 'name' && value.name === name) === true;

/** Whether a function without a name is what its file exports as its default. */
const isWhole = (scope: Scope): boolean =>
  scope.module.root.bindings
    .get('default')
    ?.some(({ value }) => value.kind === 'function' && value.scope === scope) === true;

export const isConstructor = (scope: Scope): boolean =>
  scope.name === '__init__' || scope.name === 'constructor';

const spelledName = (expr: Expr): string => (expr.kind === 'name' ? expr.name : '');

/** Called where it is made, or by the name of a parameter, a variable or an own field. */
function isIndirect({ callee, block }: Call): boolean {
  if (callee.kind === 'call' || callee.kind === 'function') return true;
  if (callee.kind === 'member' && isReceiver(spelledName(callee.object), block)) {
    // A field that holds what another function made: `save = saver(this)`.
    const bound = classAround(block)?.bindings.get(callee.name);
    return bound?.some(({ value }) => value.kind === 'call' || value.kind === 'name') === true;
  }
  if (callee.kind !== 'name') return false;
  for (let scope: Scope | undefined = callee.block.scope; scope; scope = scope.parent) {
    if (scope.params.some((param) => param.name === callee.name)) return true;
    if (scope.scopes.has(callee.name)) return false;
    const bound = scope.bindings.get(callee.name);
    if (bound) return bound.some(({ value: { kind } }) => /^(?:call|name|either)$/.test(kind));
  }
  return false;
}

/** `delayed(put)('data', key)`, of a library that is not known: the function is called with what follows. */
function throughWrapper(call: Call, wrapper: Call): Call[] {
  const [first, ...rest] = wrapper.args.filter((arg) => arg.name === undefined);
  const isName = (expr: Expr | undefined): expr is Expr => expr?.kind === 'name' || expr?.kind === 'member';
  return isName(first?.value) ? [{ ...call, callee: first.value, args: [...rest, ...call.args] }] : [];
}

/** A word on each file with calls that were not followed because there are too many of their kind. */
export function skippedCalls({ calls }: Evaluator): Unresolved[] {
  const first = new Map<string, Site>();
  for (const site of calls.sites.skipped) if (!first.has(site.module.path)) first.set(site.module.path, site);
  return [...first.values()].map(({ call: { line }, module: { path } }) => ({
    path,
    line,
    what: 'a call of what another call gives, or of a parameter',
    why: `there are more than ${MOST_INDIRECT} of them: those from here on are not followed`,
  }));
}
