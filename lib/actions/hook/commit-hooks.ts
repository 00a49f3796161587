import { spawn } from 'node:child_process';
import { changeBetween, driftOf, drifts, type ExportDrift, saysTheSame } from '../../checkout/drift.ts';
import type { Level } from '../../checkout/levels.ts';
import { renamesOf } from '../../checkout/renames.ts';
import { type Heads, nameTip, publishingRemote } from '../../checkout/tip.ts';
import type { Change } from '../../compat/types.ts';
import { RealmError } from '../../errors.ts';
import { readConfig } from '../../git/config.ts';
import { foreignEnvironment } from '../../git/environment.ts';
import { discover } from '../../git/repository.ts';
import { isOwnCommit } from '../../hooks/git-process.ts';
import { canonical } from '../../json.ts';
import { consumersOf, ownExports, ownImports } from '../../realm/exports.ts';
import type { Judgement } from '../../realm/next-version.ts';
import { maintains } from '../../realm/ownership.ts';
import { lastFetch } from '../../store/exchange.ts';
import { announceDrift } from '../contract/announce.ts';
import { reconcileDraft, sweepDrafts, tryDraft } from '../contract/drafts.ts';
import { impactOfDrift } from '../contract/impact.ts';
import { type Publication, publishOp, publishTip } from '../contract/publish.ts';
import { relationTo, relationWords } from '../contract/relation.ts';
import { stateOf } from '../contract/resolve.ts';
import type { Context } from '../open/context.ts';
import { leaveStamp, leftToPostCommit, programPath, refreshWatchList } from '../open/hooks.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';

/** What a hook has to tell, and whether it refuses. */
export interface HookReport {
  repo: string;
  realm: string;
  drift: HookDrift[];
  published: Publication[];
  stale: { domain: string; contract: string; from: string; version: string; state: string }[];
  /** `realm.drift = block`, and there is drift that this commit brings. */
  refuse: boolean;
}

export interface HookDrift {
  domain: string;
  contract: string;
  version: string;
  /** The version that publishing it demands, with what was waiting already. */
  next: string;
  /** Changes of HEAD that wait to be published, and are not this commit's. */
  waiting: number;
  /** What publishing it means for who relies on the published version. */
  verdict: string;
  reason: string;
  /** This commit's changes. */
  lines: string[];
  at: string[];
  affected: { repo: string; range: string }[];
  unresolved: { path: string; line: number; why: string }[];
  /** Why the value cannot be read any more; '' where it can. */
  unread: string;
  /** Which consumers use what is taken away, in words. */
  impact: string[];
  /** Source files that are gone, and where they went. */
  missing: { path: string; renamedTo: string | null }[];
  /** The contract was published from code that HEAD does not have: what to do; '' otherwise. */
  behind: string;
}

/** `realm.drift`: what pre-commit does about drift. */
export type DriftPolicy = 'warn' | 'block' | 'off';

export function driftPolicy(value: string | undefined): DriftPolicy {
  return value === 'block' || value === 'off' ? value : 'warn';
}

/** Did the user ask for commits to be refused (`realm.drift = block`)? Also where no realm can be opened. */
export async function isBlocking(context: Context): Promise<boolean> {
  const repo = await discover(context.cwd, { env: context.env });
  return driftPolicy((await readConfig(repo)).get('realm.drift')) === 'block';
}

/** The sources are touched, so they will be parsed: load what that takes while git answers other questions. */
function loadGrammarsMeanwhile(): void {
  setTimeout(() => {
    import('../../detect/syntax/grammars.ts').then(({ grammars }) => grammars()).catch(() => {});
  }, 3).unref();
}

/** In this clone the user has taken the hooks out, and a line that others share runs them still: nothing is done. */
function inHook(context: Context, work: (workspace: Workspace) => Promise<HookReport>): Promise<HookReport> {
  return inWorkspace(context, (workspace) =>
    workspace.config.get('realm.hooks') === 'off' ? report(workspace, [], 'head') : work(workspace),
  );
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
        fresh.filter((one) => drifts(one.levels.index)),
        'index',
      ),
    ]);
    // Without a remote the commit itself is the publication: post-commit has to look at it. So that one start of node is
    // enough the next time, the watch list says so (hooks/look).
    const isPublication = workspace.heads.tip.kind === 'local' || workspace.heads.head === null;
    leaveStamp(context, workspace.repo, isPublication ? 'publish' : 'touched');
    return { ...found, refuse: policy === 'block' && fresh.length > 0 };
  });
}

/**
 * prepare-commit-msg: the same for what `git cherry-pick` and `git revert` commit, and for a conflict resolved in a rebase.
 * A commit of the user's own comes here only with --no-verify, which also means this hook: it is told, never refused.
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
    // Where pre-commit has left all to us, what the commit changes is still to be told.
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
const isUnpublished = (one: ExportDrift): boolean => drifts(one.levels.head) || whyUnread(one, 'head') !== '';

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

/**
 * pre-push (`realm.guardPush`): a breaking change that nobody approved does not reach the publishing branch; it becomes a
 * proposal, and may be pushed once that is approved. `input`: git's lines on the hook's standard input (githooks(5)).
 */
export function prePush(context: Context, args: readonly string[], input: string): Promise<HookReport> {
  return inHook(context, async (workspace) => {
    const { tip } = await nameTip(workspace.repo, workspace.heads);
    const pushed = publishingRemote(workspace.config) === args[0] ? pushedTo(input, tip.branch) : null;
    if (pushed === null) return report(workspace, [], 'tip');
    const { model } = workspace.snapshot;
    const heads: Heads = { ...workspace.heads, tip: { ...tip, kind: 'remote', oid: pushed } };
    const exports = ownExports(model, workspace.name);
    const all = await driftOf(workspace, workspace.levels, heads, exports, ['tip']);
    const held = all.filter(
      ({ domain, levels: { tip } }) =>
        drifts(tip) && tip.judgement.breaking && model.governance(domain).requireApproval,
    );
    for (const one of held) await proposeHeld(context, workspace, one, pushed);
    return { ...(await report(workspace, held, 'tip')), refuse: held.length > 0 };
  });
}

/** The commit that the push brings to a branch; `null`: it does not, or deletes it. */
function pushedTo(input: string, branch: string): string | null {
  const lines = input.split('\n').map((line) => line.split(' '));
  const oid = lines.find(([, , remoteRef]) => remoteRef === `refs/heads/${branch}`)?.[1];
  return oid === undefined || /^0+$/.test(oid) ? null : oid;
}

/** Who may not propose, or cannot reach the realm, is told so; the push is held all the same. */
async function proposeHeld(
  context: Context,
  workspace: Workspace,
  one: ExportDrift,
  oid: string,
): Promise<void> {
  const reading = one.levels.tip?.reading;
  if (reading?.kind !== 'value') return;
  try {
    const [{ propose }, { waitsFor }] = await Promise.all([
      import('../share/propose.ts'),
      import('../share/proposals.ts'),
    ]);
    const op = await publishOp(context, workspace, one, oid, reading);
    const who = workspace.who();
    context.note(waitsFor(await propose(context, workspace.store, op, who), who.email));
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    context.note(`no proposal was made: ${error.message}`);
  }
}

/** Seconds between two fetches that hooks start, `realm.fetchInterval`; 0 switches them off. */
const FETCH_INTERVAL = 900;

/** Look at the realm's remote in the background: no hook waits for the network (DESIGN §5). */
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

async function publishLocally(context: Context, workspace: Workspace): Promise<Publication[]> {
  if (workspace.heads.tip.kind !== 'local') return [];
  if (!maintains(workspace.snapshot.model, workspace.name, workspace.who().email)) return [];
  return publishTip(context, workspace, { dryRun: false, rewound: false });
}

function levelsDrift(workspace: Workspace, levels: readonly Level[]): Promise<ExportDrift[]> {
  const exports = ownExports(workspace.snapshot.model, workspace.name);
  return driftOf(workspace, workspace.levels, workspace.heads, exports, levels);
}

/** Why nothing can be read at a level: a detector refuses, or the sources that HEAD has are gone; `''` where it can. */
function whyUnread(one: ExportDrift, level: Level): string {
  const reading = one.levels[level]?.reading;
  if (reading?.kind === 'failed') return reading.error.message;
  const had = one.levels.head?.reading.kind === 'value';
  return reading?.kind === 'absent' && had ? 'none of its source files is there' : '';
}

/** Drift that this commit brings: what HEAD already says is known. */
function isNews(one: ExportDrift): boolean {
  const { index, head } = one.levels;
  if (whyUnread(one, 'index') !== '') return true;
  return drifts(index) && !(drifts(head) && saysTheSame(head.reading, index.reading));
}

async function report(
  workspace: Workspace,
  drifting: readonly ExportDrift[],
  level: Level,
): Promise<HookReport> {
  const renames = await renamesOf(
    workspace.repo,
    drifting.flatMap((one) => one.missing),
  );
  return {
    repo: workspace.name,
    realm: workspace.file.realm.name,
    drift: await Promise.all(drifting.map((one) => hookDrift(workspace, one, level, renames))),
    published: [],
    stale: [],
    refuse: false,
  };
}

async function hookDrift(
  workspace: Workspace,
  one: ExportDrift,
  level: Level,
  renames: ReadonlyMap<string, string>,
): Promise<HookDrift> {
  const { judgement: whole, reading } = one.levels[level] ?? {};
  const judgement = (await ofThisCommit(one, level)) ?? whole;
  // Nobody relies on what was never published: what it means is judged against that.
  const verdict = whole?.verdict;
  const parts = reading?.kind === 'value' ? reading.extraction.parts : [];
  const { head } = workspace.heads;
  // Only what seems to be taken away can come from code that is not here.
  const asked = head !== null && whole?.breaking === true;
  const relation = asked ? await relationTo(workspace, one.file.source_commit, head) : 'descendant';
  const touched =
    judgement?.changes.filter((change) => change.kind === 'added').map((change) => change.subject) ?? [];
  return {
    domain: one.domain,
    contract: one.contract,
    version: one.file.version,
    next: whole?.version ?? one.file.version,
    waiting: judgement === whole ? 0 : stillWaiting(one.levels.head?.judgement ?? null, whole ?? null),
    verdict: verdict?.verdict ?? 'unknown',
    reason: verdict !== undefined && 'reason' in verdict ? verdict.reason : '',
    lines: judgement?.lines ?? [],
    at: parts.filter((part) => touched.includes(part.value)).map((part) => `${part.path}:${part.line}`),
    affected: consumersOf(workspace.snapshot.model, one.domain, one.contract).map(({ repo, entry }) => ({
      repo,
      range: entry.version,
    })),
    impact: impactOfDrift(workspace.snapshot.model, one, level),
    unread: whyUnread(one, level),
    missing: one.missing.map((path) => ({ path, renamedTo: renames.get(path) ?? null })),
    behind: relationWords(relation, one.file, 'HEAD'),
    unresolved:
      reading?.kind === 'value'
        ? reading.extraction.unresolved.map(({ path, line, why }) => ({ path, line, why }))
        : [],
  };
}

/** What the index changes of HEAD, where HEAD itself is not what is published; `null`: all of the drift is this commit's. */
const ofThisCommit = (one: ExportDrift, level: Level) =>
  level === 'index' && drifts(one.levels.head)
    ? changeBetween(one, one.levels.head.reading, one.levels.index?.reading)
    : null;

/** Changes of HEAD that this commit leaves as they are. */
function stillWaiting(head: Judgement | null, whole: Judgement | null): number {
  const nameOf = ({ kind, pointer, subject }: Change): string => canonical([kind, pointer, subject]);
  const left = new Set(whole?.changes.map(nameOf));
  return (head?.changes ?? []).filter((change) => left.has(nameOf(change))).length;
}

function staleImports(context: Context, workspace: Workspace): HookReport['stale'] {
  return ownImports(workspace.snapshot.model, workspace.name).flatMap((own) => {
    const state = stateOf(own, context.now());
    if (state.state === 'current') return [];
    return [
      {
        domain: own.domain,
        contract: own.contract,
        from: own.entry.resolved_version ?? '',
        version: own.published?.version ?? '',
        state: state.state,
      },
    ];
  });
}
