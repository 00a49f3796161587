import { documentKind } from '../document.ts';
import type { Kind } from '../types.ts';
import { concerns } from './use.ts';
import { isAsyncapi } from './version.ts';

/** What an application sends and receives, described by an AsyncAPI document. */
export const asyncapi: Kind = documentKind({
  name: 'asyncapi',
  summary: 'messages that an application sends and receives, described by an AsyncAPI document',
  looksFor: "a YAML or JSON document with an 'asyncapi' version 2 or 3",
  offered: 'each',
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ schema }) => isAsyncapi(schema),
  compare: async (old, now) => {
    const { compareAsyncapi } = await import('./compare/index.ts');
    return compareAsyncapi(old.schema, now.schema);
  },
  alsoUsed: [
    { name: 'asyncapi-operations', reader: 'asyncapi-operations', oneByOne: true },
    { name: 'message-calls', reader: 'message-calls', oneByOne: true },
  ],
  compareCopy: async (copy, content) =>
    (await import('./answer.ts')).compareCopy(copy.schema, content.schema),
  concerns,
  answers: async (content, uses) => (await import('./answer.ts')).answers(content, uses),
  affected: async (old, now, uses) => (await import('./affected.ts')).affected(old, now, uses),
});
