import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { tellGit } from '../trace.ts';

/** How git itself sees the difference of two trees, through one long-lived `git diff-tree --stdin`. */
export interface TreeDiffer {
  /** `--raw -r -z` without renames: a record, then its path, each ended by NUL. `null`: git cannot read a tree. */
  diff(from: string, to: string): Promise<Buffer[] | null>;
  close(): void;
}

interface Question {
  line: string;
  fields: Buffer[];
  answer(fields: Buffer[] | null): void;
}

/** What is not an object name is said again, which also makes git write what it holds back (git-diff-tree(1)). */
const END = 'end\n';
const NEWLINE = 10;

/** `before`: arguments of git before the verb. The process starts with the first question. */
export function openTreeDiffer(before: readonly string[], cwd: string, env: NodeJS.ProcessEnv): TreeDiffer {
  let child: ChildProcessByStdio<Writable, Readable, null> | undefined;
  let rest: Buffer = Buffer.alloc(0);
  const waiting: Question[] = [];
  const ask = ({ line }: Question) => {
    child ??= start();
    child.ref();
    child.stdin.write(line + END);
  };
  const read = (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let [first] = waiting; first !== undefined; [first] = waiting) {
      const taken = take(rest, first.fields);
      rest = rest.subarray(taken.length);
      if (!taken.whole) return;
      waiting.shift();
      if (waiting.length === 0) child?.unref();
      // The first says again which trees were asked about, as a line.
      first.answer(first.fields.length === 0 ? null : first.fields.slice(1));
    }
  };
  /** It ends at the first tree that it cannot read; the other questions are for the next one. */
  const ended = () => {
    child = undefined;
    rest = Buffer.alloc(0);
    waiting.shift()?.answer(null);
    for (const question of waiting) {
      question.fields = [];
      ask(question);
    }
  };
  const start = () => {
    const flags = ['--stdin', '-r', '-z', '--no-renames', '--raw', '--no-abbrev'];
    const args = [...before, 'diff-tree', ...flags];
    tellGit('kept', args);
    const started = spawn('git', args, {
      cwd,
      env: { ...env, LC_ALL: 'C' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    started.stdout.on('data', read);
    started.stdin.on('error', () => {});
    started.on('error', () => {});
    started.on('close', ended);
    started.unref();
    return started;
  };
  return {
    diff: (from, to) =>
      new Promise((answer) => {
        const question = { line: `${from} ${to}\n`, fields: [], answer };
        waiting.push(question);
        ask(question);
      }),
    close: () => {
      child?.removeAllListeners('close');
      child?.stdin.end();
      child?.stdout.destroy();
      child = undefined;
    },
  };
}

/** Moves whole fields from the front; `whole`: the end of the answer came, alone where git knows no such tree. */
function take(bytes: Buffer, fields: Buffer[]): { length: number; whole: boolean } {
  let at = 0;
  for (;;) {
    // A path may look like the end, so one is only looked for where a record may begin.
    const isRecord = fields.length === 0 || fields.length % 2 === 1;
    if (isRecord && bytes.toString('latin1', at, at + END.length) === END)
      return { length: at + END.length, whole: true };
    const nul = bytes.indexOf(fields.length === 0 ? NEWLINE : 0, at);
    if (nul < 0) return { length: at, whole: false };
    fields.push(Buffer.from(bytes.subarray(at, nul)));
    at = nul + 1;
  }
}
