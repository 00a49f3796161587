import { findBlock, hookBlock } from './block.ts';
import { configHas, configNames, findConfigBlock, hasConfigHooks } from './config-block.ts';
import { foreignFile, sharedDirectory } from './foreign-hook.ts';
import { bareFinding, damaged, dormant, executable } from './refused.ts';
import { straysOf } from './strays.ts';
import type { HookFinding, HookName, HookPrograms, HooksState } from './types.ts';

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
