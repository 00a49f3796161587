import path from 'node:path';
import { RealmError } from '../errors.ts';
import { shellQuoted } from '../shell-word.ts';
import type { GitAnswers } from './answers.ts';
import { foreignEnvironment } from './environment.ts';
import { isInWorkTree } from './ownership.ts';
import { quickDiscover } from './quick-discover.ts';
import { symbolicRef } from './refs.ts';
import { type GitPlace, gitIn } from './run.ts';

export type ObjectFormat = 'sha1' | 'sha256';

/** One repository, and how to run git in it. All paths are absolute. */
export interface Repository extends GitPlace {
  gitDir: string;
  /** The same for every linked worktree. */
  commonDir: string;
  /** Top of the work tree we are in; `null` in a bare repository or inside the git directory. */
  worktree: string | null;
  bare: boolean;
  objectFormat: ObjectFormat;
  /** Its refs are files (not reftable): some can be read without a process (`ref-files.ts`). */
  refFiles?: boolean;
  /** Full name of the branch that HEAD names, born or not; `null` when detached. */
  branch: string | null;
}

export interface DiscoverOptions {
  env: NodeJS.ProcessEnv;
  /** Act on another repository than the one git called us in (clears `GIT_DIR` and its kin). */
  foreign?: boolean;
  /** Arguments before every verb, e.g. the safety settings of a store. */
  before?: readonly string[];
  /** Answers of git that are already known, for this repository. */
  answers?: GitAnswers | undefined;
}

/**
 * The repository around `cwd`, right in subdirectories, linked worktrees, bare repositories, submodules and hooks. No git
 * process in a plain repository, one elsewhere, a few more in a bare or unborn one. Throws `not-a-repository`,
 * and `unsafe-repository` by git's own rules, and where we stand in a bare repository that lies in a work tree.
 */
export async function discover(cwd: string, options: DiscoverOptions): Promise<Repository> {
  const env = options.foreign ? foreignEnvironment(options.env) : options.env;
  const before = options.before ?? [];
  const place = gitIn(cwd, env, before);
  const git = (cwd: string): Repository['git'] => {
    const inside = gitIn(cwd, env, before);
    return async (args, run) => options.answers?.take(args) ?? inside.git(args, run);
  };
  const found = quickDiscover(cwd, env);
  if (found !== null) {
    const gitDir = path.join(found.top, '.git');
    return {
      gitDir,
      commonDir: gitDir,
      worktree: found.top,
      bare: false,
      objectFormat: 'sha1',
      refFiles: true,
      branch: found.branch,
      git: git(found.top),
    };
  }
  const args = ['rev-parse', '--path-format=absolute', ...PROBES];
  const { code, stdout, stderr } = await place.git(args, { ok: [0, 128] });
  const lines = stdout.toString('utf8').split('\n').slice(0, -1);
  if (lines.length < REQUIRED) throw notARepository(cwd, stderr);
  const plain = code === 0 && lines.length === PROBES.length - 1;
  const answers = plain ? lines : await askOneByOne(place);
  const [bareWord, format, gitDir = '', commonDir = '', top, head] = answers;
  const worktree = top === undefined ? null : path.normalize(top);
  if (
    bareWord === 'true' &&
    !options.foreign &&
    env.GIT_DIR === undefined &&
    isInWorkTree(path.normalize(gitDir))
  )
    throw broughtAlong(path.normalize(gitDir));
  return {
    gitDir: path.normalize(gitDir),
    commonDir: path.normalize(commonDir),
    worktree,
    bare: bareWord === 'true',
    objectFormat: format === 'sha256' ? 'sha256' : 'sha1',
    branch: head?.startsWith('refs/') ? head : plain ? null : await symbolicRef(place, 'HEAD'),
    git: git(worktree ?? cwd),
  };
}

/** The last two have no answer everywhere: no work tree in a bare repository, no commit in a new one. */
const PROBES = [
  '--is-bare-repository',
  '--show-object-format',
  '--git-dir',
  '--git-common-dir',
  '--show-toplevel',
  '--symbolic-full-name',
  'HEAD',
] as const;
const REQUIRED = 4;

/** A path with a newline in it, or a missing answer, makes the joint one ambiguous: ask for each alone. */
async function askOneByOne(place: GitPlace): Promise<(string | undefined)[]> {
  const ask = async (what: string) => {
    const { code, stdout } = await place.git(['rev-parse', '--path-format=absolute', what], { ok: [0, 128] });
    return code === 0 ? stdout.toString('utf8').replace(/\n$/, '') : undefined;
  };
  return Promise.all(PROBES.slice(0, REQUIRED + 1).map(ask));
}

/** Its configuration and hooks are somebody's who could commit them. */
const broughtAlong = (gitDir: string): RealmError =>
  new RealmError(
    'unsafe-repository',
    `'${gitDir}' is a bare repository in a work tree, so it may have come from a commit`,
    {
      hint: `if it is yours: GIT_DIR=${shellQuoted(gitDir)} git realm …`,
    },
  );

/** Why git does not use the repository around a directory, by what it said. */
export function notARepository(cwd: string, stderr: string): RealmError {
  const [, foreign] = /dubious ownership in repository at '([\s\S]*?)'\n/.exec(stderr) ?? [];
  if (foreign !== undefined) {
    return new RealmError('unsafe-repository', `'${foreign}' belongs to another user`, {
      hint: `git config --global --add safe.directory ${shellQuoted(foreign)}`,
    });
  }
  const [, bare] = /cannot use bare repository '([\s\S]*?)' \(safe\.bareRepository/.exec(stderr) ?? [];
  if (bare !== undefined) {
    return new RealmError(
      'unsafe-repository',
      `'${bare}' is a bare repository that your git configuration does not allow git to use`,
      {
        hint: `if it is yours: GIT_DIR=${shellQuoted(bare)} git realm …; see safe.bareRepository in git help config`,
      },
    );
  }
  return new RealmError('not-a-repository', `not a git repository: '${cwd}'`, {
    hint: 'run this in a repository, or specify it: git realm -C <path> …',
  });
}
