import type { ValueComparison, Verdict } from '../compat/types.ts';
import type { Content, Cover, Usage, Use } from './types.ts';

/** What the kinds have in common whose contract is a document: the consumer may keep a copy, read as the provider's own is. */
export const copyReadBy = (reader: string): Use => ({ name: 'copy', reader });

/**
 * Who was written against a copy goes on if what is offered now breaks nothing of it. `unknown` where the copy could not
 * be read, holds nothing, or the two cannot be compared.
 */
export async function coverCopy(
  compare: (old: Content, now: Content) => Promise<ValueComparison>,
  content: Content,
  { extraction, looked, unread }: Usage,
): Promise<Cover> {
  if (unread !== null) return { answer: 'unknown', why: unread };
  const [open] = extraction.unresolved;
  if (open !== undefined)
    return { answer: 'unknown', why: `${open.path}:${open.line}: ${open.what}: ${open.why}` };
  if (looked === 0) return { answer: 'unknown', why: 'nothing of this kind was found in it' };
  const { verdict, changes } = await compare({ value: extraction.value, schema: extraction.schema }, content);
  if (verdict.verdict === 'unknown') return { answer: 'unknown', why: verdict.reason };
  if (verdict.verdict !== 'breaking') return { answer: 'yes', looked };
  const broken = changes.filter((change) => change.breaking);
  const missing = broken.map(({ pointer, subject, witness = subject }) => ({ pointer, subject, witness }));
  return { answer: 'no', missing: missing.length > 0 ? missing : [missingOf(verdict)] };
}

const missingOf = (verdict: Verdict & { verdict: 'breaking' }) => ({
  pointer: verdict.pointer,
  subject: verdict.reason,
  witness: verdict.witness,
});
