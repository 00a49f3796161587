import { RealmError, usageError } from '../../errors.ts';
import { semverVersion } from '../../names.ts';
import { paths } from '../../realm/kinds.ts';
import { contractVersions, type PastVersion } from '../../store/history.ts';
import type { OpenedRealm } from '../open/in-realm.ts';
import type { Address } from './address.ts';

/** A contract's version as the realm's history has it. Throws `no-such-version` with those there are. */
export async function versionOf(opened: OpenedRealm, address: Address, wanted: string): Promise<PastVersion> {
  const version = semverVersion(wanted);
  const seen: string[] = [];
  for await (const past of pastVersions(opened, address)) {
    if (past.version === version) return past;
    seen.push(past.version);
  }
  throw new RealmError(
    'no-such-version',
    `no version ${version} of '${address.domain}/${address.contract}'`,
    {
      hint: `versions: ${seen.slice(0, 12).join(', ')}${seen.length > 12 ? ', …' : ''}`,
      data: { ...address, version, versions: seen.slice(0, 100) },
    },
  );
}

/** The versions of a contract, the newest first. */
export function pastVersions(
  opened: OpenedRealm,
  { domain, contract }: Address,
): AsyncGenerator<PastVersion> {
  const tip = opened.snapshot.commit?.oid ?? opened.store.branch;
  return contractVersions(opened.store, tip, paths.contract(domain, contract));
}

/** `<v1>..<v2>`, either side left out for the default; `<v1>` alone is `<v1>..`. Throws a usage error. */
export function versionRange(text: string | undefined): { from: string | undefined; to: string | undefined } {
  if (text === undefined) return { from: undefined, to: undefined };
  const [from = '', to = '', ...rest] = text.split('..');
  if (rest.length > 0 || text === '' || text === '..')
    throw usageError(`'${text}' is not a valid range of versions`, 'write it as 1.0.0..1.1.0');
  return {
    from: from === '' ? undefined : semverVersion(from),
    to: to === '' ? undefined : semverVersion(to),
  };
}
