import { RealmError } from '../../errors.ts';
import type { JsonValue } from '../../json.ts';
import { refuseCaseTwin } from '../../names.ts';
import { changeSets, type TrackedChange } from '../change-sets.ts';
import type { Edit } from '../edits.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import { mustMaintain } from '../ownership.ts';
import { samePerson } from '../people.ts';
import { type Changes, changesOf } from './changes.ts';
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

/** Earlier names of what is renamed; going back to one of them makes it the name of now. */
export const formerly = (before: string[] | undefined, from: string, to: string): string[] =>
  [...new Set([...(before ?? []), from])].filter((name) => name !== to);

/** A name is free that nobody has or had, except the renamed repo itself. */
export function mustBeFree(
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
