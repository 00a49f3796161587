import { RealmError } from '../errors.ts';
import { isObject, type JsonValue } from '../json.ts';
import { withoutTraces, yamlExcess } from '../yaml-bounds.ts';
import type { DocumentKind } from './compare.ts';

/** Larger files are refused before they are parsed. */
const MAX_BYTES = 64 * 1024 * 1024;
/** What a YAML document may cost its parser (`yamlExcess`): it is the user's own, or of a registry, and may be large. */
const MAX_COST = 10_000_000;
/** Aliases that a YAML document may resolve to, nested ones counted: enough for people, not for a billion laughs. */
const MAX_ALIASES = 1000;

/** A file as it was read: SDL stays text. */
export type Parsed = { graphql: string } | { value: JsonValue };

/**
 * Reads a schema, value or interface document by its ending, or by its text where that says nothing. Throws `bad-document`
 * for what does not parse, YAML with a key twice or anchors that explode included.
 */
export async function parseDocument(path: string, text: string): Promise<Parsed> {
  if (text.length > MAX_BYTES) throw bad(path, `it is larger than ${MAX_BYTES / 1024 / 1024} MiB`);
  const ending = /\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase();
  if (ending !== undefined && ['graphql', 'graphqls', 'gql', 'sdl'].includes(ending))
    return { graphql: text };
  if (ending === 'json') return { value: parseJson(path, text) };
  if (ending !== 'yaml' && ending !== 'yml') {
    if (/^\s*[[{"]/.test(text)) return { value: parseJson(path, text) };
    if (SDL.test(text)) return { graphql: text };
  }
  return { value: await parseYaml(path, text) };
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
  if (yamlExcess(text, MAX_COST) !== undefined) throw bad(path, 'there is more in it than is read');
  const { parseAllDocuments } = await import('yaml');
  try {
    const documents = withoutTraces(() =>
      parseAllDocuments(text, { prettyErrors: true, logLevel: 'silent', uniqueKeys: true }),
    );
    const [document, more] = 'empty' in documents ? [] : documents;
    if (more) throw bad(path, 'it holds more than one document');
    const error = document?.errors[0];
    if (error) throw bad(path, error.message.split('\n')[0]?.replace(/:$/, '') ?? error.message);
    return (document?.toJS({ maxAliasCount: MAX_ALIASES }) ?? null) as JsonValue;
  } catch (error) {
    if (error instanceof RealmError) throw error;
    if (error instanceof RangeError) throw bad(path, 'it nests too deep');
    if (error instanceof ReferenceError) throw bad(path, 'its anchors and aliases stand for too much');
    throw bad(path, error instanceof Error ? error.message : String(error));
  }
}

const bad = (path: string, reason: string): RealmError =>
  new RealmError('bad-document', `cannot read '${path}': ${reason}`);

/** What two documents are, taken together; a string says why they cannot be compared. */
export function kindOfDocuments(old: Parsed, now: Parsed): DocumentKind | { mixed: string } {
  const kinds = [old, now].map(guess);
  const [left = 'value', right = 'value'] = kinds;
  if (left === right && left !== 'perhaps') return left;
  // `{}`, true and false are schemas beside a schema, and values beside a value.
  if (left === 'perhaps' || right === 'perhaps') {
    const other = left === 'perhaps' ? right : left;
    return other === 'schema'
      ? 'schema'
      : other === 'perhaps' || other === 'value'
        ? 'value'
        : mixed(left, right);
  }
  // A value may look like a schema; a schema is not likely to look like a value.
  if (left !== 'graphql' && right !== 'graphql' && left !== 'openapi' && right !== 'openapi') return 'value';
  return mixed(left, right);
}

const mixed = (left: string, right: string): { mixed: string } => {
  const name = (kind: string): string => (kind === 'perhaps' ? 'value' : kind);
  return { mixed: `the old side looks like ${name(left)}, the new one like ${name(right)}` };
};

function guess(parsed: Parsed): DocumentKind | 'perhaps' {
  if ('graphql' in parsed) return 'graphql';
  const { value } = parsed;
  if (typeof value === 'boolean') return 'perhaps';
  if (!isObject(value)) return 'value';
  if (typeof value.openapi === 'string' || typeof value.swagger === 'string') return 'openapi';
  const keys = Object.keys(value);
  if (keys.length === 0) return 'perhaps';
  if (typeof value.$schema === 'string' && /json-schema/.test(value.$schema)) return 'schema';
  return keys.every((key) => keywords.has(key) || key.startsWith('x-')) &&
    keys.some((key) => shaped(key, value[key]))
    ? 'schema'
    : 'value';
}

const keywords = new Set(
  (
    '$anchor $comment $defs $dynamicAnchor $dynamicRef $id $recursiveAnchor $recursiveRef $ref $schema $vocabulary ' +
    'additionalItems additionalProperties allOf anyOf const contains contentEncoding contentMediaType contentSchema default ' +
    'definitions dependencies dependentRequired dependentSchemas deprecated description else enum examples exclusiveMaximum ' +
    'exclusiveMinimum format id if items maxContains maxItems maxLength maxProperties maximum minContains minItems minLength ' +
    'minProperties minimum multipleOf not oneOf pattern patternProperties prefixItems properties propertyNames readOnly ' +
    'required then title type unevaluatedItems unevaluatedProperties uniqueItems writeOnly'
  ).split(' '),
);

const types = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];

/** Does the keyword have a value that only a schema would give it? */
function shaped(key: string, value: JsonValue | undefined): boolean {
  if (key === 'type') return [value].flat().every((one) => typeof one === 'string' && types.includes(one));
  if (['enum', 'required', 'allOf', 'anyOf', 'oneOf', 'prefixItems'].includes(key))
    return Array.isArray(value);
  if (['properties', 'patternProperties', '$defs', 'definitions', 'items', 'not', 'if'].includes(key))
    return isObject(value);
  if (key === 'const') return true;
  if (key === '$ref') return typeof value === 'string';
  return /^(min|max|exclusive)|multipleOf/.test(key) ? typeof value === 'number' : false;
}
