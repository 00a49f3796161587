import { spawn } from 'node:child_process';
import { RealmError } from '../../../errors.ts';
import { configValue } from '../../../git/config.ts';
import { foreignEnvironment } from '../../../git/environment.ts';
import { gitIn } from '../../../git/run.ts';
import type { Context } from '../../open/context.ts';
import { programPath } from '../../open/hooks.ts';

/**
 * Seconds that a judgement may take, where git's configuration says nothing: a hook keeps a server busy, and anyone who types the
 * command, or runs it in CI, may look at years of history.
 */
const SECONDS = { hook: 30, hand: 900 };

export interface Watched {
  exitCode: number;
  /** Why there is no judgement; `null`: there is one, and it has been said. */
  ended: string | null;
}

/**
 * Run `git realm verify` with these words in a process of its own, and end it with all it started once its time is up: whatever a
 * push makes it do, the server is free again, and what was not judged to its end is not accepted. Standard input and output are
 * handed on.
 */
export async function watched(
  context: Context,
  by: 'hook' | 'hand',
  words: readonly string[],
  signal: AbortSignal,
): Promise<Watched> {
  const seconds = await timeout(context, by);
  const child = spawn(programPath(context), ['verify', ...words], {
    cwd: context.cwd,
    env: context.env,
    stdio: 'inherit',
    // A group of its own, which ends as one.
    detached: true,
  });
  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It ended by itself just now.
    }
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end();
  }, seconds * 1000);
  signal.addEventListener('abort', end);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', resolve);
    });
    if (code !== null) return { exitCode: code, ended: null };
    return { exitCode: 1, ended: isLate ? LATE[by](seconds) : CUT[by] };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

const LATE = {
  hook: (seconds: number) =>
    `not verified within ${seconds} s (realm.verifyTimeout on the server), so the push is refused`,
  hand: (seconds: number) =>
    `not finished within ${seconds} s; to allow more time: git config realm.verifyTimeout <seconds>`,
};
const CUT = {
  hook: 'the verification was killed or ran out of memory, so the push is refused',
  hand: 'not finished: the verification was killed or ran out of memory',
};

/** `realm.verifyTimeout` of the server's, or the user's, own git configuration. Throws `bad-config`. */
async function timeout(context: Context, by: 'hook' | 'hand'): Promise<number> {
  const text = await configValue(gitIn(context.cwd, foreignEnvironment(context.env)), 'realm.verifyTimeout');
  if (text === null) return SECONDS[by];
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new RealmError('bad-config', `realm.verifyTimeout must be a number of seconds, not '${text}'`, {
    hint: `git config realm.verifyTimeout ${SECONDS[by]}`,
  });
}
