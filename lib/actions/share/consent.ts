import { existsSync } from 'node:fs';
import { HOST_WIDTH, mapPool } from '../../change/pool.ts';
import { readUserIndex } from '../../checkout/user-index.ts';
import { RealmError } from '../../errors.ts';
import { addressOf, effectiveUrl, type ForgeAddress, repositoryIn } from '../../forge/address.ts';
import { sshHostName } from '../../forge/ssh-alias.ts';
import type { Forge } from '../../forge/types.ts';
import { type GitConfig, readConfigs, readOwnConfig } from '../../git/config.ts';
import { setConfig } from '../../git/config-write.ts';
import { foreignEnvironment } from '../../git/environment.ts';
import { discover, type Repository } from '../../git/repository.ts';
import { gitIn } from '../../git/run.ts';
import type { Context } from '../open/context.ts';
import { sshHost } from './ssh-master.ts';

/**
 * A realm says where its repos are, and anybody may write it: without the user's word, no token of theirs writes to a
 * repository that no remote of their checkouts names. The word is asked for once on a terminal, and kept in the user's own
 * git configuration as `realm.<host>/<owner>/<repo>.forgeWrite`. Throws `forge-write-unasked` where nobody can be asked, and
 * `forge-write-denied`.
 */
export function mayWrite(context: Context, address: Place, config: GitConfig): Promise<void> {
  const key = keyOf(address);
  const known = asked.get(context) ?? new Map<string, Promise<void>>();
  asked.set(context, known);
  const answer = known.get(key) ?? settle(context, address, config);
  known.set(key, answer);
  return answer;
}

/** The same forge, which asks `permit` before the first thing it writes. */
export function withPermit(forge: Forge, permit: () => Promise<void>): Forge {
  return {
    ...forge,
    open: (...given) => permit().then(() => forge.open(...given)),
    update: (...given) => permit().then(() => forge.update(...given)),
    merge: (...given) => permit().then(() => forge.merge(...given)),
    close: (...given) => permit().then(() => forge.close(...given)),
    setStatus: (...given) => permit().then(() => forge.setStatus(...given)),
    stick: (...given) => permit().then(() => forge.stick(...given)),
    notify: (...given) => permit().then(() => forge.notify(...given)),
    settle: (...given) => permit().then(() => forge.settle(...given)),
  };
}

const asked = new WeakMap<Context, Map<string, Promise<void>>>();

/** A repository on a forge. */
type Place = Pick<ForgeAddress, 'host' | 'owner' | 'repo'>;

/** Forges take both in any case; a subsection of git's configuration does not. */
const keyOf = ({ host, owner, repo }: Place): string => `${host}/${owner}/${repo}`.toLowerCase();

async function settle(context: Context, address: Place, config: GitConfig): Promise<void> {
  const key = keyOf(address);
  if (namedIn(context, config).has(key)) return;
  const setting = `realm.${key}.forgeWrite`;
  const said = await ownWord(context, setting);
  if (said === true) return;
  if (said === null && (await namedByCheckouts(context)).has(key)) return;
  const allow = `git config --global ${setting} true`;
  const where = `${key}, which is not a remote of any of your checkouts`;
  if (said === false)
    throw new RealmError('forge-write-denied', `${setting} is false: nothing is written to ${where}`, {
      hint: allow,
    });
  if (context.canAsk?.() !== true)
    throw new RealmError('forge-write-unasked', `nothing is written with your token to ${where}`, {
      hint: allow,
    });
  const isAllowed = await context.ask(`Write with your token to ${where}?`, false);
  await setConfig(gitIn(undefined, context.env), setting, String(isAllowed), 'global');
  if (!isAllowed)
    throw new RealmError('forge-write-denied', `nothing is written to ${key}, as you chose`, { hint: allow });
}

/** What the user said, in a file or environment of their own: the configuration of a repository does not speak for them. */
async function ownWord(context: Context, setting: string): Promise<boolean | null> {
  const own = await readOwnConfig(gitIn(context.cwd, context.env));
  // What is not a boolean says neither.
  const [said, other] = [own.bool(setting, true), own.bool(setting, false)];
  return said === other ? said : null;
}

/** The repositories that the remotes of one checkout name, after `insteadOf`. */
const namedIn = (context: Context, config: GitConfig): Set<string> =>
  new Set(remotesOf(config).flatMap((url) => keysOf(context, url, config)));

const remotesOf = (config: GitConfig): string[] =>
  [...config.keys()]
    .filter((key) => /^remote\..+\.(?:url|pushurl)$/.test(key))
    .flatMap((key) => config.all(key));

/** None where the remote is on no forge that takes a token. */
function keysOf(context: Context, url: string, config: GitConfig): string[] {
  const address = addressOf(url, config, context.env);
  return address === null ? [] : [keyOf(address)];
}

/** The same for every checkout of the user's index; a host may be an alias in the configuration of ssh. */
async function namedByCheckouts(context: Context): Promise<Set<string>> {
  const env = foreignEnvironment(context.env);
  const { realms } = await readUserIndex(context.env);
  const places = new Set(realms.flatMap(({ checkouts }) => Object.values(checkouts ?? {})));
  const repos = await mapPool([...places], HOST_WIDTH, async (place): Promise<Repository[]> => {
    if (!existsSync(place)) return [];
    return discover(place, { env }).then(
      (repo) => [repo],
      () => [],
    );
  });
  const configs = await readConfigs(repos.flat());
  const named = configs.flatMap((config) =>
    remotesOf(config).map(async (url) => {
      const keys = keysOf(context, url, config);
      return keys.length > 0 ? keys : behindAlias(context, effectiveUrl(url, config), config);
    }),
  );
  return new Set((await Promise.all(named)).flat());
}

async function behindAlias(context: Context, url: string, config: GitConfig): Promise<string[]> {
  const named = repositoryIn(url);
  const host = named === null || sshHost(url) === null ? null : await sshHostName(named.host, context.env);
  return named === null || host === null
    ? []
    : keysOf(context, `ssh://${host}/${named.owner}/${named.repo}`, config);
}
