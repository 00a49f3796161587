import { accepts } from '../../compat/imports.ts';
import { RealmError } from '../../errors.ts';
import { type OwnImport, ownImports } from '../../realm/exports.ts';
import type { RecordOp } from '../../realm/ops/import.ts';
import { mustMaintain } from '../../realm/ownership.ts';
import { pendingUntil } from '../../realm/releases.ts';
import { addRecord } from '../../store/record-notes.ts';
import { resolveContract } from '../contract/address.ts';
import { type Ended, endGracePeriods, graceNow, publication } from '../contract/grace.ts';
import { settleNotices } from '../contract/notify.ts';
import { importStateOf, resolved } from '../contract/resolve.ts';
import { type Context, opHead } from '../open/context.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';
import { recordHead } from '../share/record-head.ts';
import { type Shared, share } from '../share/share.ts';

export interface Acknowledged {
  domain: string;
  contract: string;
  version: string;
  /** It was acknowledged before. */
  already: boolean;
  /** The import is at that version now, said by hand: its range accepts it. */
  resolved: boolean;
  range: string;
  /** From when the version counts, ISO 8601; `null`: it counts now. */
  effectiveAt: string | null;
  /** Consumers that the grace period still waits for. */
  missing: string[];
}

export interface AckResult {
  repo: string;
  acknowledged: Acknowledged[];
  ended: Ended[];
  shared: Shared;
}

/**
 * This repo needs no more time for a version of what it imports: a record on the commit that published it. When every
 * consumer said so, or is at it, the grace period ends. Without names: everything that this repo imports and that is in its
 * grace period. Throws `no-such-import`, `nothing-to-acknowledge`, `not-maintainer`.
 */
export function acknowledge(context: Context, contracts: readonly string[]): Promise<AckResult> {
  return inWorkspace(context, async (workspace) => {
    await share(context, workspace);
    mustMaintain(workspace.snapshot.model, workspace.name, workspace.who().email);
    const wanted =
      contracts.length === 0 ? inGrace(context, workspace) : contracts.map(named(context, workspace));
    const acknowledged: Acknowledged[] = [];
    for (const own of wanted) acknowledged.push(await acknowledgeOne(context, workspace, own));
    const ended = await endGracePeriods(context, workspace);
    await settleNotices(
      context,
      workspace,
      acknowledged.filter((entry) => entry.resolved),
    );
    const shared = await share(context, workspace);
    for (const entry of acknowledged) {
      const grace = await graceNow(
        workspace.store,
        workspace.snapshot,
        entry.domain,
        entry.contract,
        context.now(),
      );
      entry.effectiveAt = grace?.effectiveAt ?? null;
      entry.missing = grace?.missing ?? [];
    }
    return { repo: workspace.name, acknowledged, ended, shared };
  });
}

const named =
  (context: Context, workspace: Workspace) =>
  (text: string): OwnImport => {
    const { model } = workspace.snapshot;
    const { domain, contract } = resolveContract(model, text, undefined, context.note);
    const own = ownImports(model, workspace.name).find(
      (imported) => imported.domain === domain && imported.contract === contract,
    );
    if (own !== undefined) return own;
    throw new RealmError('no-such-import', `'${workspace.name}' does not import '${domain}/${contract}'`, {
      hint: 'git realm status',
    });
  };

function inGrace(context: Context, { name, snapshot }: Workspace): OwnImport[] {
  const now = context.now().getTime();
  const found = ownImports(snapshot.model, name).filter(
    ({ published, entry }) =>
      published !== undefined &&
      pendingUntil(published, now) !== null &&
      entry.resolved_version !== published.version,
  );
  if (found.length > 0) return found;
  throw new RealmError('nothing-to-acknowledge', `no import of '${name}' is in a grace period`, {
    exitCode: 1,
    hint: 'git realm status',
  });
}

async function acknowledgeOne(context: Context, workspace: Workspace, own: OwnImport): Promise<Acknowledged> {
  const { domain, contract, entry } = own;
  const published = await publication(workspace.store, workspace.snapshot, domain, contract);
  const state = importStateOf(own, context.now());
  if (published === null || own.published === undefined || state.state === 'broken')
    throw tooLate(own, state.state === 'broken' ? state.reason : 'the contract was removed');
  const done: Acknowledged = {
    domain,
    contract,
    version: own.published.version,
    already: entry.resolved_version === own.published.version,
    resolved: false,
    range: entry.version,
    effectiveAt: null,
    missing: [],
  };
  if (done.already) return done;
  const grace = await graceNow(workspace.store, workspace.snapshot, domain, contract, context.now());
  done.already = grace?.acknowledged.includes(workspace.name) ?? false;
  if (!done.already) {
    const said = { repo: workspace.name, contract: `${domain}/${contract}`, version: done.version };
    const who = workspace.who();
    const record = { kind: 'acknowledgement', ...recordHead(context, who), ...said } as const;
    await addRecord(workspace.store, published.commit.oid, record, who);
  }
  if (!accepts(entry.version, done.version)) return done;
  const { tip } = workspace.heads;
  const op: RecordOp = {
    verb: 'record',
    ...opHead(context, workspace.who()),
    domain,
    contract,
    repo: workspace.name,
    status: 'current',
    version: done.version,
    payload: { ...resolved(own, { kind: 'by-hand' }, tip.kind === 'none' ? null : tip.oid, context.now()) },
  };
  await perform(context, workspace, op);
  return { ...done, resolved: true };
}

const tooLate = ({ domain, contract }: OwnImport, why: string): RealmError =>
  new RealmError('too-late', `'${domain}/${contract}' can no longer be acknowledged: ${why}`, {
    exitCode: 1,
    hint: `git realm import ${contract} --domain ${domain} --version <range>`,
  });
