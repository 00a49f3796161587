/** The git hooks we can stand in; `pre-push` only with `realm.guardPush`. */
export const HOOKS = [
  'pre-commit',
  'prepare-commit-msg',
  'pre-applypatch',
  'post-commit',
  'post-merge',
  'post-rewrite',
  'pre-push',
] as const;
export type HookName = (typeof HOOKS)[number];

/**
 * How `git-realm hook` ends where a commit or push is refused, and never otherwise: no shell, no crash of node and no
 * signal has this exit status, so that the line of a hook manager passes on a refusal and nothing else.
 */
export const REFUSED = 79;

/** May this hook refuse what git is about to do? */
export const refuses = (hook: HookName): boolean => hook.startsWith('pre');

/** What git knows of the repository; all paths absolute. */
export interface HookRepo {
  /** `git rev-parse --path-format=absolute --git-common-dir` */
  commonDir: string;
  /** `git rev-parse --path-format=absolute --git-path hooks` */
  hooksDir: string;
  /** The value of `core.hooksPath` from whatever scope, where it is set. */
  hooksPath?: string | undefined;
  /** Top of the work tree, where a hook manager keeps its configuration. */
  workTree?: string | undefined;
  bare: boolean;
  /** As in `git version 2.39.5`; the words before the number do not matter. */
  gitVersion: string;
  /** Another git that the user may run here, and that has no hooks by configuration while this one has. */
  olderGit?: { version: string; path: string } | undefined;
  /** Hooks by configuration that the configuration itself switches off (`hook.<name>.enabled`). */
  disabled?: readonly HookName[] | undefined;
  /** `realm.hooks = off`: lines that the user has put into files do nothing in this clone. */
  off?: boolean | undefined;
}

/** What a hook needs to find of the installation; all paths absolute. */
export interface HookPrograms {
  /** The directory that holds `pre-commit`, `where`, `start` and the rest of `hooks/`. */
  home: string;
  /** The `git-realm` executable. */
  bin: string;
  /** The node it was installed with, for environments whose PATH has none. */
  node: string;
}

export type FileState =
  | { kind: 'absent' }
  | {
      kind: 'file';
      /** Permission bits. */
      mode: number;
      /** One character per byte. */
      text: string;
    }
  | { kind: 'symlink'; target: string }
  | { kind: 'other' };

/** All that planning needs: gathered once, never read again. */
export interface HooksState {
  repo: HookRepo;
  hooksDirExists: boolean;
  /** The hooks directory is a link, mostly to tracked files. */
  hooksDirLinks: boolean;
  files: Record<HookName, FileState>;
  /** Files of hooks directories that hold a block of ours in any other place than a hook of `hooksDir`. */
  strays: { path: string; mode: number; text: string }[];
  /** `<common dir>/config` */
  config: FileState;
  /** Configuration of hook managers, where there is some: path and text. */
  managerFiles: { path: string; text: string }[];
  /** The major version of pre-commit, where it writes a hook here and says its version. */
  frameworkVersion?: number | undefined;
}

export type HookStep =
  | { kind: 'mkdir'; path: string }
  /** `mode` absent: a new file, executable for whom the umask allows. */
  | { kind: 'write'; path: string; text: string; mode?: number | undefined }
  | { kind: 'remove'; path: string }
  | { kind: 'rmdir'; path: string };

export type Manager = 'husky' | 'lefthook' | 'pre-commit' | 'simple-git-hooks';

/** How one hook stands. */
export interface HookFinding {
  hook: HookName;
  /**
   * `installed`: git runs it. `missing`: install would put it in place. `outdated`: install would replace what runs now.
   * `refused`: git does not run it, and it would stand in a place that is not ours to write to; `line` is what the user can
   * add there.
   */
  state: 'installed' | 'missing' | 'outdated' | 'refused';
  /** How it is, or would be, run: a block in the hook's file, git's configuration, or the line that a user added. */
  by: 'file' | 'config' | 'line';
  path: string;
  manager?: Manager;
  /** Why it is refused, or what else is to be known. */
  reason?: string;
  /** What to add by hand, and to which file. */
  line?: string;
  lineFile?: string;
}

export interface HookPlan {
  steps: HookStep[];
  /** How the hooks stand once the steps are done. */
  findings: HookFinding[];
}
