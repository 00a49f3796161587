import path from 'node:path';
import { gapIn, readExport, unreadable } from '../checkout/reading.ts';
import { uncovered } from '../compat/coverage.ts';
import { type ImportState, importState, type Published } from '../compat/imports.ts';
import { coversOf } from '../compat/usage.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { OwnImport } from '../realm/exports.ts';
import type { Resolution } from '../realm/ops/import.ts';
import { releasesOf } from '../realm/releases.ts';
import type { ContractFile, ImportEntry } from '../realm/types.ts';
import { isoSeconds } from './flow.ts';
import { shortRef } from './relation.ts';
import type { Workspace } from './workspace.ts';

/** How an import stands by the realm and the clock, before anything is resolved. */
export function stateOf(own: OwnImport, now: Date): ImportState {
  return importState({
    range: own.entry.version,
    resolvedVersion: own.entry.resolved_version,
    published: own.published === undefined ? undefined : publishedOf(own.published),
    now,
  });
}

/** The contract as `importState` looks at it: a breaking version counts from its `effective_at`, the one before until then. */
export const publishedOf = (file: ContractFile): Published => ({
  version: file.version,
  effectiveAt: file.effective_at,
  before: releasesOf(file)
    .filter((release) => release.version !== file.version)
    .map((release) => ({ version: release.version, effectiveAt: release.effective_at })),
});

/** The changelog's lines after `version`, or of the newest release where the changelog does not know it. */
export function changesSince(file: ContractFile | undefined, version: string | undefined): string[] {
  const releases = file === undefined ? [] : releasesOf(file);
  const since = releases.findIndex((release) => release.version === version);
  const news = since < 0 ? releases.slice(0, 1) : releases.slice(0, since);
  return news.flatMap((release) => release.changes ?? []);
}

/** What proves that a binding covers its contract, or what is missing. */
export type Proof =
  | { kind: 'covered'; by: 'verify'; covers: JsonObject }
  | {
      kind: 'uncovered';
      missing: { pointer: string; subject: JsonValue; witness: JsonValue }[];
      covers: JsonObject;
    }
  | { kind: 'changed' }
  | { kind: 'by-hand' }
  /** `unread`: the binding is not there, or does not parse: what it proved before it proves no more. */
  | { kind: 'unproved'; why: string; unread?: true };

/**
 * Is the import's binding, as published by the consumer, up to the contract? By `verify` where the import has one, else by
 * the binding file having changed since it was last resolved (DESIGN §7).
 */
export async function proofOf(workspace: Workspace, own: OwnImport): Promise<Proof> {
  const { entry, published } = own;
  const { tip } = workspace.heads;
  if (published === undefined) return { kind: 'unproved', why: 'the contract is gone' };
  if (tip.kind === 'none') return { kind: 'unproved', why: tip.why };
  if (entry.binding === undefined) return { kind: 'unproved', why: 'the import names no binding file' };
  if (entry.verify !== undefined)
    return verified(workspace, tip.oid, entry, await workspace.snapshot.loaded(published));
  if (entry.resolved_commit === undefined) return { kind: 'unproved', why: 'it was never resolved' };
  const args = ['diff', '--quiet', entry.resolved_commit, tip.oid, '--', entry.binding];
  const { code } = await workspace.repo.git(args, { ok: [0, 1, 128] });
  if (code === 1) return { kind: 'changed' };
  const why =
    code === 0 ? `'${entry.binding}' has not changed since` : `commit ${entry.resolved_commit} is not here`;
  return { kind: 'unproved', why };
}

async function verified(
  workspace: Workspace,
  tip: string,
  entry: ImportEntry,
  published: ContractFile,
): Promise<Proof> {
  const sources = await workspace.levels.inCommit(tip, [entry.binding ?? '']);
  const cache = { directory: path.join(workspace.repo.commonDir, 'realm'), name: `verify ${entry.contract}` };
  const reading = await readExport(cache, sources, entry.verify ?? { detector: '' });
  if (reading.kind === 'absent')
    return {
      kind: 'unproved',
      why: `'${entry.binding}' is not in ${shortRef(workspace.heads.tip.ref)}`,
      unread: true,
    };
  if (reading.kind === 'failed') return { kind: 'unproved', why: reading.error.message, unread: true };
  const { value, schema, parts, unresolved } = reading.extraction;
  const need = { value: published.value ?? null, schema: (published.schema ?? {}) as JsonValue };
  const answer = uncovered(need, { value, schema }, { incomplete: unresolved.length > 0 });
  const covers = coversOf(need, parts, schema) as unknown as JsonObject;
  if (answer.verdict === 'covered') return { kind: 'covered', by: 'verify', covers };
  const gap = gapIn(reading.extraction, false);
  if (gap !== undefined) return { kind: 'unproved', why: unreadable(gap).message, unread: true };
  if (answer.verdict === 'uncovered') return { kind: 'uncovered', missing: answer.missing, covers };
  const [doubt] = answer.undecided;
  return {
    kind: 'unproved',
    why: doubt === undefined ? 'coverage is not decidable' : `${String(doubt.subject)}: ${doubt.reason}`,
  };
}

/** What to record for an import that is proved at the published version. */
export function resolved(own: OwnImport, proof: Proof, commit: string | null, now: Date): Resolution {
  return {
    status: 'current',
    ...('covers' in proof ? { covers: proof.covers } : {}),
    ...(own.published === undefined ? {} : { resolved_version: own.published.version }),
    ...(commit === null ? {} : { resolved_commit: commit }),
    resolved_at: isoSeconds(now),
  };
}

/** The proof in words: why an import is resolved, or why not. */
export function proofWords(proof: Proof, binding: string | undefined): string {
  switch (proof.kind) {
    case 'covered':
      return `${binding} covers it`;
    case 'changed':
      return `${binding} has changed`;
    case 'by-hand':
      return 'said by hand';
    case 'unproved':
      return proof.why;
    case 'uncovered':
      return `${binding} does not cover ${proof.missing
        .map((one) => `${String(one.subject)} (${one.pointer.replace(/^\//, '')})`)
        .join(', ')}`;
  }
}
