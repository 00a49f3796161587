import { findBlock, hookBlock, insertBlock, removeBlock } from './block.ts';
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
  return hasConfigHooks(state.repo.gitVersion)
    ? planConfig(state, hooks, programs)
    : planFiles(state, hooks, programs);
}

/**
 * The steps that take every block of ours out again, wherever it is, and leave all else byte for byte. A finding for each
 * hook that had something of ours: `missing` when the steps take it out, `refused` when the user has to.
 */
export function planUninstall(state: HooksState): HookPlan {
  const steps = [...removeFromConfig(state), ...HOOKS.flatMap((hook) => removeFromFile(state, hook))];
  const left = HOOKS.flatMap((hook) => [...configRemains(state, hook), ...fileRemains(state, hook)]);
  return { steps: withEmptyDirectory(state, steps), findings: left };
}

/** How the hooks stand now. */
export function findings(
  state: HooksState,
  hooks: readonly HookName[],
  programs: HookPrograms,
): HookFinding[] {
  const byConfig = hasConfigHooks(state.repo.gitVersion);
  return hooks.map((hook) =>
    byConfig ? configFinding(state, hook, programs) : fileFinding(state, hook, programs),
  );
}

function planConfig(state: HooksState, hooks: readonly HookName[], programs: HookPrograms): HookPlan {
  const now = findings(state, hooks, programs);
  if (now.some((finding) => finding.state === 'refused')) return { steps: [], findings: now };
  const { config } = state;
  const text = config.kind === 'file' ? config.text : '';
  const wanted = writeConfigBlock(text, hooks, programs);
  const steps: HookStep[] = [];
  if (now.some((finding) => finding.state !== 'installed') || holdsOthers(text, hooks)) {
    steps.push(write(state.repo, 'config', wanted, config));
  }
  // Blocks from before git was upgraded would run a second time.
  steps.push(...HOOKS.flatMap((hook) => removeFromFile(state, hook)));
  return { steps: withEmptyDirectory(state, steps), findings: now.map(installed) };
}

const holdsOthers = (text: string, hooks: readonly HookName[]): boolean => {
  const block = findConfigBlock(text);
  if (block === undefined || block === 'damaged') return false;
  return HOOKS.some((hook) => !hooks.includes(hook) && configNames(block.text, hook));
};

function configFinding(state: HooksState, hook: HookName, programs: HookPrograms): HookFinding {
  const path = `${state.repo.commonDir}/config`;
  const finding = { hook, by: 'config', path } as const;
  if (state.repo.bare) return bareFinding(finding);
  if (state.config.kind !== 'file') {
    return { ...finding, state: 'refused', reason: `'${path}' is not a plain file` };
  }
  const block = findConfigBlock(state.config.text);
  if (block === 'damaged') return { ...finding, state: 'refused', reason: damaged(path) };
  if (block === undefined || !configNames(block.text, hook)) return { ...finding, state: 'missing' };
  return { ...finding, state: configHas(block.text, hook, programs) ? 'installed' : 'outdated' };
}

function planFiles(state: HooksState, hooks: readonly HookName[], programs: HookPrograms): HookPlan {
  const now = findings(state, hooks, programs);
  const steps: HookStep[] = [...removeFromConfig(state)];
  for (const finding of now) {
    if (finding.state === 'missing' || finding.state === 'outdated') {
      steps.push(...placeInFile(state, finding.hook, programs, steps));
    }
  }
  for (const hook of HOOKS) if (!hooks.includes(hook)) steps.push(...removeFromFile(state, hook));
  return { steps: withEmptyDirectory(state, steps), findings: now.map(installed) };
}

const installed = (finding: HookFinding): HookFinding =>
  finding.state === 'refused' ? finding : { ...finding, state: 'installed' };

function placeInFile(
  state: HooksState,
  hook: HookName,
  programs: HookPrograms,
  before: readonly HookStep[],
): HookStep[] {
  const file = state.files[hook];
  if (file.kind === 'file') {
    const block = findBlock(file.text);
    const text =
      block === undefined || block === 'damaged'
        ? insertBlock(file.text, hook, programs)
        : file.text.slice(0, block.start) +
          hookBlock(hook, programs, block.origin) +
          file.text.slice(block.end);
    return [write(state.repo, hook, text, file)];
  }
  const makes = !state.hooksDirExists && !before.some((step) => step.kind === 'mkdir');
  const origin = makes ? 'new directory' : 'new file';
  const steps: HookStep[] = makes ? [{ kind: 'mkdir', path: state.repo.hooksDir }] : [];
  return [...steps, write(state.repo, hook, `#!/bin/sh\n${hookBlock(hook, programs, origin)}`, file)];
}

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
    sharedDirectory(state, finding) ?? foreignFile(state, finding, file) ?? { ...finding, state: 'missing' }
  );
}

type Unjudged = Pick<HookFinding, 'hook' | 'by' | 'path'>;

const bareFinding = (finding: Unjudged): HookFinding => ({
  ...finding,
  state: 'refused',
  reason: 'nobody commits in a bare repository',
});

const damaged = (path: string): string =>
  `the marks of our block in '${path}' do not pair up; take the block out by hand`;

const dormant = (path: string): string =>
  `'${path}' is not executable, so git ignores it; installing would wake it: make it executable or move it away`;

const executable = (file: { mode: number }): boolean => (file.mode & 0o111) !== 0;

/** `core.hooksPath` leads to files that other repositories, or everyone who clones this one, share. */
function sharedDirectory(state: HooksState, finding: Unjudged): HookFinding | undefined {
  const { hooksPath, hooksDir, commonDir } = state.repo;
  if (`${hooksDir}/`.startsWith(`${commonDir}/`) && !state.hooksDirLinks) return undefined;
  if (hooksPath !== undefined && isHuskyPath(hooksPath)) return managed(state, finding, 'husky');
  const reason =
    hooksPath === undefined
      ? `'${commonDir}/hooks' is a link to files outside of the git directory`
      : `core.hooksPath is '${hooksPath}', which is not this repository's alone`;
  return refusedWithLine(state, finding, reason);
}

/** A hook that is somebody else's and not plain shell. */
function foreignFile(state: HooksState, finding: Unjudged, file: FileState): HookFinding | undefined {
  switch (file.kind) {
    case 'absent':
      return undefined;
    case 'symlink':
      return refusedWithLine(state, finding, `'${finding.path}' is a link to '${file.target}'`);
    case 'other':
      return { ...finding, state: 'refused', reason: `'${finding.path}' is not a file` };
  }
  const manager = managerOf(file.text);
  if (manager !== undefined) return managed(state, finding, manager);
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

function managed(
  state: HooksState,
  finding: Unjudged,
  manager: NonNullable<HookFinding['manager']>,
): HookFinding {
  const version = manager === 'husky' ? huskyVersion(state.repo.hooksPath) : state.frameworkVersion;
  const wanted = managerLine(manager, finding.hook, { files: filesOf(state, manager), version });
  const file = managerFileCalling(state, manager, finding.hook);
  const called = file === undefined ? undefined : byLine(finding, file.text, wanted);
  if (called !== undefined) return { ...called, manager };
  const reason = `${manager} writes this hook`;
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
  if (block !== undefined) return [{ ...finding, state: 'missing' }];
  const byHand = lineFiles(state, hook);
  return byHand.map((lineFile) => {
    const reason = `the line in '${lineFile}' was added by hand and is taken out by hand`;
    return { ...finding, by: 'line', state: 'refused', reason, lineFile };
  });
}

/** Files in which the user has put our line for this hook. */
function lineFiles(state: HooksState, hook: HookName): string[] {
  const file = state.files[hook];
  const own = file.kind === 'file' && callsUs(file.text, hook) ? [`${state.repo.hooksDir}/${hook}`] : [];
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
    return block !== undefined && block !== 'damaged' && block.origin === 'new directory';
  });
  const removes = steps.some((step) => step.kind === 'remove');
  return made && removes ? [...steps, { kind: 'rmdir', path: state.repo.hooksDir }] : steps;
}
