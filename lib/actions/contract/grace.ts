import { acknowledgedBy } from '../../governance/records.ts';
import { ownExports, ownImports } from '../../realm/exports.ts';
import { type Grace, graceOf, isOver } from '../../realm/grace.ts';
import { paths } from '../../realm/kinds.ts';
import type { EffectOp } from '../../realm/ops/effect.ts';
import { maintains, ownerOf } from '../../realm/ownership.ts';
import { namesOf } from '../../realm/releases.ts';
import { contractVersions, type PastVersion } from '../../store/history.ts';
import { recordsOf } from '../../store/record-notes.ts';
import type { Snapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import { type Context, opHead } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';

/** The commit that published the version a contract is at, and what was said about it there. */
export async function publication(
  store: Store,
  { commit }: Snapshot,
  domain: string,
  contract: string,
): Promise<PastVersion | null> {
  const tip = commit?.oid ?? store.branch;
  for await (const version of contractVersions(store, tip, paths.contract(domain, contract))) return version;
  return null;
}

/** A grace period that runs, and who acknowledged its version. */
export interface GraceNow extends Grace {
  acknowledged: string[];
  /** Why nothing that was said about the version is read, and so does not count; `null`: it is. */
  problem: string | null;
}

/** How the grace period of a contract stands; `null` where none runs: that costs no process. */
export async function graceNow(
  store: Store,
  snapshot: Snapshot,
  domain: string,
  contract: string,
  now: Date,
): Promise<GraceNow | null> {
  const { model } = snapshot;
  if (graceOf(model, domain, contract, new Set(), now.getTime()) === null) return null;
  const published = await publication(store, snapshot, domain, contract);
  if (published === null) return null;
  const { oid } = published.commit;
  const { records, problem } = await recordsOf(store, model, oid);
  const names = namesOf(domain, contract, published.file);
  const acknowledged = acknowledgedBy(records, model, names, published.version);
  const grace = graceOf(model, domain, contract, acknowledged, now.getTime());
  return grace === null ? null : { ...grace, acknowledged: [...acknowledged], problem };
}

/** A breaking version that is in effect from now on, since every consumer is ready. */
export interface Ended {
  domain: string;
  contract: string;
  version: string;
  ready: string[];
  commit: string | null;
}

/**
 * End the grace periods that nobody needs any more, of what this repo exports or imports: each consumer acknowledged the
 * version or is at it. Only who maintains one of them, or the owner, says so.
 */
export async function endGracePeriods(context: Context, workspace: Workspace): Promise<Ended[]> {
  const { model } = workspace.snapshot;
  const { email } = workspace.who();
  if (!maintains(model, workspace.name, email)) return [];
  const involved = [
    ...ownExports(model, workspace.name),
    ...ownImports(model, workspace.name).filter(({ published }) => published !== undefined),
  ];
  const done: Ended[] = [];
  for (const { domain, contract } of involved) {
    const grace = await graceNow(workspace.store, workspace.snapshot, domain, contract, context.now());
    if (grace === null || !isOver(grace)) continue;
    if (ownerOf(model, domain, contract) !== workspace.name && !grace.ready.includes(workspace.name))
      continue;
    const op: EffectOp = {
      verb: 'effect',
      ...opHead(context, workspace.who()),
      domain,
      contract,
      version: grace.version,
      acknowledged: grace.acknowledged,
    };
    const { commit } = await perform(context, workspace, op);
    done.push({ domain, contract, version: grace.version, ready: grace.ready, commit });
  }
  return done;
}
