import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { RealmError } from '../errors.ts';
import { tellGit } from '../trace.ts';
import { type ObjectMemory, openMemory } from './object-memory.ts';
import { hasPackedRef, readRefFile } from './ref-files.ts';
import type { Repository } from './repository.ts';
import { lastWords, runGit } from './run.ts';

export interface GitObject {
  oid: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  bytes: Buffer;
}

export type ObjectInfo = Omit<GitObject, 'bytes'> & { size: number };

/**
 * Reads objects through one long-lived `git cat-file --batch-command`, started at the first read that needs it. A name may
 * be anything git can resolve (`refs/heads/main`, `<oid>^{commit}`), resolved afresh each time.
 */
export interface ObjectReader {
  /** The object, or `null` where there is none of that name. */
  read(name: string): Promise<GitObject | null>;
  /** The object, or of one with more bytes than `limit` what `info` says: they are not kept. */
  readWithin(name: string, limit: number): Promise<GitObject | ObjectInfo | null>;
  /** The same without its bytes; how many there are is known. */
  info(name: string): Promise<ObjectInfo | null>;
  /** What a ref points to, by its full name; `null` where there is none. */
  resolve(ref: string): Promise<string | null>;
  /** Start the process, side by side with others, unless `name` can be read without it. */
  warm(name: string): void;
  /** Keep what was read now by a peeled name for the processes to come (`ObjectMemory`). */
  remember(): void;
  close(): void;
}

export interface ReaderOptions {
  /** The repository's refs are files: what they point to needs no process. */
  refFiles?: boolean | undefined;
  /** Our directory in the repository, for what is remembered; without one nothing is. */
  directory?: string | undefined;
}

type Place = Pick<Repository, 'gitDir'> & Partial<Pick<Repository, 'commonDir'>>;

export function openObjects(
  { gitDir, commonDir = gitDir }: Place,
  env: NodeJS.ProcessEnv,
  { refFiles = false, directory }: ReaderOptions = {},
): ObjectReader {
  let child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  const waiting: Request[] = [];
  const parse = answerParser(waiting);
  const recent = new Recent();

  const start = () => {
    // -z: a name may hold a newline; the answers keep their form.
    const args = [`--git-dir=${gitDir}`, 'cat-file', '--batch-command', '-z'];
    tellGit('kept', args);
    const started = spawn('git', args, {
      env: { ...env, LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    started.stdout.on('data', (chunk: Buffer) => parse(chunk));
    started.stdin.on('error', () => {});
    started.on('error', (cause) => fail(cause.message));
    started.on('close', (code) => void ended(code));
    // Do not keep the program alive for a reader that nobody asks any more.
    started.unref();
    return started;
  };
  const fail = (why: string) => {
    child = undefined;
    for (const request of waiting.splice(0))
      request.reject(new RealmError('git-failed', `cannot read objects: ${why}`));
  };
  /** Its words were not kept, for a pipe costs every reader a third of a millisecond: the question is asked again. */
  const ended = async (code: number | null) => {
    child = undefined;
    const [first] = waiting;
    if (first === undefined) return;
    const args = [`--git-dir=${gitDir}`, 'cat-file', '-t', first.name];
    const said = await runGit(args, { env, ok: [0, 1, 128] }).catch(() => null);
    fail(lastWords(said?.stderr ?? '') || `cat-file ended with status ${code}`);
  };
  const ask = (limit: number, name: string) =>
    new Promise<Answer | null>((resolve, reject) => {
      child ??= start();
      // While somebody waits the program has to stay: git may end without an answer (a partial clone, offline).
      child.ref();
      const answer = (found: Answer | null) => {
        if (waiting.length === 0) child?.unref();
        resolve(found);
      };
      waiting.push({ limit, name, answer, reject });
      gather(child.stdin);
      child.stdin.write(`${limit === HEADER ? 'info' : 'contents'} ${name}\0`);
    });

  const memory = directory === undefined ? null : memoryOf({ gitDir, commonDir }, env, directory);
  /** The name by content, if the refs are files; `null`: there is none of that name. */
  const byContent = (name: string): string | null => {
    const [, ref, peel = ''] = (refFiles && REF.exec(name)) || [];
    if (ref === undefined) return name;
    const oid = readRefFile({ gitDir, commonDir }, ref)?.oid;
    return oid === undefined ? null : oid + peel;
  };
  const readWithin = async (name: string, limit: number): Promise<GitObject | ObjectInfo | null> => {
    const exact = byContent(name);
    if (exact === null) return null;
    const known = memory?.get(exact) ?? recent.get(exact);
    if (known !== undefined) return known;
    const answer = await ask(limit, exact);
    if (answer === null) return null;
    const { oid, type, size, bytes } = answer;
    if (bytes === null) return { oid, type, size };
    memory?.put(exact, { oid, type, bytes });
    recent.put(exact, { oid, type, bytes });
    return { oid, type, bytes };
  };
  const read = async (name: string): Promise<GitObject | null> =>
    (await readWithin(name, Number.POSITIVE_INFINITY)) as GitObject | null;

  return {
    read,
    readWithin,
    info: async (name) => {
      const exact = byContent(name);
      return exact === null ? null : ask(HEADER, exact);
    },
    resolve: async (ref) => (refFiles ? byContent(ref) : ((await ask(HEADER, ref))?.oid ?? null)),
    warm: (name) => {
      const exact = byContent(name);
      if (exact !== null && memory?.get(exact) === undefined) child ??= start();
    },
    remember: () => memory?.save(),
    close: () => {
      child?.stdin.end();
      child?.stdout.destroy();
      child?.removeAllListeners('close');
      child = undefined;
    },
  };
}

/** Small objects that were read last, by their own names: trees are walked again and again. */
class Recent {
  readonly #objects = new Map<string, GitObject>();

  get(name: string): GitObject | undefined {
    const found = this.#objects.get(name);
    if (found === undefined) return undefined;
    // The one that was asked for longest ago goes first.
    this.#objects.delete(name);
    this.#objects.set(name, found);
    return found;
  }

  put(name: string, object: GitObject): void {
    if (object.bytes.length > 16 * 1024 || name !== object.oid) return;
    this.#objects.set(name, object);
    const [oldest] = this.#objects.keys();
    if (this.#objects.size > 256 && oldest !== undefined) this.#objects.delete(oldest);
  }
}

/** What is asked in one go is written in one go: each write is a system call, and wakes git up. */
function gather(stdin: Writable): void {
  if (stdin.writableCorked > 0) return;
  stdin.cork();
  process.nextTick(() => stdin.uncork());
}

/** A ref by its full name, alone or peeled. What means anything else to git (`^`, `:`, `~`, `@{`, `..`) is git's to read. */
const REF = /^(HEAD|refs\/(?:(?!\.\.|@\{)[^\s:?*[\\^~])+)(\^\{(?:commit|tree|blob)\})?$/;

/** An object that another one replaces (git-replace(1)) has no content of its own: nothing is remembered then. */
function memoryOf(place: Required<Place>, env: NodeJS.ProcessEnv, directory: string): ObjectMemory | null {
  const replaces =
    env.GIT_NO_REPLACE_OBJECTS === undefined &&
    (env.GIT_REPLACE_REF_BASE !== undefined ||
      existsSync(path.join(place.commonDir, 'refs', 'replace')) ||
      hasPackedRef(place.commonDir, 'refs/replace/'));
  return replaces ? null : openMemory(path.join(directory, 'objects'));
}

/** Without bytes where none were asked for, or there are too many. */
type Answer = ObjectInfo & { bytes: Buffer | null };

/** The limit of a request that asks for no contents. */
const HEADER = -1;

interface Request {
  name: string;
  /** How many bytes are wanted at most. */
  limit: number;
  answer(found: Answer | null): void;
  reject(error: Error): void;
}

/** `<oid> SP <type> SP <size> LF [<bytes> LF]`, or `<name> SP missing LF` (git-cat-file(1), BATCH OUTPUT). */
function answerParser(waiting: Request[]): (chunk: Buffer) => void {
  let rest: Buffer[] = [];
  let have = 0;
  let need = 1;
  let head: Head | undefined;
  /** How much is still to come of contents that nobody wants. */
  let skip = 0;

  return (whole) => {
    const chunk = whole.subarray(skip);
    skip -= whole.length - chunk.length;
    if (chunk.length === 0) return;
    rest.push(chunk);
    have += chunk.length;
    if (have < need) return;
    let buffer = rest.length === 1 ? chunk : Buffer.concat(rest);
    for (;;) {
      if (head === undefined) {
        const parsed = readHead(buffer);
        if (parsed === undefined) break;
        buffer = buffer.subarray(parsed.length);
        const limit = waiting[0]?.limit ?? HEADER;
        if (parsed.head === null || parsed.head.size > limit) {
          waiting.shift()?.answer(parsed.head === null ? null : { ...parsed.head, bytes: null });
          if (parsed.head === null || limit === HEADER) continue;
          skip = Math.max(parsed.head.size + 1 - buffer.length, 0);
          buffer = buffer.subarray(parsed.head.size + 1);
          continue;
        }
        head = parsed.head;
      }
      if (buffer.length < head.size + 1) break;
      const { oid, type, size } = head;
      waiting.shift()?.answer({ oid, type, size, bytes: Buffer.from(buffer.subarray(0, size)) });
      buffer = buffer.subarray(size + 1);
      head = undefined;
    }
    rest = buffer.length === 0 ? [] : [buffer];
    have = buffer.length;
    need = head === undefined ? have + 1 : head.size + 1;
  };
}

interface Head {
  oid: string;
  type: GitObject['type'];
  size: number;
}

const HEAD = /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/;

/** The first line; a name that is missing may itself hold newlines, so ` missing` or ` ambiguous` ends it. */
function readHead(buffer: Buffer): { length: number; head: Head | null } | undefined {
  let end = buffer.indexOf(10);
  while (end >= 0) {
    const line = buffer.toString('utf8', 0, end);
    const match = HEAD.exec(line);
    if (match) {
      const [, oid = '', type, size] = match;
      return { length: end + 1, head: { oid, type: type as GitObject['type'], size: Number(size) } };
    }
    if (/ (missing|ambiguous)$/.test(line)) return { length: end + 1, head: null };
    end = buffer.indexOf(10, end + 1);
  }
  return undefined;
}
