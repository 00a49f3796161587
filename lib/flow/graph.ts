import { importState } from '../compat/imports.ts';
import { type Graph, graphOf } from '../graph/graph.ts';
import type { Dependency } from '../realm/dependencies.ts';
import { theDomain } from '../realm/ops/domain.ts';
import type { Flow } from './flow.ts';
import { inRealm } from './look.ts';
import { publishedOf } from './resolve.ts';

/** Who depends on whom in the realm, or in some of its domains, with the state of every import now. */
export const realmGraph = (flow: Flow, domains: readonly string[]): Promise<Graph> =>
  inRealm(flow, async ({ snapshot: { model } }) => {
    for (const name of domains) theDomain(name, model);
    const now = flow.now();
    const stateOf = ({ entry, published }: Dependency) =>
      importState({
        range: entry.version,
        resolvedVersion: entry.resolved_version,
        published: published === undefined ? undefined : publishedOf(published),
        now,
      }).state;
    return graphOf(model, {
      realm: model.realm?.name ?? '',
      stateOf,
      ...(domains.length > 0 ? { domains } : {}),
    });
  });
