/**
 * `lib/hooks`: the git hooks of a member repository: how to put them in place beside the hooks of others and
 * take them out again, and the list of files that they watch.
 */

import {
  type FoundBlock,
  findBlock,
  hookBlock,
  insertBlock,
  madeDirectory,
  newHook,
  removeBlock,
} from './block.ts';
import {
  configHas,
  configNames,
  findConfigBlock,
  hasConfigHooks,
  removeConfigBlock,
  writeConfigBlock,
} from './config-block.ts';
import { callLine, callsOld, callsUs, managerLine } from './manager-lines.ts';
import {
  filesOf,
  huskyVersion,
  isHuskyPath,
  managerFileCalling,
  managerFilesCalling,
  managerOf,
} from './managers.ts';
import { foreignAdvice, foreignLine, shellProblem } from './shell.ts';
import { legacyOf, removeStray, type Stray, straysOf } from './strays.ts';
import {
  type FileState,
  HOOKS,
  type HookFinding,
  type HookName,
  type HookPlan,
  type HookPrograms,
  type HookStep,
  type HooksState,
} from './types.ts';

/** The steps that put these hooks, and no others of ours, in place. Done twice, the second time has no steps. */
export function planInstall(state: HooksState, hooks: readonly HookName[], programs: HookPrograms): HookPlan {
  const now = findings(state, hooks, programs);
  if (hasConfigHooks(state.repo.gitVersion) && !configIsOurs(state)) return { steps: [], findings: now };
  const steps: HookStep[] = configSteps(state, now, programs);
  for (const finding of now) {
    if (finding.by === 'file' && (finding.state === 'missing' || finding.state === 'outdated'))
      steps.push(...placeInFile(state, finding, programs, steps));
    // A block from before git was upgraded, or that a line has taken the place of, would run a second time.
    else if (finding.by !== 'file') steps.push(...removeFromFile(state, finding.hook));
    if (finding.by !== 'file')
      steps.push(
        ...straysOf(state)
          .filter(({ hook, fires }) => fires && hook === finding.hook)
          .flatMap(removeStray),
      );
  }
  for (const hook of HOOKS) if (!hooks.includes(hook)) steps.push(...removeFromFile(state, hook));
  return { steps: withEmptyDirectory(state, steps), findings: now.map(installed) };
}

const configIsOurs = ({ config }: HooksState): boolean =>
  config.kind === 'file' && findConfigBlock(config.text) !== 'damaged';

/** The configuration holds the hooks that are run from there, and no others of ours. */
function configSteps(state: HooksState, now: readonly HookFinding[], programs: HookPrograms): HookStep[] {
  const { config } = state;
  const block = config.kind === 'file' ? findConfigBlock(config.text) : undefined;
  const named = (hook: HookName): boolean =>
    block !== undefined && block !== 'damaged' && configNames(block.text, hook);
  // What this git cannot run from elsewhere, a newer one may go on to run from there.
  const wanted = now
    .filter(({ by, hook, state }) => (state === 'refused' ? named(hook) : by === 'config'))
    .map(({ hook }) => hook);
  if (wanted.length === 0) return removeFromConfig(state);
  const others = HOOKS.filter((hook) => !wanted.includes(hook));
  const same =
    block !== undefined &&
    block !== 'damaged' &&
    wanted.every((hook) => configHas(block.text, hook, programs)) &&
    !others.some((hook) => configNames(block.text, hook));
  if (same) return [];
  return [
    write(
      state.repo,
      'config',
      writeConfigBlock(config.kind === 'file' ? config.text : '', wanted, programs),
      config,
    ),
  ];
}

/**
 * The steps that take every block of ours out again, wherever it is, and leave all else byte for byte. A finding for each
 * hook that had something of ours: `missing` when the steps take it out, `refused` when the user has to.
 */
export function planUninstall(state: HooksState): HookPlan {
  const strays = straysOf(state);
  const steps = [
    ...removeFromConfig(state),
    ...HOOKS.flatMap((hook) => removeFromFile(state, hook)),
    ...strays.flatMap(removeStray),
  ];
  const left = HOOKS.flatMap((hook) => [
    ...configRemains(state, hook),
    ...fileRemains(state, hook),
    ...strays.filter((stray) => stray.hook === hook).map(strayRemains),
    ...lineRemains(state, hook),
  ]);
  return { steps: withEmptyDirectory(state, steps), findings: left };
}

const strayRemains = ({ hook, path, block }: Stray): HookFinding =>
  block === 'damaged'
    ? { hook, by: 'file', path, state: 'refused', reason: damaged(path) }
    : { hook, by: 'file', path, state: 'missing' };

/** How the hooks stand now. */
export function findings(
  state: HooksState,
  hooks: readonly HookName[],
  programs: HookPrograms,
): HookFinding[] {
  return hooks.map((hook) => {
    const file = switchedOff(state, fileFinding(state, hook, programs));
    if (!hasConfigHooks(state.repo.gitVersion)) return withDormant(state, configIsDormant(state, file));
    return configFinding(state, file, programs);
  });
}

/** A line that does nothing in this clone, since the user took the hooks out. */
function switchedOff({ repo }: HooksState, finding: HookFinding): HookFinding {
  if (repo.off !== true || finding.by !== 'line' || finding.state !== 'installed') return finding;
  return { ...finding, state: 'missing', reason: 'the line exists, but realm.hooks is off in this clone' };
}

/** Another git has put it into the configuration, and this one does not look there. */
function configIsDormant(state: HooksState, finding: HookFinding): HookFinding {
  const block = state.config.kind === 'file' ? findConfigBlock(state.config.text) : undefined;
  if (finding.state === 'installed' || block === undefined || block === 'damaged') return finding;
  if (!configNames(block.text, finding.hook)) return finding;
  const here = numberOf(state.repo.gitVersion);
  const where = `it is in the configuration, which git ${here} does not run`;
  return { ...finding, reason: finding.reason === undefined ? where : `${where}; ${finding.reason}` };
}

/** What is installed and does not fire is named, so that nobody takes it for a hook that does. */
function withDormant(state: HooksState, finding: HookFinding): HookFinding {
  if (finding.state !== 'refused' || finding.by === 'config') return finding;
  const asleep = straysOf(state).filter(({ hook, fires }) => hook === finding.hook && !fires);
  if (asleep.length === 0) return finding;
  const dormant = `git realm's block in '${asleep.map(({ path }) => path).join("', '")}' is not run`;
  return { ...finding, reason: finding.reason === undefined ? dormant : `${finding.reason}; ${dormant}` };
}

const numberOf = (version: string): string => /\d+(?:\.\d+)+/.exec(version)?.[0] ?? version;

/** With a git that has hooks by configuration: there, unless an older git has to run the file as well. */
function configFinding(state: HooksState, file: HookFinding, programs: HookPrograms): HookFinding {
  const { hook } = file;
  const { repo } = state;
  const path = `${repo.commonDir}/config`;
  const finding = { hook, by: 'config', path } as const;
  if (repo.bare) return bareFinding(finding);
  if (state.config.kind !== 'file') {
    return { ...finding, state: 'refused', reason: `'${path}' is not a plain file` };
  }
  const block = findConfigBlock(state.config.text);
  if (block === 'damaged') return { ...finding, state: 'refused', reason: damaged(path) };
  const named = block !== undefined && configNames(block.text, hook);
  if (repo.olderGit !== undefined) {
    // Files are what both of them run.
    if (file.state !== 'refused')
      return named && file.state === 'installed' ? { ...file, state: 'outdated' } : file;
  } else if (!named && file.by === 'file' && (file.state === 'installed' || file.state === 'outdated')) {
    return { ...file, by: 'config', path, state: 'outdated', reason: `it is in '${file.path}'` };
  }
  if (named && repo.disabled?.includes(hook) === true) {
    const reason = `it is disabled in the configuration; to find the setting: git config --get-regexp '^hook\\..*\\.enabled$'`;
    return { ...finding, state: 'refused', reason };
  }
  const current = named && configHas(block.text, hook, programs);
  const stands = current ? 'installed' : named ? 'outdated' : 'missing';
  if (repo.olderGit === undefined) return { ...finding, state: stands };
  const { version, path: other } = repo.olderGit;
  const reason = `git ${numberOf(version)} ('${other}') does not run it; for that one, ${file.reason ?? 'a line is needed'}`;
  const { line, lineFile } = file;
  return {
    ...finding,
    state: stands,
    reason,
    ...(line === undefined ? {} : { line, lineFile: lineFile ?? file.path }),
  };
}

const installed = (finding: HookFinding): HookFinding =>
  finding.state === 'refused' || finding.state === 'installed' ? finding : { ...finding, state: 'installed' };

function placeInFile(
  state: HooksState,
  { hook, path }: HookFinding,
  programs: HookPrograms,
  before: readonly HookStep[],
): HookStep[] {
  const legacy = legacyOf(state, hook);
  if (legacy !== undefined && path === legacy.path && legacy.block !== 'damaged') {
    return [
      { kind: 'write', path, text: replaced(legacy.text, legacy.block, hook, programs), mode: legacy.mode },
    ];
  }
  const file = state.files[hook];
  if (file.kind === 'file') {
    const block = findBlock(file.text);
    const text =
      block === undefined || block === 'damaged'
        ? insertBlock(file.text, hook, programs)
        : replaced(file.text, block, hook, programs);
    return [write(state.repo, hook, text, file)];
  }
  const makes = !state.hooksDirExists && !before.some((step) => step.kind === 'mkdir');
  const steps: HookStep[] = makes ? [{ kind: 'mkdir', path: state.repo.hooksDir }] : [];
  return [...steps, write(state.repo, hook, newHook(hook, programs, makes), file)];
}

const replaced = (text: string, block: FoundBlock, hook: HookName, programs: HookPrograms): string =>
  text.slice(0, block.start) + hookBlock(hook, programs, block.origin) + text.slice(block.end);

function write({ commonDir, hooksDir }: HooksState['repo'], name: string, text: string, file: FileState) {
  const path = name === 'config' ? `${commonDir}/config` : `${hooksDir}/${name}`;
  const mode = file.kind === 'file' ? file.mode : undefined;
  return { kind: 'write', path, text, mode } as const satisfies HookStep;
}

function fileFinding(state: HooksState, hook: HookName, programs: HookPrograms): HookFinding {
  const { repo } = state;
  const file = state.files[hook];
  const finding = { hook, by: 'file', path: `${repo.hooksDir}/${hook}` } as const;
  if (repo.bare) return bareFinding(finding);
  const block = file.kind === 'file' ? findBlock(file.text) : undefined;
  if (file.kind === 'file' && block !== undefined && block !== 'damaged') {
    const current = block.text === hookBlock(hook, programs, block.origin);
    if (!executable(file)) return { ...finding, state: 'refused', reason: dormant(finding.path) };
    return { ...finding, state: current ? 'installed' : 'outdated' };
  }
  if (block === 'damaged') return { ...finding, state: 'refused', reason: damaged(finding.path) };
  return (
    sharedDirectory(state, finding, programs) ??
    foreignFile(state, finding, file, programs) ?? { ...finding, state: 'missing' }
  );
}

type Unjudged = Pick<HookFinding, 'hook' | 'by' | 'path'>;

const bareFinding = (finding: Unjudged): HookFinding => ({
  ...finding,
  state: 'refused',
  reason: 'there are no commits in a bare repository',
});

const damaged = (path: string): string =>
  `the begin and end marks of git realm's block in '${path}' do not match; remove the block manually`;

const dormant = (path: string): string =>
  `'${path}' is not executable, so git ignores it; installing would enable it: make it executable or move it away`;

const executable = (file: { mode: number }): boolean => (file.mode & 0o111) !== 0;

/** `core.hooksPath` leads to files that other repositories, or everyone who clones this one, share. */
function sharedDirectory(
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
function foreignFile(
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

function configRemains(state: HooksState, hook: HookName): HookFinding[] {
  const path = `${state.repo.commonDir}/config`;
  const finding = { hook, by: 'config', path } as const;
  const block = state.config.kind === 'file' ? findConfigBlock(state.config.text) : undefined;
  if (block === 'damaged') return [{ ...finding, state: 'refused', reason: damaged(path) }];
  return block !== undefined && configNames(block.text, hook) ? [{ ...finding, state: 'missing' }] : [];
}

function fileRemains(state: HooksState, hook: HookName): HookFinding[] {
  const path = `${state.repo.hooksDir}/${hook}`;
  const finding = { hook, by: 'file', path } as const;
  const file = state.files[hook];
  const block = file.kind === 'file' ? findBlock(file.text) : undefined;
  if (block === 'damaged') return [{ ...finding, state: 'refused', reason: damaged(path) }];
  return block === undefined ? [] : [{ ...finding, state: 'missing' }];
}

function lineRemains(state: HooksState, hook: HookName): HookFinding[] {
  const finding = { hook, by: 'line', path: `${state.repo.hooksDir}/${hook}` } as const;
  return lineFiles(state, hook).map((lineFile) => {
    const reason = `the line in '${lineFile}' was added manually and is not removed; it has no effect in this clone (realm.hooks = off)`;
    return { ...finding, state: 'refused', reason, lineFile };
  });
}

/** Files in which the user has put our line for this hook. */
function lineFiles(state: HooksState, hook: HookName): string[] {
  const file = state.files[hook];
  const block = file.kind === 'file' ? findBlock(file.text) : undefined;
  // Our block holds such a line itself.
  const byHand = file.kind === 'file' && block === undefined && callsUs(file.text, hook);
  const own = byHand ? [`${state.repo.hooksDir}/${hook}`] : [];
  return [...own, ...managerFilesCalling(state, hook).map(({ path }) => path)];
}

function removeFromFile(state: HooksState, hook: HookName): HookStep[] {
  const file = state.files[hook];
  if (file.kind !== 'file') return [];
  const block = findBlock(file.text);
  if (block === undefined || block === 'damaged') return [];
  const path = `${state.repo.hooksDir}/${hook}`;
  const text = removeBlock(file.text, block);
  return [text === undefined ? { kind: 'remove', path } : { kind: 'write', path, text, mode: file.mode }];
}

function removeFromConfig(state: HooksState): HookStep[] {
  if (state.config.kind !== 'file') return [];
  const text = removeConfigBlock(state.config.text);
  if (text === 'damaged' || text === state.config.text) return [];
  return [write(state.repo, 'config', text, state.config)];
}

/** The hooks directory goes with the last of our files when it came with one; `rmdir` leaves a full one alone. */
function withEmptyDirectory(state: HooksState, steps: HookStep[]): HookStep[] {
  const made = HOOKS.some((hook) => {
    const file = state.files[hook];
    const block = file.kind === 'file' ? findBlock(file.text) : undefined;
    return block !== undefined && block !== 'damaged' && madeDirectory(block);
  });
  const removes = steps.some((step) => step.kind === 'remove');
  return made && removes ? [...steps, { kind: 'rmdir', path: state.repo.hooksDir }] : steps;
}
