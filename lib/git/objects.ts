import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { RealmError } from '../errors.ts';
import type { Repository } from './repository.ts';

export interface GitObject {
  oid: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  bytes: Buffer;
}

export type ObjectInfo = Omit<GitObject, 'bytes'> & { size: number };

/**
 * Reads objects through one long-lived `git cat-file --batch-command`, started at the first read. A name may be anything
 * git can resolve (`refs/heads/main`, `<oid>^{commit}`), resolved afresh each time.
 */
export interface ObjectReader {
  /** The object, or `null` where there is none of that name. */
  read(name: string): Promise<GitObject | null>;
  /** The same without its bytes; how many there are is known. */
  info(name: string): Promise<ObjectInfo | null>;
  close(): void;
}

export function openObjects(repo: Pick<Repository, 'gitDir'>, env: NodeJS.ProcessEnv): ObjectReader {
  let child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  const waiting: Request[] = [];
  const parse = answerParser(waiting);

  const start = () => {
    // -z: a name may hold a newline; the answers keep their form.
    const started = spawn('git', [`--git-dir=${repo.gitDir}`, 'cat-file', '--batch-command', '-z'], {
      env: { ...env, LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    started.stdout.on('data', (chunk: Buffer) => parse(chunk));
    started.stdin.on('error', () => {});
    started.on('error', (cause) => fail(cause.message));
    started.on('close', (code) => fail(`cat-file ended with status ${code}`));
    // Do not keep the program alive for a reader that nobody asks any more.
    started.unref();
    return started;
  };
  const fail = (why: string) => {
    child = undefined;
    for (const one of waiting.splice(0))
      one.reject(new RealmError('git-failed', `cannot read objects: ${why}`));
  };
  const ask = (bytes: boolean, name: string) =>
    new Promise<Answer | null>((answer, reject) => {
      child ??= start();
      waiting.push({ bytes, answer, reject });
      child.stdin.write(`${bytes ? 'contents' : 'info'} ${name}\0`);
    });

  return {
    read: (name) => ask(true, name),
    info: (name) => ask(false, name),
    close: () => {
      child?.stdin.end();
      child?.stdout.destroy();
      child?.removeAllListeners('close');
      child = undefined;
    },
  };
}

type Answer = GitObject & { size: number };

interface Request {
  /** The contents were asked for, not only the header. */
  bytes: boolean;
  answer(found: Answer | null): void;
  reject(error: Error): void;
}

/** `<oid> SP <type> SP <size> LF [<bytes> LF]`, or `<name> SP missing LF` (git-cat-file(1), BATCH OUTPUT). */
function answerParser(waiting: Request[]): (chunk: Buffer) => void {
  let rest: Buffer[] = [];
  let have = 0;
  let need = 1;
  let head: Head | undefined;

  return (chunk) => {
    rest.push(chunk);
    have += chunk.length;
    if (have < need) return;
    let buffer = rest.length === 1 ? chunk : Buffer.concat(rest);
    for (;;) {
      if (head === undefined) {
        const parsed = readHead(buffer);
        if (parsed === undefined) break;
        buffer = buffer.subarray(parsed.length);
        if (parsed.head === null || waiting[0]?.bytes === false) {
          waiting.shift()?.answer(parsed.head === null ? null : { ...parsed.head, bytes: NO_BYTES });
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

const NO_BYTES = Buffer.alloc(0);

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
