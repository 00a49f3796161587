import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import type { RunOptions, Sandbox } from '../world/cli.ts';
import { has } from '../world/keys.ts';

/** A program that was started. */
export interface Started {
  /** Its full path where the tracer knows it. */
  program: string;
  argv: string[];
}

export interface Traced {
  /** Every program, by every tracer, each line of words once. */
  started: Started[];
  /** What git itself started: its `child_start` events, with the class that git gives them (hook, editor, transport/ssh …). */
  children: { class: string; argv: string[] }[];
  /** The names of what was set, and not empty, in the environment of each program that was found on PATH. */
  environments: { program: string; names: string[] }[];
}

/**
 * Runs programs of a sandbox under three tracers: a PATH on which each program records its words and environment, git's own
 * `GIT_TRACE2_EVENT`, and strace where it is installed, which alone sees a program that is started by its full path.
 */
export function tracer(box: Sandbox) {
  const folder = box.path('trace');
  const [bin, records, events, calls] = ['bin', 'records', 'events', 'calls'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string];
  const path = (box.env.PATH ?? '').split(delimiter);
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  box.write('trace/record', recorder(bin, path, records), 0o755);
  for (const name of new Set(path.flatMap(programsIn))) symlinkSync('../record', join(bin, name));
  const strace = has('strace');
  const followed = ['-f', '-qq', '--seccomp-bpf', '-e', 'trace=execve,execveat', '-s', '8192', '-o', calls];
  return {
    strace,
    run: async (words: readonly string[], options: RunOptions & { untraced?: boolean } = {}) => {
      const { file, args, env } = watched(words, options.untraced);
      const ran = await box.run(file, args, { expect: 'any', ...options, env });
      return { ran, ...collect() };
    },
    watched,
    collect,
  };

  /** How to start a program so that it is watched; `untraced` by strace, which waits for every process that is left. */
  function watched(words: readonly string[], untraced = false) {
    for (const folder of [records, events]) rmSync(folder, { recursive: true, force: true });
    for (const folder of [records, events]) mkdirSync(folder, { recursive: true });
    writeFileSync(calls, '');
    const [file = '', ...args] = strace && !untraced ? ['/usr/bin/strace', ...followed, ...words] : words;
    return { file, args, env: { PATH: bin, GIT_TRACE2_EVENT: events } };
  }

  /** What was started since. */
  function collect(): Traced {
    const recorded = readdirSync(records).map((name) => record(readFileSync(join(records, name), 'latin1')));
    const traces = readdirSync(events).map((name) => readFileSync(join(events, name), 'utf8'));
    const started = [
      ...recorded.map(({ program, argv }) => ({ program, argv })),
      ...traces.flatMap((text) => eventsIn(text, 'start').map(({ argv }) => ({ program: 'git', argv }))),
      ...execves(readFileSync(calls, 'latin1')),
    ];
    return {
      started: unique(started.filter(({ program }) => !program.startsWith(`${bin}/`))),
      children: traces.flatMap((text) =>
        eventsIn(text, 'child_start').map(({ child_class, argv }) => ({ class: child_class ?? '', argv })),
      ),
      environments: recorded.map(({ program, names }) => ({ program, names })),
    };
  }
}

/** Records in builtins of sh what it is called with, and becomes the program that PATH would have found. */
const recorder = (bin: string, path: readonly string[], records: string): string => `#!/bin/sh
name=\${0##*/}
for folder in ${path.map((folder) => `'${folder}'`).join(' ')}; do
  [ -x "$folder/$name" ] && [ ! -d "$folder/$name" ] || continue
  { printf '%s\\0' "$folder/$name" "$name" "$@"; printf '\\0'; export -p; } >"${records}/$$.$name" 2>/dev/null
  PATH=\${PATH:-${bin}}
  exec "$folder/$name" "$@"
done
exit 127
`;

function record(text: string): { program: string; argv: string[]; names: string[] } {
  const end = text.indexOf('\0\0');
  const [program = '', ...argv] = text.slice(0, end).split('\0');
  const names = [...text.slice(end).matchAll(/^\0*export (\w+)=(?!''$)/gm)].map((found) => found[1] ?? '');
  return { program, argv, names };
}

/** The calls that succeeded, and those that strace saw only the beginning of. */
function execves(text: string): Started[] {
  return text.split('\n').flatMap((line) => {
    const [, file, words = ''] =
      /execve(?:at)?\((?:[^"]*)"((?:[^"\\]|\\.)*)", \[(.*?)\], 0x/.exec(line) ?? [];
    if (file === undefined || / = -1 E/.test(line)) return [];
    const program = unescaped(file);
    if (line.includes('<unfinished') && !existsSync(program)) return [];
    const argv = [...words.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => unescaped(found[1] ?? ''));
    return [{ program, argv }];
  });
}

const unescaped = (text: string): string =>
  text.replaceAll(/\\([0-7]{1,3}|.)/g, (_, code: string) =>
    /^[0-7]/.test(code)
      ? String.fromCharCode(Number.parseInt(code, 8))
      : ({ n: '\n', t: '\t', r: '\r', v: '\v', f: '\f' }[code] ?? code),
  );

interface Event {
  event: string;
  argv: string[];
  child_class?: string;
}

/** Git's own events of a kind (api-trace2). */
const eventsIn = (text: string, event: string): Event[] =>
  text
    .split('\n')
    .filter((line) => line.includes(`"event":"${event}"`))
    .map((line) => JSON.parse(line) as Event);

function programsIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => isProgram(join(folder, name)));
  } catch {
    return [];
  }
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return basename(file) !== '[';
  } catch {
    return false;
  }
}

const unique = (started: Started[]): Started[] => [
  ...new Map(started.map((program) => [JSON.stringify(program), program])).values(),
];
