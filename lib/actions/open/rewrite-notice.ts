import { REWRITE_HINT, rewriteOf, rewriteWords } from '../../store/rewrite.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from './context.ts';

/** Say it beside whatever a command answers, once. */
export async function tellRewrite(context: Context, store: Store): Promise<void> {
  const rewrite = await rewriteOf(store);
  if (rewrite !== null && !context.rewriteSaid) context.note(`${rewriteWords(rewrite)}; ${REWRITE_HINT}`);
}
