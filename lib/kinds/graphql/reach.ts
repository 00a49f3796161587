import type { GraphQLDirective, GraphQLInterfaceType, GraphQLSchema } from 'graphql';

type Graphql = typeof import('graphql');

/**
 * The types that a query may be sent: those that fields reach from the root types, with the members of a union and the
 * implementations of an interface. The entities of a federated subgraph (`@key`) are reached through the gateway, and in a
 * schema without root types anything may be.
 */
export function typesRead(graphql: Graphql, schema: GraphQLSchema): Set<string> {
  const found = new Set<string>();
  const all = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const open = roots.some((type) => type)
    ? [...roots, ...all.filter((type) => isEntity(graphql, type))].flatMap((type) => (type ? [type] : []))
    : all;
  for (let type = open.pop(); type; type = open.pop()) {
    if (found.has(type.name)) continue;
    found.add(type.name);
    if (graphql.isAbstractType(type)) open.push(...schema.getPossibleTypes(type));
    if (!graphql.isObjectType(type) && !graphql.isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) open.push(graphql.getNamedType(field.type));
  }
  return found;
}

function isEntity(graphql: Graphql, type: ReturnType<GraphQLSchema['getType']>): boolean {
  if (!graphql.isObjectType(type) && !graphql.isInterfaceType(type)) return false;
  const nodes = [type.astNode, ...type.extensionASTNodes];
  return nodes.some((node) => node?.directives?.some(({ name }) => name.value === 'key'));
}

/** The types that only now implement an interface of the old schema which queries are sent, each with that interface. */
export function newImplementations(
  graphql: Graphql,
  old: GraphQLSchema,
  now: GraphQLSchema,
  read: ReadonlySet<string>,
): { type: string; interface: string }[] {
  const found: { type: string; interface: string }[] = [];
  for (const name of read) {
    const [before, after] = [old.getType(name), now.getType(name)];
    if (!graphql.isInterfaceType(before) || !graphql.isInterfaceType(after)) continue;
    const known = new Set(objectsOf(old, before));
    for (const type of objectsOf(now, after)) if (!known.has(type)) found.push({ type, interface: name });
  }
  return found;
}

const objectsOf = (schema: GraphQLSchema, type: GraphQLInterfaceType): string[] =>
  schema.getImplementations(type).objects.map(({ name }) => name);

/** May an operation use the directive? One that only a schema may use is nothing that a client can name. */
export const isExecutable = (graphql: Graphql, directive: GraphQLDirective): boolean => {
  const { QUERY, MUTATION, SUBSCRIPTION, FIELD } = graphql.DirectiveLocation;
  const { FRAGMENT_DEFINITION, FRAGMENT_SPREAD, INLINE_FRAGMENT, VARIABLE_DEFINITION } =
    graphql.DirectiveLocation;
  const places: string[] = [
    ...[QUERY, MUTATION, SUBSCRIPTION, FIELD],
    ...[FRAGMENT_DEFINITION, FRAGMENT_SPREAD, INLINE_FRAGMENT, VARIABLE_DEFINITION],
  ];
  return directive.locations.some((location) => places.includes(location));
};
