import { hookBlock } from './block.ts';
import { callLine, callsOld, callsUs, managerLine } from './manager-lines.ts';
import { filesOf, huskyVersion, isHuskyPath, managerFileCalling, managerOf } from './managers.ts';
import { dormant, executable, type Unjudged } from './refused.ts';
import { foreignAdvice, foreignLine, shellProblem } from './shell.ts';
import { legacyOf } from './strays.ts';
import {
  type FileState,
  HOOKS,
  type HookFinding,
  type HookName,
  type HookPrograms,
  type HooksState,
} from './types.ts';

/** `core.hooksPath` leads to files that other repositories, or everyone who clones this one, share. */
export function sharedDirectory(
  state: HooksState,
  finding: Unjudged,
  programs: HookPrograms,
): HookFinding | undefined {
  const { hooksPath, hooksDir, commonDir } = state.repo;
  if (`${hooksDir}/`.startsWith(`${commonDir}/`) && !state.hooksDirLinks) return undefined;
  if (hooksPath !== undefined && isHuskyPath(hooksPath)) return managed(state, finding, 'husky', programs);
  if (!state.hooksDirExists) return refusedWithLine(state, finding, nowhere(state.repo));
  const reason =
    hooksPath === undefined
      ? `'${commonDir}/hooks' is a link to files outside the git directory`
      : `core.hooksPath is '${hooksPath}', which is shared with other repositories`;
  return refusedWithLine(state, finding, reason);
}

/** `.git/hooks` is a common value that means nothing in a linked worktree, whose `.git` is a file. */
const nowhere = ({ hooksPath, hooksDir, commonDir }: HooksState['repo']): string =>
  `core.hooksPath is '${hooksPath}', but '${hooksDir}' does not exist, so git runs no hooks here: ` +
  (/^\.git\/hooks\/?$/.test(hooksPath ?? '')
    ? 'git config --unset core.hooksPath'
    : `git config core.hooksPath '${commonDir}/hooks'`);

/** A hook that is somebody else's and not plain shell. */
export function foreignFile(
  state: HooksState,
  finding: Unjudged,
  file: FileState,
  programs: HookPrograms,
): HookFinding | undefined {
  switch (file.kind) {
    case 'absent':
      // simple-git-hooks removes what its configuration does not name.
      return HOOKS.some((hook) => managedBy(state, hook, 'simple-git-hooks'))
        ? managed(state, finding, 'simple-git-hooks', programs)
        : undefined;
    case 'symlink':
      return refusedWithLine(state, finding, `'${finding.path}' is a link to '${file.target}'`);
    case 'other':
      return { ...finding, state: 'refused', reason: `'${finding.path}' is not a file` };
  }
  const manager = managerOf(file.text);
  if (manager !== undefined) return managed(state, finding, manager, programs);
  if (!executable(file)) return { ...finding, state: 'refused', reason: dormant(finding.path) };
  const problem = shellProblem(file.text);
  if (problem === undefined) return undefined;
  const line = foreignLine(file.text, finding.hook);
  const called = byLine(finding, file.text, { line, lineFile: finding.path });
  if (called !== undefined) return called;
  if (line !== undefined) {
    return {
      ...finding,
      state: 'refused',
      reason: `'${finding.path}' ${problem}`,
      line,
      lineFile: finding.path,
    };
  }
  return {
    ...finding,
    state: 'refused',
    reason: `'${finding.path}' ${problem}; ${foreignAdvice(finding.hook)}`,
  };
}

const managedBy = ({ files }: HooksState, hook: HookName, manager: string): boolean => {
  const file = files[hook];
  return file.kind === 'file' && managerOf(file.text) === manager;
};

/** Run by the line that a user has put into a text: as it would be printed now, or from before refusals had a status. */
function byLine(
  finding: Unjudged,
  text: string,
  wanted: { line?: string | undefined; lineFile: string },
): HookFinding | undefined {
  if (!callsUs(text, finding.hook)) return undefined;
  if (!callsOld(text, finding.hook)) return { ...finding, state: 'installed', by: 'line' };
  const reason = `the line in '${wanted.lineFile}' was printed by an earlier version and can no longer refuse a commit; replace it`;
  const { line, lineFile } = wanted;
  return {
    ...finding,
    by: 'line',
    state: 'refused',
    reason,
    ...(line === undefined ? {} : { line, lineFile }),
  };
}

/**
 * Why a line in `.husky` is not run: husky makes the hooks that git looks for when it is installed, in each worktree again
 * (version 9), and before that git itself runs the file with the line.
 */
function huskyIsAsleep(state: HooksState, manager: string, hook: HookName): string | undefined {
  const version = huskyVersion(state.repo.hooksPath);
  if (manager !== 'husky' || version === 4) return undefined;
  const file = state.files[hook];
  const path = `${state.repo.hooksDir}/${hook}`;
  if (file.kind === 'absent') {
    const missing = state.hooksDirExists ? path : state.repo.hooksDir;
    return `'${missing}' does not exist, so git does not run it: husky is not installed in this work tree (npx husky)`;
  }
  return file.kind === 'file' && !executable(file)
    ? `'${path}' is not executable, so git ignores it`
    : undefined;
}

function managed(
  state: HooksState,
  finding: Unjudged,
  manager: NonNullable<HookFinding['manager']>,
  programs: HookPrograms,
): HookFinding {
  const legacy = manager === 'pre-commit' ? legacyOf(state, finding.hook) : undefined;
  const version = manager === 'husky' ? huskyVersion(state.repo.hooksPath) : state.frameworkVersion;
  const wanted = managerLine(manager, finding.hook, { files: filesOf(state, manager), version });
  const file = managerFileCalling(state, manager, finding.hook);
  const called = file === undefined ? undefined : byLine(finding, file.text, wanted);
  if (called !== undefined) {
    const asleep = called.state === 'installed' ? huskyIsAsleep(state, manager, finding.hook) : undefined;
    return asleep === undefined
      ? { ...called, manager }
      : { ...called, manager, state: 'refused', reason: asleep };
  }
  // pre-commit has renamed our hook, and runs it before its own.
  if (legacy !== undefined && legacy.block !== 'damaged') {
    const current = legacy.block.text === hookBlock(finding.hook, programs, legacy.block.origin);
    return { ...finding, path: legacy.path, manager, state: current ? 'installed' : 'outdated' };
  }
  const reason = `${manager} manages this hook`;
  return { ...finding, state: 'refused', manager, reason, ...wanted };
}

function refusedWithLine(state: HooksState, finding: Unjudged, reason: string): HookFinding {
  const file = state.files[finding.hook];
  const wanted = { line: callLine(finding.hook), lineFile: finding.path };
  const called = file.kind === 'file' ? byLine(finding, file.text, wanted) : undefined;
  return called ?? { ...finding, state: 'refused', reason, ...wanted };
}
