import { lstatSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { makeFolder, writeCache } from '../cache-file.ts';
import { RealmError } from '../errors.ts';
import { isGitUrl } from '../names.ts';
import { shellQuoted } from '../shell-word.ts';
import { BadConfigLine, type ConfigEntry, parseConfigFile, renderConfigFile } from './config-file.ts';
import { type PlainConfig, plainConfig } from './plain-config.ts';

/** A store as git is shown it: with nothing of its own configuration but what is known to be harmless. */
export interface PlainView {
  file: string;
  config: PlainConfig;
  /** Variables for each git process in the store; none where its configuration is harmless as it is. */
  env: NodeJS.ProcessEnv;
}

/** What all worktrees of a repository share (gitrepository-layout(5)), but configuration, hooks, attributes, old remotes. */
const SHARED = ['objects', 'refs', 'packed-refs', 'reftable', 'logs', 'shallow', 'worktrees'];

/**
 * The view of the repository whose common directory this is; no process. git has no switch to leave out a repository's own
 * configuration, and a setting of several values cannot be overridden. So where one is found that is not harmless, git is
 * shown that the common directory (`GIT_COMMON_DIR`) is ours, `<directory>/git`: links to objects and refs, and a
 * configuration without it. Throws `partial-clone`, `bad-store-config`, and `store-config` where that cannot be written.
 */
export function plainView(commonDir: string, directory: string): PlainView {
  const file = path.join(commonDir, 'config');
  const config = plainConfig(entriesOf(file));
  if (config.partial !== null) throw partialClone(file, config.partial, config.allowed);
  const [first] = config.ignored;
  if (first === undefined) return { file, config, env: {} };
  const shown = path.join(directory, 'git');
  try {
    makeFolder(shown);
    if (lstatSync(shown).isSymbolicLink()) throw new Error('it is a symbolic link');
    for (const name of SHARED) link(path.join(shown, name), path.relative(shown, path.join(commonDir, name)));
    const text = renderConfigFile(config.allowed);
    const at = path.join(shown, 'config');
    // Anyone who may use the repository may use the view.
    if (textOf(at) !== text) writeCache(at, text, 0o644);
    if (textOf(at) === text) return { file, config, env: { GIT_COMMON_DIR: shown } };
  } catch (cause) {
    throw cannotIgnore(file, first, shown, cause);
  }
  throw cannotIgnore(file, first, shown);
}

/** Would git fetch the objects that this repository lacks while they are read? Says the configuration of the repository itself. */
export const isPartial = (commonDir: string): boolean =>
  plainConfig(entriesOf(path.join(commonDir, 'config'))).partial !== null;

function entriesOf(file: string): ConfigEntry[] {
  try {
    return parseConfigFile(textOf(file) ?? '');
  } catch (error) {
    if (!(error instanceof BadConfigLine)) throw error;
    throw new RealmError('bad-store-config', `'${file}:${error.line}' is not a valid git setting`, {
      hint: `correct the line; to show what git reads: git config --file '${file}' --list`,
      cause: error,
    });
  }
}

/** `null`: there is no such file. */
function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new RealmError('bad-store-config', `cannot read '${file}': ${(cause as Error).message}`, { cause });
  }
}

/** Also to what is not there yet: git makes it through the link. Whatever else is in its place stays, and is an error. */
function link(at: string, target: string): void {
  const found = lstatSync(at, { throwIfNoEntry: false });
  if (found?.isSymbolicLink() && readlinkSync(at) !== target) rmSync(at);
  try {
    symlinkSync(target, at);
  } catch (cause) {
    // It is there, or another process was quicker.
    if (lstatSync(at).isSymbolicLink() && readlinkSync(at) === target) return;
    throw cause;
  }
}

function partialClone(file: string, { line }: ConfigEntry, settings: readonly ConfigEntry[]): RealmError {
  const url = settings.find(({ key }) => /^remote\..*\.url$/.test(key))?.value ?? '';
  const from = isGitUrl(url) ? shellQuoted(url) : '<URL of the realm>';
  return new RealmError(
    'partial-clone',
    `the realm's repository is a partial clone ('${file}:${line}'): missing objects would be fetched while it is read`,
    {
      hint: `use a full clone: git clone --bare -- ${from} <new directory>, then git realm join <new directory>`,
    },
  );
}

const cannotIgnore = (file: string, { key, line }: ConfigEntry, shown: string, cause?: unknown): RealmError =>
  new RealmError(
    'store-config',
    `'${file}:${line}' sets ${key}, which is not allowed in a realm's repository, and '${shown}' cannot be written to omit it`,
    { hint: `git config --file '${file}' --unset-all '${key}'`, cause },
  );
