import type { PushAnswer } from './push.ts';
import { lastWords } from './run.ts';

/** Why a push did not go through. */
export interface Refusal {
  /**
   * `outrun`: somebody was quicker. `rule`: a protected branch, a hook. `access`: this user may not write. `login`: the server
   * does not know who it is. `network`: nobody answered, or no longer.
   */
  kind: 'outrun' | 'rule' | 'access' | 'login' | 'network';
  /** What the server said, in one line. */
  why: string;
}

/** What `git push --porcelain` that failed tells (git-push(1), OUTPUT); servers word it as they like. */
export function refusalOf({ stdout, stderr }: Pick<PushAnswer, 'stdout' | 'stderr'>): Refusal {
  const said = `${stdout}\n${stderr}`;
  const lines = [...stdout.matchAll(/^!\t[^\t]*\t\[([^\]]*)\](?: \((.*)\))?$/gm)];
  const ours = [...said.matchAll(/refused: (.*)$/gm)].map(([, why]) => why?.trim()).join('; ');
  const remote = lines.find(([, kind, why]) => kind === 'remote rejected' && !isEcho(why));
  if (remote !== undefined) {
    const why = remote[2] ?? '';
    return { kind: RACE.test(why) ? 'outrun' : 'rule', why: ours || why };
  }
  if (lines.some(([, kind]) => kind === 'rejected')) return { kind: 'outrun', why: lines[0]?.[2] ?? '' };
  const why = ours || lastWords(stderr);
  if (LOGIN.test(stderr)) return { kind: 'login', why };
  return { kind: ACCESS.test(stderr) ? 'access' : lines.length > 0 ? 'rule' : 'network', why };
}

/** With `--atomic` every other ref is refused because one was. */
const isEcho = (why = ''): boolean => /atomic (push failure|push failed|transaction failed)/.test(why);

const RACE = /cannot lock ref|failed to update ref|incorrect old value|reference already exists/;
const LOGIN = /Authentication failed|could not read (Username|Password)|Permission denied \(|\b401\b/;
const ACCESS =
  /\b403\b|Permission to .* denied|access denied|not allowed to push|denied by|read.only|not writable/i;
