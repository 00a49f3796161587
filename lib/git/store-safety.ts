/**
 * No hook and no file-system monitor of a store ever runs, and what is fetched brings no submodules along. The rest of its
 * configuration is left out by `plainView`.
 */
export const STORE_SAFETY: readonly string[] = [
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.quotePath=false',
  '-c',
  'gc.auto=0',
  '-c',
  'submodule.recurse=false',
];

/** Objects are read as they are: not replaced, not grafted, not fetched while they are read (git 2.44 and newer). */
export const AS_THEY_ARE = {
  GIT_NO_REPLACE_OBJECTS: '1',
  // No such file: an empty one is a reason for git to say that grafts are deprecated.
  GIT_GRAFT_FILE: '/dev/null/none',
  GIT_NO_LAZY_FETCH: '1',
} as const;

/** A bare repository that is named counts, whatever the user's `safe.bareRepository` says of those that are found. */
export const NAMED_BARE: readonly string[] = ['-c', 'safe.bareRepository=all'];

/**
 * The arguments before every verb in a store. `gitDir`: of a bare one; `viewed`: git is shown a common directory of ours
 * (`plainView`), of which it does not believe that it is bare.
 */
export const storeArguments = (gitDir: string | null, viewed: boolean): string[] => [
  ...STORE_SAFETY,
  ...(gitDir !== null && viewed ? ['--bare'] : []),
  ...(gitDir === null ? [] : [`--git-dir=${gitDir}`]),
];
