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
  const same = modules.filter((module) => family(module.language) === family(importer.language));
  for (const { path, tail, rest } of candidates(from, importer, member)) {
    const module = byPath(path, tail, importer, same);
    if (module) return { module, member: rest };
  }
  return undefined;
}

/** Paths, from the repository's root or a tail of one, that `from` may mean, the likeliest first. */
export function candidates(
  from: string,
  importer: { path: string; language: Module['language'] },
  member?: string,
): { path: string; tail: boolean; rest: string | undefined }[] {
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

function byPath(
  path: string,
  tail: boolean,
  importer: Module,
  modules: readonly Module[],
): Module | undefined {
  const exact = modules.find((module) => module.path === path && module !== importer);
  if (exact) return exact;
  if (path.endsWith('/*.go')) {
    const folder = path.slice(0, -'*.go'.length);
    return modules.find((module) =>
      `/${module.path.slice(0, module.path.lastIndexOf('/') + 1)}`.endsWith(`/${folder}`),
    );
  }
  if (!tail || !/[a-z]/i.test(path)) return undefined;
  return modules.find((module) => module !== importer && `/${module.path}`.endsWith(`/${path}`));
}
