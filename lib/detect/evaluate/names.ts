import type { Binding, Block, Expr, Module, Scope } from '../syntax/ir.ts';
import { isLocal } from '../syntax/local.ts';
import type { Evaluator } from './evaluator.ts';
import { Imported } from './imported.ts';
import { Parameters } from './parameters.ts';
import { isNumber, isSomething, reaching, something } from './reaching.ts';
import { classAround, functionAround, holds, selfIn } from './scopes.ts';
import { type Env, type Located, leftOut, MOST, scopeValue, unknown, type Value } from './values.ts';

/** What names mean: bindings that a use can see, parameters by their calls, imports, and the neighbours in a folder. */
export class Names {
  private readonly e: Evaluator;
  private readonly parameters: Parameters;
  private readonly imported: Imported;

  constructor(e: Evaluator) {
    this.e = e;
    this.parameters = new Parameters(e);
    this.imported = new Imported(e);
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
    if (env === undefined) return this.e.members.handedIn(scope, name);
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
    const [before, after] = [
      entries(otherwise),
      [...entries(later), ...this.eitherOf(later ?? [], scope, env)],
    ];
    return values.map((value) => {
      if (value.t === 'map') return { ...value, entries: [...before, ...value.entries, ...after] };
      return value.t === 'instance' ? { ...value, fields: [...(value.fields ?? []), ...after] } : value;
    });
  }

  /** Entries that are assigned in one branch and in another: it may be the one or the other. */
  private eitherOf(later: readonly Binding[], scope: Scope, env: Env | undefined) {
    const keys = new Map<string, { key: Expr; given: Binding[] }>();
    for (const binding of this.e.branches.thatRun(later, scope, env)) {
      const [entry] = binding.value.kind === 'map' ? binding.value.entries : [];
      if (entry?.key.kind !== 'text') continue;
      const known = keys.get(entry.key.value)?.given ?? [];
      const given = [...known.filter(({ block }) => !holds(binding.block, block)), binding];
      keys.set(entry.key.value, { key: entry.key, given });
    }
    return [...keys.values()].flatMap(({ key, given }) => {
      if (given.length < 2) return [];
      const options = given.flatMap(({ value }) =>
        value.kind === 'map' ? value.entries.map((entry) => entry.value) : [],
      );
      const { line, at } = key;
      const value: Expr = { kind: 'either', options, chosen: true, line, at };
      const here = { env, module: scope.module };
      return [{ key: { ...here, expr: key }, value: { ...here, expr: value } }];
    });
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
    if (param) return this.parameters.valueOf(scope, param, env);
    const inner = scope.scopes.get(name);
    if (inner) return inner.map((member) => scopeValue(member, env));
    if (scope.kind === 'module') return this.imported.valueOf(scope.module, name);
    return undefined;
  }

  /** What a name at the top of this module, or of its neighbours in the folder, means; undefined where none has it. */
  global(name: string, module: Module): Value[] | undefined {
    const own = module.root.bindings.has(name) ? this.lookup(module.root, name, undefined) : undefined;
    return own ?? this.imported.neighbour(module, name);
  }

  bindings(bindings: readonly Binding[], scope: Scope, env: Env | undefined): Value[] {
    const product = bindings.length > 1 ? bindings.filter(({ block }) => !isLocal(block)) : [];
    const values = (product.length > 0 ? product : bindings)
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

  /** The class that a declared type names. */
  classOf(type: string, from: Scope): Scope | undefined {
    return this.parameters.declared.classOf(type, from);
  }

  /** Something of a declared type, where that is a class of the source files. */
  instanceOf(type: string, from: Scope): Value | undefined {
    return this.parameters.declared.instanceOf(type, from);
  }
}

/** An enum of TypeScript, whose members see each other: it has no methods. */
const isEnumeration = ({ scopes, bindings }: Scope): boolean =>
  scopes.size === 0 &&
  [...bindings.values()].every(([binding]) =>
    /^(?:text|literal|template|binary|name)$/.test(binding?.value.kind ?? ''),
  );
