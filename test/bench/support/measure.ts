import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

/** The built program: `npm run bench` builds it first. */
export const programs = resolve(import.meta.dirname, '..', '..', '..', 'dist', 'bin');

export interface Bench {
  /** A folder of its own, removed when the section ends. */
  root: string;
  env: Record<string, string>;
  /** Runs a program to its end; throws with what it printed where the exit status is not 0. */
  run(command: string, args: readonly string[], options?: { cwd?: string; input?: string | Buffer }): string;
}

/** Runs `body` in a throw-away folder and home, with the user's own settings out of the way. */
export async function inBench<T>(body: (bench: Bench) => T | Promise<T>): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'realm-bench-'));
  try {
    return await body({ root, ...place(root) });
  } finally {
    rmSync(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

function place(root: string): Pick<Bench, 'env' | 'run'> {
  const home = join(root, 'home');
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(join(home, '.gitconfig'), GIT_CONFIG);
  // built from nothing: NODE_OPTIONS, and NODE_EXTRA_CA_CERTS, which costs 50 ms of every node start, stay out
  const env = {
    PATH: [programs, process.env.PATH].join(delimiter),
    HOME: home,
    XDG_RUNTIME_DIR: home,
    GIT_CONFIG_GLOBAL: join(home, '.gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_REALM_HOME: join(home, '.blue'),
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
    TZ: 'UTC',
  };
  const run: Bench['run'] = (command, args, options = {}) => {
    const done = spawnSync(command, args, { cwd: root, env, maxBuffer: 1 << 28, ...options });
    if (done.status === 0) return done.stdout.toString();
    throw new Error(
      `${command} ${args.join(' ')}: exit ${done.status ?? done.signal}\n${done.stdout}${done.stderr}`,
    );
  };
  return { env, run };
}

const GIT_CONFIG = `[user]
	name = Bench
	email = bench@example.com
[init]
	defaultBranch = main
[gc]
	auto = 0
[maintenance]
	auto = false
`;

/** One thing to time. What `before` does is not counted. */
export interface Contender {
  before?(): void | Promise<void>;
  run(): unknown;
}

/**
 * Median milliseconds of each contender over `rounds` interleaved rounds: what disturbs the machine for a while
 * disturbs all of them. One round more, not counted, goes first.
 */
export async function race<K extends string>(
  contenders: Record<K, Contender>,
  rounds: number,
): Promise<Record<K, number>> {
  const names = Object.keys(contenders) as K[];
  const times = new Map<K, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      await contenders[name].before?.();
      const start = performance.now();
      await contenders[name].run();
      if (round > 0) times.get(name)?.push(performance.now() - start);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times.get(name) ?? [])])) as Record<K, number>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** What every start of ours is measured against. */
export const nodeItself = ({ run }: Bench): Contender => ({ run: () => run('node', ['-e', '0']) });

/** Columns aligned, the first to the left and the rest to the right; the first row is the heading. */
export function table(rows: ReadonlyArray<readonly string[]>): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join('  ');
  return rows.map(line).join('\n');
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

/** `a / b`, and the budget it is held against: `1.32 × (≤ 2)`, with `OVER` where it does not hold. */
export function ratio(a: number, b: number, budget?: number): string {
  const value = a / b;
  if (budget === undefined) return `${value.toFixed(2)} ×`;
  return `${value.toFixed(2)} × (≤ ${budget})${value > budget ? ' OVER' : ''}`;
}

/** A figure that has a budget, as the table in the documents shows it. */
export interface Figure {
  what: string;
  budget: string;
  measured: string;
  /** What others take in the same run; '' where there is nobody to compare with. */
  beside: string;
}

/** What the sections that ran found, for `--table`. */
export const figures: Figure[] = [];

/** Note a figure: a ratio, or milliseconds, held against the most or the least that it may be. */
export function figure(
  what: string,
  found: { value: number; atMost?: number; atLeast?: number; unit?: '×' | 'ms'; beside?: string },
): void {
  const { value, atMost, atLeast, unit = '×', beside = '' } = found;
  const missed = (atMost !== undefined && value > atMost) || (atLeast !== undefined && value < atLeast);
  const measured = unit === 'ms' ? ms(value) : `${value.toFixed(2)} ×`;
  figures.push({
    what,
    budget: atMost === undefined ? `≥ ${atLeast} ${unit}` : `≤ ${atMost} ${unit}`,
    measured: missed ? `**${measured}**, missed` : measured,
    beside,
  });
}
