import { RealmError } from '../../errors.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { sameJson } from '../../json.ts';
import { pullsOf } from '../change-sets.ts';
import type { Edit } from '../edits.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import type { IssueFile, PullFile } from '../types.ts';
import { changesOf, required } from './changes.ts';
import type { Op, Verb } from './types.ts';

export interface ForgePullOp extends Op {
  verb: 'forge-pull';
  repo: string;
  head: string;
  base: string;
  /** `null`: the open pull request of this head and base, or a new one. */
  number: number | null;
  /** Keys of the record to set. */
  set: JsonObject;
}

/**
 * The embedded forge's pull request of a head and base: made once, then only changed, so that planning it again, after a
 * kill or on a moved realm, makes no second one.
 */
export const forgePull: Verb<ForgePullOp> = {
  reads: (op, model) => [pathOfPull(op, model)].filter((path) => path !== undefined),
  plan: (op, view) => {
    const path = pathOfPull(op, view.model);
    const known = path === undefined ? undefined : view.model.file('pull', path);
    const changes = changesOf(view);
    if (path === undefined || known === undefined) {
      if (op.number !== null) throw noSuch(`pull request ${op.repo}#${op.number}`);
      const number = nextNumber(view.model, op.repo);
      changes.create('pull', paths.pull(op.repo, number), {
        number,
        title: op.head,
        state: 'open',
        head: op.head,
        base: op.base,
        author: op.by,
        created_at: op.at,
        ...(op.set as Partial<PullFile>),
      });
      return changes.commit({
        subject: `${op.repo}#${number}: open pull request of ${op.head}`,
        facts: { number },
        nothing: 'it already exists',
      });
    }
    changes.edit(path, settings(known as unknown as JsonObject, op.set, op.at));
    const state = typeof op.set.state === 'string' && op.set.state !== known.state ? op.set.state : 'update';
    return changes.commit({
      subject: `${op.repo}#${known.number}: ${state} pull request of ${known.head}`,
      facts: { number: known.number },
      nothing: `${op.repo}#${known.number} is already up to date`,
    });
  },
};

function pathOfPull(op: ForgePullOp, model: RealmModel): string | undefined {
  if (op.number !== null) return paths.pull(op.repo, op.number);
  const found = pullsOf(model, op.repo).findLast(
    (pull) => pull.head === op.head && pull.base === op.base && pull.state === 'open',
  );
  return found === undefined ? undefined : paths.pull(op.repo, found.number);
}

/** Issues and pull requests of a repo count together, as on other forges. */
function nextNumber(model: RealmModel, repo: string): number {
  const numbers = [...model.under(`forge/${repo}/pulls/`), ...model.under(`forge/${repo}/issues/`)].map(
    (path) => Number(/(\d+)\.yaml$/.exec(path)?.[1] ?? 0),
  );
  return Math.max(0, ...numbers) + 1;
}

function settings(known: JsonObject, set: JsonObject, at: string): Edit[] {
  const edits = Object.entries(set).flatMap(([key, value]): Edit[] =>
    sameJson(known[key] ?? null, value) ? [] : [{ op: 'set', path: [key], value }],
  );
  return edits.length === 0 ? [] : [...edits, { op: 'set', path: ['updated_at'], value: at }];
}

export interface ForgeIssueOp extends Op {
  verb: 'forge-issue';
  repo: string;
  /** Stands in the body and finds the issue again. */
  marker: string;
  title: string;
  body: string;
  labels: string[];
  state: 'open' | 'closed';
  /** Said when it is closed. */
  comment?: string;
}

/** The one issue of a marker: opened, updated, closed. Closing one that never was is nothing. */
export const forgeIssue: Verb<ForgeIssueOp> = {
  reads: (op, model) => [issueOf(model, op.repo, op.marker)?.path].filter((path) => path !== undefined),
  plan: (op, view) => {
    const known = issueOf(view.model, op.repo, op.marker);
    const changes = changesOf(view);
    if (known === undefined) {
      if (op.state === 'closed') return { kind: 'nothing', why: 'there is no such issue' };
      const number = nextNumber(view.model, op.repo);
      const issue: IssueFile = {
        number,
        title: op.title,
        body: op.body,
        state: 'open',
        author: op.by,
        labels: op.labels,
        created_at: op.at,
      };
      changes.create('issue', paths.issue(op.repo, number), issue);
      return changes.commit({
        subject: `${op.repo}#${number}: ${op.title}`,
        facts: { number },
        nothing: 'there',
      });
    }
    const { file, path } = known;
    // A person who closed it by hand has seen it.
    if (file.state === 'closed') return { kind: 'nothing', why: `${op.repo}#${file.number} is closed` };
    const closing = op.state === 'closed';
    const set: JsonObject = closing
      ? { state: 'closed', closed_at: op.at }
      : { title: op.title, body: op.body };
    const edits = settings(file as unknown as JsonObject, set, op.at);
    if (closing && op.comment !== undefined) {
      const value: JsonValue = { author: op.by, body: op.comment, created_at: op.at };
      edits.push({ op: 'append', path: ['comments'], value });
    }
    if (edits.length > 0) changes.edit(path, edits);
    return changes.commit({
      subject: `${op.repo}#${file.number}: ${closing ? 'close' : 'update'} ${file.title}`,
      facts: { number: file.number },
      nothing: `${op.repo}#${file.number} is already up to date`,
    });
  },
};

function issueOf(
  model: RealmModel,
  repo: string,
  marker: string,
): { path: string; file: IssueFile } | undefined {
  for (const path of model.under(`forge/${repo}/issues/`)) {
    const file = model.file('issue', path);
    if (file?.body?.includes(marker)) return { path, file };
  }
  return undefined;
}

export interface ForgeDropOp extends Op {
  verb: 'forge-drop';
  repo: string;
  number: number;
}

/** Undo a pull request that an aborted run opened; a pull request with comments is closed instead. */
export const forgeDrop: Verb<ForgeDropOp> = {
  reads: (op) => [paths.pull(op.repo, op.number)],
  plan: (op, view) => {
    const path = paths.pull(op.repo, op.number);
    const known = view.model.file('pull', path);
    if (known === undefined) return { kind: 'nothing', why: 'it does not exist' };
    const changes = changesOf(view);
    if ((known.comments?.length ?? 0) + (known.reviews?.length ?? 0) === 0) changes.remove(path);
    else changes.edit(path, settings(known as unknown as JsonObject, { state: 'closed' }, op.at));
    return changes.commit({ subject: `${op.repo}#${op.number}: undo`, nothing: 'it does not exist' });
  },
};

const noSuch = (what: string): RealmError =>
  new RealmError('no-such-pull', `there is no ${what}`, { hint: 'git realm pr status' });

/** A pull request by its number. Throws `no-such-pull`. */
export const thePull = (model: RealmModel, repo: string, number: number): PullFile =>
  required(
    model.file('pull', paths.pull(repo, number)),
    'no-such-pull',
    `there is no pull request ${repo}#${number}`,
  );
