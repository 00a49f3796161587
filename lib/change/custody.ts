import { isObject, type JsonValue, sameJson } from '../json.ts';
import { peopleOf } from '../realm/guards.ts';
import type { RealmModel } from '../realm/model.ts';
import { samePerson } from '../realm/people.ts';
import type { JournalRecord } from './types.ts';

/**
 * The owner of a journal: the user who started it, or who took it over. Taking over is written into it, and open to
 * those who may act for every repo that it has steps in: they could have done each step themselves. Nobody else writes to it,
 * ends it or deletes it.
 */
export const isHeldBy = (record: JournalRecord, begunBy: string, person: string): boolean =>
  samePerson(begunBy, person) ||
  takeovers(record).some((takeover) => samePerson(String(takeover.by), person));

/** May this person take it over, by the realm as it is? */
export function mayTakeOver(model: RealmModel, record: JournalRecord, person: string): boolean {
  const repos = new Set(record.steps.flatMap((step) => (typeof step.repo === 'string' ? [step.repo] : [])));
  return (
    repos.size > 0 &&
    [...repos].every((repo) =>
      peopleOf(model, { by: 'maintainers', repos: [model.repoNow(repo)] }).some((maintainer) =>
        samePerson(maintainer, person),
      ),
    )
  );
}

/** The journal in the hands of this person, with the takeover recorded if there was one. */
export const heldBy = (record: JournalRecord, person: string, at: string): JournalRecord =>
  isHeldBy(record, record.by, person)
    ? record
    : { ...record, taken_over: [...takeovers(record), { by: person, at }] };

/** One more state of a journal, and by whom. */
export interface JournalStroke {
  /** `null`: it begins. */
  was: JournalRecord | null;
  is: JournalRecord;
  /** Who wrote its first state, as that proved. */
  begunBy: string;
  actor: string;
}

/** Why this person may not write this into a journal, or `null`. */
export function strokeProblem(model: RealmModel, { was, is, begunBy, actor }: JournalStroke): string | null {
  if (Number.isNaN(Date.parse(String(is.at)))) return 'its journal has no date';
  const before = was === null ? [] : takeovers(was);
  const now = takeovers(is);
  if (!sameJson(now.slice(0, before.length) as JsonValue, before as JsonValue))
    return 'its journal omits who took it over';
  const added = now.slice(before.length);
  if (was === null) {
    // Also where the state before cannot be read.
    if (!samePerson(begunBy, actor)) return `only '${begunBy}' may resume this operation, not '${actor}'`;
    if (is.by !== undefined && !samePerson(String(is.by), actor))
      return `the author of its journal is '${String(is.by)}', but it was pushed by '${actor}'`;
    return added.length === 0 ? null : 'its journal is taken over before it starts';
  }
  if (!sameJson(planOf(was), planOf(is))) return 'its journal changes the plan of the operation';
  if (added.some((record) => !samePerson(String(record.by), actor)))
    return `its journal is taken over in the name of '${String(added[0]?.by)}', but it was pushed by '${actor}'`;
  if (samePerson(begunBy, actor)) return null;
  if (!mayTakeOver(model, was, actor))
    return `only '${begunBy}' or a maintainer of every repo in it may resume this operation: '${actor}' is neither`;
  if (!isHeldBy(is, begunBy, actor)) return `its journal does not record that '${actor}' took it over`;
  const over = was.state !== 'running' && was.state !== 'stopped';
  return over && added.length > 0 ? 'the operation has ended and can no longer be taken over' : null;
}

/** A journal may be anybody's text. */
function takeovers(record: JournalRecord): { by: string; at: string }[] {
  const list: unknown = record.taken_over;
  return (Array.isArray(list) ? list.filter(isObject) : []) as { by: string; at: string }[];
}

/** What does not change while it runs. */
const planOf = ({ id, at, by, verb, branch, args, steps }: JournalRecord): JsonValue =>
  ({
    id,
    at,
    by: by ?? null,
    verb: verb ?? null,
    branch: branch ?? null,
    args: args ?? null,
    steps: steps.map((step) => ({
      id: step.id ?? null,
      repo: step.repo ?? null,
      effect: step.effect ?? null,
      after: step.after ?? null,
    })),
  }) as unknown as JsonValue;
