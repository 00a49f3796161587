import { push } from './evaluate/scopes.ts';
import { GoInterfaces } from './go-interfaces.ts';
import { apart, latin1 } from './limits.ts';
import { isGenerated, isProduct } from './product.ts';
import type { SourceFile } from './types.ts';
import type { Want } from './wanted.ts';

type Called = Extract<Want, { kind: 'calls' }>;

/** Files that may call what stands in another one, at most: each is parsed. */
const MOST = 500;

/**
 * Which files import which, by the words of their import lines: enough to find the callers of a function without parsing all
 * that there is. What is found so is parsed, and then its calls are resolved for certain.
 */
export class Callers {
  private readonly paths: string[] = [];
  /** By each word the files whose imports have it, as places in `paths`. */
  private readonly byWord = new Map<string, number[]>();
  private readonly interfaces = new GoInterfaces();
  private count = 0;
  /** Functions that more files may call than are read: nobody saw all of their callers. */
  readonly cut = new Set<Called>();

  add({ path, bytes }: SourceFile): void {
    if (!/\.(?:py|[cm]?[jt]sx?|go|java|rs|tf)$/.test(path) || isGenerated(path)) return;
    const text = latin1(bytes);
    const found = path.endsWith('.java')
      ? javaNames(text)
      : path.endsWith('.tf')
        ? moduleNames(text)
        : importWords(text);
    if (path.endsWith('.go')) {
      // The files of one package use each other without an import.
      found.add(stemOf(path));
      if (isProduct(path)) this.interfaces.add(path, text);
    }
    const place = this.paths.push(path) - 1;
    for (const word of found) {
      const known = this.byWord.get(word);
      if (known) known.push(place);
      else this.byWord.set(apart(word), [place]);
    }
  }

  /**
   * Files that import one of these files and have the name of one of its functions, with the functions by which each was
   * found. `isKnown`: those that are read already.
   */
  async of(
    called: Iterable<Called>,
    isKnown: (path: string) => boolean,
    read: (paths: readonly string[]) => Promise<readonly SourceFile[]>,
  ): Promise<Map<SourceFile, Called[]>> {
    const byWord = new Map<string, Called[]>();
    for (const callee of called) {
      const asking = callee.path.endsWith('.go') ? this.interfaces.asking(callee.path, callee.name) : [];
      for (const word of new Set([stemOf(callee.path), ...asking])) push(byWord, word, callee);
    }
    const places = new Map<number, Set<Called>>();
    for (const [word, functions] of byWord)
      for (const place of this.byWord.get(word) ?? []) {
        const known = places.get(place) ?? new Set();
        places.set(place, known);
        for (const callee of functions) known.add(callee);
      }
    const wanted = new Map<string, Set<Called>>();
    for (const [place, functions] of [...places].sort(([a], [b]) => a - b)) {
      const path = this.paths[place];
      if (path !== undefined && !isKnown(path)) wanted.set(path, functions);
    }
    const found = new Map<SourceFile, Called[]>();
    for (const file of await read([...wanted.keys()])) {
      const text = latin1(file.bytes);
      const functions = [...(wanted.get(file.path) ?? [])].filter(
        ({ name }) => name === 'default' || text.includes(name),
      );
      if (functions.length === 0) continue;
      if (this.count === MOST) for (const callee of functions) this.cut.add(callee);
      else {
        this.count++;
        found.set(file, functions);
      }
    }
    return found;
  }
}

/** What an import calls a file: its name, or that of its folder. */
function stemOf(path: string): string {
  const parts = path.split('/');
  const name = (parts.at(-1) ?? '').replace(/\.[^.]*$/, '');
  const isFolder = /^(?:__init__|index|mod|lib|main)$/.test(name) || /\.(?:go|tf)$/.test(path);
  return isFolder ? (parts.at(-2) ?? (path.endsWith('.go') ? '.' : name)) : name;
}

function importWords(text: string): Set<string> {
  const found = new Set<string>();
  for (const [line] of text.matchAll(
    /^[^\n]*\b(?:import|require|from|use)\b[^\n]*|^[ \t]+(?:\w+ )?"[\w./-]+"\r?$/gm,
  ))
    for (const word of line.match(/[A-Za-z_][\w-]*/g) ?? []) found.add(word);
  return found;
}

/** Folders of the modules that a Terraform file calls. */
const moduleNames = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^\s*source\s*=\s*"\.{1,2}\/[^"\n]{0,200}"/gm)].flatMap(
      ([line]) => line.match(/[\w.-]+(?=\/?"$)/) ?? [],
    ),
  );

/** Java's classes of one package use each other without an import. */
const javaNames = (text: string): Set<string> => new Set(text.match(/\b[A-Z]\w+/g) ?? []);
