import { changeBetween, driftOf, drifts, type ExportDrift } from '../../checkout/drift.ts';
import type { Level } from '../../checkout/levels.ts';
import type { Change } from '../../compat/types.ts';
import { readConfig } from '../../git/config.ts';
import { renamesOf } from '../../git/renames.ts';
import { discover } from '../../git/repository.ts';
import { canonical } from '../../json.ts';
import { ownExports } from '../../realm/exports.ts';
import type { Judgement } from '../../realm/next-version.ts';
import { behindWords, type ExportStatus, exportStatus } from '../contract/export-status.ts';
import type { Publication } from '../contract/publish.ts';
import type { Context } from '../open/context.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';

/** What a hook has to tell, and whether it refuses. */
export interface HookReport {
  repo: string;
  realm: string;
  drift: HookDrift[];
  published: Publication[];
  stale: { domain: string; contract: string; from: string | null; version: string | null; state: string }[];
  /** `realm.drift = block`, and there is drift that this commit brings. */
  refuse: boolean;
}

/** One export that drifts, as a hook tells it: its status at the one level that the hook looks at, and whose changes they are. */
export interface HookDrift {
  export: ExportStatus;
  /** Why the value cannot be read any more; `null` where it can. */
  unread: string | null;
  /** This commit's changes, and the lines that they are read from. */
  lines: string[];
  at: string[];
  /** Changes of HEAD that wait to be published, and are not this commit's. */
  waiting: number;
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

/** Why nothing can be read at a level: a detector refuses, or the sources that HEAD has are gone; `null` where it can. */
export function whyUnread(own: ExportDrift, level: Level): string | null {
  const reading = own.levels[level]?.reading;
  if (reading?.kind === 'failed') return reading.error.message;
  const had = own.levels.head?.reading.kind === 'value';
  return reading?.kind === 'absent' && had ? 'all its source files are missing' : null;
}

/** What a hook tells of the exports that drift. */
export async function report(
  workspace: Workspace,
  drifting: readonly ExportDrift[],
  level: Level,
): Promise<HookReport> {
  const renames = await renamesOf(
    workspace.repo,
    drifting.flatMap((drift) => drift.missing),
  );
  return {
    repo: workspace.name,
    realm: workspace.file.realm.name,
    drift: await Promise.all(drifting.map((own) => hookDrift(workspace, own, level, renames))),
    published: [],
    stale: [],
    refuse: false,
  };
}

async function hookDrift(
  workspace: Workspace,
  own: ExportDrift,
  level: Level,
  renames: ReadonlyMap<string, string>,
): Promise<HookDrift> {
  const { judgement: whole, reading } = own.levels[level] ?? {};
  const judgement = (await ofThisCommit(own, level)) ?? whole;
  const { head } = workspace.heads;
  // Only what seems to be taken away can come from code that is not here.
  const asked = head !== null && whole?.breaking === true;
  const behind = asked ? await behindWords(workspace, own, { oid: head, name: 'HEAD' }) : null;
  const parts = reading?.kind === 'value' ? reading.extraction.parts : [];
  const added = judgement?.changes.filter(({ kind }) => kind === 'added').map(({ subject }) => subject) ?? [];
  return {
    export: await exportStatus(workspace.snapshot.model, own, [level], {
      renames,
      behind,
      draft: null,
      grace: null,
    }),
    unread: whyUnread(own, level),
    lines: judgement?.lines ?? [],
    at: parts.filter((part) => added.includes(part.value)).map((part) => `${part.path}:${part.line}`),
    waiting: judgement === whole ? 0 : stillWaiting(own.levels.head?.judgement ?? null, whole ?? null),
  };
}

/** What the index changes of HEAD, where HEAD itself is not what is published; `null`: all of the drift is this commit's. */
const ofThisCommit = (drift: ExportDrift, level: Level) =>
  level === 'index' && drifts(drift.levels.head)
    ? changeBetween(drift, drift.levels.head.reading, drift.levels.index?.reading)
    : null;

/** Changes of HEAD that this commit leaves as they are. */
function stillWaiting(head: Judgement | null, whole: Judgement | null): number {
  const nameOf = ({ kind, pointer, subject }: Change): string => canonical([kind, pointer, subject]);
  const left = new Set(whole?.changes.map(nameOf));
  return (head?.changes ?? []).filter((change) => left.has(nameOf(change))).length;
}
