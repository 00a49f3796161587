import { trailer } from '../git/commit.ts';
import { readLog } from '../git/log.ts';
import { listCommits } from '../git/rev-list.ts';
import { orIfFatal } from '../git/run.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Store } from './store.ts';

/** The operation that a commit's message names (`Realm-Op:`), as JSON; `null` where it names none, or no readable one. */
function operationOf(message: string): JsonObject | null {
  try {
    const value = JSON.parse(trailer(message.trim(), 'Realm-Op') ?? 'null') as JsonValue;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Has a proposal landed between two commits of the main branch, or was its approval withdrawn since? The newest word counts. */
export async function lastLanding(
  store: Store,
  id: string,
  { after, until }: { after: string; until: string },
): Promise<'land' | 'unland' | null> {
  const range = { tips: [until], not: [after], containing: `"proposal":"${id}"` };
  for (const { message } of await orIfFatal(readLog(store.repo, ['message'], range), [])) {
    const op = operationOf(message);
    if (op?.proposal === id && (op.verb === 'land' || op.verb === 'unland')) return op.verb;
  }
  return null;
}

/** What landed on the main branch up to one commit, for many proposals at once. */
export interface Landings {
  /** Has this proposal landed since the commit that it stands on, or was its approval withdrawn since? The newest word counts. */
  last(id: string, after: string): 'land' | 'unland' | null;
}

/** The same as `lastLanding` in two processes, however many proposals there are. */
export async function landingsUpTo(store: Store, tip: string): Promise<Landings> {
  const range = { tips: [tip], topological: true };
  const [log, line] = await Promise.all([
    orIfFatal(readLog(store.repo, ['oid', 'message'], { ...range, containing: '"proposal":"' }), []),
    orIfFatal(listCommits(store.repo, range), []),
  ]);
  // From the tip: no commit comes before one that stands on it.
  const place = new Map(line.map((oid, at) => [oid, at]));
  const found = new Map<string, { at: number; verb: 'land' | 'unland' }[]>();
  for (const { oid, message } of log) {
    const op = operationOf(message);
    const at = place.get(oid);
    if (at === undefined || typeof op?.proposal !== 'string') continue;
    if (op.verb !== 'land' && op.verb !== 'unland') continue;
    const known = found.get(op.proposal) ?? [];
    known.push({ at, verb: op.verb });
    found.set(op.proposal, known);
  }
  return {
    last: (id, after) => {
      const newest = found.get(id)?.[0];
      return newest !== undefined && newest.at < (place.get(after) ?? Number.POSITIVE_INFINITY)
        ? newest.verb
        : null;
    },
  };
}
