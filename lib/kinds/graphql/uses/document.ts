import type { DefinitionNode, DocumentNode, GraphQLError } from 'graphql';
import { isObject } from '../../../json.ts';
import type { PlacedUse } from '../../uses.ts';

type Graphql = typeof import('graphql');

/** Characters of one operation with its fragments, at most. */
const MOST = 200_000;
/** Pairs of fields that the operations of one contract may have together: whether they can be merged is asked of each pair. */
const PAIRS = 50_000_000;

/** What checking operations may still take. */
export interface Budget {
  pairs: number;
}

/** The budget of all operations that are checked together. */
export const newBudget = (): Budget => ({ pairs: PAIRS });

/**
 * The document that a use sends: its operation and fragments, each with its place as the name of its source. What only the client
 * itself answers (`@client`) is left out. A text says why it is none: it may be on record, and written by anyone.
 */
export function documentOf(graphql: Graphql, { use, at }: PlacedUse, budget: Budget): DocumentNode | string {
  if (typeof use.document !== 'string') return `'${use.subject}' is not a GraphQL operation`;
  const sources = [new graphql.Source(use.document, at)];
  for (const fragment of Array.isArray(use.fragments) ? use.fragments : [])
    if (isObject(fragment) && typeof fragment.document === 'string')
      sources.push(new graphql.Source(fragment.document, String(fragment.at)));
  if (sources.reduce((sum, { body }) => sum + body.length, 0) > MOST) return 'it is too large';
  try {
    const definitions = sources.flatMap(
      (source): readonly DefinitionNode[] => graphql.parse(source).definitions,
    );
    const document = withoutLocal(graphql, { kind: graphql.Kind.DOCUMENT, definitions });
    let fields = 0;
    graphql.visit(document, { Field: () => void fields++ });
    budget.pairs -= fields * fields;
    return budget.pairs < 0 ? 'there are too many fields in the operations to check them all' : document;
  } catch (error) {
    return error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message;
  }
}

/** `__typename` stands for such a field, which every type has: a selection may not be empty. */
function withoutLocal(graphql: Graphql, document: DocumentNode): DocumentNode {
  const { NAME, FIELD } = graphql.Kind;
  return graphql.visit(document, {
    Field: (node) =>
      node.directives?.some(({ name }) => name.value === 'client')
        ? { kind: FIELD, name: { kind: NAME, value: '__typename' } }
        : undefined,
  });
}

/** Where an error stands: the line of its first node, in the file that its text is from. */
export function placeOf({ nodes }: GraphQLError): string | null {
  const loc = nodes?.[0]?.loc;
  if (loc === undefined) return null;
  const [, path = '', line = ''] = /^(.*):(\d+)$/.exec(loc.source.name) ?? [];
  return path === '' ? null : `${path}:${Number(line) + loc.startToken.line - 1}`;
}
