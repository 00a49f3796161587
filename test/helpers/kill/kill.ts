import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Picks one git run: the `nth` (default 1) whose arguments, joined by spaces, contain `match`. */
export interface Rule {
  match: string;
  nth?: number;
}

export interface GitTap {
  /** Goes over the environment of the command under test. */
  env: { PATH: string };
  /** The arguments of every git run so far, in the order in which they started. */
  log(): string[][];
  /** Whether the rule has struck. */
  killed(): boolean;
}

const made: string[] = [];
process.once('exit', () => {
  for (const dir of made) rmSync(dir, { recursive: true, force: true });
});

/**
 * A `git` first on PATH that logs every run, and at one of them sends SIGKILL to the process that started it:
 * before git runs, once git is done but before the parent hears of it, or with only the first `bytes` of git's
 * standard input handed on. The product needs no test code for this.
 *
 * `path` is the PATH to put it before; default: ours. Run `git-realm` itself, not `git realm`: for its subcommands and hooks git puts its own directory before PATH.
 */
export function gitTap(
  rules: { killBefore?: Rule; killAfter?: Rule; killWithin?: Rule & { bytes: number }; path?: string } = {},
): GitTap {
  const dir = mkdtempSync(join(tmpdir(), 'git-tap-'));
  made.push(dir);
  const rule = rules.killBefore ?? rules.killAfter ?? rules.killWithin;
  const strike = rules.killBefore
    ? ''
    : rules.killAfter
      ? `"$real" "$@" >"$tap/out"`
      : `head -c ${rules.killWithin?.bytes ?? 0} | "$real" "$@" >"$tap/out"`;
  writeFileSync(
    join(dir, 'git'),
    `#!/bin/sh
tap=${quote(dir)}
real=${quote(realGit())}
line=
for argument do line="$line$argument${UNIT}"; done
printf '%s' "$line${RECORD}" >>"$tap/log"
${rule === undefined ? 'exec "$real" "$@"' : struck(rule, strike)}
`,
    { mode: 0o755 },
  );
  return {
    env: { PATH: [dir, rules.path ?? process.env.PATH].join(delimiter) },
    log: () => {
      if (!existsSync(join(dir, 'log'))) return [];
      const records = readFileSync(join(dir, 'log'), 'utf8').split(RECORD).slice(0, -1);
      return records.map((record) => record.split(UNIT).slice(0, -1));
    },
    killed: () => existsSync(join(dir, 'killed')),
  };
}

const UNIT = '\x1f';
const RECORD = '\x1e';

/** The rest of the script: counts the matching runs (`mkdir` is atomic), and strikes at the right one. */
const struck = ({ match, nth = 1 }: Rule, strike: string): string => `case "$*" in
  *${quote(match)}*) ;;
  *) exec "$real" "$@" ;;
esac
n=1
while ! mkdir "$tap/seen.$n" 2>/dev/null; do
  [ -d "$tap/seen.$n" ] || exit 137
  n=$((n + 1))
done
[ "$n" = ${nth} ] || exec "$real" "$@"
${strike}
: >"$tap/killed"
kill -KILL "$PPID"
exit 137`;

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

let found: string | undefined;
function realGit(): string {
  found ??= execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  return found;
}
