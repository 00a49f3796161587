/**
 * `lib/actions/open`: opens the repository and the realm that a command is about. What it opens, and the
 * `Context` below, is all that other actions use of the outside world.
 */

import { identityOf } from '../../checkout/member.ts';
import type { GitAnswers } from '../../git/answers.ts';
import { type GitConfig, readConfig } from '../../git/config.ts';
import type { Identity } from '../../git/fast-import.ts';
import type { GitPlace } from '../../git/run.ts';
import type { OpHead, OpHeads, Planned } from '../../realm/ops/types.ts';

/** What a user-visible action may use of the world; the command line and the agent server each give one. */
export interface Context {
  cwd: string;
  env: NodeJS.ProcessEnv;
  now(): Date;
  /** A message besides the result: standard error of the command line. */
  note(line: string): void;
  /** Ask yes or no; without a terminal the answer is `fallback`. */
  ask(question: string, fallback: boolean): Promise<boolean>;
  /** Is there a terminal to ask at? Absent: no. */
  canAsk?(): boolean;
  /** Progress of long work; called often. */
  progress(label: string): { at(done: number, total: number): void; end(): void };
  /** What git was already asked in `cwd`, by the shell of a hook. */
  answers?: GitAnswers;
  /** Change nothing that others see: the first realm operation is planned, and thrown as `PlannedOnly`. */
  dryRun?: boolean;
  /** The answer itself says that the realm's history was rewritten. */
  rewriteSaid?: boolean;
  /** Nobody is there to type a passphrase: a hook. */
  unattended?: boolean;
}

/** Thrown instead of applying an operation where `dryRun` is set: what it would change. */
export class PlannedOnly extends Error {
  readonly planned: Planned;
  constructor(planned: Planned) {
    super('planned only');
    this.planned = planned;
  }
}

/** Random hexadecimal digits, for names that must not meet: not for secrets, and so without loading `node:crypto`. */
export function randomId(bytes = 8): string {
  const byte = () =>
    Math.floor(Math.random() * 256)
      .toString(16)
      .padStart(2, '0');
  return Array.from({ length: bytes }, byte).join('');
}

/** The fields every operation carries: its id, its time, and who made it. */
export function opHead(context: Context, who: Pick<Identity, 'email'>): OpHead {
  return { id: randomId(), at: isoSeconds(context.now()), by: who.email };
}

/** Heads for an operation and its inverse. */
export const opHeads = (context: Context, who: Pick<Identity, 'email'>): OpHeads => ({
  op: opHead(context, who),
  undo: opHead(context, who),
});

/** ISO 8601 in UTC without fractions, as the formats have it. */
export const isoSeconds = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z');

/** Configuration and identity of a repository. Throws `no-identity`. */
export async function identityIn(
  repo: GitPlace,
  env: NodeJS.ProcessEnv,
): Promise<{ config: GitConfig; who: Identity }> {
  const config = await readConfig(repo);
  return { config, who: identityOf(config, env) };
}

/** Said where a URL came with a login: URLs are stored where others read them. */
export const LOGIN_LEFT_OUT = "the login in the URL is not stored: git's credential helper must supply it";
