import { ownImports } from '../realm/exports.ts';
import { followRemote } from '../store/exchange.ts';
import type { Flow } from './flow.ts';
import { refreshWatchList } from './hooks.ts';
import { stateOf } from './resolve.ts';
import { inWorkspace } from './workspace.ts';

export interface FetchResult {
  realm: string;
  remote: string | null;
  before: string | null;
  after: string | null;
  /** Local realm commits that wait for `sync`. */
  waiting: boolean;
  stale: { domain: string; contract: string; from: string; version: string; state: string }[];
}

/** Fetch the realm and bring the local branch along where it has no commits of its own; sync replays those. */
export function fetchFlow(flow: Flow): Promise<FetchResult> {
  return inWorkspace(flow, async (workspace) => {
    const before = workspace.snapshot.commit?.oid ?? null;
    const followed = await followRemote(workspace.store);
    if (followed.word !== null) flow.note(followed.word);
    const { model, commit } = await workspace.refresh();
    await refreshWatchList(workspace);
    const stale = ownImports(model, workspace.name).flatMap((own) => {
      const { state } = stateOf(own, flow.now());
      const from = own.entry.resolved_version ?? '';
      return state === 'current'
        ? []
        : [
            {
              domain: own.domain,
              contract: own.contract,
              from,
              version: own.published?.version ?? '',
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
      stale,
    };
  });
}
