/** How this process waits for the locks of others. */
export interface Patience {
  /** Milliseconds until it gives up with `locked`. */
  giveUpMs: number;
  /** Called with what is waited for, once a second has passed. */
  tell(line: string): void;
  /** Ends the wait: the user's interrupt. */
  signal?: AbortSignal | undefined;
}

/** Set by the code that starts the process: a hook does not keep git waiting, a command says what it waits for. */
export const patience: Patience = { giveUpMs: 120_000, tell: () => {} };

/** A hook leaves what it cannot do within a second to the next command. */
export const HOOK_PATIENCE_MS = 1000;
