import { ownImports } from '../../realm/exports.ts';
import { followRemote } from '../../store/exchange.ts';
import { type Rewrite, rewriteOf } from '../../store/rewrite.ts';
import type { Context } from '../open/context.ts';
import { refreshWatchList } from '../open/hooks.ts';
import { inWorkspace } from '../open/workspace.ts';
import { type Accepted, acceptRewrite } from '../share/rewrite.ts';
import { importStateOf } from './resolve.ts';

export interface FetchResult {
  realm: string;
  remote: string | null;
  before: string | null;
  after: string | null;
  /** Local realm commits that wait for `sync`. */
  waiting: boolean;
  /** The realm's published history was replaced: nothing is followed until that is accepted. `null`: it was not. */
  rewritten: Rewrite | null;
  /** By `--accept-rewrite`. */
  accepted: Accepted | null;
  /** Imports that are not current: at `from` (`null`: never resolved), with `version` published (`null`: it is gone). */
  stale: {
    domain: string;
    contract: string;
    from: string | null;
    version: string | null;
    state: string;
  }[];
}

/**
 * Fetch the realm and bring the local branch along where it has no commits of its own; sync replays those. `accept`: go on
 * from a history that was rewritten (`acceptRewrite`).
 */
export function fetchFlow(context: Context, { accept }: { accept: boolean }): Promise<FetchResult> {
  return inWorkspace({ ...context, rewriteSaid: true }, async (workspace) => {
    const before = workspace.snapshot.commit?.oid ?? null;
    const accepted = accept ? await acceptRewrite(context, workspace) : null;
    const followed = await followRemote(workspace.store);
    if (followed.word !== null) context.note(followed.word);
    const { model, commit } = await workspace.refresh();
    await refreshWatchList(workspace);
    const stale = ownImports(model, workspace.name).flatMap((own) => {
      const { state } = importStateOf(own, context.now());
      const from = own.entry.resolved_version ?? null;
      return state === 'current'
        ? []
        : [
            {
              domain: own.domain,
              contract: own.contract,
              from,
              version: own.published?.version ?? null,
              state,
            },
          ];
    });
    return {
      realm: workspace.file.realm.name,
      remote: followed.remote,
      before,
      after: commit?.oid ?? null,
      waiting: followed.waiting,
      rewritten: await rewriteOf(workspace.store),
      accepted,
      stale,
    };
  });
}
