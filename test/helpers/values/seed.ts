import { relative } from 'node:path';
import t from 'tap';

/**
 * The seed of this file's random tests: `REALM_SEED`, else this one. Prints it with the command that runs exactly the same
 * again.
 */
export function seedOr(fallback: number): number {
  const { REALM_SEED, REALM_NIGHTLY } = process.env;
  const seed = Number(REALM_SEED ?? fallback);
  const nightly = REALM_NIGHTLY === undefined ? '' : `REALM_NIGHTLY=${REALM_NIGHTLY} `;
  const file = relative(process.cwd(), process.argv[1] ?? '').replace(/^\.tap\/compiled\/(.*)js$/, '$1ts');
  t.comment(`seed ${seed}; again: ${nightly}REALM_SEED=${seed} npm test -- ${file}`);
  return seed;
}

/** A seed that is another one at each run. */
export const anySeed = (): number => Date.now() % 2 ** 31;
