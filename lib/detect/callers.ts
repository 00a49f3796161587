import { latin1 } from './limits.ts';
import { isGenerated } from './product.ts';
import type { SourceFile } from './types.ts';

/** Files that may call what stands in another one, at most: each is parsed. */
const MOST = 500;
const MOST_WORDS = 400;

/**
 * Which files import which, by the words of their import lines: enough to find the callers of a function without parsing all
 * that there is. What is found so is parsed, and then its calls are resolved for certain.
 */
export class Callers {
  private readonly words = new Map<string, ReadonlySet<string>>();
  private count = 0;
  /** Were there more files than are read? Then a function may have callers that nobody saw. */
  cut = false;

  add({ path, bytes }: SourceFile): void {
    if (!/\.(?:py|[cm]?[jt]sx?|go|java|rs)$/.test(path) || isGenerated(path)) return;
    const text = latin1(bytes);
    const found = path.endsWith('.java') ? javaNames(text) : importWords(text);
    if (found.size > 0) this.words.set(path, found);
  }

  /**
   * Files that import one of these files and have the name of one of its functions. `isKnown`: those that are read already.
   */
  async of(
    called: ReadonlyMap<string, ReadonlySet<string>>,
    isKnown: (path: string) => boolean,
    read: (paths: readonly string[]) => Promise<readonly SourceFile[]>,
  ): Promise<SourceFile[]> {
    const names = new Map<string, Set<string>>();
    for (const [path, functions] of called) {
      const stem = stemOf(path);
      names.set(stem, new Set([...(names.get(stem) ?? []), ...functions]));
    }
    const wanted = new Map<string, string[]>();
    for (const [path, words] of this.words) {
      if (isKnown(path)) continue;
      const functions = [...words].flatMap((word) => [...(names.get(word) ?? [])]);
      if (functions.length > 0) wanted.set(path, functions);
    }
    const files = await read([...wanted.keys()]);
    const found = files.filter((file) => mentions(file, wanted.get(file.path) ?? []));
    const taken = found.slice(0, MOST - this.count);
    if (taken.length < found.length) this.cut = true;
    this.count += taken.length;
    return taken;
  }
}

const mentions = ({ bytes }: SourceFile, names: readonly string[]): boolean => {
  const text = latin1(bytes);
  return names.some((name) => text.includes(name));
};

/** What an import calls a file: its name, or that of its folder. */
function stemOf(path: string): string {
  const parts = path.split('/');
  const name = (parts.at(-1) ?? '').replace(/\.[^.]*$/, '');
  const isFolder = /^(?:__init__|index|mod|lib|main)$/.test(name) || path.endsWith('.go');
  return isFolder ? (parts.at(-2) ?? name) : name;
}

function importWords(text: string): Set<string> {
  const found = new Set<string>();
  for (const [line] of text.matchAll(
    /^[^\n]{0,200}\b(?:import|require|from|use)\b[^\n]{0,200}|^\s+(?:\w+ )?"[\w./-]+"\r?$/gm,
  ))
    for (const word of line.match(/[A-Za-z_][\w-]*/g) ?? []) if (found.size < MOST_WORDS) found.add(word);
  return found;
}

/** Java's classes of one package use each other without an import. */
const javaNames = (text: string): Set<string> =>
  new Set((text.match(/\b[A-Z]\w+/g) ?? []).slice(0, MOST_WORDS * 10));
