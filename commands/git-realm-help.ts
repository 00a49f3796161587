import { command } from '../lib/cli/command.ts';
import { installedCommands } from '../lib/cli/install.ts';
import { showManual } from '../lib/cli/manual.ts';
import { longHelp, overview } from '../lib/cli/usage.ts';
import { Exit, usageError } from '../lib/errors.ts';
import { nearest } from '../lib/nearest.ts';

/** `git realm help`: the overview, or the manual of one command. */
export default command({
  name: 'help',
  summary: 'List the commands, or open the manual page of a command',
  args: [{ name: 'command', summary: 'the command to explain', optional: true }],
  options: [
    {
      name: 'unknown',
      value: '<word>',
      hidden: true,
      summary: 'what was given instead of a command',
    },
  ],
  examples: [{ run: 'git realm help sync', why: 'open the manual page of `git realm sync`' }],
  run(args, options, invocation) {
    const commands = installedCommands();
    const listed = commands.filter((command) => !command.hidden);
    if (options.unknown !== undefined)
      throw unknownCommand(
        options.unknown,
        listed.map((command) => command.name),
      );
    if (args.command === undefined) {
      const result = listed.map(({ name, summary }) => ({ name, summary }));
      return { result, text: () => overview(listed) };
    }
    const found = commands.find((known) => known.name === args.command);
    if (found === undefined)
      throw unknownCommand(
        args.command,
        listed.map((known) => known.name),
      );
    if (!invocation.json && showManual(found.name)) return { exitCode: Exit.ok };
    return { result: found, text: () => longHelp(found) };
  },
});

function unknownCommand(word: string, names: readonly string[]): Error {
  if (word === '') return usageError("'git realm' needs a command", 'git realm -h');
  if (word.startsWith('-')) return usageError(`unknown option '${word}' for 'git realm'`, 'git realm -h');
  const meant = nearest(word, names);
  return usageError(
    `'${word}' is not a command of git realm`,
    meant === undefined ? 'git realm -h' : `did you mean 'git realm ${meant}'?`,
  );
}
