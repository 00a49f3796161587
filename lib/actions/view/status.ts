import path from 'node:path';
import { readCache, writeCache } from '../../cache-file.ts';
import { driftOf, drifts, type ExportDrift, isWatched } from '../../checkout/drift.ts';
import type { Level } from '../../checkout/levels.ts';
import { renamesOf } from '../../checkout/renames.ts';
import type { Change, Verdict } from '../../compat/types.ts';
import { renderPathspecs } from '../../git/answers.ts';
import { type JsonValue, sameJson } from '../../json.ts';
import { consumersOf, type OwnImport, ownExports, ownImports } from '../../realm/exports.ts';
import type { RealmModel } from '../../realm/model.ts';
import type { Problem } from '../../realm/parse.ts';
import type { ProofState, Role } from '../../realm/types.ts';
import { lastFetch } from '../../store/exchange.ts';
import { type PendingOperation, pendingOperations } from '../../store/pending.ts';
import { type Rewrite, rewriteOf } from '../../store/rewrite.ts';
import { type PendingRun, pendingRuns } from '../change/pending-runs.ts';
import { reconcileDraft } from '../contract/drafts.ts';
import { type GraceNow, graceNow } from '../contract/grace.ts';
import { impactOfDrift } from '../contract/impact.ts';
import { relationTo, relationWords, shortRef } from '../contract/relation.ts';
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
  publishing: { ref: string; oid: string | null; why: string };
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

export interface ExportStatus {
  domain: string;
  contract: string;
  version: string;
  watched: boolean;
  /** Where the code says something else than the contract, nearest to the editor first; equal levels are one entry. */
  drift: DriftStatus[];
  draft: string | null;
  affected: { repo: string; range: string }[];
  /** The contract was published from code that is not here: what to do, in words; '' otherwise. */
  behind: string;
  /** What could not be read, at the level nearest to the editor. */
  unresolved: { path: string; line: number; what: string; why: string }[];
  failed: { level: Level; why: string }[];
  /** Source files that are gone, and where git saw them go. */
  missing: { path: string; renamedTo: string | null }[];
  /** Which consumers use what the nearest drift takes away, in words. */
  impact: string[];
  /** The publishing branch has a breaking change that nobody approved: the old version stays published (DESIGN §8). */
  ahead: boolean;
  /** What the deepest level says may not be published without approval. */
  needsApproval: boolean;
  /** The published version is breaking and in effect only from then on, ISO 8601; `null`: it is in effect. */
  effectiveAt: string | null;
  /** Whom that waits for, and who is ready. */
  grace: GraceStatus | null;
}

export type GraceStatus = Pick<GraceNow, 'ready' | 'missing' | 'problem'>;

export interface DriftStatus {
  levels: Level[];
  verdict: Verdict['verdict'];
  reason: string;
  witness: JsonValue;
  next: string;
  changes: (Change & { at: string[] })[];
  lines: string[];
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
  reason: string;
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
    all.flatMap((one) => one.missing),
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
      why: tip.kind === 'none' ? tip.why : '',
    },
    domains: domainsOf(model, workspace.name).map(({ name, role }) => ({ name, role: role ?? 'consumer' })),
    pending: await pendingOperations(workspace.store),
    awaiting,
    unfinished,
    inbox,
    exports: await Promise.all(
      all.map(async (one) => {
        const drafted = draft?.contracts.some(
          (own) => own.domain === one.domain && own.contract === one.contract,
        );
        return exportStatus(
          workspace,
          one,
          drafted ? (draft?.oid ?? null) : null,
          await behindWords(workspace, one),
          missingSources(one, renames),
          await graceOfContract(one),
        );
      }),
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

/** Nearest to the editor first. */
const LEVELS: readonly Level[] = ['worktree', 'index', 'head', 'tip'];
/** All there is without a work tree. */
const COMMITTED: readonly Level[] = ['head', 'tip'];

const missingSources = (one: ExportDrift, renames: ReadonlyMap<string, string>): ExportStatus['missing'] =>
  one.missing.map((path) => ({ path, renamedTo: renames.get(path) ?? null }));

/** Asked only where the tip says something else than the contract. */
async function behindWords(workspace: Workspace, one: ExportDrift): Promise<string> {
  const { tip } = workspace.heads;
  if (tip.kind === 'none' || !drifts(one.levels.tip)) return '';
  const relation = await relationTo(workspace, one.file.source_commit, tip.oid);
  return relationWords(relation, one.file, shortRef(tip.ref));
}

function exportStatus(
  workspace: Workspace,
  one: ExportDrift,
  draft: string | null,
  behind: string,
  missing: ExportStatus['missing'],
  grace: GraceNow | null,
): ExportStatus {
  const nearest = LEVELS.map((level) => one.levels[level]?.reading).find(
    (reading) => reading?.kind === 'value',
  );
  return {
    domain: one.domain,
    contract: one.contract,
    version: one.file.version,
    watched: isWatched(one),
    drift: driftStatus(one),
    draft,
    behind,
    missing,
    ahead: isUnapproved(workspace.snapshot.model, one, 'tip'),
    needsApproval: isUnapproved(
      workspace.snapshot.model,
      one,
      LEVELS.findLast((level) => drifts(one.levels[level])),
    ),
    effectiveAt: grace?.effectiveAt ?? null,
    grace: graceStatus(grace),
    impact: impactOfDrift(
      workspace.snapshot.model,
      one,
      LEVELS.find((level) => drifts(one.levels[level])),
    ),
    affected: consumersOf(workspace.snapshot.model, one.domain, one.contract).map(({ repo, entry }) => ({
      repo,
      range: entry.version,
    })),
    unresolved: nearest?.kind === 'value' ? nearest.extraction.unresolved : [],
    failed: LEVELS.flatMap((level) => {
      const reading = one.levels[level]?.reading;
      return reading?.kind === 'failed' ? [{ level, why: reading.error.message }] : [];
    }),
  };
}

const graceStatus = (grace: GraceNow | null): GraceStatus | null =>
  grace === null ? null : { ready: grace.ready, missing: grace.missing, problem: grace.problem };

function isUnapproved(model: RealmModel, { domain, levels }: ExportDrift, level: Level | undefined): boolean {
  const drift = level && levels[level];
  return drifts(drift) && drift.judgement.breaking && model.governance(domain).requireApproval;
}

/** Levels that say the same are told once. */
function driftStatus(one: ExportDrift): DriftStatus[] {
  const seen: { value: JsonValue; drift: DriftStatus }[] = [];
  for (const level of LEVELS) {
    const at = one.levels[level];
    if (!drifts(at) || at.reading.kind !== 'value') continue;
    const { value, parts } = at.reading.extraction;
    const same = seen.find((other) => sameJson(other.value, value));
    if (same !== undefined) {
      same.drift.levels.push(level);
      continue;
    }
    const { verdict, version, changes, lines } = at.judgement;
    const where = (subject: JsonValue) =>
      parts.filter((part) => sameJson(part.value, subject)).map((part) => `${part.path}:${part.line}`);
    seen.push({
      value,
      drift: {
        levels: [level],
        verdict: verdict.verdict,
        reason: 'reason' in verdict ? verdict.reason : '',
        witness: verdict.verdict === 'breaking' ? verdict.witness : null,
        next: version,
        changes: changes.map((change) => ({
          ...change,
          at: change.kind === 'removed' ? [] : where(change.subject),
        })),
        lines,
      },
    });
  }
  return seen.map(({ drift }) => drift);
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
    reason: state.state === 'current' ? (state.news ?? '') : state.reason,
    resolved: own.entry.resolved_version ?? null,
    published: own.published?.version ?? null,
    binding: own.entry.binding ?? null,
    changes:
      state.state === 'current' && state.news === undefined
        ? []
        : changesSince(own.published, own.entry.resolved_version),
  };
}
