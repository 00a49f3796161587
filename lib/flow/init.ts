import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { identityOf } from '../checkout/member.ts';
import { type RealmPlace, rememberRealm } from '../checkout/user-index.ts';
import { RealmError } from '../errors.ts';
import { parseConfig } from '../git/config.ts';
import { foreignEnvironment } from '../git/environment.ts';
import { runGit } from '../git/run.ts';
import { directoryPath, gitUrl, newRealmName } from '../names.ts';
import type { InitOp } from '../realm/ops/init.ts';
import { applyOp } from '../store/engine.ts';
import { exchange } from '../store/exchange.ts';
import { readSnapshot } from '../store/snapshot.ts';
import { configureStore, openStore, type Store } from '../store/store.ts';
import { type Flow, LOGIN_LEFT_OUT, opHead } from './flow.ts';

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
export async function initRealm(flow: Flow, options: InitOptions): Promise<InitResult> {
  const directory = directoryPath(path.resolve(flow.cwd, options.path ?? '.'));
  const name = newRealmName(
    options.name ??
      path
        .basename(directory)
        .replace(/^realm-/, '')
        .replace(/\.git$/, ''),
  );
  const url = options.url === undefined ? null : gitUrl(options.url);
  if (url !== null && url !== options.url) flow.note(LOGIN_LEFT_OUT);
  const env = foreignEnvironment(flow.env);
  const { stdout } = await runGit(['config', '-z', '--list'], { cwd: flow.cwd, env, ok: [0, 128] });
  const who = identityOf(parseConfig(stdout.toString('utf8')), flow.env);

  const made = await makeRepository(directory, env, options.bare ?? false);
  const store = await openStore(directory, flow.env);
  try {
    const op: InitOp = { verb: 'init', ...opHead(flow, who), name };
    // `init --url` on a realm that grew up local gives it a remote; any other second `init` is refused by the plan.
    const grown =
      url !== null &&
      (await store.remote()) === null &&
      (await readSnapshot(store)).model.realm?.name === name;
    if (!made && !grown) await mustBeEmpty(store, directory);
    const applied = grown ? null : await applyOp(store, op, who);
    const location = await realpath(store.repo.worktree ?? store.repo.gitDir);
    const place: RealmPlace = { name, path: location };
    await rememberRealm(flow.env, place);
    const pushed = url === null ? false : await publishTo(store, url, who);
    return { name, path: location, bare: store.repo.bare, url, commit: applied?.commit ?? null, pushed };
  } finally {
    store.close();
  }
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

async function publishTo(store: Store, url: string, who: { name: string; email: string }): Promise<boolean> {
  if ((await store.remote()) === null) {
    await configureStore(store, 'remote.origin.url', url);
    await configureStore(store, 'remote.origin.fetch', '+refs/heads/*:refs/remotes/origin/*');
    if (!store.repo.bare) await follow(store);
  }
  return (await exchange(store, who)).pushed;
}

/** So that `git pull` and `git push` work in the realm as in any repository. */
async function follow(store: Store): Promise<void> {
  const key = `branch.${store.branch.replace('refs/heads/', '')}`;
  await configureStore(store, `${key}.remote`, 'origin');
  await configureStore(store, `${key}.merge`, store.branch);
}
