import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { asyncapiVersion, isAsyncapi } from './asyncapi/version.ts';
import { formOf } from './workflow/interface.ts';

/** What a document is that no kind reads yet, in words; `null` where it is nothing that has a name. */
export function namedDocument(path: string, document: JsonValue | undefined): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/\.tf$/i.test(name)) return 'a Terraform file';
  if (/^(?:package|composer|tsconfig|jsconfig|package-lock)\.json$|lock\.(?:json|ya?ml)$/.test(name))
    return `the manifest of a package (${name})`;
  if (/^(?:pyproject|Cargo|Pipfile)\.toml$/.test(name)) return `the manifest of a package (${name})`;
  return isObject(document) ? interfaceOf(document) : null;
}

/** What interface a mapping describes that no kind compares yet, in words; `null`: none that has a name. */
export function interfaceOf(document: JsonObject): string | null {
  const version = asyncapiVersion(document);
  if (version !== undefined && !isAsyncapi(document))
    return `an AsyncAPI document of version ${version.slice(0, 20)}`;
  if (typeof document.apiVersion === 'string' && typeof document.kind === 'string')
    return `a manifest of Kubernetes (kind: ${document.kind})`;
  if (isIntrospection(document)) return 'the introspection of a GraphQL schema';
  if (isAvro(document)) return 'an Avro schema';
  if (isObject(document.jobs) && ('on' in document || 'true' in document))
    return formOf(document) === null ? 'a workflow that no other can call' : null;
  return null;
}

/** The result of an introspection query (GraphQL specification, section 4), with or without `data` around it. */
export function isIntrospection(document: JsonObject): boolean {
  const inner = isObject(document.data) ? document.data : document;
  return isObject(inner.__schema) && Array.isArray(inner.__schema.types);
}

/** A record, enum or fixed of Avro, or a protocol (Apache Avro specification, "Schema Declaration"). */
export const isAvro = ({
  type,
  name,
  fields,
  symbols,
  size,
  protocol,
  types,
  messages,
}: JsonObject): boolean =>
  (typeof name === 'string' &&
    ((type === 'record' && Array.isArray(fields)) ||
      (type === 'enum' && Array.isArray(symbols)) ||
      (type === 'fixed' && typeof size === 'number'))) ||
  (typeof protocol === 'string' && (Array.isArray(types) || isObject(messages)));
