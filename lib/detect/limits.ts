import { createContext, Script } from 'node:vm';
import { RealmError } from '../errors.ts';
import { yamlExcess } from '../yaml-bounds.ts';
import { MAX_BYTES, type SourceFile } from './types.ts';

/** A longer line is minified or generated code. */
const MAX_LINE = 200_000;

/** The file's text, or why it has none that can be read as source. `most`: a document, whose lines may be of any length. */
export function decode(file: SourceFile, most?: number): string | { why: string; line: number } {
  const { bytes } = file;
  const size = file.size ?? bytes.byteLength;
  const limit = most ?? MAX_BYTES;
  if (size > limit)
    return {
      why: `${Math.ceil(size / 1024 / 1024)} MB is over the limit of ${limit / 1024 / 1024} MB`,
      line: 1,
    };
  if (bytes.subarray(0, 8192).includes(0)) return { why: 'a binary file', line: 1 };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const long = most === undefined ? longLine(bytes) : undefined;
    return long === undefined
      ? text
      : { why: `line ${long} is longer than ${MAX_LINE} bytes: minified or generated`, line: long };
  } catch {
    return { why: 'not valid UTF-8', line: badLine(bytes) };
  }
}

function longLine(bytes: Uint8Array): number | undefined {
  let line = 1;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(10, start);
    if ((end < 0 ? bytes.byteLength : end) - start > MAX_LINE) return line;
    if (end < 0) return undefined;
    start = end + 1;
    line++;
  }
}

/** The first line that is not UTF-8 on its own. */
function badLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(10, start);
    try {
      decoder.decode(bytes.subarray(start, end < 0 ? bytes.byteLength : end));
    } catch {
      return line;
    }
    if (end < 0) return 1;
    start = end + 1;
    line++;
  }
}

/** Whether the bytes hold a match, for a quick look at a file that may be anything. */
export function bytesMatch(bytes: Uint8Array, pattern: RegExp, most = MAX_BYTES): boolean {
  return bytes.byteLength <= most && pattern.test(latin1(bytes));
}

/** Bytes as a text in which ASCII is what it is, whatever the rest may be: for looks without a decoder. */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** Indentation deeper than this is not a document that anybody wrote. */
const DEEPEST = 128;

/**
 * Throws `SyntaxError` for a YAML or JSON text that is too much for a recursive parser, which takes seconds for a megabyte of
 * nothing but brackets, and near the end of the stack aborts when it has a regular expression to compile. `most`: what it may
 * cost, where the parser is a quicker one.
 */
export function refuseExcess(text: string, most?: number): void {
  const excess = yamlExcess(text, most);
  const line = excess === undefined ? 0 : text.slice(0, excess.offset).split('\n').length;
  if (excess?.kind === 'size') throw new SyntaxError(`it has too many nodes, up to line ${line}`);
  if (excess !== undefined) throw new SyntaxError(`it is nested too deeply in line ${line}`);
  if (indented.test(text)) throw new SyntaxError('it is nested too deeply');
}

const indented = new RegExp(`^ {${DEEPEST * 2},}(?:[-?] |[^\\s#][^\\n]*:(?: |$))`, 'm');

/**
 * How long work on one file may take, in milliseconds of the clock: for reading its tree, and again for following what is in
 * it. Long, since a file that is given up is a value that changes, and a busy machine is not a reason for that. A parser in native code cannot be stopped, so what it is given is bounded by bytes, line and nesting.
 */
export const FILE_MILLISECONDS = 10_000;

/** Thrown where the time for a file is up. */
export class OutOfTime extends RangeError {
  constructor(milliseconds: number) {
    super(`it takes more than ${milliseconds / 1000} s to read: the rest was skipped`);
  }
}

/** A moment after which work that looks at the clock gives up by itself, with what it has. */
export class Deadline {
  private readonly until: number;
  /** What is said where it has passed. */
  readonly why: string;

  constructor(milliseconds: number) {
    this.until = elapsed() + milliseconds;
    this.why = new OutOfTime(milliseconds).message;
  }

  get passed(): boolean {
    return elapsed() >= this.until;
  }
}

/** A smaller text, or a module with fewer calls and literals, is done before a watch over it would be set up (1 ms each). */
export const WORTH_WATCHING = { bytes: 16 * 1024, pieces: 300 };

const stage: { run: (() => unknown) | undefined } = { run: undefined };
let script: { run(milliseconds: number): unknown } | undefined;

/**
 * What `work` returns, or `OutOfTime`: V8 stops it wherever it is, in code of a library or a regular expression too. Nothing of
 * it runs after that, no `finally` either, so that what it was changing must be dropped. So does Ctrl-C (`interrupted`).
 */
export function withinTime<T>(work: () => T, milliseconds: number = FILE_MILLISECONDS): T {
  script ??= stopped();
  const before = stage.run;
  stage.run = work;
  try {
    return script.run(milliseconds) as T;
  } catch (error) {
    // an error of another context is not an instance of this one's Error
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new OutOfTime(milliseconds);
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED')
      throw new RealmError('interrupted', 'interrupted', { exitCode: 130, cause: error });
    throw error;
  } finally {
    stage.run = before;
  }
}

function stopped(): { run(milliseconds: number): unknown } {
  const context = createContext(stage);
  const call = new Script('run()');
  return { run: (timeout) => call.runInContext(context, { timeout, breakOnSigint: true }) };
}

/** Monotonic milliseconds. Without `performance`, which node loads at the first look: 1 ms of every hook. */
const elapsed = (): number => process.uptime() * 1000;
