import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeCache } from '../../cache-file.ts';
import { replaceBlock } from '../../change/block.ts';
import { requestBlock, requestTitle } from '../../change/realm-request.ts';
import { RealmError } from '../../errors.ts';
import type { Forge, NewPull, PullText } from '../../forge/types.ts';
import { shortBranch } from '../../git/branches.ts';
import { readConfig } from '../../git/config.ts';
import type { Identity } from '../../git/fast-import.ts';
import type { Refusal } from '../../git/refusal.ts';
import { operationsOf } from '../../store/replay.ts';
import {
  dropRequest,
  pushRequest,
  type Requested,
  replaceBranch,
  requestedTip,
} from '../../store/request.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import type { RealmForge } from './github.ts';

/** Realm commits of this user that wait until somebody merges them. */
export interface RealmRequest {
  branch: string;
  /** The realm's remote, or the URL of a fork, that has the branch. */
  where: string;
  state: 'open' | 'closed';
  /** The pull request; `null` where the remote has none. */
  number: number | null;
  url: string | null;
  /** Subjects, the oldest first. */
  commits: string[];
  /** What a maintainer of the realm does. */
  how: string;
}

/**
 * Ask for what the realm's main branch refused: a branch of this user, on a forge with a pull request, from a fork where the
 * user may not write. `null`: it is refused there too. Asking again for the same changes nothing.
 */
export async function requestMerge(
  context: Context,
  store: Store,
  who: Identity,
  refused: Refusal,
  look: boolean,
): Promise<RealmRequest | null> {
  const known = await readRequest(store);
  if (!look && known !== null && (await isSame(store, who))) return known;
  const remote = (await store.remote()) ?? '';
  const forge = await forgeOfStore(context, store, remote);
  const forked = refused.kind === 'access' || (known !== null && known.where !== remote);
  const own = forked ? null : await pushOrNull(store, who, remote);
  const fork = own === null && forge !== null ? await forge.fork() : null;
  const pushed = fork === null ? own : await whenReady(() => pushRequest(store, who, fork.url));
  if (pushed === null || pushed.commits.length === 0) return null;
  const request: RealmRequest = {
    branch: pushed.branch,
    where: fork?.url ?? remote,
    state: 'open',
    number: null,
    url: null,
    commits: pushed.commits.map((commit) => commit.subject),
    how: `a maintainer merges it: git fetch ${remote} ${pushed.branch} && git push ${remote} FETCH_HEAD:${mainOf(store)}`,
    ...(forge === null ? {} : await askedOrWhy(() => asked(store, who, forge.pulls(fork), pushed, known))),
  };
  keepRequest(store, request);
  return request;
}

/** The branch is there: a forge that cannot be asked now is asked by the next sync. */
async function askedOrWhy(ask: () => Promise<Partial<RealmRequest>>): Promise<Partial<RealmRequest>> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    return { how: `its pull request is not open yet: ${error.message}${hint}; then git realm sync` };
  }
}

/**
 * Ask for a proposal by a pull request from this user's fork: its refs are not this user's to push. Where it is; `null`: the
 * realm is on no forge that has forks.
 */
export async function requestProposal(
  context: Context,
  store: Store,
  who: Identity,
  { id, commit, subject }: { id: string; commit: string; subject: string },
): Promise<string | null> {
  const forge = await forgeOfStore(context, store, (await store.remote()) ?? '');
  if (forge === null) return null;
  const fork = await forge.fork();
  if (fork === null) return null;
  const branch = `git-realm/proposal-${id}`;
  await whenReady(() => replaceBranch(store, fork.url, branch, commit));
  const pulls = forge.pulls(fork);
  const block = requestBlock({ by: who.email, commits: [subject], base: `${commit}^`, tip: commit });
  const found = await pulls.find(branch, mainOf(store));
  if (found?.state === 'open') {
    const body = replaceBlock(found.body, block);
    if (body !== found.body) await pulls.update(found.number, { body });
    return found.url ?? `#${found.number}`;
  }
  const made = await pulls.open(newPull(store, branch, [subject], block));
  return made.url ?? `#${made.number}`;
}

const newPull = (store: Store, head: string, subjects: readonly string[], block: string): NewPull => ({
  head,
  base: mainOf(store),
  title: requestTitle(subjects),
  body: replaceBlock('', block),
  draft: false,
  reviewers: [],
  labels: [],
});

const mainOf = (store: Store): string => shortBranch(store.branch);

async function forgeOfStore(context: Context, store: Store, remote: string): Promise<RealmForge | null> {
  const config = await readConfig(store.repo);
  const { forgeOfRealm } = await import('./github.ts');
  return forgeOfRealm(context, 'the realm', config.get(`remote.${remote}.url`) ?? '', config);
}

/**
 * The one pull request of the branch: opened, or its block updated. One that was closed by hand is not opened again, as long
 * as nothing is asked for that was not in it.
 */
async function asked(
  store: Store,
  who: Identity,
  pulls: Forge,
  { branch, base, tip, commits }: Requested,
  known: RealmRequest | null,
): Promise<Pick<RealmRequest, 'state' | 'number' | 'url' | 'how'>> {
  const subjects = commits.map((commit) => commit.subject);
  const block = requestBlock({ by: who.email, commits: subjects, base, tip });
  const found = await pulls.find(branch, mainOf(store));
  const last = found?.state !== 'open' && known?.number ? await pulls.text(known.number) : found;
  const placed = ({ number, url }: PullText) => ({ number, url, how: 'waits to be merged there' });
  if (last?.state === 'open') {
    const body = replaceBlock(last.body, block);
    if (body !== last.body) await pulls.update(last.number, { body });
    return { state: 'open', ...placed(last) };
  }
  if (last?.state === 'closed' && !(await hasNews(store, base, tip, last.sha))) {
    const how = 'reopen it there, or request more changes';
    return { ...placed(last), state: 'closed', how };
  }
  const made = await pulls.open(newPull(store, branch, subjects, block));
  return { state: 'open', ...placed(made) };
}

/** Is something asked for that a closed pull request did not have? */
async function hasNews(store: Store, base: string, tip: string, closed: string | null): Promise<boolean> {
  if (closed === null || (await store.objects.info(closed)) === null) return false;
  const had = await operationsOf(store, closed, []);
  return [...(await operationsOf(store, tip, [base]))].some((operation) => !had.has(operation));
}

/** A fork is made in the background: it may take some seconds until it takes a push. */
async function whenReady<T>(push: () => Promise<T>): Promise<T> {
  for (let wait = 1000; ; wait *= 2) {
    try {
      return await push();
    } catch (error) {
      if (!(error instanceof RealmError) || error.code !== 'realm-unreachable' || wait > FORK_PATIENCE)
        throw error;
      await sleep(wait);
    }
  }
}

/** Milliseconds. */
const FORK_PATIENCE = 10_000;

async function pushOrNull(store: Store, who: Identity, target: string): Promise<Requested | null> {
  try {
    return await pushRequest(store, who, target);
  } catch (error) {
    if (error instanceof RealmError && error.code === 'realm-push-refused') return null;
    throw error;
  }
}

/** What waits is what was asked for already. */
async function isSame(store: Store, who: Identity): Promise<boolean> {
  const tip = await requestedTip(store, who);
  return tip !== null && (await store.objects.resolve(store.branch)) === tip;
}

/** Nothing waits any more: it was merged, or could be pushed after all. The branch goes. */
export async function settleRequest(context: Context, store: Store, who: Identity): Promise<void> {
  const known = await readRequest(store);
  const remote = (await store.remote()) ?? '';
  const left = await dropRequest(store, who, known?.where ?? remote);
  await rm(fileOf(store), { force: true });
  if (known?.number) await closeOpen(context, store, remote, known.number);
  const name = known?.url ?? known?.branch ?? 'your request';
  context.note(`merged into the realm: ${name}`);
  if (left === 'kept')
    context.note(`its branch '${known?.branch}' was kept: it has other commits, or is protected`);
}

/** What could be pushed after all needs no pull request any more. */
async function closeOpen(context: Context, store: Store, remote: string, number: number): Promise<void> {
  const pulls = (await forgeOfStore(context, store, remote))?.pulls(null);
  try {
    if ((await pulls?.text(number))?.state === 'open')
      await pulls?.close(number, `These changes are now on '${mainOf(store)}'.`);
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    context.note(error.message);
  }
}

/** What is known of the request without asking anybody: a cache, made again by the next exchange. */
const fileOf = (store: Store): string => path.join(store.directory, 'request.json');

function keepRequest(store: Store, request: RealmRequest): void {
  writeCache(fileOf(store), JSON.stringify(request));
}

export async function readRequest(store: Store): Promise<RealmRequest | null> {
  const text = await readFile(fileOf(store), 'utf8').catch(() => 'null');
  try {
    const found = JSON.parse(text) as RealmRequest | null;
    return typeof found?.branch === 'string' && Array.isArray(found.commits) ? found : null;
  } catch {
    return null;
  }
}
