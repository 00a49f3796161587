import { RealmError } from '../errors.ts';

export interface TreeEntry {
  name: string;
  mode: string;
  oid: string;
  /** Why git would not write this entry; programs disagree on what it says, so nothing reads what it names. */
  odd?: string;
}

/** The tree without any entry, which every git knows. */
export const EMPTY_TREE = {
  sha1: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  sha256: '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321',
} as const;

/** The modes that git writes today; it reads many more, and canonicalises some of them only in some places. */
const MODES: readonly string[] = ['40000', '100644', '100755', '120000', '160000'];

/**
 * One tree object: `<mode> SP <name> NUL <oid>` repeated. An entry that git itself would not write is marked as odd. Throws
 * `bad-tree` for bytes that are not a list of entries.
 */
export function parseTree(bytes: Buffer, oidBytes: 20 | 32): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const seen = new Map<string, TreeEntry>();
  let last: Buffer = Buffer.alloc(0);
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(32, at);
    const nul = space < 0 ? -1 : bytes.indexOf(0, space);
    const end = nul + 1 + oidBytes;
    if (nul < 0 || end > bytes.length) throw badTree('it is truncated');
    const entry: TreeEntry = {
      mode: bytes.toString('latin1', at, space),
      name: bytes.toString('utf8', space + 1, nul),
      oid: bytes.toString('hex', nul + 1, end),
    };
    const raw = bytes.subarray(space + 1, nul);
    const key = sortKey(entry.mode, raw);
    const twin = seen.get(entry.name);
    if (twin !== undefined) twin.odd = TWICE;
    const unsorted = Buffer.compare(last, key) > 0 ? 'it is out of order' : undefined;
    const odd = twin === undefined ? (oddity(entry, raw) ?? unsorted) : TWICE;
    if (odd !== undefined) entry.odd = odd;
    seen.set(entry.name, entry);
    entries.push(entry);
    last = key;
    at = end;
  }
  return entries;
}

const TWICE = 'the tree has two entries of the same name';

function oddity({ mode, name, oid }: TreeEntry, raw: Buffer): string | undefined {
  if (!MODES.includes(mode)) return `its mode is '${mode.slice(0, 20)}', which is not valid`;
  if (name === '' || name === '.' || name === '..' || name.includes('/'))
    return 'git does not allow an entry of that name';
  if (name === '.git') return 'that name is reserved for git';
  if (!Buffer.from(name, 'utf8').equals(raw)) return 'its name is not UTF-8';
  return /^0+$/.test(oid) ? 'it does not name an object' : undefined;
}

/** git sorts a folder as if its name ended in a slash. */
const sortKey = (mode: string, name: Buffer): Buffer =>
  mode === '40000' ? Buffer.concat([name, Buffer.from('/')]) : name;

/** The bytes of a tree with these entries, in the order that git gives them. */
export function renderTree(entries: readonly TreeEntry[]): Buffer {
  const keyed = entries.map((entry) => ({ entry, key: sortKey(entry.mode, Buffer.from(entry.name)) }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  return Buffer.concat(
    keyed.flatMap(({ entry }) => [
      Buffer.from(`${entry.mode} ${entry.name}\0`),
      Buffer.from(entry.oid, 'hex'),
    ]),
  );
}

export const badTree = (why: string): RealmError =>
  new RealmError('bad-tree', `a tree is not a valid git object: ${why}`, { hint: 'git fsck' });

/** The mode that git takes an odd one for where it reads code (`canon_mode`): old programs wrote `100664` and `040000`. */
export function modeAsGitReads(mode: string): string {
  const bits = Number.parseInt(mode, 8);
  const kind = bits & 0o170000;
  if (kind === 0o100000) return (bits & 0o100) === 0 ? '100644' : '100755';
  return kind === 0o040000 ? '40000' : kind === 0o120000 ? '120000' : '160000';
}
