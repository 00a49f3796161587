import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { longHelp, overview, usage } from '../../lib/cli/usage.ts';
import { prefix, sandbox } from '../helpers/cli.ts';
import { builtCommands, docs, manualPages } from './pages.ts';

const box = sandbox(t);
const commands = builtCommands();

t.test('commands, executables, manual pages and documents are the same set', async (t) => {
  const files = readdirSync(join(docs, '..', 'commands')).map((file) => file.replace(/\.ts$/, ''));
  const executables = readdirSync(join(prefix, 'libexec', 'git-realm')).filter((name) =>
    name.startsWith('git-realm-'),
  );
  t.same(executables.sort(), files.sort());
  t.same(commands.map(({ name }) => `git-realm-${name}`).sort(), files.sort(), 'each is called as its file');
  const shown = [
    'git-realm',
    ...commands.filter(({ hidden }) => !hidden).map(({ name }) => `git-realm-${name}`),
  ].sort();
  t.same(
    readdirSync(join(prefix, 'share', 'man', 'man1'))
      .map((file) => file.replace(/\.1$/, ''))
      .sort(),
    shown,
  );
  t.same(manualPages().orphans, [], 'no page without a command');
});

t.test('every page agrees with its command and is described', async (t) => {
  for (const { name, written, due } of manualPages().pages) {
    t.equal(written, due, `docs/${name}.md is up to date (npm run docs -- --update)`);
    t.match(
      /## DESCRIPTION\n\n([\s\S]*?)\n## /.exec(`${written}\n## `)?.[1] ?? '',
      /\S.{40}/,
      `docs/${name}.md has a description`,
    );
  }
});

t.test('-h, --help and the program agree', async (t) => {
  t.equal((await box.realm(['-h'])).stdout, overview(commands.filter(({ hidden }) => !hidden)));
  for (const command of commands) {
    t.equal((await box.realm([command.name, '-h'])).stdout, usage(command), command.name);
    const help = await box.realm([command.name, '--help']);
    t.equal(help.stdout, longHelp(command));
    if (command.hidden) continue;
    const page = readFileSync(
      join(prefix, 'share', 'man', 'man1', `git-realm-${command.name}.1`),
      'utf8',
    ).replaceAll('\\-', '-');
    for (const option of command.actions.flatMap(({ options }) => options))
      if (option.hidden !== true)
        t.match(page, `${option.name}`, `the manual of ${command.name} has ${option.name}`);
  }
});

t.test('what commands say of themselves keeps to the rules', async (t) => {
  for (const command of commands) {
    t.match(command.summary, /^[A-Z].{8,70}[^.]$/, `${command.name}: ${command.summary}`);
    for (const action of command.actions)
      for (const option of action.options) {
        const label = `${command.name} ${action.name} --${option.name}`;
        t.match(option.name, /^(?!no-)[a-z]{2}[a-z0-9]*(-[a-z0-9]{2,})*$/, label);
        t.notMatch(['json', 'quiet', 'color', 'help', 'directory'], [option.name]);
        t.match(option.summary, /^[^A-Z].*[^.]$/, `${label}: ${option.summary}`);
        if (option.value !== undefined) t.match(option.value, /^(<[^<>]+>|\[[^[\]]+\])$/, label);
        if (option.alias !== undefined) t.match(option.alias, /^[a-zA-BD-Z]$/, label);
      }
  }
});
