import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { longHelp, overview, usage } from '../../lib/cli/usage.ts';
import { prefix, sandbox } from '../helpers/world/cli.ts';
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
  const pages = readdirSync(join(prefix, 'share', 'man', 'man1')).map((file) => file.replace(/\.1$/, ''));
  t.same(pages.filter((name) => name.startsWith('git-')).sort(), shown);
  t.same(
    pages.filter((name) => !name.startsWith('git-')).sort(),
    shown.filter((name) => name !== 'git-realm').map((name) => name.replace('git-realm-', 'gitrealm-')),
    'what git help realm-<x> looks for',
  );
  t.same(manualPages().orphans, [], 'no page without a command');
});

t.test('every page agrees with its command and is described', async (t) => {
  for (const { name, written, due } of manualPages().pages) {
    t.equal(written, due, `docs/${name}.md is up to date (npm run docs -- --update)`);
    if (name === 'rules') continue;
    t.match(
      /## DESCRIPTION\n\n([\s\S]*?)\n## /.exec(`${written}\n## `)?.[1] ?? '',
      /\S.{40}/,
      `docs/${name}.md has a description`,
    );
  }
});

t.test('-h, --help and the program agree', async (t) => {
  t.equal((await box.realm(['-h'])).stdout, overview(commands.filter(({ hidden }) => !hidden)));
  for (const [at, command] of commands.entries()) {
    // One function prints them all: without REALM_NIGHTLY=1 the short form is asked of every third command, the long one of every sixth.
    if (at % 3 === 0 || process.env.REALM_NIGHTLY === '1')
      t.equal((await box.realm([command.name, '-h'])).stdout, usage(command), command.name);
    if (at % 6 === 0 || process.env.REALM_NIGHTLY === '1')
      t.equal((await box.realm([command.name, '--help'])).stdout, longHelp(command));
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

t.test('every link between the documents leads somewhere', async (t) => {
  const root = join(docs, '..');
  const files = readdirSync(docs, { recursive: true }).map((name) => join('docs', String(name)));
  for (const file of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...files].filter((name) =>
    name.endsWith('.md'),
  )) {
    const text = readFileSync(join(root, file), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
    for (const [, link = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? join(root, file) : join(root, file, '..', path);
      if (!existsSync(target)) t.fail(`${file}: ${link}`);
      else if (anchor !== undefined && !anchors(readFileSync(target, 'utf8')).includes(anchor))
        t.fail(`${file}: ${link}: no such heading`);
    }
  }
  t.pass('all of them');
});

/** Headings as forges turn them into anchors. */
const anchors = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

t.test('the table of budgets and the benchmark agree on what is measured', async (t) => {
  const bench = join(docs, '..', 'test', 'bench');
  const page = readFileSync(join(docs, 'budgets.md'), 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('`npm run bench -- '));
  const sections = readdirSync(bench).filter((name) => name.endsWith('.ts') && name !== 'run.ts');
  let measured = 0;
  for (const name of sections) {
    const calls = readFileSync(join(bench, name), 'utf8').match(/^ *figure\(/gm)?.length ?? 0;
    const own = rows.filter((row) => row.includes(`npm run bench -- ${name.replace('.ts', '')}\``));
    // One call may run for several sizes.
    t.ok(
      own.length >= calls && (calls > 0 || own.length === 0),
      `${name}: ${own.length} rows of ${calls} figures`,
    );
    measured += own.length;
  }
  t.equal(rows.length, measured, 'no row of a section that is gone');
});
