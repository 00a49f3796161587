import { callLine } from './manager-lines.ts';
import { type HookName, REFUSED, refuses } from './types.ts';

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
    return 'is both shell and another language';
  }
  return undefined;
}

/**
 * What a user adds to a hook in another language: the line in that language, or `undefined` for one that we do not know,
 * where `foreignAdvice` says what the hook has to do. A line in the wrong language would break every commit.
 */
export function foreignLine(text: string, hook: HookName): string | undefined {
  const [first = ''] = text.split('\n', 1);
  // The line is right once the line endings are.
  if (first.endsWith('\r')) return callLine(hook);
  return lines[interpreter(first).replace(/[\d.]+$/, '')]?.(hook);
}

/** What a hook in a language that we do not know has to do. */
export const foreignAdvice = (hook: HookName): string =>
  refuses(hook)
    ? `run 'git-realm hook ${hook}' in it, and exit with 1 if the exit status is ${REFUSED}`
    : `run 'git-realm hook ${hook}' in it`;

const list = (hook: HookName): string => `'git-realm', 'hook', '${hook}'`;

const lines: Record<string, (hook: HookName) => string> = {
  python: (hook) =>
    `import shutil, subprocess, sys; (shutil.which('git-realm') and subprocess.call([${list(hook)}, *sys.argv[1:]]) == ${REFUSED}) and sys.exit(1)`,
  // In a package of ES modules `require` is not there, in an old node `getBuiltinModule`.
  node: (hook) =>
    `if ((process.getBuiltinModule ?? require)('node:child_process').spawnSync('git-realm', ['hook', '${hook}', ...process.argv.slice(2)], { stdio: 'inherit' }).status === ${REFUSED}) process.exit(1);`,
  ruby: (hook) => `system(${list(hook)}, *ARGV); exit 1 if $?&.exitstatus == ${REFUSED}`,
  perl: (hook) => `system(${list(hook)}, @ARGV); exit 1 if $? == ${REFUSED} << 8;`,
  php: (hook) =>
    `passthru('command -v git-realm >/dev/null && exec git-realm hook ${hook}', $realm); if ($realm === ${REFUSED}) exit(1);`,
  // The status of the last command is that of the whole hook.
  fish: (hook) =>
    `if command -q git-realm; git-realm hook ${hook} $argv; if test $status -eq ${REFUSED}; exit 1; end; end`,
  csh: (hook) => csh(hook),
  tcsh: (hook) => csh(hook),
  pwsh: (hook) =>
    `if (Get-Command git-realm -ErrorAction SilentlyContinue) { git-realm hook ${hook} @args; if ($LASTEXITCODE -eq ${REFUSED}) { exit 1 } }`,
};

const csh = (hook: HookName): string =>
  `which git-realm >& /dev/null && git-realm hook ${hook} $argv:q ; if ($status == ${REFUSED}) exit 1`;

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
