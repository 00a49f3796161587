import type { Identity } from './fast-import.ts';
import type { GitPlace } from './run.ts';

/** The objects that a ref of notes has notes of. Throws `git-failed` where it holds no notes. */
export async function notedObjects(place: GitPlace, ref: string): Promise<string[]> {
  const { stdout } = await place.git(['notes', `--ref=${ref}`, 'list']);
  return stdout
    .toString('latin1')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? []);
}

/** Settings for git that make somebody the author and committer of notes: not the author of a commit under way. */
export const notesBy = ({ name, email }: Identity): string[] => [
  '-c',
  `user.name=${name}`,
  '-c',
  `user.email=${email}`,
];

/** Remove the note of an object whatever it holds, also one that cannot be read; one that no longer exists is not a failure. */
export async function discardNote(place: GitPlace, ref: string, object: string, by: Identity): Promise<void> {
  await place.git([...notesBy(by), 'notes', `--ref=${ref}`, 'remove', '--ignore-missing', object]);
}
