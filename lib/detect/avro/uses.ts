import type { JsonObject, JsonValue } from '../../json.ts';
import {
  type Field,
  type Message,
  type Model,
  meant,
  type NamedType,
  type Schema,
} from '../../kinds/avro/model.ts';
import type { Part } from '../types.ts';

/** All that the schemas read: each type, each field, each message. */
export function usesOf(model: Model): Part[] {
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
  return parts;
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
