import path from 'node:path';
import { realmHome } from '../../checkout/user-index.ts';
import { readConfig } from '../../git/config.ts';
import { setConfig, unsetConfig } from '../../git/config-write.ts';
import { withoutCredentials } from '../../names.ts';
import { type Store, storeConfig } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import type { Known } from './store.ts';
import type { Symptom } from './types.ts';

/** One note for each setting of the store's own that git is not shown (`plainView`). */
export const leftOutFindings = ({ leftOut }: Store): Symptom[] =>
  leftOut.map((setting) => ({
    id: 'store-config',
    level: 'note',
    message: `${setting} is ignored in a realm's repository, because it could start a program or redirect a URL`,
    hint: 'put it in your own configuration if you need it: git config --global …',
  }));

/** A clone of a realm behind a URL needs that URL, and no refspec that fetches over what is only here. */
export async function remoteFindings(context: Context, store: Store, known: Known): Promise<Symptom[]> {
  const config = await readConfig(store.repo);
  const remote = (await store.remote()) ?? 'origin';
  const at = store.repo.worktree ?? store.repo.gitDir;
  const url = config.get(`remote.${remote}.url`);
  const findings: Symptom[] = [];
  if (known.url !== undefined && url === undefined) {
    const wanted = known.url;
    findings.push({
      id: 'remote-lost',
      level: 'error',
      message: `the clone of the realm at '${at}' has no remote, so it can neither fetch nor publish`,
      mend: {
        words: `set its remote to '${withoutCredentials(wanted)}'`,
        done: `set its remote to '${withoutCredentials(wanted)}'`,
        run: async () => {
          await setConfig(store.repo, 'remote.origin.url', wanted, storeConfig(store));
        },
      },
    });
  } else if (known.url !== undefined && withoutCredentials(url ?? '') !== withoutCredentials(known.url)) {
    findings.push({
      id: 'remote-differs',
      level: 'warning',
      message: `your index lists the realm at '${withoutCredentials(known.url)}', but its clone fetches from '${withoutCredentials(url ?? '')}'`,
      hint: `git realm join <the right URL>, or git -C '${at}' remote set-url ${remote} <the right URL>`,
    });
  }
  const mirrors = [
    ...(config.bool(`remote.${remote}.mirror`, false) ? [`remote.${remote}.mirror`] : []),
    ...(config.all(`remote.${remote}.fetch`).some(overwrites) ? [`remote.${remote}.fetch`] : []),
  ];
  if (mirrors.length > 0) {
    const ours = at.startsWith(path.join(realmHome(context.env), 'realms') + path.sep);
    findings.push({
      id: 'remote-mirrors',
      level: 'error',
      message: `${mirrors.join(' and ')} of the realm at '${at}' would let git fetch delete drafts and offline commits`,
      hint: `git -C '${at}' config --unset-all ${mirrors[0]}`,
      // A store that is somebody's own repository has its configuration from its owner.
      ...(ours
        ? {
            mend: {
              words: 'remove it from the configuration; git realm does not need it',
              done: 'removed it from the configuration',
              run: async () => {
                for (const key of mirrors) await unsetConfig(store.repo, key, { target: storeConfig(store) });
              },
            },
          }
        : {}),
    });
  }
  return findings;
}

/** A refspec that writes to branches, notes or refs of ours: only remote-tracking names are safe. */
const overwrites = (refspec: string): boolean => {
  const target = refspec.split(':')[1] ?? '';
  return target !== '' && !/^refs\/(remotes|tags|realm-remotes)\//.test(target);
};
