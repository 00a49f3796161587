import type { Coverage } from '../compat/coverage.ts';
import type { Unresolved } from '../detect/types.ts';
import type { Content, Cover, Usage } from './types.ts';

/** Something that was not resolved, with its place, for a sentence. */
export const openWords = ({ path, line, what, why }: Unresolved): string =>
  `${path}:${line}: ${what}: ${why}`;

/** Two versions of a contract that is a value. */
export async function compareAsValues(old: Content, now: Content) {
  const { compareValues } = await import('../compat/values.ts');
  return compareValues(old.value, now.value, old.schema, { newSchema: now.schema });
}

/**
 * Does the binding hold what the contract's value says? `limiting` chooses what, of all that was not resolved, may take away
 * from what was found. Nothing found, or a file that was not read to its end, proves nothing.
 */
export async function coverValue(
  content: Content,
  { extraction, looked, unread }: Usage,
  limiting: (finding: Unresolved) => boolean,
): Promise<Cover> {
  const { value, schema, unresolved } = extraction;
  const [open] = unresolved;
  const nothing = open === undefined ? 'nothing was found in it' : openWords(open);
  if (unread !== null || looked === 0) return { answer: 'unknown', why: unread ?? nothing };
  const { uncovered } = await import('../compat/coverage.ts');
  const answer = uncovered(content, { value, schema }, { incomplete: open !== undefined });
  if (answer.verdict === 'uncovered') return { answer: 'no', missing: answer.missing };
  const limit = unresolved.find(limiting);
  if (answer.verdict === 'covered' && limit === undefined) return { answer: 'yes', looked };
  if (answer.verdict === 'covered' && limit !== undefined)
    return { answer: 'unknown', why: openWords(limit) };
  return { answer: 'unknown', why: doubtWords(answer) };
}

function doubtWords({ undecided: [doubt] }: Coverage): string {
  return doubt === undefined ? 'cannot decide coverage' : `${String(doubt.subject)}: ${doubt.reason}`;
}
