import type { Verdict } from '../compat/types.ts';
import { openWords } from './cover.ts';
import type { Content, Cover, Kind, Usage } from './types.ts';

/** What is different from one kind of document to the next. */
type Document = Pick<Kind, 'name' | 'summary' | 'looksFor' | 'recognise' | 'holds' | 'compare'>;

/** A kind whose contract is a document, read by the detector of its name; the consumer may keep a copy, read in the same way. */
export const documentKind = (own: Document): Kind => ({
  ...own,
  direction: 'offers',
  readers: [own.name],
  uses: [{ name: 'copy', reader: own.name }],
  cover: (content, usage) => coverCopy(own.compare, content, usage),
});

/**
 * Who was written against a copy goes on if what is offered now breaks nothing of it. `unknown` where the copy could not
 * be read, holds nothing, or the two cannot be compared.
 */
export async function coverCopy(
  compare: Kind['compare'],
  content: Content,
  { extraction, looked, unread }: Usage,
): Promise<Cover> {
  if (unread !== null) return { answer: 'unknown', why: unread };
  const [open] = extraction.unresolved;
  if (open !== undefined) return { answer: 'unknown', why: openWords(open) };
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
