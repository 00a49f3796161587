import { type Commit, parseCommit } from '../git/commit.ts';
import { diffTrees } from '../git/tree.ts';
import { kindOf } from '../realm/kinds.ts';
import { type RealmModel, realmModel } from '../realm/model.ts';
import { type Problem, parseFile } from '../realm/parse.ts';
import type { FileKind, FileTypes } from '../realm/types.ts';
import { FORMATS_VERSION } from '../version.ts';
import { type IndexEntry, type IndexFile, readIndexFile, writeIndexFile } from './index-file.ts';
import type { Store } from './store.ts';

/** The realm as one commit has it. */
export interface Snapshot {
  /** `null`: the branch has no commit yet. */
  commit: Commit | null;
  model: RealmModel;
  /** The text of a file; throws nothing, `undefined` where there is none. */
  text(path: string): Promise<string | undefined>;
}

export interface SnapshotOptions {
  /** Called while many files are parsed for the first time. */
  progress?: ((done: number, total: number) => void) | undefined;
}

/** Objects asked for at once: the answers of more would only wait in memory. */
const BATCH = 128;

/** Parsed indexes already at hand in this process, by store directory: many appends pay for one read. */
const atHand = new WeakMap<Store, IndexFile>();

/** Read the realm at a revision (default: its main branch), through the index; only what changed is parsed. */
export async function readSnapshot(
  store: Store,
  revision: string = store.branch,
  options: SnapshotOptions = {},
): Promise<Snapshot> {
  const object = await store.objects.read(`${revision}^{commit}`);
  const commit = object === null ? null : parseCommit(object);
  const index = await indexOf(store, commit?.tree ?? null, options);
  return {
    commit,
    model: realmModel({
      paths: () => index.entries.keys(),
      file: fileReader(index),
      problems: () => problemsOf(index),
    }),
    text: async (path) => {
      const oid = index.entries.get(path)?.oid;
      return oid === undefined ? undefined : (await store.objects.read(oid))?.bytes.toString('utf8');
    },
  };
}

async function indexOf(store: Store, tree: string | null, options: SnapshotOptions): Promise<IndexFile> {
  if (tree === null) return { tree: '', entries: new Map() };
  const kept = atHand.get(store) ?? (await readIndexFile(store.directory, FORMATS_VERSION));
  if (kept?.tree === tree) {
    atHand.set(store, kept);
    return kept;
  }
  // A tree that was collected as garbage cannot be compared with: begin anew.
  const base = kept !== null && (await store.objects.read(kept.tree)) !== null ? kept : null;
  const changes = await diffTrees(store.objects, base?.tree ?? null, tree);
  const entries = new Map(base?.entries);
  for (let done = 0; done < changes.length; done += BATCH) {
    const batch = changes.slice(done, done + BATCH);
    const read = await Promise.all(
      batch.map(({ path, oid }) => (oid === null ? null : readEntry(store, path, oid))),
    );
    for (const [n, { path }] of batch.entries()) {
      const entry = read[n] ?? null;
      if (entry === null) entries.delete(path);
      else entries.set(path, entry);
    }
    options.progress?.(done + batch.length, changes.length);
  }
  const index = { tree, entries };
  atHand.set(store, index);
  // Rewriting a large index for a small change would cost an append more than the append: readers catch up cheaply.
  if (base === null || changes.length > 16 || entries.size < 2000) {
    await writeIndexFile(store.directory, FORMATS_VERSION, index);
  }
  return index;
}

async function readEntry(store: Store, path: string, oid: string): Promise<IndexEntry> {
  const kind = kindOf(path);
  if (kind === undefined) return { path, oid, ok: true, json: Buffer.from('null') };
  const object = await store.objects.read(oid);
  const parsed = parseFile(kind, path, object?.bytes.toString('utf8') ?? '');
  const json = Buffer.from(JSON.stringify(parsed.ok ? parsed.value : parsed.problems));
  return { path, oid, ok: parsed.ok, json };
}

function fileReader(index: IndexFile) {
  const parsed = new Map<string, unknown>();
  return <K extends FileKind>(kind: K, path: string): FileTypes[K] | undefined => {
    const entry = index.entries.get(path);
    if (entry === undefined || !entry.ok || kindOf(path) !== kind) return undefined;
    if (!parsed.has(path)) parsed.set(path, JSON.parse(entry.json.toString('utf8')));
    return parsed.get(path) as FileTypes[K];
  };
}

function problemsOf(index: IndexFile): Problem[] {
  const broken = [...index.entries.values()].filter((entry) => !entry.ok);
  return broken.flatMap((entry) => JSON.parse(entry.json.toString('utf8')) as Problem[]);
}
