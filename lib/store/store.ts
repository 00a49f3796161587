import { statSync } from 'node:fs';
import path from 'node:path';
import { RealmError } from '../errors.ts';
import { foreignEnvironment } from '../git/environment.ts';
import { type ObjectReader, openObjects } from '../git/objects.ts';
import { discover, headBranch, type Repository } from '../git/repository.ts';
import { runGit } from '../git/run.ts';

/**
 * The realm's git repository on this machine: the realm itself, or a bare clone of it. Nothing from it runs: a store may
 * come from a stranger.
 */
export interface Store {
  repo: Pick<Repository, 'gitDir' | 'commonDir' | 'worktree' | 'bare' | 'refFiles' | 'git'>;
  /** Full name of the realm's main branch. */
  branch: string;
  objects: ObjectReader;
  /** Our caches and lock: `<git-common-dir>/realm`. */
  directory: string;
  /** The remote of its own that sync exchanges with; `null`: none. */
  remote(): Promise<string | null>;
  close(): void;
}

/** No hook, no file-system monitor, no replaced objects of a store ever runs or counts (DESIGN §5). */
export const STORE_SAFETY = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.quotePath=false',
  '-c',
  'gc.auto=0',
] as const;

/**
 * Open the store at `location`; no process in the common case. Throws `realm-missing` where there is none.
 * `environment`: what git is given of ours; a server's hook needs more than others.
 */
export async function openStore(
  location: string,
  env: NodeJS.ProcessEnv,
  environment: (env: NodeJS.ProcessEnv) => NodeJS.ProcessEnv = foreignEnvironment,
): Promise<Store> {
  const clean = { ...environment(env), GIT_NO_REPLACE_OBJECTS: '1' };
  const repo = wellKnown(location, clean) ?? (await discoverStore(location, env));
  const directory = path.join(repo.commonDir, 'realm');
  const objects = openObjects(repo, clean, { refFiles: repo.refFiles, directory });
  return {
    repo,
    branch: await mainBranch(repo, objects),
    objects,
    directory,
    remote: async () => {
      const { stdout } = await repo.git(['remote']);
      const names = stdout.toString('utf8').split('\n').filter(Boolean);
      return names.includes('origin') ? 'origin' : (names[0] ?? null);
    },
    close: () => objects.close(),
  };
}

/** A repository as `git init` lays it out needs no process to be found; anything else is asked of git. */
function wellKnown(location: string, clean: NodeJS.ProcessEnv): Store['repo'] | null {
  const has = (name: string) => isDirectory(path.join(location, name));
  const inside = has('.git/objects');
  if (!inside && !(has('objects') && has('refs'))) return null;
  const gitDir = inside ? path.join(location, '.git') : location;
  const args = inside ? [...STORE_SAFETY] : [...STORE_SAFETY, `--git-dir=${gitDir}`];
  return {
    gitDir,
    commonDir: gitDir,
    worktree: inside ? location : null,
    bare: !inside,
    // A repository of the reftable format has a file in place of this directory (gitrepository-layout(5)).
    refFiles: isDirectory(path.join(gitDir, 'refs', 'heads')) && !isDirectory(path.join(gitDir, 'reftable')),
    git: (verb, run = {}) => runGit([...args, ...verb], { cwd: location, env: clean, ...run }),
  };
}

function isDirectory(name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch {
    return false;
  }
}

async function discoverStore(location: string, env: NodeJS.ProcessEnv): Promise<Repository> {
  try {
    return await discover(location, { env, foreign: true, before: STORE_SAFETY });
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

/** `main`, or what HEAD names where there is no such branch (a realm made by another hand). */
async function mainBranch(repo: Store['repo'], objects: ObjectReader): Promise<string> {
  if ((await objects.resolve('refs/heads/main')) !== null) return 'refs/heads/main';
  return (await storeHead(repo)) ?? 'refs/heads/main';
}

/** The branch that is checked out in the store, if any. */
export const storeHead = (repo: Store['repo']): Promise<string | null> =>
  headBranch((args, ok) => repo.git(args, { ok }));
