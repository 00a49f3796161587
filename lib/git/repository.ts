import path from 'node:path';
import { RealmError } from '../errors.ts';
import { foreignEnvironment } from './environment.ts';
import { type GitResult, type GitRun, runGit } from './run.ts';

export type ObjectFormat = 'sha1' | 'sha256';

/** One repository, and how to run git in it. All paths are absolute. */
export interface Repository {
  gitDir: string;
  /** The same for every linked worktree. */
  commonDir: string;
  /** Top of the work tree we are in; `null` in a bare repository or inside the git directory. */
  worktree: string | null;
  bare: boolean;
  objectFormat: ObjectFormat;
  /** Full name of the branch that HEAD names, born or not; `null` when detached. */
  branch: string | null;
  git(args: readonly string[], options?: Partial<GitRun>): Promise<GitResult>;
}

export interface DiscoverOptions {
  env: NodeJS.ProcessEnv;
  /** Act on another repository than the one git called us in (clears `GIT_DIR` and its kin). */
  foreign?: boolean;
  /** Arguments before every verb, e.g. the safety settings of a store. */
  before?: readonly string[];
}

/**
 * The repository around `cwd`, right in subdirectories, linked worktrees, bare repositories, submodules and hooks, in two
 * git processes side by side. Throws `not-a-repository`.
 */
export async function discover(cwd: string, options: DiscoverOptions): Promise<Repository> {
  const env = options.foreign ? foreignEnvironment(options.env) : options.env;
  const before = options.before ?? [];
  const probe = ['rev-parse', '--path-format=absolute', ...PROBES, '--show-toplevel'];
  const symref = [...before, 'symbolic-ref', '-q', 'HEAD'];
  const [{ code, stdout, stderr }, head] = await Promise.all([
    runGit([...before, ...probe], { cwd, env, ok: [0, 128] }),
    runGit(symref, { cwd, env, ok: [0, 1, 128] }),
  ]);
  const lines = stdout.toString('utf8').split('\n').slice(0, -1);
  if (lines.length < PROBES.length) throw notARepository(cwd, stderr);
  const answers = lines.length <= PROBES.length + 1 ? lines : await askOneByOne(cwd, env, before);
  const [bareWord, format, gitDir, commonDir, top] = answers as [string, string, string, string, string?];
  // Inside `.git` there is no work tree to show, and git says so with status 128.
  const worktree = code === 0 && top !== undefined ? path.normalize(top) : null;
  const git = (args: readonly string[], run: Partial<GitRun> = {}) =>
    runGit([...before, ...args], { cwd: worktree ?? cwd, env, ...run });
  return {
    gitDir: path.normalize(gitDir),
    commonDir: path.normalize(commonDir),
    worktree,
    bare: bareWord === 'true',
    objectFormat: format === 'sha256' ? 'sha256' : 'sha1',
    branch: head.code === 0 ? head.stdout.toString('utf8').trimEnd() : null,
    git,
  };
}

const PROBES = ['--is-bare-repository', '--show-object-format', '--git-dir', '--git-common-dir'] as const;

/** A path with a newline in it makes the joint answer ambiguous: ask for each alone. */
async function askOneByOne(
  cwd: string,
  env: NodeJS.ProcessEnv,
  before: readonly string[],
): Promise<string[]> {
  const ask = async (what: string) => {
    const args = [...before, 'rev-parse', '--path-format=absolute', what];
    const { code, stdout } = await runGit(args, { cwd, env, ok: [0, 128] });
    return code === 0 ? stdout.toString('utf8').replace(/\n$/, '') : undefined;
  };
  const answers = await Promise.all([...PROBES, '--show-toplevel'].map(ask));
  return answers.filter((answer) => answer !== undefined);
}

function notARepository(cwd: string, stderr: string): RealmError {
  if (/dubious ownership/.test(stderr)) {
    return new RealmError('unsafe-repository', `'${cwd}' belongs to another user`, {
      hint: `git config --global --add safe.directory '${cwd}'`,
    });
  }
  return new RealmError('not-a-repository', `not a git repository: '${cwd}'`, {
    hint: 'go to a repository, or name one: git realm -C <path> …',
  });
}
