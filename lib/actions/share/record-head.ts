import type { Identity } from '../../git/fast-import.ts';
import { type Context, isoSeconds, randomId } from '../open/context.ts';

/** What each record begins with: its name, who says it, and when. */
export const recordHead = (context: Context, who: Identity): { id: string; by: string; at: string } => ({
  id: randomId(4),
  by: who.email,
  at: isoSeconds(context.now()),
});
