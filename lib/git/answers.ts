import type { GitResult } from './run.ts';

/** What git answered before it was asked: each answer is taken once, because the next question may come after a change. */
export interface GitAnswers {
  take(args: readonly string[]): GitResult | undefined;
}

/**
 * What the shell of a hook asked git while node was starting (hooks/start): words of a command, each ended by NUL, and an
 * empty word; then what it printed, in its `-z` form, and an empty record. An answer that is cut short is none.
 */
export function parseAnswers(bytes: Buffer): GitAnswers {
  const answers = new Map<string, Buffer>();
  for (let at = 0; ; ) {
    const words = recordsFrom(bytes, at);
    const printed = words && recordsFrom(bytes, words.end);
    if (words === null || !printed) break;
    answers.set(bytes.toString('utf8', at, words.end), bytes.subarray(words.end, printed.end - 1));
    at = printed.end;
  }
  return {
    take: (args) => {
      const key = `${args.map((word) => `${word}\0`).join('')}\0`;
      const stdout = answers.get(key);
      if (!answers.delete(key) || stdout === undefined) return undefined;
      return { code: 0, stdout, stderr: '' };
    },
  };
}

/** Where the records that begin at `start` end: after an empty one. `null`: there is no empty one. */
function recordsFrom(bytes: Buffer, start: number): { end: number } | null {
  if (bytes[start] === 0) return { end: start + 1 };
  const last = bytes.indexOf('\0\0', start, 'latin1');
  return last < 0 ? null : { end: last + 2 };
}
