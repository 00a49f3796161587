import path from 'node:path';
import { CONFIG_PATH, mustBeNoLink } from '../../checkout/member.ts';
import { parseKept } from '../../checkout/parsed.ts';
import { readUserIndex } from '../../checkout/user-index.ts';
import { parseConfigFile } from '../../git/config-file.ts';
import { quickDiscover } from '../../git/quick-discover.ts';
import { readPlainFile } from '../../plain-file.ts';
import type { RealmModel } from '../../realm/model.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import { openStore } from '../../store/store.ts';
import type { Context } from './context.ts';

/**
 * What `inRealm` would open in a plain member repository, with one git process less, as completion must
 * (docs/decisions/start-up.md); only names are to be read. `null` wherever it is not plain: then `inRealm` is asked.
 */
export async function quickInRealm<T>(context: Context, work: (model: RealmModel) => T): Promise<T | null> {
  const found = quickDiscover(context.cwd, context.env);
  if (found === null) return null;
  mustBeNoLink(found.top);
  const gitDir = path.join(found.top, '.git');
  if (!isAttached(path.join(gitDir, 'config'))) return null;
  const caches = path.join(gitDir, 'realm');
  const text = readPlainFile(path.join(found.top, CONFIG_PATH));
  const parsed = text === null ? null : parseKept(caches, 'config', CONFIG_PATH, text);
  if (parsed === null || !parsed.ok) return null;
  const { realms } = await readUserIndex(context.env, caches);
  const realm = realms.find(({ name }) => name === parsed.value.realm.name);
  const location = realm?.local_path ?? realm?.path;
  if (location === undefined) return null;
  const store = await openStore(location, context.env);
  try {
    return work((await readSnapshot(store)).model);
  } finally {
    store.objects.remember();
    store.close();
  }
}

/** Is this a clone that `join` has attached to the store of the index, by its own configuration? */
function isAttached(file: string): boolean {
  try {
    const keys = parseConfigFile(readPlainFile(file) ?? '').map(({ key }) => key);
    return keys.includes('realm.cloneid') && !keys.includes('realm.ephemeralstore');
  } catch {
    return false;
  }
}
