import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { sortUnresolved } from '../findings.ts';
import { bytesMatch, decode, OutOfTime, withinTime } from '../limits.ts';
import {
  type Detector,
  type Extraction,
  MAX_DOCUMENT_BYTES,
  type SourceFile,
  type Unresolved,
} from '../types.ts';
import { readDocument } from './read.ts';

const head = (name: string, summary: string, reads: RegExp, triggers: RegExp, read: Reader): Detector => ({
  name,
  summary,
  roles: ['export'],
  reads: (path) => reads.test(path),
  triggers: (bytes) => bytesMatch(bytes, triggers),
  extract: (files) => extract(files, read, undefined),
});

/** A document that the contract keeps as it is, byte for byte, and that may be larger than a source. */
const kept = (...[name, summary, reads, triggers, read]: Parameters<typeof head>): Detector => ({
  ...head(name, summary, reads, triggers, read),
  most: MAX_DOCUMENT_BYTES,
  triggers: (bytes) => bytesMatch(bytes, triggers, MAX_DOCUMENT_BYTES),
  extract: async (files) => {
    const extraction = await extract(files, read, MAX_DOCUMENT_BYTES);
    return { ...extraction, documents: extraction.parts.map(({ path }) => path) };
  },
});

/** What a document comes to: the contract's schema is the interface itself, and there is no value beside it. */
type Reader = (path: string, text: string) => Promise<{ value: JsonValue; schema: JsonObject } | string>;

/** Interface documents: each becomes the schema of the contract (JSON Schema, OpenAPI, GraphQL) or its value (Avro, Protocol Buffers). */
export const documents: readonly Detector[] = [
  kept(
    'openapi',
    'an OpenAPI document, as the schema',
    /\.(?:json|ya?ml)$/i,
    /["']?(?:openapi|swagger)["']?\s*:/,
    async (path, text) => {
      const value = await readDocument(path, text);
      if (!isObject(value) || !(typeof value.openapi === 'string' || typeof value.swagger === 'string'))
        return "it is no OpenAPI document: it has no 'openapi' version";
      return { value: null, schema: value };
    },
  ),
  kept(
    'json-schema',
    'a JSON Schema, as the schema',
    /\.(?:json|ya?ml)$/i,
    /["']?\$schema["']?\s*:/,
    async (path, text) => {
      const value = await readDocument(path, text);
      return isObject(value) ? { value: null, schema: value } : 'it is no JSON Schema: no object';
    },
  ),
  kept(
    'graphql',
    'a GraphQL schema, as the schema',
    /\.(?:graphqls?|gql)$/i,
    /\b(?:type|schema|interface|enum|input|union|scalar)\s/,
    async (_, text) => {
      const { buildSchema } = await import('graphql');
      try {
        withinTime(() => buildSchema(text, { assumeValidSDL: false }));
      } catch (error) {
        if (error instanceof OutOfTime) throw error;
        throw new SyntaxError(error instanceof Error ? error.message : String(error));
      }
      return { value: null, schema: { sdl: text, 'x-realm': { kind: 'graphql' } } };
    },
  ),
  head('avro', 'an Avro schema, as the value', /\.avsc$/i, /"type"\s*:/, async (_, text) => {
    return { value: await readDocument('schema.json', text), schema: { 'x-realm': { kind: 'avro' } } };
  }),
  head(
    'protobuf',
    'a Protocol Buffers file without its comments, as the value',
    /\.proto$/i,
    /\b(?:message|service|enum)\s/,
    async (_, text) => {
      return {
        value: withinTime(() => withoutComments(text)),
        schema: { type: 'string', 'x-realm': { kind: 'protobuf' } },
      };
    },
  ),
];

async function extract(
  files: readonly SourceFile[],
  read: Reader,
  most: number | undefined,
): Promise<Extraction> {
  const unresolved: Unresolved[] = [];
  const found: { path: string; value: JsonValue; schema: JsonObject }[] = [];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const no = (why: string, line = 1) =>
      unresolved.push({ path: file.path, line, what: 'the document', why, gap: true });
    const text = decode(file, most);
    if (typeof text !== 'string') {
      no(text.why, text.line);
      continue;
    }
    try {
      const document = await read(file.path, text);
      if (typeof document === 'string') no(document);
      else found.push({ path: file.path, ...document });
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      if (error instanceof OutOfTime) no(error.message);
      else no(`it does not parse: ${error.message}`, Number(/line (\d+)/.exec(error.message)?.[1] ?? 1));
    }
  }
  const [first, ...more] = found;
  for (const other of more)
    unresolved.push({
      path: other.path,
      line: 1,
      what: 'the document',
      why: `a contract has one document, and '${first?.path}' is it`,
    });
  return {
    value: first?.value ?? null,
    schema: first?.schema ?? {},
    parts: first
      ? [
          {
            pointer: '',
            value: first.value ?? first.schema,
            path: first.path,
            line: 1,
            how: 'the whole document',
          },
        ]
      : [],
    unresolved: sortUnresolved(unresolved),
  };
}

/** Comments and runs of white space say nothing about the interface. */
function withoutComments(text: string): string {
  return text
    .replace(
      /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (_, quoted: string | undefined) => quoted ?? ' ',
    )
    .replace(/\s+/g, ' ')
    .trim();
}
