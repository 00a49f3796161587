// Runs a command from the sources, without a build: `npm run dev -- <command> …`, in the directory where that is typed. `help`
// and completion need a build: they list what is installed.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { main } from './main.ts';

const words = process.argv.slice(2);
const before: string[] = [];
// The words that lib/cli/git-realm.sh takes before the name of a command.
while (words[0] === '-C' || /^(--json|--no-color|--color|--quiet|-q)$/.test(words[0] ?? ''))
  before.push(...words.splice(0, words[0] === '-C' ? 2 : 1));
const [name = '', ...rest] = words;
const file = resolve(import.meta.dirname, '../../commands', `git-realm-${name}.ts`);
if (!/^[a-z]+$/.test(name) || !existsSync(file)) {
  console.error(`error: '${name}' is not a command\nhint: npm run dev -- status -h; commands/ has them all`);
  process.exit(129);
}
// npm changes to the folder of package.json, and says where it was called.
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
const { default: command } = await import(file);
await main(command, [...before, ...rest]);
