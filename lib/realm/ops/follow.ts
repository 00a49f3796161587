import type { Edit } from '../edits.ts';
import type { RealmModel } from '../model.ts';
import { mustMaintain } from '../ownership.ts';
import { changesOf } from './changes.ts';
import type { Op, Verb } from './types.ts';

export interface FollowOp extends Op {
  verb: 'follow';
  repo: string;
}

/**
 * A repo's own bindings follow what others did: entries by earlier names of contracts get those of now, and exports of
 * contracts that were taken over by another repo go.
 */
export const follow: Verb<FollowOp> = {
  reads: (op, model) => behind(model, op.repo).map(({ path }) => path),
  plan: (op, view) => {
    mustMaintain(view.model, op.repo, op.by);
    const changes = changesOf(view);
    const found = behind(view.model, op.repo);
    for (const { path, edits } of found) changes.edit(path, edits);
    return changes.commit({
      subject: `${op.repo}: update bindings after renames and transfers`,
      body: found.flatMap(({ lines }) => lines),
      nothing: `the bindings of '${op.repo}' are up to date`,
    });
  },
};

/** Bindings of a repo that name contracts as they were called before, or export what is not the repo's any more. */
export function behind(model: RealmModel, repo: string): { path: string; edits: Edit[]; lines: string[] }[] {
  return model.domainNames().flatMap((domain) => {
    const path = model.binding(domain, repo)?.path;
    const raw = path === undefined ? undefined : model.file('binding', path);
    if (path === undefined || raw === undefined) return [];
    const edits: Edit[] = [];
    const lines: string[] = [];
    const gone: number[] = [];
    for (const key of ['exports', 'imports'] as const)
      for (const [at, { contract }] of (raw[key] ?? []).entries()) {
        const now = model.contractNow(domain, contract);
        const owner = model.contract(domain, now)?.owner;
        if (key === 'exports' && owner !== undefined && owner !== repo) {
          gone.unshift(at);
          lines.push(`${domain}/${now} is exported by ${owner}`);
        } else if (now !== contract) {
          edits.push({ op: 'set', path: [key, at, 'contract'], value: now });
          lines.push(`${domain}/${contract} was renamed to ${now}`);
        }
      }
    // From behind, so that each index still holds.
    for (const at of gone) edits.push({ op: 'delete', path: ['exports', at] });
    return edits.length === 0 ? [] : [{ path, edits, lines }];
  });
}
