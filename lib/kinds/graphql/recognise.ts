import type { SourceFile } from '../../detect/types.ts';
import { isObject } from '../../json.ts';
import { isIntrospection } from '../named.ts';
import { dataIn, textOf } from '../recognise.ts';
import { Confidence, type Recognised } from '../types.ts';

const DEFINITION = /^\s*(?:"""|extend\s|(?:schema|type|interface|input|enum|union|scalar|directive)\b)/m;

/** By its definitions: a document with an operation in it is a client's. */
export async function recognise(file: SourceFile): Promise<Recognised | null> {
  if (/\.json$/i.test(file.path)) return recogniseResult(file);
  if (!/\.(?:graphqls?|gql|sdl)$/i.test(file.path)) return null;
  const text = textOf(file);
  if (text === null || !DEFINITION.test(text)) return null;
  const { Kind: nodes, parse } = await import('graphql');
  try {
    const { definitions } = parse(text, { maxTokens: 1_000_000, noLocation: true });
    const operations = definitions.filter(
      (definition) => definition.kind === nodes.OPERATION_DEFINITION,
    ).length;
    if (operations > 0 || definitions.length === 0) return null;
    const [first] = definitions;
    const name = first !== undefined && 'name' in first ? ` (${first.name?.value ?? 'schema'} and more)` : '';
    return { confidence: Confidence.certain, reader: 'graphql', why: `defines GraphQL types${name}` };
  } catch {
    return null;
  }
}

async function recogniseResult(file: SourceFile): Promise<Recognised | null> {
  const document = await dataIn(file, /"__schema"/);
  if (!isObject(document) || !isIntrospection(document)) return null;
  const why = 'is the result of a GraphQL introspection query';
  return { confidence: Confidence.certain, reader: 'graphql', why };
}
