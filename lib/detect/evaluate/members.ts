import { moduleOf } from '../syntax/imports.ts';
import type { Argument, Binding, Block, Call, Expr, MapExpr, Module, Scope } from '../syntax/ir.ts';
import { bindArguments } from './arguments.ts';
import type { Evaluator } from './evaluator.ts';
import { Interfaces } from './interfaces.ts';
import { libraryMember } from './library.ts';
import { pathPart } from './path-parts.ts';
import {
  classAround,
  functionAround,
  holds,
  isReceiver,
  piecesOf,
  push,
  selfIn,
  withoutReceiver,
  written,
} from './scopes.ts';
import { isConstructor } from './sites.ts';
import { type Env, type Located, MOST, plain, scopeValue, text, unknown, type Value } from './values.ts';

/** What stands behind a dot or in brackets: members of classes, instances and modules, entries of maps and lists. */
export class Members {
  private readonly e: Evaluator;
  private readonly interfaces: Interfaces;
  private children: Map<string, Scope[]> | undefined;

  constructor(e: Evaluator) {
    this.e = e;
    this.interfaces = new Interfaces(e);
  }

  member(object: Expr, name: string, at: Located): Value[] {
    const here = { ...at, expr: object };
    if (isSuper(object)) {
      const owner = classAround(object.kind === 'call' ? object.block : blockOf(object));
      const self = selfIn(at.env);
      const found = owner ? this.bases(owner).flatMap((base) => this.ofBase(base, name, self)) : [];
      return found.length > 0
        ? found
        : [unknown(`'${name}' of a base class that is not among the files`, name)];
    }
    if (object.kind === 'name' && isReceiver(object.name, object.block)) {
      const owner = classAround(object.block);
      if (owner) return this.setHere(owner, name, object, at.env) ?? this.ownMember(owner, name, at.env);
      const literal = object.name === 'this' ? holderAround(object.block) : undefined;
      if (literal)
        return this.member(literal, name, { ...at, env: undefined, module: literal.block.scope.module });
    }
    const fromLibrary = libraryMember(object, name, at, this.e);
    if (fromLibrary) return fromLibrary;
    const path = object.kind === 'member' ? written(object) : undefined;
    const whole =
      path && at.module.imports.find((entry) => entry.local === path && entry.member === undefined);
    const target = whole && moduleOf(whole.from, at.module, this.e.modules);
    if (whole && !target) this.e.wanted?.import(at.module, whole, name);
    if (target) return this.memberOf({ t: 'module', module: target.module }, name);
    this.want(object, name, at);
    const isPython = at.module.language === 'python';
    return this.e.evaluate(here).flatMap((value): Value[] => {
      const isPath = isPython && value.t === 'text' && value.member === undefined;
      const part = isPath ? pathPart(value, name) : undefined;
      return part ? [part] : this.memberOf(value, name);
    });
  }

  /** A member of a module that is not among the files. */
  private want(object: Expr, name: string, { module }: Located): void {
    if (object.kind !== 'name' || this.e.wanted === undefined) return;
    const entry = module.imports.find(
      (imported) => imported.local === object.name && imported.member === undefined,
    );
    if (entry && !moduleOf(entry.from, module, this.e.modules)) this.e.wanted.import(module, entry, name);
  }

  /** What this very call has set a field to before, where a method is handed it and uses it. */
  private setHere(
    owner: Scope,
    name: string,
    { block, at: use }: Extract<Expr, { kind: 'name' }>,
    env: Env | undefined,
  ): Value[] | undefined {
    const around = env && functionAround(block);
    const own = owner.bindings.get(name);
    if (around === undefined || own === undefined || isConstructor(around)) return undefined;
    const set = own.findLast(
      (binding) =>
        binding.at < use && holds(binding.block, block) && functionAround(binding.block) === around,
    );
    for (let here: Env | undefined = env; set && here; here = here.outer)
      if (here.scope === around && !here.partial) return this.e.names.bindings([set], owner, here);
    return undefined;
  }

  /** A member of what a method is called on, where that is known; else of its class and those that override it. */
  private ownMember(owner: Scope, name: string, env: Env | undefined): Value[] {
    const self = selfIn(env);
    if (self !== undefined) {
      const values = this.memberOf(self, name);
      if (values.some((value) => value.t !== 'unknown')) return values;
    }
    const overriding = this.subclasses(owner).flatMap((scope) =>
      scope.bindings.has(name) ? this.classMember(scope, name) : [],
    );
    // A field of a base class is what the own constructor hands on to it.
    const isHandedOn =
      self === undefined &&
      !owner.bindings.has(name) &&
      owner.bases.length > 0 &&
      (owner.scopes.has('__init__') || owner.scopes.has('constructor'));
    const known = isHandedOn ? ({ t: 'instance', scope: owner, env: undefined } as const) : self;
    const own = this.classMember(owner, name, known);
    return overriding.length > 0 ? [...own.filter((value) => value.t !== 'unknown'), ...overriding] : own;
  }

  private ofBase(base: Value, name: string, self: Value | undefined): Value[] {
    if (base.t !== 'class') return [];
    return this.classMember(base.scope, name, self ?? { t: 'instance', scope: base.scope, env: undefined });
  }

  /** What an object is in a text, where its class says so: `toString()`, `__str__`. */
  asText(instance: Extract<Value, { t: 'instance' }>): Value[] | undefined {
    for (const name of ['toString', '__str__'])
      for (const value of this.classMember(instance.scope, name, instance))
        if (value.t === 'function')
          return this.e.invoke(
            value.scope,
            [],
            { env: undefined, module: value.scope.module },
            undefined,
            instance,
          );
    return undefined;
  }

  /** The classes that a class is derived from, as far as they are among the files. */
  bases(scope: Scope): Value[] {
    return scope.bases
      .flatMap((base) => this.e.evaluate({ expr: base, env: undefined, module: scope.module }))
      .filter((value) => value.t === 'class' && value.scope !== scope);
  }

  private memberOf(value: Value, name: string): Value[] {
    switch (value.t) {
      case 'class':
        return this.classMember(value.scope, name);
      case 'instance': {
        const set = value.fields && this.mapEntry({ t: 'map', entries: value.fields }, name);
        return set ? this.e.evaluate(set) : this.classMember(value.scope, name, value);
      }
      case 'module':
        return (
          this.e.names.lookup(value.module.root, name, undefined) ?? [
            unknown(`'${name}' is not in '${value.module.path}'`, name),
          ]
        );
      case 'map': {
        const found = this.mapEntry(value, name);
        if (found) return this.e.evaluate(found);
        const type = value.source?.type;
        const made = type && value.source ? this.e.names.classOf(type, value.source.block.scope) : undefined;
        return made ? this.classMember(made, name, value) : [unknown(`no '${name}' in it`, name)];
      }
      case 'thing':
        return value.props.get(name) ?? [unknown(`member '${name}'`, name)];
      case 'text':
        if (value.member && name === 'name') return [text(value.member.name)];
        if (name === 'value' || name === 'name') return [value];
        return value.member
          ? this.classMember(value.member.scope, name, value)
          : [unknown(`member '${name}'`, name)];
      case 'unknown':
        return [unknown(value.hole.why, name)];
      default:
        return [unknown(`member '${name}'`, name)];
    }
  }

  /** What a bare name is by the class around it: a field that it inherits, or in Java one that is only declared. */
  inherited(scope: Scope, name: string): Value[] | undefined {
    const isOnlyDeclared = scope.module.language === 'java' && scope.fieldTypes.has(name);
    if (scope.bases.length === 0 && !isOnlyDeclared) return undefined;
    const values = this.classMember(scope, name);
    return values.some((value) => value.t !== 'unknown') ? values : undefined;
  }

  /** Classes that are derived from this one, by the name of it that they write. */
  subclasses(owner: Scope): Scope[] {
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

  /** The constants of an enum of Python's; undefined where a class is none. */
  constantsOf(scope: Scope): Value[] | undefined {
    if (!isEnum(scope)) return undefined;
    const names = [...scope.bindings.keys()].filter((name) => /^[A-Za-z]\w*$/.test(name));
    return names.flatMap((name) => this.classMember(scope, name)).slice(0, MOST);
  }

  /** A field or method: given to the constructor, assigned in the class, or inherited. `self`: what it is a member of. */
  classMember(scope: Scope, name: string, self?: Value): Value[] {
    const made = self?.t === 'instance' && self.call !== undefined ? { ...self, call: self.call } : undefined;
    const given = made?.call.args.find((arg) => arg.name === name);
    if (made && given && !scope.scopes.has('__init__'))
      return this.e.evaluate({ expr: given.value, env: made.env, module: moduleHolding(made.call) });
    if (scope.asks) return this.interfaces.member(scope, name);
    const all = scope.bindings.get(name);
    // Another literal of the same type says nothing of one that leaves a field out.
    const own = self?.t === 'map' ? all?.filter(({ block }) => isOfClass(block)) : all;
    if (own && own.length > 0) {
      const assigned = this.fieldValues(own, scope, self);
      const values = this.e.names.withItems(assigned, scope.bindings.get(`${name}[+]`), scope, undefined);
      if (isEnum(scope))
        return values.map((value) => (value.t === 'text' ? { ...value, member: { scope, name } } : value));
      const known = values.filter((value) => value.t !== 'null');
      const declared = isUnknown(values) ? this.declared(scope, name) : undefined;
      return declared ? [declared] : known.length > 0 ? known : values;
    }
    // One of its constants, where a method does not know which.
    if (name === 'value' && self === undefined && isEnum(scope)) return this.constantsOf(scope) ?? [];
    const inner = scope.scopes.get(name);
    if (inner) return inner.flatMap((member) => this.property(member) ?? scopeValue(member, undefined, self));
    const part = this.interfaces.partWith(scope, name);
    if (part) return this.classMember(part, name, self);
    const promoted = this.promoted(scope, name, self);
    if (promoted) return promoted;
    for (const base of this.bases(scope)) {
      if (base.t !== 'class') continue;
      // Of a trait, only what it does itself.
      if (base.scope.asks && !base.scope.scopes.has(name)) continue;
      const found = this.e.once(base.scope.fieldTypes, () => this.classMember(base.scope, name, self), []);
      if (found.some((entry) => entry.t !== 'unknown')) return found;
    }
    const declared = this.declared(scope, name);
    if (declared) return [declared];
    return [unknown(`'${name}' is not set in '${scope.name}'`, name)];
  }

  /** A member that a type of Go has from what it is made of; undefined where it has none of that name. */
  private promoted(scope: Scope, name: string, self: Value | undefined): Value[] | undefined {
    const { defined, embedded } = this.interfaces.madeOf(scope);
    const known = (values: readonly Value[]): boolean => values.some(({ t }) => t !== 'unknown');
    return this.e.once(
      scope.returns,
      () => {
        // A type that is defined as another one has its fields, and none of its methods.
        if (defined && this.fieldType(defined, name)) return this.classMember(defined, name);
        for (const base of embedded) {
          if (base.name === name) return [{ t: 'instance', scope: base.scope, env: undefined }];
          const own = this.classMember(scope, base.name, self).filter(({ t }) => t !== 'unknown');
          const from: Value[] = own.length > 0 ? own : [{ t: 'instance', scope: base.scope, env: undefined }];
          const found = from.flatMap((value) => this.memberOf(value, name));
          if (known(found)) return found;
        }
        return undefined;
      },
      undefined,
    );
  }

  /** What a property of Python's gives: something of the class that it is declared to give. */
  private property({ marks, gives, parent }: Scope): Value[] | undefined {
    if (marks === undefined || gives === undefined || parent === undefined) return undefined;
    const isProperty = marks.some(
      (mark) => (mark.kind === 'name' || mark.kind === 'member') && /^(?:cached_)?property$/.test(mark.name),
    );
    const given = isProperty ? this.e.names.instanceOf(gives, parent) : undefined;
    return given && [given];
  }

  /** The type that a field is declared as, with the part of its struct that says so. */
  fieldType = (scope: Scope, name: string): { type: string; scope: Scope } | undefined =>
    this.interfaces.fieldType(scope, name);

  /** Something of the type that a field is declared as, where that is one of the source files' own. */
  private declared(scope: Scope, name: string): Value | undefined {
    const type = scope.fieldTypes.get(name);
    return type === undefined ? undefined : this.e.names.instanceOf(type, scope);
  }

  /** What a field is where methods are handed it, and it is not known of which object; undefined where none is handed it. */
  handedIn(scope: Scope, name: string): Value[] | undefined {
    const own = scope.bindings.get(name);
    return own?.some(isHandedIn) ? this.fieldValues(own, scope, undefined) : undefined;
  }

  /** What is assigned to a field, each assignment as the code around it runs for this instance. */
  private fieldValues(own: readonly Binding[], scope: Scope, self: Value | undefined): Value[] {
    if (self === undefined && !own.some(isHandedIn)) return this.e.names.bindings(own, scope, undefined);
    const isOne = self?.t === 'instance' && self.call !== undefined;
    const [given, others] = [new Set<Binding>(), new Map<Binding, Value[]>()];
    for (const binding of own.slice(-MOST)) {
      others.set(binding, this.e.names.bindings([binding], scope, self && this.envOf(binding, self)));
      if (isHandedIn(binding) && !(isOne && isCreated(binding))) given.add(binding);
    }
    const values = [...others].flatMap(([binding, found]) => (given.has(binding) ? [] : found));
    values.push(...ofAny([...given].map((binding) => [binding, others.get(binding) ?? []])));
    if (values.some(isOwnEnd) && !values.every(isOwnEnd)) return values.filter((value) => !isOwnEnd(value));
    return own.length > MOST ? [...values, unknown(`it is set in more than ${MOST} places`)] : values;
  }

  private envOf({ block }: Binding, self: Value): Env | undefined {
    const around = functionAround(block);
    if (around === undefined || around.parent?.kind !== 'class') return undefined;
    const made = isConstructor(around) ? this.constructing(self, around) : undefined;
    return made ?? { scope: around, args: new Map(), depth: 1, self, partial: true };
  }

  /** The constructor that runs for such a call: the class's own, else the first inherited. */
  constructorOf(scope: Scope, args: readonly Argument[]): Scope | undefined {
    const all = scope.scopes.get('__init__') ?? scope.scopes.get('constructor');
    if (all) return all.find((candidate) => this.e.calls.sites.fits(candidate, args)) ?? all[0];
    for (const base of this.bases(scope)) {
      const found =
        base.t === 'class'
          ? this.e.once(base.scope.returns, () => this.constructorOf(base.scope, args), undefined)
          : undefined;
      if (found) return found;
    }
    return undefined;
  }

  /** The parameters of a constructor as one instance was made, through `super().__init__(…)` where it is a base's. */
  private constructing(self: Value, target: Scope): Env | undefined {
    if (self.t !== 'instance') return undefined;
    const { call: made } = self;
    let scope = this.constructorOf(self.scope, made?.args ?? []);
    if (scope === undefined || (made === undefined && scope === target)) return undefined;
    let env: Env = made
      ? bindArguments(
          this.e,
          scope,
          made.args,
          { env: self.env, module: moduleHolding(made) },
          undefined,
          self,
        )
      : { scope, args: new Map(), depth: 1, self, partial: true };
    for (let i = 0; i < 8 && scope !== target; i++) {
      const call: Call | undefined = constructorCall(scope);
      const own: Scope | undefined = scope.parent;
      const isOther = call?.callee.kind === 'name' && call.callee.name === 'this';
      const base: Value | undefined = own && (isOther ? { t: 'class', scope: own } : this.bases(own)[0]);
      const next: Scope | undefined =
        call && base?.t === 'class' ? this.constructorOf(base.scope, call.args) : undefined;
      if (call === undefined || next === undefined || next === scope) return undefined;
      env = bindArguments(this.e, next, call.args, { env, module: scope.module }, undefined, self);
      scope = next;
    }
    return scope === target ? env : undefined;
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
        const item = Number.isInteger(n) && !value.open ? items.at(n) : undefined;
        return item ? this.e.evaluate(item) : items.flatMap((each) => this.e.evaluate(each));
      }
      if (value.t === 'class' && known[0] !== undefined) return this.classMember(value.scope, known[0]);
      return [
        unknown(value.t === 'unknown' ? value.hole.why : 'element of an unknown value', known[0] ?? ''),
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

/** Whether code stands in a class, and so is about objects of that class. */
const isOfClass = (block: Block): boolean => {
  const around = functionAround(block);
  return around === undefined ? block.scope.kind === 'class' : around.parent?.kind === 'class';
};

/** Whether what a field is set to is a parameter of the method around, by itself or within a longer text. */
function isHandedIn({ value, block }: Binding): boolean {
  const around = functionAround(block);
  if (around === undefined || around.parent?.kind !== 'class') return false;
  const own = new Set(withoutReceiver(around).map(({ name }) => name));
  const refers = (expr: Expr): boolean =>
    expr.kind === 'name' ? own.has(expr.name) : expr.kind !== 'member' && piecesOf(expr).some(refers);
  return own.size > 0 && refers(value);
}

/** Whether it is set where the object is made. */
const isCreated = ({ block }: Binding): boolean => {
  const around = functionAround(block);
  return around !== undefined && isConstructor(around);
};

/**
 * What a field may be that methods are handed, where it is not known for which object: what others were handed says nothing of this
 * one, unless all of them are handed the same. A constructor is run for each of those that there are.
 */
function ofAny(given: readonly [Binding, Value[]][]): Value[] {
  const values = given.flatMap(([, found]) => found);
  const known = values.filter(({ t }) => t !== 'unknown' && t !== 'null');
  const isOpen = values.some(({ t }) => t === 'unknown');
  const isSame = known.length === 1 || given.every(([binding]) => isCreated(binding));
  if (known.length === 0 || (!isOpen && isSame)) return values;
  const [first] = given;
  const label = first?.[0].value.kind === 'name' ? first[0].value.name : '';
  // What the code around makes itself has its class for each object, whatever it is made with.
  const made = given.flatMap(([{ value }, found]) =>
    value.kind === 'call' ? found.filter(({ t }) => t === 'instance') : [],
  );
  return [...made, unknown('each object has its own', label)];
}

/** What a field is with a slash behind it: `self.base += "/"`. */
const isOwnEnd = (value: Value): boolean => {
  const [first, ...rest] = value.t === 'text' ? value.parts : [];
  return typeof first === 'object' && first.why === 'refers to itself' && rest.every((part) => part === '/');
};

const isUnknown = (values: readonly Value[]): boolean =>
  values.every(({ t }) => t === 'unknown' || t === 'null');

function* classesIn(scope: Scope): Generator<Scope> {
  for (const inner of scope.scopes.values())
    for (const nested of inner) {
      if (nested.kind === 'class') yield nested;
      yield* classesIn(nested);
    }
}

const isEnum = ({ bases, module }: Scope): boolean =>
  module.language === 'python' &&
  bases.some((base) => (base.kind === 'name' || base.kind === 'member') && /(?:Enum|Flag)$/.test(base.name));

const isSuper = (expr: Expr): boolean =>
  expr.kind === 'call'
    ? expr.callee.kind === 'name' && expr.callee.name === 'super'
    : expr.kind === 'name' && expr.name === 'super';

/** The object literal that a method stands in. */
function holderAround(block: Block): MapExpr | undefined {
  for (let scope: Scope | undefined = block.scope; scope; scope = scope.parent)
    if (scope.holder) return scope.holder;
  return undefined;
}

const blockOf = (expr: Expr): Block => (expr as Extract<Expr, { kind: 'name' }>).block;

/** `super().__init__(…)` in a constructor, and in other languages `super(…)` or `this(…)`. */
const constructorCall = (scope: Scope): Call | undefined =>
  scope.module.calls.find(({ callee, block }) => {
    if (functionAround(block) !== scope) return false;
    if (callee.kind === 'name') return scope.name === 'constructor' && /^(?:super|this)$/.test(callee.name);
    return callee.kind === 'member' && callee.name === '__init__' && isSuper(callee.object);
  });

const moduleHolding = (call: Call): Module => call.block.scope.module;
