import { RealmError } from '../../errors.ts';
import { withoutCredentials } from '../../names.ts';
import type { Checkouts } from './checkouts.ts';

/** Something that stands in the way in one repo. */
export interface Obstacle {
  repo: string;
  code: string;
  message: string;
  /** A command to type. */
  hint: string;
}

/** Nothing is pushed to a fork as if it were the repository: its pull request would land where nobody looks. */
export function mustNotBeForks(checkouts: Checkouts): void {
  mustBeClear(
    [...checkouts.values()].flatMap(({ name, main, remote, fork }) =>
      fork === undefined
        ? []
        : [
            {
              repo: name,
              code: 'is-a-fork',
              message: `remote '${remote}' is ${withoutCredentials(fork.origin)}, but the URL registered in the realm is ${withoutCredentials(fork.registered)}`,
              hint: `git -C '${main}' remote add upstream '${withoutCredentials(fork.registered)}' && git -C '${main}' fetch upstream`,
            },
          ],
    ),
  );
}

/** Everything that stands in the way, in all repos at once, before anything is written. Throws the first one's code. */
export function mustBeClear(obstacles: readonly Obstacle[], exitCode?: number): void {
  const [first, ...others] = obstacles;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw new RealmError(first.code, `${first.repo}: ${first.message}${more}`, {
    hint: [
      first.hint,
      ...others.flatMap((obstacle) => [`${obstacle.repo}: ${obstacle.message}`, obstacle.hint]),
      'nothing was changed',
    ],
    ...(exitCode === undefined ? {} : { exitCode }),
    data: { obstacles },
  });
}
