import type { SourceFile } from '../detect/types.ts';
import { RealmError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { blobProblem, CONTENT_LIMITS, tooMuch } from '../realm/content.ts';
import type { ContentEntry, ContractFile } from '../realm/types.ts';
import { keptBlob } from './blobs.ts';
import type { Store } from './store.ts';

/** What the content of a contract says, as a contract of release 0.1 has it in its file. */
type Said = { value: JsonValue; schema: JsonObject };

/** What was read by a process, by the names of the files: a verdict on two versions reads each once. */
const known = new WeakMap<Store, Map<string, Promise<Said>>>();
/** Versions in memory at a time: each may be large. */
const KEPT = 8;

/**
 * The contract with `value` and `schema` as its content says them; one without content is returned as it is. Sizes are asked
 * before anything is read. Throws `content-unreadable` with what is wrong.
 */
export async function loadContract(store: Store, file: ContractFile): Promise<ContractFile> {
  const { content, kind } = file;
  if (content === undefined) return file;
  const cache = known.get(store) ?? new Map<string, Promise<Said>>();
  known.set(store, cache);
  const key = JSON.stringify([kind, content.map(({ path, oid }) => [path, oid])]);
  const said = cache.get(key) ?? read(store, file, content);
  cache.delete(key);
  cache.set(key, said);
  const [oldest] = cache.keys();
  if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest);
  return { ...file, ...(await said) };
}

async function read(store: Store, file: ContractFile, content: readonly ContentEntry[]): Promise<Said> {
  const files = await contentFiles(store, file.name, content);
  const { readContent } = await import('../detect/document/content.ts');
  const said = await readContent(file.kind ?? '', files);
  if (typeof said === 'string') throw unreadable(file.name, said);
  return said;
}

/** The files of a contract's content with their bytes. Throws `content-unreadable`. */
export async function contentFiles(
  store: Store,
  name: string,
  content: readonly ContentEntry[],
): Promise<SourceFile[]> {
  const much = tooMuch(content);
  if (much !== undefined) throw unreadable(name, much);
  const files: SourceFile[] = [];
  for (const { path, oid, bytes } of content) {
    const kept = keptBlob(store, oid);
    const blob = kept === undefined ? await store.objects.readWithin(oid, CONTENT_LIMITS.file) : null;
    const found = blob !== null && 'bytes' in blob ? blob.bytes : kept;
    const info = found === undefined ? blob : { type: blob?.type ?? 'blob', size: found.length };
    const problem = blobProblem(info as Parameters<typeof blobProblem>[0], bytes);
    if (problem !== undefined || found === undefined) throw unreadable(name, `'${path}' ${problem}`);
    files.push({ path, bytes: found });
  }
  return files;
}

const unreadable = (name: string, why: string): RealmError =>
  new RealmError('content-unreadable', `the content of contract '${name}' cannot be read: ${why}`, {
    hint: 'git realm doctor',
  });
