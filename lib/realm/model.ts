import type { RuleLevels } from '../compat/differences/policy.ts';
import { contentProblem } from './content.ts';
import { contentPath, domainPath, paths } from './kinds.ts';
import type { Problem } from './parse.ts';
import type {
  BindingFile,
  ContractFile,
  DomainFile,
  FileTypes,
  Governance,
  RealmFile,
  RepoFile,
} from './types.ts';

/** The parsed files of one tree of a realm; the store's index and a test's map of texts both give one. */
export interface RealmFiles {
  paths(): Iterable<string>;
  has(path: string): boolean;
  /** The name of the file's bytes, where there is a repository. Absent: no contract can have content. */
  oid?(path: string): string | undefined;
  /** The file's content; `undefined` where there is none or it is not valid. */
  file<K extends keyof FileTypes>(kind: K, path: string): FileTypes[K] | undefined;
  problems(): Problem[];
  /** False: the file surely does not hold this text as a value. Spares parsing where many files are looked through. */
  mayHold?(path: string, text: string): boolean;
}

/** A realm as its rules see it: names to files, read on demand. */
export interface RealmModel {
  realm: RealmFile | undefined;
  repoNames(): string[];
  repo(name: string): RepoFile | undefined;
  domainNames(): string[];
  domain(name: string): DomainFile | undefined;
  /** The realm's rules with the domain's own over them, defaults filled in. */
  governance(domain?: string): Rules;
  contractNames(domain: string): string[];
  contract(domain: string, name: string): ContractFile | undefined;
  bindings(domain: string): Binding[];
  /** The binding of a repo, whatever its file is called. */
  binding(domain: string, repo: string): Binding | undefined;
  /** What a repo is called now: the name itself, unless it is an earlier one (`formerly`). */
  repoNow(name: string): string;
  /** What a contract is called now. */
  contractNow(domain: string, name: string): string;
  has(path: string): boolean;
  /** The name of the file's bytes; `undefined` where there is no such file. */
  oid(path: string): string | undefined;
  /** Why a contract and the files beside it do not agree; `undefined`: they do. */
  contentProblem(domain: string, contract: string): string | undefined;
  /** Paths below a folder given with its `/`. */
  under(folder: string): string[];
  file<K extends keyof FileTypes>(kind: K, path: string): FileTypes[K] | undefined;
  /** What is not valid, and `strays`. */
  problems(): Problem[];
  /** Folders in `domains/` that are not domains: they have no domain.yaml, or no name that a domain can have. */
  strays(): readonly Problem[];
}

/** Contracts go by what they are called now, whatever the file says; each entry is where the file has it. */
export interface Binding {
  path: string;
  file: BindingFile;
}

/** Governance with every default filled in. */
export interface Rules {
  admission: 'open' | 'approval' | 'invite-only';
  approvers: string[];
  requireApproval: boolean;
  graceDays: number;
  /** Levels of rules that are not the program's own. */
  rules: RuleLevels;
}

/** The model of one tree. The first listing walks all paths; a file is looked at when asked for, without a listing. */
export function realmModel(raw: RealmFiles): RealmModel {
  const oid = (path: string) => raw.oid?.(path);
  const files = withContent(raw, oid);
  let known: Listing | undefined;
  let beside: Map<string, string[]> | undefined;
  const contents = () => {
    beside ??= contentFolders(list().all);
    return beside;
  };
  const list = () => {
    known ??= listing(files.paths());
    return known;
  };
  const { repoNow, contractNow } = namesOfNow(files, list);
  const realm = files.file('realm', paths.realm);
  const isDomain = (name: string) => files.has(paths.domain(name)) && isName(name);

  return {
    realm,
    repoNames: () => [...list().repos].sort(),
    repo: (name) => files.file('repo', paths.repo(name)),
    domainNames: () => [...list().domains.keys()].sort(),
    domain: (name) => files.file('domain', paths.domain(name)),
    governance: (domain) =>
      rules(
        realm?.governance,
        domain === undefined ? undefined : files.file('governance', paths.governance(domain)),
      ),
    contractNames: (domain) => [...(list().domains.get(domain)?.contracts ?? [])].sort(),
    contract: (domain, name) =>
      isDomain(domain) ? files.file('contract', paths.contract(domain, name)) : undefined,
    ...bindingsIn(files, list, contractNow),
    repoNow: (name) => repoNow('', name),
    contractNow,
    has: (path) => files.has(path),
    oid,
    contentProblem: (domain, name) => {
      const path = paths.contract(domain, name);
      const folder = paths.content(domain, name);
      const file = raw.file('contract', path);
      return (
        (file && contentProblem(file, folder, oid)) ??
        strayContent(contents().get(folder) ?? [], file, folder)
      );
    },
    under: (folder) =>
      list()
        .all.filter((path) => path.startsWith(folder))
        .sort(),
    file: files.file,
    problems: () => [...files.problems(), ...list().strays, ...contentProblems(list(), contents(), raw, oid)],
    strays: () => list().strays,
  };
}

type NameNow = ReturnType<typeof renaming>;

/** What repos and contracts are called now, by earlier names. */
const namesOfNow = (files: RealmFiles, list: () => Listing): { repoNow: NameNow; contractNow: NameNow } => ({
  repoNow: renaming(
    (_folder, name) => files.has(paths.repo(name)),
    () =>
      [...list().repos].map((name) => ({ name, formerly: files.file('repo', paths.repo(name))?.formerly })),
  ),
  contractNow: renaming(
    (domain, name) => files.has(paths.contract(domain, name)),
    (domain) =>
      (list().domains.get(domain)?.contracts ?? []).map((name) => ({
        name,
        formerly: files.file('contract', paths.contract(domain, name))?.formerly,
      })),
  ),
});

/** The bindings of each domain, with the names of now. */
function bindingsIn(
  files: RealmFiles,
  list: () => Listing,
  contractNow: NameNow,
): Pick<RealmModel, 'bindings' | 'binding'> {
  // A tree does not change, and a binding may hold hundreds of names: they are compared once.
  const bindingAt = remembering((path: string): BindingFile | undefined => {
    const file = files.file('binding', path);
    const domain = path.split('/')[1] ?? '';
    return file && withNamesOfNow(file, (name) => contractNow(domain, name));
  });
  return {
    bindings: remembering((domain: string): Binding[] =>
      (list().domains.get(domain)?.bindings ?? []).flatMap((path) => {
        const file = bindingAt(path);
        return file === undefined ? [] : [{ path, file }];
      }),
    ),
    binding: (domain, repo) => {
      if (!(files.has(paths.domain(domain)) && isName(domain))) return undefined;
      const path = paths.binding(domain, repo);
      const file = bindingAt(path);
      if (file?.repo === repo) return { path, file };
      for (const other of list().domains.get(domain)?.bindings ?? []) {
        const found = files.mayHold?.(other, repo) === false ? undefined : bindingAt(other);
        if (found?.repo === repo) return { path: other, file: found };
      }
      return undefined;
    },
  };
}

/** The same files, but for contracts whose content is not what they list: those cannot be read. */
const withContent = (raw: RealmFiles, oid: (path: string) => string | undefined): RealmFiles => ({
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
function contentFolders(all: readonly string[]): Map<string, string[]> {
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
function strayContent(
  beside: readonly string[],
  file: ContractFile | undefined,
  folder: string,
): string | undefined {
  const listed = new Set(file?.content?.map(({ path }) => folder + path));
  const stray = beside.find((path) => !listed.has(path));
  return stray === undefined ? undefined : `'${stray}' is in its folder but not in its content`;
}

/** Each contract whose content is not what it lists, and each file that none lists. */
function contentProblems(
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

function remembering<T>(answer: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as T;
    const fresh = answer(key);
    known.set(key, fresh);
    return fresh;
  };
}

/** From names to those of now; earlier ones are gathered when a name is met that nobody has. */
function renaming(
  exists: (folder: string, name: string) => boolean,
  all: (folder: string) => readonly { name: string; formerly?: string[] | undefined }[],
): (folder: string, name: string) => string {
  const known = new Map<string, Map<string, string>>();
  return (folder, name) => {
    if (exists(folder, name)) return name;
    let earlier = known.get(folder);
    if (earlier === undefined) {
      const pairs = all(folder).flatMap((named) =>
        (named.formerly ?? []).map((old) => [old, named.name] as const),
      );
      earlier = new Map(pairs);
      known.set(folder, earlier);
    }
    return earlier.get(name) ?? name;
  };
}

/** The same file where every name in it is one of now. */
function withNamesOfNow(file: BindingFile, now: (contract: string) => string): BindingFile {
  const isOld = ({ contract }: { contract: string }) => now(contract) !== contract;
  if (!file.exports?.some(isOld) && !file.imports?.some(isOld)) return file;
  const renamed = <E extends { contract: string }>(entries: E[] | undefined) =>
    entries?.map((entry) => ({ ...entry, contract: now(entry.contract) }));
  const exports = renamed(file.exports);
  const imports = renamed(file.imports);
  return {
    ...file,
    ...(exports === undefined ? {} : { exports }),
    ...(imports === undefined ? {} : { imports }),
  };
}

interface Listing {
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
function listing(paths: Iterable<string>): Listing {
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
const isName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && !name.includes('..');

function rules(...layers: (Governance | undefined)[]): Rules {
  const filled: Rules = {
    admission: 'approval',
    approvers: [],
    requireApproval: true,
    graceDays: 14,
    rules: {},
  };
  for (const layer of layers) {
    if (layer?.admission !== undefined) filled.admission = layer.admission;
    if (layer?.approvers !== undefined) filled.approvers = layer.approvers;
    filled.rules = { ...filled.rules, ...layer?.rules };
    const breaking = layer?.breaking_changes;
    if (breaking?.require_approval !== undefined) filled.requireApproval = breaking.require_approval;
    if (breaking?.grace_period_days !== undefined) filled.graceDays = breaking.grace_period_days;
  }
  return filled;
}
