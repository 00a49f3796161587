import { embeddedForge } from '../../forge/embedded.ts';
import type { Forge } from '../../forge/types.ts';
import type { JsonObject } from '../../json.ts';
import type { Op } from '../../realm/ops/types.ts';
import { type Flow, isoSeconds, opHead } from '../flow.ts';
import { perform, type Workspace } from '../workspace.ts';
import type { Checkout } from './checkouts.ts';

/** The forge of a repo, by its remote's URL: the embedded one where no other is known (DESIGN §10). */
export function forgeOf(flow: Flow, workspace: Workspace, checkout: Checkout): Forge {
  return embeddedForge({
    repo: checkout.name,
    remote: checkout.remote ?? '',
    git: checkout.git,
    who: checkout.who,
    model: () => workspace.snapshot.model,
    now: () => isoSeconds(flow.now()),
    apply: async (op) => {
      const whole = { ...opHead(flow, workspace.who()), ...op } as Op;
      const { planned } = await perform(flow, workspace, whole);
      return planned.kind === 'commit' ? planned.facts : ({} as JsonObject);
    },
  });
}
