import type { Effect } from '../../../change/types.ts';
import { addConfig } from '../../../git/config-write.ts';
import { appendNote, dropNote } from '../../../git/notes.ts';
import { NOTES } from '../../../store/aside.ts';
import type { Checkout } from '../checkouts.ts';
import type { Handler } from '../performer.ts';

type Link = Extract<Effect, { kind: 'link' }>;

/** The note of a repo's commit: one line per sibling, each by its full oid. */
export const linkStep: Handler<Link> = {
  apply: async ({ record }, checkout, effect) => {
    const own = commitOf(checkout.name);
    if (own === null) return {};
    const lines = effect.siblings.flatMap((sibling) => {
      const oid = commitOf(sibling);
      return oid === null ? [] : [linkLine(effect.change, record.branch, sibling, oid)];
    });
    if (lines.length === 0) return { oid: own };
    await appendNote(checkout.repo, { ref: NOTES, object: own, lines, who: checkout.who() });
    await followRewrites(checkout);
    return { oid: own };

    function commitOf(repo: string): string | null {
      const oid = record.steps.find((step) => step.id === `commit:${repo}`)?.result?.oid;
      return typeof oid === 'string' ? oid : null;
    }
  },
  revert: async ({ record }, checkout) => {
    const own = record.steps.find((step) => step.id === `commit:${checkout.name}`)?.result?.oid;
    if (typeof own === 'string') await dropNote(checkout, NOTES, own, checkout.who());
  },
};

/** One immutable record per line, so that two sides merge as the union of lines. */
export const linkLine = (change: string, branch: string, repo: string, commit: string): string =>
  JSON.stringify({ change, branch, repo, commit });

/** Notes are copied by amend and rebase only if git is configured to (git-config(1), `notes.rewriteRef`). */
async function followRewrites(checkout: Checkout): Promise<void> {
  if (checkout.config.all('notes.rewriteRef').some((ref) => ref === NOTES || ref === 'refs/notes/*')) return;
  await addConfig(checkout, 'notes.rewriteRef', NOTES);
}
