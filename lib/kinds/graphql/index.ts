import { isObject, type JsonValue } from '../../json.ts';
import { copyReadBy, coverCopy } from '../document.ts';
import type { Content, Kind } from '../types.ts';

const READER = 'graphql';

/** GraphQL interfaces, as SDL. */
export const graphql: Kind = {
  name: 'graphql',
  summary: 'a GraphQL interface that a schema (SDL) describes',
  looksFor: 'a GraphQL schema: a .graphql file that defines types',
  direction: 'offers',
  readers: [READER],
  uses: [copyReadBy(READER)],
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ schema }) => sdlOf(schema) !== undefined,
  compare,
  cover: (content, usage) => coverCopy(compare, content, usage),
};

/** The SDL of a contract, where it is one: a string, or `{ sdl }` with `x-realm.kind: graphql`. */
export function sdlOf(schema: JsonValue): string | undefined {
  if (typeof schema === 'string') return schema;
  if (!isObject(schema) || typeof schema.sdl !== 'string') return undefined;
  const realm = schema['x-realm'];
  return isObject(realm) && realm.kind === 'graphql' ? schema.sdl : undefined;
}

async function compare(old: Content, now: Content) {
  const { compareGraphql } = await import('./compare.ts');
  return compareGraphql(sdlOf(old.schema) ?? '', sdlOf(now.schema) ?? '');
}
