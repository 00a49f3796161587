import type { Commit } from '../git/commit.ts';
import { dateOfSeconds, personIn, trailer } from '../git/commit.ts';
import { listCommits } from '../git/rev-list.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type Parsed, parseFile } from '../realm/parse.ts';
import type { ContractFile } from '../realm/types.ts';
import { readCommit } from './read-commit.ts';
import type { Store } from './store.ts';

/** A commit of the realm, and the operation it says it was made by (`null`: made by hand). */
export interface RealmCommit {
  oid: string;
  /** When the operation was made, ISO 8601. */
  date: string;
  author: { name: string; email: string };
  subject: string;
  /** The lines of its body that list changes. */
  changes: string[];
  /** As its `Realm-Op:` trailer has it: the author of the commit says so. */
  op: JsonObject | null;
}

/**
 * The commits of the realm that `tip` reaches, the newest first, at most `limit`; with paths only those that changed one of
 * these files. Plumbing: no setting of the user's (`log.*`, a pager, signatures shown) changes it.
 */
export async function* history(
  store: Store,
  tip: string,
  options: { paths?: readonly string[]; limit?: number } = {},
): AsyncGenerator<RealmCommit> {
  const { paths = [], limit: most } = options;
  const range = { tips: [tip], paths, ...(most === undefined ? {} : { most }) };
  for (const oid of await listCommits(store.repo, range)) {
    const commit = await readCommit(store, oid);
    if (commit !== null) yield realmCommit(commit);
  }
}

/** A contract as one commit of the realm has it. */
export interface PastContract {
  commit: RealmCommit;
  /** Where it lay then: a contract that was renamed lay elsewhere before. */
  path: string;
  text: string;
  parsed: Parsed<ContractFile>;
}

/** Every state of a contract's file, also under the names it had before; the newest first. A commit that removed it gives none. */
export async function* contractHistory(
  store: Store,
  tip: string,
  path: string,
  limit?: number,
): AsyncGenerator<PastContract> {
  const read = async (revision: string, at: string): Promise<string | null> => {
    const object = await store.objects.read(`${revision}:${at}`);
    return object?.type === 'blob' ? object.bytes.toString('utf8') : null;
  };
  const names = earlierPaths(path, await read(tip, path));
  let at = path;
  const options = { paths: [path, ...names], ...(limit === undefined ? {} : { limit }) };
  for await (const commit of history(store, tip, options)) {
    const text = await read(commit.oid, at);
    if (text === null) continue;
    yield { commit, path: at, text, parsed: parseFile('contract', at, text) };
    if (names.length === 0 || (await read(`${commit.oid}^`, at)) !== null) continue;
    // It came by this commit: under another name, or again.
    for (const name of names) {
      if ((await read(`${commit.oid}^`, name)) === null || (await read(commit.oid, name)) !== null) continue;
      at = name;
      break;
    }
  }
}

/** Where the contract lay under its earlier names, as its file tells. */
function earlierPaths(path: string, text: string | null): string[] {
  const parsed = text === null ? null : parseFile('contract', path, text);
  const names = parsed?.ok ? (parsed.value.formerly ?? []) : [];
  return names.map((name) => `${path.slice(0, path.lastIndexOf('/'))}/${name}.yaml`);
}

/** One version of a contract as it was last published. */
export interface PastVersion {
  version: string;
  file: ContractFile;
  text: string;
  /** Where it lay when it was published. */
  path: string;
  /** The commit that published it. */
  commit: RealmCommit;
}

/** The versions of a contract, the newest first: the last state of each, and the commit that brought it. */
export async function* contractVersions(
  store: Store,
  tip: string,
  path: string,
): AsyncGenerator<PastVersion> {
  let open: PastVersion | undefined;
  for await (const { commit, path: at, text, parsed } of contractHistory(store, tip, path)) {
    if (!parsed.ok) continue;
    const { version } = parsed.value;
    if (open?.version === version) Object.assign(open, { commit, path: at });
    else {
      if (open !== undefined) yield open;
      open = { version, file: parsed.value, text, path: at, commit };
    }
  }
  if (open !== undefined) yield open;
}

function realmCommit(commit: Commit): RealmCommit {
  const { name, email, seconds } = personIn(commit.author);
  const [subject = '', ...body] = commit.message.split('\n');
  return {
    oid: commit.oid,
    date: isoDate(seconds),
    author: { name, email },
    subject,
    changes: body.filter((line) => line.startsWith('- ')).map((line) => line.slice(2)),
    op: operation(commit.message),
  };
}

const isoDate = (seconds: number): string =>
  dateOfSeconds(seconds)
    .toISOString()
    .replace(/\.\d{3}Z$/, 'Z');

function operation(message: string): JsonObject | null {
  const line = trailer(message, 'Realm-Op');
  if (line === undefined) return null;
  try {
    const op: unknown = JSON.parse(line);
    return isObject(op) ? op : null;
  } catch {
    return null;
  }
}
