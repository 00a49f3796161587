import path from 'node:path';
import { readCache } from '../../cache-file.ts';
import { shortBranch } from '../../git/branches.ts';
import { trailer } from '../../git/commit.ts';
import { refSafe } from '../../names.ts';
import type { PublishOp } from '../../realm/ops/publish.ts';
import { readCommit } from '../../store/read-commit.ts';
import type { Workspace } from '../open/workspace.ts';

/** A draft as its ref holds it: which contracts it refers to, and the sources it was read from. */
export interface Draft {
  ref: string;
  oid: string;
  contracts: { domain: string; contract: string; key: string }[];
}

/** `refs/realm/drafts/<repo>/<clone id>/<branch, or oid>` of the branch checked out (docs/design/layout.md). */
export function draftRef(workspace: Workspace): string {
  const { repo, heads } = workspace;
  const branch = repo.branch === null ? (heads.head ?? 'HEAD') : shortBranch(repo.branch);
  return `${draftFolder(workspace)}/${refSafe(branch)}`;
}

/** Where this clone's drafts of this repo are. */
export function draftFolder(workspace: Workspace): string {
  const clone = workspace.config.get('realm.cloneId') ?? 'unknown';
  return `refs/realm/drafts/${refSafe(workspace.name)}/${refSafe(clone)}`;
}

/** The draft of the branch checked out, or `null`. Costs no process beyond the store's reader, and none for the last one made. */
export async function readDraft(workspace: Workspace): Promise<Draft | null> {
  const ref = draftRef(workspace);
  const oid = await workspace.store.objects.resolve(ref);
  const last = oid === null ? null : lastDraft(workspace);
  if (last !== null && last.ref === ref && last.oid === oid) return last;
  const tip = oid === null ? null : await readCommit(workspace.store, oid);
  if (tip === null) return null;
  const contracts: Draft['contracts'] = [];
  for (let commit: typeof tip | null = tip; commit !== null && contracts.length < 100; ) {
    const op = draftOp(commit.message);
    if (op === null) break;
    contracts.push({ domain: op.domain, contract: op.contract, key: op.key ?? '' });
    const parent: string | undefined = commit.parents[0];
    commit = parent === undefined ? null : await readCommit(workspace.store, parent);
  }
  return { ref, oid: tip.oid, contracts };
}

/** Where the draft that was made last is remembered. */
export const lastDraftFile = ({ repo }: Workspace): string => path.join(repo.commonDir, 'realm', 'draft');

/** The draft that was made last here, if it is still what it was: a hook would ask git for the commit of the hook before. */
function lastDraft(workspace: Workspace): Draft | null {
  try {
    const last = JSON.parse(readCache(lastDraftFile(workspace))?.toString('utf8') ?? 'null') as Draft | null;
    return Array.isArray(last?.contracts) ? last : null;
  } catch {
    return null;
  }
}

function draftOp(message: string): PublishOp | null {
  const line = trailer(message, 'Realm-Op');
  if (line === undefined) return null;
  try {
    const op = JSON.parse(line) as PublishOp;
    return op.draft === true ? op : null;
  } catch {
    return null;
  }
}
