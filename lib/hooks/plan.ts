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
import { findings } from './findings.ts';
import { callsUs } from './manager-lines.ts';
import { managerFilesCalling } from './managers.ts';
import { damaged } from './refused.ts';
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
