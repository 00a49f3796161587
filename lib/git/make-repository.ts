import type { ObjectFormat } from './repository.ts';
import type { GitPlace } from './run.ts';

export interface NewRepository {
  /** Default: where the place is. */
  directory?: string;
  bare: boolean;
  /** Default: as the user's configuration has it. */
  format?: ObjectFormat;
}

/** Make an empty repository, whose first branch is `main`. */
export async function initRepository(place: GitPlace, made: NewRepository): Promise<void> {
  const { directory, bare, format } = made;
  await place.git([
    'init',
    '--quiet',
    ...(bare ? ['--bare'] : []),
    '--initial-branch=main',
    ...(format === undefined ? [] : [`--object-format=${format}`]),
    ...(directory === undefined ? [] : ['--', directory]),
  ]);
}

/** Clone a repository, and none of its submodules, into a new directory. Check the URL with `mayReach` before. */
export async function cloneRepository(place: GitPlace, url: string, directory: string): Promise<void> {
  await place.git(['clone', '--quiet', '--no-recurse-submodules', '--', url, directory]);
}
