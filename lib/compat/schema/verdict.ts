import type { Verdict } from '../types.ts';
import type { Why } from './formula.ts';

/** The verdict `unknown` that names the part. */
export const unknown = (why: Why): Verdict => ({
  verdict: 'unknown',
  reason: why.reason,
  pointer: why.pointer,
  ...(why.keyword === undefined ? {} : { keyword: why.keyword }),
});
