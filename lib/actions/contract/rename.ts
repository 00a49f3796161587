import { renameCheckout } from '../../checkout/user-index.ts';
import { usageError } from '../../errors.ts';
import { contractName, repoName } from '../../names.ts';
import type { RepoRenameOp } from '../../realm/ops/rename.ts';
import type { ContractRenameOp } from '../../realm/ops/rename-contract.ts';
import type { AcceptOp, OfferOp } from '../../realm/ops/transfer.ts';
import type { Op } from '../../realm/ops/types.ts';
import { type Context, opHead } from '../open/context.ts';
import { refreshWatchList } from '../open/hooks.ts';
import { writeMembership } from '../open/membership.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';
import { type Shared, share } from '../share/share.ts';
import { resolveContract } from './address.ts';
import { adoptDrafts } from './drafts.ts';

/** What became of a contract or repo that was renamed or given away. */
export interface Changed {
  /** `<domain>/<contract>`, or the repo. */
  subject: string;
  commit: string | null;
  /** Why there was nothing to do. */
  why: string | null;
  shared: Shared;
  configChanged: boolean;
}

/**
 * A repo of the realm gets another name; without `from` it is this one. Index, drafts, `.blue/config.yaml` and hooks of this
 * clone follow at once, other clones when they next look: the old name goes on to lead here.
 */
export const renameRepo = (context: Context, to: string, from?: string): Promise<Changed> =>
  inWorkspace(context, async (workspace) => {
    const repo = from === undefined ? workspace.name : workspace.snapshot.model.repoNow(repoName(from));
    const op: RepoRenameOp = {
      verb: 'repo-rename',
      ...opHead(context, workspace.who()),
      repo,
      to: repoName(to),
    };
    return change(context, workspace, op, repo, async () => {
      const name = workspace.snapshot.model.repoNow(repo);
      await renameCheckout(context.env, workspace.file.realm.name, repo, name);
      if (repo === workspace.name) workspace.name = name;
      await adoptDrafts(workspace);
    });
  });

/** A contract of this repo gets another name. */
export const renameContract = (context: Context, contract: string, to: string): Promise<Changed> =>
  inWorkspace(context, (workspace) => {
    const address = resolveContract(workspace.snapshot.model, contract, undefined, context.note);
    const op: ContractRenameOp = {
      verb: 'contract-rename',
      ...opHead(context, workspace.who()),
      ...address,
      repo: workspace.name,
      to: contractName(to),
    };
    return change(context, workspace, op, `${address.domain}/${address.contract}`);
  });

/** Offer a contract of this repo to another one, or (`to` null) withdraw the offer, or decline one. */
export const offerContract = (context: Context, contract: string, to: string | null): Promise<Changed> =>
  inWorkspace(context, (workspace) => {
    const { model } = workspace.snapshot;
    const address = resolveContract(model, contract, undefined, context.note);
    const op: OfferOp = {
      verb: 'contract-offer',
      ...opHead(context, workspace.who()),
      ...address,
      repo: workspace.name,
      to: to === null ? null : model.repoNow(repoName(to)),
    };
    return change(context, workspace, op, `${address.domain}/${address.contract}`);
  });

/** Take over a contract that was offered to this repo. */
export const acceptContract = (context: Context, contract: string): Promise<Changed> =>
  inWorkspace(context, async (workspace) => {
    // What was offered just now is seen.
    await share(context, workspace);
    const address = resolveContract(workspace.snapshot.model, contract, undefined, context.note);
    const op: AcceptOp = {
      verb: 'contract-accept',
      ...opHead(context, workspace.who()),
      ...address,
      repo: workspace.name,
    };
    return change(context, workspace, op, `${address.domain}/${address.contract}`);
  });

/** Archive a domain, or (`archived` false) take it out of the archive. */
export const archiveDomain = (context: Context, domain: string, archived: boolean): Promise<Changed> =>
  inWorkspace(context, (workspace) => {
    if (domain === '') throw usageError('specify a domain', 'git realm domain list');
    const head = opHead(context, workspace.who());
    const op = { verb: 'domain-archive', ...head, domain, repo: workspace.name, archived };
    return change(context, workspace, op, domain);
  });

/** Apply an operation on the realm; the files of this clone that follow from it follow. */
export async function change(
  context: Context,
  workspace: Workspace,
  op: Op,
  subject: string,
  after: () => Promise<void> = async () => {},
): Promise<Changed> {
  const { planned, commit } = await perform(context, workspace, op);
  await after();
  const shared = await share(context, workspace);
  const configChanged = await writeMembership(workspace.repo, {
    store: workspace.store,
    repo: workspace.name,
  });
  await refreshWatchList(workspace);
  return { subject, commit, why: planned.kind === 'nothing' ? planned.why : null, shared, configChanged };
}
