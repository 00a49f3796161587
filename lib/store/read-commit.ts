import { type Commit, parseCommit } from '../git/commit.ts';
import type { Store } from './store.ts';

/** The commit that a revision names; `null`: it names none. */
export async function readCommit(store: Store, name: string): Promise<Commit | null> {
  const object = await store.objects.read(`${name}^{commit}`);
  return object === null ? null : parseCommit(object);
}
