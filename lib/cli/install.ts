import { readFileSync } from 'node:fs';
import { assetPath } from '../assets.ts';
import type { Action, Command } from './command.ts';

/** A command without its handlers, as the build writes it down for help and completion. */
export type CommandData = Omit<Command, 'actions'> & { readonly actions: readonly Omit<Action, 'run'>[] };

/** Every command of this installation, by name. Throws where the program was not built. */
export const installedCommands = (): readonly CommandData[] =>
  JSON.parse(readFileSync(assetPath('commands.json'), 'utf8'));
