import { RealmError } from '../../errors.ts';
import { domainName } from '../../names.ts';
import {
  importersOf,
  type RemoveContractOp,
  type RemoveImportOp,
  type RetireOp,
} from '../../realm/ops/retire.ts';
import { type Context, opHead } from '../open/context.ts';
import { inWorkspace } from '../open/workspace.ts';
import { resolveContract } from './address.ts';
import { type Notified, tellDependents } from './notify.ts';
import { type Changed, change } from './rename.ts';

/** A contract that goes, or will go, with the notified consumers. */
export interface Retired extends Changed {
  notified: Notified[];
}

export interface RetireOptions {
  /** `YYYY-MM-DD`; `null`: not after all. */
  sunset: string | null;
  reason?: string | undefined;
}

/** Announce the day on which a contract of this repo goes, or take that back, and notify its consumers. */
export const retireContract = (
  context: Context,
  contract: string,
  options: RetireOptions,
): Promise<Retired> =>
  inWorkspace(context, async (workspace) => {
    const { model } = workspace.snapshot;
    const address = resolveContract(model, contract, undefined, context.note);
    const { sunset, reason } = options;
    if (sunset !== null) mustBeToCome(sunset, context.now());
    const own = { ...address, repo: workspace.name };
    const op: RetireOp = {
      verb: 'contract-retire',
      ...opHead(context, workspace.who()),
      ...own,
      sunset,
      ...(reason === undefined ? {} : { reason }),
    };
    const done = await change(context, workspace, op, `${address.domain}/${address.contract}`);
    const notified =
      sunset === null || done.commit === null
        ? []
        : await tellDependents(context, workspace, importersOf(model, own), {
            kind: 'retired',
            sunset,
            reason,
          });
    return { ...done, notified };
  });

/** Remove a contract of this repo, with its export; consumers that still import it are notified. */
export const removeContract = (context: Context, contract: string, force: boolean): Promise<Retired> =>
  inWorkspace(context, async (workspace) => {
    const { model } = workspace.snapshot;
    const address = resolveContract(model, contract, undefined, context.note);
    const own = { ...address, repo: workspace.name };
    const op: RemoveContractOp = {
      verb: 'contract-remove',
      ...opHead(context, workspace.who()),
      ...own,
      force,
    };
    const importers = importersOf(model, own);
    const done = await change(context, workspace, op, `${address.domain}/${address.contract}`);
    const notified =
      done.commit === null
        ? []
        : await tellDependents(context, workspace, importers, { kind: 'gone', because: 'removed' });
    return { ...done, notified };
  });

/** This repo no longer relies on a contract, which may be gone already. */
export const removeImport = (
  context: Context,
  contract: string,
  domain: string | undefined,
): Promise<Changed> =>
  inWorkspace(context, (workspace) => {
    const { model } = workspace.snapshot;
    const own = model.domainNames().flatMap((name) =>
      (model.binding(name, workspace.name)?.file.imports ?? []).map((entry) => ({
        domain: name,
        contract: entry.contract,
      })),
    );
    const wanted = contract.includes('/') ? contract : domain === undefined ? null : `${domain}/${contract}`;
    const found = own.filter((imported) =>
      wanted === null ? imported.contract === contract : `${imported.domain}/${imported.contract}` === wanted,
    );
    const [address, second] = found;
    if (address === undefined)
      throw new RealmError('no-such-import', `'${workspace.name}' does not import '${wanted ?? contract}'`, {
        exitCode: 1,
        hint:
          own.length === 0
            ? 'for its imports: git realm status'
            : `it imports ${own.map((imported) => `${imported.domain}/${imported.contract}`).join(', ')}`,
      });
    if (second !== undefined)
      throw new RealmError('ambiguous-contract', `'${contract}' is imported from several domains`, {
        hint: found
          .map((imported) => `git realm import --remove --contract ${imported.domain}/${imported.contract}`)
          .join('\n'),
      });
    const op: RemoveImportOp = {
      verb: 'import-remove',
      ...opHead(context, workspace.who()),
      ...address,
      repo: workspace.name,
    };
    return change(context, workspace, op, `${address.domain}/${address.contract}`);
  });

/** Remove a domain with everything in it. */
export const dropDomain = (context: Context, domain: string): Promise<Changed> =>
  inWorkspace(context, (workspace) => {
    const head = opHead(context, workspace.who());
    const op = { verb: 'domain-drop', ...head, domain: domainName(domain), repo: workspace.name };
    return change(context, workspace, op, domain);
  });

function mustBeToCome(sunset: string, now: Date): void {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(sunset) ? Date.parse(`${sunset}T00:00:00Z`) : Number.NaN;
  const isDay = !Number.isNaN(at) && new Date(at).toISOString().startsWith(sunset);
  if (isDay && at > now.getTime()) return;
  const why = isDay ? 'is not in the future' : 'is not a date such as 2027-01-31';
  throw new RealmError('bad-date', `'${sunset}' ${why}`, { exitCode: 129, hint: '--sunset <YYYY-MM-DD>' });
}
