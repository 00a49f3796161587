import type { Terminal } from './terminal.ts';

/** One option, as data: parsing, `-h`, `--help`, the man page and completion are all made from it. */
export interface OptionSpec {
  /** Long name without dashes: `dry-run`. */
  readonly name: string;
  /** One letter: `m` for `-m`. */
  readonly alias?: string;
  /** `<name>`: the option takes a value. `[name]`: only as `--option=name`. Absent: a flag. */
  readonly value?: string;
  /** One line, lower case, no full stop. */
  readonly summary: string;
  /** May be given several times: the handler gets a list. */
  readonly repeat?: boolean;
  /** `--no-<name>` is understood too; a flag's value is then `true`, `false`, or its default. */
  readonly negatable?: boolean;
  /** For a flag a boolean, for a value a string. */
  readonly default?: string | boolean;
  /** Not shown in usage and manual: for callers inside the program. */
  readonly hidden?: boolean;
  /** What completion offers for the value. */
  readonly complete?: Completion;
}

export type Completion =
  | 'realm'
  | 'domain'
  | 'contract'
  | 'repo'
  | 'branch'
  | 'path'
  | 'pending'
  | readonly string[];

/** One positional argument. */
export interface ArgSpec {
  readonly name: string;
  readonly summary: string;
  readonly optional?: boolean;
  /** Takes all that follow; only for the last one. */
  readonly repeat?: boolean;
  readonly complete?: Completion;
}

/** What a handler is given beside its arguments: the only way to the outside that depends on how it was called. */
export interface Invocation {
  /** Absolute, after `-C`. */
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Results that must stream; everything else is returned in the outcome. */
  readonly stdout: Terminal;
  /** Progress, hints, warnings. */
  readonly stderr: Terminal;
  readonly json: boolean;
  /** Colour on standard output. */
  readonly colour: boolean;
  readonly quiet: boolean;
  /** The clock; `GIT_REALM_NOW` (ISO 8601) replaces it. */
  now(): Date;
  /** Aborted by Ctrl-C; anyone who can stop cleanly looks at it. */
  readonly signal: AbortSignal;
  /** What followed `--`, for a command that declares `rest`. */
  readonly rest: readonly string[];
}

/** What a handler answers: data for `--json`, text for people, and an exit status (default 0). */
export interface Outcome<R = unknown> {
  exitCode?: number;
  /** Its type is what the schema of the command's JSON is generated from. */
  result?: R;
  /** Printed on standard output without `--json`; a final newline is added where missing. */
  text?: string | (() => string);
  /** It goes on until a signal, so that one is its end and no interruption: status 0. */
  untilSignal?: boolean;
  /** The text is a format for machines, in which every value is escaped already: it is written as it is. */
  exact?: boolean;
}

type Camel<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S;

type OptionValue<O extends OptionSpec> = O extends { repeat: true }
  ? readonly string[]
  : O extends { value: `[${string}` }
    ? string | true | undefined
    : O extends { value: string }
      ? O extends { default: string }
        ? string
        : string | undefined
      : O extends { negatable: true }
        ? O extends { default: boolean }
          ? boolean
          : boolean | undefined
        : boolean;

/** The options of a handler: camel-cased names, values typed by what was declared. */
export type OptionsOf<O extends readonly OptionSpec[]> = {
  readonly [S in O[number] as Camel<S['name']>]: OptionValue<S>;
};

/** The positional arguments of a handler, by camel-cased name. */
export type ArgsOf<A extends readonly ArgSpec[]> = {
  readonly [S in A[number] as Camel<S['name']>]: S extends { repeat: true }
    ? readonly string[]
    : S extends { optional: true }
      ? string | undefined
      : string;
};

export interface Example {
  readonly run: string;
  readonly why: string;
}

interface Described {
  readonly name: string;
  /** One line, starts with a capital, no full stop: `Show drift and stale imports`. */
  readonly summary: string;
  readonly examples?: readonly Example[];
  /** Exit statuses beside 0, 128 and 129, each with its meaning. */
  readonly exits?: Readonly<Record<number, string>>;
  /** Everything after `--` belongs to this (`<command>`): the handler finds it in `invocation.rest`. */
  readonly rest?: { readonly name: string; readonly summary: string };
}

type Run<A extends readonly ArgSpec[], O extends readonly OptionSpec[]> = (
  args: ArgsOf<A>,
  options: OptionsOf<O>,
  invocation: Invocation,
) => Promise<Outcome | undefined> | Outcome | undefined;

/** One thing that can be run: a command without verbs, or one verb of a command. Types are erased here. */
export interface Action extends Described {
  readonly args: readonly ArgSpec[];
  readonly options: readonly OptionSpec[];
  readonly run: (args: object, options: object, invocation: Invocation) => Promise<Outcome | undefined>;
}

/** A command of `git realm`, as its file under `commands/` exports it. */
export interface Command extends Described {
  /** Without verbs: one action with the command's own name. */
  readonly actions: readonly Action[];
  /** The verb meant when none is written; absent: a verb must be written, unless there are none. */
  readonly defaultVerb?: string;
  readonly verbs: boolean;
  /** Speaks HTTPS from node itself, so the user's extra certificates stay in its environment from the start. */
  readonly network: boolean;
  /** Not listed in the overview (plumbing for hooks and completion). */
  readonly hidden: boolean;
}

interface ActionInput<A extends readonly ArgSpec[], O extends readonly OptionSpec[]> extends Described {
  readonly args?: A;
  readonly options?: O;
  readonly run: Run<A, O>;
}

interface CommandFlags {
  readonly network?: boolean;
  readonly hidden?: boolean;
}

interface VerbsInput extends Described, CommandFlags {
  readonly verbs: readonly Action[];
  readonly defaultVerb?: string;
}

/** One verb of a command: `verb({ name: 'create', args: […], options: […], run(args, options, invocation) { … } })`. */
export function verb<const A extends readonly ArgSpec[] = [], const O extends readonly OptionSpec[] = []>(
  input: ActionInput<A, O>,
): Action {
  const { args, options, run, ...described } = input;
  return {
    ...described,
    args: args ?? [],
    options: options ?? [],
    run: async (given, chosen, invocation) => run(given as ArgsOf<A>, chosen as OptionsOf<O>, invocation),
  };
}

/** A command as data, with its handler or with verbs; the default export of each file under `commands/`. */
export function command<const A extends readonly ArgSpec[] = [], const O extends readonly OptionSpec[] = []>(
  input: (ActionInput<A, O> & CommandFlags & { readonly verbs?: never }) | VerbsInput,
): Command {
  const { name, summary, network = false, hidden = false } = input;
  if (input.verbs !== undefined) {
    const { examples, exits, verbs, defaultVerb } = input;
    return {
      name,
      summary,
      ...(examples === undefined ? {} : { examples }),
      ...(exits === undefined ? {} : { exits }),
      ...(defaultVerb === undefined ? {} : { defaultVerb }),
      actions: verbs,
      verbs: true,
      network,
      hidden,
    };
  }
  return { ...describe(input), actions: [verb(input)], verbs: false, network, hidden };
}

function describe({ name, summary, examples, exits, rest }: Described): Described {
  return {
    name,
    summary,
    ...(examples === undefined ? {} : { examples }),
    ...(exits === undefined ? {} : { exits }),
    ...(rest === undefined ? {} : { rest }),
  };
}

/** `dry-run` → `dryRun`, as the handler's options are named. */
export const camel = (name: string): string =>
  name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Understood by every command, before or after its verb. */
export const globalOptions = [
  { name: 'directory', alias: 'C', value: '<path>', repeat: true, summary: 'run as if started in <path>' },
  { name: 'json', summary: 'print the result as JSON' },
  { name: 'color', negatable: true, summary: 'force or disable colour' },
  { name: 'quiet', alias: 'q', summary: 'do not print progress or hints' },
  { name: 'help', summary: 'open the manual page' },
  { name: 'h', alias: 'h', summary: 'print usage' },
] as const satisfies readonly OptionSpec[];
