import { execFile } from 'node:child_process';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { lstat, mkdir, readdir, readFile, readlink, rmdir, unlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { RealmError } from '../errors.ts';
import { findBlock } from './block.ts';
import { findings } from './findings.ts';
import { managerOf, managerPaths } from './managers.ts';
import { planInstall, planUninstall } from './plan.ts';
import {
  type FileState,
  HOOKS,
  type HookFinding,
  type HookName,
  type HookPlan,
  type HookPrograms,
  type HookRepo,
  type HookStep,
  type HooksState,
} from './types.ts';

export interface HookOptions {
  programs: HookPrograms;
  /** `realm.guardPush`: the pre-push hook too. Default: false. */
  guardPush?: boolean | undefined;
}

/**
 * Put our hooks in place, or an older form of them up to date. What stands in somebody else's file is left alone and
 * comes back as `refused`, with the line to add. Throws `hooks-write` when a file cannot be written.
 */
export async function installHooks(repo: HookRepo, options: HookOptions): Promise<HookPlan> {
  const plan = planInstall(await gather(repo), wantedHooks(options), options.programs);
  await apply(plan.steps);
  return plan;
}

/** Take our hooks out of wherever they are; every file is byte for byte what it was. What had something of ours comes back. */
export async function uninstallHooks(repo: HookRepo): Promise<HookPlan> {
  const plan = planUninstall(await gather(repo));
  await apply(plan.steps);
  return plan;
}

/** How each hook stands, in the order of `HOOKS`. Writes nothing. */
export async function hooksStatus(repo: HookRepo, options: HookOptions): Promise<HookFinding[]> {
  return findings(await gather(repo), wantedHooks(options), options.programs);
}

const wantedHooks = ({ guardPush }: HookOptions): HookName[] =>
  HOOKS.filter((hook) => hook !== 'pre-push' || guardPush === true);

/** Read everything that planning needs. */
async function gather(repo: HookRepo): Promise<HooksState> {
  const hooksDir = await lstat(repo.hooksDir).catch(() => undefined);
  const states = await Promise.all(HOOKS.map((hook) => readState(`${repo.hooksDir}/${hook}`)));
  const files = Object.fromEntries(HOOKS.map((hook, i) => [hook, states[i]])) as HooksState['files'];
  return {
    repo,
    hooksDirExists: hooksDir !== undefined,
    hooksDirLinks: hooksDir?.isSymbolicLink() === true,
    files,
    strays: await readStrays(repo),
    config: await readState(`${repo.commonDir}/config`),
    managerFiles: await readManagerFiles(repo),
    frameworkVersion: await frameworkVersion(files),
  };
}

/** A hook manager may have renamed our hook, or pointed git at another directory. */
async function readStrays({ hooksDir, commonDir }: HookRepo): Promise<HooksState['strays']> {
  const found: HooksState['strays'] = [];
  for (const directory of new Set([hooksDir, `${commonDir}/hooks`])) {
    for (const name of await readdir(directory).catch(() => [])) {
      const path = `${directory}/${name}`;
      const isHook = directory === hooksDir && (HOOKS as readonly string[]).includes(name);
      if (isHook || /\.(?:sample|lock)$/.test(name) || !HOOKS.some((hook) => name.startsWith(hook))) continue;
      const file = await readState(path);
      if (file.kind === 'file' && findBlock(file.text) !== undefined) found.push({ path, ...file });
    }
  }
  return found;
}

/** Asked of the very program that the generated hook runs; it costs a start of Python, and only where there is one. */
async function frameworkVersion(files: HooksState['files']): Promise<number | undefined> {
  const written = Object.values(files).find(
    (file) => file.kind === 'file' && managerOf(file.text) === 'pre-commit',
  );
  if (written?.kind !== 'file') return undefined;
  const python = /^INSTALL_PYTHON=(\/[\w./+-]+)$/m.exec(written.text)?.[1];
  const [file, args] = python === undefined ? ['pre-commit', []] : [python, ['-mpre_commit']];
  const { stdout } = await promisify(execFile)(file, [...args, '--version'], { timeout: 10_000 }).catch(
    () => ({
      stdout: '',
    }),
  );
  const [, major] = /^pre-commit (\d+)\./.exec(stdout) ?? [];
  return major === undefined ? undefined : Number(major);
}

async function readState(path: string): Promise<FileState> {
  try {
    const stat = await lstat(path);
    if (stat.isSymbolicLink()) return { kind: 'symlink', target: await readlink(path) };
    if (!stat.isFile()) return { kind: 'other' };
    return { kind: 'file', mode: stat.mode & 0o7777, text: await readFile(path, 'latin1') };
  } catch (error) {
    // A hooks directory that is none (/dev/null is a way to switch hooks off) holds nothing either.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return { kind: 'absent' };
    throw new RealmError('hooks-read', `cannot read '${path}'`, { cause: error, data: { path } });
  }
}

async function readManagerFiles({ workTree }: HookRepo): Promise<HooksState['managerFiles']> {
  if (workTree === undefined) return [];
  const read = await Promise.all(
    managerPaths(HOOKS).map(async (name) => {
      const path = `${workTree}/${name}`;
      const stat = await lstat(path).catch(() => undefined);
      if (!stat?.isFile() || stat.size > 1_000_000) return [];
      const text = await readFile(path, 'utf8').catch(() => undefined);
      return text === undefined ? [] : [{ path, text }];
    }),
  );
  return read.flat();
}

async function apply(steps: readonly HookStep[]): Promise<void> {
  for (const step of steps) {
    try {
      await applyStep(step);
    } catch (error) {
      throw new RealmError('hooks-write', `cannot write '${step.path}'`, {
        hint:
          codeOf(error) === 'EEXIST'
            ? `another process holds '${step.path}.lock'; if there is no such process, remove it`
            : 'check the permissions, then run the command again',
        cause: error,
        data: { path: step.path },
      });
    }
  }
}

async function applyStep(step: HookStep): Promise<void> {
  switch (step.kind) {
    case 'mkdir':
      await mkdir(step.path, { recursive: true });
      return;
    case 'remove':
      await unlink(step.path);
      return;
    case 'rmdir':
      await rmdir(step.path).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
      });
      return;
    case 'write':
      replaceFile(step.path, step.text, step.mode);
  }
}

/**
 * The file is the old one or the new one, never half of it. `<path>.lock` is also how git locks its configuration, so
 * nobody writes it meanwhile.
 */
function replaceFile(path: string, text: string, mode: number | undefined): void {
  const lock = `${path}.lock`;
  const file = openLock(lock);
  try {
    if (mode !== undefined) fchmodSync(file, mode);
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } catch (error) {
    closeSync(file);
    unlinkSync(lock);
    throw error;
  }
  closeSync(file);
  renameSync(lock, path);
}

/** Throws EEXIST where somebody is at it. A hook is written in milliseconds: what has lain longer, a kill has left. */
function openLock(lock: string): number {
  try {
    return openSync(lock, 'wx', 0o777);
  } catch (error) {
    const isOurs = codeOf(error) === 'EEXIST' && !lock.endsWith('/config.lock');
    if (!isOurs || Date.now() - statSync(lock).mtimeMs < LEFT_MS) throw error;
    unlinkSync(lock);
    return openSync(lock, 'wx', 0o777);
  }
}

const LEFT_MS = 10_000;

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
