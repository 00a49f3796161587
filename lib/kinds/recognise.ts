import { bytesMatch, decode } from '../detect/limits.ts';
import type { SourceFile } from '../detect/types.ts';
import { isObject, type JsonValue } from '../json.ts';

/** The text of a file; `null` where it is too large, binary or not UTF-8. */
export function textOf(file: SourceFile): string | null {
  const text = decode(file);
  return typeof text === 'string' ? text : null;
}

const parsed = new WeakMap<SourceFile, Promise<JsonValue | undefined>>();

/** The value of a YAML, JSON or TOML file; `undefined` where it is none, does not parse, or the bytes lack `hint`. */
export async function dataIn(file: SourceFile, hint?: RegExp): Promise<JsonValue | undefined> {
  if (!/\.(?:json|jsonc|ya?ml|toml)$/i.test(file.path)) return undefined;
  if (hint !== undefined && !bytesMatch(file.bytes, hint)) return undefined;
  const known = parsed.get(file) ?? parse(file);
  parsed.set(file, known);
  return known;
}

async function parse(file: SourceFile): Promise<JsonValue | undefined> {
  const text = textOf(file);
  if (text === null) return undefined;
  const { readData } = await import('../detect/data/document.ts');
  try {
    return (await readData(file.path, text)).value;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What a document is that no kind reads, in words; `null` where it is nothing that has a name. */
export function namedDocument(path: string, document: JsonValue | undefined): string | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/\.proto$/i.test(name)) return 'a Protocol Buffers file';
  if (/\.avsc$/i.test(name)) return 'an Avro schema';
  if (/\.tf$/i.test(name)) return 'a Terraform file';
  if (/^(?:package|composer|tsconfig|jsconfig|package-lock)\.json$|lock\.(?:json|ya?ml)$/.test(name))
    return `the manifest of a package (${name})`;
  if (/^(?:pyproject|Cargo|Pipfile)\.toml$/.test(name)) return `the manifest of a package (${name})`;
  if (!isObject(document)) return null;
  if (typeof document.asyncapi === 'string') return 'an AsyncAPI document';
  if (document.kind === 'CustomResourceDefinition') return 'a CustomResourceDefinition of Kubernetes';
  if (typeof document.apiVersion === 'string' && typeof document.kind === 'string')
    return `a manifest of Kubernetes (kind: ${document.kind})`;
  if (isIntrospection(document)) return 'the introspection of a GraphQL schema';
  if (isAvro(document)) return 'an Avro schema';
  if (isObject(document.jobs) && ('on' in document || 'true' in document)) return 'a workflow';
  return null;
}

const isIntrospection = (document: Record<string, JsonValue>): boolean => {
  const inner = isObject(document.data) ? document.data : document;
  return isObject(inner.__schema) && Array.isArray(inner.__schema.types);
};

const isAvro = ({ type, name, fields, symbols, protocol }: Record<string, JsonValue>): boolean =>
  (typeof name === 'string' &&
    ((type === 'record' && Array.isArray(fields)) ||
      (type === 'enum' && Array.isArray(symbols)) ||
      type === 'fixed')) ||
  typeof protocol === 'string';
