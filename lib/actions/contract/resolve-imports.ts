import type { ImportState } from '../../compat/imports.ts';
import { RealmError } from '../../errors.ts';
import { type JsonObject, type JsonValue, sameJson } from '../../json.ts';
import { type OwnImport, ownImports } from '../../realm/exports.ts';
import type { RecordOp, Resolution } from '../../realm/ops/import.ts';
import { maintains } from '../../realm/ownership.ts';
import type { ProofState } from '../../realm/types.ts';
import { type Context, opHead } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';
import {
  evidenceOf,
  importStateOf,
  type Proof,
  proofOf,
  proofWords,
  recordedProof,
  resolved,
  stateOfProof,
} from './resolve.ts';

/** What became of one import. */
export interface ImportSync {
  domain: string;
  contract: string;
  range: string;
  state: 'current' | 'stale' | 'broken';
  /** Version the import is at now; `null` before the first time. */
  from: string | null;
  /** The published version; `null` where the contract is gone. */
  version: string | null;
  /** It became `current` by this sync. */
  resolved: boolean;
  proof: ProofState;
  /** Why it is in this state, or what resolved it; `null` where there is nothing to say. */
  why: string | null;
  binding: string | null;
  commit: string | null;
}

/**
 * Resolve what is proved, and `byHand`, which a person says is resolved. Throws `no-such-import` where this repo does not
 * import one of those.
 */
export async function resolveImports(
  context: Context,
  workspace: Workspace,
  { dryRun }: { dryRun: boolean },
  byHand: ReadonlySet<string>,
): Promise<ImportSync[]> {
  const done: ImportSync[] = [];
  for (const own of ownImports(workspace.snapshot.model, workspace.name)) {
    const isByHand = byHand.has(`${own.domain}/${own.contract}`);
    done.push(await resolveImport(context, workspace, own, { dryRun, byHand: isByHand }));
  }
  for (const wanted of byHand) {
    if (!done.some((synced) => `${synced.domain}/${synced.contract}` === wanted)) {
      throw new RealmError('no-such-import', `'${workspace.name}' does not import '${wanted}'`, {
        hint: 'git realm status',
      });
    }
  }
  return done;
}

async function resolveImport(
  context: Context,
  workspace: Workspace,
  own: OwnImport,
  { dryRun, byHand }: { dryRun: boolean; byHand: boolean },
): Promise<ImportSync> {
  const state = importStateOf(own, context.now());
  const sync = unresolved(own, state);
  if (state.state === 'current' && state.news === undefined && !byHand) {
    const commit = await usesAsTheyAre(context, workspace, own, dryRun);
    return { ...sync, commit };
  }
  const proof = await proofFor(workspace, own, state, byHand);
  const proved = proof.kind === 'covered' || proof.kind === 'changed' || proof.kind === 'by-hand';
  // What was added asks nothing: until something shows more, the import stays at the version it was resolved at.
  if (state.state === 'current' && !proved) return { ...sync, why: state.news ?? null };
  const why = proofWords(proof, own.entry.binding);
  const done: ImportSync = {
    ...sync,
    why,
    proof: stateOfProof(proof),
    ...(proved ? { resolved: true, state: 'current' } : {}),
  };
  const tip = workspace.heads.tip.kind === 'none' ? null : workspace.heads.tip.oid;
  const wanted: Resolution = proved
    ? resolved(own, proof, tip, context.now())
    : { status: state.state, ...(proof.kind === 'uncovered' ? { proof: 'failing' } : {}) };
  if (dryRun || !differs(own, wanted)) return done;
  const op = recordOp(context, workspace, own, wanted, proved);
  if (!maintains(workspace.snapshot.model, workspace.name, workspace.who().email)) {
    const only = `only a maintainer of ${workspace.name} can record it`;
    return { ...done, state: state.state, resolved: false, why: `${why}; ${only}` };
  }
  const applied = await perform(context, workspace, op);
  return { ...done, commit: applied.commit };
}

/** An import as it stands before anything is done about it. */
const unresolved = (own: OwnImport, state: ImportState): ImportSync => ({
  domain: own.domain,
  contract: own.contract,
  range: own.entry.version,
  state: state.state,
  from: own.entry.resolved_version ?? null,
  version: own.published?.version ?? null,
  resolved: false,
  proof: recordedProof(own),
  why: state.state === 'current' ? null : state.reason,
  binding: own.entry.binding ?? null,
  commit: null,
});

async function proofFor(
  workspace: Workspace,
  own: OwnImport,
  state: ImportState,
  byHand: boolean,
): Promise<Proof> {
  if (state.state === 'broken') return { kind: 'unproved', why: state.reason };
  return byHand ? { kind: 'by-hand' } : proofOf(workspace, own);
}

const recordOp = (
  context: Context,
  workspace: Workspace,
  own: OwnImport,
  wanted: Resolution,
  proved: boolean,
): RecordOp => ({
  verb: 'record',
  ...opHead(context, workspace.who()),
  domain: own.domain,
  contract: own.contract,
  repo: workspace.name,
  status: wanted.status,
  version: proved ? (own.published?.version ?? null) : null,
  payload: wanted as unknown as JsonObject,
});

/**
 * An import that is current, looked at again: where its binding has lost what proved it, somebody has to know; uses that moved or
 * came are recorded, so that those who change the contract see them where they are. Returns the commit of the record, if any.
 */
async function usesAsTheyAre(
  context: Context,
  workspace: Workspace,
  own: OwnImport,
  dryRun: boolean,
): Promise<string | null> {
  const { tip } = workspace.heads;
  if (own.entry.verify === undefined || tip.kind === 'none') return null;
  const proof = await proofOf(workspace, own);
  if (proof.kind === 'uncovered' || (proof.kind === 'unproved' && proof.unread))
    context.note(
      `${own.domain}/${own.contract} ${own.published?.version}: ${proofWords(proof, own.entry.binding)}`,
    );
  const { uses, unread = [] } = evidenceOf(proof);
  if (dryRun || uses === undefined || own.entry.uses === undefined) return null;
  if (!maintains(workspace.snapshot.model, workspace.name, workspace.who().email)) return null;
  const wanted: Resolution = { status: own.entry.status ?? 'current', uses, unread };
  if (!differs(own, wanted)) return null;
  const op = recordOp(context, workspace, own, { ...wanted, resolved_commit: tip.oid }, false);
  return (await perform(context, workspace, op)).commit;
}

/** A record that says what the binding says already is not news. */
const differs = (own: OwnImport, wanted: Resolution): boolean =>
  Object.entries(wanted).some(
    ([key, value]) =>
      key !== 'resolved_at' &&
      !sameJson(value as JsonValue, ((own.entry as unknown as JsonObject)[key] ?? null) as JsonValue),
  );
