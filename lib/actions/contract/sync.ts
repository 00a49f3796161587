/**
 * `lib/actions/contract`: contracts from one repository to another: publish, import, resolve, describe,
 * notify. `sync`, here, brings all of it up to date; the other files have one action each.
 */

import { driftOf, isWatched } from '../../checkout/drift.ts';
import { readHeads } from '../../checkout/tip.ts';
import { consumersOf, type OwnExport, ownExports } from '../../realm/exports.ts';
import { paths } from '../../realm/kinds.ts';
import { behind, type FollowOp } from '../../realm/ops/follow.ts';
import { maintains } from '../../realm/ownership.ts';
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
import { type ImportSync, resolveImports } from './resolve-imports.ts';

export interface SyncOptions {
  dryRun: boolean;
  /** Contracts whose import a person says is resolved. */
  resolve: readonly string[];
  rewound: boolean;
  /** Tell the consumers that are affected. */
  notify: boolean;
  /** What else is updated once the contracts are. */
  afterwards?: (context: Context, workspace: Workspace) => Promise<void>;
  /** Branch this checkout stands for, in CI. */
  branch?: string | undefined;
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
export const syncRepo = (context: Context, options: SyncOptions): Promise<SyncResult> =>
  inWorkspace(context, (workspace) => sync(context, workspace, options), options.branch);

async function sync(context: Context, workspace: Workspace, options: SyncOptions): Promise<SyncResult> {
  const first = options.dryRun ? ({ state: 'local' } as Shared) : await share(context, workspace, true);
  const byHand = contractsNamed(context, workspace, options.resolve);
  const { tip } = workspace.heads;
  const exported = ownExports(workspace.snapshot.model, workspace.name).some(isWatched);
  if (tip.kind === 'none' && exported) context.note(`nothing is published from here: ${tip.why}`);
  const follows = await followOthers(context, workspace, options);
  const settled = await settleWithOthers(context, workspace, options, { shared: first, byHand });
  const { exports, imports } = settled;
  let { shared } = settled;
  await tellLeftBehind(context, workspace, exports);
  const ended = options.dryRun ? [] : await endGracePeriods(context, workspace);
  // What waits for a merge is not published yet: nobody is notified.
  const silent = options.dryRun || shared.state === 'awaiting merge';
  const notices = silent ? [] : await tell(context, workspace, options, imports);
  if ((follows || notices.length + ended.length > 0) && shared.state !== 'local')
    shared = await share(context, workspace);
  if (!options.dryRun) await options.afterwards?.(context, workspace);
  if (!options.dryRun) await tidyUp(workspace);
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
}

/** The full names of contracts that were given in short. */
function contractsNamed(context: Context, workspace: Workspace, texts: readonly string[]): Set<string> {
  const { model } = workspace.snapshot;
  return new Set(
    texts.map((text) => {
      const { domain, contract } = resolveContract(model, text, undefined, context.note);
      return `${domain}/${contract}`;
    }),
  );
}

/** Publish and resolve; what others published meanwhile may have voided ours, so gather again and do what is missing. */
async function settleWithOthers(
  context: Context,
  workspace: Workspace,
  options: SyncOptions,
  { shared: first, byHand }: { shared: Shared; byHand: ReadonlySet<string> },
): Promise<{ shared: Shared; exports: Publication[]; imports: ImportSync[] }> {
  let shared = first;
  let exports = await publishTip(context, workspace, options);
  let imports = await resolveImports(context, workspace, options, byHand);
  for (let round = 0; round < ROUNDS && changed(exports, imports) && 'exchange' in shared; round += 1) {
    shared = await share(context, workspace);
    if (!('exchange' in shared) || shared.exchange.dropped.length === 0) break;
    const { repo, objects, config } = workspace;
    workspace.heads = await readHeads(repo, objects, config, options.branch);
    exports = [
      ...exports.filter((publication) => publication.commit === null),
      ...(await publishTip(context, workspace, options)),
    ];
    imports = await resolveImports(context, workspace, options, byHand);
  }
  return { shared, exports, imports };
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
async function tidyUp(workspace: Workspace): Promise<void> {
  const exports = ownExports(workspace.snapshot.model, workspace.name);
  const all = await driftOf(workspace, workspace.levels, workspace.heads, exports, ['index', 'head']);
  await reconcileDraft(workspace, all);
  await sweepDrafts(workspace);
  await refreshWatchList(workspace);
}
