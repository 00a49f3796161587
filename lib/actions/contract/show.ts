import { RealmError } from '../../errors.ts';
import { paths } from '../../realm/kinds.ts';
import type { ContractFile } from '../../realm/types.ts';
import { contractHistory, type RealmCommit } from '../../store/history.ts';
import type { Context } from '../open/context.ts';
import { inRealm, type OpenedRealm } from '../open/in-realm.ts';
import { type Address, resolveContract } from './address.ts';
import { type ContractShown, contractShown, type DomainShown, domainShown } from './domains.ts';
import { versionOf } from './versions.ts';

export type Shown =
  | { kind: 'domain'; domain: DomainShown }
  | {
      kind: 'contract';
      domain: string;
      contract: string;
      version: string;
      /** The version that is published now. */
      latest: string;
      owner: string | null;
      /** The contract's file as it is parsed, and as it is written. */
      file: ContractFile;
      text: string;
      /** The realm commit it was read from: where this version was published, or last changed. */
      commit: Pick<RealmCommit, 'oid' | 'date'>;
      /** Who imports the contract now, and how these imports stand. */
      consumers: ContractShown['consumers'];
    };

/** What `[<domain>/]<contract>[@<version>]`, or the name of a domain, means; an ambiguous one is refused with the candidates. */
export const show = (context: Context, subject: string): Promise<Shown> =>
  inRealm(context, async (opened): Promise<Shown> => {
    const at = subject.lastIndexOf('@');
    const name = at < 0 ? subject : subject.slice(0, at);
    const version = at < 0 ? undefined : subject.slice(at + 1);
    const { model } = opened.snapshot;
    if (version === undefined && isDomain(opened, name))
      return { kind: 'domain', domain: domainShown(model, name, context.now()) };
    const address = resolveContract(model, name, undefined, context.note);
    const { consumers, owner } = contractShown(model, address.domain, address.contract, context.now());
    const found =
      version === undefined ? await published(opened, address) : await versionOf(opened, address, version);
    const latest = model.contract(address.domain, address.contract)?.version ?? found.file.version;
    return {
      kind: 'contract',
      ...address,
      version: found.file.version,
      latest,
      owner: found.file.owner ?? owner,
      file: found.file,
      text: found.text,
      commit: { oid: found.commit.oid, date: found.commit.date },
      consumers,
    };
  });

/** Is this the name of a domain, and of no contract beside it? */
function isDomain({ snapshot: { model } }: OpenedRealm, name: string): boolean {
  if (!model.domainNames().includes(name)) return false;
  const twins = model.domainNames().filter((domain) => model.contractNames(domain).includes(name));
  if (twins.length === 0) return true;
  const candidates = twins.map((domain) => `${domain}/${name}`);
  throw new RealmError(
    'ambiguous-name',
    `'${name}' is ambiguous, both a domain and a contract: ${candidates.join(', ')}`,
    {
      hint: `git realm show ${candidates[0]}, or git realm domain show ${name}`,
      data: { domain: name, contracts: candidates },
    },
  );
}

/** The contract as it stands now. Throws `realm-file-invalid` with the line where its file cannot be read. */
async function published(opened: OpenedRealm, { domain, contract }: Address) {
  const path = paths.contract(domain, contract);
  const tip = opened.snapshot.commit?.oid ?? opened.store.branch;
  for await (const { parsed, text, commit } of contractHistory(opened.store, tip, path, 1)) {
    if (parsed.ok) return { file: parsed.value, text, commit };
    const [first] = parsed.problems;
    throw new RealmError(
      'realm-file-invalid',
      `${path}:${first?.line ?? 1}: ${first?.message ?? 'does not parse'}`,
      {
        hint: `its last readable state: git realm log ${domain}/${contract}`,
        data: { problems: parsed.problems },
      },
    );
  }
  throw new RealmError('no-such-contract', `'${path}' is not in any commit of this realm`);
}
