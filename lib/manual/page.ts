/**
 * `lib/manual`: the manual pages, written from what each command says about itself.
 */

import { globalOptions } from '../cli/command.ts';
import type { CommandData } from '../cli/install.ts';
import { optionColumn, optionSummary, shown, synopsis, wrap } from '../cli/usage.ts';

type ActionData = CommandData['actions'][number];
interface Section {
  title: string;
  body: string;
}

/**
 * The manual page of a command in Markdown: what the command says of itself (name, synopsis, options, examples, exit
 * status) written again, every other section kept as it was. Without a page: a new one, to be described by hand.
 */
export function commandPage(command: CommandData, page = ''): string {
  return renew(`git-realm-${command.name}`, page, [
    { title: 'NAME', body: `git-realm-${command.name} - ${command.summary}` },
    {
      title: 'SYNOPSIS',
      body: fenced(command.actions.flatMap((action) => wrap(synopsis(command, action), 6, 76))),
    },
    { title: 'DESCRIPTION', body: '' },
    {
      title: 'OPTIONS',
      body: [...command.actions.map(optionList(command)), globalLine].filter(Boolean).join('\n\n'),
    },
    { title: 'EXAMPLES', body: examples(command) },
    { title: 'EXIT STATUS', body: exitStatus(command) },
    { title: 'SEE ALSO', body: '[git-realm(1)](git-realm.md)' },
  ]);
}

/** The manual page of `git realm` itself: the list of commands and what holds for all of them. */
export function overviewPage(commands: readonly CommandData[], page = ''): string {
  const listed = commands.filter(({ hidden }) => !hidden);
  return renew('git-realm', page, [
    {
      title: 'NAME',
      body: 'git-realm - Versioned contracts between git repositories that belong to different people',
    },
    { title: 'SYNOPSIS', body: fenced(['git realm [-C <path>] <command> [<options>]']) },
    { title: 'DESCRIPTION', body: '' },
    {
      title: 'COMMANDS',
      body: listed
        .map(({ name, summary }) => `- [git-realm-${name}(1)](git-realm-${name}.md): ${summary}.`)
        .join('\n'),
    },
    {
      title: 'OPTIONS',
      body: [
        ...globalOptions.map((option) => entry(optionColumn(option), option.summary)),
        entry('--version', 'print the version'),
      ].join('\n'),
    },
    {
      title: 'EXIT STATUS',
      body: `${statuses}\n- \`70\`: a bug in git realm; it prints a stack and asks for a report`,
    },
  ]);
}

const statuses = [
  '- `0`: done',
  '- `1`: the check failed or was refused',
  '- `128`: fatal error; the message says why and what to type next',
  '- `129`: usage error; nothing was done',
].join('\n');

const globalLine =
  'The options `-C`, `--json`, `-q`, `--no-color` are described in [git-realm(1)](git-realm.md).';

/** Sections that are made from data, and those that exist only to be filled by hand. */
function renew(name: string, page: string, made: readonly Section[]): string {
  const old = sections(page);
  const before = (title: string): Section | undefined => old.find((section) => section.title === title);
  const byHand = new Set(['DESCRIPTION', 'SEE ALSO']);
  const renewed = made.flatMap((section) => {
    const kept = byHand.has(section.title) ? (before(section.title) ?? section) : section;
    return kept.body === '' && !byHand.has(kept.title) ? [] : [kept];
  });
  // Sections by hand keep their place behind the one they followed.
  const result = [...renewed];
  const isMade = new Set(made.map(({ title }) => title));
  old.forEach((section, index) => {
    if (isMade.has(section.title)) return;
    const previous = old[index - 1]?.title;
    const at = result.findIndex(({ title }) => title === previous);
    result.splice(at < 0 ? result.length : at + 1, 0, section);
  });
  return `# ${name}(1)\n\n${result.map(({ title, body }) => `## ${title}\n\n${body}\n`.replace(/\n\n\n$/, '\n')).join('\n')}`;
}

/** Second-level sections, fenced code left alone. */
function sections(page: string): Section[] {
  const found: { title: string; lines: string[] }[] = [];
  let fenced = false;
  for (const line of page.split('\n')) {
    if (line.startsWith('```')) fenced = !fenced;
    const title = fenced ? undefined : /^## (.+)$/.exec(line)?.[1];
    if (title !== undefined) found.push({ title, lines: [] });
    else found.at(-1)?.lines.push(line);
  }
  return found.map(({ title, lines }) => ({ title, body: lines.join('\n').trim() }));
}

const fenced = (lines: readonly string[]): string => `\`\`\`\n${lines.join('\n')}\n\`\`\``;

/** One tagged line; a placeholder in its text is code, or Markdown takes it for HTML. */
const entry = (term: string, text: string): string => `- \`${term}\`: ${text.replace(/<[^<>]+>/g, '`$&`')}`;

function optionList(command: CommandData): (action: ActionData) => string {
  return (action) => {
    const rows = [
      ...action.args.map((arg) => entry(`<${arg.name}>`, arg.summary)),
      ...(action.rest === undefined ? [] : [entry(action.rest.name, action.rest.summary)]),
      ...shown(action).map((option) => entry(optionColumn(option), optionSummary(option))),
    ].join('\n');
    if (!command.verbs) return rows;
    return `### ${action.name}\n\n${action.summary}.${rows === '' ? '' : `\n\n${rows}`}`;
  };
}

function examples(command: CommandData): string {
  const own = [
    ...(command.examples ?? []),
    ...(command.verbs ? command.actions.flatMap((action) => action.examples ?? []) : []),
  ];
  return own.map(({ run, why }) => entry(run, why)).join('\n');
}

function exitStatus(command: CommandData): string {
  const own = Object.entries(Object.assign({}, command.exits, ...command.actions.map(({ exits }) => exits)));
  const lines = own.map(([code, meaning]) => entry(code, String(meaning)));
  return [...lines, 'Otherwise as in [git-realm(1)](git-realm.md): 0, 1, 128 or 129.']
    .join(lines.length > 0 ? '\n' : '')
    .replace(/\n(Otherwise)/, '\n\n$1');
}
