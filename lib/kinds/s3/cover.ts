import type { Content, Cover, Usage } from '../types.ts';

/**
 * Does what the binding grants cover what the contract needs? A path that is granted stays granted whatever other grants were
 * not read, so a gap makes only a missing grant uncertain; a denial or a condition may take it away again.
 */
export async function coverPaths(content: Content, { extraction, looked, unread }: Usage): Promise<Cover> {
  const { uncovered } = await import('../../compat/coverage.ts');
  if (looked === 0)
    return { answer: 'unknown', why: unread ?? firstOf(extraction.unresolved) ?? 'nothing was found in it' };
  const { value, schema, unresolved } = extraction;
  const answer = uncovered(content, { value, schema }, { incomplete: unresolved.length > 0 });
  if (unread !== null && answer.verdict !== 'covered') return { answer: 'unknown', why: unread };
  const limit = unresolved.find((one) => one.limits);
  if (answer.verdict === 'covered' && limit !== undefined)
    return { answer: 'unknown', why: `${limit.path}:${limit.line}: ${limit.what}: ${limit.why}` };
  if (answer.verdict === 'covered') return { answer: 'yes', looked };
  if (answer.verdict === 'uncovered') return { answer: 'no', missing: answer.missing };
  const [doubt] = answer.undecided;
  const why = doubt === undefined ? 'coverage is not decidable' : `${String(doubt.subject)}: ${doubt.reason}`;
  return { answer: 'unknown', why };
}

const firstOf = (unresolved: readonly { path: string; line: number; why: string }[]): string | undefined =>
  unresolved.map(({ path, line, why }) => `${path}:${line}: ${why}`)[0];
