import { moduleOf } from '../syntax/imports.ts';
import type { Call, Expr, Module, Scope } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { libraryMember } from './library.ts';
import { classAround, isReceiver, push, written } from './scopes.ts';
import { type Env, type Located, plain, scopeValue, unknown, type Value } from './values.ts';

/** What stands behind a dot or in brackets: members of classes, instances and modules, entries of maps and lists. */
export class Members {
  private readonly e: Evaluator;
  private children: Map<string, Scope[]> | undefined;

  constructor(e: Evaluator) {
    this.e = e;
  }

  member(object: Expr, name: string, at: Located): Value[] {
    const here = { ...at, expr: object };
    if (object.kind === 'name' && isReceiver(object.name, object.block)) {
      const owner = classAround(object.block);
      if (owner) {
        const overriding = this.subclasses(owner).flatMap((scope) =>
          scope.bindings.has(name) ? this.classMember(scope, name, undefined, undefined) : [],
        );
        const own = this.classMember(owner, name, undefined, at.env);
        return overriding.length > 0 ? [...own.filter((value) => value.t !== 'unknown'), ...overriding] : own;
      }
    }
    const fromLibrary = libraryMember(object, name, at, this.e);
    if (fromLibrary) return fromLibrary;
    const path = object.kind === 'member' ? written(object) : undefined;
    const whole =
      path && at.module.imports.find((entry) => entry.local === path && entry.member === undefined);
    const target = whole && moduleOf(whole.from, at.module, this.e.modules);
    if (target) return this.memberOf({ t: 'module', module: target.module }, name);
    return this.e.evaluate(here).flatMap((value) => this.memberOf(value, name));
  }

  private memberOf(value: Value, name: string): Value[] {
    switch (value.t) {
      case 'class':
        return this.classMember(value.scope, name, undefined, undefined);
      case 'instance':
        return this.classMember(value.scope, name, value.call, value.env);
      case 'module':
        return (
          this.e.names.lookup(value.module.root, name, undefined) ?? [
            unknown(`'${name}' is not in '${value.module.path}'`, name),
          ]
        );
      case 'map': {
        const found = this.mapEntry(value, name);
        return found ? this.e.evaluate(found) : [unknown(`no '${name}' in it`, name)];
      }
      case 'thing':
        return value.props.get(name) ?? [unknown(`member '${name}'`, name)];
      case 'text':
        return name === 'value' || name === 'name' ? [value] : [unknown(`member '${name}'`, name)];
      case 'unknown': {
        const fallback = /^parse_(?:known_)?args$/.test(value.hole.label)
          ? this.optionDefault(name)
          : undefined;
        return fallback ?? [unknown(value.hole.why, name)];
      }
      default:
        return [unknown(`member '${name}'`, name)];
    }
  }

  inherited(scope: Scope, name: string): Value[] | undefined {
    if (scope.bases.length === 0) return undefined;
    const values = this.classMember(scope, name, undefined, undefined);
    return values.some((value) => value.t !== 'unknown') ? values : undefined;
  }

  private subclasses(owner: Scope): Scope[] {
    if (!this.children) {
      this.children = new Map();
      for (const module of this.e.modules)
        for (const scope of classesIn(module.root))
          for (const base of scope.bases) {
            const name = base.kind === 'name' || base.kind === 'member' ? base.name : '';
            push(this.children, name, scope);
          }
    }
    return this.children.get(owner.name)?.filter((scope) => scope !== owner) ?? [];
  }

  /** argparse: the default of `add_argument('--name', default=…)`. */
  private optionDefault(name: string): Value[] | undefined {
    for (const { call, module } of this.e.calls.sitesByName().get('add_argument') ?? []) {
      const [flag] = call.args;
      const text = flag?.value.kind === 'text' ? flag.value.value : '';
      if (text.replace(/^-+/, '').replaceAll('-', '_') !== name) continue;
      const fallback = call.args.find((arg) => arg.name === 'default');
      if (fallback) return this.e.evaluate({ expr: fallback.value, env: undefined, module });
    }
    return undefined;
  }

  /** A field or method: given to the constructor, assigned in the class, or inherited. */
  classMember(scope: Scope, name: string, call: Call | undefined, env: Env | undefined): Value[] {
    const given = call?.args.find((arg) => arg.name === name);
    if (call && given && !scope.scopes.has('__init__'))
      return this.e.evaluate({ expr: given.value, env, module: moduleHolding(call) });
    const own = scope.bindings.get(name);
    if (own) {
      const values = this.e.names.bindings(own, scope, env);
      const known = values.filter((value) => value.t !== 'null');
      return known.length > 0 ? known : values;
    }
    const inner = scope.scopes.get(name);
    if (inner) return inner.map((member) => scopeValue(member, env));
    for (const base of scope.bases) {
      for (const value of this.e.evaluate({ expr: base, env: undefined, module: scope.module })) {
        if (value.t !== 'class' || value.scope === scope) continue;
        const found = this.e.once(value.scope, () => this.classMember(value.scope, name, call, env), []);
        if (found.some((entry) => entry.t !== 'unknown')) return found;
      }
    }
    const type = scope.fieldTypes.get(name);
    const declared = type === undefined ? undefined : this.e.names.instanceOf(type, scope);
    if (declared) return [declared];
    return [unknown(`'${name}' is not set in '${scope.name}'`, name)];
  }

  index(object: Expr, index: Expr, at: Located): Value[] {
    const keys = this.e.evaluate({ ...at, expr: index });
    const fromLibrary = libraryMember(object, plain(keys[0]) ?? '[]', { ...at, expr: index }, this.e);
    if (fromLibrary) return fromLibrary;
    return this.e.evaluate({ ...at, expr: object }).flatMap((value): Value[] => {
      const known = keys.map((key) => plain(key));
      if (value.t === 'map') {
        if (known.every((key) => key === undefined)) {
          const values = value.entries.flatMap((entry) => this.e.evaluate(entry.value));
          return values.length > 0 ? values : [unknown('no such key')];
        }
        const found = known.flatMap((key) => (key === undefined ? [] : [this.mapEntry(value, key)]));
        const hits = found.flatMap((entry) => (entry ? this.e.evaluate(entry) : []));
        return hits.length > 0 ? hits : [unknown(`no '${known[0]}' in it`, known[0] ?? '')];
      }
      if (value.t === 'list') {
        const n = Number(known[0]);
        const items = value.items;
        const item = Number.isInteger(n) ? items.at(n) : undefined;
        return item ? this.e.evaluate(item) : items.flatMap((each) => this.e.evaluate(each));
      }
      if (value.t === 'class' && known[0] !== undefined)
        return this.classMember(value.scope, known[0], undefined, undefined);
      return [
        unknown(value.t === 'unknown' ? value.hole.why : 'element of something unknown', known[0] ?? ''),
      ];
    });
  }

  mapEntry(map: Extract<Value, { t: 'map' }>, key: string): Located | undefined {
    for (let i = map.entries.length - 1; i >= 0; i--) {
      const entry = map.entries[i];
      if (entry && this.e.evaluate(entry.key).some((value) => plain(value) === key)) return entry.value;
    }
    return undefined;
  }
}

function* classesIn(scope: Scope): Generator<Scope> {
  for (const inner of scope.scopes.values())
    for (const one of inner) {
      if (one.kind === 'class') yield one;
      yield* classesIn(one);
    }
}

const moduleHolding = (call: Call): Module => call.block.scope.module;
