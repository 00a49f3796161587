/**
 * `lib/store`: the realm's repository on this machine: open it, read a snapshot, apply an operation as one
 * commit, exchange it with the remote. Nothing that the repository brings along is run.
 */

import { lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { RealmError } from '../errors.ts';
import { foreignEnvironment } from '../git/environment.ts';
import { type ObjectReader, openObjects } from '../git/objects.ts';
import { isInWorkTree, isPlainlyOurs } from '../git/ownership.ts';
import { type PlainView, plainView } from '../git/plain-view.ts';
import { mayReach } from '../git/reach.ts';
import { symbolicRef } from '../git/refs.ts';
import { discover, type Repository } from '../git/repository.ts';
import { gitIn } from '../git/run.ts';
import { AS_THEY_ARE, NAMED_BARE, STORE_SAFETY, storeArguments } from '../git/store-safety.ts';
import { openTreeDiffer, type TreeDiffer } from '../git/tree-differ.ts';

/**
 * The realm's git repository on this machine: the realm itself, or a bare clone of it. Nothing from it runs: a store may
 * come from a stranger.
 */
export interface Store {
  repo: Pick<Repository, 'gitDir' | 'commonDir' | 'worktree' | 'bare' | 'refFiles' | 'git'>;
  /** Full name of the realm's main branch. */
  branch: string;
  objects: ObjectReader;
  /** git's own reading of two trees, for the code that judges them. */
  differ: TreeDiffer;
  /** Our caches and lock: `<git-common-dir>/realm`. */
  directory: string;
  /** What its configuration says without any effect, each as `key ('file:line')`. */
  leftOut: readonly string[];
  /** The remote of its own that sync exchanges with; `null`: none. */
  remote(): Promise<string | null>;
  /** Refuse a URL that git may not be given, as `remote()` does for those of its remote. */
  mayReach(url: string): Promise<void>;
  close(): void;
}

/**
 * Open the store at `location`; no process in the common case. Throws `realm-missing` where there is none, `unsafe-repository`
 * where it belongs to somebody else (git's own rule), and what `plainView` throws.
 * `environment`: what git is given of ours; a server's hook needs more than others.
 */
export async function openStore(
  location: string,
  env: NodeJS.ProcessEnv,
  environment: (env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv = foreignEnvironment,
): Promise<Store> {
  const found = wellKnown(location, env) ?? (await discoverStore(location, env));
  const directory = path.join(found.commonDir, 'realm');
  mustNotBeALink(directory);
  const look = () => plainView(found.commonDir, directory);
  const view = look();
  const clean = { ...environment(env), ...AS_THEY_ARE, ...view.env };
  const args = storeArguments(found.bare ? found.gitDir : null, view.env.GIT_COMMON_DIR !== undefined);
  const cwd = found.worktree ?? found.gitDir;
  const repo: Store['repo'] = { ...found, git: gitIn(cwd, clean, args).git };
  const differ = openTreeDiffer(args, cwd, clean);
  const objects = openObjects(repo, clean, { refFiles: repo.refFiles, directory });
  const close = () => {
    objects.close();
    differ.close();
  };
  const branch = await mainBranch(repo, objects).catch((error) => {
    close();
    throw error;
  });
  return {
    repo,
    branch,
    objects,
    differ,
    directory,
    leftOut: view.config.ignored.map(({ key, line }) => `${key} ('${view.file}:${line}')`),
    remote: () => remoteOf(look(), repo, env),
    mayReach: (url) => mayReach(url, repo.worktree ?? repo.gitDir, env),
    close,
  };
}

/** What we write there would be written somewhere else. */
function mustNotBeALink(directory: string): void {
  if (lstatSync(directory, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return;
  throw new RealmError(
    'store-links',
    `'${directory}' is a symbolic link, which is not allowed for the caches of a realm`,
    {
      hint: `rm '${directory}'`,
    },
  );
}

type Found = Omit<Store['repo'], 'git'>;

/** A repository as `git init` lays it out, and of this user's, needs no process to be found; anything else is asked of git. */
function wellKnown(location: string, env: NodeJS.ProcessEnv): Found | null {
  const top = attempt(() => realpathSync.native(location));
  if (top === null) return null;
  const has = (name: string) => attempt(() => statSync(path.join(top, name)).isDirectory()) ?? false;
  const inside = has('.git/objects');
  if (!inside && !(has('objects') && has('refs'))) return null;
  const gitDir = inside ? path.join(top, '.git') : top;
  // Of a linked worktree, or a directory that looks like one.
  if (attempt(() => lstatSync(path.join(gitDir, 'commondir'))) !== null) return null;
  if (!isPlainlyOurs(inside ? [top, gitDir] : [gitDir], env) && !isCalledIn(gitDir, env)) return null;
  if (inside && !lstatSync(gitDir).isDirectory()) return null;
  // git has a setting for those (`safe.bareRepository`), so git is asked.
  if (!inside && isInWorkTree(gitDir) && !isCalledIn(gitDir, env)) return null;
  return {
    gitDir,
    commonDir: gitDir,
    worktree: inside ? top : null,
    bare: !inside,
    // A repository of the reftable format has a file in place of this directory (gitrepository-layout(5)).
    refFiles:
      has(path.join(path.relative(top, gitDir), 'refs', 'heads')) &&
      !has('reftable') &&
      !has('.git/reftable'),
  };
}

/** Are we a hook of it, or directed by `GIT_DIR` to use it? Then git, or the user, has judged already whose it is. */
const isCalledIn = (gitDir: string, env: NodeJS.ProcessEnv): boolean =>
  env.GIT_DIR !== undefined && attempt(() => realpathSync.native(env.GIT_DIR ?? '')) === gitDir;

function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}

async function discoverStore(location: string, env: NodeJS.ProcessEnv): Promise<Found> {
  // A store is named by its path, as with `--git-dir`; what lies in a work tree is git's to judge.
  const explicit = isInWorkTree(path.resolve(location)) ? [] : NAMED_BARE;
  try {
    const before = [...STORE_SAFETY, ...explicit];
    const { git: _, ...found } = await discover(location, { env, foreign: true, before });
    return found;
  } catch (cause) {
    if (cause instanceof RealmError && ['git-missing', 'not-a-repository'].includes(cause.code)) {
      throw new RealmError('realm-missing', `no realm at '${location}'`, {
        hint: 'if it moved: git realm join <its new path or URL>',
        cause,
      });
    }
    throw cause;
  }
}

/** The remote to exchange with, by the store's own configuration. Throws `bad-url` with the line, `unsafe-repository`. */
async function remoteOf(
  { file, config }: PlainView,
  repo: Store['repo'],
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  const urls = config.allowed.flatMap(({ key, value, line }) => {
    const [, name] = /^remote\.([\s\S]+)\.(?:push)?url$/.exec(key) ?? [];
    return name === undefined ? [] : [{ name, url: value ?? '', line }];
  });
  const names = [...new Set(urls.map(({ name }) => name))].sort();
  const remote = names.includes('origin') ? 'origin' : (names[0] ?? null);
  for (const { name, url, line } of urls) {
    if (name !== remote) continue;
    await mayReach(url, repo.worktree ?? repo.gitDir, env, `${file}:${line}: `);
  }
  return remote;
}

/** The store's own configuration, which git need not be shown whole (`plainView`): what is changed there is named by its file. */
export const storeConfig = ({ repo }: Store): { file: string } => ({
  file: path.join(repo.commonDir, 'config'),
});

/** `main`, or what HEAD names where there is no such branch (a realm made by another program). */
async function mainBranch(repo: Store['repo'], objects: ObjectReader): Promise<string> {
  if ((await objects.resolve('refs/heads/main')) !== null) return 'refs/heads/main';
  return (await storeHead(repo)) ?? 'refs/heads/main';
}

/** The branch that is checked out in the store, if any. */
export const storeHead = (repo: Store['repo']): Promise<string | null> => symbolicRef(repo, 'HEAD');
