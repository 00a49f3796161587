import { changeBetween, driftOf, drifts, type ExportDrift } from '../../checkout/drift.ts';
import type { Level } from '../../checkout/levels.ts';
import { renamesOf } from '../../checkout/renames.ts';
import type { Change } from '../../compat/types.ts';
import { readConfig } from '../../git/config.ts';
import { discover } from '../../git/repository.ts';
import { canonical } from '../../json.ts';
import { consumersOf, ownExports } from '../../realm/exports.ts';
import type { Judgement } from '../../realm/next-version.ts';
import { impactOfDrift } from '../contract/impact.ts';
import type { Publication } from '../contract/publish.ts';
import { relationTo, relationWords } from '../contract/relation.ts';
import type { Context } from '../open/context.ts';
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

/** One export that drifts, as a hook tells it. */
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

/** How the exports of this repo differ from the realm at some levels. */
export function levelsDrift(workspace: Workspace, levels: readonly Level[]): Promise<ExportDrift[]> {
  const exports = ownExports(workspace.snapshot.model, workspace.name);
  return driftOf(workspace, workspace.levels, workspace.heads, exports, levels);
}

/** `realm.drift`: what pre-commit does about drift. */
export type DriftPolicy = 'warn' | 'block' | 'off';

/** The policy that `realm.drift` names; `warn` where it names none. */
export function driftPolicy(value: string | undefined): DriftPolicy {
  return value === 'block' || value === 'off' ? value : 'warn';
}

/** Did the user ask for commits to be refused (`realm.drift = block`)? Also where no realm can be opened. */
export async function isBlocking(context: Context): Promise<boolean> {
  const repo = await discover(context.cwd, { env: context.env });
  return driftPolicy((await readConfig(repo)).get('realm.drift')) === 'block';
}

/** In this clone the user has taken the hooks out, and a line that others share runs them still: nothing is done. */
export function inHook(
  context: Context,
  work: (workspace: Workspace) => Promise<HookReport>,
): Promise<HookReport> {
  return inWorkspace(context, (workspace) =>
    workspace.config.get('realm.hooks') === 'off' ? report(workspace, [], 'head') : work(workspace),
  );
}

/** Why nothing can be read at a level: a detector refuses, or the sources that HEAD has are gone; `''` where it can. */
export function whyUnread(one: ExportDrift, level: Level): string {
  const reading = one.levels[level]?.reading;
  if (reading?.kind === 'failed') return reading.error.message;
  const had = one.levels.head?.reading.kind === 'value';
  return reading?.kind === 'absent' && had ? 'none of its source files is there' : '';
}

/** What a hook tells of the exports that drift. */
export async function report(
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
