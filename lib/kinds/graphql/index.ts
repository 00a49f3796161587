import { isObject, type JsonValue } from '../../json.ts';
import { documentKind } from '../document.ts';

/** GraphQL interfaces, as SDL. */
export const graphql = documentKind({
  name: 'graphql',
  summary: 'a GraphQL interface described by a schema (SDL)',
  looksFor: 'a GraphQL schema: a .graphql file that defines types',
  offered: 'together',
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ schema }) => sdlOf(schema) !== undefined,
  compare: async (old, now) => {
    const { compareGraphql } = await import('./compare.ts');
    return compareGraphql(sdlOf(old.schema) ?? '', sdlOf(now.schema) ?? '');
  },
  alsoUsed: [{ name: 'graphql-operations', reader: 'graphql-operations', oneByOne: true }],
  answers: async ({ schema }, uses) => (await import('./uses/answer.ts')).answers(sdlOf(schema) ?? '', uses),
  affected: async (old, now, uses) =>
    (await import('./uses/affected.ts')).affected(sdlOf(old.schema) ?? '', sdlOf(now.schema) ?? '', uses),
});

/** The SDL of a contract, where it is one: a string, or `{ sdl }` with `x-realm.kind: graphql`. */
function sdlOf(schema: JsonValue): string | undefined {
  if (typeof schema === 'string') return schema;
  if (!isObject(schema) || typeof schema.sdl !== 'string') return undefined;
  const realm = schema['x-realm'];
  return isObject(realm) && realm.kind === 'graphql' ? schema.sdl : undefined;
}
