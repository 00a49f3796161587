import { devNull } from 'node:os';
import path from 'node:path';
import { readSnapshot, type Snapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';

const known = new WeakMap<Store, Promise<Snapshot>>();

/** The realm as git has it: read without the index file, which may be what is wrong, and without writing one. */
export function trueSnapshot(context: Context, store: Store): Promise<Snapshot> {
  const found = known.get(store) ?? read(context, store);
  known.set(store, found);
  return found;
}

async function read(context: Context, store: Store): Promise<Snapshot> {
  const progress = context.progress('reading the realm');
  const elsewhere = { ...store, directory: path.join(devNull, 'none') };
  const snapshot = await readSnapshot(elsewhere, store.branch, { keep: false, progress: progress.at });
  progress.end();
  return snapshot;
}
