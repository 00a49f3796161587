import type { Import, Module } from './syntax/ir.ts';

/** Something that an import names, as it is written, and the name that was looked for in it. */
export interface WantedImport {
  from: string;
  member: string | undefined;
  /** Absent: the module itself. */
  name: string | undefined;
  importer: Pick<Module, 'path' | 'language'>;
}

/** What an extraction looked for and was not given: with these files too it may say more. */
export class Wanted {
  /** Names that a file shares with its folder, as Go, Java and Terraform have it, by the file that uses them. */
  readonly beside = new Map<string, Set<string>>();
  /** Functions whose callers decide a value: their names, by the file that they stand in. */
  readonly called = new Map<string, Set<string>>();
  private readonly byImport = new Map<string, WantedImport>();

  get imports(): WantedImport[] {
    return [...this.byImport.values()];
  }

  import(
    { path, language }: Module,
    { from, member }: Pick<Import, 'from' | 'member'>,
    name: string | undefined,
  ): void {
    const key = JSON.stringify([path, from, member, name]);
    this.byImport.set(key, { from, member, name, importer: { path, language } });
  }

  neighbour(path: string, name: string): void {
    add(this.beside, path, name);
  }

  calls(path: string, name: string): void {
    add(this.called, path, name);
  }
}

function add(to: Map<string, Set<string>>, key: string, name: string): void {
  to.set(key, (to.get(key) ?? new Set<string>()).add(name));
}
