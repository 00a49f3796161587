import { RealmError } from '../../errors.ts';
import { addressOf } from '../../forge/address.ts';
import { embeddedForge } from '../../forge/embedded/index.ts';
import type { Forge } from '../../forge/types.ts';
import type { GitConfig } from '../../git/config.ts';
import type { Identity } from '../../git/fast-import.ts';
import type { GitPlace } from '../../git/run.ts';
import type { JsonObject } from '../../json.ts';
import type { Op } from '../../realm/ops/types.ts';
import { type Context, isoSeconds, opHead } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { onForge } from './github.ts';
import { perform } from './perform.ts';

/** A checkout, as far as its forge is concerned. */
interface Place {
  name: string;
  config: GitConfig;
  remote: string | null;
  /** What the host in its remote's URL, an alias of ssh, stands for. */
  forgeUrl?: string;
  /** What the remote said of its branches when it was last looked at: name to oid. */
  seen?: ReadonlyMap<string, string>;
  git: GitPlace['git'];
  /** Throws `no-identity`. */
  who(): Identity;
}

/** The forge of a repo, by its remote's URL: the embedded one where no other is known. */
export function forgeOf(context: Context, workspace: Workspace, checkout: Place): Forge {
  const records = () => embedded(context, workspace, checkout);
  return onForge(context, checkout.name, urlOf(checkout), checkout.config, records) ?? records();
}

const urlOf = ({ remote, config, forgeUrl }: Pick<Place, 'remote' | 'config' | 'forgeUrl'>): string =>
  forgeUrl ?? config.get(`remote.${remote}.url`) ?? '';

/** Are its pull requests records in the realm? */
export function isEmbedded(
  context: Context,
  checkout: Pick<Place, 'remote' | 'config' | 'forgeUrl'>,
): boolean {
  return addressOf(urlOf(checkout), checkout.config, context.env) === null;
}

/** The forge of a repo that need not be on this machine: for its issues, pull requests and statuses; nothing is merged there. */
export function forgeOfRepo(context: Context, workspace: Workspace, name: string): Forge {
  const url = workspace.snapshot.model.repo(name)?.url ?? '';
  const git = () =>
    Promise.reject(new RealmError('no-checkout', `'${name}' is not checked out on this machine`));
  const records = () => embedded(context, workspace, { name, remote: null, git, who: workspace.who });
  return onForge(context, name, url, workspace.config, records) ?? records();
}

function embedded(context: Context, workspace: Workspace, place: Omit<Place, 'config'>): Forge {
  return embeddedForge({
    repo: place.name,
    remote: place.remote ?? '',
    seen: place.seen,
    git: place.git,
    who: place.who,
    model: () => workspace.snapshot.model,
    now: () => isoSeconds(context.now()),
    apply: async (op) => {
      const whole = { ...opHead(context, workspace.who()), ...op } as Op;
      const { planned } = await perform(context, workspace, whole);
      return planned.kind === 'commit' ? planned.facts : ({} as JsonObject);
    },
  });
}
