import { type JsonValue, sameJson } from '../json.ts';
import { domainPath, kindOf, paths } from '../realm/kinds.ts';
import type { RealmModel } from '../realm/model.ts';
import { formerly } from '../realm/ops/rename.ts';
import type { FileChange } from './rules/step.ts';

/** What a commit renames: each new path with the previous path, from `formerly`. */
export type Renames = ReadonlyMap<string, string>;

/** A registration or contract that goes, and another that says it was that one, are one file. */
export function renamesIn(before: RealmModel, after: RealmModel, changes: readonly FileChange[]): Renames {
  const gone = new Set(changes.filter(({ to }) => to === null).map(({ path }) => path));
  const found = new Map<string, string>();
  for (const { path, from } of changes) {
    const place = domainPath(path);
    const kind = kindOf(path);
    if (from !== null || (kind !== 'repo' && kind !== 'contract')) continue;
    const names = after.file(kind, path)?.formerly ?? [];
    const old = names
      .map((name) => (kind === 'repo' ? paths.repo(name) : paths.contract(place?.domain ?? '', name)))
      .find((former) => gone.has(former) && before.has(former));
    if (old !== undefined) found.set(path, old);
  }
  return found;
}

/** Earlier names come by renaming alone, and never lead elsewhere: why a file's list of them is refused. */
export function wrongNames(
  path: string,
  was: { name: string; formerly?: string[] } | undefined,
  is: { name: string; formerly?: string[] },
  now: (name: string) => string,
): string[] {
  const wanted =
    was === undefined
      ? []
      : was.name === is.name
        ? (was.formerly ?? [])
        : formerly(was.formerly, was.name, is.name);
  if (!sameJson((is.formerly ?? []) as JsonValue, wanted as JsonValue))
    return [`'${path}' changes its earlier names, which only a rename may do`];
  const holder = now(is.name);
  return holder === is.name || holder === was?.name
    ? []
    : [`'${is.name}' is an earlier name of '${holder}', and still resolves to it`];
}

/** A repo's name by the path of its registration. */
export const repoAt = (path: string): string => path.slice('repos/'.length, -'.yaml'.length);

/** What still names a repo that is called otherwise now. */
export function leftBehind(after: RealmModel, repo: string): string | undefined {
  for (const domain of after.domainNames()) {
    if (after.domain(domain)?.members?.includes(repo)) return paths.domain(domain);
    const binding = after.binding(domain, repo);
    if (binding !== undefined) return binding.path;
    for (const contract of after.contractNames(domain))
      if (after.contract(domain, contract)?.owner === repo) return paths.contract(domain, contract);
  }
  return undefined;
}
