import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { RealmError } from '../errors.ts';
import { valueInFile } from '../git/config.ts';
import { setConfig } from '../git/config-write.ts';
import { foreignEnvironment } from '../git/environment.ts';
import { initRepository } from '../git/make-repository.ts';
import { setRef } from '../git/refs.ts';
import { formatOf, listRemote } from '../git/remote.ts';
import type { ObjectFormat } from '../git/repository.ts';
import { gitIn } from '../git/run.ts';
import { STORE_SAFETY } from '../git/store-safety.ts';
import { realmName } from '../names.ts';
import { fetchRealm, trackingRef, unreachable } from './fetch-realm.ts';
import { readSnapshot } from './snapshot.ts';
import { openStore } from './store.ts';

/**
 * A bare store of the realm behind a URL, below `directory` under the realm's own name. Made beside and moved into place,
 * so that a kill leaves no half store. Returns where it is, the name the realm gives itself, and whether it was not there before.
 */
export async function cloneStore(
  url: string,
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<{ path: string; name: string; made: boolean }> {
  await mkdir(directory, { recursive: true });
  const fresh = path.join(directory, `.new-${process.pid}-${Math.random().toString(36).slice(2)}`);
  try {
    const name = await fill(fresh, url, env);
    const target = path.join(directory, name);
    if ((await stat(target).catch(() => null)) !== null) {
      await mustBeOf(target, url, env);
      return { path: target, name, made: false };
    }
    await rename(fresh, target);
    return { path: target, name, made: true };
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function fill(fresh: string, url: string, env: NodeJS.ProcessEnv): Promise<string> {
  const clean = foreignEnvironment(env);
  const format = await objectFormatOf(url, clean);
  await initRepository(gitIn(undefined, clean, STORE_SAFETY), { directory: fresh, bare: true, format });
  await setConfig(gitIn(fresh, clean, STORE_SAFETY), 'remote.origin.url', url);
  const store = await openStore(fresh, env);
  try {
    await fetchRealm(store, 'origin');
    const snapshot = await readSnapshot(store, trackingRef(store, 'origin'));
    if (snapshot.commit === null) throw notARealm(url, 'it has no main branch');
    const name = snapshot.model.realm?.name;
    if (name === undefined) throw notARealm(url, 'it has no realm.yaml');
    await setRef(store.repo, store.branch, snapshot.commit.oid);
    return realmName(name);
  } finally {
    store.close();
  }
}

/** The remote's object format: its advertised object ids are as long as its hashes. Throws `realm-unreachable`. */
async function objectFormatOf(url: string, env: NodeJS.ProcessEnv): Promise<ObjectFormat> {
  const listed = await listRemote(gitIn(undefined, env, STORE_SAFETY), url, []);
  if (listed.kind === 'listed') return formatOf(listed);
  throw unreachable(listed.stderr, 'check the URL and the network, then run it again');
}

/** Two realms of one name cannot both be kept: the other one's store is never touched. */
async function mustBeOf(target: string, url: string, env: NodeJS.ProcessEnv): Promise<void> {
  const place = gitIn(undefined, foreignEnvironment(env), STORE_SAFETY);
  const there = await valueInFile(place, path.join(target, 'config'), 'remote.origin.url');
  if (there === url) return;
  throw new RealmError(
    'realm-name-taken',
    `another realm of that name is already in '${target}' (from '${there}')`,
    {
      hint: `if it moved: git -C '${target}' remote set-url origin '${url}'`,
    },
  );
}

const notARealm = (url: string, why: string): RealmError =>
  new RealmError('not-a-realm', `'${url}' is not a realm: ${why}`, {
    hint: 'to create a realm: git realm init <new directory>',
  });
