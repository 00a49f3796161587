import { openapiVersion } from '../../compat/openapi-version.ts';
import { FILES } from '../../compat/references.ts';
import { looksLikeSchema } from '../../compat/schema-shape.ts';
import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { asyncapiVersion, isAsyncapi } from '../../kinds/asyncapi/version.ts';
import { sortUnresolved } from '../found-paths.ts';
import { helmChart } from '../helm/detectors.ts';
import { bytesMatch, decode } from '../limits.ts';
import { terraformModule } from '../terraform/detectors.ts';
import {
  type Detector,
  type Extraction,
  MAX_DOCUMENT_BYTES,
  type Part,
  type SourceFile,
  type Unresolved,
} from '../types.ts';
import { readWorkflow } from '../workflow/document.ts';
import { avroTree } from './avro.ts';
import { readGraphql } from './graphql.ts';
import { asyncapiParts, openapiParts, schemaParts } from './parts.ts';
import { protobufTree } from './protobuf.ts';
import { type DocumentReader, extractSeveral } from './several.ts';
import { extractTree } from './tree.ts';

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
    return { ...extraction, documents: [...new Set(extraction.parts.map(({ path }) => path))] };
  },
});

const isData = (path: string): boolean => /\.(?:json|ya?ml)$/i.test(path);

/** The same of a document that may refer to other files, which the contract keeps too. */
const several = (name: string, summary: string, triggers: RegExp, reader: DocumentReader): Detector => ({
  ...{ name, summary, roles: ['export'], most: MAX_DOCUMENT_BYTES },
  reads: (path) => isData(path) || reader.companions?.test(path) === true,
  triggers: (bytes) => bytesMatch(bytes, triggers, MAX_DOCUMENT_BYTES),
  extract: (files) => {
    // Code and notes in a folder of documents do not belong to them.
    const own = files.filter(({ path }) => isData(path) || reader.companions?.test(path) === true);
    return extractSeveral(own.length > 0 ? own : files, reader);
  },
});

/** What a document comes to: the contract's schema is the interface itself, and there is no value beside it. */
type Reader = (path: string, text: string) => Promise<Read | string>;

interface Read {
  value: JsonValue;
  schema: JsonObject;
  /** Absent: the document is one part. */
  parts?: Part[];
}

/** Interface documents: each becomes the schema of the contract. */
export const documents: readonly Detector[] = [
  {
    ...several('openapi', 'an OpenAPI document, as the schema', /["']?(?:openapi|swagger)["']?\s*:/, {
      refuse: (value) =>
        openapiVersion(value) !== undefined
          ? undefined
          : "it is not an OpenAPI document: it has no 'openapi' version",
      parts(path, text, document) {
        const parts = openapiParts(path, text, document);
        return parts.length === 0 ? 'it describes no paths, webhooks or components' : parts;
      },
      under: () => FILES,
    }),
    // The code beside a document is read by `check`.
    options: ['routes'],
  },
  several('asyncapi', 'an AsyncAPI document, as the schema', /["']?asyncapi["']?\s*:/, {
    refuse: (value) =>
      isAsyncapi(value)
        ? undefined
        : `it is not an AsyncAPI document: ${asyncapiVersion(value) === undefined ? "it has no 'asyncapi' version" : 'its version is neither 2 nor 3'}`,
    parts(path, text, document) {
      const parts = asyncapiParts(path, text, document);
      return parts.length === 0 ? 'it describes no channels, operations or components' : parts;
    },
    under: () => FILES,
    companions: /\.(?:avsc|avpr|proto)$/i,
  }),
  several('json-schema', 'a JSON Schema, as the schema', /["']?\$schema["']?\s*:/, {
    refuse: notASchema,
    parts: schemaParts,
    under: (value) => (isObject(value.definitions) && !isObject(value.$defs) ? 'definitions' : '$defs'),
  }),
  kept(
    'graphql',
    'a GraphQL schema, as the schema',
    /\.(?:graphqls?|gql|sdl|json)$/i,
    /\b(?:type|schema|interface|enum|input|union|scalar)\s|"__schema"/,
    readGraphql,
  ),
  kept(
    'workflow',
    'what a reusable workflow, an action or a CI component declares, as the schema',
    /\.ya?ml$/i,
    /workflow_call|\busing["']?\s*:|\bspec["']?\s*:/,
    readWorkflow,
  ),
  terraformModule,
  helmChart,
  {
    ...{ name: 'avro', summary: 'Avro schemas and protocols, as the schema', roles: ['export'] },
    ...{ reads: avroTree.reads, most: MAX_DOCUMENT_BYTES },
    triggers: (bytes) => bytesMatch(bytes, /"(?:type|protocol)"\s*:/, MAX_DOCUMENT_BYTES),
    extract: (files) => extractTree(files, avroTree),
  },
  {
    ...{ name: 'protobuf', summary: 'a tree of Protocol Buffers files, as the schema', roles: ['export'] },
    ...{ reads: protobufTree.reads, most: MAX_DOCUMENT_BYTES },
    triggers: (bytes) => bytesMatch(bytes, /\b(?:message|service|enum)\s/, MAX_DOCUMENT_BYTES),
    extract: (files) => extractTree(files, protobufTree),
  },
];

async function extract(
  files: readonly SourceFile[],
  read: Reader,
  most: number | undefined,
): Promise<Extraction> {
  const unresolved: Unresolved[] = [];
  const found: (Read & { path: string })[] = [];
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
      no(`it does not parse: ${error.message}`, Number(/line (\d+)/.exec(error.message)?.[1] ?? 1));
    }
  }
  const [first, ...more] = found;
  for (const other of more)
    unresolved.push({
      path: other.path,
      line: 1,
      what: 'the document',
      why: `a contract has one document, which is '${first?.path}'`,
    });
  return {
    value: first?.value ?? null,
    schema: first?.schema ?? {},
    parts: first === undefined ? [] : (first.parts ?? [wholeOf(first)]),
    unresolved: sortUnresolved(unresolved),
  };
}

const wholeOf = ({ path, value }: Read & { path: string }): Part => ({
  pointer: '',
  value,
  path,
  line: 1,
  how: 'the whole document',
});

/** Why a mapping is not taken for a JSON Schema: one without any keyword allows everything, as any other mapping would. */
function notASchema(value: JsonObject): string | undefined {
  if (openapiVersion(value) !== undefined) return 'it is an OpenAPI document';
  if (typeof value.$schema === 'string' && /json-schema\.org\//.test(value.$schema)) return undefined;
  return looksLikeSchema(value) === 'other'
    ? 'it is not a JSON Schema: it has none of its keywords'
    : undefined;
}
