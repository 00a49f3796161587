import type { DefinitionNode, DocumentNode, GraphQLSchema } from 'graphql';

type Graphql = typeof import('graphql');

/** The inspector compares each directive of a place with all others there. */
const MAX_DIRECTIVE_PAIRS = 4_000_000;

function directivePairs(graphql: Graphql, document: DocumentNode): number {
  let pairs = 0;
  graphql.visit(document, {
    enter(node) {
      if ('directives' in node) pairs += (node.directives?.length ?? 0) ** 2;
    },
  });
  return pairs;
}

/** The schema that an SDL is; a string says why it is not one. Directives of others (federation) need no definition. */
export function schemaOf(graphql: Graphql, sdl: string): GraphQLSchema | string {
  try {
    const document = graphql.parse(sdl, { maxTokens: 1_000_000 });
    if (directivePairs(graphql, document) > MAX_DIRECTIVE_PAIRS)
      return 'it repeats more directives in one place than the comparison supports';
    return graphql.buildASTSchema(withBases(graphql, document), { assumeValidSDL: true });
  } catch (error) {
    return messageOf(error);
  }
}

/** A federated subgraph extends types that others define: the first extension of each stands for its definition. */
function withBases(graphql: Graphql, document: DocumentNode): DocumentNode {
  const nameOf = (node: DefinitionNode): string | undefined =>
    'name' in node ? node.name?.value : undefined;
  const defined = new Set(document.definitions.filter(graphql.isTypeDefinitionNode).map(nameOf));
  const definitions = document.definitions.map((node): DefinitionNode => {
    const name = nameOf(node);
    if (!graphql.isTypeExtensionNode(node) || defined.has(name)) return node;
    defined.add(name);
    return { ...node, kind: node.kind.replace('Extension', 'Definition') } as DefinitionNode;
  });
  return { ...document, definitions };
}

/** What went wrong, in words. */
export const messageOf = (error: unknown): string =>
  error instanceof RangeError
    ? 'it is nested too deeply'
    : error instanceof Error
      ? error.message
      : String(error);

/**
 * Why an SDL is not a whole schema, in words; `null` where it is one. A subgraph may extend types and use directives and scalars
 * that only its gateway defines (Apollo Federation). Throws where it does not parse or names what it does not define.
 */
export function faultIn(graphql: Graphql, sdl: string): string | null {
  const document = graphql.parse(sdl, { maxTokens: 1_000_000 });
  let schema: GraphQLSchema;
  try {
    schema = graphql.buildASTSchema(withBases(graphql, document));
  } catch (error) {
    const faults = messageOf(error)
      .split('\n\n')
      .filter((fault) => !ofGateways.test(fault));
    if (faults.length > 0) throw new SyntaxError(faults.join('; '));
    schema = graphql.buildASTSchema(withBases(graphql, document), { assumeValidSDL: true });
  }
  // A type without fields is what is left of a file that was cut short (GraphQL specification, "Type Validation").
  const hollow = Object.values(schema.getTypeMap()).find(
    (type) =>
      (graphql.isObjectType(type) || graphql.isInterfaceType(type) || graphql.isInputObjectType(type)) &&
      Object.keys(type.getFields()).length === 0,
  );
  return hollow === undefined ? null : `type '${hollow.name}' has no fields`;
}

const ofGateways =
  /^Unknown directive "@(?:\w+__)?(?:key|requires|provides|external|shareable|override|tag|inaccessible|extends|link|composeDirective|interfaceObject|authenticated|requiresScopes|policy|context|fromContext|cost|listSize|federation\w*)"|^Unknown type "(?:_Any|_Entity|_Service|(?:_|link__|federation__)?FieldSet|link__Import|federation__\w+)"/;
