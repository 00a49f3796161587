import { trailer } from '../git/commit.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Store } from './store.ts';

/** The operation that a commit's message names (`Realm-Op:`), as JSON; `null` where it names none, or no readable one. */
export function operationOf(message: string): JsonObject | null {
  try {
    const value = JSON.parse(trailer(message.trim(), 'Realm-Op') ?? 'null') as JsonValue;
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Has a proposal landed between two commits of the main branch, or was it taken back since? The newest word counts. */
export async function lastLanding(
  store: Store,
  id: string,
  { after, until }: { after: string; until: string },
): Promise<'land' | 'unland' | null> {
  const args = ['log', '--format=%B%x00', '--fixed-strings', `--grep="proposal":"${id}"`, until, `^${after}`];
  const { stdout } = await store.repo.git(args, { ok: [0, 128] });
  for (const message of stdout.toString('utf8').split('\0')) {
    const op = operationOf(message);
    if (op?.proposal === id && (op.verb === 'land' || op.verb === 'unland')) return op.verb;
  }
  return null;
}
