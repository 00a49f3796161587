import { RealmError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { sameJson } from '../../json.ts';
import { changeSetOf, pullsOf, type TrackedChange } from '../change-sets.ts';
import type { Edit } from '../edits.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import type { WorktreePull, WorktreeRepo } from '../types.ts';
import { changesOf, required, union } from './changes.ts';
import type { Op, Planned, Verb, View } from './types.ts';

export interface ChangeOpenOp extends Op {
  verb: 'change-open';
  branch: string;
  rfc: string | null;
  domains: string[];
  repos: string[];
}

/** A change set is tracked: a new file, or more repos and domains in the one that is there. */
export const changeOpen: Verb<ChangeOpenOp> = {
  reads: (op, model) => [changeSetOf(model, op.branch)?.path ?? ''].filter(Boolean),
  plan: (op, view) => {
    const known = changeSetOf(view.model, op.branch);
    const changes = changesOf(view);
    if (known === undefined) {
      changes.create('worktree', freePath(view.model, op.branch), {
        name: op.branch,
        created_at: op.at,
        ...(op.rfc === null ? {} : { source_rfc: op.rfc }),
        domains: op.domains,
        repos: op.repos.map((name) => ({ name, status: 'active', commits: 0 })),
      });
    } else {
      changes.edit(known.path, [...domainEdits(known, op), ...repoEdits(known, op)]);
    }
    return changes.commit({
      subject: `change set ${op.branch}: ${op.repos.join(', ')}`,
      nothing: `'${op.branch}' is already tracked`,
    });
  },
};

function domainEdits({ file }: TrackedChange, op: ChangeOpenOp): Edit[] {
  const now = file.domains ?? (file.domain === undefined ? [] : [file.domain]);
  const value = union(now, op.domains);
  return value.length === now.length ? [] : [{ op: 'set', path: ['domains'], value }];
}

function repoEdits({ file }: TrackedChange, op: ChangeOpenOp): Edit[] {
  return op.repos.flatMap((name): Edit[] => {
    const at = (file.repos ?? []).findIndex((repo) => repo.name === name);
    if (at < 0) return [{ op: 'append', path: ['repos'], value: { name, status: 'active', commits: 0 } }];
    const active = (file.repos?.[at]?.status ?? 'active') === 'active';
    return active ? [] : [{ op: 'set', path: ['repos', at, 'status'], value: 'active' }];
  });
}

/** `feat-a-b.yaml` may be taken by `feat/a/b` while this is `feat/a-b`. */
function freePath(model: RealmModel, branch: string): string {
  for (let n = 1; ; n += 1) {
    const path = paths.worktree(branch, n === 1 ? '' : `-${n}`);
    if (!model.has(path)) return path;
  }
}

export interface ChangeCommitOp extends Op {
  verb: 'change-commit';
  branch: string;
  change: string;
  message: string;
  linked: boolean;
  /** Repo to its commit's full oid. */
  commits: Record<string, string>;
  /** Repo to how many commits its branch has beyond its base. */
  counts: Record<string, number>;
}

/** One coordinated commit enters the tracking file, or its oids are updated after an amend or a rebase. */
export const changeCommit: Verb<ChangeCommitOp> = {
  reads: (op, model) => [changeSetOf(model, op.branch)?.path ?? ''].filter(Boolean),
  plan: (op, view) => {
    const known = theChange(view, op.branch);
    const { file } = known;
    const list = file.coordination?.commits ?? [];
    const at = list.findIndex((commit) => commit.change === op.change);
    const edits: Edit[] = [];
    if (at < 0) {
      const others = (file.repos ?? []).map((repo) => [repo.name, null] as const);
      const value: JsonObject = {
        change: op.change,
        message: op.message,
        linked: op.linked,
        ...Object.fromEntries(others),
        ...op.commits,
      };
      edits.push({ op: 'append', path: ['coordination', 'commits'], value });
    } else {
      for (const [repo, oid] of Object.entries(op.commits))
        if (list[at]?.[repo] !== oid)
          edits.push({ op: 'set', path: ['coordination', 'commits', at, repo], value: oid });
      if (op.linked && list[at]?.linked !== true)
        edits.push({ op: 'set', path: ['coordination', 'commits', at, 'linked'], value: true });
    }
    for (const [index, repo] of (file.repos ?? []).entries()) {
      const count = Object.hasOwn(op.counts, repo.name) ? op.counts[repo.name] : undefined;
      if (count !== undefined && repo.commits !== count)
        edits.push({ op: 'set', path: ['repos', index, 'commits'], value: count });
    }
    return commitEdits(view, known, edits, {
      subject: `change set ${op.branch}: ${op.message.split('\n', 1)[0] ?? ''}`,
      body: Object.entries(op.commits).map(([repo, oid]) => `${repo} ${oid}`),
    });
  },
};

export interface ChangePullsOp extends Op {
  verb: 'change-pulls';
  branch: string;
  /** In the order in which they merge. `number` null: the one that the embedded forge has for the branch. */
  prs: { repo: string; number?: number | null; url?: string | null; blocked_by: string[] }[];
}

/** The pull requests of a change set, in their merge order; `blocked_by` names repos, the file says `<repo>#<number>`. */
export const changePulls: Verb<ChangePullsOp> = {
  reads: (op, model) => [changeSetOf(model, op.branch)?.path ?? ''].filter(Boolean),
  plan: (op, view) => {
    const known = theChange(view, op.branch);
    const numbered = op.prs.map((pr) => ({
      ...pr,
      number: pr.number ?? embeddedNumber(view.model, pr.repo, op.branch),
    }));
    const number = (repo: string) => numbered.find((pull) => pull.repo === repo)?.number;
    const prs: WorktreePull[] = numbered.map((pull) => ({
      repo: pull.repo,
      number: pull.number,
      ...(typeof pull.url === 'string' ? { url: pull.url } : {}),
      blocked_by: pull.blocked_by.map((repo) => `${repo}#${number(repo) ?? '?'}`),
    }));
    const value = prs as unknown as JsonValue;
    const same = sameJson((known.file.prs ?? []) as unknown as JsonValue, value);
    return commitEdits(view, known, same ? [] : [{ op: 'set', path: ['prs'], value }], {
      subject: `change set ${op.branch}: pull requests`,
      body: prs.map((pull) => `${pull.repo}#${pull.number}`),
    });
  },
};

function embeddedNumber(model: RealmModel, repo: string, head: string): number {
  const found = pullsOf(model, repo).findLast((pull) => pull.head === head);
  return required(found, 'no-such-pull', `no pull request of '${head}' in ${repo}`).number;
}

export interface ChangeStatusOp extends Op {
  verb: 'change-status';
  branch: string;
  /** Repo to `active`, `merged` or `removed`. */
  statuses: Record<string, string>;
}

/** What became of the repos of a change set. */
export const changeStatus: Verb<ChangeStatusOp> = {
  reads: (op, model) => [changeSetOf(model, op.branch)?.path ?? ''].filter(Boolean),
  plan: (op, view) => {
    const known = theChange(view, op.branch);
    const edits = (known.file.repos ?? []).flatMap((repo: WorktreeRepo, at): Edit[] => {
      const value = Object.hasOwn(op.statuses, repo.name) ? op.statuses[repo.name] : undefined;
      return value === undefined || repo.status === value
        ? []
        : [{ op: 'set', path: ['repos', at, 'status'], value }];
    });
    const said = Object.entries(op.statuses).map(([repo, status]) => `${repo} ${status}`);
    return commitEdits(view, known, edits, { subject: `change set ${op.branch}: ${said.join(', ')}` });
  },
};

export interface ChangeDropOp extends Op {
  verb: 'change-drop';
  branch: string;
  /** `all`: the file; `repos`: these repos; `commit`: one coordinated commit; `prs`: the list of pull requests. */
  what: 'all' | 'repos' | 'commit' | 'prs';
  change?: string;
  repos?: string[];
}

/** The inverse of the others, for `--abort` and `undo`. */
export const changeDrop: Verb<ChangeDropOp> = {
  reads: (op, model) => [changeSetOf(model, op.branch)?.path ?? ''].filter(Boolean),
  plan: (op, view) => {
    const known = changeSetOf(view.model, op.branch);
    if (known === undefined) return { kind: 'nothing', why: `'${op.branch}' is not tracked` };
    if (op.what === 'all') {
      const changes = changesOf(view);
      changes.remove(known.path);
      return changes.commit({ subject: `change set ${op.branch}: undone`, nothing: 'it does not exist' });
    }
    const edits = op.what === 'commit' ? dropCommit(known, op) : op.what === 'prs' ? dropPrs(known) : [];
    if (op.what === 'repos') {
      const repos = (known.file.repos ?? []).filter((repo) => !op.repos?.includes(repo.name));
      edits.push({ op: 'set', path: ['repos'], value: repos as unknown as JsonValue });
    }
    return commitEdits(view, known, edits, { subject: `change set ${op.branch}: ${op.what} undone` });
  },
};

const dropPrs = ({ file }: TrackedChange): Edit[] =>
  file.prs === undefined ? [] : [{ op: 'delete', path: ['prs'] }];

function dropCommit({ file }: TrackedChange, op: ChangeDropOp): Edit[] {
  const commits = file.coordination?.commits ?? [];
  const dropped = commits.find((commit) => commit.change === op.change);
  if (dropped === undefined) return [];
  const left = commits.filter((commit) => commit !== dropped);
  const counts = (file.repos ?? []).map((repo) => ({
    ...repo,
    commits: Math.max(0, (repo.commits ?? 0) - (typeof dropped[repo.name] === 'string' ? 1 : 0)),
  }));
  return [
    left.length === 0
      ? { op: 'delete', path: ['coordination'] }
      : { op: 'set', path: ['coordination', 'commits'], value: left as unknown as JsonValue },
    { op: 'set', path: ['repos'], value: counts as unknown as JsonValue },
  ];
}

function commitEdits(
  view: View,
  known: TrackedChange,
  edits: readonly Edit[],
  message: { subject: string; body?: string[] },
): Planned {
  const changes = changesOf(view);
  if (edits.length > 0) changes.edit(known.path, edits);
  return changes.commit({ ...message, nothing: `${known.path} is already up to date` });
}

function theChange(view: View, branch: string): TrackedChange {
  const known = changeSetOf(view.model, branch);
  if (known !== undefined) return known;
  const broken = view.model.problems().find((problem) => problem.path === paths.worktree(branch));
  throw new RealmError(
    broken === undefined ? 'no-such-change' : 'bad-file',
    broken === undefined
      ? `the realm tracks no change set '${branch}'`
      : `${broken.path}:${broken.line}: ${broken.message}`,
    { hint: broken === undefined ? 'git realm worktree list' : 'fix the file in the realm, then try again' },
  );
}
