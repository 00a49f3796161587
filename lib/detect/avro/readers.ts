/**
 * `lib/detect/avro`: the schemas that a consumer reads data with, one use for each type and each field.
 */

import type { JsonObject, JsonValue } from '../../json.ts';
import {
  type Field,
  type Message,
  type Model,
  meant,
  type NamedType,
  type Schema,
} from '../../kinds/avro/model.ts';
import { modelOf } from '../../kinds/avro/read.ts';
import { sortUnresolved } from '../found-paths.ts';
import { bytesMatch, decode } from '../limits.ts';
import { type Detector, type Extraction, MAX_DOCUMENT_BYTES, type Part, type Unresolved } from '../types.ts';

/** Reads what the consumer's own schemas read; each type and each field is a use with its line. */
export const avroReaders: Detector = {
  name: 'avro-readers',
  summary: 'the schemas that a consumer reads data with: .avsc and .avpr files',
  roles: ['import'],
  most: MAX_DOCUMENT_BYTES,
  reads: (path) => /\.(?:avsc|avpr)$/i.test(path),
  triggers: (bytes) => bytesMatch(bytes, /"(?:type|protocol)"\s*:/, MAX_DOCUMENT_BYTES),
  async extract(files) {
    const unresolved: Unresolved[] = [];
    const no = (path: string, line: number, what: string, why: string): void => {
      unresolved.push({ path, line, what, why, gap: true });
    };
    const texts = new Map<string, string>();
    for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
      if (!this.reads(file.path)) continue;
      const text = decode(file, MAX_DOCUMENT_BYTES);
      if (typeof text === 'string') texts.set(file.path, text);
      else no(file.path, text.line, 'a schema', text.why);
    }
    const done = (parts: Part[]): Extraction => ({
      ...{ value: { uses: parts.map(({ value }) => value) }, schema: {}, parts },
      unresolved: sortUnresolved(unresolved),
    });
    if (texts.size === 0) return done([]);
    const model = await modelOf(texts);
    if ('faults' in model) {
      for (const { path, line, why } of model.faults) no(path, line, 'the schema', why);
      return done([]);
    }
    for (const [name, { path, line }] of model.open)
      no(path, line, `'${name}'`, 'it is not defined in the files, so it is not known how it is read');
    return done(usesOf(model));
  },
};

/** All that the schemas read, in the order of their files. */
function usesOf(model: Model): Part[] {
  const parts: Part[] = [];
  const use = (value: JsonObject, { path, line }: { path: string; line: number }): void => {
    parts.push({ pointer: '', value, path, line, how: String(value.is) });
  };
  for (const type of model.types.values()) {
    use(useOfType(type), type);
    if (type.kind === 'record') for (const field of type.fields) use(useOfField(type, field), field);
  }
  for (const { path, schema } of model.roots)
    if (meant(model, schema) === schema && !model.types.has('name' in schema ? schema.name : ''))
      use({ subject: path, is: 'root', type: flat(schema) }, { path, line: 1 });
  for (const message of model.messages.values()) use(useOfMessage(message), message);
  return parts
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
    .map((part, nth) => ({ ...part, pointer: `/uses/${nth}` }));
}

function useOfType(type: NamedType): JsonObject {
  const { name, aliases, written } = type;
  return {
    ...{ subject: name, is: type.kind, ...logical(written) },
    ...(aliases.length > 0 ? { aliases } : {}),
    ...(type.kind === 'fixed' ? { size: type.size } : {}),
    ...(type.kind === 'enum' ? { symbols: type.symbols } : {}),
    ...(type.kind === 'enum' && type.default !== undefined ? { default: type.default } : {}),
  };
}

const useOfField = ({ name: of }: NamedType, field: Field): JsonObject => ({
  ...{ subject: `${of}.${field.name}`, is: 'field', of, ...fieldJson(field) },
});

const fieldJson = ({ name, aliases, type, default: otherwise }: Field): JsonObject => ({
  ...{ name, type: flat(type) },
  ...(aliases.length > 0 ? { aliases } : {}),
  ...(otherwise === undefined ? {} : { default: otherwise }),
});

const useOfMessage = ({ name, request, response, errors, oneWay }: Message): JsonObject => ({
  ...{ subject: name, is: 'message', request: request.map(fieldJson), response: flat(response) },
  ...{ errors: flat(errors), oneWay },
});

/** A type as JSON, in which other types stand by their full names. */
function flat(schema: Schema): JsonValue {
  switch (schema.kind) {
    case 'union':
      return schema.branches.map(flat);
    case 'array':
      return { type: 'array', items: flat(schema.of) };
    case 'map':
      return { type: 'map', values: flat(schema.of) };
    case 'primitive': {
      const more = logical(schema.written);
      return Object.keys(more).length === 0 ? schema.name : { type: schema.name, ...more };
    }
    default:
      return schema.name;
  }
}

const logical = ({ logicalType, precision, scale }: JsonObject): JsonObject => ({
  ...(typeof logicalType === 'string' ? { logicalType } : {}),
  ...(logicalType === 'decimal' && precision !== undefined ? { precision } : {}),
  ...(logicalType === 'decimal' && scale !== undefined ? { scale } : {}),
});
