import { RealmError } from '../../errors.ts';

/** Something that stands in the way in one repo. */
export interface Obstacle {
  repo: string;
  code: string;
  message: string;
  /** A command to type. */
  hint: string;
}

/** Everything that stands in the way, in all repos at once, before anything is written. Throws the first one's code. */
export function mustBeClear(obstacles: readonly Obstacle[], exitCode?: number): void {
  const [first, ...others] = obstacles;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw new RealmError(first.code, `${first.repo}: ${first.message}${more}`, {
    hint: [
      first.hint,
      ...others.flatMap((one) => [`${one.repo}: ${one.message}`, one.hint]),
      'nothing was changed',
    ],
    ...(exitCode === undefined ? {} : { exitCode }),
    data: { obstacles },
  });
}
