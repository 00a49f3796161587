import { RealmError } from '../../errors.ts';
import type { RealmModel } from '../../realm/model.ts';

export interface Address {
  domain: string;
  contract: string;
}

/**
 * The contract that `[<domain>/]<contract>` names. An ambiguous name is refused with the candidates, an unknown one with
 * those there are. An earlier name leads to the contract too, with a word.
 */
export function resolveContract(
  model: RealmModel,
  text: string,
  inDomain?: string,
  note?: (line: string) => void,
): Address {
  const slash = text.lastIndexOf('/');
  const contract = text.slice(slash + 1);
  const domain = slash >= 0 ? text.slice(0, slash) : inDomain;
  const all = model
    .domainNames()
    .flatMap((name) =>
      model.contractNames(name).map((contractName): Address => ({ domain: name, contract: contractName })),
    );
  const found = all.filter(
    (address) => address.contract === contract && (domain === undefined || address.domain === domain),
  );
  if (found.length === 1 && found[0] !== undefined) return found[0];
  if (found.length === 0) {
    const renamed = model
      .domainNames()
      .filter((name) => domain === undefined || name === domain)
      .map((name): Address => ({ domain: name, contract: model.contractNow(name, contract) }))
      .filter((address) => address.contract !== contract);
    if (renamed.length === 1 && renamed[0] !== undefined) {
      note?.(`'${text}' was renamed to '${renamed[0].domain}/${renamed[0].contract}'`);
      return renamed[0];
    }
  }
  const shown = (list: Address[]) =>
    list
      .map((address) => `${address.domain}/${address.contract}`)
      .slice(0, 8)
      .join(', ');
  if (found.length > 1) {
    throw new RealmError('ambiguous-contract', `'${text}' exists in several domains: ${shown(found)}`, {
      hint: `include the domain: ${shown(found.slice(0, 1))}`,
      data: { candidates: found },
    });
  }
  throw new RealmError(
    'no-such-contract',
    `no contract '${text}'${inDomain ? ` in domain '${inDomain}'` : ''}`,
    {
      hint: all.length === 0 ? 'git realm export --name <contract> …' : `contracts: ${shown(all)}`,
    },
  );
}
