import { cac } from 'cac';
import { usageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { type Action, type Command, camel, globalOptions, type OptionSpec } from './command.ts';

/** The options that every command understands, as given. */
export interface GlobalOptions {
  /** `-C`, in order. */
  directory: readonly string[];
  json: boolean;
  color: boolean | undefined;
  quiet: boolean;
  /** `-h`: usage. `--help`: the manual. */
  help: 'usage' | 'manual' | undefined;
}

export interface Parsed {
  global: GlobalOptions;
  action: Action;
  args: Record<string, string | readonly string[] | undefined>;
  options: Record<string, string | boolean | readonly string[] | undefined>;
  rest: readonly string[];
}

type Word = { option: OptionSpec; value: string | boolean } | { positional: string };

/**
 * The arguments of one command (what follows its name), checked against what it declares. Throws a usage error that
 * names the culprit. The words are spelled out before `cac` sees them, because it reads numbers out of values
 * (`1.10` → 1.1), takes no value that starts with a dash or is empty, and passes unknown options silently.
 */
export function parse(command: Command, argv: readonly string[]): Parsed {
  const { leading, action, following } = chooseAction(command, argv);
  const title = command.verbs ? `${command.name} ${action.name}` : command.name;
  const { words, rest } = spell([...leading, ...following], action, title);
  const globals = words.filter((word) => 'option' in word && isGlobal(word.option));
  const global = readGlobals(globals);
  const own = words.filter((word) => !globals.includes(word));
  if (global.help !== undefined) return { global, action, args: {}, options: {}, rest };
  checkCount(
    action,
    title,
    own.filter((word) => 'positional' in word).map((word) => word.positional),
  );
  return { global, action, rest, ...readByCac(action, own) };
}

/** Is `--json` among the words? Asked where parsing itself failed. */
export const asksForJson = (argv: readonly string[]): boolean =>
  argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined).includes('--json');

/** The global options alone, for usage that was asked for before a verb was written. */
export function asksForHelp(argv: readonly string[]): 'usage' | 'manual' | undefined {
  for (const word of argv) {
    if (word === '--') return undefined;
    if (word === '-h') return 'usage';
    if (word === '--help') return 'manual';
  }
  return undefined;
}

const isGlobal = (option: OptionSpec): boolean =>
  globalOptions.some((globalOption) => globalOption === option);

/** The verb is the first word that is neither a global option nor its value. */
function chooseAction(
  command: Command,
  argv: readonly string[],
): { leading: readonly string[]; action: Action; following: readonly string[] } {
  const only = command.actions[0];
  if (!command.verbs && only !== undefined) return { leading: [], action: only, following: argv };
  let at = 0;
  while (at < argv.length && isGlobalWord(argv[at] ?? ''))
    at += argv[at] === '-C' || argv[at] === '--directory' ? 2 : 1;
  const word = argv[at];
  const chosen = command.actions.find((action) => action.name === word);
  if (chosen !== undefined)
    return { leading: argv.slice(0, at), action: chosen, following: argv.slice(at + 1) };
  const fallback = command.actions.find((action) => action.name === command.defaultVerb);
  const isVerbLike = word !== undefined && !word.startsWith('-');
  if (fallback !== undefined && (!isVerbLike || fallback.args.length > 0))
    return { leading: [], action: fallback, following: argv };
  const names = command.actions.map((action) => action.name);
  if (word === undefined)
    throw usageError(
      `'git realm ${command.name}' needs one of: ${names.join(', ')}`,
      `git realm ${command.name} -h`,
    );
  const meant = nearest(word.replace(/^-+/, ''), names);
  throw usageError(
    isVerbLike
      ? `unknown subcommand '${word}' of 'git realm ${command.name}'`
      : `'${word}' before the subcommand of 'git realm ${command.name}' (${names.join(', ')})`,
    meant === undefined
      ? `git realm ${command.name} -h`
      : `did you mean 'git realm ${command.name} ${meant}'?`,
  );
}

const isGlobalWord = (word: string): boolean =>
  word.startsWith('-') &&
  globalOptions.some(
    (option: OptionSpec) =>
      word === `-${option.alias}` ||
      word === `--${option.name}` ||
      word === `--no-${option.name}` ||
      (option.value !== undefined &&
        (word.startsWith(`--${option.name}=`) || word.startsWith(`-${option.alias}`))),
  );

/** Every word is classified by the declared options, as git does: a value is whatever follows, dashes included. */
function spell(
  argv: readonly string[],
  action: Action,
  title: string,
): { words: Word[]; rest: readonly string[] } {
  const known: readonly OptionSpec[] = [...action.options, ...globalOptions];
  const words: Word[] = [];
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '--') {
      const rest = argv.slice(at + 1);
      if (action.rest !== undefined) return { words, rest };
      words.push(...rest.map((positional) => ({ positional })));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      words.push({ positional: word });
    } else if (word.startsWith('--')) {
      const [name, given] = splitOnce(word.slice(2));
      const { option, negated } = findLong(known, name, word, title);
      if (negated || option.value === undefined) {
        if (given !== undefined) throw usageError(`option '--${name}' takes no value`, usageHint(title));
        words.push({ option, value: !negated });
      } else if (given !== undefined) words.push({ option, value: given });
      else if (option.value.startsWith('[')) words.push({ option, value: true });
      else words.push({ option, value: valueAfter(argv, at++, `--${name}`, option, title) });
    } else {
      let letters = word.slice(1);
      while (letters !== '') {
        const letter = letters.slice(0, 1);
        letters = letters.slice(1);
        const option = known.find((spec) => spec.alias === letter);
        if (option === undefined)
          throw usageError(`unknown option '-${letter}' for 'git realm ${title}'`, usageHint(title));
        if (option.value === undefined) words.push({ option, value: true });
        else {
          words.push({
            option,
            value: letters === '' ? valueAfter(argv, at++, word, option, title) : letters,
          });
          break;
        }
      }
    }
  }
  return { words, rest: [] };
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function findLong(
  known: readonly OptionSpec[],
  name: string,
  word: string,
  title: string,
): { option: OptionSpec; negated: boolean } {
  const exact = known.find((option) => option.name === name && option.name.length > 1);
  if (exact !== undefined) return { option: exact, negated: false };
  const negated = known.find((option) => option.negatable === true && `no-${option.name}` === name);
  if (negated !== undefined) return { option: negated, negated: true };
  const candidates = known
    .filter((option) => option.name.length > 1)
    .flatMap((option) => (option.negatable ? [option.name, `no-${option.name}`] : [option.name]));
  const meant = nearest(name, candidates);
  throw usageError(
    `unknown option '${splitOnce(word)[0]}' for 'git realm ${title}'`,
    meant === undefined ? usageHint(title) : `did you mean '--${meant}'?`,
  );
}

function valueAfter(
  argv: readonly string[],
  at: number,
  shown: string,
  option: OptionSpec,
  title: string,
): string {
  const value = argv[at + 1];
  if (value === undefined)
    throw usageError(`option '${shown}' needs a value: ${option.value ?? ''}`, usageHint(title));
  return value;
}

const usageHint = (title: string): string => `git realm ${title} -h`;

function readGlobals(words: readonly Word[]): GlobalOptions {
  const global: GlobalOptions = {
    directory: [],
    json: false,
    color: undefined,
    quiet: false,
    help: undefined,
  };
  for (const word of words) {
    if (!('option' in word)) continue;
    if (word.option.name === 'directory') global.directory = [...global.directory, String(word.value)];
    else if (word.option.name === 'json') global.json = true;
    else if (word.option.name === 'color') global.color = word.value === true;
    else if (word.option.name === 'quiet') global.quiet = true;
    else if (word.option.name === 'h') global.help = 'usage';
    else global.help ??= 'manual';
  }
  return global;
}

function checkCount(action: Action, title: string, given: readonly string[]): void {
  const missing = action.args.find((arg, index) => arg.optional !== true && given[index] === undefined);
  if (missing !== undefined)
    throw usageError(`'git realm ${title}' needs <${missing.name}>: ${missing.summary}`, usageHint(title));
  const extra = action.args.at(-1)?.repeat === true ? undefined : given[action.args.length];
  if (extra !== undefined)
    throw usageError(
      `'git realm ${title}' takes no more arguments: unexpected argument '${extra}'`,
      usageHint(title),
    );
}

/**
 * The words through `cac`, which binds them to names and applies defaults. A leading `=` keeps each value a string:
 * not empty, no dash in front, not a number.
 */
function readByCac(action: Action, words: readonly Word[]): Pick<Parsed, 'args' | 'options'> {
  const cli = cac('git realm');
  const pattern = action.args.map((arg) => {
    const name = arg.repeat ? `...${arg.name}` : arg.name;
    return arg.optional ? `[${name}]` : `<${name}>`;
  });
  const registered = cli.command(['run', ...pattern].join(' '), action.summary);
  for (const option of action.options)
    registered.option(
      option.value === undefined ? `--${option.name}` : `--${option.name} [value]`,
      option.summary,
    );
  const result: Pick<Parsed, 'args' | 'options'> = { args: {}, options: {} };
  registered.action((...bound: unknown[]) => {
    const given = bound.pop() as Record<string, unknown>;
    action.args.forEach((arg, index) => {
      result.args[camel(arg.name)] = arg.repeat ? list(bound[index]).map(unmark) : optional(bound[index]);
    });
    for (const option of action.options)
      result.options[camel(option.name)] = optionValue(option, given[camel(option.name)]);
  });
  const spelled = words.map((word) =>
    'positional' in word
      ? `=${word.positional}`
      : typeof word.value === 'boolean'
        ? `--${camel(word.option.name)}=${option(word)}`
        : `--${camel(word.option.name)}==${word.value}`,
  );
  cli.parse(['node', 'git realm', 'run', ...spelled], { run: false });
  cli.runMatchedCommand();
  return result;
}

/** A flag, or `--option` without its optional value: a word that no number or value can be. */
const option = (word: { option: OptionSpec; value: string | boolean }): string =>
  word.option.value === undefined ? String(word.value) : word.value ? 'yes' : 'no';

const list = (value: unknown): unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const unmark = (value: unknown): string => String(value).slice(1);
const optional = (value: unknown): string | undefined => (value === undefined ? undefined : unmark(value));

function optionValue(option: OptionSpec, given: unknown): string | boolean | readonly string[] | undefined {
  if (option.repeat === true) return list(given).map(unmark);
  const last = list(given).at(-1);
  if (option.value === undefined) {
    if (last !== undefined) return last === true;
    if (typeof option.default === 'boolean') return option.default;
    return option.negatable === true ? undefined : false;
  }
  if (last === undefined) return typeof option.default === 'string' ? option.default : undefined;
  if (last === 'yes') return true;
  return last === 'no' ? undefined : unmark(last);
}
