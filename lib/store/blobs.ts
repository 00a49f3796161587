import { createHash } from 'node:crypto';
import type { PlannedFile } from '../realm/content.ts';
import type { Store } from './store.ts';

/**
 * Bytes that commits under way name and that a store may not have yet, by the name that git gives them there. They go into the
 * store together with the commit: the planner needs no process of its own to write them.
 */
const waiting = new WeakMap<Store, Map<string, Uint8Array>>();

/** Keep bytes for the commits to come; their name. `like`: a name in the store, whose length tells its hash. */
export function keepBlob(store: Store, bytes: Uint8Array, like: string): string {
  const oid = blobName(bytes, like);
  const kept = waiting.get(store) ?? new Map<string, Uint8Array>();
  waiting.set(store, kept.set(oid, bytes));
  return oid;
}

/** The bytes that were kept under a name. */
export const keptBlob = (store: Store, oid: string): Uint8Array | undefined => waiting.get(store)?.get(oid);

/** What was kept for these files, each once. */
export function blobsFor(store: Store, files: Iterable<PlannedFile>): Uint8Array[] {
  const found = new Map<string, Uint8Array>();
  for (const file of files) {
    const bytes = file === null || typeof file === 'string' ? undefined : keptBlob(store, file.oid);
    if (bytes !== undefined && file !== null && typeof file !== 'string') found.set(file.oid, bytes);
  }
  return [...found.values()];
}

/** The name that git gives bytes. */
const blobName = (bytes: Uint8Array, like: string): string =>
  createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex');
