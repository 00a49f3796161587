import { writeCache } from '../../cache-file.ts';
import { drifts, type ExportDrift } from '../../checkout/drift.ts';
import { fingerprint } from '../../checkout/fingerprint.ts';
import type { Level } from '../../checkout/levels.ts';
import { RealmError } from '../../errors.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { listRefs, swapRef } from '../../git/refs.ts';
import { kindOf } from '../../kinds/index.ts';
import { fromRefSafe, isOid } from '../../names.ts';
import type { PublishOp } from '../../realm/ops/publish.ts';
import type { Planned } from '../../realm/ops/types.ts';
import { rememberClone } from '../../store/clones.ts';
import { commitPlan } from '../../store/engine.ts';
import { planOn } from '../../store/planning.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import { type Context, isoSeconds, randomId } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { contentOf } from './content.ts';
import { type Draft, draftFolder, draftRef, lastDraftFile, readDraft } from './draft-refs.ts';

/**
 * Put what the level's code would make of the contracts on the branch's draft ref: realm commits on top of the published
 * one, replacing an older draft. Keyed by the sources, so that a draft that no commit matches can be detected and dropped.
 */
async function saveDraft(
  context: Context,
  workspace: Workspace,
  level: Level,
  all: readonly ExportDrift[],
): Promise<string | null> {
  const drifting = all.filter((drift) => drifts(drift.levels[level]));
  const wanted = await Promise.all(
    drifting.map(async (drift) => ({
      domain: drift.domain,
      contract: drift.contract,
      key: keyOf(drift, level),
    })),
  );
  const old = await readDraft(workspace);
  if (old !== null && sameDrafts(old.contracts, wanted)) return old.oid;
  const ref = draftRef(workspace);
  const plans: DraftPlan[] = [];
  for (const [n, drift] of drifting.entries()) {
    const op = await draftOperation(context, workspace, drift, level, wanted[n]?.key ?? '');
    const planned = await planOn(workspace.snapshot, op);
    if (planned.kind === 'commit') plans.push({ planned, op });
  }
  const tip = await commitDrafts(workspace, ref, plans);
  if (tip === null && plans.length > 0)
    throw new RealmError('realm-busy', `another git process is updating '${ref}'`, {
      hint: 'git realm status',
    });
  const written = plans
    .map(({ op: { domain, contract, key } }) => ({ domain, contract, key: key ?? '' }))
    .reverse();
  if (tip !== null)
    rememberClone(workspace.store, workspace.config.get('realm.cloneId') ?? '', workspace.repo.commonDir);
  if (tip !== null) {
    const made: Draft = { ref, oid: tip, contracts: written };
    writeCache(lastDraftFile(workspace), JSON.stringify(made));
  }
  if (tip === null && old !== null) await swapRef(workspace.store.repo, ref, old.oid, null);
  return tip;
}

interface DraftPlan {
  planned: Planned & { kind: 'commit' };
  op: PublishOp;
}

/**
 * The plans as one row of commits by one process: each contract has files of its own. Those that meet in a file are planned
 * again, each on the commit before.
 */
async function commitDrafts(workspace: Workspace, ref: string, plans: DraftPlan[]): Promise<string | null> {
  const [first, ...others] = plans;
  if (first === undefined) return null;
  const draft = { ref, who: workspace.who(), force: true, draft: true };
  const files = plans.flatMap(({ planned }) => [...planned.files.keys()]);
  if (new Set(files).size === files.length)
    return commitPlan(workspace.store, { ...draft, ...first, snapshot: workspace.snapshot, onTop: others });
  let { snapshot } = workspace;
  let tip: string | null = null;
  for (const { op } of plans) {
    const planned = await planOn(snapshot, op);
    if (planned.kind === 'nothing') continue;
    tip = await commitPlan(workspace.store, { ...draft, planned, op, snapshot });
    if (tip !== null) snapshot = await readSnapshot(workspace.store, tip);
  }
  return tip;
}

/** The same from a hook: what cannot be kept now (a full or read-only disk, a lock) is said, and the hook goes on. */
export async function tryDraft(
  context: Context,
  workspace: Workspace,
  level: Level,
  all: readonly ExportDrift[],
): Promise<void> {
  try {
    await saveDraft(context, workspace, level, all);
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    context.note(`git realm: could not save the draft of this change: ${error.message}`);
  }
}

/**
 * Drop the branch's draft when no level of the code matches it any more: an aborted commit, a reset, a publication.
 * Returns what is left of it.
 */
export async function reconcileDraft(
  workspace: Workspace,
  all: readonly ExportDrift[],
): Promise<Draft | null> {
  const draft = await readDraft(workspace);
  if (draft === null) return null;
  for (const { domain, contract, key } of draft.contracts) {
    const drift = all.find((own) => own.domain === domain && own.contract === contract);
    for (const level of ['head', 'index'] as const) {
      if (drift !== undefined && drifts(drift.levels[level]) && keyOf(drift, level) === key) return draft;
    }
  }
  await swapRef(workspace.store.repo, draft.ref, draft.oid, null);
  return null;
}

/** This clone's drafts under earlier names of the repo go by the name of now. */
export async function adoptDrafts(workspace: Workspace): Promise<void> {
  const names = workspace.snapshot.model.repo(workspace.name)?.formerly ?? [];
  const folders = names.map((name) => `${draftFolder({ ...workspace, name })}/`);
  if (folders.length === 0) return;
  for (const { name, oid } of await listRefs(workspace.store.repo, folders)) {
    const old = folders.find((folder) => name.startsWith(folder)) ?? '';
    const now = `${draftFolder(workspace)}/${name.slice(old.length)}`;
    await swapRef(workspace.store.repo, now, null, oid);
    await swapRef(workspace.store.repo, name, oid, null);
  }
}

/** Drop this clone's drafts of branches that are gone or whose commits are all published. */
export async function sweepDrafts(workspace: Workspace): Promise<void> {
  const { tip } = workspace.heads;
  for (const { name, oid } of await listRefs(workspace.store.repo, [`${draftFolder(workspace)}/`])) {
    if (name === draftRef(workspace)) continue;
    const branch = fromRefSafe(name.slice(draftFolder(workspace).length + 1));
    const commit = isOid(branch) ? branch : `refs/heads/${branch}`;
    const known = await workspace.objects.info(`${commit}^{commit}`);
    const live = known !== null && !isOid(branch);
    const merged =
      live && tip.kind !== 'none' && (await isAncestor(workspace.repo, known.oid, tip.oid)) === true;
    if (!live || merged) await swapRef(workspace.store.repo, name, oid, null);
  }
}

function sameDrafts(a: Draft['contracts'], b: Draft['contracts']): boolean {
  const lines = (list: Draft['contracts']) =>
    list.map((draft) => `${draft.domain}/${draft.contract} ${draft.key}`).sort();
  return lines(a).join('\n') === lines(b).join('\n');
}

async function draftOperation(
  context: Context,
  workspace: Workspace,
  drift: ExportDrift,
  level: Level,
  key: string,
): Promise<PublishOp> {
  const found = drift.levels[level]?.reading;
  const reading = found?.kind === 'value' ? found : { extraction: { value: null, schema: {} } };
  return {
    verb: 'publish',
    id: randomId(),
    at: isoSeconds(context.now()),
    by: workspace.who().email,
    domain: drift.domain,
    contract: drift.contract,
    repo: workspace.name,
    base: { version: drift.file.version, source: drift.file.source_commit ?? null },
    source: null,
    draft: true,
    key,
    kind: kindOf(drift.file).name,
    ...(await contentOf(workspace, drift.contract, reading)),
  };
}

/** The sources at a level, by content, short enough for a trailer. */
function keyOf(drift: ExportDrift, level: Level): string {
  const reading = drift.levels[level]?.reading;
  return reading?.kind === 'value' ? fingerprint(reading.key) : '';
}
