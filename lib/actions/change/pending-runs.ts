import type { ChangeVerb, JournalRecord } from '../../change/types.ts';
import { activeRepos, changeSets } from '../../realm/change-sets.ts';
import { isUnfinished, isWithinReach, readJournals } from '../../store/journal.ts';
import type { Workspace } from '../open/workspace.ts';

/** A run over several repos that did not come to an end. */
export interface PendingRun {
  id: string;
  verb: ChangeVerb;
  branch: string;
  /** Who runs it, and since when; ISO 8601. */
  by: string;
  host: string;
  at: string;
  done: number;
  steps: number;
  /** The command that resumes or undoes it from here; `null`: only the machine that began it can. */
  next: string | null;
}

/**
 * Runs of change sets with this repo that did not come to an end, here or in another clone, as far as they were fetched.
 * Only a repo in a change set pays for looking.
 */
export async function pendingRuns(workspace: Workspace): Promise<PendingRun[]> {
  const active = changeSets(workspace.snapshot.model).filter(({ file }) =>
    activeRepos(file).includes(workspace.name),
  );
  if (active.length === 0) return [];
  const branches = new Set(active.map(({ file }) => file.name));
  const all = await readJournals(workspace.store);
  return all
    .filter((journal) => isUnfinished(journal) && branches.has(journal.branch))
    .map((journal) => pending(workspace, journal));
}

function pending(workspace: Workspace, record: JournalRecord): PendingRun {
  const { id, verb, branch, by, host, at, steps } = record;
  return {
    id,
    verb,
    branch,
    by,
    host,
    at,
    done: steps.filter((step) => step.state === 'done').length,
    steps: steps.length,
    next: isWithinReach(record, workspace.store)
      ? `git realm ${verb.replace('-', ' ')} --continue --branch ${branch}`
      : null,
  };
}
