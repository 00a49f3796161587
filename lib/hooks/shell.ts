import { callLine } from './managers.ts';
import type { HookName } from './types.ts';

/** Why shell cannot be put into this hook, as the end of a sentence; `undefined` where it can. */
export function shellProblem(text: string): string | undefined {
  if (text.includes('\0')) return 'is not a shell script';
  // git hands a file without a #! line to sh.
  if (!text.startsWith('#!')) return undefined;
  const [first = ''] = text.split('\n', 1);
  if (first.endsWith('\r')) return 'ends its #! line in CR LF, so no system can run it';
  const language = interpreter(first);
  if (!shells.has(language)) return `is not a shell script but '${printable(language)}'`;
  // Files that are shell and something else at once stop being the latter when a line comes between.
  if (/^(?:'''|":"|""":"|:\s*[*'"]{2,})/.test(text.slice(first.length + 1))) {
    return 'is shell and another language at once';
  }
  return undefined;
}

/** What a user adds to a hook in another language. */
export function foreignLine(text: string, hook: HookName): string {
  const [first = ''] = text.split('\n', 1);
  const language = interpreter(first).replace(/[\d.]+$/, '');
  const call = `'git-realm', 'hook', '${hook}'`;
  switch (language) {
    case 'python':
      return `import shutil, subprocess, sys; (shutil.which('git-realm') and subprocess.call([${call}, *sys.argv[1:]]) == 1) and sys.exit(1)`;
    case 'node':
      return `if (require('node:child_process').spawnSync('git-realm', ['hook', '${hook}', ...process.argv.slice(2)], { stdio: 'inherit' }).status === 1) process.exit(1);`;
    case 'ruby':
      return `system(${call}, *ARGV); exit 1 if $?&.exitstatus == 1`;
    case 'perl':
      return `system(${call}, @ARGV); exit 1 if $? == 256;`;
    default:
      return callLine(hook);
  }
}

const shells = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'ksh93', 'mksh', 'zsh']);

/** The program of a `#!` line: its last path component, also behind `env` and `env -S`, or inside busybox. */
function interpreter(first: string): string {
  const words = first.slice(2).trim().split(/\s+/);
  const names = words.map((word) => word.slice(word.lastIndexOf('/') + 1));
  let [name = ''] = names;
  if (name === 'env')
    name = names.slice(1).find((word) => !word.startsWith('-') && !word.includes('=')) ?? '';
  if (name === 'busybox') name = names[names.indexOf('busybox') + 1] ?? '';
  return name;
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 40);
