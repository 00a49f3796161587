import { readCache, writeCache } from '../cache-file.ts';
import type { GitObject } from './cat-file.ts';

/**
 * Objects that were read before, by the names they were asked for: names that say the content, an oid and what it is peeled
 * to (`<oid>^{commit}`, `^{tree}`, `^{blob}`), so that no answer ever grows old. It spares a command that only looks the
 * process that reads objects. Who reads many asks by the oid alone, and nothing is kept.
 */
export interface ObjectMemory {
  get(name: string): GitObject | undefined;
  put(name: string, object: GitObject): void;
  /** Write the file again if this process asked git for something; what was used now outlives what was not. */
  save(): void;
}

/** Bumped with every change of the file's form. */
const FORMAT = 1;
/** Larger objects are left to git; so is what does not fit beside those used last. In bytes. */
const OBJECT_LIMIT = 128 * 1024;
const TOTAL_LIMIT = 512 * 1024;
const COUNT_LIMIT = 128;

const IMMUTABLE = /^(?:[0-9a-f]{40}|[0-9a-f]{64})\^\{(?:commit|tree|blob)\}$/;

interface Header {
  format: number;
  objects: [name: string, oid: string, type: GitObject['type'], size: number][];
}

/** Kept in one file, a header line and the bytes. Derived: deleting it changes no answer. */
export function openMemory(file: string): ObjectMemory {
  let kept: Map<string, GitObject> | undefined;
  const used = new Map<string, GitObject>();
  let news = false;
  return {
    get: (name) => {
      kept ??= readMemory(file);
      const known = used.get(name);
      if (known !== undefined) return known;
      const found = kept.get(name);
      if (found === undefined || !isNamed(name, found)) return undefined;
      used.set(name, found);
      return found;
    },
    put: (name, object) => {
      if (!IMMUTABLE.test(name) || !isNamed(name, object) || object.bytes.length > OBJECT_LIMIT) return;
      used.set(name, object);
      news = true;
    },
    save: () => {
      if (!news) return;
      kept ??= readMemory(file);
      // What was used now comes first, and is right where the file was wrong.
      const others = [...kept].filter(([name]) => !used.has(name));
      writeMemory(file, new Map([...used, ...others]));
      news = false;
    },
  };
}

/** Is this what the name asks for? What was kept wrongly must not be believed for ever. */
function isNamed(name: string, { oid, type }: GitObject): boolean {
  const [start = '', wanted] = name.split(/\^\{|\}/);
  return type === wanted && (type !== 'blob' || oid === start);
}

function readMemory(file: string): Map<string, GitObject> {
  const bytes = readCache(file);
  const found = new Map<string, GitObject>();
  if (bytes === null) return found;
  try {
    const end = bytes.indexOf(10);
    const header = JSON.parse(bytes.toString('utf8', 0, end)) as Header;
    if (header.format !== FORMAT) return found;
    let at = end + 1;
    for (const [name, oid, type, size] of header.objects) {
      found.set(name, { oid, type, bytes: bytes.subarray(at, at + size) });
      at += size;
    }
    return at === bytes.length ? found : new Map();
  } catch {
    return new Map();
  }
}

function writeMemory(file: string, objects: ReadonlyMap<string, GitObject>): void {
  const header: Header = { format: FORMAT, objects: [] };
  const body: Buffer[] = [];
  let total = 0;
  for (const [name, { oid, type, bytes }] of objects) {
    if (header.objects.length === COUNT_LIMIT) break;
    if (total + bytes.length > TOTAL_LIMIT) continue;
    header.objects.push([name, oid, type, bytes.length]);
    body.push(bytes);
    total += bytes.length;
  }
  writeCache(file, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...body]));
}
