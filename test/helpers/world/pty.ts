import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { shellQuoted } from '../../../lib/shell-word.ts';
import type { Sandbox } from './cli.ts';

/** Is there a `script` (util-linux) here, which gives a program a terminal of its own? */
export const canGiveTerminal = (): boolean =>
  spawnSync('script', ['-qec', 'true', '/dev/null'], { stdio: 'ignore' }).status === 0;

export interface AtTerminal {
  /** What was written so far, as the terminal got it. */
  text(): string;
  /** Resolves once what was written since the last call matches; throws where the program ends or four minutes pass before. */
  shows(pattern: RegExp): Promise<void>;
  type(keys: string): void;
  ended: Promise<number | null>;
}

/** `git-realm <args>` in a terminal of its own. */
export function atTerminal(box: Sandbox, args: readonly string[], cwd: string): AtTerminal {
  const variables = Object.entries({ ...box.env, TERM: 'dumb' }).map(([name, value]) => `${name}=${value}`);
  const line = ['git-realm', ...args].map(shellQuoted).join(' ');
  const child: ChildProcess = spawn('env', ['-i', ...variables, 'script', '-qec', line, '/dev/null'], {
    cwd: box.path(cwd),
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 240_000,
  });
  let text = '';
  let seen = 0;
  let look = (): void => {};
  child.stdout?.setEncoding('utf8').on('data', (more: string) => {
    text += more.replaceAll('\r', '');
    look();
  });
  child.stdin?.on('error', () => {});
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return {
    text: () => text,
    type: (keys) => void child.stdin?.write(keys),
    ended,
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const missing = () => reject(new Error(`${pattern} was not shown:\n${text}`));
        void ended.then(missing);
        look = () => {
          const found = pattern.exec(text.slice(seen));
          if (found === null) return;
          seen += found.index + found[0].length;
          look = () => {};
          resolve();
        };
        look();
      }),
  };
}
