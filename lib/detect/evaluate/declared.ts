import { isProduct } from '../product.ts';
import { moduleOf } from '../syntax/imports.ts';
import type { Expr, Module, Scope } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { push } from './scopes.ts';
import type { Value } from './values.ts';

/** Places that make things of one class, for what a parameter of that type may be. */
const MOST_MADE = 8;

/** What is known of a thing by the type that it is declared as: its class, and what these files make of that. */
export class Declared {
  private readonly e: Evaluator;
  private makers: Map<string, Scope[]> | undefined;

  constructor(e: Evaluator) {
    this.e = e;
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
      for (const word of [name, ...owner])
        for (let scope: Scope | undefined = from.parent ?? from; scope; scope = scope.parent) {
          const found = this.e.names.lookup(scope, word, undefined)?.find((value) => value.t === 'class');
          if (found?.t === 'class') return found.scope;
        }
      const alias = this.aliasOf(name, from.module);
      const meant = alias && this.e.once(alias.type, () => this.classOf(alias.written, alias.in), undefined);
      if (meant) return meant;
    }
    return undefined;
  }

  /** What an alias stands for, in its own file: Rust's `type Shared = Arc<dyn Storage>`. */
  private aliasOf(name: string, module: Module) {
    if (module.language !== 'rust') return undefined;
    const entry = module.imports.find(({ local }) => local === name);
    const home = entry ? moduleOf(entry.from, module, this.e.modules, entry.member)?.module : module;
    if (entry && !home) this.e.wanted?.import(module, entry, name);
    const type = home?.types.get(entry?.member ?? name);
    return home && type?.written !== undefined ? { type, written: type.written, in: home.root } : undefined;
  }

  /** Go's `store.Client`: a type of an imported package. */
  private ofPackage(local: string, name: string, { module }: Scope): Scope | undefined {
    if (module.language !== 'go') return undefined;
    const object: Expr = { kind: 'name', name: local, block: { scope: module.root }, line: 1, at: 0 };
    const values = this.e.members.member(object, name, { expr: object, env: undefined, module });
    const found = values.find((value) => value.t === 'class');
    return found?.t === 'class' ? found.scope : undefined;
  }

  /** Something of a declared type, where that is a class of the source files. */
  instanceOf(type: string, from: Scope): Value | undefined {
    const scope = this.classOf(type, from);
    return scope && { t: 'instance', scope, env: undefined };
  }

  /** The things of a class that these files make; where they make none, or too many, one of which nothing more is known. */
  instancesOf(scope: Scope): Value[] {
    const sites = this.e.calls.sites.constructing(scope);
    if (sites.length === 0 || sites.length > MOST_MADE) return [{ t: 'instance', scope, env: undefined }];
    return sites.map(({ call }) => ({ t: 'instance', scope, call, env: undefined }));
  }

  /** What the functions give that say they give such a thing, where an interface names it: `loadSettings(): Settings`. */
  givenAs(written: string, module: Module): Value[] {
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
}

/** The one name in a declared type: `: Settings`, `: Promise<Settings>`. */
const typeName = (written: string): string | undefined =>
  /^:?\s*(?:Promise<)?([A-Z]\w*)>?$/.exec(written)?.[1];

/** The functions of these files by the type that they say they give. */
function makersOf(modules: readonly Module[]): Map<string, Scope[]> {
  const found = new Map<string, Scope[]>();
  const scopes = modules.filter(({ path }) => isProduct(path)).map(({ root }) => root);
  for (const scope of scopes) {
    const type = scope.gives === undefined ? undefined : typeName(scope.gives);
    if (type !== undefined) push(found, type, scope);
    for (const inner of scope.scopes.values()) scopes.push(...inner);
  }
  return found;
}
