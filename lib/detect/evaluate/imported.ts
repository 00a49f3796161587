import { crateNamed, moduleOf } from '../syntax/imports.ts';
import type { Module } from '../syntax/ir.ts';
import type { Evaluator } from './evaluator.ts';
import { push } from './scopes.ts';
import { unknown, type Value } from './values.ts';

/** Names that come into a file from others: by its imports, or from its folder. */
export class Imported {
  private readonly e: Evaluator;
  private folders: Map<string, Module[]> | undefined;

  constructor(e: Evaluator) {
    this.e = e;
  }

  /** What a name at the top of a module means that it does not define; undefined where nothing brings it in. */
  valueOf(module: Module, name: string): Value[] | undefined {
    const entry = module.imports.find((candidate) => candidate.local === name);
    if (!entry) {
      for (const star of module.imports.filter((candidate) => candidate.local === '*')) {
        const target = moduleOf(star.from, module, this.e.modules);
        if (!target) this.e.wanted?.import(module, star, name);
        const look = () => target && this.e.names.lookup(target.module.root, name, undefined);
        const found = this.e.once(star, look, undefined);
        // A file that only hands it on is needed as well.
        if (found && target) this.e.touch(target.module.path);
        if (found) return found;
      }
      const crate = module.language === 'rust' ? crateNamed(name, module, this.e.modules) : undefined;
      if (crate) {
        this.e.touch(crate.path);
        return [{ t: 'module', module: crate }];
      }
      return this.neighbour(module, name);
    }
    const target = moduleOf(entry.from, module, this.e.modules, entry.member);
    // Rust's `mod users;` is a file, as a member is.
    const wantedName = entry.member ?? (module.language === 'rust' ? name : undefined);
    if (!target && wantedName !== undefined) this.e.wanted?.import(module, entry, wantedName);
    if (!target) return [unknown(`imported from '${entry.from}', which is not among the source files`, name)];
    if (target.through !== undefined) this.e.touch(target.through);
    if (target.member === undefined)
      return this.wholeOf(target.module) ?? [{ t: 'module', module: target.module }];
    const { member } = target;
    this.e.touch(target.module.path);
    const values = this.e.once(entry, () => this.exported(target.module, member), [
      unknown('circular imports', name),
    ]);
    if (values.every(({ t }) => t === 'unknown')) this.e.wanted?.import(module, entry, member);
    return values;
  }

  /** What `module.exports` is, where it is a list, a class or a function. */
  private wholeOf({ root, language }: Module): Value[] | undefined {
    const bound = language === 'javascript' ? root.bindings.get('default') : undefined;
    if (!bound?.every(({ value: { kind } }) => /^(?:list|name|call|function)$/.test(kind))) return undefined;
    const values = this.e.names.lookup(root, 'default', undefined) ?? [];
    return values.length > 0 && values.every(({ t }) => /^(?:list|class|function|instance)$/.test(t))
      ? values
      : undefined;
  }

  private exported(from: Module, member: string): Value[] {
    const found = this.e.names.lookup(from.root, member, undefined);
    if (found) return found;
    // a static import names a member of the file's class
    const owners = from.language === 'java' ? [...from.root.scopes.values()].flat() : [];
    const owner = owners.find((scope) => scope.bindings.has(member) || scope.scopes.has(member));
    return owner
      ? this.e.members.classMember(owner, member)
      : [unknown(`'${member}' is not in '${from.path}'`, member)];
  }

  /** Go and Terraform share names between the files of one directory without importing them. */
  neighbour(module: Module, name: string): Value[] | undefined {
    if (module.language !== 'go' && module.language !== 'terraform' && module.language !== 'java')
      return undefined;
    for (const other of this.beside(module)) {
      const { root } = other;
      if (other !== module && (root.bindings.has(name) || root.scopes.has(name)))
        return this.e.names.lookup(root, name, undefined);
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
