import { spawn } from 'node:child_process';
import { foreignEnvironment } from '../../git/environment.ts';
import { ownImports } from '../../realm/exports.ts';
import { maintains } from '../../realm/ownership.ts';
import { lastFetch } from '../../store/fetch-realm.ts';
import { reconcileDraft, sweepDrafts, tryDraft } from '../contract/drafts.ts';
import { publishTip } from '../contract/publish.ts';
import { importStateOf } from '../contract/resolve.ts';
import type { Context } from '../open/context.ts';
import { programPath, refreshWatchList } from '../open/hooks.ts';
import type { Workspace } from '../open/workspace.ts';
import { type HookReport, inHook, levelsDrift, report } from './hook-report.ts';

/** post-merge, post-rewrite: drafts follow, what the publishing tip brought is published, stale imports are named. */
export function postMerge(context: Context): Promise<HookReport> {
  return inHook(context, async (workspace) => {
    const mine = maintains(workspace.snapshot.model, workspace.name, workspace.who().email);
    const published = mine ? await publishTip(context, workspace, { dryRun: false, rewound: false }) : [];
    const all = await levelsDrift(workspace, ['index', 'head']);
    if ((await reconcileDraft(workspace, all)) === null) await tryDraft(context, workspace, 'head', all);
    await sweepDrafts(workspace);
    await refreshWatchList(workspace);
    await fetchLater(context, workspace);
    return { ...(await report(workspace, [], 'head')), published, stale: staleImports(context, workspace) };
  });
}

/** Seconds between two fetches that hooks start, `realm.fetchInterval`; 0 switches them off. */
const FETCH_INTERVAL = 900;

/** Look at the realm's remote in the background: no hook waits for the network. */
async function fetchLater(context: Context, workspace: Workspace): Promise<void> {
  const interval = Number(workspace.config.get('realm.fetchInterval') ?? FETCH_INTERVAL);
  const last = lastFetch(workspace.store);
  const due = interval > 0 && (last === null || context.now().getTime() - last > interval * 1000);
  if (!due || (await workspace.remote()) === null) return;
  const env = foreignEnvironment(context.env);
  const options = {
    cwd: workspace.repo.worktree ?? context.cwd,
    env,
    detached: true,
    stdio: 'ignore' as const,
  };
  const child = spawn(programPath(context), ['fetch', '--quiet'], options);
  child.on('error', () => {});
  child.unref();
}

function staleImports(context: Context, workspace: Workspace): HookReport['stale'] {
  return ownImports(workspace.snapshot.model, workspace.name).flatMap((own) => {
    const state = importStateOf(own, context.now());
    if (state.state === 'current') return [];
    return [
      {
        domain: own.domain,
        contract: own.contract,
        from: own.entry.resolved_version ?? null,
        version: own.published?.version ?? null,
        state: state.state,
      },
    ];
  });
}
