/** A problem. `note`: harmless, and resolves itself; not a reason to fail. */
export interface Symptom {
  /** Stable, for scripts: `lock-left`, `hooks-missing`. */
  id: string;
  level: 'error' | 'warning' | 'note';
  message: string;
  /** What a person can do where `--fix` cannot. */
  hint?: string;
  path?: string;
  line?: number;
  /** What `--fix` does: in words before and after, and the action. It removes only files and refs that git realm created. */
  mend?: { words: string; done: string; run(): Promise<void> };
}

/** What one look found, and what was looked at: "healthy" must say of what. */
export interface Examined {
  looked: string[];
  findings: Symptom[];
}

export const joined = (examined: readonly Examined[]): Examined => ({
  looked: examined.flatMap(({ looked }) => looked),
  findings: examined.flatMap(({ findings }) => findings),
});
