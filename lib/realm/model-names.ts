import { paths } from './kinds.ts';
import type { Binding, RealmFiles, RealmModel } from './model.ts';
import { isName, type Listing } from './model-listing.ts';
import type { BindingFile } from './types.ts';

type NameNow = ReturnType<typeof renaming>;

/** What repos and contracts are called now, by earlier names. */
export const namesOfNow = (
  files: RealmFiles,
  list: () => Listing,
): { repoNow: NameNow; contractNow: NameNow } => ({
  repoNow: renaming(
    (_folder, name) => files.has(paths.repo(name)),
    () =>
      [...list().repos].map((name) => ({ name, formerly: files.file('repo', paths.repo(name))?.formerly })),
  ),
  contractNow: renaming(
    (domain, name) => files.has(paths.contract(domain, name)),
    (domain) =>
      (list().domains.get(domain)?.contracts ?? []).map((name) => ({
        name,
        formerly: files.file('contract', paths.contract(domain, name))?.formerly,
      })),
  ),
});

/** The bindings of each domain, with the names of now. */
export function bindingsIn(
  files: RealmFiles,
  list: () => Listing,
  contractNow: NameNow,
): Pick<RealmModel, 'bindings' | 'binding'> {
  // A tree does not change, and a binding may hold hundreds of names: they are compared once.
  const bindingAt = remembering((path: string): BindingFile | undefined => {
    const file = files.file('binding', path);
    const domain = path.split('/')[1] ?? '';
    return file && withNamesOfNow(file, (name) => contractNow(domain, name));
  });
  return {
    bindings: remembering((domain: string): Binding[] =>
      (list().domains.get(domain)?.bindings ?? []).flatMap((path) => {
        const file = bindingAt(path);
        return file === undefined ? [] : [{ path, file }];
      }),
    ),
    binding: (domain, repo) => {
      if (!(files.has(paths.domain(domain)) && isName(domain))) return undefined;
      const path = paths.binding(domain, repo);
      const file = bindingAt(path);
      if (file?.repo === repo) return { path, file };
      for (const other of list().domains.get(domain)?.bindings ?? []) {
        const found = files.mayHold?.(other, repo) === false ? undefined : bindingAt(other);
        if (found?.repo === repo) return { path: other, file: found };
      }
      return undefined;
    },
  };
}

function remembering<T>(answer: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as T;
    const fresh = answer(key);
    known.set(key, fresh);
    return fresh;
  };
}

/** From names to those of now; earlier ones are gathered when a name is met that nobody has. */
function renaming(
  exists: (folder: string, name: string) => boolean,
  all: (folder: string) => readonly { name: string; formerly?: string[] | undefined }[],
): (folder: string, name: string) => string {
  const known = new Map<string, Map<string, string>>();
  return (folder, name) => {
    if (exists(folder, name)) return name;
    let earlier = known.get(folder);
    if (earlier === undefined) {
      const pairs = all(folder).flatMap((named) =>
        (named.formerly ?? []).map((old) => [old, named.name] as const),
      );
      earlier = new Map(pairs);
      known.set(folder, earlier);
    }
    return earlier.get(name) ?? name;
  };
}

/** The same file where every name in it is one of now. */
function withNamesOfNow(file: BindingFile, now: (contract: string) => string): BindingFile {
  const isOld = ({ contract }: { contract: string }) => now(contract) !== contract;
  if (!file.exports?.some(isOld) && !file.imports?.some(isOld)) return file;
  const renamed = <E extends { contract: string }>(entries: E[] | undefined) =>
    entries?.map((entry) => ({ ...entry, contract: now(entry.contract) }));
  const exports = renamed(file.exports);
  const imports = renamed(file.imports);
  return {
    ...file,
    ...(exports === undefined ? {} : { exports }),
    ...(imports === undefined ? {} : { imports }),
  };
}
