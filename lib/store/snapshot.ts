import { RealmError } from '../errors.ts';
import { type Commit, parseCommit } from '../git/commit.ts';
import { diffTrees, type TreeChange } from '../git/tree.ts';
import type { PlannedFile } from '../realm/content.ts';
import { kindOf } from '../realm/kinds.ts';
import { type RealmFiles, type RealmModel, realmModel } from '../realm/model.ts';
import { MAX_FILE_LENGTH, type Problem, parseFile } from '../realm/parse.ts';
import type { ContractFile, FileKind, FileTypes } from '../realm/types.ts';
import { FORMATS_VERSION } from '../version.ts';
import { loadContract } from './content.ts';
import { Entries } from './entries.ts';
import { type IndexEntry, readIndexFile, writeIndexFile } from './index-file.ts';
import { type PlanReads, watched } from './plan-reads.ts';
import type { Store } from './store.ts';

/** The realm as one commit has it. */
export interface Snapshot {
  /** `null`: the branch has no commit yet. */
  commit: Commit | null;
  model: RealmModel;
  /** The name of what a file says, `undefined` where there is none. */
  oidAt(path: string): string | undefined;
  /** The text of a file; throws nothing, `undefined` where there is none. */
  text(path: string): Promise<string | undefined>;
  /** The contract at a path as each of its versions was published, the newest first, with its content. Walks the history. */
  versions(path: string): Promise<ContractFile[]>;
  /**
   * The contract with `schema` and `value` as its content says them; one without content as it is. Throws `content-unreadable`
   * where a file of it is missing, is not what is listed, or is too large.
   */
  loaded(file: ContractFile): Promise<ContractFile>;
}

export interface SnapshotOptions {
  /** False under the lock: the index file is left to those who only read. Default true. */
  keep?: boolean | undefined;
  /** Filled with what is looked at in the snapshot. */
  reads?: PlanReads | undefined;
  /** Called while many files are parsed for the first time. */
  progress?: ((done: number, total: number) => void) | undefined;
}

/** No file that can be parsed has more, whatever its letters are. */
const MOST_BYTES = 4 * MAX_FILE_LENGTH;

/** Objects asked for at once: the answers of more would only wait in memory. */
const BATCH = 128;

/**
 * An index file that is not more than this many files behind is as good as new: only what is asked for is parsed. To write
 * one again costs as much as the realm is large.
 */
const lagOf = (entries: number): number => Math.min(16, Math.floor(entries / 100));

/** A file whose YAML nobody has asked for yet, or what was found in it. */
type Entry = IndexEntry | { path: string; oid: string; text: string };

interface Index {
  tree: string;
  entries: Entries<Entry>;
  /** How many files came after the index file was written. */
  lag: number;
}

/** Indexes already loaded in this process: many appends pay for one read. */
const atHand = new WeakMap<Store, Index>();

/** Read the realm at a revision (default: its main branch), through the index; only what changed is parsed. */
export async function readSnapshot(
  store: Store,
  revision: string = store.branch,
  options: SnapshotOptions = {},
): Promise<Snapshot> {
  const object = await store.objects.read(`${revision}^{commit}`);
  const commit = object === null ? null : parseCommit(object);
  const index = await indexOf(store, commit?.tree ?? null, options);
  guesses.delete(store);
  return snapshotOf(store, commit, index, options.reads);
}

/** What the realm probably says, where it was read before: as it was then, with our own changes since. */
const guesses = new WeakMap<Store, Index>();

/**
 * The realm as it probably is, read from memory alone; `null` where nothing was read yet. Only for a plan that is held
 * against the tip afterwards, file by file (`reads`).
 */
export function guessSnapshot(store: Store, reads: PlanReads): Snapshot | null {
  const index = guesses.get(store) ?? atHand.get(store);
  return index === undefined ? null : snapshotOf(store, null, index, reads);
}

/** What we wrote ourselves, for the next guess. Never fails: without it the next guess is wrong, and made good. */
export async function rememberOwn(
  store: Store,
  commit: string,
  files: ReadonlyMap<string, PlannedFile>,
): Promise<void> {
  const index = guesses.get(store) ?? atHand.get(store);
  if (index === undefined) return;
  const name = async ([path, file]: [string, PlannedFile]): Promise<[string, Entry | null]> => {
    if (file === null) return [path, null];
    if (typeof file !== 'string') return [path, { path, oid: file.oid, ok: true, json: Buffer.from('null') }];
    const oid = (await store.objects.info(`${commit}:${path}`))?.oid;
    return [path, oid === undefined ? null : { path, oid, text: file }];
  };
  try {
    const own = await Promise.all([...files].map(name));
    guesses.set(store, { ...index, entries: index.entries.with(new Map<string, Entry | null>(own)) });
  } catch {
    guesses.delete(store);
  }
}

function snapshotOf(
  store: Store,
  commit: Commit | null,
  index: Index,
  reads: PlanReads | undefined,
): Snapshot {
  const files: RealmFiles = {
    paths: () => index.entries.keys(),
    has: (path) => index.entries.has(path),
    oid: (path) => index.entries.get(path)?.oid,
    file: fileReader(index),
    problems: () => problemsOf(index),
    mayHold: (path, text) => mayHold(index, path, text),
  };
  return {
    commit,
    model: realmModel(reads === undefined ? files : watched(files, reads)),
    oidAt: (path) => index.entries.get(path)?.oid,
    versions: async (path) => {
      if (reads !== undefined) reads.everything = true;
      const { contractVersions } = await import('./history.ts');
      const files: ContractFile[] = [];
      if (commit !== null)
        for await (const { file } of contractVersions(store, commit.oid, path)) files.push(file);
      return Promise.all(files.map((file) => loadContract(store, file)));
    },
    loaded: (file) => loadContract(store, file),
    text: async (path) => {
      reads?.files.add(path);
      const oid = index.entries.get(path)?.oid;
      if (oid === undefined) return undefined;
      // Peeled, for it is remembered then: a hook plans with the same few files again and again.
      const object = await store.objects.read(`${oid}^{blob}`);
      if (object === null) throw notThere(store, path, oid);
      return object.bytes.toString('utf8');
    },
  };
}

async function indexOf(store: Store, tree: string | null, options: SnapshotOptions): Promise<Index> {
  if (tree === null) return { tree: '', entries: new Entries(), lag: 0 };
  const kept = atHand.get(store) ?? fromDisk(store);
  if (kept?.tree === tree) {
    atHand.set(store, kept);
    return kept;
  }
  // A tree that was collected as garbage cannot be compared with: begin again.
  const base = kept !== null && (await store.objects.read(kept.tree)) !== null ? kept : null;
  const changes = await diffTrees(store.objects, base?.tree ?? null, tree);
  const lag = (base?.lag ?? 0) + changes.length;
  const keep = (options.keep ?? true) && (base === null || lag > lagOf(base.entries.size));
  const now = new Map<string, Entry | null>();
  for (let done = 0; done < changes.length; done += BATCH) {
    const batch = changes.slice(done, done + BATCH);
    const read = await Promise.all(
      batch.map(({ path, oid, odd }) => (oid === null ? null : readEntry(store, { path, oid, odd }))),
    );
    for (const [n, { path }] of batch.entries()) {
      const entry = read[n] ?? null;
      now.set(path, keep && entry !== null ? parseEntry(entry) : entry);
    }
    options.progress?.(done + batch.length, changes.length);
  }
  const index: Index = { tree, entries: (base?.entries ?? new Entries<Entry>()).with(now), lag };
  atHand.set(store, index);
  if (keep) toDisk(store, index);
  return index;
}

function fromDisk(store: Store): Index | null {
  const file = readIndexFile(store.directory, FORMATS_VERSION);
  return file === null ? null : { tree: file.tree, entries: new Entries<Entry>(file.entries), lag: 0 };
}

function toDisk(store: Store, index: Index): void {
  const entries = new Map([...index.entries.entries()].map(([path, entry]) => [path, parseEntry(entry)]));
  writeIndexFile(store.directory, FORMATS_VERSION, { tree: index.tree, entries });
  Object.assign(index, { entries: new Entries<Entry>(entries), lag: 0 });
}

async function readEntry(
  store: Store,
  { path, oid, odd }: { path: string; oid: string; odd: TreeChange['odd'] },
): Promise<Entry> {
  if (odd !== undefined) return unreadable(path, oid, `it is not a valid git object: ${odd}`);
  if (kindOf(path) === undefined) return { path, oid, ok: true, json: Buffer.from('null') };
  const object = await store.objects.readWithin(oid, MOST_BYTES);
  if (object !== null && object.type !== 'blob') return unreadable(path, oid, `it is a ${object.type}`);
  if (object !== null && !('bytes' in object))
    return unreadable(path, oid, `it has ${object.size} bytes, too many to read`);
  if (object !== null) return { path, oid, text: object.bytes.toString('utf8') };
  // Not an empty file: what is taken for one would stand in the index after the object is back.
  throw notThere(store, path, oid);
}

const notThere = (store: Store, path: string, oid: string): RealmError =>
  new RealmError('object-missing', `the realm's '${path}' (${oid.slice(0, 12)}) is missing in its store`, {
    hint: `git -C '${store.repo.gitDir}' fsck; to restore lost objects from a remote: git fetch --refetch`,
  });

/** A path whose content counts for nothing: it is named among the problems, and the rest of the realm stays readable. */
function unreadable(path: string, oid: string, message: string): IndexEntry {
  const problem: Problem = { path, line: 1, message, pointer: '' };
  return { path, oid, ok: false, json: Buffer.from(JSON.stringify([problem])) };
}

function parseEntry(entry: Entry): IndexEntry {
  const kind = kindOf(entry.path);
  if (!('text' in entry)) return entry;
  const { path, oid, text } = entry;
  if (kind === undefined) return { path, oid, ok: true, json: Buffer.from('null') };
  const parsed = parseFile(kind, path, text);
  return {
    path,
    oid,
    ok: parsed.ok,
    json: Buffer.from(JSON.stringify(parsed.ok ? parsed.value : parsed.problems)),
  };
}

/** The entry, parsed now and for good. */
function settled(index: Index, path: string): IndexEntry | undefined {
  const entry = index.entries.get(path);
  if (entry === undefined || !('text' in entry)) return entry;
  const parsed = parseEntry(entry);
  index.entries.improve(path, parsed);
  return parsed;
}

function fileReader(index: Index) {
  const parsed = new Map<string, unknown>();
  return <K extends FileKind>(kind: K, path: string): FileTypes[K] | undefined => {
    const entry = kindOf(path) === kind ? settled(index, path) : undefined;
    if (entry === undefined || !entry.ok) return undefined;
    if (!parsed.has(path)) parsed.set(path, JSON.parse(entry.json.toString('utf8')));
    return parsed.get(path) as FileTypes[K];
  };
}

function mayHold(index: Index, path: string, text: string): boolean {
  const entry = index.entries.get(path);
  return entry === undefined || 'text' in entry || entry.json.includes(JSON.stringify(text));
}

function problemsOf(index: Index): Problem[] {
  const problems: Problem[] = [];
  for (const [, entry] of [...index.entries.entries()]) {
    const parsed = 'text' in entry ? settled(index, entry.path) : entry;
    if (parsed?.ok === false) problems.push(...(JSON.parse(parsed.json.toString('utf8')) as Problem[]));
  }
  return problems;
}
