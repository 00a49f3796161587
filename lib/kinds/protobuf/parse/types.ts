import type { JsonValue } from '../../../json.ts';

/** A `.proto` file as it is written, with the line of each thing (Protocol Buffers language specification). */
export interface ProtoFile extends Scope {
  path: string;
  /** `proto2` where the file does not say. */
  syntax: 'proto2' | 'proto3' | 'editions';
  /** `2023`; empty without editions. */
  edition: string;
  package: string;
  imports: ProtoImport[];
  services: ProtoService[];
  options: ProtoOption[];
}

/** What a file and a message may both declare. */
export interface Scope {
  messages: ProtoMessage[];
  enums: ProtoEnum[];
  extends: ProtoExtend[];
}

export interface ProtoImport {
  path: string;
  line: number;
  /** Those who import the file see this one too. */
  isPublic: boolean;
}

/** `deprecated`, `features.field_presence`, `(acme.sensitive).level`; what is set by a message has the value as one. */
export interface ProtoOption {
  name: string;
  value: JsonValue;
  line: number;
}

interface Named {
  name: string;
  line: number;
  options: ProtoOption[];
}

export interface ProtoMessage extends Named, Scope {
  fields: ProtoField[];
  oneofs: Named[];
  reserved: Reserved;
  /** Numbers for extensions, both ends included. */
  extensions: Range[];
}

export type Range = [start: number, end: number];

export interface Reserved {
  ranges: Range[];
  names: string[];
}

export interface ProtoField extends Named {
  number: number;
  label: 'optional' | 'required' | 'repeated' | '';
  /** As it is written: `int32`, `Invoice`, `.acme.Invoice`. */
  type: string;
  /** The type of the key, of a map; `type` is that of the value. */
  key?: string;
  /** The place of its oneof in the message. */
  oneof?: number;
  isGroup?: true;
}

export interface ProtoExtend {
  /** The message that is extended, as it is written. */
  extendee: string;
  fields: ProtoField[];
}

export interface ProtoEnum extends Named {
  values: (Named & { number: number })[];
  reserved: Reserved;
}

export interface ProtoService extends Named {
  methods: ProtoMethod[];
}

export interface ProtoMethod extends Named {
  input: string;
  output: string;
  clientStreaming: boolean;
  serverStreaming: boolean;
}
