import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { RealmError } from '../errors.ts';
import { tellGit } from '../trace.ts';
import { lastWords, runGit } from './run.ts';

export interface GitObject {
  oid: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  bytes: Buffer;
}

export type ObjectInfo = Omit<GitObject, 'bytes'> & { size: number };

/** One `git cat-file --batch-command` that is kept running; it is started by the first question, and again after it ended. */
export interface CatFile {
  /** Start it, side by side with others. */
  start(): void;
  /** The object of a name, with at most `limit` bytes of contents (`HEADER`: none); `null`: nothing. */
  ask(limit: number, name: string): Promise<Answer | null>;
  /** End it. A question that is still open is never answered, by the next process least of all. */
  close(): void;
}

/** Throws `git-failed` from `ask` where git ends, or answers something else. */
export function openCatFile(gitDir: string, env: NodeJS.ProcessEnv): CatFile {
  let child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  const waiting: Request[] = [];

  const start = () => {
    // -z: a name may hold a newline; the answers keep their form.
    const args = [`--git-dir=${gitDir}`, 'cat-file', '--batch-command', '-z'];
    tellGit('kept', args);
    const started = spawn('git', args, {
      env: { ...env, LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const parse = answerParser(waiting);
    started.stdout.on('data', (chunk: Buffer) => {
      // What an earlier process still had to say answers nobody.
      if (child !== started) return;
      try {
        parse(chunk);
      } catch (error) {
        end();
        fail(error instanceof Error ? error.message : String(error));
      }
    });
    started.stdin.on('error', () => {});
    started.on('error', (cause) => child === started && fail(cause.message));
    started.on('close', (code) => child === started && void ended(code));
    // Do not keep the program alive for a reader that nobody asks any more.
    started.unref();
    return started;
  };
  const fail = (why: string) => {
    child = undefined;
    for (const request of waiting.splice(0))
      request.reject(new RealmError('git-failed', `cannot read objects: ${why}`));
  };
  const end = () => {
    child?.stdin.end();
    child?.stdout.destroy();
    child = undefined;
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
  return {
    start: () => {
      child ??= start();
    },
    ask: (limit, name) =>
      new Promise((resolve, reject) => {
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
      }),
    close: () => {
      end();
      waiting.length = 0;
    },
  };
}

/** What is asked in one go is written in one go: each write is a system call, and wakes git up. */
function gather(stdin: Writable): void {
  if (stdin.writableCorked > 0) return;
  stdin.cork();
  process.nextTick(() => stdin.uncork());
}

/** Without bytes where none were asked for, or there are too many. */
export type Answer = ObjectInfo & { bytes: Buffer | null };

/** The limit of a request that asks for no contents. */
export const HEADER = -1;

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
        mustAnswer(waiting[0], parsed.head);
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

/** A name that says the content has one answer; anything else would be kept for what it is not. Throws. */
function mustAnswer(request: Request | undefined, head: Head | null): void {
  const oid = /^([0-9a-f]{40}|[0-9a-f]{64})(?:\^\{blob\})?$/.exec(request?.name ?? '')?.[1];
  if (request === undefined || (oid !== undefined && head !== null && head.oid !== oid))
    throw new Error(`git answered with ${head?.oid}, not ${request?.name ?? 'what was asked'}`);
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
