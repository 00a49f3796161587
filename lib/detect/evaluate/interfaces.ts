import { isProduct } from '../product.ts';
import { moduleOf } from '../syntax/imports.ts';
import type { DeclaredType, Module, Scope } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { push } from './scopes.ts';
import { scopeValue, unknown, type Value } from './values.ts';

/** Types that may be what an interface stands for, at most. */
const MOST_TYPES = 8;

/**
 * Go's types: their methods may stand in several files of a package, and each that has the methods of an interface is one.
 * Rust's types, which are implemented in several files of a crate, and its traits: what implements one says so.
 */
export class Interfaces {
  private readonly e: Evaluator;
  private types: Map<string, Scope[]> | undefined;
  private methods: Map<string, Set<readonly Scope[]>> | undefined;

  constructor(e: Evaluator) {
    this.e = e;
  }

  /** Another part of a type, in a file beside its own, that has a member of that name. */
  partWith(scope: Scope, name: string): Scope | undefined {
    const { language } = scope.module;
    if (!/^(?:go|rust)$/.test(language) || scope.name === '') return undefined;
    const parts = language === 'rust' ? this.implementing(scope) : (this.all().get(keyOf(scope)) ?? []);
    const found = parts.find((part) => part !== scope && has(part, name));
    if (found) this.e.touch(found.module.path);
    else this.want(scope, name);
    return found;
  }

  private want({ module, name: type }: Scope, name: string): void {
    if (module.language === 'go') this.e.wanted?.neighbour(module.path, name);
    const entry = module.language === 'rust' && module.imports.find(({ local }) => local === type);
    if (entry && !moduleOf(entry.from, module, this.e.modules)) this.e.wanted?.import(module, entry, name);
  }

  /** The type that a field is declared as, with the part of its struct that says so. */
  fieldType(scope: Scope, name: string): { type: string; scope: Scope } | undefined {
    const own = scope.fieldTypes.has(name) ? scope : this.partWith(scope, name);
    const type = own?.fieldTypes.get(name);
    return own === undefined || type === undefined ? undefined : { type, scope: own };
  }

  private declaredIn: Map<string, { module: Module; type: DeclaredType }> | undefined;

  /** What a type of Go is declared to be made of: the type that it is defined as, and the structs that it embeds. */
  madeOf(scope: Scope): { defined: Scope | undefined; embedded: readonly { name: string; scope: Scope }[] } {
    const { module, name } = scope;
    const declared = module.language === 'go' && name !== '' ? this.declared().get(keyOf(scope)) : undefined;
    if (!declared) return { defined: undefined, embedded: [] };
    const { written, bases } = declared.type;
    const named = (type: string): Scope | undefined => {
      const found = this.e.names.classOf(type, declared.module.root);
      if (found && found !== scope) this.e.touch(found.module.path);
      return found === scope ? undefined : found;
    };
    const defined = written !== undefined && /^[\w.]+$/.test(written) ? named(written) : undefined;
    const own = bases.flatMap((base) => {
      const found = named(base);
      return found ? [{ name: base, scope: found }] : [];
    });
    return { defined, embedded: [...own, ...(defined ? this.madeOf(defined).embedded : [])] };
  }

  private declared(): Map<string, { module: Module; type: DeclaredType }> {
    if (this.declaredIn) return this.declaredIn;
    this.declaredIn = new Map();
    for (const module of this.e.modules)
      if (module.language === 'go')
        for (const [name, type] of module.types)
          this.declaredIn.set(`${folderOf(module.path)}:${name}`, { module, type });
    return this.declaredIn;
  }

  private implemented: Map<Scope, readonly Scope[]> | undefined;

  /** A type of Rust with what its crate implements of it in other files. */
  private implementing(scope: Scope): readonly Scope[] {
    this.implemented ??= this.byType();
    return this.implemented.get(scope) ?? [];
  }

  private byType(): Map<Scope, readonly Scope[]> {
    const named = new Map<string, Scope[]>();
    for (const { language, path, root } of this.e.modules) {
      if (language !== 'rust' || !isProduct(path)) continue;
      for (const scope of [...root.scopes.values()].flat())
        if (scope.kind === 'class' && scope.asks === undefined)
          push(named, `${crateOf(path)}:${scope.name}`, scope);
    }
    const found = new Map<Scope, readonly Scope[]>();
    for (const scopes of named.values()) {
      const declaring = scopes.filter(({ module, name }) => module.types.has(name));
      const types = new Map(declaring.map((type) => [type, [type]]));
      for (const scope of scopes) {
        const owner = declaring.includes(scope) ? undefined : this.declaredBy(scope, declaring);
        if (owner) types.get(owner)?.push(scope);
      }
      for (const parts of types.values()) for (const part of parts) found.set(part, parts);
    }
    return found;
  }

  /** Which of the types of one name an `impl` in another file is about. */
  private declaredBy({ module, name }: Scope, declaring: readonly Scope[]): Scope | undefined {
    if (declaring.length < 2) return declaring[0];
    const entry = module.imports.find(({ local }) => local === name);
    const target = entry && moduleOf(entry.from, module, this.e.modules, entry.member)?.module;
    return declaring.find((type) => type.module === target);
  }

  /** A method of whatever an interface may stand for: all types of the source files that have all of its methods. */
  member(wanted: Scope, name: string): Value[] {
    const { asks = [] } = wanted;
    this.e.touch(wanted.module.path);
    if (wanted.module.language === 'rust') return this.ofTrait(wanted, name);
    const found: Scope[] = [];
    for (const parts of this.withMethod(name)) {
      if (!this.hasAll(parts, asks)) continue;
      const own = parts.flatMap((part) => part.scopes.get(name) ?? []);
      for (const part of parts) this.e.touch(part.module.path);
      found.push(...own);
    }
    return anyOf(found, wanted, name);
  }

  /** A method of a trait of Rust: its own, or that of each type that implements it by name. */
  private ofTrait(wanted: Scope, name: string): Value[] {
    const types = this.e.members.subclasses(wanted).filter(({ module }) => isProduct(module.path));
    const found = [wanted, ...types].flatMap((scope) => scope.scopes.get(name) ?? []);
    for (const { module } of found) this.e.touch(module.path);
    return anyOf(found, wanted, name);
  }

  /** The types that have a method of that name, each as its parts. */
  private withMethod(name: string): Iterable<readonly Scope[]> {
    if (!this.methods) {
      this.methods = new Map();
      for (const parts of this.all().values())
        for (const { scopes } of parts)
          for (const method of scopes.keys())
            this.methods.set(method, (this.methods.get(method) ?? new Set()).add(parts));
    }
    return this.methods.get(name) ?? [];
  }

  private hasAll(parts: readonly Scope[], asks: readonly string[]): boolean {
    const missing = asks.filter((name) => !parts.some((part) => part.scopes.has(name)));
    const [first] = parts;
    // They may stand in files of the package that are not read yet.
    for (const name of missing) if (first) this.e.wanted?.neighbour(first.module.path, name);
    return missing.length === 0;
  }

  /** The parts of each type, by package and name. Those of tests are none. */
  private all(): Map<string, Scope[]> {
    if (this.types) return this.types;
    this.types = new Map();
    for (const { language, path, root } of this.e.modules) {
      if (language !== 'go' || !isProduct(path)) continue;
      for (const scope of [...root.scopes.values()].flat())
        if (scope.kind === 'class' && scope.asks === undefined) push(this.types, keyOf(scope), scope);
    }
    return this.types;
  }
}

const anyOf = (found: readonly Scope[], wanted: Scope, name: string): Value[] =>
  found.length === 0 || found.length > MOST_TYPES
    ? [unknown(`'${name}' of the interface '${wanted.name}'`, name)]
    : found.map((method) => scopeValue(method, undefined));

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

const keyOf = ({ module: { path }, name }: Scope): string => `${folderOf(path)}:${name}`;

/** The folder of the crate that a file of Rust belongs to. */
const crateOf = (path: string): string => path.replace(/(^|\/)src\/.*$/, '$1');

const has = ({ bindings, scopes, fieldTypes }: Scope, name: string): boolean =>
  scopes.has(name) || bindings.has(name) || fieldTypes.has(name);
