import type { Module } from './ir.ts';

/** A module that an import names; `member` is what to look up in it, absent where the import is the module itself. */
export interface Imported {
  module: Module;
  member: string | undefined;
}

/** The module among `modules` that `from` names when written in `importer`, or undefined. */
export function moduleOf(
  from: string,
  importer: Module,
  modules: readonly Module[],
  member?: string,
): Imported | undefined {
  const paths = indexOf(modules);
  for (const candidate of candidates(from, importer, member)) {
    for (const path of paths.matching(candidate)) {
      const module = paths.modules.get(path);
      if (!module || module === importer || family(module.language) !== family(importer.language)) continue;
      return { module, member: candidate.rest };
    }
  }
  return undefined;
}

const indexes = new WeakMap<readonly Module[], PathIndex & { modules: Map<string, Module> }>();

function indexOf(modules: readonly Module[]): PathIndex & { modules: Map<string, Module> } {
  const known = indexes.get(modules);
  if (known) return known;
  const index = Object.assign(new PathIndex(modules.map((module) => module.path)), {
    modules: new Map(modules.map((module) => [module.path, module])),
  });
  indexes.set(modules, index);
  return index;
}

/** Paths by their last part and by their folder, so that a tail is found without a walk over all of them. */
export class PathIndex {
  private readonly exact = new Set<string>();
  private readonly byName = new Map<string, string[]>();
  private readonly byFolder = new Map<string, string[]>();

  constructor(paths: Iterable<string>) {
    for (const path of paths) {
      if (this.exact.has(path)) continue;
      this.exact.add(path);
      const slash = path.lastIndexOf('/');
      push(this.byName, path.slice(slash + 1), path);
      push(this.byFolder, path.slice(0, slash + 1), path);
    }
  }

  /** All paths that a candidate may mean, the exact one first. */
  matching({ path, tail }: Candidate): string[] {
    if (this.exact.has(path)) return [path];
    if (!tail || !/[a-z]/i.test(path)) return [];
    if (path.endsWith('/*.go')) {
      const folder = path.slice(0, -'*.go'.length);
      const found = [...this.byFolder].filter(([known]) => `/${known}`.endsWith(`/${folder}`));
      return found.flatMap(([, paths]) => paths.filter((one) => one.endsWith('.go')));
    }
    const name = path.slice(path.lastIndexOf('/') + 1);
    return (this.byName.get(name) ?? []).filter((known) => `/${known}`.endsWith(`/${path}`));
  }

  /** The files beside this one, itself included. */
  beside(path: string): readonly string[] {
    return this.byFolder.get(path.slice(0, path.lastIndexOf('/') + 1)) ?? [];
  }
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}

export interface Candidate {
  path: string;
  /** Whether the path may be only the end of the real one. */
  tail: boolean;
  /** The member to look up in it. */
  rest: string | undefined;
}

/** Paths, from the repository's root or a tail of one, that `from` may mean, the likeliest first. */
export function candidates(
  from: string,
  importer: { path: string; language: Module['language'] },
  member?: string,
): Candidate[] {
  switch (family(importer.language)) {
    case 'python':
      return pythonCandidates(from, importer.path, member);
    case 'javascript':
      return scriptCandidates(from, importer.path, member);
    case 'java':
      return [
        { path: `${from.replaceAll('.', '/')}.java`, tail: true, rest: member },
        { path: `${from.replaceAll('.', '/')}/${member ?? ''}.java`, tail: true, rest: member },
      ];
    case 'go':
      return [{ path: `${from.split('/').slice(-2).join('/')}/*.go`, tail: true, rest: member }];
    case 'rust': {
      const parts = from
        .split('::')
        .filter((part) => part !== 'crate' && part !== 'super' && part !== 'self' && part !== '');
      if (parts.length === 0) return [];
      const stem = parts.join('/');
      return [
        { path: `${stem}.rs`, tail: true, rest: member },
        { path: `${stem}/mod.rs`, tail: true, rest: member },
      ];
    }
    default:
      return [];
  }
}

const family = (language: Module['language']) => (language === 'typescript' ? 'javascript' : language);

function pythonCandidates(from: string, importer: string, member: string | undefined) {
  const dots = /^\.*/.exec(from)?.[0].length ?? 0;
  const parts = from.slice(dots).split('.').filter(Boolean);
  const folder = importer.split('/').slice(0, -1);
  const base = dots > 0 ? folder.slice(0, Math.max(0, folder.length - (dots - 1))) : [];
  const stem = [...base, ...parts].join('/');
  const tail = dots === 0;
  const beside = [...folder, ...parts].join('/');
  const own = (rest: string | undefined) => [
    ...(tail && folder.length > 0 ? [{ path: `${beside}.py`, tail: false, rest }] : []),
    { path: `${stem}.py`, tail, rest },
    { path: stem === '' ? '__init__.py' : `${stem}/__init__.py`, tail, rest },
  ];
  if (member === undefined) return own(undefined);
  const inside = stem === '' ? member : `${stem}/${member}`;
  return [
    ...(parts.length > 0 ? own(member) : []),
    { path: `${inside}.py`, tail, rest: undefined },
    ...(parts.length > 0 ? [] : own(member)),
  ];
}

function scriptCandidates(from: string, importer: string, member: string | undefined) {
  const relative = from.startsWith('.');
  const stem = relative
    ? resolveRelative(importer.split('/').slice(0, -1), from)
    : from.replace(/^[@~]\//, '').replace(/^\//, '');
  const bare = stem.replace(/\.(?:[cm]?[jt]sx?)$/, '');
  const endings = ['ts', 'tsx', 'js', 'jsx', 'mts', 'mjs', 'cts', 'cjs'];
  return [...endings.map((end) => `${bare}.${end}`), ...endings.map((end) => `${bare}/index.${end}`)].map(
    (path) => ({
      path,
      tail: !relative,
      rest: member,
    }),
  );
}

function resolveRelative(folder: string[], from: string): string {
  const parts = [...folder];
  for (const part of from.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
