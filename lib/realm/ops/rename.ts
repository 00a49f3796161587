import { RealmError } from '../../errors.ts';
import type { JsonValue } from '../../json.ts';
import { refuseCaseTwin } from '../../names.ts';
import { changeSets, type TrackedChange } from '../change-sets.ts';
import type { Edit } from '../edits.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import { mustMaintain, ownerOf } from '../ownership.ts';
import { samePerson } from '../people.ts';
import { type Changes, changesOf } from './changes.ts';
import { theDomain } from './domain.ts';
import type { Op, Verb, View } from './types.ts';

export interface RepoRenameOp extends Op {
  verb: 'repo-rename';
  repo: string;
  to: string;
  /** It waits for approval: a proposal. */
  proposed?: boolean;
}

/**
 * A repo has another name: in its registration, its bindings, its domains, the contracts it owns, the change sets and the
 * embedded forge. The old one is kept under `formerly` and goes on to lead here.
 */
export const renameRepo: Verb<RepoRenameOp> = {
  reads: (op, { under, domainNames, binding, domain, ...model }) => [
    paths.repo(op.repo),
    ...domainNames().flatMap((name) => [
      ...(domain(name)?.members?.includes(op.repo) ? [paths.domain(name)] : []),
      ...[binding(name, op.repo)?.path ?? []].flat(),
      ...ownedIn(model, name, op.repo),
    ]),
    ...under('worktrees/'),
    ...under(`forge/${op.repo}/`),
  ],
  plan: (op, view) => {
    const { model } = view;
    const file = model.repo(op.repo);
    if (op.repo === op.to) return { kind: 'nothing', why: `its name is already '${op.to}'` };
    if (file === undefined) throw noSuchRepo(model, op.repo);
    mustMaintain(model, op.repo, op.by);
    mustBeFree('repo', op.repo, op.to, model.repoNames(), (name) => model.repoNow(name));
    mustBeAdmitted(op, model);
    const changes = changesOf(view);
    changes.move(paths.repo(op.repo), paths.repo(op.to), [
      { op: 'set', path: ['name'], value: op.to },
      { op: 'set', path: ['formerly'], value: formerly(file.formerly, op.repo, op.to) },
    ]);
    for (const domain of model.domainNames()) renameIn(view, changes, domain, op);
    for (const change of changeSets(model)) renameInChange(changes, change, op);
    for (const path of model.under(`forge/${op.repo}/`))
      changes.move(path, path.replace(`forge/${op.repo}/`, `forge/${op.to}/`), notices(view, path, op));
    return changes.commit({
      subject: `rename repo ${op.repo} to ${op.to}`,
      facts: { from: op.repo, to: op.to },
      nothing: `its name is already '${op.to}'`,
    });
  },
};

/** Does a new name take the name of an organisation that the old one did not have? It is admitted as a repo that comes in. */
export function claimsOrg(from: string, to: string): boolean {
  const [org, repo] = to.split('/');
  return repo !== undefined && !from.startsWith(`${org}/`);
}

function mustBeAdmitted(op: RepoRenameOp, model: RealmModel): void {
  const { admission, approvers } = model.governance();
  const approved = approvers.some((approver) => samePerson(approver, op.by));
  if (!claimsOrg(op.repo, op.to) || admission === 'open' || approved) return;
  if (admission === 'approval' && op.proposed === true) return;
  throw new RealmError(
    admission === 'approval' ? 'approval-required' : 'not-admitted',
    `'${op.to}' belongs to organisation '${op.to.split('/')[0]}', but '${op.repo}' does not`,
    {
      exitCode: 1,
      hint: `ask ${approvers.join(' or ') || 'the owner of the realm'}, or choose a name without '/'`,
      data: { admission, approvers },
    },
  );
}

const ownedIn = (model: Pick<RealmModel, 'contractNames' | 'contract'>, domain: string, repo: string) =>
  model
    .contractNames(domain)
    .filter((contract) => model.contract(domain, contract)?.owner === repo)
    .map((contract) => paths.contract(domain, contract));

function renameIn({ model }: View, changes: Changes, domain: string, op: RepoRenameOp): void {
  const members = model.domain(domain)?.members ?? [];
  const at = members.indexOf(op.repo);
  if (at >= 0) changes.edit(paths.domain(domain), [{ op: 'set', path: ['members', at], value: op.to }]);
  const binding = model.binding(domain, op.repo);
  if (binding !== undefined) {
    // A file that is called otherwise keeps its name: what is inside counts.
    const own = binding.path === paths.binding(domain, op.repo);
    const path = own ? paths.binding(domain, op.to) : binding.path;
    changes.move(binding.path, path, [{ op: 'set', path: ['repo'], value: op.to }]);
  }
  for (const path of ownedIn(model, domain, op.repo))
    changes.edit(path, [{ op: 'set', path: ['owner'], value: op.to }]);
}

function renameInChange(changes: Changes, { path, file }: TrackedChange, op: RepoRenameOp): void {
  const edits: Edit[] = [];
  const set = (where: (string | number)[], value: JsonValue) => edits.push({ op: 'set', path: where, value });
  for (const [at, { name }] of (file.repos ?? []).entries())
    if (name === op.repo) set(['repos', at, 'name'], op.to);
  for (const [at, commit] of (file.coordination?.commits ?? []).entries()) {
    const oid = commit[op.repo];
    if (oid === undefined) continue;
    set(['coordination', 'commits', at, op.to], oid);
    edits.push({ op: 'delete', path: ['coordination', 'commits', at, op.repo] });
  }
  for (const [at, pull] of (file.prs ?? []).entries()) {
    if (pull.repo === op.repo) set(['prs', at, 'repo'], op.to);
    for (const [n, by] of (pull.blocked_by ?? []).entries())
      if (by.startsWith(`${op.repo}#`))
        set(['prs', at, 'blocked_by', n], `${op.to}${by.slice(op.repo.length)}`);
  }
  if (file.source_rfc?.startsWith(`${op.repo}:`))
    set(['source_rfc'], `${op.to}${file.source_rfc.slice(op.repo.length)}`);
  if (edits.length > 0) changes.edit(path, edits);
}

/** A notice is found again by the repo's name in its marker. */
function notices({ model }: View, path: string, op: RepoRenameOp): Edit[] {
  const body = model.file('issue', path)?.body;
  const next = body?.replace(/(<!-- git-realm:notice \S+ )(\S+)( )/, (whole, before, repo, after) =>
    repo === op.repo ? `${before}${op.to}${after}` : whole,
  );
  return next === undefined || next === body ? [] : [{ op: 'set', path: ['body'], value: next }];
}

export interface ContractRenameOp extends Op {
  verb: 'contract-rename';
  domain: string;
  contract: string;
  repo: string;
  to: string;
}

/**
 * A contract has another name, and its owner's binding follows. Imports by the old one still hold: each consumer's binding
 * follows when the consumer syncs.
 */
export const renameContract: Verb<ContractRenameOp> = {
  reads: (op, model) => [
    paths.contract(op.domain, op.contract),
    ...[model.binding(op.domain, op.repo)?.path ?? []].flat(),
  ],
  plan: (op, view) => {
    const { model } = view;
    theDomain(op.domain, model);
    const name = `${op.domain}/${op.contract}`;
    if (op.contract === op.to) return { kind: 'nothing', why: `its name is already '${op.to}'` };
    const file = model.contract(op.domain, op.contract);
    if (file === undefined)
      throw new RealmError('no-such-contract', `no contract '${op.contract}' in domain '${op.domain}'`, {
        hint: `git realm domain show ${op.domain}`,
      });
    const owner = ownerOf(model, op.domain, op.contract);
    if (owner !== op.repo)
      throw new RealmError('not-owner', `'${name}' belongs to '${owner}': '${op.repo}' may not rename it`, {
        exitCode: 1,
        hint: `ask the maintainers of ${owner}`,
      });
    mustMaintain(model, op.repo, op.by);
    mustBeFree('contract', op.contract, op.to, model.contractNames(op.domain), (contract) =>
      model.contractNow(op.domain, contract),
    );
    const changes = changesOf(view);
    changes.move(paths.contract(op.domain, op.contract), paths.contract(op.domain, op.to), [
      { op: 'set', path: ['name'], value: op.to },
      { op: 'set', path: ['formerly'], value: formerly(file.formerly, op.contract, op.to) },
    ]);
    const binding = model.binding(op.domain, op.repo);
    const at = binding?.file.exports?.findIndex((entry) => entry.contract === op.contract) ?? -1;
    if (binding !== undefined && at >= 0)
      changes.edit(binding.path, [{ op: 'set', path: ['exports', at, 'contract'], value: op.to }]);
    return changes.commit({
      subject: `${name}: rename to ${op.to}`,
      facts: { from: op.contract, to: op.to },
      nothing: `its name is already '${op.to}'`,
    });
  },
};

export interface FollowOp extends Op {
  verb: 'follow';
  repo: string;
}

/**
 * A repo's own bindings follow what others did: entries by earlier names of contracts get those of now, and exports of
 * contracts that were taken over by another repo go.
 */
export const follow: Verb<FollowOp> = {
  reads: (op, model) => behind(model, op.repo).map(({ path }) => path),
  plan: (op, view) => {
    mustMaintain(view.model, op.repo, op.by);
    const changes = changesOf(view);
    const found = behind(view.model, op.repo);
    for (const { path, edits } of found) changes.edit(path, edits);
    return changes.commit({
      subject: `${op.repo}: update bindings after renames and transfers`,
      body: found.flatMap(({ lines }) => lines),
      nothing: `the bindings of '${op.repo}' are up to date`,
    });
  },
};

/** Bindings of a repo that name contracts as they were called before, or export what is not the repo's any more. */
export function behind(model: RealmModel, repo: string): { path: string; edits: Edit[]; lines: string[] }[] {
  return model.domainNames().flatMap((domain) => {
    const path = model.binding(domain, repo)?.path;
    const raw = path === undefined ? undefined : model.file('binding', path);
    if (path === undefined || raw === undefined) return [];
    const edits: Edit[] = [];
    const lines: string[] = [];
    const gone: number[] = [];
    for (const key of ['exports', 'imports'] as const)
      for (const [at, { contract }] of (raw[key] ?? []).entries()) {
        const now = model.contractNow(domain, contract);
        const owner = model.contract(domain, now)?.owner;
        if (key === 'exports' && owner !== undefined && owner !== repo) {
          gone.unshift(at);
          lines.push(`${domain}/${now} is exported by ${owner}`);
        } else if (now !== contract) {
          edits.push({ op: 'set', path: [key, at, 'contract'], value: now });
          lines.push(`${domain}/${contract} was renamed to ${now}`);
        }
      }
    // From behind, so that each index still holds.
    for (const at of gone) edits.push({ op: 'delete', path: ['exports', at] });
    return edits.length === 0 ? [] : [{ path, edits, lines }];
  });
}

/** Earlier names of what is renamed; going back to one of them makes it the name of now. */
export const formerly = (before: string[] | undefined, from: string, to: string): string[] =>
  [...new Set([...(before ?? []), from])].filter((name) => name !== to);

/** A name is free that nobody has or had, except the renamed repo itself. */
function mustBeFree(
  what: 'repo' | 'contract',
  from: string,
  to: string,
  names: readonly string[],
  now: (name: string) => string,
): void {
  if (names.includes(to))
    throw new RealmError('name-taken', `${what} '${to}' already exists`, { hint: 'choose another name' });
  refuseCaseTwin(
    what,
    to,
    names.filter((name) => name !== from),
  );
  const holder = now(to);
  if (holder !== to && holder !== from)
    throw new RealmError(
      'name-taken',
      `'${to}' is an earlier name of '${holder}', and still resolves to it`,
      {
        hint: 'choose another name',
      },
    );
}

const noSuchRepo = (model: RealmModel, repo: string): RealmError =>
  new RealmError('no-such-repo', `no repo '${repo}' in this realm`, {
    hint: `repos: ${model.repoNames().join(', ')}`,
  });
