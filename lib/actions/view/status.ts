/**
 * `lib/actions/view`: shows and changes nothing: status, check, graph, inbox, report, sessions.
 */

import path from 'node:path';
import { readCache, writeCache } from '../../cache-file.ts';
import { driftOf, drifts, type ExportDrift } from '../../checkout/drift.ts';
import type { Level } from '../../checkout/levels.ts';
import { renderPathspecs } from '../../git/answers.ts';
import { renamesOf } from '../../git/renames.ts';
import { type OwnImport, ownExports, ownImports } from '../../realm/exports.ts';
import type { Problem } from '../../realm/parse.ts';
import type { ProofState, Role } from '../../realm/types.ts';
import { lastFetch } from '../../store/fetch-realm.ts';
import { type PendingOperation, pendingOperations } from '../../store/pending.ts';
import { type Rewrite, rewriteOf } from '../../store/rewrite.ts';
import { type PendingRun, pendingRuns } from '../change/pending-runs.ts';
import type { Draft } from '../contract/draft-refs.ts';
import { reconcileDraft } from '../contract/drafts.ts';
import {
  behindWords,
  type ExportStatus,
  exportStatus,
  type GraceStatus,
  graceStatus,
  LEVELS,
} from '../contract/export-status.ts';
import { type GraceNow, graceNow } from '../contract/grace.ts';
import { shortRef } from '../contract/relation.ts';
import { changesSince, importStateOf, recordedProof } from '../contract/resolve.ts';
import type { Context } from '../open/context.ts';
import { domainsOf } from '../open/membership.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import type { RealmRequest } from '../share/request.ts';
import { waitingRequest } from '../share/share.ts';
import { type Inbox, inboxOf, markQuiet } from './inbox.ts';

export interface StatusResult {
  repo: string;
  realm: string;
  /** The realm's main branch as known here. */
  tip: string | null;
  /** Milliseconds since the realm's remote was looked at; `null`: it has none, or was never fetched. */
  age: number | null;
  /** The realm's published history was replaced: nothing is published or replayed until that is accepted. */
  rewritten: Rewrite | null;
  publishing: { ref: string; oid: string | null; why: string | null };
  domains: { name: string; role: Role }[];
  /** What the realm's remote refused: to be tried again or given up. */
  pending: PendingOperation[];
  /** Realm commits of this user that wait until somebody merges them into the realm; `null`: nothing waits. */
  awaiting: RealmRequest | null;
  /** Runs over several repos that did not come to an end, here or in another clone. */
  unfinished: PendingRun[];
  /** What changed since this repo last looked (`git realm inbox`), and what sessions heard. */
  inbox: Inbox;
  exports: ExportStatus[];
  imports: ImportStatus[];
  problems: Problem[];
}

export interface ImportStatus {
  domain: string;
  contract: string;
  range: string;
  state: 'current' | 'stale' | 'broken';
  /** Whether a reading of the binding showed that it goes with the published version, as it was recorded. */
  proof: ProofState;
  breaksInDays: number | null;
  /** The published version is breaking and in effect only from then on, ISO 8601. */
  effectiveAt: string | null;
  /** Whom that waits for, and who is ready. */
  grace: GraceStatus | null;
  /** Why it is not current, or what is new; `null` where there is nothing to say. */
  reason: string | null;
  resolved: string | null;
  published: string | null;
  binding: string | null;
  /** The changelog's lines since the resolved version. */
  changes: string[];
}

/** How this repository stands in its realm. Reads only; never waits for the network. */
export function statusOf(context: Context, branch?: string): Promise<StatusResult> {
  return inWorkspace({ ...context, rewriteSaid: true }, (workspace) => gather(context, workspace), branch);
}

async function gather(context: Context, workspace: Workspace): Promise<StatusResult> {
  const { model } = workspace.snapshot;
  const levels = workspace.repo.worktree === null ? COMMITTED : LEVELS;
  const fetched = lastFetch(workspace.store);
  const [all, inbox, awaiting, unfinished] = await Promise.all([
    driftOf(workspace, workspace.levels, workspace.heads, ownExports(model, workspace.name), levels),
    inboxOf(context, workspace),
    waitingRequest(workspace),
    pendingRuns(workspace),
  ]);
  await markQuiet(workspace, inbox);
  keepQuestions(workspace);
  const draft = await reconcileDraft(workspace, all);
  const { tip } = workspace.heads;
  const graceOfContract = ({ domain, contract }: { domain: string; contract: string }) =>
    graceNow(workspace.store, workspace.snapshot, domain, contract, context.now());
  const renames = await renamesOf(
    workspace.repo,
    all.flatMap((drift) => drift.missing),
  );
  return {
    repo: workspace.name,
    realm: workspace.file.realm.name,
    tip: workspace.snapshot.commit?.oid ?? null,
    age: fetched === null ? null : Math.max(0, context.now().getTime() - fetched),
    rewritten: await rewriteOf(workspace.store),
    publishing: {
      ref: tip.ref,
      oid: tip.kind === 'none' ? null : tip.oid,
      why: tip.kind === 'none' ? tip.why : null,
    },
    domains: domainsOf(model, workspace.name).map(({ name, role }) => ({ name, role: role ?? 'consumer' })),
    pending: await pendingOperations(workspace.store),
    awaiting,
    unfinished,
    inbox,
    exports: await Promise.all(
      all.map(async (own) =>
        exportStatus(model, own, LEVELS, {
          renames,
          behind: await behindTip(workspace, own),
          draft: isIn(draft, own) ? draft.oid : null,
          grace: await graceOfContract(own),
        }),
      ),
    ),
    imports: await Promise.all(
      ownImports(model, workspace.name).map(async (own) =>
        importStatus(context, own, await graceOfContract(own)),
      ),
    ),
    problems: model.problems(),
  };
}

/** The shell that starts the next status asks git the same while node starts (lib/cli/git-realm.sh). */
function keepQuestions({ repo, levels, ephemeral }: Workspace): void {
  if (ephemeral) return;
  const file = path.join(repo.commonDir, 'realm', 'asks');
  const text = renderPathspecs(levels.asked);
  if ((readCache(file)?.toString('utf8') ?? '') !== text) writeCache(file, text);
}

const isIn = (draft: Draft | null, { domain, contract }: ExportDrift): draft is Draft =>
  draft?.contracts.some((own) => own.domain === domain && own.contract === contract) === true;

/** All there is without a work tree. */
const COMMITTED: readonly Level[] = ['head', 'tip'];

/** Asked only where the tip says something else than the contract. */
async function behindTip(workspace: Workspace, own: ExportDrift): Promise<string | null> {
  const { tip } = workspace.heads;
  if (tip.kind === 'none' || !drifts(own.levels.tip)) return null;
  return behindWords(workspace, own, { oid: tip.oid, name: shortRef(tip.ref) });
}

function importStatus(context: Context, own: OwnImport, grace: GraceNow | null): ImportStatus {
  const state = importStateOf(own, context.now());
  return {
    domain: own.domain,
    contract: own.contract,
    range: own.entry.version,
    state: state.state,
    proof: recordedProof(own),
    breaksInDays: state.state === 'stale' ? (state.breaksInDays ?? null) : null,
    effectiveAt: grace?.effectiveAt ?? null,
    grace: graceStatus(grace),
    reason: state.state === 'current' ? (state.news ?? null) : state.reason,
    resolved: own.entry.resolved_version ?? null,
    published: own.published?.version ?? null,
    binding: own.entry.binding ?? null,
    changes:
      state.state === 'current' && state.news === undefined
        ? []
        : changesSince(own.published, own.entry.resolved_version),
  };
}
