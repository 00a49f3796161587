import type { ContractChanged } from '../../session/message.ts';
import { type Context, isoSeconds } from '../open/context.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { liveNotices, readMark, writeMark } from './inbox-seen.ts';
import { type NewsItem, newsSince } from './news.ts';

/** What concerns this repo and happened since it last looked. Git is the source: without any socket it is complete. */
export interface Inbox {
  /** The realm commit up to which everything was seen; `null`: it never looked. */
  seen: string | null;
  /** The realm's main branch now. */
  tip: string | null;
  news: NewsItem[];
  /** Announced by a session, and not in this clone's realm yet: a hint. */
  live: ContractChanged[];
}

/** `git realm inbox`: what is new; unless `keep`, it counts as seen from now on. */
export const readInbox = (context: Context, options: { keep: boolean }): Promise<Inbox & { repo: string }> =>
  inWorkspace(context, async (workspace) => {
    const inbox = await inboxOf(context, workspace);
    if (!options.keep && inbox.tip !== null)
      await writeMark(workspace, { oid: inbox.tip, at: isoSeconds(context.now()) });
    return { repo: workspace.name, ...inbox };
  });

/** Gather it; costs one small read where nothing happened since. */
export async function inboxOf(context: Context, workspace: Workspace): Promise<Inbox> {
  const tip = workspace.snapshot.commit?.oid ?? null;
  const mark = readMark(workspace);
  const news =
    mark !== null && mark.oid === tip ? [] : await newsSince(context, workspace, mark?.oid ?? null);
  return { seen: mark?.oid ?? null, tip, news, live: liveNotices(context, workspace, mark?.at ?? '') };
}

/** Where there is no news, the mark moves along: the next look then has nothing to compare. */
export async function markQuiet(workspace: Workspace, inbox: Inbox): Promise<void> {
  if (inbox.news.length > 0 || inbox.tip === null || inbox.seen === inbox.tip) return;
  const at = readMark(workspace)?.at ?? '';
  await writeMark(workspace, { oid: inbox.tip, at });
}
