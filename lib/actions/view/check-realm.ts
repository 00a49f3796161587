import { changeWords, levelOf, worstFirst } from '../../compat/differences/order.ts';
import type { RuleLevels } from '../../compat/differences/policy.ts';
import { shown } from '../../compat/shown.ts';
import type { Change } from '../../compat/types.ts';
import { RealmError, usageError } from '../../errors.ts';
import type { Finding } from '../../findings/types.ts';
import { isObject } from '../../json.ts';
import { sameContent } from '../../realm/content.ts';
import { consumersOf } from '../../realm/exports.ts';
import type { RealmModel } from '../../realm/model.ts';
import { nextVersion, saysMore } from '../../realm/next-version.ts';
import type { ContractFile } from '../../realm/types.ts';
import { readSnapshot, type Snapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import { diffContract } from '../contract/diff.ts';
import type { Context } from '../open/context.ts';

export interface Range {
  from?: string | undefined;
  to?: string | undefined;
}

/** The realm's files are valid, and over a range of its commits the versions moved as the verdicts demand. */
export async function contractFindings(
  store: Store,
  current: Snapshot,
  range: Range,
): Promise<{ findings: Finding[]; contracts: number }> {
  const to = range.to === undefined ? current : await snapshotAt(store, range.to);
  const findings: Finding[] = to.model.problems().map(({ path, line, message, pointer }) => ({
    id: `${path}:invalid`,
    level: 'error',
    message,
    path,
    line,
    data: { pointer },
  }));
  const all = addresses(to.model);
  if (range.from === undefined) return { findings, contracts: all.length };
  const from = await snapshotAt(store, range.from);
  for (const { domain, contract } of addresses(from.model)) {
    const old = from.model.contract(domain, contract);
    const path = `domains/${domain}/contracts/${contract}.yaml`;
    if (old === undefined) continue;
    const now = to.model.contract(domain, contract);
    if (now === undefined) findings.push(...goneFindings(to.model, domain, contract, path));
    else if (
      old.version !== now.version ||
      !sameContent(old.content, now.content) ||
      old.content === undefined
    )
      findings.push(
        ...(await versionFindings(from.model, { domain, path }, { written: old, file: now }, to.loaded)),
      );
  }
  return { findings, contracts: all.length };
}

const addresses = (model: RealmModel) =>
  model
    .domainNames()
    .flatMap((domain) => model.contractNames(domain).map((contract) => ({ domain, contract })));

async function snapshotAt(store: Store, revision: string): Promise<Snapshot> {
  const snapshot = await readSnapshot(store, revision);
  if (snapshot.commit !== null) return snapshot;
  throw new RealmError('no-such-revision', `the realm has no revision '${revision}'`, {
    hint: 'git realm log',
  });
}

function goneFindings(model: RealmModel, domain: string, contract: string, path: string): Finding[] {
  if (model.has(path)) return [];
  const users = consumersOf(model, domain, contract).map(({ repo }) => repo);
  if (users.length === 0) return [];
  const message = `${domain}/${contract} was removed, but ${users.join(', ')} still import it`;
  return [{ id: `${domain}/${contract}:gone`, level: 'error', message, path }];
}

async function versionFindings(
  before: RealmModel,
  { domain, path }: { domain: string; path: string },
  { written, file }: { written: ContractFile; file: ContractFile },
  loaded: Snapshot['loaded'],
): Promise<Finding[]> {
  const name = `${domain}/${written.name}`;
  try {
    const [old, now] = await Promise.all([loaded(written), loaded(file)]);
    return await judgedFindings(name, path, old, now, before.governance(domain).rules);
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    return [{ id: `${name}:version`, level: 'error', message: `${name}: ${error.message}`, ...hint, path }];
  }
}

async function judgedFindings(
  name: string,
  path: string,
  old: ContractFile,
  now: ContractFile,
  rules: RuleLevels,
): Promise<Finding[]> {
  const schema = isObject(now.schema) ? now.schema : {};
  const side = { value: now.value ?? null, schema, rules };
  const next = await nextVersion(old, side);
  if (next.verdict.verdict === 'equal' && now.version === old.version) return [];
  if (now.version !== old.version) {
    await nextVersion(old, { ...side, version: now.version, described: saysMore(old, now) });
    return [];
  }
  const message = `${name} changed (${next.verdict.verdict}) but its version is still ${old.version}: it must be ${next.version}`;
  return [{ id: `${name}:version`, level: 'error', message, path, data: { verdict: next.verdict } }];
}

/** The verdict between two versions of one contract. */
export async function compatibilityFindings(
  context: Context,
  { contract, from, to }: Range & { contract?: string | undefined },
): Promise<Finding[]> {
  if (contract === undefined || from === undefined) {
    throw usageError(
      '--mode compatibility needs a contract and --from <version>',
      'git realm check --mode compatibility --contract <name> --from 1.0.0 --to 1.1.0',
    );
  }
  const diff = await diffContract(context, { contract, range: `${from}..${to ?? ''}` });
  const { verdict } = diff;
  if (verdict.verdict !== 'breaking' && verdict.verdict !== 'unknown') return [];
  const name = `${diff.domain}/${diff.contract}`;
  const path = `domains/${diff.domain}/contracts/${diff.contract}.yaml`;
  const step = `${name} ${diff.from.version} → ${diff.to.version}`;
  const each = changeFindings(name, diff.changes, { path }, `${step}: `);
  if (each.length > 0) return each;
  return [
    {
      id: `${name}:${verdict.verdict}`,
      level: 'error',
      message: `${step} is ${verdict.verdict}: ${verdict.reason}`,
      path,
      data: { verdict },
    },
  ];
}

/** What breaks, or may: a finding for each change, whose code is the change's rule. */
export function changeFindings(
  name: string,
  changes: readonly Change[],
  at: Pick<Finding, 'path' | 'line' | 'partOf'>,
  before = '',
): Finding[] {
  return worstFirst(changes).flatMap((change): Finding[] => {
    const level = levelOf(change);
    if (change.rule === undefined || (level !== 'breaking' && level !== 'unknown')) return [];
    const witness = change.witness === undefined ? '' : ` (for example ${shown(change.witness)})`;
    return [
      {
        id: `${name}:${change.rule}`,
        level: 'error',
        message: `${before}${changeWords(change)}${witness}`,
        ...at,
        data: { change },
      },
    ];
  });
}
