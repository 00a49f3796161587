import { type Graph, graphOf } from '../graph/graph.ts';
import { theDomain } from '../realm/ops/domain.ts';
import type { Flow } from './flow.ts';
import { inRealm } from './look.ts';
import { recordedProof, stateOf } from './resolve.ts';

/** Who depends on whom in the realm, or in some of its domains, with the state of every import now. */
export const realmGraph = (flow: Flow, domains: readonly string[]): Promise<Graph> =>
  inRealm(flow, async ({ snapshot: { model } }) => {
    for (const name of domains) theDomain(name, model);
    const now = flow.now();
    return graphOf(model, {
      realm: model.realm?.name ?? '',
      stateOf: (one) => stateOf(one, now).state,
      proofOf: recordedProof,
      ...(domains.length > 0 ? { domains } : {}),
    });
  });
