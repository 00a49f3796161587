/**
 * `lib/checkout`: a member repository as it lies on this machine: its membership, the levels at which its
 * code is read, and the user's index of realms and checkouts.
 */

import { lstatSync } from 'node:fs';
import path from 'node:path';
import { RealmError } from '../errors.ts';
import type { GitAnswers } from '../git/answers.ts';
import { type GitConfig, readConfig } from '../git/config.ts';
import { trySetConfig } from '../git/config-write.ts';
import type { Identity } from '../git/fast-import.ts';
import { listTree } from '../git/ls-tree.ts';
import { type ObjectReader, openObjects } from '../git/objects.ts';
import { isPartial } from '../git/plain-view.ts';
import { readRawBlob } from '../git/raw-objects.ts';
import { readRefFile } from '../git/ref-files.ts';
import { resolveRevision } from '../git/refs.ts';
import { discover, type Repository } from '../git/repository.ts';
import { orIfFatal } from '../git/run.ts';
import { signingOf } from '../git/signing.ts';
import { readPlainFile } from '../plain-file.ts';
import { MAX_FILE_LENGTH, parseFile } from '../realm/parse.ts';
import type { ConfigFile } from '../realm/types.ts';
import { isCopyOf, newCloneId } from '../store/clones.ts';
import { openStore, type Store } from '../store/store.ts';
import { together } from '../together.ts';
import { parseKept } from './parsed.ts';
import { readUserIndex } from './user-index.ts';

/** Where we are and under which environment. */
export interface Place {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** What git was already asked there. */
  answers?: GitAnswers | undefined;
}

/** A member repository of this user, attached on this machine. */
export interface Member {
  repo: Repository;
  config: GitConfig;
  /** `.blue/config.yaml`. */
  file: ConfigFile;
  /** Its name in the realm. */
  name: string;
  store: Store;
  /** Reads this repository's own objects. */
  objects: ObjectReader;
  /** A checkout of CI: no index, no hooks. */
  ephemeral: boolean;
}

export const CONFIG_PATH = '.blue/config.yaml';

/**
 * The member repository around `cwd`. A cloned `.blue/config.yaml` alone is a stranger's word: only a repository that
 * `join` attached (`realm.cloneId` in its own git config) is acted upon. Throws `not-joined`, `not-attached`,
 * `realm-missing`.
 */
export async function openMember({ cwd, env, answers }: Place): Promise<Member> {
  const repo = await discover(cwd, { env, answers });
  const directory = path.join(repo.commonDir, 'realm');
  const objects = openObjects(repo, env, { refFiles: repo.refFiles, directory });
  // Processes start side by side: each takes 5 ms before it answers.
  warmUp(repo, objects);
  const indexed = indexedStore(repo, env);
  const stores: Store[] = [];
  try {
    const [config, { file, opened }] = await together([readConfig(repo), indexed]);
    if (file === null) {
      await mustNotBeARealm(repo);
      throw new RealmError('not-joined', 'this repository is not in a realm yet', {
        hint: 'git realm join <path or URL of a realm>',
      });
    }
    if (config.get('realm.cloneId') === undefined) throw notAttached(file);
    const ephemeral = config.get('realm.ephemeralStore');
    if (ephemeral === undefined && opened instanceof RealmError) throw opened;
    const usable = ephemeral === undefined && isOpen(opened);
    const store = usable ? opened : await openStore(ephemeral ?? '', env);
    stores.push(store);
    if (!usable && isOpen(opened)) opened.close();
    return {
      repo,
      config: await withOwnId(repo, config, store),
      file,
      name: file.repo,
      store,
      objects,
      ephemeral: ephemeral !== undefined,
    };
  } catch (error) {
    const { opened } = await indexed.catch(() => ({ opened: null }));
    for (const used of [objects, ...stores, ...(isOpen(opened) ? [opened] : [])]) used.close();
    throw error;
  }
}

/** End the git processes that a member's readers keep. */
export function closeMember({ objects, store }: Pick<Member, 'objects' | 'store'>): void {
  objects.close();
  store.close();
}

const isOpen = (opened: Store | RealmError | null): opened is Store =>
  opened !== null && !(opened instanceof RealmError);

/** A copy of a clone gets an id of its own, so that the two do not take each other's drafts for theirs. */
async function withOwnId(repo: Repository, config: GitConfig, store: Store): Promise<GitConfig> {
  const id = config.get('realm.cloneId') ?? '';
  if (!isCopyOf(store, id, repo.commonDir)) return config;
  const own = newCloneId();
  // On a read-only disk it counts for this process.
  await trySetConfig(repo, 'realm.cloneId', own);
  return { ...config, get: (key) => (key === 'realm.cloneId' ? own : config.get(key)) };
}

/** What is read of the repository's own objects are the trees of HEAD first. */
function warmUp(repo: Repository, objects: ObjectReader): void {
  const head = repo.refFiles ? readRefFile(repo, 'HEAD')?.oid : 'HEAD';
  if (head !== undefined) objects.warm(`${head}^{tree}`);
}

/** The membership file, and the store that the user's index has for it: opened, or why it cannot be. */
async function indexedStore(
  repo: Repository,
  env: NodeJS.ProcessEnv,
): Promise<{ file: ConfigFile | null; opened: Store | RealmError | null }> {
  const file = await readMembership(repo);
  if (file === null) return { file, opened: null };
  try {
    return { file, opened: await openStore(await storeLocation(repo, file, env), env) };
  } catch (error) {
    if (error instanceof RealmError) return { file, opened: error };
    throw error;
  }
}

/** Throws `is-the-realm` inside a realm's own repository: it takes no part in itself. */
export async function mustNotBeARealm(repo: Repository): Promise<void> {
  const text = await readOwn(repo, 'realm.yaml');
  if (text === null) return;
  const parsed = parseFile('realm', 'realm.yaml', text);
  const name = parsed.ok ? ` '${parsed.value.name}'` : '';
  throw new RealmError('is-the-realm', `this is the realm${name}, not a member repository`, {
    hint: 'only git realm graph, log, show and domain list work here; run this in a member repository',
  });
}

/**
 * `.blue/config.yaml` of the work tree, or of HEAD where there is no work tree; `null` where there is none. `keep`: its parsed
 * form may be kept for the next command.
 */
export async function readMembership(repo: Repository, keep = true): Promise<ConfigFile | null> {
  if (repo.worktree !== null) mustBeNoLink(repo.worktree);
  const text = await readOwn(repo, CONFIG_PATH);
  if (text === null) return null;
  const parsed = keep
    ? parseKept(path.join(repo.commonDir, 'realm'), 'config', CONFIG_PATH, text)
    : parseFile('config', CONFIG_PATH, text);
  if (parsed.ok) return parsed.value;
  const [first] = parsed.problems;
  throw new RealmError(
    'config-invalid',
    `${CONFIG_PATH}:${first?.line ?? 1}: ${first?.message ?? 'does not parse'}`,
    {
      hint: `fix ${CONFIG_PATH}, or git restore ${CONFIG_PATH}`,
      data: { problems: parsed.problems },
    },
  );
}

/** A commit can bring a link, through which we would read, and write, what is not part of the repository. */
export function mustBeNoLink(worktree: string): void {
  for (const name of [path.dirname(CONFIG_PATH), CONFIG_PATH])
    if (lstatSync(path.join(worktree, name), { throwIfNoEntry: false })?.isSymbolicLink())
      throw new RealmError('config-invalid', `'${name}' is a symbolic link, which is not followed`, {
        hint: `git rm ${name}, then git realm join`,
      });
}

/** Who signs realm commits: the user's own identity, never the author of a commit under way. Throws `no-identity`. */
export function identityOf(config: GitConfig, env: NodeJS.ProcessEnv, unattended = false): Identity {
  const email =
    env.GIT_COMMITTER_EMAIL ?? config.get('committer.email') ?? config.get('user.email') ?? env.EMAIL;
  const name = env.GIT_COMMITTER_NAME ?? config.get('committer.name') ?? config.get('user.name');
  if (email !== undefined && email !== '')
    return {
      name: name ?? email.split('@', 1)[0] ?? email,
      email,
      signing: signingOf(config, unattended),
    };
  throw new RealmError('no-identity', 'git does not know who you are: user.email is not set', {
    hint: "git config --global user.email 'you@example.com'",
  });
}

async function storeLocation(repo: Repository, file: ConfigFile, env: NodeJS.ProcessEnv): Promise<string> {
  const { realms } = await readUserIndex(env, path.join(repo.commonDir, 'realm'));
  const realm = realms.find((indexed) => indexed.name === file.realm.name);
  const location = realm?.local_path ?? realm?.path;
  if (location === undefined) throw notAttached(file);
  return location;
}

/** A file of the work tree, or of HEAD where there is no work tree. */
async function readOwn(repo: Repository, name: string): Promise<string | null> {
  if (repo.worktree !== null) {
    try {
      return readPlainFile(path.join(repo.worktree, name));
    } catch (error) {
      if (error instanceof RealmError) throw error;
      return null;
    }
  }
  // What is missing in a bare repository is not fetched for this: somebody's commit may have brought it (`plainView`).
  if (isPartial(repo.commonDir)) return null;
  const { oid, size, odd } = (await entryInHead(repo, name)) ?? {};
  if (odd !== undefined) throw oddInHead(name, odd);
  if (oid === undefined) return null;
  if (!(Number(size) <= MAX_FILE_LENGTH))
    throw oddInHead(name, `has ${size} bytes; the limit is ${MAX_FILE_LENGTH}`);
  const bytes = await readRawBlob(repo, oid);
  if (bytes === null) throw oddInHead(name, 'cannot be read');
  return bytes.toString('utf8');
}

/** What HEAD has at a path: a plain file with its size, or why it is none. `null`: nothing is there, or no commit yet. */
async function entryInHead(
  repo: Repository,
  name: string,
): Promise<{ oid?: string; size?: number; odd?: string } | null> {
  const folder = path.posix.dirname(name);
  const on = folder === '.' ? [name] : [folder, name];
  const entries = await orIfFatal(listTree(repo, 'HEAD', { sizes: true, paths: on }), null);
  if (entries === null) {
    const head = await resolveRevision(repo, 'HEAD');
    return head === null ? null : { odd: 'cannot be found: HEAD has no readable tree' };
  }
  for (const { mode, oid, size, path: at } of entries) {
    if (at === folder && mode === '120000')
      return { odd: `is below a symbolic link, '${folder}', which is not followed` };
    if (at !== name) continue;
    if (!mode.startsWith('100')) return { odd: `is ${kinds[mode] ?? 'not a plain file'}` };
    return size === null ? { odd: 'is missing: its content is not in the repository' } : { oid, size };
  }
  return null;
}

const kinds: Record<string, string> = {
  '120000': 'a symbolic link, which is not followed',
  '040000': 'a folder, not a plain file',
  '160000': 'a submodule, not a plain file',
};

const oddInHead = (name: string, why: string): RealmError =>
  new RealmError('file-odd', `'${name}' of HEAD ${why}`, {
    hint: `to show it: git ls-tree -l HEAD ${path.posix.dirname(name)} ${name}`,
  });

const notAttached = (file: ConfigFile): RealmError =>
  new RealmError('not-attached', `this clone is not attached to realm '${file.realm.name}' yet`, {
    hint: 'git realm join',
    data: { realm: file.realm.name },
  });
