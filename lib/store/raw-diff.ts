import { RealmError } from '../errors.ts';
import { type EntryChange, entryChanges } from '../git/tree.ts';
import { EMPTY_TREE, type TreeEntry } from '../git/tree-object.ts';
import type { FileChange, Side } from '../governance/rules/step.ts';
import { MAX_FILE } from '../governance/tree-paths.ts';
import { CONTENT_LIMITS } from '../realm/content.ts';
import { contentPath } from '../realm/kinds.ts';
import type { Store } from './store.ts';

/**
 * Everything in which two commits differ, with modes, so that links and submodules show too. `from` null: all of `to`.
 */
export async function rawDiff(store: Store, from: string | null, to: string): Promise<FileChange[]> {
  const trees = await treesOf(store, from, to);
  return changesOf(store, await entryChanges(store.objects, trees.from, trees.to));
}

/**
 * The same for a judge. Throws `bad-tree` where a tree of `to` is not as git writes it, and where git's own reading of the
 * difference is another one: then nobody can say what others will see.
 */
export async function judgedDiff(store: Store, from: string | null, to: string): Promise<FileChange[]> {
  const trees = await treesOf(store, from, to);
  const changes = await entryChanges(store.objects, trees.from, trees.to, { strict: true });
  const seen = await seenByGit(store, trees.from, trees.to);
  // What an odd tree says that was there before, programs need not agree on: it may go.
  const old = changes.flatMap(({ path, from: was }) => (was?.odd === undefined ? [] : [path]));
  const counts = (path: string) => !old.some((odd) => path === odd || path.startsWith(`${odd}/`));
  const ours = new Set(changes.filter(({ path }) => counts(path)).map(lineOf));
  const theirs = new Set(seen.filter(({ path }) => counts(path)).map(({ line }) => line));
  const [other] = [
    ...[...ours].filter((line) => !theirs.has(line)),
    ...[...theirs].filter((line) => !ours.has(line)),
  ];
  if (other === undefined) return changesOf(store, changes);
  throw new RealmError(
    'bad-tree',
    `git reports a change that its trees do not contain at '${other.split('\t')[1]}'`,
  );
}

async function treesOf(store: Store, from: string | null, to: string) {
  const tree = async (commit: string): Promise<string> => {
    const found = await store.objects.info(`${commit}^{tree}`);
    if (found !== null) return found.oid;
    throw new RealmError('bad-tree', `no tree of ${commit.slice(0, 10)}`, { hint: 'git fsck' });
  };
  return { from: from === null ? null : await tree(from), to: await tree(to) };
}

const NONE = (oid: string): string => '0'.repeat(oid.length);

function lineOf({ path, from, to }: EntryChange): string {
  const mode = (entry: TreeEntry | null) => entry?.mode.padStart(6, '0') ?? '000000';
  const oid = (entry: TreeEntry | null) => entry?.oid ?? NONE(from?.oid ?? to?.oid ?? '');
  return `${mode(from)} ${mode(to)} ${oid(from)} ${oid(to)}\t${path}`;
}

async function seenByGit(
  store: Store,
  from: string | null,
  to: string,
): Promise<{ path: string; line: string }[]> {
  const base = from ?? EMPTY_TREE[to.length === 64 ? 'sha256' : 'sha1'];
  const fields = await store.differ.diff(base, to);
  if (fields === null) throw new RealmError('bad-tree', 'git cannot read its trees', { hint: 'git fsck' });
  const seen = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const path = fields[at + 1]?.toString('utf8') ?? '';
    const record = fields[at]?.toString('latin1') ?? '';
    seen.push({ path, line: `${record.slice(1).split(' ').slice(0, 4).join(' ')}\t${path}` });
  }
  return seen;
}

const changesOf = (store: Store, changes: readonly EntryChange[]): Promise<FileChange[]> =>
  Promise.all(
    changes.map(async ({ path, from, to }) => ({
      path,
      from: await side(store, path, from),
      to: await side(store, path, to),
    })),
  );

/** What is not a plain file, or too large for a realm, is not read; nor is what a contract keeps as it is. */
async function side(store: Store, path: string, entry: TreeEntry | null): Promise<Side | null> {
  if (entry === null) return null;
  const { mode, oid, odd } = entry;
  const unread = (why: string): Side => ({ mode, oid, text: null, unread: why });
  if (odd !== undefined) return unread(`is not a valid git object: ${odd}`);
  if (!mode.startsWith('100')) return unread('is not a plain file');
  if (contentPath(path) !== undefined) {
    const found = await store.objects.info(oid);
    const most = CONTENT_LIMITS.file;
    if (found !== null && found.type === 'blob' && found.size > most)
      return unread(`has ${found.size} bytes: a file of a contract has at most ${most >> 20} MiB`);
    if (found?.type === 'blob') return { mode, oid, text: null, unread: null };
  }
  const blob = await store.objects.readWithin(oid, MAX_FILE);
  if (blob === null) return unread('is missing');
  if (blob.type !== 'blob') return unread(`is a ${blob.type}`);
  if (!('bytes' in blob))
    return unread(`has ${blob.size} bytes: the limit for files of a realm is ${MAX_FILE}`);
  const text = blob.bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(blob.bytes) ? { mode, oid, text } : unread('is not UTF-8');
}
