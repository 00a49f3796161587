import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RealmError } from '../errors.ts';
import type { Identity } from '../git/fast-import.ts';
import type { Refusal } from '../git/refusal.ts';
import { dropRequest, pushRequest, type Requested, requestedTip } from '../store/request.ts';
import type { Store } from '../store/store.ts';
import type { Flow } from './flow.ts';

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
 * Ask for what the realm's main branch refused: pushed as a branch of this user. `null`: it is refused there too. Asking
 * again for the same changes nothing.
 */
export async function requestMerge(
  _flow: Flow,
  store: Store,
  who: Identity,
  refused: Refusal,
  look: boolean,
): Promise<RealmRequest | null> {
  if (refused.kind === 'access') return null;
  const known = await readRequest(store);
  if (!look && known !== null && (await isSame(store, who))) return known;
  const remote = (await store.remote()) ?? '';
  const pushed = await pushOrNull(store, who, remote);
  if (pushed === null || pushed.commits.length === 0) return null;
  const request: RealmRequest = {
    branch: pushed.branch,
    where: remote,
    state: 'open',
    number: null,
    url: null,
    commits: pushed.commits.map((one) => one.subject),
    how: `a maintainer merges it: git fetch ${remote} ${pushed.branch} && git push ${remote} FETCH_HEAD:${store.branch.replace('refs/heads/', '')}`,
  };
  await keepRequest(store, request);
  return request;
}

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
  return tip !== null && (await store.objects.info(store.branch))?.oid === tip;
}

/** Nothing waits any more: it was merged, or could be pushed after all. The branch goes. */
export async function settleRequest(flow: Flow, store: Store, who: Identity): Promise<void> {
  const known = await readRequest(store);
  const remote = (await store.remote()) ?? '';
  const left = await dropRequest(store, who, known?.where ?? remote);
  await rm(fileOf(store), { force: true });
  const name = known?.url ?? known?.branch ?? 'what you asked for';
  flow.note(`merged into the realm: ${name}`);
  if (left === 'kept')
    flow.note(`its branch '${known?.branch}' stays: somebody added to it, or it is protected`);
}

/** What is known of the request without asking anybody: a cache, made again by the next exchange. */
const fileOf = (store: Store): string => path.join(store.directory, 'request.json');

async function keepRequest(store: Store, request: RealmRequest): Promise<void> {
  await mkdir(store.directory, { recursive: true });
  await writeFile(fileOf(store), JSON.stringify(request));
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
