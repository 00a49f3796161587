import type { HookFinding } from './types.ts';

/** A hook whose state is not decided yet. */
export type Unjudged = Pick<HookFinding, 'hook' | 'by' | 'path'>;

/** A bare repository runs none of these hooks. */
export const bareFinding = (finding: Unjudged): HookFinding => ({
  ...finding,
  state: 'refused',
  reason: 'there are no commits in a bare repository',
});

/** The marks of our block do not match. */
export const damaged = (path: string): string =>
  `the begin and end marks of git realm's block in '${path}' do not match; remove the block manually`;

/** Git ignores the file. */
export const dormant = (path: string): string =>
  `'${path}' is not executable, so git ignores it; installing would enable it: make it executable or move it away`;

/** Does git run a file with this mode? */
export const executable = (file: { mode: number }): boolean => (file.mode & 0o111) !== 0;
