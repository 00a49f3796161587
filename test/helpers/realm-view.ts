import type { RealmView } from '../../lib/realm/dependencies.ts';
import { domainPath, kindOf } from '../../lib/realm/kinds.ts';
import { parseFile } from '../../lib/realm/parse.ts';
import type { BindingFile, ContractFile, DomainFile, RepoFile } from '../../lib/realm/types.ts';

/** A realm in memory, from the texts of its files by path. Throws for a file that cannot be read. */
export function realmView(files: Record<string, string>): RealmView {
  const repos = new Map<string, RepoFile>();
  const domains = new Map<string, DomainFile>();
  const contracts = new Map<string, Map<string, ContractFile>>();
  const bindings = new Map<string, { file: BindingFile }[]>();
  for (const [path, text] of Object.entries(files)) {
    const kind = kindOf(path);
    const place = domainPath(path);
    if (kind === 'repo') repos.set(path.slice(6, -5), read(kind, path, text));
    else if (kind === 'domain') domains.set(path.split('/')[1] ?? '', read(kind, path, text));
    else if (kind === 'contract' && place) {
      const own = contracts.get(place.domain) ?? new Map<string, ContractFile>();
      contracts.set(place.domain, own.set(place.stem, read(kind, path, text)));
    } else if (kind === 'binding' && place)
      bindings.set(place.domain, [...(bindings.get(place.domain) ?? []), { file: read(kind, path, text) }]);
  }
  return {
    repo: (name) => repos.get(name),
    repoNames: () => [...repos.keys()].sort(),
    domain: (name) => domains.get(name),
    domainNames: () => [...domains.keys()].sort(),
    contract: (domain, name) => contracts.get(domain)?.get(name),
    contractNames: (domain) => [...(contracts.get(domain)?.keys() ?? [])].sort(),
    bindings: (domain) => bindings.get(domain) ?? [],
  };
}

function read<K extends Parameters<typeof parseFile>[0]>(kind: K, path: string, text: string) {
  const parsed = parseFile(kind, path, text);
  if (!parsed.ok) throw new Error(`${path}: ${parsed.problems[0]?.message}`);
  return parsed.value;
}
