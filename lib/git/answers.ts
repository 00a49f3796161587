import { closeSync, readFileSync } from 'node:fs';
import { tellGit, trace } from '../trace.ts';
import type { GitResult } from './run.ts';

/** What git answered before it was asked: each answer is taken once, because the next question may come after a change. */
export interface GitAnswers {
  take(args: readonly string[]): GitResult | undefined;
}

/**
 * The answers that a shell gives on the descriptor that `GIT_REALM_ANSWERS` names (hooks/lib/start, lib/cli/git-realm.sh), read
 * to their end; none where it names none. Takes the variable out of `env`: it is not for the processes that we start.
 */
export function readAnswers(env: NodeJS.ProcessEnv): GitAnswers | undefined {
  const descriptor = env.GIT_REALM_ANSWERS ?? '';
  delete env.GIT_REALM_ANSWERS;
  if (!/^\d$/.test(descriptor)) return undefined;
  try {
    const answers = parseAnswers(readFileSync(Number(descriptor)));
    if (descriptor !== '0') closeSync(Number(descriptor));
    return answers;
  } catch {
    return undefined;
  }
}

/** dash reads a file byte by byte: 4 KiB are about a millisecond. */
const MOST_QUESTIONS = 4096;

/**
 * The pathspecs that status is going to ask git about the next time, for the shell that starts it: one a line. The shell asks
 * its own question and takes nothing but these from the file. A word that is not a line, and more than a shell reads in no time,
 * leave nothing to ask.
 */
export function renderPathspecs(pathspecs: readonly string[]): string {
  const isPlain = pathspecs.every((word) => word !== '' && !/[\0\n]/.test(word));
  const text = pathspecs.map((word) => `${word}\n`).join('');
  return isPlain && Buffer.byteLength(text) <= MOST_QUESTIONS ? text : '';
}

/**
 * What the shell of a hook asked git while node was starting (hooks/lib/start): words of a command, each ended by NUL, and an
 * empty word; then what it printed, in its `-z` form, and an empty record. An answer that is cut short is none.
 */
export function parseAnswers(bytes: Buffer): GitAnswers {
  const answers = new Map<string, Buffer>();
  for (let at = 0; ; ) {
    const words = recordsFrom(bytes, at);
    const printed = words && recordsFrom(bytes, words.end);
    if (words === null || !printed) break;
    const question = bytes.toString('utf8', at, words.end);
    const answer = bytes.subarray(words.end, printed.end - 1);
    answers.set(question, answer);
    if (trace.tell) tellGit('shell', question.split('\0').slice(0, -2), answer.length);
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
