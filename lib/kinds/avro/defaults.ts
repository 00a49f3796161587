import { isObject, type JsonValue } from '../../json.ts';
import { type Model, meant, type Schema } from './model.ts';

/** May a field of this type have that default? Of a union, it may be of any branch (Avro 1.12; before, of the first). */
export function isDefault(model: Pick<Model, 'types'>, schema: Schema, value: JsonValue): boolean {
  const type = meant(model, schema);
  switch (type.kind) {
    case 'reference':
      return true;
    case 'primitive':
      return isOfPrimitive(type.name, value);
    case 'union':
      return type.branches.some((branch) => isDefault(model, branch, value));
    case 'array':
      return Array.isArray(value) && value.every((item) => isDefault(model, type.of, item));
    case 'map':
      return isObject(value) && Object.values(value).every((inner) => isDefault(model, type.of, inner));
    case 'enum':
      return typeof value === 'string' && type.symbols.includes(value);
    case 'fixed':
      return typeof value === 'string';
    default:
      return (
        isObject(value) &&
        type.fields.every((field) => {
          const given = value[field.name] ?? field.default;
          return (
            given !== undefined && (value[field.name] === undefined || isDefault(model, field.type, given))
          );
        })
      );
  }
}

function isOfPrimitive(name: string, value: JsonValue): boolean {
  switch (name) {
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'int':
      return Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 31;
    case 'long':
      return Number.isInteger(value);
    case 'float':
    case 'double':
      return typeof value === 'number' || ['NaN', 'Infinity', '-Infinity'].includes(String(value));
    default:
      return typeof value === 'string';
  }
}
