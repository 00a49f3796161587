import { randomBytes } from 'node:crypto';
import { drifts, type ExportDrift } from '../checkout/drift.ts';
import type { Level } from '../checkout/levels.ts';
import { trailer } from '../git/commit.ts';
import { swapRef } from '../git/refs.ts';
import type { JsonObject } from '../json.ts';
import { refSafe } from '../names.ts';
import type { PublishOp } from '../realm/ops/publish.ts';
import { commitPlan, planOn, readCommit } from '../store/engine.ts';
import { readSnapshot } from '../store/snapshot.ts';
import { type Flow, isoSeconds } from './flow.ts';
import type { Workspace } from './workspace.ts';

/** A draft as its ref holds it: which contracts it speaks of, and the sources it was read from. */
export interface Draft {
  ref: string;
  oid: string;
  contracts: { domain: string; contract: string; key: string }[];
}

/** `refs/realm/drafts/<repo>/<clone id>/<branch, or oid>` of the branch checked out (DESIGN §3). */
export function draftRef(workspace: Workspace): string {
  const clone = workspace.config.get('realm.cloneId') ?? 'unknown';
  const branch = workspace.repo.branch?.replace('refs/heads/', '') ?? workspace.heads.head ?? 'HEAD';
  return `refs/realm/drafts/${refSafe(workspace.name)}/${refSafe(clone)}/${refSafe(branch)}`;
}

/** The draft of the branch checked out, or `null`. Costs no process beyond the store's reader. */
export async function readDraft(workspace: Workspace): Promise<Draft | null> {
  const ref = draftRef(workspace);
  const tip = await readCommit(workspace.store, ref);
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

/**
 * Put what the level's code would make of the contracts on the branch's draft ref: realm commits on top of the published
 * one, replacing an older draft. Keyed by the sources, so that one which no commit bears out can be told and dropped.
 */
export async function saveDraft(
  flow: Flow,
  workspace: Workspace,
  level: Level,
  all: readonly ExportDrift[],
): Promise<string | null> {
  const drifting = all.filter((one) => drifts(one.levels[level]));
  const old = await readDraft(workspace);
  const keys = (list: Draft['contracts']) =>
    list
      .map((one) => `${one.domain}/${one.contract} ${one.key}`)
      .sort()
      .join('\n');
  const wanted = drifting.map((one) => ({
    domain: one.domain,
    contract: one.contract,
    key: keyOf(one, level),
  }));
  if (old !== null && keys(old.contracts) === keys(wanted)) return old.oid;
  const ref = draftRef(workspace);
  let snapshot = workspace.snapshot;
  let tip: string | null = null;
  for (const one of drifting) {
    const planned = await planOn(snapshot, draftOperation(flow, workspace, one, level));
    if (planned.kind === 'nothing') continue;
    const op = draftOperation(flow, workspace, one, level);
    tip = await commitPlan(workspace.store, {
      ref,
      snapshot,
      planned,
      op,
      who: workspace.who(),
      force: true,
    });
    if (tip !== null && drifting.length > 1) snapshot = await readSnapshot(workspace.store, tip);
  }
  if (tip === null && old !== null) await swapRef(workspace.store.repo, ref, old.oid, null);
  return tip;
}

/**
 * Drop the branch's draft when no level of the code bears it out any more: an aborted commit, a reset, a publication.
 * Returns what is left of it.
 */
export async function reconcileDraft(
  workspace: Workspace,
  all: readonly ExportDrift[],
): Promise<Draft | null> {
  const draft = await readDraft(workspace);
  if (draft === null) return null;
  const borneOut = draft.contracts.some(({ domain, contract, key }) =>
    all.some((one) => {
      if (one.domain !== domain || one.contract !== contract) return false;
      return (['head', 'index'] as const).some(
        (level) => drifts(one.levels[level]) && keyOf(one, level) === key,
      );
    }),
  );
  if (borneOut) return draft;
  await swapRef(workspace.store.repo, draft.ref, draft.oid, null);
  return null;
}

function draftOperation(flow: Flow, workspace: Workspace, one: ExportDrift, level: Level): PublishOp {
  const reading = one.levels[level]?.reading;
  const extraction = reading?.kind === 'value' ? reading.extraction : { value: null, schema: {} };
  return {
    verb: 'publish',
    id: randomBytes(8).toString('hex'),
    at: isoSeconds(flow.now()),
    by: workspace.who().email,
    domain: one.domain,
    contract: one.contract,
    repo: workspace.name,
    base: { version: one.file.version, source: one.file.source_commit ?? null },
    source: null,
    draft: true,
    key: keyOf(one, level),
    payload: { value: extraction.value, schema: extraction.schema } as JsonObject,
  };
}

function keyOf(one: ExportDrift, level: Level): string {
  const reading = one.levels[level]?.reading;
  return reading?.kind === 'value' ? reading.key : '';
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
