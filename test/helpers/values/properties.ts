import fc from 'fast-check';
import { anySeed, seedOr } from './seed.ts';

/** fast-check with a seed that is printed (seed.ts): every random test of a file is repeated by it. */
fc.configureGlobal({ seed: seedOr(anySeed()) });

export { fc };
