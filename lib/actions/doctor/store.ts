import { access, constants, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { realmHome } from '../../checkout/user-index.ts';
import { counted } from '../../count.ts';
import { readConfig, valueInFile } from '../../git/config.ts';
import { setConfig, unsetConfig } from '../../git/config-write.ts';
import { foreignEnvironment } from '../../git/environment.ts';
import { listRefs, swapRef } from '../../git/refs.ts';
import { gitIn } from '../../git/run.ts';
import { diffTrees } from '../../git/tree.ts';
import { contentRefusals } from '../../governance/refusals.ts';
import { withoutCredentials } from '../../names.ts';
import type { RealmModel } from '../../realm/model.ts';
import { forgetClone, rememberedClones } from '../../store/clones.ts';
import { readIndexFile } from '../../store/index-file.ts';
import { withLock } from '../../store/lock.ts';
import { REWRITE_HINT, rewriteOf, rewriteWords } from '../../store/rewrite.ts';
import { type Store, storeConfig } from '../../store/store.ts';
import { bringAlong, workTreeState } from '../../store/work-tree.ts';
import { FORMATS_VERSION } from '../../version.ts';
import type { Context } from '../open/context.ts';
import { badItemFindings } from './bad-items.ts';
import { gitLeftFindings, leftoverFindings, lives, lockFindings } from './leftovers.ts';
import { operationFindings } from './operations.ts';
import { sessionFindings } from './sessions.ts';
import { trueSnapshot } from './truth.ts';
import type { Examined, Symptom } from './types.ts';

/** What the user's index says of a store. */
export interface Known {
  /** Absent where the store is in no index: looked at from inside, or made for CI. */
  name?: string | undefined;
  url?: string | undefined;
}

/** A realm's store on this machine: its files, its caches, and what interrupted work left in it. */
export async function examineStore(context: Context, store: Store, known: Known): Promise<Examined> {
  const where = store.repo.worktree ?? store.repo.gitDir;
  const { model, commit } = await trueSnapshot(context, store);
  const problems = model.problems();
  const name = model.realm?.name ?? known.name ?? '';
  return {
    looked: [`realm ${name} at ${where}`],
    findings: [
      ...problems.map((problem): Symptom => ({ id: 'file-invalid', level: 'error', ...placeOf(problem) })),
      ...(await contentFindings(store, model)),
      ...realmFindings(where, known, commit === null, model.realm, model.has('realm.yaml')),
      ...(await rewriteFindings(store)),
      ...(await writableFindings(store, where)),
      ...(await cacheFindings(store)),
      ...(await lockFindings(store.directory, `realm '${name}'`)),
      ...(await gitLeftFindings(store)),
      ...(await leftoverFindings(store.directory, 'cache')),
      ...(await scratchFindings(store)),
      ...(await operationFindings(context, store)),
      ...(await draftFindings(context, store)),
      ...(await badItemFindings(context, store)),
      ...(await workTreeFindings(store)),
      ...leftOutFindings(store),
      ...(await remoteFindings(context, store, known)),
      ...(name === '' ? [] : await sessionFindings(context, name)),
    ],
  };
}

const placeOf = (problem: { path: string; line: number; message: string }) => ({
  path: problem.path,
  line: problem.line,
  message: problem.message,
  hint: 'fix the file in the realm and commit it; everything else can still be read',
});

/** Files of a contract's content that are not what it lists, although they have the right names. */
async function contentFindings(store: Store, model: RealmModel): Promise<Symptom[]> {
  const contracts = model.domainNames().flatMap((domain) =>
    model
      .contractNames(domain)
      .filter((contract) => model.contract(domain, contract)?.content !== undefined)
      .filter((contract) => model.contentProblem(domain, contract) === undefined)
      .map((contract) => ({ domain, contract })),
  );
  const blob = (oid: string) => store.objects.info(oid);
  const refused = await contentRefusals({ after: model, blob }, contracts);
  return refused.map((message) => ({
    id: 'file-invalid',
    level: 'error',
    message,
    hint: 'its owner must publish it again: git realm export',
  }));
}

function realmFindings(
  where: string,
  known: Known,
  empty: boolean,
  realm: { name: string; version: string } | undefined,
  hasFile: boolean,
): Symptom[] {
  if (empty || (realm === undefined && !hasFile)) {
    const message = empty
      ? `the realm at '${where}' has no commits`
      : `'${where}' is not a realm: it has no realm.yaml`;
    return [
      { id: 'not-a-realm', level: 'error', message, hint: 'git realm join <path or URL of the realm>' },
    ];
  }
  const findings: Symptom[] = [];
  if (realm !== undefined && !realm.version.startsWith('1.')) {
    const message = `the realm has format ${realm.version}; this version writes 1.x`;
    findings.push({ id: 'realm-format', level: 'error', message, hint: 'install a newer git-realm' });
  }
  if (realm !== undefined && known.name !== undefined && known.name !== realm.name) {
    findings.push({
      id: 'realm-renamed',
      level: 'error',
      message: `your index lists realm '${known.name}' at '${where}', but its name is '${realm.name}'`,
      hint: 'git realm join <path or URL of the right realm>',
    });
  }
  return findings;
}

/** Nothing goes on until somebody accepts it. */
async function rewriteFindings(store: Store): Promise<Symptom[]> {
  const rewrite = await rewriteOf(store);
  if (rewrite === null) return [];
  return [{ id: 'realm-rewritten', level: 'error', message: rewriteWords(rewrite), hint: REWRITE_HINT }];
}

/** Drafts and everything that is published would be refused. */
async function writableFindings({ repo }: Store, where: string): Promise<Symptom[]> {
  for (const place of [repo.commonDir, path.join(repo.commonDir, 'objects')])
    try {
      await access(place, constants.W_OK);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const message = `the realm at '${where}' cannot be written: ${code ?? String(cause)}`;
      const hint =
        'drafts cannot be saved and nothing can be published: check the permissions and the mount options';
      return [{ id: 'store-read-only', level: 'warning', message, path: place, hint }];
    }
  return [];
}

/** The parsed index of the realm: of this version, whole, and what the tree says? */
async function cacheFindings(store: Store): Promise<Symptom[]> {
  const file = path.join(store.directory, 'index');
  const there = await readFile(file).then(
    () => true,
    () => false,
  );
  if (!there) return [];
  const mend = {
    words: 'remove it; the next command writes it again',
    done: 'removed it',
    run: () => rm(file, { force: true }),
  };
  const index = readIndexFile(store.directory, FORMATS_VERSION);
  if (index === null) {
    const message = 'the parsed index of the realm is incomplete, or written by another version of git realm';
    return [{ id: 'cache-outdated', level: 'warning', message, path: file, mend }];
  }
  // A tree that git collected as garbage is compared with nothing: the next reader begins again.
  if ((await store.objects.read(index.tree)) === null) return [];
  const files = new Map(
    (await diffTrees(store.objects, null, index.tree)).map((change) => [change.path, change.oid]),
  );
  const right =
    files.size === index.entries.size &&
    [...index.entries.values()].every((entry) => files.get(entry.path) === entry.oid && isJson(entry.json));
  if (right) return [];
  const message = 'the parsed index of the realm differs from the realm';
  return [{ id: 'cache-wrong', level: 'error', message, path: file, mend }];
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Refs that an exchange works on, named after its process. */
async function scratchFindings(store: Store): Promise<Symptom[]> {
  const refs = await listRefs(store.repo, ['refs/realm/scratch/']);
  const left = refs.filter(({ name }) => !lives(Number(/\d+$/.exec(name)?.[0] ?? 0)));
  if (left.length === 0) return [];
  return [
    {
      id: 'scratch-left',
      level: 'warning',
      message: `an exchange with the realm's remote was interrupted: ${left.map(({ name }) => name).join(', ')}`,
      mend: {
        words: 'remove these refs; the next sync starts over',
        done: 'removed these refs',
        run: async () => {
          for (const { name, oid } of left) await swapRef(store.repo, name, oid, null);
        },
      },
    },
  ];
}

/** Drafts of clones of this machine that are gone; those of other machines are theirs to remove. */
async function draftFindings(context: Context, store: Store): Promise<Symptom[]> {
  const refs = await listRefs(store.repo, ['refs/realm/drafts/']);
  if (refs.length === 0) return [];
  const findings: Symptom[] = [];
  for (const [id, gitDir] of await rememberedClones(store)) {
    const own = refs.filter(({ name }) => name.split('/')[4] === id);
    if (own.length === 0 || (await isClone(context, gitDir, id))) continue;
    findings.push({
      id: 'drafts-of-no-clone',
      level: 'warning',
      message: `${counted(own.length, 'draft')} of a clone that no longer exists: '${gitDir}'`,
      mend: {
        words: 'remove them',
        done: 'removed them',
        run: async () => {
          for (const { name, oid } of own) await swapRef(store.repo, name, oid, null);
          await forgetClone(store, id);
        },
      },
    });
  }
  return findings;
}

async function isClone(context: Context, gitDir: string, id: string): Promise<boolean> {
  const place = gitIn(undefined, foreignEnvironment(context.env));
  return (await valueInFile(place, path.join(gitDir, 'config'), 'realm.cloneId')) === id;
}

async function workTreeFindings(store: Store): Promise<Symptom[]> {
  const state = await workTreeState(store);
  if (state.kind === 'changed') {
    const message = `the work tree of the realm was not updated: ${state.why}`;
    return [
      { id: 'work-tree-changed', level: 'note', message, hint: `git -C '${store.repo.worktree}' status` },
    ];
  }
  if (state.kind !== 'behind') return [];
  return [
    {
      id: 'work-tree-behind',
      level: 'warning',
      message: `the work tree of the realm at '${store.repo.worktree}' is behind its branch`,
      hint: `local changes may prevent an update: git -C '${store.repo.worktree}' status`,
      mend: {
        words: 'update it',
        done: 'updated it',
        run: async () => {
          await withLock(store.directory, () => bringAlong(store));
        },
      },
    },
  ];
}

/** One note for each setting of the store's own that git is not shown (`plainView`). */
const leftOutFindings = ({ leftOut }: Store): Symptom[] =>
  leftOut.map((setting) => ({
    id: 'store-config',
    level: 'note',
    message: `${setting} is ignored in a realm's repository, because it could start a program or redirect a URL`,
    hint: 'put it in your own configuration if you need it: git config --global …',
  }));

/** A clone of a realm behind a URL needs that URL, and no refspec that fetches over what is only here. */
async function remoteFindings(context: Context, store: Store, known: Known): Promise<Symptom[]> {
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
