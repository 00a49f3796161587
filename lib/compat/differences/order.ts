import { type Change, type ChangeLevel, levels } from '../types.ts';

/** Worst first, and otherwise in the order in which they were found. */
export const worstFirst = (changes: readonly Change[]): Change[] =>
  [...changes].sort((a, b) => levels.indexOf(levelOf(a)) - levels.indexOf(levelOf(b)));

/** The level of a change, also of one that was recorded without. */
export const levelOf = (change: Change): ChangeLevel =>
  change.level ?? (change.breaking ? 'breaking' : change.kind === 'described' ? 'none' : 'compatible');
