/**
 * `lib/change`: one change over several repositories, as data: which repositories, which steps in which
 * order, and how each is undone. `plan/` makes the plans; `lib/actions/change` carries them out.
 */

import type { JsonObject } from '../json.ts';

/** What a step does, as data; `kind` names the pair of functions that do it and take it back. */
export type Effect =
  /** A worktree of the branch, from `base`; `from` says which of them has the branch already. */
  | { kind: 'worktree'; branch: string; base: string; from: 'new' | 'local' | 'remote' }
  | { kind: 'worktree-remove'; branch: string; tip: string | null; force: boolean }
  /** Stage what is changed (unless something is staged) and commit it on `parent`; `index` is the tree to go back to, `parent` where nothing is staged. */
  | { kind: 'commit'; branch: string; change: string; message: string; parent: string; index: string }
  /** Notes on the repo's commit of the change, one per sibling. */
  | { kind: 'link'; change: string; siblings: string[] }
  /** Push the branch: `lease` is what we pushed last, where history was rewritten. */
  | {
      kind: 'push';
      branch: string;
      oid: string;
      remoteBefore: string | null;
      notesBefore: string | null;
      /** The notes that go with it. */
      notes?: string | null;
      lease: string | null;
    }
  | {
      kind: 'pull';
      /** The open one that was there before, to go back to. */
      before?: { number: number; title: string } | null;
      head: string;
      base: string;
      title: string;
      body: string | null;
      draft: boolean;
      reviewers: string[];
      labels: string[];
      /** One that is a draft stops being one. */
      ready?: boolean;
    }
  /** The marked block of a pull request. */
  | {
      kind: 'pull-block';
      head: string;
      block: string;
      /** Where it is known when the run is planned. */
      number?: number;
    }
  /** `patience`: seconds to wait for checks and the merge queue. `unproved`: also where nothing proves that it is safe. */
  | {
      kind: 'pull-merge';
      number: number;
      head: string;
      base: string;
      sha: string;
      patience?: number;
      unproved?: boolean;
    }
  | { kind: 'pull-close'; number: number }
  /** `draft`: what it becomes, which it was not before. */
  | { kind: 'pull-draft'; number: number; draft: boolean }
  /** One operation on the realm. */
  | { kind: 'realm'; op: JsonObject; undo: JsonObject | null };

export interface Step {
  /** `<kind>:<repo>`, once in a plan. */
  id: string;
  /** `null`: the realm itself. */
  repo: string | null;
  effect: Effect;
  /** Steps that must be done before. */
  after: string[];
  /** What it does, for dry run and progress. */
  words: string;
}

export type ChangeVerb =
  | 'worktree'
  | 'worktree-remove'
  | 'commit'
  | 'push'
  | 'pr'
  | 'pr-merge'
  | 'pr-close'
  | 'pr-draft';

/** A command over many repositories as data: dry run, run, resume, abort and undo all read this. */
export interface Plan {
  verb: ChangeVerb;
  branch: string;
  /** What was asked for; a rerun that asks for the same resumes an interrupted run. */
  args: JsonObject;
  steps: Step[];
}

export type StepState = 'todo' | 'started' | 'done' | 'failed' | 'undone';

/** A step with what became of it. `result` holds the oids after it, for its inverse. */
export interface JournalStep extends Step {
  state: StepState;
  result: JsonObject | null;
  error: string | null;
}

/** One run of a plan, as the journal keeps it. */
export interface JournalRecord extends Omit<Plan, 'steps'> {
  format: 1;
  id: string;
  at: string;
  by: string;
  /** The process that runs it, while it runs. */
  pid: number;
  host: string;
  /** The store that it runs in (`storeId`): worktrees and commits that are not pushed are only there. */
  store?: string;
  /** Who resumed it instead, the last one last (`lib/change/custody.ts`). */
  taken_over?: { by: string; at: string }[];
  state: 'running' | 'stopped' | 'done' | 'undone' | 'superseded';
  steps: JournalStep[];
}

/** Something that became of a step. */
export interface StepChange {
  id: string;
  state: StepState;
  result?: JsonObject | null;
  error?: string | null;
}

/** The journal of one run: every change of a step is a commit on `refs/realm/ops/<id>` before the next thing happens. */
export interface JournalWriter {
  record: JournalRecord;
  /** Note what becomes of steps. Resolves when it is written; calls that meet share one commit. */
  mark(changes: readonly StepChange[]): Promise<void>;
  finish(state: JournalRecord['state']): Promise<void>;
  /** Show others how far it is, at the end of each phase. Throws `op-taken` where somebody else resumed it. */
  share(): Promise<void>;
}

/** Runs of these belong to the machine of their worktrees; the others can be taken over from any clone. */
export const LOCAL_VERBS: readonly ChangeVerb[] = ['worktree', 'worktree-remove', 'commit'];
