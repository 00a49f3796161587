import { RealmError } from '../errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { isAsyncapi } from '../kinds/asyncapi/version.ts';
import { isCrd } from '../kinds/helm/interface.ts';
import { interfaceOf, isAvro, isIntrospection } from '../kinds/named.ts';
import { formOf } from '../kinds/workflow/interface.ts';
import { withoutTraces, yamlExcess } from '../yaml-bounds.ts';
import type { DocumentKind } from './compare.ts';
import { openapiVersion } from './openapi-version.ts';
import { looksLikeSchema } from './schema-shape.ts';

/** Larger files are refused before they are parsed. */
const MAX_BYTES = 64 * 1024 * 1024;
/** What a YAML document may cost its parser (`yamlExcess`): it is the user's own, or of a registry, and may be large. */
const MAX_COST = 10_000_000;
/** Aliases that a YAML document may resolve to, nested ones counted: enough for people, not for a billion laughs. */
const MAX_ALIASES = 1000;

/** A file as it was read: SDL, `.proto` and Avro files stay text. */
export type Parsed = { graphql: string } | { protobuf: string } | { avro: string } | { value: JsonValue };

/**
 * Reads a schema, value or interface document by its ending, or by its text where that says nothing. Throws `bad-document`
 * for what does not parse, YAML with a key twice or anchors that explode included.
 */
export async function parseDocument(path: string, text: string): Promise<Parsed> {
  if (text.length > MAX_BYTES) throw bad(path, `it is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending !== undefined && ['graphql', 'graphqls', 'gql', 'sdl'].includes(ending))
    return { graphql: text };
  if (ending === 'proto') return { protobuf: text };
  if (ending === 'avsc' || ending === 'avpr') return { avro: text };
  if (ending === 'json') return parsedValue(parseJson(path, text));
  if (ending !== 'yaml' && ending !== 'yml') {
    if (/^\s*[[{"]/.test(text)) return parsedValue(parseJson(path, text));
    if (SDL.test(text)) return { graphql: text };
  }
  return parsedValue(await parseYaml(path, text));
}

/** The result of a GraphQL introspection query is the schema that it describes; anything else is what it is. */
export async function parsedValue(value: JsonValue): Promise<Parsed> {
  if (!isObject(value) || !isIntrospection(value)) return { value };
  const { sdlOfIntrospection } = await import('../kinds/graphql/introspection.ts');
  try {
    return { graphql: (await sdlOfIntrospection(value)) ?? '' };
  } catch {
    // Not whole: it is left to the comparison to say that nothing can be said.
    return { value };
  }
}

/** A definition at the beginning of a line, with what has to follow it. */
const SDL =
  /^(?:extend\s+)?(?:schema\s*(?:@|\{)|(?:type|interface|input|enum)\s+\w+[^:]*\{|union\s+\w+[^:]*=|scalar\s+\w+\s*$|directive\s+@)/m;

function parseJson(path: string, text: string): JsonValue {
  try {
    return JSON.parse(text.replace(/^\ufeff/, '')) as JsonValue;
  } catch (error) {
    throw bad(path, error instanceof Error ? error.message : String(error));
  }
}

/** YAML 1.2 as JSON. Throws `bad-document`. */
export async function parseYaml(path: string, text: string): Promise<JsonValue> {
  if (yamlExcess(text, MAX_COST) !== undefined) throw bad(path, 'it has too many nodes');
  const { parseAllDocuments } = await import('yaml');
  try {
    const documents = withoutTraces(() =>
      parseAllDocuments(text, { prettyErrors: true, logLevel: 'silent', uniqueKeys: true }),
    );
    const [document, more] = 'empty' in documents ? [] : documents;
    if (more) throw bad(path, 'it contains more than one document');
    const error = document?.errors[0];
    if (error) throw bad(path, error.message.split('\n')[0]?.replace(/:$/, '') ?? error.message);
    return (document?.toJS({ maxAliasCount: MAX_ALIASES }) ?? null) as JsonValue;
  } catch (error) {
    if (error instanceof RealmError) throw error;
    if (error instanceof RangeError) throw bad(path, 'it is nested too deeply');
    if (error instanceof ReferenceError) throw bad(path, 'its anchors and aliases expand to too many nodes');
    throw bad(path, error instanceof Error ? error.message : String(error));
  }
}

const bad = (path: string, reason: string): RealmError =>
  new RealmError('bad-document', `cannot read '${path}': ${reason}`);

/** What two documents are, taken together. */
export type Guess =
  | DocumentKind
  /** They may be of several kinds, or each may be of a different kind: which, in words. */
  | { mixed: string; candidates: DocumentKind[] }
  /** They have a name, and no kind compares them yet. */
  | { named: string };

/** Why documents that have a name and no kind are not compared. */
export const notCompared = ({ named }: { named: string }): string =>
  `it is ${named}, which is not supported yet; to compare plain values: --kind value`;

/** What two documents look like: the kind of both, or why that cannot be decided. */
export function kindOfDocuments(old: Parsed, now: Parsed): Guess {
  const [left, right] = [guess(old), guess(now)];
  const named = [left, right].find((look) => typeof look === 'object');
  if (named !== undefined) return named;
  if (left === right && left !== 'empty' && left !== 'perhaps') return left as DocumentKind;
  const kinds = new Set([left, right].filter((look) => look !== 'empty'));
  // `{}`, true and false are schemas beside a schema, and values beside a value.
  if (kinds.size === 0) return 'value';
  if (kinds.size === 1 && left !== right) {
    const [only] = kinds;
    if (only === 'schema' || only === 'value') return only;
  }
  if (kinds.has('perhaps')) {
    // Beside a document that is surely a schema, what may be one is.
    if (kinds.has('schema')) return 'schema';
    if (!kinds.has('openapi') && !kinds.has('graphql'))
      return {
        mixed: 'the documents may be JSON Schemas or plain values: they have schema keywords and other keys',
        candidates: ['schema', 'value'],
      };
  }
  const name = (kind: Look): string => (kind === 'empty' || kind === 'perhaps' ? 'value' : String(kind));
  return {
    mixed: `the old document looks like ${name(left)}, the new document like ${name(right)}`,
    candidates: [...new Set([name(left), name(right)] as DocumentKind[])],
  };
}

type Look = DocumentKind | 'empty' | 'perhaps' | { named: string };

function guess(parsed: Parsed): Look {
  if ('graphql' in parsed) return 'graphql';
  if ('protobuf' in parsed) return 'protobuf';
  if ('avro' in parsed) return 'avro';
  const { value } = parsed;
  if (typeof value === 'boolean') return 'empty';
  if (!isObject(value)) return 'value';
  if (openapiVersion(value) !== undefined) return 'openapi';
  if (isAsyncapi(value)) return 'asyncapi';
  if (Object.keys(value).length === 0) return 'empty';
  if (typeof value.$schema === 'string' && /json-schema/.test(value.$schema)) return 'schema';
  if (formOf(value) !== null) return 'workflow';
  if (isAvro(value)) return 'avro';
  if (isCrd(value)) return 'helm';
  const named = interfaceOf(value);
  if (named !== null) return { named };
  const look = looksLikeSchema(value);
  if (look !== 'mixed') return look === 'schema' ? 'schema' : 'value';
  return isTyped(value) ? 'schema' : 'perhaps';
}

/** A mapping of properties with the word for what they are properties of. */
const isTyped = ({ type }: JsonObject): boolean => type === 'object' || type === 'array';
