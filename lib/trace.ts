/** One thing that was done, for anyone who looks into what a command costs. `null`: not known, or there is none. */
export type TraceEvent =
  /** A part of the command has ended: `load`, `parse`, `run`, `print`. */
  | { event: 'phase'; name: string }
  /** A git process: `kept` is asked many things and ends with us; `shell` was started by the shell that started us. */
  | {
      event: 'git';
      args: readonly string[];
      how?: 'kept' | 'shell';
      ms: number | null;
      exit: number | null;
      in: number | null;
      out: number | null;
    }
  /** A derived file was looked for. */
  | { event: 'cache'; file: string; found: boolean };

/** Whom to tell; `null`: nobody asked (`GIT_REALM_TRACE`), and nothing is spent on it. lib/cli/trace.ts listens. */
export const trace: { tell: ((event: TraceEvent) => void) | null } = { tell: null };

/** A git that is kept, or that the shell which started us has asked: its time and status are not known here. */
export const tellGit = (how: 'kept' | 'shell', args: readonly string[], out: number | null = null): void =>
  trace.tell?.({ event: 'git', args, how, ms: null, exit: null, in: null, out });
