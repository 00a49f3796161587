import { stat } from 'node:fs/promises';
import path from 'node:path';
import { readMembership } from '../../checkout/member.ts';
import { forgetCheckout, forgetRealm, readUserIndex, realmHome } from '../../checkout/user-index.ts';
import { counted } from '../../count.ts';
import { RealmError } from '../../errors.ts';
import { readConfig } from '../../git/config.ts';
import { discover } from '../../git/repository.ts';
import type { IndexRealm } from '../../realm/types.ts';
import { cloneStore } from '../../store/clone.ts';
import { openStore } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import { gitLeftFindings, leftoverFindings, lockFindings } from './leftovers.ts';
import { fromError } from './machine.ts';
import type { Examined, Symptom } from './types.ts';

export interface KnownStore {
  name: string;
  path: string;
  url: string | undefined;
}

/**
 * The user's index: does it parse, and is every store and checkout where it says? Returns the stores that are. `here` is a
 * checkout that was looked at already.
 */
export async function examineIndex(
  context: Context,
  here?: { realm: string; repo: string },
): Promise<Examined & { stores: KnownStore[] }> {
  try {
    const { realms, file } = await readUserIndex(context.env);
    const home = realmHome(context.env);
    const findings: Symptom[] = [
      ...(await lockFindings(home, 'your index')),
      ...(await leftoverFindings(home, 'home')),
      ...(await leftoverFindings(path.join(home, 'realms'), 'stores')),
    ];
    const stores: KnownStore[] = [];
    for (const realm of realms) {
      const location = realm.local_path ?? realm.path;
      if (location !== undefined && (await isStore(context, location)))
        stores.push({ name: realm.name, path: location, url: realm.url });
      else findings.push(storeGone(context, realm, location));
      for (const [repo, checkout] of Object.entries(realm.checkouts ?? {})) {
        if (realm.name === here?.realm && repo === here.repo) continue;
        findings.push(...(await checkoutFindings(context, realm, repo, checkout)));
      }
    }
    const checkouts = realms.reduce((sum, realm) => sum + Object.keys(realm.checkouts ?? {}).length, 0);
    const looked = `${file} (${counted(realms.length, 'realm')}, ${counted(checkouts, 'checkout')})`;
    return { looked: [looked], findings, stores };
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return { looked: [], findings: [fromError(error)], stores: [] };
  }
}

/** A directory that is itself a repository: one around it is somebody else's. */
async function isStore(context: Context, location: string): Promise<boolean> {
  if (!(await isDirectory(location))) return false;
  try {
    const store = await openStore(location, context.env);
    store.close();
    const top = path.resolve(location);
    return [store.repo.worktree, store.repo.gitDir].some((own) => own !== null && path.resolve(own) === top);
  } catch (error) {
    if (error instanceof RealmError) return false;
    throw error;
  }
}

function storeGone(context: Context, realm: IndexRealm, location: string | undefined): Symptom {
  const { url, name } = realm;
  const again =
    url === undefined
      ? {
          words: `remove realm '${name}' from the index`,
          done: 'removed it from the index',
          run: () => forgetRealm(context.env, name),
        }
      : {
          words: `clone it again from '${url}'`,
          done: `cloned it again from '${url}'`,
          run: async () => {
            await cloneStore(url, path.join(realmHome(context.env), 'realms'), context.env);
          },
        };
  return {
    id: 'store-gone',
    level: 'error',
    message: `realm '${name}' is no longer at '${location ?? ''}'`,
    hint: 'if it moved, in a member repository: git realm join <its new path or URL>',
    mend: again,
  };
}

/** A checkout counts when its entry and its `.blue/config.yaml` agree (docs/design/layout.md). */
async function checkoutFindings(
  context: Context,
  realm: IndexRealm,
  repo: string,
  checkout: string,
): Promise<Symptom[]> {
  const why = await disagreement(context, realm.name, repo, checkout);
  if (why === undefined) return gitLeftIn(context, checkout);
  return [
    {
      id: 'checkout-gone',
      level: 'warning',
      message: `checkout of '${repo}' (realm '${realm.name}'): ${why}`,
      hint: `if it moved, in its new directory: git realm join`,
      mend: {
        words: 'remove that checkout from the index',
        done: 'removed it from the index',
        run: () => forgetCheckout(context.env, realm.name, repo),
      },
    },
  ];
}

/** Change sets work in all checkouts, so a kill may have left something in any of them. */
async function gitLeftIn(context: Context, checkout: string): Promise<Symptom[]> {
  try {
    return await gitLeftFindings({ repo: await discover(checkout, { env: context.env, foreign: true }) });
  } catch (error) {
    if (error instanceof RealmError) return [];
    throw error;
  }
}

async function disagreement(
  context: Context,
  realm: string,
  repo: string,
  checkout: string,
): Promise<string | undefined> {
  if (!(await isDirectory(checkout))) return `'${checkout}' no longer exists`;
  try {
    const found = await discover(checkout, { env: context.env, foreign: true });
    if (path.resolve(found.worktree ?? found.gitDir) !== path.resolve(checkout))
      return `'${checkout}' is no longer a repository`;
    const [config, file] = await Promise.all([readConfig(found), readMembership(found)]);
    if (config.get('realm.cloneId') === undefined) return `'${checkout}' is a clone that never joined`;
    // Another branch may be checked out, from before it joined: that is not another repository.
    if (file === null || (file.realm.name === realm && file.repo === repo)) return undefined;
    return `'${checkout}' is '${file.repo}' of realm '${file.realm.name}'`;
  } catch (error) {
    if (error instanceof RealmError && error.code === 'not-a-repository')
      return `'${checkout}' is no longer a repository`;
    if (error instanceof RealmError) return undefined;
    throw error;
  }
}

const isDirectory = (location: string): Promise<boolean> =>
  stat(location).then(
    (found) => found.isDirectory(),
    () => false,
  );
