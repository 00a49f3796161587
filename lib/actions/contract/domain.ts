import { forCount } from '../../count.ts';
import { RealmError, usageError } from '../../errors.ts';
import { type JsonObject, sameJson } from '../../json.ts';
import { kindOfReader } from '../../kinds/index.ts';
import { contractName, domainName, newDomainName, refuseCaseTwin, repoName } from '../../names.ts';
import { contentIn } from '../../realm/content.ts';
import type { DomainCreateOp, DomainMembersOp, NewContract } from '../../realm/ops/domain.ts';
import { theDomain } from '../../realm/ops/domain.ts';
import { hasJoined } from '../../realm/ownership.ts';
import type { Role } from '../../realm/types.ts';
import { type Context, opHead } from '../open/context.ts';
import { refreshWatchList } from '../open/hooks.ts';
import { writeMembership } from '../open/membership.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { perform } from '../share/perform.ts';
import { type Shared, share } from '../share/share.ts';
import { contentOf } from './content.ts';
import type { DetectedExport } from './detect.ts';
import { detectIn } from './detect.ts';
import { readPublished } from './read-export.ts';

export interface DomainCreateOptions {
  name: string;
  repos: string[];
  provider?: string | undefined;
  contract?: string | undefined;
  description?: string | undefined;
}

export interface DomainCreated {
  domain: string;
  provider: string;
  members: { repo: string; role: Role; joined: boolean }[];
  contracts: { name: string; version: string; value: unknown; sources: string[] }[];
  /** What was detected here and is not published: each takes its own `git realm export`. */
  detected: DetectedExport[];
  commit: string | null;
  shared: Shared;
  configChanged: boolean;
}

/** Create a domain of these repos; the detected export that `contract` names, or the only one, is its first contract. */
export function createDomain(context: Context, options: DomainCreateOptions): Promise<DomainCreated> {
  return inWorkspace(context, async (workspace) => {
    const domain = newDomainName(options.name);
    const model = workspace.snapshot.model;
    refuseCaseTwin('domain', domain, model.domainNames());
    const members = memberNames(options.repos, workspace.name);
    const provider = repoName(options.provider ?? workspace.name);
    if (!members.includes(provider)) throw usageError(`the provider '${provider}' is not among --repos`);
    const detected =
      provider === workspace.name ? await detectedExports(context, workspace, options.contract) : [];
    const chosen = chosenFrom(detected, options.contract, domain);
    const contracts = await Promise.all(chosen.map((found) => firstVersion(workspace, domain, found)));
    const op: DomainCreateOp = {
      verb: 'domain-create',
      ...opHead(context, workspace.who()),
      domain,
      members,
      provider,
      ...(options.description === undefined ? {} : { description: options.description }),
      payload: { contracts: contracts as unknown as JsonObject[] },
    };
    const applied = await perform(context, workspace, op);
    const shared = await share(context, workspace);
    const isLeft = (found: DetectedExport) =>
      !chosen.some((other) => sameJson(other.source_files, found.source_files));
    const waiting = (workspace.file.detected_exports ?? []) as DetectedExport[];
    const configChanged = await writeMembership(workspace.repo, {
      store: workspace.store,
      repo: workspace.name,
      detected: waiting.filter(isLeft),
    });
    await refreshWatchList(workspace);
    const joined = (repo: string) => hasJoined(workspace.snapshot.model, repo);
    return {
      domain,
      provider,
      members: members.map((repo) => ({
        repo,
        role: repo === provider ? 'provider' : 'consumer',
        joined: joined(repo),
      })),
      detected: detected.filter(isLeft),
      contracts: contracts.map(({ name, version, value, source_files }) => ({
        name,
        version,
        value,
        sources: source_files ?? [],
      })),
      commit: applied.commit,
      shared,
      configChanged,
    };
  });
}

export interface DomainMembersOptions {
  domain: string;
  repos: string[];
  role?: Role | undefined;
}

/** Add members to a domain, or remove members that have nothing in it. */
export function changeMembers(
  context: Context,
  verb: 'domain-add' | 'domain-remove',
  options: DomainMembersOptions,
): Promise<{ domain: string; repos: string[]; why: string | null; commit: string | null; shared: Shared }> {
  return inWorkspace(context, async (workspace) => {
    const domain = domainName(options.domain);
    const repos = options.repos.map((repo) => repoName(repo) as string);
    if (repos.length === 0) throw usageError('specify the repos: --repos a,b');
    mustBeMember(workspace, domain, verb === 'domain-add' ? repos : []);
    const op: DomainMembersOp = {
      verb,
      ...opHead(context, workspace.who()),
      domain,
      repos,
      ...(options.role === undefined ? {} : { role: options.role }),
    };
    const applied = await perform(context, workspace, op);
    const shared = await share(context, workspace);
    await writeMembership(workspace.repo, { store: workspace.store, repo: workspace.name });
    const why = applied.planned.kind === 'nothing' ? applied.planned.why : null;
    return { domain, repos, why, commit: applied.commit, shared };
  });
}

/** A member's maintainers change a domain. Nobody lets himself in, except where the realm's approver does. */
function mustBeMember(workspace: Workspace, domain: string, added: readonly string[]): void {
  const { model } = workspace.snapshot;
  const members = theDomain(domain, model).members ?? [];
  const approver = model.governance(domain).approvers.includes(workspace.who().email);
  if (members.includes(workspace.name) || approver || members.length === 0) return;
  throw new RealmError('not-a-member', `'${workspace.name}' is not in domain '${domain}'`, {
    exitCode: 1,
    hint: `ask ${members.join(' or ')} to add ${added.join(', ') || workspace.name}`,
  });
}

function memberNames(repos: readonly string[], own: string): string[] {
  const names = repos.map((repo) => repoName(repo) as string);
  if (names.length === 0) throw usageError('specify the repos that coordinate: --repos a,b');
  if (!names.includes(own))
    throw usageError(
      `--repos must include '${own}', the current repository`,
      `--repos ${[own, ...names].join(',')}`,
    );
  return [...new Set(names)];
}

/** What was detected here: as `join` wrote it down, looked for again where a contract is asked for that is not there. */
async function detectedExports(
  context: Context,
  workspace: Workspace,
  contract: string | undefined,
): Promise<DetectedExport[]> {
  const waiting = (workspace.file.detected_exports ?? []) as DetectedExport[];
  if (contract === undefined || waiting.some((found) => found.name === contract)) return waiting;
  return (await detectIn(context, workspace.repo, workspace.store, workspace.name)).exports;
}

/** Only what is named is published; without a name, the only one there is. Several are listed, none is published. */
function chosenFrom(
  detected: readonly DetectedExport[],
  contract: string | undefined,
  domain: string,
): DetectedExport[] {
  if (contract === undefined) return detected.length === 1 ? [...detected] : [];
  const name = contractName(contract) as string;
  const found = detected.find((candidate) => candidate.name === name) ?? onlyPaths(detected, name);
  if (found !== undefined) return [{ ...found, name }];
  const others = detected.map(
    (candidate) =>
      `${candidate.name} (${kindOfReader(candidate.detector).name}, ${candidate.source_files.join(', ')})`,
  );
  const were =
    others.length === 0 ? 'nothing was' : `${others.join('; ')} ${forCount(others.length, 'was', 'were')}`;
  const [first] = detected;
  throw new RealmError('nothing-detected', `no export named '${name}' was detected in the code: ${were}`, {
    hint: [
      ...(first === undefined ? [] : [`--contract ${first.name}`]),
      `without --contract, then: git realm export --name ${name} --domain ${domain} --source <path>`,
    ],
    data: { detected: detected.map((candidate) => candidate.name) },
  });
}

/** `s3-permissions` means the only S3 paths there are, whatever application they are named after. */
function onlyPaths(detected: readonly DetectedExport[], name: string): DetectedExport | undefined {
  const paths = detected.filter((found) => kindOfReader(found.detector).name === 's3');
  return name === 's3-permissions' && paths.length === 1 ? paths[0] : undefined;
}

async function firstVersion(
  workspace: Workspace,
  domain: string,
  found: DetectedExport,
): Promise<NewContract> {
  const extract = { detector: found.detector, ...found.options };
  const { source, ...read } = await readPublished(
    workspace,
    `${domain}/${found.name}`,
    found.source_files,
    extract,
  );
  const { payload } = await contentOf(workspace, found.name, read);
  const content = contentIn(payload);
  return {
    name: contractName(found.name),
    kind: kindOfReader(found.detector).name,
    version: '1.0.0',
    ...(content === undefined
      ? { schema: read.extraction.schema, value: read.extraction.value }
      : { schema: {}, value: null, content }),
    source,
    source_files: found.source_files,
    extract,
  };
}
