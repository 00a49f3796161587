import { mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { identityOf } from '../../checkout/member.ts';
import { type RealmPlace, rememberRealm } from '../../checkout/user-index.ts';
import { RealmError } from '../../errors.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { shortBranch } from '../../git/branches.ts';
import { readConfig } from '../../git/config.ts';
import { removeConfigSection, setConfig } from '../../git/config-write.ts';
import { foreignEnvironment } from '../../git/environment.ts';
import { listTree } from '../../git/ls-tree.ts';
import { initRepository } from '../../git/make-repository.ts';
import { mayReach } from '../../git/reach.ts';
import { swapRef } from '../../git/refs.ts';
import { listRemote } from '../../git/remote.ts';
import { discover } from '../../git/repository.ts';
import { gitIn } from '../../git/run.ts';
import { fillIndex } from '../../git/staging.ts';
import { STORE_SAFETY } from '../../git/store-safety.ts';
import { directoryPath, gitUrl, kebabName, newRealmName, type RealmName } from '../../names.ts';
import type { InitOp } from '../../realm/ops/init.ts';
import { applyOp } from '../../store/engine.ts';
import { exchange } from '../../store/exchange.ts';
import { unreachable } from '../../store/fetch-realm.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import { openStore, type Store, storeConfig } from '../../store/store.ts';
import { type Context, LOGIN_LEFT_OUT, opHead } from '../open/context.ts';

export interface InitOptions {
  name?: string | undefined;
  path?: string | undefined;
  /** Where others will find the realm: becomes its remote, and the first commit is pushed. */
  url?: string | undefined;
  bare?: boolean | undefined;
}

export interface InitResult {
  name: string;
  path: string;
  bare: boolean;
  url: string | null;
  commit: string | null;
  pushed: boolean;
}

/** Make a realm: a git repository of its own with `realm.yaml`, known to the user's index. */
export async function initRealm(context: Context, options: InitOptions): Promise<InitResult> {
  const directory = directoryPath(path.resolve(context.cwd, options.path ?? '.'));
  const name = options.name === undefined ? nameFrom(directory) : newRealmName(options.name);
  const url = options.url === undefined ? null : gitUrl(options.url);
  if (url !== null && url !== options.url) context.note(LOGIN_LEFT_OUT);
  const env = foreignEnvironment(context.env);
  const around = await environmentAround(context.cwd, env);
  const who = identityOf(await readConfig(gitIn(context.cwd, around)), context.env);

  if (url !== null) await mustBeReady(context.cwd, url, directory, env, around);
  const before = await entriesOf(directory);
  const made = await makeRepository(directory, env, options.bare ?? false);
  const store = await openStore(directory, context.env);
  try {
    const op: InitOp = { verb: 'init', ...opHead(context, who), name };
    // `init --url` on a realm that grew up local gives it a remote; any other second `init` is refused by the plan.
    const grown =
      url !== null &&
      (await store.remote()) === null &&
      (await readSnapshot(store)).model.realm?.name === name;
    if (!made && !grown) await mustBeEmpty(store, directory);
    const applied = grown ? null : await applyOp(store, op, who);
    const location = await realpath(store.repo.worktree ?? store.repo.gitDir);
    const place: RealmPlace = { name, path: location };
    const pushed =
      url === null
        ? false
        : await publishTo(store, url, who).catch((error: unknown) =>
            notMade(error, () =>
              takeBackRealm(store, before, made ? directory : null, applied?.commit ?? null),
            ),
          );
    await rememberRealm(context.env, place);
    return { name, path: location, bare: store.repo.bare, url, commit: applied?.commit ?? null, pushed };
  } finally {
    store.close();
  }
}

/** `realm-letemcook`, `letemcook.git` and `Let Em Cook` each suggest a name; throws `bad-name` where nothing does. */
function nameFrom(directory: string): RealmName {
  const words = path.basename(directory).replace(/\.git$/, '');
  const suggested = kebabName(words).replace(/^realm-(?=.)/, '');
  if (suggested !== '') return newRealmName(suggested);
  throw new RealmError('bad-name', `the directory name '${words}' suggests no name for the realm`, {
    hint: 'choose one: --name <name>',
  });
}

/** For git where we stand, with the settings of the repository around; without them where git may not act in it. */
async function environmentAround(cwd: string, env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  try {
    await discover(cwd, { env });
  } catch (error) {
    if (!(error instanceof RealmError) || error.code === 'git-missing') throw error;
    // No such directory: then git finds no repository at all.
    if (error.code === 'unsafe-repository') return { ...env, GIT_DIR: '/dev/null/none' };
  }
  return env;
}

/** A repository at `directory`, made unless one is there; true when it was made. */
async function makeRepository(directory: string, env: NodeJS.ProcessEnv, bare: boolean): Promise<boolean> {
  const there = await stat(path.join(directory, '.git')).catch(() => null);
  const bareThere = await stat(path.join(directory, 'objects')).catch(() => null);
  if (there !== null || bareThere !== null) return false;
  const found = await readdir(directory).catch(() => []);
  if (bare && found.length > 0) throw notEmpty(directory);
  try {
    await mkdir(directory, { recursive: true });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = MKDIR_FAILURES[code ?? ''] ?? message;
    throw new RealmError('write-failed', `cannot create '${directory}': ${why}`, { cause });
  }
  await initRepository(gitIn(directory, env), { bare });
  return true;
}

const MKDIR_FAILURES: Record<string, string> = {
  EEXIST: 'a file has that name',
  ENOTDIR: 'a directory above it is a file',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'the name is too long',
};

/** A repository with history of its own is somebody's code: a realm wants a repository for itself. */
async function mustBeEmpty(store: Store, directory: string): Promise<void> {
  const { commit, model } = await readSnapshot(store);
  if (commit === null || model.has('realm.yaml')) return;
  throw new RealmError('not-empty', `'${directory}' is a repository that already has commits`, {
    hint: 'create the realm in its own directory: git realm init <new directory>',
  });
}

const notEmpty = (directory: string): RealmError =>
  new RealmError('not-empty', `'${directory}' is not empty`, {
    hint: 'git realm init --bare <new directory>',
  });

/** Throws where the URL cannot be reached, or has a main branch that this realm does not have: nothing was made yet. */
async function mustBeReady(
  cwd: string,
  url: string,
  directory: string,
  env: NodeJS.ProcessEnv,
  around: NodeJS.ProcessEnv,
): Promise<void> {
  await mayReach(url, cwd, env);
  const main = 'refs/heads/main';
  const listed = await listRemote(gitIn(cwd, around, STORE_SAFETY), url, [main]);
  if (listed.kind === 'not-reached')
    throw unreachable(
      listed.stderr,
      'nothing was created: check the URL and the network, then run the command again',
    );
  const oid = listed.refs.get(main);
  if (oid === undefined || (await isInHead(directory, env, oid))) return;
  throw new RealmError('not-empty', `'${url}' already has a main branch`, {
    hint: `if it is a realm: git realm join '${url}'; otherwise use an empty repository`,
  });
}

/** False also where there is no such directory yet. */
async function isInHead(directory: string, env: NodeJS.ProcessEnv, oid: string): Promise<boolean> {
  const isThere = (await stat(directory).catch(() => null))?.isDirectory() === true;
  return isThere && (await isAncestor(gitIn(directory, env), oid, 'HEAD')) === true;
}

/** What was at the place before: '' nothing, else the names in it; as `null` where there is no directory. */
const entriesOf = (directory: string): Promise<string[] | null> => readdir(directory).catch(() => null);

async function notMade(error: unknown, takeBack: () => Promise<void>): Promise<never> {
  await takeBack();
  if (!(error instanceof RealmError)) throw error;
  throw new RealmError(error.code, error.message, {
    hint: `nothing was created: fix that, then run the command again`,
    data: error.data,
    exitCode: error.exitCode,
    cause: error,
  });
}

/** Nobody took the realm: what `init` made goes, and nothing that was there before. */
async function takeBackRealm(
  store: Store,
  before: readonly string[] | null,
  made: string | null,
  commit: string | null,
): Promise<void> {
  if (made === null && commit === null) return;
  if (made !== null && before === null) return rm(made, { recursive: true, force: true });
  const top = store.repo.worktree;
  const files = await listTree(store.repo, commit ?? store.branch, { recursive: true });
  const tops = files.map((file) => file.path.split('/', 1)[0] ?? '');
  for (const name of new Set(tops.filter((top) => top !== '' && !before?.includes(top))))
    if (top !== null) await rm(path.join(top, name), { recursive: true, force: true });
  if (made !== null) return rm(path.join(made, '.git'), { recursive: true, force: true });
  await swapRef(store.repo, store.branch, commit, null);
  if (top !== null) await fillIndex(store.repo, null);
}

async function publishTo(store: Store, url: string, who: { name: string; email: string }): Promise<boolean> {
  const isNew = (await store.remote()) === null;
  if (isNew) {
    await setConfig(store.repo, 'remote.origin.url', url, storeConfig(store));
    const refspec = '+refs/heads/*:refs/remotes/origin/*';
    await setConfig(store.repo, 'remote.origin.fetch', refspec, storeConfig(store));
    if (!store.repo.bare) await follow(store);
  }
  try {
    return (await exchange(store, who)).pushed;
  } catch (error) {
    const main = shortBranch(store.branch);
    const sections = ['remote.origin', ...(store.repo.bare ? [] : [`branch.${main}`])];
    if (isNew) for (const name of sections) await removeConfigSection(store.repo, name, storeConfig(store));
    throw error;
  }
}

/** So that `git pull` and `git push` work in the realm as in any repository. */
async function follow(store: Store): Promise<void> {
  const key = `branch.${shortBranch(store.branch)}`;
  await setConfig(store.repo, `${key}.remote`, 'origin', storeConfig(store));
  await setConfig(store.repo, `${key}.merge`, store.branch, storeConfig(store));
}
