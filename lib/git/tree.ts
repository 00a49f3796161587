import { RealmError } from '../errors.ts';
import type { ObjectReader } from './objects.ts';
import { badTree, parseTree, renderTree, type TreeEntry } from './tree-object.ts';

/** One difference between two trees: a regular file that came, went or changed. */
export interface TreeChange {
  path: string;
  /** `null`: gone. */
  oid: string | null;
  /** Why what is there now is not read (`TreeEntry.odd`). */
  odd?: string;
}

/** A path that is not a folder in one of two trees, with what each has there; `null`: nothing, or a folder. */
export interface EntryChange {
  path: string;
  from: TreeEntry | null;
  to: TreeEntry | null;
}

const isTree = (entry: TreeEntry | undefined): boolean => entry?.mode === '40000' && entry.odd === undefined;
/** Symbolic links and submodules are not files of ours: no link leaves the realm tree. */
const isFile = (entry: TreeEntry | null | undefined): boolean =>
  entry?.odd === undefined && (entry?.mode.startsWith('100') ?? false);

/**
 * The files in which two trees differ, reading only the subtrees that differ, through the reader's one process.
 * `from` null: every file of `to`.
 */
export async function diffTrees(
  objects: ObjectReader,
  from: string | null,
  to: string,
): Promise<TreeChange[]> {
  const changes = await entryChanges(objects, from, to);
  return changes.flatMap(({ path, from: was, to: is }): TreeChange[] => {
    if (is?.odd !== undefined) return [{ path, oid: is.oid, odd: is.odd }];
    if (isFile(is)) return [{ path, oid: is?.oid ?? null }];
    return was?.odd !== undefined || isFile(was) ? [{ path, oid: null }] : [];
  });
}

/**
 * Every path in which two trees differ, also those that hold no file. With `strict` it throws `bad-tree` where a tree of `to`
 * is not, byte for byte, what git would write for its entries.
 */
export async function entryChanges(
  objects: ObjectReader,
  from: string | null,
  to: string,
  { strict = false }: { strict?: boolean } = {},
): Promise<EntryChange[]> {
  const changes: EntryChange[] = [];
  if (from !== to) await walk({ objects, strict, changes }, '', from, to);
  return changes;
}

interface Walk {
  objects: ObjectReader;
  strict: boolean;
  changes: EntryChange[];
}

async function walk(all: Walk, prefix: string, from: string | null, to: string | null): Promise<void> {
  const { objects, strict, changes } = all;
  const [old, now] = await Promise.all([
    readFolder(objects, prefix, from, false),
    readFolder(objects, prefix, to, strict),
  ]);
  if (old.odd !== undefined || now.odd !== undefined)
    changes.push({ path: prefix.slice(0, -1), from: old.odd ?? null, to: now.odd ?? null });
  const below: Promise<void>[] = [];
  for (const name of new Set([...old.entries.keys(), ...now.entries.keys()])) {
    const was = old.entries.get(name);
    const is = now.entries.get(name);
    if (was?.oid === is?.oid && was?.mode === is?.mode && was?.odd === is?.odd) continue;
    const [a, b] = [isTree(was), isTree(is)];
    if (a || b)
      below.push(walk(all, `${prefix}${name}/`, a ? (was?.oid ?? null) : null, b ? (is?.oid ?? null) : null));
    const change = { path: prefix + name, from: (!a && was) || null, to: (!b && is) || null };
    if (change.from !== null || change.to !== null) changes.push(change);
  }
  await Promise.all(below);
}

/** What the regular files among these paths hold in a tree, by path; reads only the folders on the way. */
export async function filesAt(
  objects: ObjectReader,
  tree: string,
  paths: Iterable<string>,
): Promise<Map<string, string>> {
  const found = await entriesAt(objects, tree, paths);
  return new Map([...found].flatMap(([path, entry]) => (isFile(entry) ? [[path, entry.oid]] : [])));
}

/** What a tree has at these paths: files, and what is not read (`TreeEntry.odd`), also of a folder on the way. */
export async function entriesAt(
  objects: ObjectReader,
  tree: string,
  paths: Iterable<string>,
): Promise<Map<string, TreeEntry>> {
  const found = new Map<string, TreeEntry>();
  await findBelow(objects, '', tree, [...paths], found);
  return found;
}

async function findBelow(
  objects: ObjectReader,
  prefix: string,
  tree: string,
  paths: readonly string[],
  found: Map<string, TreeEntry>,
): Promise<void> {
  const { entries, odd } = await readFolder(objects, prefix, tree, false);
  if (odd !== undefined) for (const path of paths) found.set(path, odd);
  const below = new Map<string, string[]>();
  for (const path of paths) {
    const slash = path.indexOf('/', prefix.length);
    const name = path.slice(prefix.length, slash < 0 ? undefined : slash);
    const entry = entries.get(name);
    if (entry?.odd !== undefined || (slash < 0 && entry !== undefined && isFile(entry)))
      found.set(path, entry);
    else if (slash >= 0) below.set(name, [...(below.get(name) ?? []), path]);
  }
  const folders = [...below].map(async ([name, inside]) => {
    const entry = entries.get(name);
    if (entry !== undefined && isTree(entry))
      await findBelow(objects, `${prefix}${name}/`, entry.oid, inside, found);
  });
  await Promise.all(folders);
}

/** The regular files of one folder of a tree: oids by name; none where there is no such folder. */
export async function folderAt(
  objects: ObjectReader,
  tree: string,
  path: string,
): Promise<Map<string, string>> {
  let folder = await readFolder(objects, '', tree, false);
  for (const name of path.split('/')) {
    const entry = folder.entries.get(name);
    if (entry === undefined || !isTree(entry)) return new Map();
    folder = await readFolder(objects, `${path}/`, entry.oid, false);
  }
  return new Map([...folder.entries.values()].filter(isFile).map(({ name, oid }) => [name, oid]));
}

interface Folder {
  entries: Map<string, TreeEntry>;
  /** The folder itself, where it does not hold a list of entries. */
  odd?: TreeEntry;
}

const NOTHING: Folder = { entries: new Map() };

/** The entries of a folder by name. Throws `object-missing` where its tree is missing, `bad-tree` as `entryChanges` says. */
async function readFolder(
  objects: ObjectReader,
  prefix: string,
  oid: string | null,
  strict: boolean,
): Promise<Folder> {
  if (oid === null) return NOTHING;
  const object = await objects.read(oid);
  if (object === null) throw new RealmError('object-missing', `no tree ${oid}`, { hint: 'git fsck' });
  try {
    if (object.type !== 'tree') throw badTree(`'${prefix}' is a ${object.type}`);
    const entries = parseTree(object.bytes, oid.length === 64 ? 32 : 20);
    if (strict) mustBeCanonical(prefix, entries, object.bytes);
    return { entries: new Map(entries.map((entry) => [entry.name, entry])) };
  } catch (error) {
    if (strict || prefix === '' || !(error instanceof RealmError)) throw error;
    return { ...NOTHING, odd: { name: prefix, mode: '40000', oid, odd: error.message } };
  }
}

function mustBeCanonical(prefix: string, entries: readonly TreeEntry[], bytes: Buffer): void {
  const odd = entries.find((entry) => entry.odd !== undefined);
  if (odd !== undefined) throw badTree(`'${prefix}${odd.name}': ${odd.odd}`);
  if (prefix !== '' && entries.length === 0) throw badTree(`the folder '${prefix}' is empty`);
  if (!renderTree(entries).equals(bytes))
    throw badTree(`'${prefix}' is not the same when it is written again`);
}
