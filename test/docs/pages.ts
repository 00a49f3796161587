import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CommandData } from '../../lib/cli/install.ts';
import { commandPage, overviewPage } from '../../lib/manual/page.ts';
import { rulesPage } from '../../lib/manual/rules.ts';

export const docs = resolve(import.meta.dirname, '..', '..', 'docs');

/** What the built program says of its commands. */
export const builtCommands = (): readonly CommandData[] =>
  JSON.parse(readFileSync(join(docs, '..', 'dist', 'share', 'git-realm', 'commands.json'), 'utf8'));

export interface Page {
  name: string;
  /** As committed; empty where it does not exist. */
  written: string;
  /** As the commands would have it. */
  due: string;
}

/** Every manual page beside what it must be, and pages that belong to no command. */
export function manualPages(): { pages: Page[]; orphans: string[] } {
  const commands = builtCommands();
  const read = (name: string): string => {
    const path = join(docs, `${name}.md`);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const overview = read('git-realm');
  const pages = [{ name: 'git-realm', written: overview, due: overviewPage(commands, overview) }];
  for (const command of commands.filter(({ hidden }) => !hidden)) {
    const name = `git-realm-${command.name}`;
    const written = read(name);
    pages.push({ name, written, due: commandPage(command, written) });
  }
  pages.push({ name: 'rules', written: read('rules'), due: rulesPage() });
  const known = new Set(pages.map(({ name }) => `${name}.md`));
  const orphans = readdirSync(docs).filter((file) => /^git-realm.*\.md$/.test(file) && !known.has(file));
  return { pages, orphans };
}

export function updatePages(): string[] {
  const changed = manualPages().pages.filter(({ written, due }) => written !== due);
  for (const { name, due } of changed) writeFileSync(join(docs, `${name}.md`), due);
  return changed.map(({ name }) => name);
}
