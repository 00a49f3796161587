import { readTrailers } from '../../git/log.ts';
import { appendNote } from '../../git/notes.ts';
import { orIfFatal } from '../../git/run.ts';
import type { JsonObject } from '../../json.ts';
import { changeSetOf, type TrackedChange } from '../../realm/change-sets.ts';
import { NOTES } from '../../store/aside.ts';
import { type Context, opHead } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';
import { type Checkout, type Checkouts, mayName } from './checkouts.ts';
import { TRAILER } from './steps/commit.ts';
import { linkLine } from './steps/link.ts';

/** The commits of a branch beyond its base. */
export interface OwnCommits {
  count: number;
  /** The newest commit of each change. */
  changes: Map<string, string>;
}

export async function ownCommits(checkout: Checkout, branch: string): Promise<OwnCommits> {
  const { tip } = checkout.heads;
  const range = { tips: [`refs/heads/${branch}`], not: tip.kind === 'none' ? [] : [tip.oid] };
  const commits = await orIfFatal(readTrailers(checkout, TRAILER, range), []);
  const changes = new Map<string, string>();
  // The newest commit of a change stands for it; a squash has several changes.
  for (const { oid, values } of commits) for (const id of values) if (!changes.has(id)) changes.set(id, oid);
  return { count: commits.length, changes };
}

/**
 * Bring tracking file and notes up to what the commits became: the trailer survives an amend, a rebase and a squash, oids do
 * not.
 */
export async function relink(
  context: Context,
  workspace: Workspace,
  change: TrackedChange,
  checkouts: Checkouts,
  found: ReadonlyMap<string, OwnCommits>,
): Promise<void> {
  const branch = change.file.name;
  for (const tracked of change.file.coordination?.commits ?? []) {
    const id = tracked.change;
    if (id === undefined) continue;
    const now = [...found].flatMap(([repo, { changes }]) => {
      const oid = changes.get(id);
      return oid === undefined ? [] : [[repo, oid] as const];
    });
    const moved = now.filter(([repo, oid]) => tracked[repo] !== oid);
    if (moved.length === 0) continue;
    const counts: JsonObject = {};
    for (const [repo] of moved) {
      const checkout = checkouts.get(repo);
      if (checkout !== undefined) counts[repo] = found.get(repo)?.count ?? 0;
    }
    const commits: JsonObject = Object.fromEntries(moved);
    const op = { verb: 'change-commit', branch, change: id, message: tracked.message ?? '', commits, counts };
    await perform(context, workspace, {
      ...opHead(context, workspace.who()),
      ...op,
      linked: tracked.linked ?? false,
    });
    if (tracked.linked !== true) continue;
    for (const [repo, oid] of now) {
      const checkout = checkouts.get(repo);
      if (checkout === undefined) continue;
      const lines = now
        .filter(([name]) => name !== repo && mayName(workspace.snapshot.model, checkouts, repo, name))
        .map(([name, sibling]) => linkLine(id, branch, name, sibling));
      if (lines.length > 0)
        await appendNote(checkout.repo, { ref: NOTES, object: oid, lines, who: checkout.who() });
    }
  }
  const fresh = changeSetOf(workspace.snapshot.model, branch);
  if (fresh !== undefined) change.file = fresh.file;
}
