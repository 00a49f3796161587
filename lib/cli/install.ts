import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Action, Command } from './command.ts';

// The build defines both; run from the sources (tests of a module) they do not exist.
declare const REALM_BUNDLED: boolean | undefined;
declare const REALM_VERSION: string | undefined;

const bundled = typeof REALM_BUNDLED !== 'undefined';
const root = resolve(import.meta.dirname, '..', '..');

/** The version of this program. */
export const version = (): string => (typeof REALM_VERSION === 'undefined' ? readVersion() : REALM_VERSION);

/** The absolute path of a file that comes with the program: `hooks/pre-commit`, `schemas/realm.schema.json`. */
export function assetPath(...names: string[]): string {
  // Bundled: `root` is libexec, in …/libexec/git-realm/lib.
  return bundled ? resolve(root, '..', 'share', 'git-realm', ...names) : join(root, ...names);
}

/** The directory of `man1`, as installed. */
export const manPath = (): string => resolve(assetPath(), '..', 'man');

/** A command without its handlers, as the build writes it down for help and completion. */
export type CommandData = Omit<Command, 'actions'> & { readonly actions: readonly Omit<Action, 'run'>[] };

/** Every command of this installation, by name. Throws where the program was not built. */
export const installedCommands = (): readonly CommandData[] =>
  JSON.parse(readFileSync(assetPath('commands.json'), 'utf8'));

function readVersion(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return String(version);
}
