import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { prefix } from '../helpers/world/cli.ts';

const root = resolve(import.meta.dirname, '..', '..');
const has = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
const isRoot = process.getuid?.() === 0;
const missing = ['tmux', 'man', ...(isRoot ? ['useradd', 'userdel', 'setpriv'] : [])].filter(
  (program) => !has(program),
);

/** An ordinary user with a home of its own: a new one where we are root, else who runs the tests. */
interface User {
  home: string;
  /** Runs a program as the user, in the home; its output. */
  run(words: readonly string[], ok?: boolean): string;
}

function ordinaryUser(): User {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'realm-user-')));
  const name = `realm-t${process.pid}`;
  const clean = {
    HOME: home,
    USER: isRoot ? name : (process.env.USER ?? ''),
    TERM: 'xterm-256color',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    MANPAGER: 'cat',
    PATH: `${join(home, '.local', 'bin')}:${process.env.PATH}`,
    TMUX_TMPDIR: home,
    XDG_RUNTIME_DIR: join(home, 'run'),
  };
  const words = ['env', '-i', ...Object.entries(clean).map(([key, value]) => `${key}=${value}`)];
  const become = isRoot ? ['setpriv', `--reuid=${name}`, `--regid=${name}`, '--clear-groups'] : [];
  const run: User['run'] = (command, ok = true) => {
    const [file = '', ...args] = [...become, ...words, ...command];
    const done = spawnSync(file, args, { cwd: home, encoding: 'utf8', timeout: 300_000 });
    if (ok && done.status !== 0)
      throw new Error(`${command.join(' ')}: exit ${done.status}\n${done.stdout}${done.stderr}`);
    return done.stdout + done.stderr;
  };
  if (isRoot) {
    const made = spawnSync('useradd', ['--no-create-home', '--home-dir', home, '--shell', '/bin/sh', name]);
    if (made.status !== 0) throw new Error(`useradd: ${made.stderr}`);
  }
  t.teardown(() => {
    run(['tmux', 'kill-server'], false);
    // Forced: the shells of the terminal may take a moment to end.
    if (isRoot) spawnSync('userdel', ['--force', name]);
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  cpSync(prefix, join(home, 'src', 'dist'), { recursive: true });
  cpSync(join(root, 'install.sh'), join(home, 'src', 'install.sh'));
  cpSync(join(root, 'test', 'transcripts'), join(home, 'transcripts'), { recursive: true });
  if (isRoot) spawnSync('chown', ['-R', `${name}:${name}`, home]);
  run(['mkdir', '-p', '-m', '0700', 'run', '.local/bin']);
  return { home, run };
}

/** A pane of a terminal: what is typed, and what stands on the screen. */
interface Pane {
  type(...keys: string[]): void;
  /** Resolves with the screen once it matches. */
  shows(pattern: RegExp): Promise<string>;
}

function pane(user: User, name: string, folder: string, shell: string): Pane {
  const tmux = (...args: string[]): string => user.run(['tmux', '-f', '/dev/null', ...args]);
  tmux('new-session', '-d', '-s', name, '-x', '120', '-y', '40', '-c', join(user.home, folder), shell);
  return {
    type: (...keys) => void tmux('send-keys', '-t', name, ...keys),
    async shows(pattern) {
      let screen = '';
      for (const end = Date.now() + 300_000; Date.now() < end; await sleep(100)) {
        screen = tmux('capture-pane', '-p', '-t', name);
        if (pattern.test(screen)) return screen;
      }
      throw new Error(`${pattern} is not on the screen:\n${screen}`);
    },
  };
}

t.test('installed by an ordinary user: help, manual and completion in a real terminal', async (t) => {
  if (missing.length > 0)
    return void t.pass('nothing was checked', { skip: `SKIPPED: without ${missing.join(', ')}` });
  const user = ordinaryUser();
  t.match(
    user.run(['src/install.sh', '--no-build']),
    `installed in ${user.home}/.local\nnext: git realm demo\n`,
  );
  user.run(['git', 'config', '--global', 'user.email', 'eric@example.com']);
  user.run(['git', 'config', '--global', 'user.name', 'Eric']);
  user.run(['git', 'config', '--global', 'init.defaultBranch', 'main']);
  user.run(['bash', '-c', '. transcripts/member.sh']);

  t.test('git help realm-sync, --help and -h say the same', async (t) => {
    const squeezed = (text: string): string => text.replace(/.\x08/g, '').replace(/\s+/g, ' ');
    const page = squeezed(user.run(['git', 'help', 'realm-sync']));
    t.match(page, /NAME git-realm-sync - Publish changed exports/);
    t.match(squeezed(user.run(['git', 'realm', 'sync', '--help'])), '--dry-run');
    t.match(squeezed(user.run(['git', 'help', 'realm'])), /NAME git-realm - Versioned contracts/);
    const short = user.run(['git', 'realm', 'sync', '-h']);
    for (const [, option = ''] of short.matchAll(/^ +(?:-\w, )?(--[^ ]+)/gm))
      t.ok(page.includes(option), `${option} is in the manual`);
    const screen = pane(user, 'help', 'aperture', 'bash --norc');
    screen.type("PS1='> '; unset MANPAGER; export PAGER=less; clear", 'Enter');
    screen.type('git realm sync --help', 'Enter');
    t.match(
      await screen.shows(/GIT-REALM-SYNC\(1\)[\s\S]*SYNOPSIS/),
      /git realm sync \[-n \| --dry-run\]/,
      'a pager',
    );
    screen.type('q');
    screen.type('clear; git help realm-sync', 'Enter');
    await screen.shows(/GIT-REALM-SYNC\(1\)[\s\S]*SYNOPSIS/);
    screen.type('q', '');
  });

  for (const [shell, start, needs] of [
    [
      'bash',
      'source /usr/share/bash-completion/bash_completion',
      '/usr/share/bash-completion/bash_completion',
    ],
    ['zsh', 'fpath=(~/.local/share/zsh/site-functions $fpath); autoload -U compinit; compinit -u', ''],
    ['fish', '', ''],
  ] as const)
    t.test(`<Tab> in ${shell}`, async (t) => {
      const there = has(shell) && (needs === '' || spawnSync('test', ['-f', needs]).status === 0);
      if (!there)
        return void t.pass('nothing was checked', { skip: `SKIPPED: ${shell} or its completion is absent` });
      const command = { bash: 'bash --norc', zsh: 'zsh -f', fish: 'fish --private' }[shell];
      const screen = pane(user, shell, 'aperture', command);
      if (start !== '') screen.type(start, 'Enter');
      screen.type("echo 'it''s' ready", 'Enter');
      await screen.shows(/its ready/);
      screen.type('clear', 'Enter', 'git realm sta', 'Tab');
      t.match(await screen.shows(/git realm status/), 'git realm status', 'a command');
      screen.type('Enter');
      await screen.shows(/aperture in realm letemcook/);
      screen.type('clear', 'Enter', 'git realm domain show s3', 'Tab');
      t.match(await screen.shows(/domain show s3-access/), 's3-access', 'a domain of the realm');
      screen.type('Enter');
      t.match(await screen.shows(/aperture: provider/), 'fungal-image-analysis: consumer');
    });

  t.test('two terminals: what is committed in one appears in the other', async (t) => {
    const mara = pane(user, 'mara', 'fungal-image-analysis', 'sh');
    mara.type('git realm sessions --watch', 'Enter');
    await mara.shows(/watching realm letemcook for fungal-image-analysis/);
    const eric = pane(user, 'eric', 'aperture', 'sh');
    eric.type(
      `sed -i 's|/masks/|/labels/|' models/s3_paths.py && git commit -q -a -m labels; echo com''mitted`,
      'Enter',
    );
    await eric.shows(/^committed/m);
    const screen = await mara.shows(/Added jobs\/\*\/labels\/\*/);
    t.match(screen, /contract 's3-permissions'/);
    mara.type('C-c');
  });
});
