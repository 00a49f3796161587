import { type ArgSpec, globalOptions, type OptionSpec } from './command.ts';
import type { CommandData } from './install.ts';

type ActionData = CommandData['actions'][number];

/** The synopsis of one action, as one line: `git realm domain create [--repos <list>] <name>`. */
export function synopsis(command: CommandData, action: ActionData): string {
  const words = ['git realm', command.name];
  if (command.verbs) words.push(action.name === command.defaultVerb ? `[${action.name}]` : action.name);
  for (const option of shown(action)) {
    const text = option.value === undefined ? optionName(option) : withValue(option);
    words.push(
      `[${option.alias === undefined ? '' : `-${option.alias} | `}${text}]${option.repeat ? '…' : ''}`,
    );
  }
  words.push(...action.args.map(positional));
  if (action.rest !== undefined) words.push(`-- ${action.rest.name}…`);
  return words.join(' ');
}

/** What `-h` prints: synopses, wrapped, and one line for each option. */
export function usage(command: CommandData): string {
  const lines: string[] = [];
  command.actions.forEach((action, index) => {
    lines.push(...wrap(`${index === 0 ? 'usage: ' : '   or: '}${synopsis(command, action)}`, 7));
  });
  lines.push('', `${command.summary}.`);
  for (const action of command.actions) {
    const rows = [
      ...action.args.map((arg): [string, string] => [`<${arg.name}>`, arg.summary]),
      ...(action.rest === undefined
        ? []
        : [[`${action.rest.name}…`, action.rest.summary] as [string, string]]),
      ...shown(action).map((option): [string, string] => [optionColumn(option), optionSummary(option)]),
    ];
    if (command.verbs) lines.push('', `${action.name}: ${action.summary}`);
    else if (rows.length > 0) lines.push('');
    lines.push(...table(rows));
  }
  lines.push('', "--json, -q, --no-color and -C <path> as in 'git realm -h'");
  return `${lines.join('\n')}\n`;
}

/** What `--help` prints where no manual page can be opened: the usage, examples and exit statuses. */
export function longHelp(command: CommandData): string {
  const lines = [usage(command).trimEnd()];
  const examples = [...(command.examples ?? []), ...command.actions.flatMap(ownExamples(command))];
  if (examples.length > 0)
    lines.push('', 'examples:', ...examples.flatMap(({ run, why }) => [`    ${run}`, `        ${why}`]));
  const exits = Object.entries({
    ...command.exits,
    ...Object.assign({}, ...command.actions.map(({ exits }) => exits)),
  });
  if (exits.length > 0)
    lines.push('', 'exit status:', ...table(exits.map(([code, meaning]) => [code, String(meaning)])));
  return `${lines.join('\n')}\n`;
}

const ownExamples = (command: CommandData) => (action: ActionData) =>
  command.verbs ? (action.examples ?? []) : [];

/** The overview of `git realm -h`: every command that is not hidden, with its line. */
export function overview(commands: readonly Pick<CommandData, 'name' | 'summary'>[]): string {
  const global = globalOptions.map((option): [string, string] => [optionColumn(option), option.summary]);
  return `${[
    'usage: git realm [-C <path>] <command> [<options>]',
    '',
    'Versioned contracts between git repositories that belong to different people.',
    '',
    'commands:',
    ...table(commands.map(({ name, summary }) => [name, summary])),
    '',
    'options of every command:',
    ...table([...global, ['--version', 'print the version']]),
    '',
    "See 'git realm <command> -h' for its usage, 'git help realm-<command>' for its manual page.",
  ].join('\n')}\n`;
}

/** The options that usage, manual and completion refer to. */
export const shown = (action: ActionData): readonly OptionSpec[] =>
  action.options.filter((option) => option.hidden !== true);

/** `--dry-run`, `-m, --message <text>`, `--[no-]link`: as printed in the list of options. */
export function optionColumn(option: OptionSpec): string {
  if (option.name.length === 1) return `-${option.name}`;
  return `${option.alias === undefined ? '' : `-${option.alias}, `}${option.value === undefined ? optionName(option) : withValue(option)}`;
}

/** The summary with its default, where that is not plain from the option itself. */
export function optionSummary(option: OptionSpec): string {
  if (option.default === undefined || option.default === false) return option.summary;
  return `${option.summary} (default: ${option.default === true ? 'yes' : option.default})`;
}

function optionName(option: OptionSpec): string {
  return option.negatable ? `--[no-]${option.name}` : `--${option.name}`;
}

const withValue = (option: OptionSpec): string =>
  option.value?.startsWith('[')
    ? `${optionName(option)}[=<${option.value.slice(1, -1)}>]`
    : `${optionName(option)} ${option.value ?? ''}`;

function positional(arg: ArgSpec): string {
  const text = `<${arg.name}>${arg.repeat ? '…' : ''}`;
  return arg.optional ? `[${text}]` : text;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.min(30, Math.max(0, ...rows.map(([left]) => left.length)));
  return rows.map(([left, right]) =>
    left.length > width
      ? `    ${left}\n    ${' '.repeat(width)}  ${right}`
      : `    ${left.padEnd(width)}  ${right}`,
  );
}

/** Lines of at most `width`, broken at spaces outside brackets, so that an option stays with its value. */
export function wrap(text: string, indent: number, width = 100): string[] {
  const words = text.match(/(?:\[[^\]]*(?:\[[^\]]*\][^\]]*)*\]|\S)+|^\s+/g) ?? [];
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + word.length + 1 > width) {
      lines.push(line);
      line = `${' '.repeat(indent + 4)}${word}`;
    } else line = line === '' || line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
  }
  return [...lines, line];
}
