/**
 * `lib/actions/contract`: contracts from one repository to another: publish, import, resolve, describe,
 * notify. `sync`, here, brings all of it up to date; the other files have one action each.
 */

import { driftOf, isWatched } from '../../checkout/drift.ts';
import { readHeads } from '../../checkout/tip.ts';
import { RealmError } from '../../errors.ts';
import { type JsonObject, type JsonValue, sameJson } from '../../json.ts';
import { consumersOf, type OwnExport, type OwnImport, ownExports, ownImports } from '../../realm/exports.ts';
import { paths } from '../../realm/kinds.ts';
import type { RecordOp, Resolution } from '../../realm/ops/import.ts';
import { behind, type FollowOp } from '../../realm/ops/rename.ts';
import { maintains } from '../../realm/ownership.ts';
import type { ProofState } from '../../realm/types.ts';
import { type Context, opHead } from '../open/context.ts';
import { refreshWatchList } from '../open/hooks.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';
import { listProposals } from '../share/proposals.ts';
import { type Shared, share } from '../share/share.ts';
import { resolveContract } from './address.ts';
import { adoptDrafts, reconcileDraft, sweepDrafts } from './drafts.ts';
import { type Ended, endGracePeriods } from './grace.ts';
import { type Notified, notifyConsumers, settleNotices } from './notify.ts';
import { type Publication, publishTip } from './publish.ts';
import { shortRef } from './relation.ts';
import {
  importStateOf,
  type Proof,
  proofOf,
  proofWords,
  recordedProof,
  resolved,
  stateOfProof,
} from './resolve.ts';

export interface SyncOptions {
  dryRun: boolean;
  /** Contracts whose import a person says is resolved. */
  resolve: readonly string[];
  rewound: boolean;
  /** Tell the consumers that are affected. */
  notify: boolean;
  /** Branch this checkout stands for, in CI. */
  branch?: string | undefined;
}

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

export interface SyncResult {
  repo: string;
  realm: string;
  dryRun: boolean;
  exports: (Publication & { consumers: { repo: string; range: string }[] })[];
  imports: ImportSync[];
  /** Breaking versions that every consumer is ready for: in effect from now on. */
  ended: Ended[];
  /** Issues opened for consumers, or closed. */
  notices: Notified[];
  shared: Shared;
  /** HEAD is not what is published: commits that are not pushed, or another branch. */
  unpushed: boolean;
  /** The realm's main branch after this. */
  tip: string | null;
}

const ROUNDS = 4;

/**
 * Bring repo and realm together: exchange with the realm's remote, publish what the publishing tip exports, resolve
 * imports that are proved, and push. Run twice it does nothing.
 */
export function syncRepo(context: Context, options: SyncOptions): Promise<SyncResult> {
  return inWorkspace(
    context,
    async (workspace) => {
      let shared = options.dryRun ? ({ state: 'local' } as Shared) : await share(context, workspace, true);
      const byHand = new Set(
        options.resolve.map((text) => {
          const { domain, contract } = resolveContract(
            workspace.snapshot.model,
            text,
            undefined,
            context.note,
          );
          return `${domain}/${contract}`;
        }),
      );
      const { tip } = workspace.heads;
      const exported = ownExports(workspace.snapshot.model, workspace.name).some(isWatched);
      if (tip.kind === 'none' && exported) context.note(`nothing is published from here: ${tip.why}`);
      const follows = await followOthers(context, workspace, options);
      let exports = await publishTip(context, workspace, options);
      let imports = await resolveImports(context, workspace, options, byHand);
      // What others published meanwhile may have voided ours: gather again and do what is missing.
      for (let round = 0; round < ROUNDS && changed(exports, imports) && 'exchange' in shared; round += 1) {
        shared = await share(context, workspace);
        if (!('exchange' in shared) || shared.exchange.dropped.length === 0) break;
        workspace.heads = await readHeads(
          workspace.repo,
          workspace.objects,
          workspace.config,
          options.branch,
        );
        exports = [
          ...exports.filter((publication) => publication.commit === null),
          ...(await publishTip(context, workspace, options)),
        ];
        imports = await resolveImports(context, workspace, options, byHand);
      }
      await tellLeftBehind(context, workspace, exports);
      const ended = options.dryRun ? [] : await endGracePeriods(context, workspace);
      // What waits for a merge is not published yet: nobody is notified.
      const silent = options.dryRun || shared.state === 'awaiting merge';
      const notices = silent ? [] : await tell(context, workspace, options, imports);
      if ((follows || notices.length + ended.length > 0) && shared.state !== 'local')
        shared = await share(context, workspace);
      if (!options.dryRun) await settle(workspace);
      const { model } = workspace.snapshot;
      return {
        repo: workspace.name,
        realm: workspace.file.realm.name,
        dryRun: options.dryRun,
        exports: exports.map((publication) => ({
          ...publication,
          consumers: consumersOf(model, publication.domain, publication.contract).map(({ repo, entry }) => ({
            repo,
            range: entry.version,
          })),
        })),
        imports,
        unpushed: tip.kind === 'remote' && workspace.heads.head !== tip.oid,
        ended,
        notices,
        shared,
        tip: workspace.snapshot.commit?.oid ?? null,
      };
    },
    options.branch,
  );
}

/** Proposals for code that was reverted would publish, once approved, what is not there any more: say so. */
async function tellLeftBehind(
  context: Context,
  workspace: Workspace,
  exports: readonly Publication[],
): Promise<void> {
  const { store, snapshot, heads, name } = workspace;
  const differ = (own: OwnExport) =>
    exports.some((publication) => publication.domain === own.domain && publication.contract === own.contract);
  const agreed = ownExports(snapshot.model, name)
    .filter((own) => isWatched(own) && !differ(own))
    .map((own) => paths.contract(own.domain, own.contract));
  if (heads.tip.kind === 'none' || agreed.length === 0) return;
  for (const { id, state, files, subject } of await listProposals(store, snapshot)) {
    const [file, ...more] = files;
    if (state !== 'open' || more.length > 0 || !agreed.includes(file?.path ?? '')) continue;
    context.note(
      `proposal ${id} (${subject}) comes from code that is no longer on ${shortRef(heads.tip.ref)}: git realm reject ${id} --why …`,
    );
  }
}

/** What others renamed or took over is renamed in this repo's own bindings; only its maintainers write them. */
async function followOthers(context: Context, workspace: Workspace, options: SyncOptions): Promise<boolean> {
  if (options.dryRun) return false;
  await adoptDrafts(workspace);
  const { model } = workspace.snapshot;
  const found = behind(model, workspace.name);
  if (found.length === 0 || !maintains(model, workspace.name, workspace.who().email)) return false;
  const op: FollowOp = { verb: 'follow', ...opHead(context, workspace.who()), repo: workspace.name };
  await perform(context, workspace, op);
  for (const { lines } of found) for (const line of lines) context.note(line);
  return true;
}

/** Issues for the consumers of what this repo exports, and an end to those about what it imports. */
async function tell(
  context: Context,
  workspace: Workspace,
  options: SyncOptions,
  imports: readonly ImportSync[],
): Promise<Notified[]> {
  const opened = options.notify ? await notifyConsumers(context, workspace) : [];
  const resolved = imports.filter((synced) => synced.resolved);
  return [...opened, ...(await settleNotices(context, workspace, resolved))];
}

const changed = (exports: readonly Publication[], imports: readonly ImportSync[]): boolean =>
  exports.some((publication) => publication.commit !== null) ||
  imports.some((synced) => synced.commit !== null);

/** Drafts that the code no longer matches are dropped; the hooks' watch list follows the realm. */
async function settle(workspace: Workspace): Promise<void> {
  const exports = ownExports(workspace.snapshot.model, workspace.name);
  const all = await driftOf(workspace, workspace.levels, workspace.heads, exports, ['index', 'head']);
  await reconcileDraft(workspace, all);
  await sweepDrafts(workspace);
  await refreshWatchList(workspace);
}

async function resolveImports(
  context: Context,
  workspace: Workspace,
  options: SyncOptions,
  byHand: ReadonlySet<string>,
): Promise<ImportSync[]> {
  const done: ImportSync[] = [];
  for (const own of ownImports(workspace.snapshot.model, workspace.name)) {
    done.push(
      await resolveOne(context, workspace, options, own, byHand.has(`${own.domain}/${own.contract}`)),
    );
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

async function resolveOne(
  context: Context,
  workspace: Workspace,
  options: SyncOptions,
  own: OwnImport,
  byHand: boolean,
): Promise<ImportSync> {
  const state = importStateOf(own, context.now());
  const sync: ImportSync = {
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
  };
  if (state.state === 'current' && state.news === undefined && !byHand) {
    await tellLost(context, workspace, own);
    return sync;
  }
  const proof: Proof =
    state.state !== 'broken'
      ? byHand
        ? { kind: 'by-hand' }
        : await proofOf(workspace, own)
      : { kind: 'unproved', why: state.reason };
  const proved = proof.kind === 'covered' || proof.kind === 'changed' || proof.kind === 'by-hand';
  // What was added asks nothing: until something shows more, the import stays at the version it was resolved at.
  if (state.state === 'current' && !proved) return { ...sync, why: state.news ?? null };
  sync.why = proofWords(proof, own.entry.binding);
  sync.proof = stateOfProof(proof);
  if (proved) {
    sync.resolved = true;
    sync.state = 'current';
  }
  const tip = workspace.heads.tip.kind === 'none' ? null : workspace.heads.tip.oid;
  const wanted: Resolution = proved
    ? resolved(own, proof, tip, context.now())
    : { status: state.state, ...(proof.kind === 'uncovered' ? { proof: 'failing' } : {}) };
  if (options.dryRun || !differs(own, wanted)) return sync;
  const op: RecordOp = {
    verb: 'record',
    ...opHead(context, workspace.who()),
    domain: own.domain,
    contract: own.contract,
    repo: workspace.name,
    status: wanted.status,
    version: proved ? (own.published?.version ?? null) : null,
    payload: wanted as unknown as JsonObject,
  };
  if (!maintains(workspace.snapshot.model, workspace.name, workspace.who().email)) {
    return {
      ...sync,
      state: state.state,
      resolved: false,
      why: `${sync.why}; only a maintainer of ${workspace.name} can record it`,
    };
  }
  const applied = await perform(context, workspace, op);
  return { ...sync, commit: applied.commit };
}

/** An import that was proved once, and whose binding has lost that since: nothing to record, but somebody has to know. */
async function tellLost(context: Context, workspace: Workspace, own: OwnImport): Promise<void> {
  if (own.entry.verify === undefined || workspace.heads.tip.kind === 'none') return;
  const proof = await proofOf(workspace, own);
  if (proof.kind === 'uncovered' || (proof.kind === 'unproved' && proof.unread))
    context.note(
      `${own.domain}/${own.contract} ${own.published?.version}: ${proofWords(proof, own.entry.binding)}`,
    );
}

/** A record that says what the binding says already is not news. */
const differs = (own: OwnImport, wanted: Resolution): boolean =>
  Object.entries(wanted).some(
    ([key, value]) =>
      key !== 'resolved_at' &&
      !sameJson(value as JsonValue, ((own.entry as unknown as JsonObject)[key] ?? null) as JsonValue),
  );
