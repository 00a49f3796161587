import { RealmError } from '../../errors.ts';
import { githubAddress } from '../../forge/address.ts';
import { embeddedForge } from '../../forge/embedded.ts';
import { githubForge } from '../../forge/github.ts';
import { tokenFor } from '../../forge/token.ts';
import type { Forge } from '../../forge/types.ts';
import type { JsonObject } from '../../json.ts';
import type { Op } from '../../realm/ops/types.ts';
import { VERSION } from '../../version.ts';
import { type Flow, isoSeconds, opHead } from '../flow.ts';
import { perform, type Workspace } from '../workspace.ts';
import type { Checkout } from './checkouts.ts';

/** The forge of a repo, by its remote's URL: the embedded one where no other is known (DESIGN §10). */
export function forgeOf(flow: Flow, workspace: Workspace, checkout: Checkout): Forge {
  const url = checkout.config.get(`remote.${checkout.remote}.url`) ?? '';
  const hosts = checkout.config.all('realm.githubHost');
  return onGithub(flow, checkout.name, url, hosts) ?? embedded(flow, workspace, checkout);
}

/** The forge of a repo that need not be on this machine: for its issues only. */
export function forgeOfRepo(flow: Flow, workspace: Workspace, name: string): Forge {
  const url = workspace.snapshot.model.repo(name)?.url ?? '';
  const github = onGithub(flow, name, url, workspace.config.all('realm.githubHost'));
  if (github !== null) return github;
  const git = () => Promise.reject(new RealmError('no-checkout', `'${name}' is not on this machine`));
  return embedded(flow, workspace, { name, remote: null, git, who: workspace.who });
}

/** Only hosts that the user's own git configuration names beside github.com: a realm may not choose who gets a token. */
function onGithub(flow: Flow, repo: string, url: string, hosts: readonly string[]): Forge | null {
  const address = githubAddress(url, hosts);
  if (address === null) return null;
  return githubForge({ repo, address, token: () => tokenFor(address.host, flow.env), version: VERSION });
}

type Place = Pick<Checkout, 'name' | 'remote' | 'git' | 'who'>;

function embedded(flow: Flow, workspace: Workspace, place: Place): Forge {
  return embeddedForge({
    repo: place.name,
    remote: place.remote ?? '',
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
