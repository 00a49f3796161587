import type { GraphQLOutputType, GraphQLSchema } from 'graphql';

type Graphql = typeof import('graphql');

/** The other type whose field of the same name can no longer be selected beside the one of a type. */
export type Clashes = (typeName: string, fieldName: string) => string | undefined;

/**
 * Operations may select fields of different types in one place (`... on Book { title } ... on Film { title }`), and are refused
 * where one of them is `String` and the other `String!` (GraphQL specification, "Field Selection Merging"). So a field that becomes
 * non-null breaks the operations that merge it with another one that stays as it was.
 */
export function clashes(
  graphql: Graphql,
  old: GraphQLSchema,
  now: GraphQLSchema,
  read: ReadonlySet<string>,
): Clashes {
  const composite = Object.values(old.getTypeMap()).filter((type) => graphql.isCompositeType(type));
  const names = composite.map(({ name }) => name).filter((name) => !name.startsWith('__'));
  const places = placesOf(graphql, old, names);
  const reached = new Set([...read].map((name) => places.get(name)));
  /** By place, name and old shape: each new shape, with a type that has it. */
  const groups = new Map<string, Map<string, string>>();
  const keyOf = (typeName: string, fieldName: string): [key: string, shape: string] | undefined => {
    const [before, after] = [old, now].map((schema) => fieldsOf(graphql, schema, typeName)?.[fieldName]);
    if (!before || !after) return undefined;
    const key = `${places.get(typeName)} ${fieldName} ${shapeOf(graphql, before.type)}`;
    return [key, shapeOf(graphql, after.type)];
  };
  for (const typeName of names)
    for (const fieldName of Object.keys(fieldsOf(graphql, old, typeName) ?? {})) {
      const [key, shape] = keyOf(typeName, fieldName) ?? [];
      if (key === undefined || shape === undefined) continue;
      const group = groups.get(key) ?? new Map<string, string>();
      if (!group.has(shape)) group.set(shape, typeName);
      groups.set(key, group);
    }
  return (typeName, fieldName) => {
    if (!reached.has(places.get(typeName))) return undefined;
    const [key = '', shape] = keyOf(typeName, fieldName) ?? [];
    return [...(groups.get(key) ?? [])].find(([other]) => other !== shape)?.[1];
  };
}

/**
 * Which types can be selected from in one place: those that an abstract type leads to, and, where such types have a field of one name,
 * what both fields return. The number of the place of each type.
 */
function placesOf(graphql: Graphql, schema: GraphQLSchema, names: readonly string[]): Map<string, string> {
  const above = new Map<string, string>();
  const top = (name: string): string => {
    let here = name;
    for (let next = above.get(here); next !== undefined; next = above.get(here)) here = next;
    if (here !== name) above.set(name, here);
    return here;
  };
  const join = (a: string, b: string): boolean => {
    const [left, right] = [top(a), top(b)];
    if (left === right) return false;
    above.set(left, right);
    return true;
  };
  for (const name of names) {
    const type = schema.getType(name);
    if (graphql.isAbstractType(type))
      for (const possible of schema.getPossibleTypes(type)) join(name, possible.name);
  }
  // Each round joins what the rounds before brought together; every join makes one place less.
  for (let isNew = true; isNew; ) {
    isNew = false;
    const returned = new Map<string, string>();
    for (const name of names)
      for (const field of Object.values(fieldsOf(graphql, schema, name) ?? {})) {
        const inner = graphql.getNamedType(field.type);
        if (!graphql.isCompositeType(inner)) continue;
        const key = `${top(name)} ${field.name} ${shapeOf(graphql, field.type)}`;
        const other = returned.get(key);
        if (other === undefined) returned.set(key, inner.name);
        else if (join(other, inner.name)) isNew = true;
      }
  }
  return new Map(names.map((name) => [name, top(name)]));
}

function fieldsOf(graphql: Graphql, schema: GraphQLSchema, name: string) {
  const type = schema.getType(name);
  return graphql.isObjectType(type) || graphql.isInterfaceType(type) ? type.getFields() : undefined;
}

/** What has to be alike in fields that are merged: lists, nullability, and the leaf. */
function shapeOf(graphql: Graphql, type: GraphQLOutputType): string {
  const inner = graphql.getNamedType(type);
  return graphql.isCompositeType(inner) ? String(type).replace(inner.name, '{}') : String(type);
}
