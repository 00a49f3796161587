import { hostname } from 'node:os';
import { type JournalRecord, LOCAL_VERBS } from '../../change/types.ts';
import { counted } from '../../count.ts';
import { isUnfinished, isWithinReach, readJournals } from '../../store/journal.ts';
import type { Store } from '../../store/store.ts';
import { continueRun } from '../change/undo.ts';
import type { Context } from '../open/context.ts';
import { lives } from './leftovers.ts';
import type { Symptom } from './types.ts';

/**
 * Runs over several repos that were cut short on this machine. What stays on it is finished by `--fix`; whether others are to
 * see a push or a pull request is a person's decision.
 */
export async function operationFindings(context: Context, store: Store): Promise<Symptom[]> {
  const journals = await readJournals(store);
  return journals
    .filter((journal) => isUnfinished(journal) && isWithinReach(journal, store) && isCutShort(journal))
    .map((journal) => {
      const command = `git realm ${journal.verb.replace('-', ' ')}`;
      const { branch, verb, steps } = journal;
      const done = steps.filter(({ state }) => state === 'done').length;
      return {
        id: 'op-unfinished',
        level: 'warning',
        message: `'${command}' of '${branch}' is unfinished: ${done} of ${counted(steps.length, 'step')} done`,
        hint: `${command} --continue --branch ${branch}, or --abort to undo it`,
        ...(LOCAL_VERBS.includes(verb)
          ? {
              mend: {
                words: 'finish it',
                done: 'finished it',
                run: async () => void (await continueRun(context, verb, { branch })),
              },
            }
          : {}),
      };
    });
}

/** It stopped, or its process is gone; of another machine's process we know nothing. */
const isCutShort = ({ state, host, pid }: JournalRecord): boolean =>
  state === 'stopped' || (host === hostname() && !lives(pid));
