import { RealmError } from '../../errors.ts';
import { addressOf, type GithubAddress } from '../../forge/address.ts';
import { embeddedForge } from '../../forge/embedded.ts';
import { githubForge } from '../../forge/github.ts';
import { type Connection, connect, PACE } from '../../forge/github-client.ts';
import { tokenFor } from '../../forge/token.ts';
import type { Forge } from '../../forge/types.ts';
import type { GitConfig } from '../../git/config.ts';
import type { JsonObject } from '../../json.ts';
import type { Op } from '../../realm/ops/types.ts';
import { VERSION } from '../../version.ts';
import { type Flow, isoSeconds, opHead } from '../flow.ts';
import { perform, type Workspace } from '../workspace.ts';
import type { Checkout } from './checkouts.ts';
import { mayWrite, withPermit } from './consent.ts';

/** The forge of a repo, by its remote's URL: the embedded one where no other is known (DESIGN §10). */
export function forgeOf(flow: Flow, workspace: Workspace, checkout: Checkout): Forge {
  return (
    onGithub(flow, checkout.name, urlOf(checkout), checkout.config) ?? embedded(flow, workspace, checkout)
  );
}

const urlOf = ({ remote, config, forgeUrl }: Pick<Checkout, 'remote' | 'config' | 'forgeUrl'>): string =>
  forgeUrl ?? config.get(`remote.${remote}.url`) ?? '';

/** Are its pull requests records in the realm? */
export function isEmbedded(flow: Flow, checkout: Pick<Checkout, 'remote' | 'config' | 'forgeUrl'>): boolean {
  return addressOf(urlOf(checkout), checkout.config, flow.env) === null;
}

/** The forge of a repo that need not be on this machine: for its issues only. */
export function forgeOfRepo(flow: Flow, workspace: Workspace, name: string): Forge {
  const url = workspace.snapshot.model.repo(name)?.url ?? '';
  const github = onGithub(flow, name, url, workspace.config);
  if (github !== null) return github;
  const git = () => Promise.reject(new RealmError('no-checkout', `'${name}' is not on this machine`));
  return embedded(flow, workspace, { name, remote: null, git, who: workspace.who });
}

/** A realm that is itself on GitHub: it is changed by pull requests from its own branches, or from those of a fork. */
export interface RealmForge {
  pulls(fork: { owner: string; repo: string } | null): Forge;
  /** This user's fork, and its URL. */
  fork(): Promise<{ owner: string; repo: string; url: string }>;
}

/** The forge of a realm by its remote's URL; `null`: its remote has none. */
export function forgeOfRealm(flow: Flow, name: string, url: string, config: GitConfig): RealmForge | null {
  const address = addressOf(url, config, flow.env);
  if (address === null) return null;
  const place = { repo: name, address, connection: connectionTo(flow, address, config) };
  const permit = () => mayWrite(flow, address, config);
  return {
    pulls: (fork) => withPermit(githubForge({ ...place, headsIn: fork ?? undefined }), permit),
    fork: async () => {
      await permit();
      const { forkOf, inOtherHands } = await import('../../forge/github-fork.ts');
      const fork = await forkOf(place);
      return { ...fork, url: inOtherHands(url, fork) };
    },
  };
}

/** Only hosts that the user's own git configuration or environment names beside github.com: a realm may not choose who gets a token. */
function onGithub(flow: Flow, repo: string, url: string, config: GitConfig): Forge | null {
  const address = addressOf(url, config, flow.env);
  if (address === null) return null;
  const method = config.get('realm.mergeMethod');
  const forge = githubForge({
    repo,
    address,
    connection: connectionTo(flow, address, config),
    method: METHODS.find((one) => one === method),
  });
  return withPermit(forge, () => mayWrite(flow, address, config));
}

const METHODS = ['merge', 'squash', 'rebase'] as const;

/** One login and one pace for all repos at a forge, as long as a command runs. */
const connections = new WeakMap<Flow, Map<string, Connection>>();

function connectionTo(flow: Flow, { host, api }: GithubAddress, config: GitConfig): Connection {
  const known = connections.get(flow) ?? new Map<string, Connection>();
  connections.set(flow, known);
  const pace = Number(config.get('realm.forgePace') ?? PACE);
  const made =
    known.get(api) ??
    connect({
      host,
      api,
      token: () => tokenFor(host, flow.env),
      version: VERSION,
      note: flow.note,
      pace: Number.isFinite(pace) && pace >= 0 ? pace : PACE,
    });
  known.set(api, made);
  return made;
}

type Place = Pick<Checkout, 'name' | 'remote' | 'git' | 'who' | 'seen'>;

function embedded(flow: Flow, workspace: Workspace, place: Place): Forge {
  return embeddedForge({
    repo: place.name,
    remote: place.remote ?? '',
    seen: place.seen,
    git: place.git,
    who: place.who,
    model: () => workspace.snapshot.model,
    now: () => isoSeconds(flow.now()),
    apply: async (op) => {
      const whole = { ...opHead(flow, workspace.who()), ...op } as Op;
      const { planned } = await perform(flow, workspace, whole);
      return planned.kind === 'commit' ? planned.facts : ({} as JsonObject);
    },
  });
}
