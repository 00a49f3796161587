import type { SourceFile } from './types.ts';

/** Larger source files are not parsed: nobody wrote them by hand, and a megabyte takes up to two seconds. */
export const MAX_BYTES = 1024 * 1024;
/** A longer line is minified or generated code. */
export const MAX_LINE = 200_000;

/** The file's text, or why it has none that can be read as source. */
export function decode(file: SourceFile): string | { why: string; line: number } {
  const { bytes } = file;
  if (bytes.byteLength > MAX_BYTES)
    return {
      why: `${Math.ceil(bytes.byteLength / 1024 / 1024)} MB is more than the ${MAX_BYTES / 1024 / 1024} MB that are read`,
      line: 1,
    };
  if (bytes.subarray(0, 8192).includes(0)) return { why: 'a binary file', line: 1 };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const long = longLine(bytes);
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
export function bytesMatch(bytes: Uint8Array, pattern: RegExp): boolean {
  if (bytes.byteLength > MAX_BYTES) return false;
  return pattern.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
}

/** Brackets and indentation deeper than this are no document that anybody wrote. */
const DEEPEST = 128;

/**
 * Whether a JSON or YAML text nests too deeply to be handed to a recursive parser: near the end of the stack V8 does not
 * throw but aborts when it has a regular expression to compile.
 */
export function nestsTooDeeply(text: string): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5b || code === 0x7b) {
      if (++depth > DEEPEST) return true;
    } else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
  }
  if (/^[ \t]*(?:[-?:][ \t]+){64}/m.test(text)) return true;
  return new RegExp(`^ {${DEEPEST * 2},}(?:[-?] |[^\\s#][^\\n]*:(?: |$))`, 'm').test(text);
}

/**
 * How long one file may take, in milliseconds of the clock. Parsers cannot be stopped, so what they are given is bounded
 * by bytes and nesting; walks over trees and the evaluation of what they hold look at the clock.
 */
export const FILE_MILLISECONDS = 5_000;

/** A moment after which work on a file is given up. */
export class Deadline {
  private readonly milliseconds: number;
  private readonly until: number;

  constructor(milliseconds: number = FILE_MILLISECONDS) {
    this.milliseconds = milliseconds;
    this.until = performance.now() + milliseconds;
  }

  get passed(): boolean {
    return performance.now() >= this.until;
  }

  /** What is said where it has passed. */
  get why(): string {
    return `it takes more than ${this.milliseconds / 1000} s to read: the rest was given up`;
  }
}

/** Thrown by a walk whose time is up. */
export class OutOfTime extends Error {}
