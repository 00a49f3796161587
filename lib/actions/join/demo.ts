import { appendFile, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assetPath } from '../../assets.ts';
import { repositories, type Step, story } from '../../demo/story.ts';
import { RealmError } from '../../errors.ts';
import { shellQuoted, shellWord } from '../../shell-word.ts';
import type { Context } from '../open/context.ts';

export interface DemoOptions {
  /** The folder to work in, new or empty; default: a new one among the temporary files. */
  path?: string | undefined;
  /** Leave the folder; a failed demonstration always does. */
  keep: boolean;
  signal: AbortSignal;
  /** Called for each event as it happens. */
  show(event: DemoEvent): void;
}

export type DemoEvent =
  | { kind: 'say'; text: string }
  | { kind: 'command'; command: string }
  | { kind: 'output'; text: string }
  | { kind: 'edit'; path: string; added: string[] };

export interface DemoResult {
  folder: string;
  kept: boolean;
  /** A file for the shell: sets the throw-away home, so that one can go on in the folder. */
  environment: string;
  commands: DemoCommand[];
  milliseconds: number;
}

export interface DemoCommand {
  /** Relative to the folder. */
  directory: string;
  command: string;
  exitCode: number;
  output: string;
}

/**
 * Plays the whole story with the real commands, in a folder with a home and a git configuration of its own: nothing of the
 * user's is read or written. Throws `demo-failed` when a command does not end as it should.
 */
export async function playDemo(context: Context, options: DemoOptions): Promise<DemoResult> {
  const started = Date.now();
  const folder = await makeFolder(context, options.path);
  const env = await makeHome(folder, context.env);
  const stage: Stage = { folder, env, options, directory: folder, commands: [] };
  await makeRepositories(stage);
  for (const step of story) await play(stage, step);
  if (!options.keep) await clear(folder, options.path === undefined);
  return {
    folder,
    kept: options.keep,
    environment: path.join(folder, 'env.sh'),
    commands: stage.commands,
    milliseconds: Date.now() - started,
  };
}

interface Stage {
  folder: string;
  env: Record<string, string>;
  options: DemoOptions;
  /** Where the next command runs. */
  directory: string;
  commands: DemoCommand[];
}

async function makeFolder(context: Context, wanted: string | undefined): Promise<string> {
  try {
    if (wanted === undefined) return await realpath(await mkdtemp(path.join(tmpdir(), 'git-realm-demo-')));
    const folder = path.resolve(context.cwd, wanted);
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) return await realpath(folder);
  } catch (cause) {
    const { message } = cause as Error;
    throw new RealmError('write-failed', `cannot create a folder for the demonstration: ${message}`, {
      hint: 'git realm demo --path <new directory>',
      cause,
    });
  }
  throw new RealmError('not-empty', `'${wanted}' is not empty`, {
    hint: 'choose a new directory with --path',
  });
}

/** Takes away what was put into the folder, and the folder itself where it is ours. */
async function clear(folder: string, ours: boolean): Promise<void> {
  if (ours) return rm(folder, { recursive: true, force: true });
  for (const name of await readdir(folder))
    await rm(path.join(folder, name), { recursive: true, force: true });
}

/** A home of its own; of git's variables only the one that says where git is installed stays. */
async function makeHome(folder: string, outer: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const home = path.join(folder, 'home');
  const run = path.join(home, 'run');
  await mkdir(run, { recursive: true, mode: 0o700 });
  await writeFile(path.join(home, '.gitconfig'), GIT_CONFIG);
  const own = {
    HOME: home,
    GIT_CONFIG_GLOBAL: path.join(home, '.gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_REALM_HOME: path.join(home, '.blue'),
    GIT_CEILING_DIRECTORIES: path.dirname(folder),
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_RUNTIME_DIR: run,
  };
  const exports = Object.entries(own).map(([name, value]) => `export ${name}=${shellQuoted(value)}\n`);
  const kept = Object.entries(outer).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (!entry[0].startsWith('GIT_') || KEPT.has(entry[0])) && entry[0] !== 'EMAIL',
  );
  const bin = path.resolve(assetPath('hooks'), '..', '..', '..', 'bin');
  const search = `export PATH=${shellQuoted(bin)}:"$PATH"\n`;
  await writeFile(path.join(folder, 'env.sh'), [...exports, search].join(''));
  const searched = [bin, outer.PATH ?? '/usr/local/bin:/usr/bin:/bin'].join(path.delimiter);
  const quiet = { GIT_TERMINAL_PROMPT: '0', GIT_PAGER: 'cat', GIT_EDITOR: 'true', NO_COLOR: '1' };
  return { ...Object.fromEntries(kept), ...own, ...quiet, PATH: searched };
}

const KEPT = new Set(['GIT_EXEC_PATH', 'GIT_REALM_NOW']);

const GIT_CONFIG = `[user]
	name = Eric
	email = eric@example.com
[init]
	defaultBranch = main
[advice]
	detachedHead = false
[gc]
	auto = 0
[maintenance]
	auto = false
`;

/** What is there before the story begins: nothing of this is shown. */
async function makeRepositories(stage: Stage): Promise<void> {
  for (const [name, files] of Object.entries(repositories)) {
    const remote = path.join('remotes', `${name}.git`);
    await silently(stage, '.', ['git', 'init', '-q', '--bare', remote]);
    await silently(stage, '.', ['git', 'init', '-q', name]);
    for (const [file, text] of Object.entries(files)) {
      const target = path.join(stage.folder, name, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, text);
    }
    await silently(stage, name, ['git', 'remote', 'add', 'origin', path.join('..', remote)]);
    await silently(stage, name, ['git', 'add', '-A']);
    await silently(stage, name, ['git', 'commit', '-q', '-m', 'start']);
    await silently(stage, name, ['git', 'push', '-q', '-u', 'origin', 'main']);
  }
}

async function silently(stage: Stage, directory: string, argv: readonly string[]): Promise<void> {
  const { exitCode, output } = await execute(stage, path.join(stage.folder, directory), argv);
  if (exitCode !== 0) throw failed(stage, argv, exitCode, output);
}

async function play(stage: Stage, step: Step): Promise<void> {
  const { show } = stage.options;
  switch (step.kind) {
    case 'say':
      return show(step);
    case 'cd': {
      stage.directory = path.join(stage.folder, step.directory);
      return show({ kind: 'command', command: `cd ${shellWord(stage.directory)}` });
    }
    case 'edit': {
      const file = path.join(stage.directory, step.path);
      if (step.how === 'append') await appendFile(file, step.text);
      else await writeFile(file, step.text);
      const argv = ['git', 'diff', '--unified=0', '--', step.path];
      const diff = await execute(stage, stage.directory, argv);
      const added = diff.output.split('\n').filter((line) => /^\+(?!\+\+ )/.test(line));
      return show({ kind: 'edit', path: step.path, added: added.map((line) => line.slice(1)) });
    }
    case 'run': {
      const command = step.argv.map(shellWord).join(' ');
      show({ kind: 'command', command });
      const { exitCode, output } = await execute(stage, stage.directory, step.argv);
      if (output !== '') show({ kind: 'output', text: output });
      const directory = path.relative(stage.folder, stage.directory) || '.';
      stage.commands.push({ directory, command, exitCode, output });
      if (exitCode !== (step.expect ?? 0)) throw failed(stage, step.argv, exitCode, output);
    }
  }
}

/** Standard output and standard error as a terminal would show them. */
async function execute(
  { env, options }: Stage,
  cwd: string,
  [file = '', ...args]: readonly string[],
): Promise<{ exitCode: number; output: string }> {
  const { execa } = await import('execa');
  const result = await execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    cancelSignal: options.signal,
  });
  if (result.isCanceled) throw new RealmError('interrupted', 'interrupted', { exitCode: 130 });
  const { exitCode, all = '' } = result;
  // No exit status: it could not be started, or a signal ended it, and only execa has words for that.
  return exitCode === undefined
    ? { exitCode: 128, output: result.shortMessage ?? all }
    : { exitCode, output: all };
}

function failed(stage: Stage, argv: readonly string[], exitCode: number, output: string): RealmError {
  const command = argv.map(shellWord).join(' ');
  const lines = output.trim().split('\n');
  const said = lines.find((line) => /^(error|fatal): /.test(line)) ?? lines.at(-1) ?? '';
  const message = `'${command}' ended with exit status ${exitCode}${said === '' ? '' : `: ${said}`}`;
  return new RealmError('demo-failed', message, {
    hint: `everything was kept in '${stage.folder}'`,
    data: { folder: stage.folder, command, exitCode, output },
  });
}
