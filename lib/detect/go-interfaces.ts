import { apart } from './limits.ts';

/**
 * Which packages of Go ask for the methods of which types, by the words of their files: code that is given something by an
 * interface calls it without an import of the package that it comes from.
 */
export class GoInterfaces {
  private readonly methods = new Map<string, Map<string, Set<string>>>();
  private readonly interfaces: { folder: string; asks: readonly string[] }[] = [];

  add(path: string, text: string): void {
    const folder = folderOf(path);
    const types = this.methods.get(folder) ?? new Map<string, Set<string>>();
    this.methods.set(folder, types);
    for (const [, type = '', name = ''] of text.matchAll(/^func \((?:\w+ +)?\*?(\w+)[^)\n]*\) (\w+)\(/gm)) {
      const names = types.get(type) ?? new Set();
      if (names.size === 0) types.set(apart(type), names);
      names.add(apart(name));
    }
    for (const [, body = ''] of text.matchAll(/^type \w+ interface \{\r?\n((?:[^}\n][^\n]*\n|\n)*)\}/gm)) {
      const asks = [...body.matchAll(/^\t(\w+)\(/gm)].map(([, name = '']) => apart(name));
      if (asks.length > 0) this.interfaces.push({ folder, asks });
    }
  }

  /** The last folders of the packages with an interface that has this method, and that a type beside this file fits. */
  asking(path: string, name: string): string[] {
    const types = [...(this.methods.get(folderOf(path))?.values() ?? [])].filter((own) => own.has(name));
    return this.interfaces
      .filter(
        ({ asks }) => asks.includes(name) && types.some((own) => asks.every((method) => own.has(method))),
      )
      .map(({ folder }) => folder.slice(folder.lastIndexOf('/') + 1));
  }
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
