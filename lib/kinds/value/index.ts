import type { Content, Cover, Kind, Usage } from '../types.ts';

/** A value that provider and consumer hold alike: limits, topics, versions of a format. */
export const value: Kind = {
  name: 'value',
  summary: 'a value that both sides hold: a constant, a data file or a part of one, what a pattern matches',
  looksFor: "a 'realm:export <contract>' comment, or a JSON, YAML or TOML file",
  direction: 'agreed',
  readers: ['data', 'constant', 'annotation', 'pattern', 'avro', 'protobuf'],
  uses: ['data', 'constant', 'annotation', 'pattern'].map((name) => ({ name, reader: name })),
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: () => true,
  compare: async (old, now) => {
    const { compareValues } = await import('../../compat/values.ts');
    return compareValues(old.value, now.value, old.schema, { newSchema: now.schema });
  },
  cover,
};

/** The consumer holds everything that the contract says; where something was not read, nothing is said. */
async function cover(content: Content, { extraction, looked, unread }: Usage): Promise<Cover> {
  if (unread !== null) return { answer: 'unknown', why: unread };
  const [open] = extraction.unresolved;
  if (looked === 0)
    return {
      answer: 'unknown',
      why: open === undefined ? 'nothing was found in it' : `${open.path}:${open.line}: ${open.why}`,
    };
  const { uncovered } = await import('../../compat/coverage.ts');
  const { value: held, schema } = extraction;
  const answer = uncovered(content, { value: held, schema }, { incomplete: open !== undefined });
  if (answer.verdict === 'uncovered') return { answer: 'no', missing: answer.missing };
  if (open !== undefined) return { answer: 'unknown', why: `${open.path}:${open.line}: ${open.why}` };
  if (answer.verdict === 'covered') return { answer: 'yes', looked };
  const [doubt] = answer.undecided;
  return {
    answer: 'unknown',
    why: doubt === undefined ? 'coverage is not decidable' : `${String(doubt.subject)}: ${doubt.reason}`,
  };
}
