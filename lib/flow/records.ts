import type { Identity } from '../git/fast-import.ts';
import { type Flow, isoSeconds, randomId } from './flow.ts';

/** What each record begins with: its name, who says it, and when. */
export const line = (flow: Flow, who: Identity): { id: string; by: string; at: string } => ({
  id: randomId(4),
  by: who.email,
  at: isoSeconds(flow.now()),
});
