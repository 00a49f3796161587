/**
 * `lib/actions/hook`: what git's hooks call: in a member repository at each commit, merge and push, and on a
 * realm's server at each push (`verify.ts`).
 */

import { drifts, type ExportDrift, saysTheSame } from '../../checkout/drift.ts';
import { isOwnCommit } from '../../hooks/git-process.ts';
import { maintains } from '../../realm/ownership.ts';
import { announceDrift } from '../contract/announce.ts';
import { tryDraft } from '../contract/drafts.ts';
import { type Publication, publishTip } from '../contract/publish.ts';
import type { Context } from '../open/context.ts';
import { leaveStamp, leftToPostCommit, refreshWatchList } from '../open/hooks.ts';
import type { Workspace } from '../open/workspace.ts';
import { driftPolicy, type HookReport, inHook, levelsDrift, report, whyUnread } from './hook-report.ts';

/** The sources are touched, so they will be parsed: load what that takes while git answers other questions. */
function loadGrammarsMeanwhile(): void {
  setTimeout(() => {
    import('../../detect/syntax/grammars.ts').then(({ grammars }) => grammars()).catch(() => {});
  }, 3).unref();
}

/** pre-commit: what the index would change of the contracts; a draft realm commit shows it. */
export function preCommit(context: Context): Promise<HookReport> {
  loadGrammarsMeanwhile();
  return inHook(context, async (workspace) => {
    const policy = driftPolicy(workspace.config.get('realm.drift'));
    const all = await levelsDrift(workspace, ['index', 'head']);
    const fresh = policy === 'off' ? [] : all.filter(isNews);
    // The draft first: while git writes it, the rest is made ready.
    const drafted = tryDraft(context, workspace, 'index', all);
    const [, found] = await Promise.all([
      drafted,
      report(workspace, fresh, 'index'),
      // Where all refs are in one place, the draft moves what the list is compared with.
      workspace.store.repo.refFiles
        ? refreshWatchList(workspace)
        : drafted.then(() => refreshWatchList(workspace)),
      announceDrift(
        context,
        workspace,
        fresh.filter((drift) => drifts(drift.levels.index)),
        'index',
      ),
    ]);
    // Without a remote the commit itself is the publication: post-commit has to look at it. So that one start of node is
    // enough the next time, the watch list says so (hooks/lib/look).
    const isPublication = workspace.heads.tip.kind === 'local' || workspace.heads.head === null;
    leaveStamp(context, workspace.repo, isPublication ? 'publish' : 'touched');
    return { ...found, refuse: policy === 'block' && fresh.length > 0 };
  });
}

/**
 * prepare-commit-msg: the same for what `git cherry-pick` and `git revert` commit, and for a conflict resolved in a rebase.
 * A commit of the user's own comes here only with --no-verify, which also means this hook: it is reported, never refused.
 */
export async function prepareCommitMessage(context: Context): Promise<HookReport> {
  const report = await preCommit(context);
  return report.refuse && isOwnCommit(Number(context.env.GIT_REALM_PARENT))
    ? { ...report, refuse: false }
    : report;
}

/** post-commit: the draft follows HEAD; in a repo without a remote the commit is published. */
export function postCommit(context: Context): Promise<HookReport> {
  return inHook(context, async (workspace) => {
    // Where pre-commit has left all to us, what the commit changes must still be reported.
    const before = leftToPostCommit(context, workspace.repo) ? await levelsDrift(workspace, ['head']) : [];
    const told =
      driftPolicy(workspace.config.get('realm.drift')) === 'off' ? [] : before.filter(isUnpublished);
    const reported = await report(workspace, told, 'head');
    const published = await publishLocally(context, workspace);
    const all = await levelsDrift(workspace, ['head']);
    await tryDraft(context, workspace, 'head', all);
    await refreshWatchList(workspace);
    return { ...reported, published };
  });
}

/** What HEAD says and the realm does not, or what can no longer be read there. */
const isUnpublished = (drift: ExportDrift): boolean =>
  drifts(drift.levels.head) || whyUnread(drift, 'head') !== null;

async function publishLocally(context: Context, workspace: Workspace): Promise<Publication[]> {
  if (workspace.heads.tip.kind !== 'local') return [];
  if (!maintains(workspace.snapshot.model, workspace.name, workspace.who().email)) return [];
  return publishTip(context, workspace, { dryRun: false, rewound: false });
}

/** Drift that this commit brings: what HEAD already says is known. */
function isNews(drift: ExportDrift): boolean {
  const { index, head } = drift.levels;
  if (whyUnread(drift, 'index') !== null) return true;
  return drifts(index) && !(drifts(head) && saysTheSame(head.reading, index.reading));
}
