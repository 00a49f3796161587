import path from 'node:path';
import { isPlain, plainPath } from '../../checkout/levels.ts';
import { type Reading, readExport } from '../../checkout/reading.ts';
import { type ImportState, importState, type Published } from '../../compat/imports.ts';
import { coversOf } from '../../compat/usage.ts';
import { counted } from '../../count.ts';
import type { Extraction } from '../../detect/types.ts';
import { RealmError } from '../../errors.ts';
import { isChanged } from '../../git/diff.ts';
import { type JsonObject, sameJson } from '../../json.ts';
import { contentOf, kindNames, kindOf, kindProblem, useNamed } from '../../kinds/index.ts';
import { usageOf } from '../../kinds/read.ts';
import { detectorOf } from '../../kinds/readers.ts';
import type { Missing, Use } from '../../kinds/types.ts';
import { recordOf, usesIn } from '../../kinds/uses.ts';
import type { OwnImport } from '../../realm/exports.ts';
import type { Resolution } from '../../realm/ops/import.ts';
import { releasesOf } from '../../realm/releases.ts';
import type { ContractFile, DetectorEntry, ProofState } from '../../realm/types.ts';
import { isoSeconds } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { shortRef } from './relation.ts';
import { useReader } from './use-reader.ts';

/** How an import stands by the realm and the clock, before anything is resolved. */
export function importStateOf(own: Pick<OwnImport, 'entry' | 'published'>, now: Date): ImportState {
  return importState({
    range: own.entry.version,
    resolvedVersion: own.entry.resolved_version,
    published: own.published === undefined ? undefined : publishedOf(own.published),
    offers: own.published !== undefined && kindOf(own.published).direction === 'offers',
    now,
  });
}

/** The contract as `importState` looks at it: a breaking version counts from its `effective_at`, the one before until then. */
const publishedOf = (file: ContractFile): Published => ({
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

/** What was read of the binding, for anyone who changes the contract. */
type Evidence = Pick<Resolution, 'covers' | 'uses' | 'unread'>;

/** What proves that a binding covers its contract, or what is missing. */
export type Proof =
  /** `looked`: the uses that were read, every one of them satisfied. */
  | { kind: 'covered'; by: 'verify'; looked: number; evidence: Evidence }
  | { kind: 'uncovered'; missing: Missing[]; evidence: Evidence }
  /** A use in the binding changed since it was last resolved: somebody looked at it, nobody verified it. */
  | { kind: 'changed' }
  | { kind: 'by-hand' }
  /** `unread`: the binding is not there, or does not parse: what it proved before it proves no more. */
  | { kind: 'unproved'; why: string; unread?: true; evidence?: Evidence };

/** `proved` is only what a reader of uses saw; a changed file and a person's word are not. */
export function stateOfProof({ kind }: Proof): ProofState {
  return kind === 'covered' ? 'proved' : kind === 'uncovered' ? 'failing' : 'unproved';
}

/** How the binding of an import was proved, as recorded; what was recorded for another version proves nothing. */
export function recordedProof({ entry, published }: Pick<OwnImport, 'entry' | 'published'>): ProofState {
  const { proof, resolved_version: at } = entry;
  if (proof === 'failing') return 'failing';
  return proof === 'proved' && at !== undefined && at === published?.version ? 'proved' : 'unproved';
}

/**
 * Is the import's binding, as published by the consumer, up to the contract? By `verify` where the import has one, else by
 * a use in it having changed since it was last resolved (docs/design/compatibility.md).
 */
export async function proofOf(workspace: Workspace, own: OwnImport): Promise<Proof> {
  const { entry, published } = own;
  const { tip } = workspace.heads;
  if (published === undefined) return { kind: 'unproved', why: 'the contract was removed' };
  if (tip.kind === 'none') return { kind: 'unproved', why: tip.why };
  if (entry.binding === undefined) return { kind: 'unproved', why: 'the import has no binding file' };
  if (entry.verify === undefined) return changedUse(workspace, tip.oid, own, published);
  try {
    return await verified(workspace, tip.oid, own, await workspace.snapshot.loaded(published));
  } catch (error) {
    if (error instanceof RealmError && error.code === 'content-unreadable')
      return { kind: 'unproved', why: error.message };
    throw error;
  }
}

/** Nothing in a file that no reader of uses can read shows that it was updated for a version: a person must confirm it. */
async function changedUse(
  workspace: Workspace,
  tip: string,
  own: OwnImport,
  published: ContractFile,
): Promise<Proof> {
  const { entry } = own;
  const { binding = '', resolved_commit: since } = entry;
  const strange = await kindProblem(published);
  if (strange !== null) return { kind: 'unproved', why: strange };
  if (since === undefined) return { kind: 'unproved', why: 'it was never resolved' };
  const changed = await isChanged(workspace.repo, since, tip, binding);
  if (changed !== true) {
    const why =
      changed === false ? `'${binding}' has not changed since` : `commit ${since} is not available locally`;
    return { kind: 'unproved', why };
  }
  for (const use of kindOf(published).uses) {
    const [before, after] = await Promise.all(
      [since, tip].map((commit) =>
        readBinding(workspace, commit, entry.contract, binding, readerOf(workspace, own, use)),
      ),
    );
    if (before?.kind !== 'value' || after?.kind !== 'value') continue;
    if (before.extraction.parts.length + after.extraction.parts.length === 0) continue;
    return sameJson(before.extraction.value, after.extraction.value) &&
      sameJson(before.extraction.schema, after.extraction.schema)
      ? { kind: 'unproved', why: `'${binding}' has changed, but not the parts that use the contract` }
      : { kind: 'changed' };
  }
  return {
    kind: 'unproved',
    why: `'${binding}' has changed, and its use of the contract cannot be read; to accept it without proof, use --resolve`,
  };
}

async function verified(
  workspace: Workspace,
  tip: string,
  own: OwnImport,
  published: ContractFile,
): Promise<Proof> {
  const { binding = '', contract, verify } = own.entry;
  const strange = await kindProblem(published);
  if (strange !== null) return { kind: 'unproved', why: strange };
  const kind = kindOf(published);
  const { detector = '', ...options } = verify ?? {};
  const use = useNamed(kind, detector);
  if (use === undefined) {
    const known = kind.uses.map((way) => way.name).join(', ');
    const why = `'${detector}' does not read how a contract of kind ${kind.name} is used; ${known} does`;
    return { kind: 'unproved', why };
  }
  const reader = await detectorOf(use.reader);
  if (isPlain(binding) && !reader.reads(binding) && (await isFile(workspace, tip, binding)))
    return { kind: 'unproved', why: `'${use.name}' cannot read '${binding}'`, unread: true };
  const entry = readerOf(workspace, own, use, options as JsonObject);
  const reading = await readBinding(workspace, tip, contract, binding, entry);
  if (reading.kind === 'absent')
    return {
      kind: 'unproved',
      why: `'${binding}' is not in ${shortRef(workspace.heads.tip.ref)}`,
      unread: true,
    };
  if (reading.kind === 'failed') return { kind: 'unproved', why: reading.error.message, unread: true };
  const usage = usageOf(reading.extraction);
  const content = contentOf(published);
  const answer = await kind.cover(content, usage);
  const evidence = evidenceIn(published, reading.extraction);
  if (answer.answer === 'unknown') {
    const { uses, unread } = evidence;
    const found = uses === undefined || unread === undefined ? {} : { evidence: { uses, unread } };
    return {
      kind: 'unproved',
      why: answer.why,
      ...(usage.unread === null ? {} : { unread: true }),
      ...found,
    };
  }
  return answer.answer === 'yes'
    ? { kind: 'covered', by: 'verify', looked: answer.looked, evidence }
    : { kind: 'uncovered', missing: answer.missing, evidence };
}

/** What the binding uses, for anyone who changes the contract; of a plug-in's kind nothing here can tell what a change takes away. */
function evidenceIn(published: ContractFile, { parts, schema, unresolved }: Extraction): Evidence {
  const { kind } = published;
  if (kind !== undefined && !kindNames.includes(kind)) return {};
  if (usesIn(parts).length > 0) return { ...recordOf(parts, unresolved) };
  return { covers: coversOf(contentOf(published), parts, schema) as unknown as JsonObject };
}

/** A directory is read file by file. */
const isFile = async (workspace: Workspace, commit: string, binding: string): Promise<boolean> =>
  (await workspace.levels.inCommit(commit, [binding])).some((source) => source.path === plainPath(binding));

const readerOf = ({ snapshot, name }: Workspace, own: OwnImport, use: Use, options: JsonObject = {}) =>
  useReader(snapshot.model, { ...own, consumer: name }, use, options);

async function readBinding(
  workspace: Workspace,
  commit: string,
  contract: string,
  binding: string,
  reader: DetectorEntry,
): Promise<Reading> {
  const sources = await workspace.levels.inCommit(commit, [binding]);
  const cache = { directory: path.join(workspace.repo.commonDir, 'realm'), name: `verify ${contract}` };
  return readExport(cache, sources, reader);
}

/** What to record for an import that is proved at the published version. */
export function resolved(own: OwnImport, proof: Proof, commit: string | null, now: Date): Resolution {
  return {
    status: 'current',
    proof: stateOfProof(proof),
    ...evidenceOf(proof),
    ...(own.published === undefined ? {} : { resolved_version: own.published.version }),
    ...(commit === null ? {} : { resolved_commit: commit }),
    resolved_at: isoSeconds(now),
  };
}

/** What a proof has read, as an import records it. */
export const evidenceOf = (proof: Proof): Evidence => ('evidence' in proof ? (proof.evidence ?? {}) : {});

/** The proof in words: why an import is resolved, or why not. */
export function proofWords(proof: Proof, binding: string | undefined): string {
  switch (proof.kind) {
    case 'covered':
      return `${binding} covers it, ${counted(proof.looked, 'use')} read`;
    case 'changed':
      return `the parts that ${binding} uses have changed; not verified`;
    case 'by-hand':
      return 'accepted without proof';
    case 'unproved':
      return proof.why;
    case 'uncovered':
      return proof.missing.some(({ why }) => why !== undefined)
        ? proof.missing.map(({ subject }) => String(subject)).join('; ')
        : `${binding} does not cover ${proof.missing
            .map((missing) => `${String(missing.subject)} (${missing.pointer.replace(/^\//, '')})`)
            .join(', ')}`;
  }
}
