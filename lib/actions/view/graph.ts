import { type Graph, graphOf } from '../../graph/graph.ts';
import { theDomain } from '../../realm/ops/domain.ts';
import { importStateOf, recordedProof } from '../contract/resolve.ts';
import type { Context } from '../open/context.ts';
import { inRealm } from '../open/in-realm.ts';

/** Who depends on whom in the realm, or in some of its domains, with the state of every import now. */
export const realmGraph = (context: Context, domains: readonly string[]): Promise<Graph> =>
  inRealm(context, async ({ snapshot: { model } }) => {
    for (const name of domains) theDomain(name, model);
    const now = context.now();
    return graphOf(model, {
      realm: model.realm?.name ?? null,
      stateOf: (dependency) => importStateOf(dependency, now).state,
      proofOf: recordedProof,
      ...(domains.length > 0 ? { domains } : {}),
    });
  });
