import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';

export interface RawObject {
  type: 'blob' | 'tree' | 'commit';
  bytes: Buffer;
}

export const oidOf = ({ type, bytes }: RawObject): string =>
  createHash('sha1').update(`${type} ${bytes.length}\0`).update(bytes).digest('hex');

/** Objects of any bytes, put into a repository without a process; each is written once. */
export function looseObjects(gitDir: string) {
  const file = (oid: string) => `${gitDir}/objects/${oid.slice(0, 2)}/${oid.slice(2)}`;
  return {
    /** True: it was not there before. */
    put(object: RawObject): boolean {
      const oid = oidOf(object);
      if (existsSync(file(oid))) return false;
      mkdirSync(`${gitDir}/objects/${oid.slice(0, 2)}`, { recursive: true });
      const head = Buffer.from(`${object.type} ${object.bytes.length}\0`);
      writeFileSync(file(oid), deflateSync(Buffer.concat([head, object.bytes]), { level: 1 }));
      return true;
    },
    drop: (oid: string) => rmSync(file(oid)),
  };
}

export interface Entry {
  mode: string;
  name: string | Buffer;
  oid: string;
}

/** A tree of these entries as they stand. */
export const treeBytes = (entries: readonly Entry[]): Buffer =>
  Buffer.concat(
    entries.flatMap(({ mode, name, oid }) => [
      Buffer.from(`${mode} `),
      Buffer.from(name as string),
      Buffer.from([0]),
      Buffer.from(oid, 'hex'),
    ]),
  );

/** The trees of these files, the deepest first and the whole last, in git's order; `oid` of each file by its path. */
export function treesOf(files: ReadonlyMap<string, string>): RawObject[] {
  const folders = new Map<string, Map<string, string>>();
  const here: Entry[] = [];
  for (const [path, oid] of files) {
    const slash = path.indexOf('/');
    if (slash < 0) here.push({ mode: '100644', name: path, oid });
    else {
      const folder = path.slice(0, slash);
      folders.set(folder, (folders.get(folder) ?? new Map()).set(path.slice(slash + 1), oid));
    }
  }
  const made: RawObject[] = [];
  for (const [name, inside] of folders) {
    const below = treesOf(inside);
    made.push(...below);
    here.push({ mode: '40000', name, oid: oidOf(below.at(-1) as RawObject) });
  }
  const key = ({ mode, name }: Entry) => Buffer.from(mode === '40000' ? `${name}/` : String(name));
  here.sort((a, b) => Buffer.compare(key(a), key(b)));
  return [...made, { type: 'tree', bytes: treeBytes(here) }];
}

/** The entries of tree bytes that were made here. */
export function entriesOf(bytes: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [space, nul] = [bytes.indexOf(32, at), bytes.indexOf(0, at)];
    entries.push({
      mode: bytes.toString('latin1', at, space),
      name: bytes.toString('utf8', space + 1, nul),
      oid: bytes.toString('hex', nul + 1, nul + 21),
    });
    at = nul + 21;
  }
  return entries;
}
