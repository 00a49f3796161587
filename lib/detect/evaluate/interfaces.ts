import { isProduct } from '../product.ts';
import type { Scope } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { push } from './scopes.ts';
import { scopeValue, unknown, type Value } from './values.ts';

/** Types that may be what an interface stands for, at most. */
const MOST_TYPES = 8;

/**
 * Go's types: their methods may stand in several files of a package, and each that has the methods of an interface is one.
 * Rust's traits: what implements one says so.
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
    if (scope.module.language !== 'go' || scope.name === '') return undefined;
    const parts = this.all().get(keyOf(scope)) ?? [];
    const found = parts.find((part) => part !== scope && has(part, name));
    if (found) this.e.touch(found.module.path);
    else this.e.wanted?.neighbour(scope.module.path, name);
    return found;
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

const keyOf = ({ module: { path }, name }: Scope): string =>
  `${path.slice(0, path.lastIndexOf('/') + 1)}:${name}`;

const has = ({ bindings, scopes, fieldTypes }: Scope, name: string): boolean =>
  scopes.has(name) || bindings.has(name) || fieldTypes.has(name);
