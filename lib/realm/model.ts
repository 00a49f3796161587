import type { RuleLevels } from '../compat/differences/policy.ts';
import { contentProblem } from './content.ts';
import { paths } from './kinds.ts';
import {
  contentFolders,
  contentProblems,
  isName,
  type Listing,
  listing,
  strayContent,
  withContent,
} from './model-listing.ts';
import { bindingsIn, namesOfNow } from './model-names.ts';
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
