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

/** A word cut from such a text, with memory of its own: what V8 cuts from a text keeps all of it alive. */
export const apart = (word: string): string => Buffer.from(word, 'latin1').toString('latin1');

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

/** Lets what waits have its turn, signals above all: work on many files is done without one. */
export const pause = (): Promise<void> => new Promise((done) => setImmediate(done));
