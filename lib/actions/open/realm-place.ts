import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { CONFIG_PATH } from '../../checkout/member.ts';
import { type RealmPlace, readUserIndex, realmHome } from '../../checkout/user-index.ts';
import { RealmError } from '../../errors.ts';
import { isTracked } from '../../git/ls-files.ts';
import { localPath, mayReach } from '../../git/reach.ts';
import type { Repository } from '../../git/repository.ts';
import { directoryPath, gitUrl, properUrl, realmName } from '../../names.ts';
import { sourceOf } from '../../realm/source.ts';
import type { ConfigFile } from '../../realm/types.ts';
import { shellWord } from '../../shell-word.ts';
import { cloneStore } from '../../store/clone.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import { openStore } from '../../store/store.ts';
import { type Context, LOGIN_LEFT_OUT, PlannedOnly } from './context.ts';

/** Which realm `join` was asked for, and by whom. */
export interface RealmAsked {
  context: Context;
  /** What the user typed: a path or a URL. */
  typed: string | undefined;
  /** Nobody is to be asked. */
  yes: boolean;
  ephemeral: boolean;
  repo: Repository;
  /** The main work tree. */
  main: string;
  file: ConfigFile | null;
  /** Called with the store that was made here for a URL. */
  onCloned?: (store: string) => void;
}

/**
 * Where the realm is that is meant; a store for a URL is made here. The user's word, typed or in their index, is taken; what
 * `.blue/config.yaml` says is a stranger's: its URL must be one, its path is asked about, and nothing that a clone brought
 * is a realm. Throws `realm-missing`, `realm-not-named`, `realm-in-clone`, `bad-url`.
 */
export async function realmPlace(asked: RealmAsked): Promise<RealmPlace> {
  const { context, typed } = asked;
  if (typed === undefined) return fromMembership(asked);
  // First of all a URL, as git fetch has it: a clone may bring a directory of any name.
  const location = path.resolve(context.cwd, typed);
  if (!looksLikeUrl(typed) && (await isDirectory(location))) {
    await mayComeAlong(asked, location);
    return placeOfPath(context, location);
  }
  if (!looksLikeUrl(typed)) {
    throw new RealmError('realm-missing', `no realm at '${typed}'`, {
      hint: `specify a directory or a URL; to create a realm there: git realm init ${shellWord(typed)}`,
    });
  }
  const url = gitUrl(typed);
  if (url !== typed) context.note(LOGIN_LEFT_OUT);
  return placeOfUrl(asked, url);
}

const looksLikeUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/|^[^/\s]+:/i.test(text);

/** What the index knows of the realm that `.blue/config.yaml` names, else what that file hints at. */
async function fromMembership(asked: RealmAsked): Promise<RealmPlace> {
  const { context, file, main } = asked;
  if (file === null) {
    throw new RealmError('realm-not-named', 'specify a realm to join', {
      hint: 'git realm join <path or URL of a realm>',
    });
  }
  const known = asked.ephemeral
    ? undefined
    : (await readUserIndex(context.env)).realms.find((realm) => realm.name === file.realm.name);
  const location = known?.path ?? known?.local_path;
  if (known?.url !== undefined) return placeOfUrl(asked, known.url, known.local_path);
  if (location !== undefined && (await isDirectory(location))) return placeOfPath(context, location);
  if (file.realm.url !== undefined) return placeOfUrl(asked, await hintedUrl(asked, file.realm.url));
  if (file.realm.path === undefined) {
    throw new RealmError(
      'realm-missing',
      `${CONFIG_PATH} does not contain the location of realm '${file.realm.name}'`,
      {
        hint: 'git realm join <path or URL of the realm>',
      },
    );
  }
  const hint = path.resolve(main, file.realm.path);
  if (await cameAlong(asked, hint)) throw await inClone(asked, 'path', file.realm.path);
  if (!(await isDirectory(hint))) {
    throw new RealmError('realm-missing', `no realm at '${hint}', the location in ${CONFIG_PATH}`, {
      hint: 'git realm join <path or URL of the realm>',
    });
  }
  context.note(`${CONFIG_PATH} says that realm '${file.realm.name}' is at '${hint}'`);
  if (!asked.yes && !(await context.ask('use it?', true))) {
    throw new RealmError('realm-not-named', 'not joined', {
      exitCode: 1,
      hint: 'git realm join <path or URL>',
    });
  }
  return placeOfPath(context, hint);
}

/** The URL that `.blue/config.yaml` has: its author decides nothing on this machine but which host is contacted. */
async function hintedUrl(asked: RealmAsked, text: string): Promise<string> {
  const where = `${CONFIG_PATH}:${await lineOf(asked.repo, 'url')}: `;
  try {
    const url = properUrl(text);
    if (url !== text) asked.context.note(LOGIN_LEFT_OUT);
    const local = localPath(url);
    if (local !== null && (await cameAlong(asked, local))) throw await inClone(asked, 'url', text);
    return url;
  } catch (error) {
    if (!(error instanceof RealmError) || error.code !== 'bad-url') throw error;
    throw new RealmError(error.code, where + error.message, {
      hint: 'correct it, or specify the realm: git realm join <path or URL of the realm>',
      cause: error,
    });
  }
}

async function placeOfUrl(asked: RealmAsked, url: string, store?: string): Promise<RealmPlace> {
  const { context, repo } = asked;
  await mayReach(url, context.cwd, context.env);
  if (context.dryRun === true) {
    if (store !== undefined && (await isDirectory(store)))
      return { name: (await placeOfPath(context, store)).name, url, local_path: store };
    const subject = `clone the realm at ${url}, and register this repository in it`;
    throw new PlannedOnly({ kind: 'commit', subject, body: [], files: new Map(), facts: {} });
  }
  const stores = asked.ephemeral ? path.join(repo.commonDir, 'realm-store') : null;
  const made = await cloneStore(url, stores ?? path.join(realmHome(context.env), 'realms'), context.env);
  if (made.made) asked.onCloned?.(made.path);
  return { name: made.name, url, local_path: made.path };
}

/** A realm at a path; one with a remote of its own is known by its URL to others. */
async function placeOfPath(context: Context, location: string): Promise<RealmPlace> {
  const store = await openStore(location, context.env);
  try {
    const { model } = await readSnapshot(store, store.branch, { keep: context.dryRun !== true });
    const name = model.realm?.name;
    if (name === undefined) throw notARealm(location);
    const where = directoryPath(await realpath(store.repo.worktree ?? store.repo.gitDir));
    return { name: realmName(name), path: where };
  } finally {
    store.close();
  }
}

/** A path that was typed may be what a clone brought, if the user says so; nobody else may. */
async function mayComeAlong(asked: RealmAsked, location: string): Promise<void> {
  if (!(await cameAlong(asked, location))) return;
  const words = `'${location}' is inside this clone, so the author of a commit could have put it there`;
  asked.context.note(words);
  if (!asked.yes && (await asked.context.ask('use it as the realm?', false))) return;
  throw new RealmError('realm-in-clone', `${words}, so it is not used as a realm`, {
    hint: 'git realm join <path or URL of the realm>',
  });
}

/**
 * Could a directory have come with a clone: is it in this repository's work tree or git directory, through links as well, or
 * part of what any other repository around it tracks, as a file or a submodule?
 */
async function cameAlong({ context, repo, main }: RealmAsked, location: string): Promise<boolean> {
  const real = await realpath(location).catch(() => path.resolve(location));
  const own = [main, repo.worktree, repo.commonDir, repo.gitDir].flatMap((place) => place ?? []);
  for (const place of own) {
    const around = await realpath(place).catch(() => place);
    if (real === around || real.startsWith(around + path.sep)) return true;
  }
  return isTracked(path.dirname(real), path.basename(real), context.env);
}

async function inClone({ repo }: RealmAsked, key: 'path' | 'url', text: string): Promise<RealmError> {
  return new RealmError(
    'realm-in-clone',
    `${CONFIG_PATH}:${await lineOf(repo, key)}: ${key}: '${text}' is inside a clone; files that came with a clone are never used as a realm`,
    { hint: 'git realm join <path or URL of the realm>' },
  );
}

/** The line of `.blue/config.yaml` that a key of `realm` is on; 1 where nobody can tell. */
async function lineOf({ worktree }: Repository, key: 'path' | 'url'): Promise<number> {
  const text = await readFile(path.join(worktree ?? '', CONFIG_PATH), 'utf8').catch(() => '');
  const top = sourceOf(text);
  const realm = top?.kind === 'map' ? top.pairs.find((pair) => pair.key === 'realm')?.value : null;
  const at = realm?.kind === 'map' ? realm.pairs.find((pair) => pair.key === key)?.start : undefined;
  return text.slice(0, at ?? 0).split('\n').length;
}

const isDirectory = (location: string): Promise<boolean> =>
  stat(location).then(
    (found) => found.isDirectory(),
    () => false,
  );

export const notARealm = (location: string): RealmError =>
  new RealmError('not-a-realm', `'${location}' is not a realm: it has no realm.yaml`, {
    hint: 'to create a realm: git realm init <new directory>',
  });
