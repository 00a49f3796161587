/** Something that is not as it should be. `note`: harmless, and mends itself; it is no reason to fail. */
export interface Finding {
  /** Stable, for scripts: `lock-left`, `hooks-missing`. */
  id: string;
  level: 'error' | 'warning' | 'note';
  message: string;
  /** What a person can do where `mend` cannot. */
  hint?: string;
  path?: string;
  line?: number;
  /** What `--fix` does, in words, and the doing. Only what git realm made is ever removed. */
  mend?: { words: string; run(): Promise<void> };
}

/** What one look found, and what was looked at: "healthy" must say of what. */
export interface Look {
  looked: string[];
  findings: Finding[];
}

export const joined = (looks: readonly Look[]): Look => ({
  looked: looks.flatMap(({ looked }) => looked),
  findings: looks.flatMap(({ findings }) => findings),
});
