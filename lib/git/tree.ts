import { RealmError } from '../errors.ts';
import type { ObjectReader } from './objects.ts';

export interface TreeEntry {
  name: string;
  mode: string;
  oid: string;
}

/** A raw tree object: `<mode> SP <name> NUL <oid>` repeated; the oid is as long as the reader's format says. */
export function parseTree(bytes: Buffer, oidBytes: 20 | 32): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(32, at);
    const nul = bytes.indexOf(0, space);
    if (space < 0 || nul < 0) throw new RealmError('git-failed', 'a tree object does not parse');
    entries.push({
      mode: bytes.toString('latin1', at, space),
      name: bytes.toString('utf8', space + 1, nul),
      oid: bytes.toString('hex', nul + 1, nul + 1 + oidBytes),
    });
    at = nul + 1 + oidBytes;
  }
  return entries;
}

/** One difference between two trees: a regular file that came, went or changed. */
export interface TreeChange {
  path: string;
  /** `null`: gone. */
  oid: string | null;
}

const isTree = (entry: TreeEntry | undefined) => entry?.mode === '40000';
/** Symbolic links and submodules are no files of ours: no link leaves the realm tree (DESIGN §8). */
const isFile = (entry: TreeEntry | undefined) => entry?.mode.startsWith('100') ?? false;

/**
 * The files in which two trees differ, reading only the subtrees that differ, through the reader's one process.
 * `from` null: every file of `to`.
 */
export async function diffTrees(
  objects: ObjectReader,
  from: string | null,
  to: string,
): Promise<TreeChange[]> {
  if (from === to) return [];
  const changes: TreeChange[] = [];
  await walk(objects, '', from, to, changes);
  return changes;
}

async function walk(
  objects: ObjectReader,
  prefix: string,
  from: string | null,
  to: string | null,
  changes: TreeChange[],
): Promise<void> {
  const [old, now] = await Promise.all([readTree(objects, from), readTree(objects, to)]);
  const below: Promise<void>[] = [];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const was = old.get(name);
    const is = now.get(name);
    if (was?.oid === is?.oid && was?.mode === is?.mode) continue;
    const path = prefix + name;
    if (isTree(was) || isTree(is)) {
      const [a, b] = [isTree(was) ? was : undefined, isTree(is) ? is : undefined];
      below.push(walk(objects, `${path}/`, a?.oid ?? null, b?.oid ?? null, changes));
    }
    if (isFile(is)) changes.push({ path, oid: is?.oid ?? null });
    else if (isFile(was)) changes.push({ path, oid: null });
  }
  await Promise.all(below);
}

/** What the regular files among these paths hold in a tree, by path; reads only the folders on the way. */
export async function filesAt(
  objects: ObjectReader,
  tree: string,
  paths: Iterable<string>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await findBelow(objects, '', tree, [...paths], found);
  return found;
}

async function findBelow(
  objects: ObjectReader,
  prefix: string,
  tree: string,
  paths: readonly string[],
  found: Map<string, string>,
): Promise<void> {
  const entries = await readTree(objects, tree);
  const below = new Map<string, string[]>();
  for (const path of paths) {
    const slash = path.indexOf('/', prefix.length);
    const name = path.slice(prefix.length, slash < 0 ? undefined : slash);
    const entry = entries.get(name);
    if (slash >= 0) below.set(name, [...(below.get(name) ?? []), path]);
    else if (entry !== undefined && isFile(entry)) found.set(path, entry.oid);
  }
  const folders = [...below].map(async ([name, inside]) => {
    const entry = entries.get(name);
    if (entry !== undefined && isTree(entry))
      await findBelow(objects, `${prefix}${name}/`, entry.oid, inside, found);
  });
  await Promise.all(folders);
}

async function readTree(objects: ObjectReader, oid: string | null): Promise<Map<string, TreeEntry>> {
  if (oid === null) return new Map();
  const object = await objects.read(oid);
  if (object?.type !== 'tree') throw new RealmError('git-failed', `no tree ${oid}`, { hint: 'git fsck' });
  const entries = parseTree(object.bytes, oid.length === 64 ? 32 : 20);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  // git itself writes no such tree, and its programs do not agree on what one says.
  const odd = entries.find(({ name }) => name === '' || name === '.' || name === '..' || name.includes('/'));
  if (odd !== undefined) throw badTree(`it has an entry named '${odd.name}'`);
  if (byName.size < entries.length) throw badTree('it has two entries of one name');
  return byName;
}

const badTree = (why: string): RealmError =>
  new RealmError('bad-tree', `a tree is not as git writes one: ${why}`, { hint: 'git fsck' });
