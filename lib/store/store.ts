import path from 'node:path';
import { RealmError } from '../errors.ts';
import { foreignEnvironment } from '../git/environment.ts';
import { type ObjectReader, openObjects } from '../git/objects.ts';
import { listRefs } from '../git/refs.ts';
import { discover, type Repository } from '../git/repository.ts';

/**
 * The realm's git repository on this machine: the realm itself, or a bare clone of it. Nothing from it runs: a store may
 * come from a stranger.
 */
export interface Store {
  repo: Repository;
  /** Full name of the realm's main branch. */
  branch: string;
  objects: ObjectReader;
  /** Our caches and lock: `<git-common-dir>/realm`. */
  directory: string;
  /** Has a remote of its own that sync exchanges with. */
  remote: string | null;
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

/** Open the store at `location`. Throws `realm-missing` where there is none. */
export async function openStore(location: string, env: NodeJS.ProcessEnv): Promise<Store> {
  const repo = await discoverStore(location, env);
  const [branch, remotes] = await Promise.all([mainBranch(repo), repo.git(['remote'])]);
  const names = remotes.stdout.toString('utf8').split('\n').filter(Boolean);
  const objects = openObjects(repo, foreignEnvironment(env));
  return {
    repo,
    branch,
    objects,
    directory: path.join(repo.commonDir, 'realm'),
    remote: names.includes('origin') ? 'origin' : (names[0] ?? null),
    close: () => objects.close(),
  };
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
async function mainBranch(repo: Repository): Promise<string> {
  if (repo.branch === 'refs/heads/main') return repo.branch;
  const [main] = await listRefs(repo, ['refs/heads/main']);
  return main?.name ?? repo.branch ?? 'refs/heads/main';
}
