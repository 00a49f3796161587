import type { Graph } from '../../graph/graph.ts';
import type { JsonValue } from '../../json.ts';
import { changeSets } from '../../realm/change-sets.ts';
import { type DomainShown, domainShown } from '../contract/domains.ts';
import { type LoggedCommit, logOf } from '../contract/log.ts';
import type { Context } from '../open/context.ts';
import { inRealm } from '../open/in-realm.ts';
import { realmGraph } from './graph.ts';

/** Everything that the report of a realm shows, at one moment. */
export interface Report {
  /** Its name; `null`: the realm does not say one that can be read. */
  realm: string | null;
  /** ISO 8601. */
  at: string;
  /** The realm's main branch. */
  tip: string | null;
  graph: Graph;
  domains: DomainShown[];
  /** What each contract says, by `<domain>/<contract>`. */
  values: Record<string, JsonValue>;
  /** The newest first. */
  history: LoggedCommit[];
  /** There is more history than is shown. */
  more: boolean;
  changes: ReportedChange[];
}

/** A change set that is under way. */
export interface ReportedChange {
  branch: string;
  rfc: string | null;
  repos: {
    name: string;
    status: string;
    commits: number;
    pull: { number: number; url: string | null } | null;
  }[];
}

/** Gather it, from a member repository or from inside the realm. Reads only. */
export async function reportOf(context: Context, count: number): Promise<Report> {
  const [graph, log] = [await realmGraph(context, []), await logOf(context, { count })];
  return inRealm(context, async ({ snapshot }) => {
    const { model } = snapshot;
    const values = model.domainNames().flatMap((domain) =>
      model.contractNames(domain).flatMap((name): [string, JsonValue][] => {
        const value = model.contract(domain, name)?.value;
        return value === undefined ? [] : [[`${domain}/${name}`, value]];
      }),
    );
    return {
      realm: model.realm?.name ?? null,
      at: context.now().toISOString(),
      tip: snapshot.commit?.oid ?? null,
      graph,
      domains: model.domainNames().map((name) => domainShown(model, name, context.now())),
      values: Object.fromEntries(values),
      history: log.kind === 'realm' ? log.commits : [],
      more: log.more,
      changes: changeSets(model)
        .filter(({ file }) => (file.repos ?? []).some(({ status }) => status !== 'removed'))
        .map(({ file }) => ({
          branch: file.name,
          rfc: file.source_rfc ?? null,
          repos: (file.repos ?? []).map(({ name, status, commits }) => {
            const pull = file.prs?.find(({ repo }) => repo === name);
            return {
              name,
              status: status ?? 'active',
              commits: commits ?? 0,
              pull: pull === undefined ? null : { number: pull.number, url: pull.url ?? null },
            };
          }),
        })),
    };
  });
}
