import { mkdir, readdir, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { identityOf } from '../../checkout/member.ts';
import { type RealmPlace, rememberRealm } from '../../checkout/user-index.ts';
import { RealmError } from '../../errors.ts';
import { parseConfig } from '../../git/config.ts';
import { foreignEnvironment } from '../../git/environment.ts';
import { mayReach } from '../../git/reach.ts';
import { swapRef } from '../../git/refs.ts';
import { discover } from '../../git/repository.ts';
import { runGit } from '../../git/run.ts';
import { directoryPath, gitUrl, newRealmName } from '../../names.ts';
import type { InitOp } from '../../realm/ops/init.ts';
import { applyOp } from '../../store/engine.ts';
import { exchange, unreachable } from '../../store/exchange.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import { configureStore, openStore, STORE_SAFETY, type Store } from '../../store/store.ts';
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
  const name = newRealmName(
    options.name ??
      path
        .basename(directory)
        .replace(/^realm-/, '')
        .replace(/\.git$/, ''),
  );
  const url = options.url === undefined ? null : gitUrl(options.url);
  if (url !== null && url !== options.url) context.note(LOGIN_LEFT_OUT);
  const env = foreignEnvironment(context.env);
  const around = await environmentAround(context.cwd, env);
  const { stdout } = await runGit(['config', '-z', '--list'], {
    cwd: context.cwd,
    env: around,
    ok: [0, 128],
  });
  const who = identityOf(parseConfig(stdout.toString('utf8')), context.env);

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
    throw new RealmError('write-failed', `cannot make '${directory}': ${(cause as Error).message}`, {
      cause,
    });
  }
  await runGit(['init', '--quiet', '--initial-branch=main', ...(bare ? ['--bare'] : [])], {
    cwd: directory,
    env,
  });
  return true;
}

/** A repository with history of its own is somebody's code: a realm wants a repository for itself. */
async function mustBeEmpty(store: Store, directory: string): Promise<void> {
  const { commit, model } = await readSnapshot(store);
  if (commit === null || model.has('realm.yaml')) return;
  throw new RealmError('not-empty', `'${directory}' is a repository with commits of its own`, {
    hint: 'give the realm its own: git realm init --name <name> --path <new directory>',
  });
}

const notEmpty = (directory: string): RealmError =>
  new RealmError('not-empty', `'${directory}' is not empty`, { hint: 'choose a new directory with --path' });

/** Throws where the URL cannot be reached, or has a main branch that this realm does not have: nothing was made yet. */
async function mustBeReady(
  cwd: string,
  url: string,
  directory: string,
  env: NodeJS.ProcessEnv,
  around: NodeJS.ProcessEnv,
): Promise<void> {
  await mayReach(url, cwd, env);
  const args = [...STORE_SAFETY, 'ls-remote', '--heads', '--', url, 'refs/heads/main'];
  const { code, stdout, stderr } = await runGit(args, { cwd, env: around, ok: [0, 128] });
  if (code !== 0)
    throw unreachable(stderr, 'nothing was made: check the URL and the network, then type it again');
  const oid = stdout.toString('latin1').split('\t', 1)[0] ?? '';
  const here = ['-C', directory, 'merge-base', '--is-ancestor', oid, 'HEAD'];
  if (oid === '' || (await runGit(here, { env, ok: [0, 1, 128] })).code === 0) return;
  throw new RealmError('not-empty', `'${url}' has a main branch already`, {
    hint: `if it is a realm: git realm join '${url}'; else give the realm an empty repository of its own`,
  });
}

/** What was at the place before: '' nothing, else the names in it; as `null` where there is no directory. */
const entriesOf = (directory: string): Promise<string[] | null> => readdir(directory).catch(() => null);

async function notMade(error: unknown, takeBack: () => Promise<void>): Promise<never> {
  await takeBack();
  if (!(error instanceof RealmError)) throw error;
  throw new RealmError(error.code, error.message, {
    hint: `nothing was made: see to that, then type it again`,
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
  const files = await store.repo.git(['ls-tree', '-r', '--name-only', '-z', commit ?? store.branch]);
  const tops = files.stdout
    .toString('utf8')
    .split('\0')
    .map((name) => name.split('/', 1)[0] ?? '');
  for (const name of new Set(tops.filter((one) => one !== '' && !before?.includes(one))))
    if (top !== null) await rm(path.join(top, name), { recursive: true, force: true });
  if (made !== null) return rm(path.join(made, '.git'), { recursive: true, force: true });
  await swapRef(store.repo, store.branch, commit, null);
  if (top !== null) await store.repo.git(['read-tree', '--empty']);
}

async function publishTo(store: Store, url: string, who: { name: string; email: string }): Promise<boolean> {
  const isNew = (await store.remote()) === null;
  if (isNew) {
    await configureStore(store, 'remote.origin.url', url);
    await configureStore(store, 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*');
    if (!store.repo.bare) await follow(store);
  }
  try {
    return (await exchange(store, who)).pushed;
  } catch (error) {
    const main = store.branch.replace('refs/heads/', '');
    const sections = ['remote.origin', ...(store.repo.bare ? [] : [`branch.${main}`])];
    if (isNew) for (const name of sections) await configureStore(store, '--remove-section', name);
    throw error;
  }
}

/** So that `git pull` and `git push` work in the realm as in any repository. */
async function follow(store: Store): Promise<void> {
  const key = `branch.${store.branch.replace('refs/heads/', '')}`;
  await configureStore(store, `${key}.remote`, 'origin');
  await configureStore(store, `${key}.merge`, store.branch);
}
