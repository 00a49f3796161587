import type { JsonObject, JsonValue } from '../../json.ts';

/** Where a schema stands: its pointer begins with the path of its file. */
interface Placed {
  pointer: string;
  /** The JSON that it was read from, for what else stands in it. */
  written: JsonObject;
}

export interface Primitive extends Placed {
  kind: 'primitive';
  name: string;
}
export interface ArrayType extends Placed {
  kind: 'array';
  of: Schema;
}
export interface MapType extends Placed {
  kind: 'map';
  of: Schema;
}
export interface Union extends Placed {
  kind: 'union';
  branches: Schema[];
}
/** The name of a type, which is defined somewhere in the files, or nowhere. */
export interface Reference extends Placed {
  kind: 'reference';
  name: string;
}

/** With its file and line. */
interface Lined extends Placed {
  path: string;
  line: number;
}

interface Named extends Lined {
  /** With its namespace. */
  name: string;
  /** Full names. */
  aliases: string[];
}
export interface Field extends Lined {
  name: string;
  aliases: string[];
  type: Schema;
  /** Absent: it has none. */
  default?: JsonValue;
}
export interface RecordType extends Named {
  kind: 'record';
  fields: Field[];
}
export interface EnumType extends Named {
  kind: 'enum';
  symbols: string[];
  default?: string;
}
export interface FixedType extends Named {
  kind: 'fixed';
  size: number;
}

export type NamedType = RecordType | EnumType | FixedType;
export type Schema = Primitive | ArrayType | MapType | Union | Reference | NamedType;

/** A message of a protocol: what is sent, and what comes back. */
export interface Message extends Lined {
  name: string;
  request: Field[];
  response: Schema;
  errors: Schema;
  oneWay: boolean;
}

/** What is wrong with a file, and where. */
export interface Fault {
  path: string;
  pointer: string;
  line: number;
  why: string;
}

/** The schemas of several files, whose names refer to each other. */
export interface Model {
  types: Map<string, NamedType>;
  /** What a file holds at its top: a datum may be written with each of them. */
  roots: { path: string; schema: Schema }[];
  messages: Map<string, Message>;
  /** Names that are used and not defined, with the place of their first use. */
  open: Map<string, { path: string; line: number; pointer: string }>;
}

export const primitives: ReadonlySet<string> = new Set([
  ...['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'],
]);

/** The last part of a full name: types are matched by it. */
export const shortName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** What a name stands for; a reference that nobody defines stays one. */
export function meant(model: Pick<Model, 'types'>, schema: Schema): Schema {
  return schema.kind === 'reference' ? (model.types.get(schema.name) ?? schema) : schema;
}

/** A type in words. */
export function typeWords(schema: Schema): string {
  switch (schema.kind) {
    case 'primitive':
    case 'reference':
      return `'${schema.name}'`;
    case 'union':
      return schema.branches.length === 0
        ? 'an empty union'
        : `a union of ${schema.branches.map(typeWords).join(', ')}`;
    case 'array':
    case 'map':
      return `${schema.kind === 'array' ? 'an array' : 'a map'} of ${typeWords(schema.of)}`;
    default:
      return `${schema.kind} '${schema.name}'`;
  }
}
