import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { isIntrospection } from '../named.ts';

/**
 * The SDL of a schema that comes as the result of an introspection query; `null` where it is none. What servers leave out
 * of lists that are empty, and of scalars that every schema has, is filled in. Throws what `graphql` says of one that is
 * not complete.
 */
export async function sdlOfIntrospection(document: JsonValue): Promise<string | null> {
  if (!isObject(document) || !isIntrospection(document)) return null;
  const { buildClientSchema, printSchema } = await import('graphql');
  const inner = isObject(document.data) ? document.data : document;
  const schema = isObject(inner.__schema) ? inner.__schema : {};
  const types = (Array.isArray(schema.types) ? schema.types : []).filter(isObject).map(complete);
  const had = new Set(types.map(({ name }) => name));
  const scalars = ['Int', 'Float', 'String', 'Boolean', 'ID']
    .filter((name) => !had.has(name))
    .map((name): JsonObject => ({ kind: 'SCALAR', name }));
  const whole = { directives: [], ...schema, types: [...types, ...scalars] };
  return printSchema(buildClientSchema({ __schema: whole } as never, { assumeValid: true }));
}

function complete(type: JsonObject): JsonObject {
  const fields = (Array.isArray(type.fields) ? type.fields : [])
    .filter(isObject)
    .map((field) => ({ ...field, args: field.args ?? [] }));
  const lists: Record<string, JsonObject> = {
    OBJECT: { fields, interfaces: type.interfaces ?? [] },
    INTERFACE: { fields, interfaces: type.interfaces ?? [], possibleTypes: type.possibleTypes ?? [] },
    UNION: { possibleTypes: type.possibleTypes ?? [] },
    ENUM: { enumValues: type.enumValues ?? [] },
    INPUT_OBJECT: { inputFields: type.inputFields ?? [] },
  };
  return { ...type, ...(lists[String(type.kind)] ?? {}) };
}
