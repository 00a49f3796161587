import { setTimeout as sleep } from 'node:timers/promises';
import { RealmError } from '../../errors.ts';
import type { ListedSession } from '../../session/list.ts';
import { listSessions } from '../../session/list.ts';
import type { SessionMessage } from '../../session/message.ts';
import { followRemote } from '../../store/exchange.ts';
import { lastFetch } from '../../store/fetch-realm.ts';
import type { Context } from '../open/context.ts';
import { openWorkspace, type Workspace } from '../open/workspace.ts';
import { inboxOf } from './inbox.ts';
import { type NewsItem, newsSince } from './news.ts';
import { holdSession, type SessionOptions, troubleOf } from './sessions.ts';

/** What a live view shows, as it happens. */
export type WatchEvent =
  | { kind: 'start'; repo: string; realm: string; sessions: ListedSession[]; trouble: string | null }
  | { kind: 'message'; message: SessionMessage }
  /** Found in the realm: from another machine, or not announced by a session. */
  | { kind: 'news'; news: NewsItem[] };

/** How often the realm on this machine is looked at, in milliseconds: one object name, no process. */
const LOOK_MS = 2000;
/** Seconds between two looks at the realm's remote, unless `realm.fetchInterval` says otherwise; 0 switches them off. */
const FETCH_SECONDS = 60;
const FEWEST_SECONDS = 10;

/**
 * Show what happens until `signal`: what sessions tell, and what the realm has, here and on its remote. Without live
 * sessions it shows the latter.
 */
export async function watchRealm(
  context: Context,
  options: SessionOptions & { signal: AbortSignal },
  show: (event: WatchEvent) => void,
): Promise<void> {
  const workspace = await openWorkspace(context);
  const told = new Set<string>();
  const hear = (message: SessionMessage): void => {
    if (message.type === 'ContractChanged' && message.stage === 'published')
      told.add(`${message.domain}/${message.contract} ${message.to}`);
    show({ kind: 'message', message });
  };
  let trouble: string | null = null;
  let ended: Promise<void> = Promise.resolve();
  try {
    ({ ended } = await holdSession(context, { ...options, kind: 'watch' }, hear));
  } catch (error) {
    trouble = troubleOf(error);
  }
  try {
    const realm = workspace.file.realm.name;
    const sessions = await listSessions(context.env, realm);
    show({ kind: 'start', repo: workspace.name, realm, sessions, trouble });
    const { news } = await inboxOf(context, workspace);
    if (news.length > 0) show({ kind: 'news', news });
    await follow(context, workspace, options.signal, (items) => {
      const fresh = items.filter(
        (item) => item.kind !== 'contract' || !told.has(`${item.domain}/${item.contract} ${item.to}`),
      );
      if (fresh.length > 0) show({ kind: 'news', news: fresh });
    });
  } finally {
    await ended;
    workspace.close();
  }
}

async function follow(
  context: Context,
  workspace: Workspace,
  signal: AbortSignal,
  show: (news: NewsItem[]) => void,
): Promise<void> {
  let seen = workspace.snapshot.commit?.oid ?? null;
  let offline = false;
  const asked = Number(workspace.config.get('realm.fetchInterval') ?? FETCH_SECONDS);
  const interval = asked > 0 ? 1000 * Math.max(asked, FEWEST_SECONDS) : Number.POSITIVE_INFINITY;
  let tried = 0;
  while (!signal.aborted) {
    try {
      const last = Math.max(tried, lastFetch(workspace.store) ?? 0);
      if (Date.now() - last > interval) {
        tried = Date.now();
        await followRemote(workspace.store);
        offline = false;
      }
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      // Said once, until it is back.
      if (!offline) context.note(error.message);
      offline = true;
    }
    const tip = await workspace.store.objects.resolve(workspace.store.branch);
    if (tip !== seen) {
      await workspace.refresh();
      const news = await newsSince(context, workspace, seen);
      seen = workspace.snapshot.commit?.oid ?? null;
      if (news.length > 0) show(news);
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}
