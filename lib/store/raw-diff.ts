import type { FileChange, Side } from '../governance/rules/step.ts';
import { MAX_FILE } from '../governance/tree-paths.ts';
import type { Store } from './store.ts';

/**
 * Everything in which two commits differ, with modes, so that links and submodules show too. `from` null: all of `to`.
 */
export async function rawDiff(store: Store, from: string | null, to: string): Promise<FileChange[]> {
  const flags = ['-r', '-z', '--no-renames', '--no-commit-id', '--raw', '--no-abbrev'];
  const { stdout } = await store.repo.git(
    from === null ? ['diff-tree', ...flags, '--root', to] : ['diff-tree', ...flags, from, to],
  );
  const fields = stdout.toString('utf8').split('\0');
  const changes: Promise<FileChange>[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [was = '', is = '', old = '', now = ''] = (fields[at] ?? '').slice(1).split(' ');
    changes.push(change(store, fields[at + 1] ?? '', { mode: was, oid: old }, { mode: is, oid: now }));
  }
  return Promise.all(changes);
}

type Raw = Pick<Side, 'mode' | 'oid'>;

async function change(store: Store, path: string, from: Raw, to: Raw): Promise<FileChange> {
  return { path, from: await side(store, from), to: await side(store, to) };
}

/** A file that is too large for a realm is not read. */
async function side(store: Store, { mode, oid }: Raw): Promise<Side | null> {
  if (/^0+$/.test(mode)) return null;
  const size = mode.startsWith('100') ? ((await store.objects.info(oid))?.size ?? 0) : 0;
  const text = size > 0 && size <= MAX_FILE ? (await store.objects.read(oid))?.bytes.toString('utf8') : '';
  return { mode, oid, size, text: text ?? '' };
}
