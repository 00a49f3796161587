import { isObject, type JsonValue } from '../json.ts';
import { isOid } from '../names.ts';
import type { ChangeVerb, Effect, JournalRecord, JournalStep } from './types.ts';

/** What this machine knows of a repo of the change set. */
export interface Surroundings {
  /** The branch that publishes. */
  publishing(repo: string): string | undefined;
  /** The numbers of the pull requests that the realm tracks for this change set. */
  pulls(repo: string): readonly number[];
}

/** What each command may do, and to the realm only this. */
const KINDS: Record<ChangeVerb, readonly Effect['kind'][]> = {
  worktree: ['worktree', 'realm'],
  'worktree-remove': ['worktree-remove', 'realm'],
  commit: ['commit', 'link', 'realm'],
  push: ['push', 'realm'],
  pr: ['pull', 'pull-block', 'realm'],
  'pr-merge': ['pull-merge', 'pull-block', 'realm'],
  'pr-close': ['pull-close', 'realm'],
  'pr-draft': ['pull-draft'],
};

const REALM_VERBS = ['change-open', 'change-commit', 'change-pulls', 'change-status', 'change-drop'];

/** What git-check-ref-format(1) allows, and no command takes for an option. */
const BRANCH = /^(?![-./])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[^\0-\x20\x7f~^:?*[\\]+(?<![./])$/;

/**
 * Why a journal is not resumed, or `null`. A journal may have come through the realm, from anybody who may push there,
 * and the user who resumes it acts with their own rights: so it may ask for nothing that the command could not have planned for
 * this change set. Above all: its own branch only, never the one that publishes; oids, not names; its own pull requests; and
 * of the realm nothing but the tracking of this change set.
 */
export function journalProblem(record: JournalRecord, around: Surroundings): string | null {
  if (!Object.hasOwn(KINDS, record.verb)) return 'it does not name a command';
  if (typeof record.branch !== 'string' || !BRANCH.test(record.branch)) return 'it does not name a branch';
  for (const step of record.steps) {
    const problem = stepProblem(record, step, around);
    if (problem !== null) return `step '${String(step?.id)}' ${problem}`;
  }
  return null;
}

function stepProblem(record: JournalRecord, step: JournalStep, around: Surroundings): string | null {
  const { effect, repo } = step;
  if (!KINDS[record.verb].includes(effect?.kind)) return `does not belong to '${record.verb}'`;
  if (effect.kind === 'realm') {
    if (repo !== null) return 'belongs to the realm but names a repo';
    return [effect.op, effect.undo].every((op) => op === null || tracks(op, record.branch))
      ? null
      : 'changes more in the realm than this change set';
  }
  if (typeof repo !== 'string') return 'does not name a repo';
  if (around.publishing(repo) === record.branch) return `would change the publishing branch of ${repo}`;
  const branches = ['branch', 'head'].flatMap((key) => (key in effect ? [effect[key as never]] : []));
  if (branches.some((branch) => branch !== record.branch)) return 'refers to another branch';
  if (!oidsOf(effect).every(isAbsentOrOid)) return 'has a name instead of an object id';
  const result = step.result ?? {};
  if (!['oid', 'before', 'notes', 'tip'].every((key) => isAbsentOrOid(result[key])))
    return 'has a name instead of an object id';
  if (effect.kind === 'pull' && effect.base !== around.publishing(repo))
    return 'opens a pull request against a branch other than the publishing branch';
  const number = 'number' in effect ? effect.number : undefined;
  if (number !== undefined && !around.pulls(repo).includes(number))
    return `refers to ${repo}#${number}, which is not a pull request of this change set`;
  return null;
}

const tracks = (op: JsonValue, branch: string): boolean =>
  isObject(op) && REALM_VERBS.includes(String(op.verb)) && op.branch === branch;

/** What git is handed as the name of an object. */
function oidsOf(effect: Exclude<Effect, { kind: 'realm' }>): unknown[] {
  switch (effect.kind) {
    case 'worktree':
      return [effect.base];
    case 'worktree-remove':
      return [effect.tip];
    case 'commit':
      return [effect.parent, effect.index];
    case 'push':
      return [effect.oid, effect.remoteBefore, effect.notesBefore, effect.notes, effect.lease];
    case 'pull-merge':
      return [effect.sha];
    default:
      return [];
  }
}

const isAbsentOrOid = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (typeof value === 'string' && isOid(value));
