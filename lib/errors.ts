import { withoutSecrets } from './secrets.ts';
import { oneLine } from './visible.ts';

/** Exit statuses of every command: git's own 128 and 129, and 1 for "the check failed or was refused". */
export const Exit = { ok: 0, no: 1, fatal: 128, usage: 129 } as const;

export interface ErrorDetails {
  /** A command to type, or one thing to do; several are several lines. */
  hint?: string | readonly string[];
  /** Default: `Exit.fatal`. */
  exitCode?: number;
  /** Facts for `--json`. */
  data?: Record<string, unknown>;
  cause?: unknown;
}

/**
 * What a user can run into and fix: a stable `code`, one sentence, and a hint. Whatever they quote, each is one line without
 * hidden characters and without the secrets of a URL. Anything else thrown is a bug.
 */
export class RealmError extends Error {
  readonly code: string;
  readonly exitCode: number;
  readonly hint: string | undefined;
  readonly data: Record<string, unknown>;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(
      oneLine(withoutSecrets(message)),
      details.cause === undefined ? undefined : { cause: details.cause },
    );
    this.name = 'RealmError';
    this.code = code;
    this.exitCode = details.exitCode ?? Exit.fatal;
    const { hint } = details;
    const hints = typeof hint === 'string' ? [hint] : hint;
    this.hint = hints?.map((line) => oneLine(withoutSecrets(line))).join('\n');
    this.data = details.data ?? {};
  }
}

/** Bad arguments: exit status 129, as git's own usage errors. */
export const usageError = (message: string, hint?: string | readonly string[]): RealmError =>
  new RealmError('usage', message, { exitCode: Exit.usage, ...(hint === undefined ? {} : { hint }) });
