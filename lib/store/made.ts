import type { Store } from './store.ts';

const all = new WeakMap<Store, Set<string>>();

/** Remember what this process put into the store: the id of an operation, its verb and subject, a commit, or `records`. */
export function markMade(store: Store, what: string): void {
  const set = all.get(store) ?? new Set();
  all.set(store, set.add(what));
}

/** Was it put there by this process? What was left there before is somebody's earlier command. */
export const wasMade = (store: Store, what: string): boolean => all.get(store)?.has(what) === true;
