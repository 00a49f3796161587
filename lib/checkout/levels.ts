import { lstat, readFile } from 'node:fs/promises';
import { MAX_BYTES, type SourceFile } from '../detect/types.ts';
import { RealmError } from '../errors.ts';
import { type Listed, listCheckout, listCommit, listIndex } from '../git/ls-files.ts';
import type { ObjectReader } from '../git/objects.ts';
import type { Repository } from '../git/repository.ts';
import { lastWords } from '../git/run.ts';
import { EMPTY_TREE, modeAsGitReads, parseTree, type TreeEntry } from '../git/tree-object.ts';
import { fingerprint } from './fingerprint.ts';

/** Where a version of the code counts, as in git: work tree, index, HEAD, and the publishing tip (docs/design/drift.md). */
export type Level = 'worktree' | 'index' | 'head' | 'tip';

/** A source file at some level, named by content before its bytes are read. */
export interface Source {
  path: string;
  /** The blob's oid; of a file that only the work tree has like this, a fingerprint. */
  oid: string;
  /** Its bytes; of one with more than `most` (`MAX_BYTES`) only how many. */
  read(most?: number): Promise<SourceFile>;
}

/** Reads sources of one repository; a fixed number of git processes however many exports ask. */
export interface Levels {
  /** The regular files that the pathspecs name in a commit's tree. */
  inCommit(oid: string, pathspecs: readonly string[]): Promise<Source[]>;
  /** The same in the index and in the work tree (tracked, or untracked and not ignored). */
  inCheckout(pathspecs: readonly string[]): Promise<{ index: Source[]; worktree: Source[] }>;
  /** The pathspecs that `inCheckout` asked git about, the last time. */
  readonly asked: readonly string[];
  /** The index alone: looks at no file of the work tree. */
  inIndex(pathspecs: readonly string[]): Promise<Source[]>;
}

export function levelsOf(repo: Repository, objects: ObjectReader): Levels {
  const trees = treeCache(objects);
  const asked: string[] = [];
  return {
    asked,
    inCommit: async (oid, pathspecs) => {
      const entries = pathspecs.every(isPlain)
        ? await inTree(trees, oid, pathspecs)
        : await byPathspec(repo, oid, pathspecs);
      return entries.map((entry) => fromObject(objects, entry.path, entry.oid));
    },
    inIndex: async (pathspecs) => {
      const stdout = listed(await listIndex(repo, pathspecs));
      return (await checkoutSources(repo, objects, stdout)).index;
    },
    inCheckout: async (pathspecs) => {
      asked.splice(0, asked.length, ...pathspecs);
      return checkoutSources(repo, objects, listed(await listCheckout(repo, pathspecs)));
    },
  };
}

/** A pathspec without pattern or magic: a file, or a directory with all that is below it. */
export const isPlain = (pathspec: string): boolean =>
  pathspec !== '' &&
  !/[*?[\]\\]/.test(pathspec) &&
  !/^[:/]/.test(pathspec) &&
  !pathspec.split('/').includes('..');

/** What a plain pathspec names, without `./` and trailing `/`. */
export const plainPath = (pathspec: string): string => pathspec.replace(/^(\.\/)+/, '').replace(/\/+$/, '');

type Trees = (oid: string) => Promise<TreeEntry[]>;

/** Trees by oid, each read once: levels and exports share most of them. */
function treeCache(objects: ObjectReader): Trees {
  const known = new Map<string, Promise<TreeEntry[]>>();
  const read = async (oid: string) => {
    const object = await objects.read(`${oid}^{tree}`);
    if (object === null) return [];
    const entries = parseTree(object.bytes, object.oid.length === 64 ? 32 : 20);
    return entries.map((entry) => ({ ...entry, mode: modeAsGitReads(entry.mode) }));
  };
  return (oid) => {
    const entries = known.get(oid) ?? read(oid);
    known.set(oid, entries);
    return entries;
  };
}

/** Plain paths need no process: the trees on the way say what is there, and of what mode. */
async function inTree(trees: Trees, commit: string, pathspecs: readonly string[]): Promise<Entry[]> {
  const found = new Map<string, Entry>();
  for (const path of pathspecs.map(plainPath)) {
    const names = path === '' || path === '.' ? [] : path.split('/');
    let entries = await trees(commit);
    let entry: TreeEntry | undefined;
    for (const [depth, name] of names.entries()) {
      entry = entries.find((found) => found.name === name);
      if (entry === undefined || depth === names.length - 1) break;
      entries = entry.mode === TREE ? await trees(entry.oid) : [];
    }
    if (names.length === 0) await below(trees, commit, '', found);
    else if (entry?.mode === TREE) await below(trees, entry.oid, `${path}/`, found);
    else if (entry?.mode.startsWith('100')) found.set(path, { path, oid: entry.oid });
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const TREE = '40000';

async function below(trees: Trees, tree: string, prefix: string, found: Map<string, Entry>): Promise<void> {
  for (const { name, mode, oid } of await trees(tree)) {
    const path = prefix + name;
    if (mode === TREE) await below(trees, oid, `${path}/`, found);
    else if (mode.startsWith('100')) found.set(path, { path, oid });
  }
}

interface Entry {
  path: string;
  oid: string;
}

/** Patterns and magic are git's to read. */
async function byPathspec(repo: Repository, commit: string, pathspecs: readonly string[]): Promise<Entry[]> {
  const empty = EMPTY_TREE[repo.objectFormat];
  return rawEntries(listed(await listCommit(repo, empty, commit, pathspecs)));
}

/** The sources with their bytes, as detectors take them; `most`: as large as the detector reads. */
export const readSources = (sources: readonly Source[], most?: number): Promise<SourceFile[]> =>
  Promise.all(sources.map((source) => source.read(most)));

function listed(answer: Listed): Buffer {
  if (answer.kind === 'listed') return answer.stdout;
  throw new RealmError('bad-pathspec', `cannot list source files: ${lastWords(answer.stderr)}`, {
    hint: 'git realm export --name <contract> --source <path in this repository>',
  });
}

/** `:<mode> <mode> <oid> <oid> <status> NUL <path> NUL` … (git-diff-tree(1), RAW OUTPUT FORMAT) */
function rawEntries(stdout: Buffer): Entry[] {
  const fields = stdout.toString('utf8').split('\0');
  const entries = [];
  for (let n = 0; n + 1 < fields.length; n += 2) {
    const [, mode = '', , oid = ''] = (fields[n] ?? '').split(' ');
    const name = fields[n + 1];
    if (mode.startsWith('100') && name !== undefined) entries.push({ path: name, oid });
  }
  return entries;
}

/**
 * `H` cached, `C` changed in the work tree, `R` removed there, `?` untracked. A removed file is listed as changed too.
 * Symbolic links and submodules are not sources: nothing leads out of the repository.
 */
async function checkoutSources(repo: Repository, objects: ObjectReader, stdout: Buffer) {
  const index = new Map<string, Source>();
  const worktree = new Map<string, Source>();
  const onDisk = new Map<string, Buffer>();
  const gone = new Set<string>();
  // A name need not be UTF-8: the file is read by its bytes.
  for (const entry of stdout.toString('latin1').split('\0')) {
    const match = /^(\S) (?:(\d{6}) ([0-9a-f]+) (\d)\t)?([\s\S]+)$/.exec(entry);
    if (match === null) continue;
    const [, tag, mode, oid, stage, bytes = ''] = match;
    const raw = Buffer.from(bytes, 'latin1');
    const name = raw.toString('utf8');
    if (tag === '?') onDisk.set(name, raw);
    else if (tag === 'R') gone.add(name);
    else if (!mode?.startsWith('100') || stage !== '0' || oid === undefined) continue;
    else if (tag === 'C') onDisk.set(name, raw);
    else {
      const source = fromObject(objects, name, oid);
      index.set(name, source);
      worktree.set(name, source);
    }
  }
  for (const name of gone) worktree.delete(name);
  for (const [name, raw] of onDisk) {
    if (gone.has(name)) continue;
    const source = await fromDisk(repo, name, raw);
    if (source === null) worktree.delete(name);
    else worktree.set(name, source);
  }
  return { index: sorted(index), worktree: sorted(worktree) };
}

const sorted = (sources: Map<string, Source>): Source[] =>
  [...sources.values()].sort((a, b) => (a.path < b.path ? -1 : 1));

const fromObject = (objects: ObjectReader, name: string, oid: string): Source => ({
  path: name,
  oid,
  read: async (most = MAX_BYTES) => {
    const object = await objects.readWithin(oid, most);
    if (object !== null && 'bytes' in object) return { path: name, bytes: object.bytes };
    if (object !== null) return unread(name, object.size);
    // Nothing is what an empty file holds; one that git has lost holds something.
    throw new RealmError(
      'object-missing',
      `the content of ${name} (${oid.slice(0, 12)}) is missing in this clone`,
      {
        hint: 'git fsck, or git fetch --refetch',
      },
    );
  },
});

async function fromDisk(repo: Repository, name: string, raw: Buffer): Promise<Source | null> {
  const file = Buffer.concat([Buffer.from(`${repo.worktree ?? '.'}/`), raw]);
  const found = await lstat(file).catch(() => null);
  if (found === null || !found.isFile()) return null;
  // Only a document may be so large: it is read when it is asked for.
  if (found.size > MAX_BYTES)
    return {
      path: name,
      oid: fingerprint(`${found.size} ${found.mtimeMs}`),
      read: async (most = MAX_BYTES) => {
        const bytes = found.size > most ? null : await readFile(file).catch(() => null);
        return bytes === null ? unread(name, found.size) : { path: name, bytes };
      },
    };
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return null;
  return { path: name, oid: fingerprint(bytes), read: async () => ({ path: name, bytes }) };
}

/** Too large to be read, which is not the same as empty: a detector says so. */
const unread = (path: string, size: number): SourceFile => ({ path, bytes: Buffer.alloc(0), size });
