import { REWRITE_HINT, rewriteOf, rewriteWords } from '../store/rewrite.ts';
import type { Store } from '../store/store.ts';
import type { Flow } from './flow.ts';

/** Say it beside whatever a command answers, once. */
export async function tellRewrite(flow: Flow, store: Store): Promise<void> {
  const rewrite = await rewriteOf(store);
  if (rewrite !== null && !flow.rewriteSaid) flow.note(`${rewriteWords(rewrite)}; ${REWRITE_HINT}`);
}
