import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** One command of a session, with what it was expected to print. */
export interface Step {
  /** 1-based, in the document. */
  line: number;
  command: string;
  expected: readonly string[];
  /** From a trailing `# exits N`; default 0. */
  exit: number;
  /** Lines of the document that hold the expected output: first, and one past the last. */
  from: number;
  to: number;
  failure?: string;
}

const root = resolve(import.meta.dirname, '..', '..');

/**
 * Runs every ```console session of a document, in order, in one shell and one throw-away home. A comment
 * `<!-- setup: story -->` runs test/transcripts/story.sh first. `…` alone on a line stands for any lines; oids, dates,
 * durations are compared by shape, and an oid that a session prints stands for the one of this run in the commands after it.
 * `updated` is the document with what was really printed.
 */
export async function replay(text: string, name: string): Promise<{ steps: Step[]; updated: string }> {
  const lines = text.split('\n');
  const steps = sessions(lines);
  if (steps.length === 0) return { steps, updated: text };
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'realm-docs-')));
  const shell = startShell(home);
  try {
    for (const [, setup] of text.matchAll(/^<!-- setup: (\w+) -->$/gm)) {
      const script = join(root, 'test', 'transcripts', `${setup}.sh`);
      if (!existsSync(script)) throw new Error(`${name}: no such setup: '${setup}'`);
      const { status, output } = await shell.run(`. '${script}'`);
      if (status !== 0) throw new Error(`${name}: setup '${setup}' failed: ${output.join('\n')}`);
    }
    const updated = [...lines];
    let shift = 0;
    const oids = new Map<string, string>();
    const written = new Map<string, string>();
    for (const step of steps) {
      const { status, output } = await shell.run(step.command.replace(OID, (oid) => oids.get(oid) ?? oid));
      const printed = output.map((line) => line.replaceAll(home, '~').trimEnd());
      if (status !== step.exit) step.failure = `exit ${status}, not ${step.exit}\n${printed.join('\n')}`;
      if (!matches(step.expected, printed)) {
        step.failure ??= `printed:\n${printed.join('\n')}\nnot:\n${step.expected.join('\n')}`;
        const known = printed.map((line) => line.replace(OID, (oid) => written.get(oid) ?? oid));
        updated.splice(step.from + shift, step.to - step.from, ...known);
        shift += printed.length - (step.to - step.from);
      } else if (step.expected.length === printed.length) {
        const now = printed.join('\n').match(OID) ?? [];
        for (const [at, oid] of (step.expected.join('\n').match(OID) ?? []).entries()) {
          oids.set(oid, now[at] ?? oid);
          written.set(now[at] ?? oid, oid);
        }
      }
    }
    return { steps, updated: updated.join('\n') };
  } finally {
    shell.end();
    rmSync(home, { recursive: true, force: true });
  }
}

function sessions(lines: readonly string[]): Step[] {
  const steps: Step[] = [];
  let inside = false;
  let current: (Step & { expected: string[] }) | undefined;
  lines.forEach((line, index) => {
    if (line.startsWith('```')) {
      inside = !inside && line === '```console';
      current = undefined;
    } else if (inside && line.startsWith('$ ')) {
      const command = line.slice(2);
      const exit = Number(/# exits (\d+)$/.exec(command)?.[1] ?? 0);
      current = { line: index + 1, command, expected: [], exit, from: index + 1, to: index + 1 };
      steps.push(current);
    } else if (inside && /^>( |$)/.test(line) && current !== undefined && current.expected.length === 0) {
      current.command += `\n${line.slice(2)}`;
      current.from = current.to = index + 1;
    } else if (inside && current !== undefined) {
      current.expected.push(line);
      current.to = index + 1;
    }
  });
  return steps;
}

/** Equal by shape; `…` is any number of lines. */
function matches(expected: readonly string[], printed: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return printed.length === 0;
  if (first.trim() === '…')
    return printed.some((_, at) => matches(rest, printed.slice(at))) || matches(rest, []);
  const [line, ...others] = printed;
  return line !== undefined && shape(first) === shape(line) && matches(rest, others);
}

const OID = /\b[0-9a-f]{7,64}\b/g;

/** What differs from run to run is replaced by what it is. */
function shape(line: string): string {
  return line
    .trimEnd()
    .replace(/\b[0-9a-f]{7,64}(…|\b)/g, '<oid>')
    .replace(/\b\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z| ?[+-]\d{4})?)?/g, '<date>')
    .replace(/\b\d+(\.\d+)? ?(ms|s|seconds?|minutes?)( ago)?\b/g, '<time>')
    .replace(/\bpid \d+/g, 'pid <number>')
    .replace(/\b(git|node) \d+(\.\d+)+/g, '$1 <version>')
    .replace(/\/tmp\/[\w.-]+/g, '<folder>');
}

interface Shell {
  run(command: string): Promise<{ status: number; output: string[] }>;
  end(): void;
}

/** A bash whose standard error goes where its output goes; each command ends with a marker line. */
function startShell(home: string): Shell {
  mkdirSync(join(home, '.run'), { mode: 0o700 });
  writeFileSync(join(home, '.gitconfig'), gitConfig);
  const { PATH = '' } = process.env;
  const variables = {
    PATH: [join(root, 'dist', 'bin'), PATH].join(delimiter),
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: dirname(home),
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_DATE: '2026-01-24T10:00:00Z',
    GIT_COMMITTER_DATE: '2026-01-24T10:00:00Z',
    GIT_PAGER: 'cat',
    XDG_RUNTIME_DIR: join(home, '.run'),
    TMPDIR: tmpdir(),
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
    COLUMNS: '100',
  };
  const words = ['-i', ...Object.entries(variables).map(([key, value]) => `${key}=${value}`)];
  const child = spawn('env', [...words, 'bash', '--norc', '--noprofile'], {
    cwd: home,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.write('exec 2>&1\n');
  const marker = '\u0001done ';
  const reader = createInterface({ input: child.stdout });
  let output: string[] = [];
  let answer: ((result: { status: number; output: string[] }) => void) | undefined;
  reader.on('line', (line) => {
    const at = line.indexOf(marker);
    if (at < 0) {
      output.push(line);
      return;
    }
    if (at > 0) output.push(line.slice(0, at));
    answer?.({ status: Number(line.slice(at + marker.length)), output });
    output = [];
  });
  child.on('close', () => answer?.({ status: -1, output: [...output, 'the shell ended'] }));
  return {
    run: (command) =>
      new Promise((done) => {
        answer = done;
        child.stdin.write(`{\n${command}\n} </dev/null\nprintf '\\001done %d\\n' $?\n`);
      }),
    end: () => void child.stdin.end('exit\n'),
  };
}

const gitConfig = `[user]
	name = Eric
	email = eric@example.com
[init]
	defaultBranch = main
[advice]
	detachedHead = false
`;
