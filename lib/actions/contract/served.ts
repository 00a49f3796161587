import { samplePath } from '../../compat/paths/index.ts';
import { type QualifiedPaths, qualifiedPaths } from '../../detect/buckets.ts';
import type { Extraction } from '../../detect/types.ts';
import { isObject } from '../../json.ts';
import { kindOf } from '../../kinds/index.ts';
import type { RealmModel } from '../../realm/model.ts';
import { ownerOf } from '../../realm/ownership.ts';

/** Contracts of other repos, as `<domain>/<contract>`, of which the grants allow at least one path. Sorted. */
export function contractsServed(model: RealmModel, repo: string, grants: Extraction): string[] {
  const allowed = qualifiedPaths(grants.value, grants.schema);
  return model.domainNames().flatMap((domain) =>
    model
      .contractNames(domain)
      .filter((name) => {
        const contract = model.contract(domain, name);
        if (contract === undefined || ownerOf(model, domain, name) === repo) return false;
        if (kindOf(contract).name !== 's3') return false;
        return meet(
          allowed,
          qualifiedPaths(contract.value ?? null, isObject(contract.schema) ? contract.schema : {}),
        );
      })
      .map((name) => `${domain}/${name}`),
  );
}

/** Is there a path that both hold, for the same access? Where a bucket is unknown, it may be any. */
function meet(granted: QualifiedPaths, needed: QualifiedPaths): boolean {
  return (['read', 'write'] as const).some((access) => {
    const open = [granted, needed].some(({ unknown }) => unknown.some((path) => path.access === access));
    const [left, right] = [granted, needed].map((paths) => listed(paths, access, open));
    if (left === undefined || right === undefined) return false;
    const found = samplePath([
      { patterns: left, dialect: 'iam' },
      { patterns: right, dialect: 'iam' },
    ]);
    return !('empty' in found);
  });
}

function listed(paths: QualifiedPaths, access: 'read' | 'write', withoutBucket: boolean): string[] {
  if (!withoutBucket) return paths[access];
  const unknown = paths.unknown.filter((path) => path.access === access).map(({ path }) => path);
  return [
    ...paths[access].map((path) => path.slice(path.indexOf('/') + 1)),
    ...unknown.map((path) => path.replace(/^(?:[^/]*\{[^/]*\}[^/]*)?\//, '')),
  ];
}
