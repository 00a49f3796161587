import type { JsonObject } from '../../json.ts';
import { sdlOfIntrospection } from '../../kinds/graphql/introspection.ts';
import { faultIn } from '../../kinds/graphql/schema.ts';
import type { Part } from '../types.ts';
import { graphqlParts } from './parts.ts';
import { readDocument } from './read.ts';

/** An SDL, or the result of an introspection query, as the schema of a contract; a text says why it is neither. Throws `SyntaxError`. */
export async function readGraphql(
  path: string,
  text: string,
): Promise<{ value: null; schema: JsonObject; parts: Part[] } | string> {
  const graphql = await import('graphql');
  const isResult = /\.json$/i.test(path);
  const sdl = isResult ? await sdlIn(path, text) : text;
  if (sdl === null) return 'it is not the result of an introspection query';
  let fault: string | null;
  try {
    fault = faultIn(graphql, sdl);
  } catch (error) {
    throw new SyntaxError(error instanceof Error ? error.message : String(error));
  }
  if (fault !== null) return fault;
  const parts = graphqlParts(path, sdl);
  return {
    value: null,
    schema: { sdl, 'x-realm': { kind: 'graphql' } },
    parts: isResult ? parts.map((part) => ({ ...part, line: lineOf(text, String(part.value)) })) : parts,
  };
}

async function sdlIn(path: string, text: string): Promise<string | null> {
  const document = await readDocument(path, text);
  try {
    return await sdlOfIntrospection(document);
  } catch (error) {
    throw new SyntaxError(error instanceof Error ? error.message : String(error));
  }
}

/** The line on which a type is named, in the result of an introspection query. */
function lineOf(text: string, name: string): number {
  const at = Math.max(text.indexOf(`"name": "${name}"`), text.indexOf(`"name":"${name}"`));
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}
