import { type ArgSpec, type Completion, globalOptions, type OptionSpec } from './command.ts';
import type { CommandData } from './install.ts';
import { shown } from './usage.ts';

type ActionData = CommandData['actions'][number];

/** What may stand where the cursor is: fixed words, and perhaps names that must be looked up. */
export interface Wanted {
  words: { word: string; summary: string }[];
  lookUp?: Exclude<Completion, readonly string[]>;
  /** What stands before the part that is completed, for lists: `a,` in `--repos a,b`. */
  before: string;
}

/** The possible completions of `git realm <words>`; the last word is the one being typed and may be empty. Pure. */
export function wanted(commands: readonly CommandData[], words: readonly string[]): Wanted {
  const typed = words.at(-1) ?? '';
  const [name, ...given] = skipGlobals(words.slice(0, -1));
  const visible = commands.filter(({ hidden }) => !hidden);
  if (name === undefined) {
    const names = visible.map(({ name, summary }) => ({ word: name, summary }));
    return fixed(typed.startsWith('-') ? globalOptions.map(optionWord) : names);
  }
  const command = commands.find((known) => known.name === name);
  if (command === undefined || given.includes('--')) return fixed([]);
  if (command.name === 'help') return fixed(visible.map(({ name, summary }) => ({ word: name, summary })));
  const verb = command.verbs
    ? command.actions.find((action) => action.name === given[0])
    : command.actions[0];
  const action = verb ?? command.actions.find((candidate) => candidate.name === command.defaultVerb);
  const verbs =
    command.verbs && given.length === 0 && !typed.startsWith('-')
      ? command.actions.map((candidate) => ({ word: candidate.name, summary: candidate.summary }))
      : [];
  if (action === undefined) return fixed(verbs);
  const rest = command.verbs && verb !== undefined ? given.slice(1) : given;
  const found = inAction(action, rest, typed);
  return { ...found, words: [...verbs, ...found.words] };
}

function inAction(action: ActionData, given: readonly string[], typed: string): Wanted {
  const options: readonly OptionSpec[] = [...shown(action), ...globalOptions];
  const takesValue = (word: string): OptionSpec | undefined =>
    options.find(
      (option) =>
        option.value?.startsWith('<') && (word === `--${option.name}` || word === `-${option.alias}`),
    );
  const last = given.at(-1);
  const open = last === undefined ? undefined : takesValue(last);
  if (open !== undefined) return completionOf(open, typed);
  const assigned = /^--([\w-]+)=(.*)$/s.exec(typed);
  if (assigned !== null) {
    const option = options.find(({ name }) => name === assigned[1]);
    return option === undefined ? fixed([]) : completionOf(option, assigned[2] ?? '');
  }
  if (typed.startsWith('-')) return fixed(options.flatMap(spellings));
  const positionals = given.filter(
    (word, at) => !word.startsWith('-') && takesValue(given[at - 1] ?? '') === undefined,
  );
  const arg =
    action.args[positionals.length] ?? (action.args.at(-1)?.repeat ? action.args.at(-1) : undefined);
  return arg === undefined ? fixed([]) : completionOf(arg, typed);
}

function completionOf(spec: OptionSpec | ArgSpec, typed: string): Wanted {
  const complete = spec.complete ?? byPlaceholder['value' in spec ? (spec.value ?? '') : `<${spec.name}>`];
  const isList = 'value' in spec && spec.value?.includes(',') === true;
  const before = isList ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
  if (complete === undefined) return fixed([]);
  if (typeof complete === 'string') return { words: [], lookUp: complete, before };
  return { words: complete.map((word) => ({ word, summary: '' })), before };
}

/** What a placeholder stands for, where the command says no more. */
const byPlaceholder: Readonly<Record<string, Completion>> = {
  '<a,b>': 'repo',
  '<branch>': 'branch',
  '<contract>': 'contract',
  '<directory>': 'path',
  '<domain>': 'domain',
  '<path>': 'path',
  '<realm>': 'realm',
  '<repo>': 'repo',
  '<repos>': 'repo',
};

const fixed = (words: Wanted['words']): Wanted => ({ words, before: '' });

function spellings(option: OptionSpec): Wanted['words'] {
  const word = optionWord(option);
  if (option.name.length === 1 || option.negatable !== true) return [word];
  return [word, { word: `--no-${option.name}`, summary: option.summary }];
}

const optionWord = (option: OptionSpec): Wanted['words'][number] => ({
  word: option.name.length === 1 ? `-${option.name}` : `--${option.name}`,
  summary: option.summary,
});

/** The words from the command's name on. */
function skipGlobals(words: readonly string[]): readonly string[] {
  let at = 0;
  while (words[at]?.startsWith('-')) at += words[at] === '-C' ? 2 : 1;
  return words.slice(at);
}
