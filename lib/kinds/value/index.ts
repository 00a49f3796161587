import { compareAsValues, coverValue } from '../cover.ts';
import type { Kind } from '../types.ts';

/** A value that provider and consumer hold alike: limits, topics, versions of a format. */
export const value: Kind = {
  name: 'value',
  summary:
    'a value present on both sides: a constant, a data file or part of it, or the matches of a pattern',
  looksFor: "a 'realm:export <contract>' comment, or a JSON, YAML or TOML file",
  direction: 'agreed',
  readers: ['data', 'constant', 'annotation', 'pattern'],
  uses: ['data', 'constant', 'annotation', 'pattern'].map((name) => ({ name, reader: name })),
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: () => true,
  compare: compareAsValues,
  // What was not resolved may be another value.
  cover: (content, usage) => coverValue(content, usage, () => true),
};
