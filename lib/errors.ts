/** Exit statuses of every command: git's own 128 and 129, and 1 for "looked, and the answer is no". */
export const Exit = { ok: 0, no: 1, fatal: 128, usage: 129 } as const;

export interface ErrorDetails {
  /** A command to type, or one thing to do. */
  hint?: string;
  /** Default: `Exit.fatal`. */
  exitCode?: number;
  /** Facts for `--json`. */
  data?: Record<string, unknown>;
  cause?: unknown;
}

/** What a user can run into and mend: a stable `code`, one sentence, and a hint. Anything else thrown is a bug. */
export class RealmError extends Error {
  readonly code: string;
  readonly exitCode: number;
  readonly hint: string | undefined;
  readonly data: Record<string, unknown>;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RealmError';
    this.code = code;
    this.exitCode = details.exitCode ?? Exit.fatal;
    this.hint = details.hint;
    this.data = details.data ?? {};
  }
}

/** Bad arguments: exit status 129, as git's own usage errors. */
export const usageError = (message: string, hint?: string): RealmError =>
  new RealmError('usage', message, { exitCode: Exit.usage, ...(hint === undefined ? {} : { hint }) });
