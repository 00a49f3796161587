import { contentProblem } from './content.ts';
import { contentPath, domainPath, paths } from './kinds.ts';
import type { RealmFiles } from './model.ts';
import type { Problem } from './parse.ts';
import type { ContractFile } from './types.ts';

/** The same files, but for contracts whose content is not what they list: those cannot be read. */
export const withContent = (raw: RealmFiles, oid: (path: string) => string | undefined): RealmFiles => ({
  ...raw,
  file: (kind, path) => {
    const file = raw.file(kind, path);
    if (kind !== 'contract' || file === undefined || !('content' in file)) return file;
    const place = domainPath(path);
    const folder = paths.content(place?.domain ?? '', place?.stem ?? '');
    return contentProblem(file as ContractFile, folder, oid) === undefined ? file : undefined;
  },
});

/** What lies beside contracts, by folder. */
export function contentFolders(all: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const path of all) {
    const place = path.includes('.d/') ? contentPath(path) : undefined;
    if (place === undefined) continue;
    const folder = paths.content(place.domain, place.contract);
    const files = found.get(folder) ?? [];
    files.push(path);
    found.set(folder, files);
  }
  return found;
}

/** What lies beside a contract and is not listed in it. */
export function strayContent(
  beside: readonly string[],
  file: ContractFile | undefined,
  folder: string,
): string | undefined {
  const listed = new Set(file?.content?.map(({ path }) => folder + path));
  const stray = beside.find((path) => !listed.has(path));
  return stray === undefined ? undefined : `'${stray}' is in its folder but not in its content`;
}

/** Each contract whose content is not what it lists, and each file that none lists. */
export function contentProblems(
  { domains }: Listing,
  beside: ReadonlyMap<string, string[]>,
  raw: RealmFiles,
  oid: (path: string) => string | undefined,
): Problem[] {
  const problems: Problem[] = [];
  const listed = new Set<string>();
  for (const [domain, { contracts }] of domains)
    for (const name of contracts) {
      const path = paths.contract(domain, name);
      // Ten thousand contracts are asked at every status.
      if (raw.mayHold?.(path, 'content') === false) continue;
      const file = raw.file('contract', path);
      if (file?.content === undefined) continue;
      const folder = paths.content(domain, name);
      for (const entry of file.content) listed.add(folder + entry.path);
      const message = contentProblem(file, folder, oid);
      if (message !== undefined) problems.push({ path, line: 1, message, pointer: '/content' });
    }
  for (const path of [...beside.values()].flat())
    if (!listed.has(path)) problems.push({ path, line: 1, message: NOT_LISTED, pointer: '' });
  return problems;
}

const NOT_LISTED = 'no contract lists this file, so it is ignored';

/** The paths of a realm's tree, by what they are. */
export interface Listing {
  all: string[];
  domains: Map<string, { contracts: string[]; bindings: string[] }>;
  repos: string[];
  strays: Problem[];
}

const DOMAINS = 'domains/';

const CONTRACTS = '/contracts/';

const BINDINGS = '/bindings/';

const DOMAIN = '/domain.yaml';

/** Without regular expressions: ten thousand paths are met at every start. */
export function listing(paths: Iterable<string>): Listing {
  const found: Listing = { all: [...paths], domains: new Map(), repos: [], strays: [] };
  const folders = new Map<string, { contracts: string[]; bindings: string[] }>();
  const named = new Set<string>();
  for (const path of found.all) {
    const isYaml = path.endsWith('.yaml');
    if (isYaml && path.startsWith('repos/')) found.repos.push(path.slice('repos/'.length, -'.yaml'.length));
    const end = path.startsWith(DOMAINS) ? path.indexOf('/', DOMAINS.length) : -1;
    if (end <= DOMAINS.length) continue;
    const name = path.slice(DOMAINS.length, end);
    const folder = folders.get(name) ?? { contracts: [], bindings: [] };
    folders.set(name, folder);
    if (!isYaml) continue;
    if (path.startsWith(CONTRACTS, end)) {
      // What lies deeper is the content of a contract.
      if (!path.includes('/', end + CONTRACTS.length))
        folder.contracts.push(path.slice(end + CONTRACTS.length, -'.yaml'.length));
    } else if (path.startsWith(BINDINGS, end)) folder.bindings.push(path);
    else if (path.endsWith(DOMAIN) && path.length === end + DOMAIN.length) named.add(name);
  }
  for (const [name, folder] of folders) {
    const why = named.has(name) ? 'is not a valid domain name' : 'has no domain.yaml';
    if (named.has(name) && isName(name)) found.domains.set(name, folder);
    else found.strays.push(stray(name, why));
  }
  return found;
}

const stray = (name: string, why: string): Problem => ({
  path: `${DOMAINS}${name}`,
  line: 1,
  message: `this folder ${why}: everything in it is ignored`,
  pointer: '',
});

/** The rule of `lib/names.ts`, short: ten thousand contracts ask. */
export const isName = (name: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && !name.includes('..');
