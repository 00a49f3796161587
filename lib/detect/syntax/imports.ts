import type { Module } from './ir.ts';

/** A module that an import names; `member` is what to look up in it, absent where the import is the module itself. */
export interface Imported {
  module: Module;
  member: string | undefined;
  /** The `package.json` that says where it is. */
  through?: string;
}

/** The module among `modules` that `from` names when written in `importer`, or undefined. */
export function moduleOf(
  from: string,
  importer: Module,
  modules: readonly Module[],
  member?: string,
): Imported | undefined {
  const { known } = indexOf(modules);
  const own = known.get(importer) ?? new Map<string, Imported | undefined>();
  known.set(importer, own);
  const key = `${from}\n${member ?? ''}\n${member === undefined}`;
  if (own.has(key)) return own.get(key);
  const all = modulesOf(from, importer, modules, member);
  const found =
    all.find((imported) => imported.member === undefined || knows(imported.module, imported.member)) ??
    all[0];
  own.set(key, found);
  return found;
}

/** The root of another crate of the workspace, which Rust names without an import: `store_api::router()`. */
export function crateNamed(name: string, importer: Module, modules: readonly Module[]): Module | undefined {
  if (!/^[a-z]\w*$/.test(name)) return undefined;
  const index = indexOf(modules);
  const paths = [name, name.replaceAll('_', '-')].flatMap((folder) =>
    index.matching({ path: `${folder}/src/lib.rs`, tail: true, rest: undefined }),
  );
  const [path] = nearest(importer.path, paths);
  const found = path === undefined ? undefined : index.modules.get(path);
  return found === importer ? undefined : found;
}

/** All that `from` may name, the likeliest first: where several paths end like it, the nearest to the importer. */
function modulesOf(from: string, importer: Module, modules: readonly Module[], member?: string): Imported[] {
  const paths = indexOf(modules);
  return candidates(from, importer, member, paths.packages).flatMap((candidate) =>
    nearest(importer.path, paths.matching(candidate)).flatMap((path): Imported[] => {
      const module = paths.modules.get(path);
      if (!module || module === importer || family(module.language) !== family(importer.language)) return [];
      const { rest, through } = candidate;
      return [{ module, member: rest, ...(through === undefined ? {} : { through }) }];
    }),
  );
}

/** Whether a name stands at the top of a module, or may come into it by an import. */
const knows = ({ root, imports }: Module, name: string): boolean =>
  root.bindings.has(name) ||
  root.scopes.has(name) ||
  imports.some(({ local }) => local === name || local === '*') ||
  // a static import names a member of the file's class
  root.module.language === 'java';

/** Paths by how many folders they share with another one, most first. */
export function nearest(to: string, paths: readonly string[]): string[] {
  if (paths.length < 2) return [...paths];
  const folders = to.split('/').slice(0, -1);
  const shared = (path: string): number => {
    const own = path.split('/').slice(0, -1);
    const apart = own.findIndex((folder, i) => folder !== folders[i]);
    return apart < 0 ? own.length : apart;
  };
  return paths
    .map((path) => ({ path, shared: shared(path) }))
    .sort((a, b) => b.shared - a.shared)
    .map(({ path }) => path);
}

type ModuleIndex = PathIndex & {
  modules: Map<string, Module>;
  packages: Packages;
  /** What imports were found to name, by who writes them. */
  known: Map<Module, Map<string, Imported | undefined>>;
};

const indexes = new WeakMap<readonly Module[], ModuleIndex>();

function indexOf(modules: readonly Module[]): ModuleIndex {
  const known = indexes.get(modules);
  if (known) return known;
  const index = Object.assign(new PathIndex(modules.map((module) => module.path)), {
    modules: new Map(modules.map((module) => [module.path, module])),
    packages: packagesIn(modules),
    known: new Map(),
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
    if (!tail && path.endsWith('/*.go'))
      return (this.byFolder.get(path.slice(0, -'*.go'.length)) ?? []).filter((file) => file.endsWith('.go'));
    if (!tail || !/[a-z]/i.test(path)) return [];
    if (path.endsWith('/*.go')) {
      const folder = path.slice(0, -'*.go'.length);
      const found = [...this.byFolder].filter(([known]) => `/${known}`.endsWith(`/${folder}`));
      return found.flatMap(([, paths]) => paths.filter((file) => file.endsWith('.go')));
    }
    const name = path.slice(path.lastIndexOf('/') + 1);
    return (this.byName.get(name) ?? []).filter((known) => `/${known}`.endsWith(`/${path}`));
  }

  /** All paths that end in this file name. */
  named(name: string): readonly string[] {
    return this.byName.get(name) ?? [];
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
  /** The `package.json` that says so. */
  through?: string;
}

/** Paths, from the repository's root or a tail of one, that `from` may mean, the likeliest first. */
export function candidates(
  from: string,
  importer: { path: string; language: Module['language'] },
  member?: string,
  packages: Packages = new Map(),
): Candidate[] {
  switch (family(importer.language)) {
    case 'python':
      return pythonCandidates(from, importer.path, member);
    case 'javascript':
      return scriptCandidates(from, importer.path, member, packages);
    case 'java':
      return [
        { path: `${from.replaceAll('.', '/')}.java`, tail: true, rest: member },
        { path: `${from.replaceAll('.', '/')}/${member ?? ''}.java`, tail: true, rest: member },
      ];
    case 'go': {
      // A module's major version does not name a folder.
      const folders = from.split('/').filter((part) => !/^v\d+$/.test(part));
      const inside = { path: `${folders.slice(-2).join('/')}/*.go`, tail: true, rest: member };
      // A package at the top of the repository, whose own folder is not in it.
      const isTop = folders.length === (from.startsWith('github.com/') ? 4 : 3) && !/aws-sdk/.test(from);
      return isTop && /^[\w-]+\./.test(from)
        ? [inside, { path: `${folders.at(-1)}/*.go`, tail: false, rest: member }]
        : [inside];
    }
    case 'rust':
      return rustCandidates(from, importer.path, member);
    default:
      return [];
  }
}

const family = (language: Module['language']) => (language === 'typescript' ? 'javascript' : language);

function rustCandidates(from: string, importer: string, member: string | undefined): Candidate[] {
  const steps = from.split('::').filter((step) => step !== '');
  const parts = steps.filter((step) => !/^(?:crate|super|self)$/.test(step));
  const exact = (path: string): Candidate => ({ path, tail: false, rest: member });
  const ending = (path: string): Candidate => ({ path, tail: true, rest: member });
  const within = moduleFolder(steps, importer);
  if (parts.length === 0)
    return ['mod.rs', 'lib.rs', 'main.rs']
      .map((name) => exact([...(within ?? []), name].join('/')))
      .concat(within && within.length > 0 ? [exact(`${within.join('/')}.rs`)] : []);
  const files = (stem: string): string[] => [`${stem}.rs`, `${stem}/mod.rs`];
  const stem = parts.join('/');
  if (within) return [...files([...within, stem].join('/')).map(exact), ...files(stem).map(ending)];
  // Another crate of the workspace, in a folder of its name.
  const [crate = '', ...rest] = parts;
  const crates = [...new Set([crate, crate.replaceAll('_', '-')])].flatMap((name) =>
    rest.length > 0 ? files(`${name}/src/${rest.join('/')}`) : [`${name}/src/lib.rs`],
  );
  return [...files(stem), ...crates].map(ending);
}

/** The folder of the module that a path of Rust begins with: `crate`, `self` or `super`; undefined for any other. */
function moduleFolder([first, ...others]: readonly string[], importer: string): string[] | undefined {
  const folders = importer.split('/').slice(0, -1);
  if (first === 'crate') return folders.slice(0, folders.lastIndexOf('src') + 1);
  if (first !== 'self' && first !== 'super') return undefined;
  // A module's own file is named like its folder and lies beside it, or in it as `mod.rs`.
  const name = importer.slice(importer.lastIndexOf('/') + 1).replace(/\.rs$/, '');
  const own = /^(?:mod|lib|main)$/.test(name) ? folders : [...folders, name];
  const climbs = [first, ...others].filter((step) => step === 'super').length;
  return own.slice(0, Math.max(0, own.length - climbs));
}

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
    { path: `${inside}/__init__.py`, tail, rest: undefined },
    ...(parts.length > 0 ? [] : own(member)),
  ];
}

/** Packages of the same workspace: the folder of each, and the module that it names as its main one. */
export type Packages = ReadonlyMap<string, { folder: string; main: string | undefined }>;

/** The packages whose `package.json` is among the modules. */
export function packagesIn(modules: readonly Module[]): Packages {
  const found = new Map<string, { folder: string; main: string | undefined }>();
  for (const { path, maps } of modules) {
    if (!/(?:^|\/)package\.json$/.test(path)) continue;
    const top = maps.at(-1);
    const entry = (key: string): string | undefined => {
      const value = top?.entries.find(
        (candidate) => candidate.key.kind === 'text' && candidate.key.value === key,
      )?.value;
      return value?.kind === 'text' ? value.value : undefined;
    };
    const name = entry('name');
    const folder = path.slice(0, -'package.json'.length);
    if (name !== undefined) found.set(name, { folder, main: entry('source') ?? entry('main') });
  }
  return found;
}

function inPackage(from: string, packages: Packages): { stems: string[]; manifest: string } | undefined {
  const name = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
  const found = packages.get(name);
  if (found === undefined) return undefined;
  const inside = from.slice(name.length).replace(/^\//, '');
  const main = found.main?.replace(/^\.\//, '').replace(/\.[cm]?[jt]sx?$/, '');
  const stems =
    inside === '' ? [...(main ? [main] : []), 'src/index', 'index', 'src'] : [inside, `src/${inside}`];
  return { stems: stems.map((stem) => found.folder + stem), manifest: `${found.folder}package.json` };
}

function scriptCandidates(from: string, importer: string, member: string | undefined, packages: Packages) {
  const relative = from.startsWith('.');
  const stem = relative
    ? resolveRelative(importer.split('/').slice(0, -1), from)
    : from.replace(/^(?:\/?[@~]\/|[~#]\/?)/, '').replace(/^\//, '');
  const bare = stem.replace(/\.(?:[cm]?[jt]sx?)$/, '');
  const endings = ['ts', 'tsx', 'js', 'jsx', 'mts', 'mjs', 'cts', 'cjs'];
  const files = (base: string, tail: boolean): Candidate[] =>
    [...endings.map((end) => `${base}.${end}`), ...endings.map((end) => `${base}/index.${end}`)].map(
      (path) => ({
        path,
        tail,
        rest: member,
      }),
    );
  const own = inPackage(from, packages);
  const inside = own?.stems.flatMap((base) => files(base, false)) ?? [];
  return [
    ...inside.map((candidate) => (own === undefined ? candidate : { ...candidate, through: own.manifest })),
    ...files(bare, !relative),
    ...aliased(from, packages).flatMap((base) => files(base, true)),
  ];
}

/** `@modules/aws/s3`, where no package of the workspace has that scope: an alias for a folder, or for the sources in it. */
function aliased(from: string, packages: Packages): string[] {
  const [scope = '', folder, ...rest] = from.split('/');
  if (!/^@./.test(scope) || !folder || rest.length === 0) return [];
  if ([...packages.keys()].some((name) => name.startsWith(`${scope}/`))) return [];
  const inside = rest.join('/').replace(/\.[cm]?[jt]sx?$/, '');
  const root = `${scope.slice(1)}/${folder}`;
  return [`${root}/${inside}`, `${root}/src/${inside}`];
}

function resolveRelative(folder: string[], from: string): string {
  const parts = [...folder];
  for (const part of from.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
