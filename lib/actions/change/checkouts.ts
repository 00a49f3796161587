import { existsSync, lstatSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { mapPool } from '../../change/pool.ts';
import { type Levels, levelsOf } from '../../checkout/levels.ts';
import { mainWorktree } from '../../checkout/main-worktree.ts';
import { identityOf, readMembership } from '../../checkout/member.ts';
import { registeredRemote, withValue } from '../../checkout/registered.ts';
import { type Heads, nameTip, publishingRemote, readHeads } from '../../checkout/tip.ts';
import { readUserIndex } from '../../checkout/user-index.ts';
import { RealmError } from '../../errors.ts';
import { type GitConfig, readConfigs } from '../../git/config.ts';
import { REPOSITORY_VARIABLES } from '../../git/environment.ts';
import type { Identity } from '../../git/fast-import.ts';
import { type ObjectReader, openObjects } from '../../git/objects.ts';
import { discover, type Repository } from '../../git/repository.ts';
import { type GitPlace, gitIn } from '../../git/run.ts';
import { knownWorktrees, type ListedWorktree } from '../../git/worktrees.ts';
import { shareDomain } from '../../realm/change-sets.ts';
import type { RealmModel } from '../../realm/model.ts';
import type { Context } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { sshHost, throughOneConnection } from '../share/ssh-master.ts';

/** A repo of the realm as it lies on this machine, with what every multi-repository command asks of it. */
export interface Checkout extends GitPlace {
  name: string;
  /** Its main work tree. */
  main: string;
  repo: Repository;
  config: GitConfig;
  objects: ObjectReader;
  levels: Levels;
  heads: Heads;
  remote: string | null;
  /** What the host in its remote's URL, an alias of ssh, stands for. */
  forgeUrl?: string;
  /** Its remote is a fork of what the realm has registered: where that is, and where the fork is. */
  fork?: { registered: string; origin: string };
  /** What the remote said of its default branch and of the change set's when it was last looked at: name to oid. */
  seen?: ReadonlyMap<string, string>;
  /** Git in one of its work trees (default: the main one), with hooks and without prompts. */
  git: GitPlace['git'];
  /** Throws `no-identity`. */
  who(): Identity;
}

export type Checkouts = Map<string, Checkout>;

/** How wide work on this machine goes. */
export const localWidth = (jobs?: number): number => jobs ?? availableParallelism();

/**
 * The environment of git in any repository of a change set: ours is not theirs. The author that the user set stays; nobody
 * can answer a prompt of one of many.
 */
export function changeEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const clean: NodeJS.ProcessEnv = { ...env, GIT_TERMINAL_PROMPT: '0' };
  for (const name of [...REPOSITORY_VARIABLES, 'GIT_QUARANTINE_PATH']) delete clean[name];
  return clean;
}

/**
 * Open the checkouts of these repos: only those that the user's index lists and whose `.blue/config.yaml` agrees are acted
 * upon (docs/design/layout.md). Throws `no-checkout`, which says how to add the missing ones, before anything is done; with `leftOut`
 * they are reported and left out.
 */
export async function openCheckouts(
  context: Context,
  workspace: Workspace,
  names: readonly string[],
  leftOut?: (line: string) => void,
): Promise<Checkouts> {
  const realm = workspace.file.realm.name;
  // Its parsed form was kept when this repository was opened.
  const { realms } = await readUserIndex(context.env, path.join(workspace.repo.commonDir, 'realm'));
  const known = realms.find((indexed) => indexed.name === realm)?.checkouts ?? {};
  const own = await mainWorktree(workspace.repo);
  const now = workspace.snapshot.model.repoNow;
  const missing: { name: string; why: string; hint: string }[] = [];
  const found = await mapPool(names, localWidth(), async (name) => {
    // The index may know it by an earlier name.
    const key = Object.keys(known).find((listed) => listed === name || now(listed) === name);
    const location = name === workspace.name ? own : key === undefined ? undefined : known[key];
    const place =
      location === undefined
        ? 'it is not in your index'
        : await placeAt(context, { realm, name, location, now });
    if (typeof place !== 'string') return [place];
    const clone = workspace.snapshot.model.repo(name)?.url === undefined ? ' <path>' : ' --clone';
    missing.push({ name, why: place, hint: `git realm checkout add ${name}${clone}` });
    return [];
  });
  const places = found.flat();
  const configs = await readConfigs(places.map(({ repo }) => repo));
  const hosts = configs.map(remoteHost);
  const opened = await mapPool(places, localWidth(), (place) => {
    const at = places.indexOf(place);
    const isShared = hosts[at] !== null && hosts.filter((host) => host === hosts[at]).length > 1;
    const url = workspace.snapshot.model.repo(place.name)?.url;
    return open(context, place, configs[at] as GitConfig, isShared, url);
  });
  const checkouts: Checkouts = new Map();
  for (const checkout of opened) checkouts.set(checkout.name, checkout);
  if (missing.length === 0) return checkouts;
  if (leftOut !== undefined) {
    for (const { name, why, hint } of missing) leftOut(`skipped ${name}: ${why} (${hint})`);
    return checkouts;
  }
  closeCheckouts(checkouts);
  const [first] = missing;
  throw new RealmError(
    'no-checkout',
    missing.length === 1
      ? `no checkout of '${first?.name}' on this machine: ${first?.why}`
      : `no checkout of ${missing.map(({ name }) => `'${name}'`).join(', ')} on this machine`,
    { hint: missing.map(({ hint }) => hint), data: { missing } },
  );
}

interface Place {
  name: string;
  repo: Repository;
}

/** The repository at a location, or why it is none of this repo's. */
async function placeAt(
  context: Context,
  {
    realm,
    name,
    location,
    now,
  }: { realm: string; name: string; location: string; now(repo: string): string },
): Promise<Place | string> {
  if (!existsSync(location)) return `'${location}' does not exist`;
  try {
    const repo = await discover(location, { env: changeEnvironment(context.env), foreign: true });
    const membership = await readMembership(repo);
    if (membership === null) return `'${location}' has no .blue/config.yaml`;
    if (now(membership.repo) === name && membership.realm.name === realm) return { name, repo };
    return `'${location}' is '${membership.repo}' of realm '${membership.realm.name}'`;
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return error.message;
  }
}

const remoteHost = (config: GitConfig): string | null =>
  sshHost(config.get(`remote.${publishingRemote(config)}.url`));

/** `isShared`: others have their remote on the same host. */
async function open(
  context: Context,
  { name, repo }: Place,
  given: GitConfig,
  isShared: boolean,
  url: string | undefined,
): Promise<Checkout> {
  const registered = registeredRemote(given, url);
  const { remote } = registered;
  const config = remote === publishingRemote(given) ? given : withValue(given, 'realm.remote', remote ?? '');
  const clean = changeEnvironment(context.env);
  const env = (isShared ? throughOneConnection(clean, config) : null) ?? clean;
  const objects = openObjects(repo, env, { refFiles: repo.refFiles });
  const heads = await readHeads(repo, objects, config)
    .then((found) => nameTip(repo, found))
    .catch((error) => {
      objects.close();
      throw error;
    });
  const main = repo.worktree ?? repo.gitDir;
  return {
    name,
    main,
    repo,
    config,
    objects,
    levels: levelsOf(repo, objects),
    heads,
    remote,
    ...('fork' in registered && url !== undefined
      ? { fork: { registered: url, origin: registered.fork } }
      : {}),
    git: gitIn(main, env).git,
    who: () => identityOf(config, context.env),
  };
}

export function closeCheckouts(checkouts: Checkouts): void {
  for (const { objects } of checkouts.values()) objects.close();
}

/** A checkout that a plan names. */
export function theCheckout(checkouts: Checkouts, name: string | null): Checkout {
  const found = checkouts.get(name ?? '');
  if (found !== undefined) return found;
  throw new RealmError('no-checkout', `no checkout of '${name}' on this machine`, {
    hint: `git realm checkout add ${name}`,
  });
}

/** One repo may be named in another only where both meet in a domain, and neither keeps to itself (docs/design/governance.md). */
export function mayName(model: RealmModel, checkouts: Checkouts, a: string, b: string): boolean {
  const open = (name: string) => checkouts.get(name)?.config.bool('realm.linkPrivate', true) ?? true;
  return shareDomain(model, a, b) && open(a) && open(b);
}

/** Where a checkout lies, and its configuration. */
type Lying = Pick<Checkout, 'main' | 'config'>;

/** The folder that worktrees lie in where nothing else is said: `realm.worktreeDir`. */
const worktreeDir = ({ main, config }: Lying): string =>
  path.resolve(main, config.get('realm.worktreeDir') ?? '.worktrees');

/** The key of the folder that all worktrees of a change set lie in. It goes with the branch, and no journal has it. */
export const togetherKey = (branch: string): string => `branch.${branch}.realmInto`;

/**
 * Where the worktree of a branch lies: `.worktrees/<branch with - for />` (`realm.worktreeDir`), or `<folder>/<repo>` where the
 * change set has a folder of its own. Throws `path-in-use` where a link below the main work tree, which a commit can bring,
 * leads elsewhere.
 */
export function worktreePath(checkout: Checkout, branch: string): string {
  const together = checkout.config.get(togetherKey(branch));
  if (together !== undefined) return path.join(together, ...checkout.name.split('/'));
  const folder = worktreeDir(checkout);
  const own = isBelow(folder, checkout.main) ? folder : path.join(folder, path.basename(checkout.main));
  const target = path.join(own, dashed(branch));
  refuseLinks(target, checkout.main);
  return target;
}

/** The folder of a change set with `realm.worktreeLayout = together`. Throws as `worktreePath` does. */
export function togetherFolder(place: Lying, branch: string): string {
  const folder = path.join(worktreeDir(place), dashed(branch));
  refuseLinks(folder, place.main);
  return folder;
}

const dashed = (branch: string): string => branch.replaceAll('/', '-');

/** Is the path below the folder? */
export const isBelow = (file: string, folder: string): boolean => file.startsWith(folder + path.sep);

function refuseLinks(target: string, main: string): void {
  for (let here = target; isBelow(here, main); here = path.dirname(here))
    if (isLink(here)) throw linked(here);
}

const isLink = (file: string): boolean =>
  lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;

const linked = (link: string): RealmError =>
  new RealmError('path-in-use', `'${link}' is a symbolic link: refusing to create a worktree through it`, {
    hint: 'git config realm.worktreeDir <another directory>',
  });

/** The pattern that keeps the worktrees out of `git status`; `null` where they lie elsewhere. */
export function excludePattern(place: Lying): string | null {
  const folder = worktreeDir(place);
  if (!isBelow(folder, place.main)) return null;
  return `/${path.relative(place.main, folder).split(path.sep).join('/')}/`;
}

/** The worktrees that git knows, the main one first. */
export const worktreesOf = (checkout: Checkout): Promise<ListedWorktree[]> =>
  knownWorktrees(checkout.repo, checkout);
