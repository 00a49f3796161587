import type {
  DescriptorProto,
  EnumDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
  ServiceDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import type { JsonValue } from '../../../json.ts';
import type {
  ProtoEnum,
  ProtoField,
  ProtoFile,
  ProtoMessage,
  ProtoOption,
  ProtoService,
  Scope,
} from '../parse/types.ts';
import { entryName, jsonNameOf, SCALARS } from './names.ts';
import { builtIn, optionOf } from './options.ts';
import { qualified, resolved } from './tree.ts';

type Protobuf = typeof import('@bufbuild/protobuf');
type WellKnown = typeof import('@bufbuild/protobuf/wkt');

/** The libraries, which are loaded when a tree is read. */
export interface Libraries {
  protobuf: Protobuf;
  wkt: WellKnown;
}

/** What a name means to a file; called for each name that is used, with the line. */
export interface Names {
  kindOf(name: string): 'message' | 'enum' | undefined;
  /** The full name of one that is not defined: it is taken for a message. */
  unknown(name: string, file: ProtoFile, line: number, scope: string): string;
  used(file: ProtoFile, name: string): void;
  fault(file: ProtoFile, line: number, why: string): void;
}

const LABELS = { '': 1, optional: 1, required: 2, repeated: 3 } as const;
const [GROUP, MESSAGE, ENUM] = [10, 11, 14] as const;

/** A file as the descriptor that the compiler would make of it, with all names resolved. */
export function descriptorOf(libraries: Libraries, names: Names, file: ProtoFile): FileDescriptorProto {
  return new Writer(libraries, names, file).file();
}

class Writer {
  constructor(
    private readonly libraries: Libraries,
    private readonly names: Names,
    private readonly of: ProtoFile,
  ) {}

  file(): FileDescriptorProto {
    const { of, libraries } = this;
    const { wkt } = libraries;
    const edition = of.syntax === 'editions' ? { edition: this.edition() } : {};
    return libraries.protobuf.create(wkt.FileDescriptorProtoSchema, {
      ...{ name: of.path, package: of.package, syntax: of.syntax, ...edition },
      ...this.scope(of, of.package),
      service: of.services.map((service) => this.service(service)),
      ...this.options('FileOptionsSchema', of.options, 1),
    });
  }

  private edition(): number {
    const found = (this.libraries.wkt.Edition as unknown as Record<string, number>)[
      `EDITION_${this.of.edition}`
    ];
    if (found === undefined || !/^\d{4}$/.test(this.of.edition))
      throw new SyntaxError(`edition '${this.of.edition}' is not supported in line 1`);
    return found;
  }

  private scope(of: Scope, scope: string) {
    return {
      messageType: of.messages.map((message) => this.message(message, qualified(scope, message.name))),
      enumType: of.enums.map((inner) => this.enumeration(inner)),
      extension: of.extends.flatMap(({ extendee, fields }) =>
        fields.map((field) => ({
          ...this.field(field, scope),
          extendee: `.${this.typeNamed(extendee, scope, field.line).name}`,
          jsonName: '',
        })),
      ),
    };
  }

  private message(of: ProtoMessage, name: string): DescriptorProto {
    const { protobuf, wkt } = this.libraries;
    const { messageType, ...inner } = this.scope(of, name);
    const fields = of.fields.map((field) => this.field(field, name));
    this.mustDiffer(of);
    return protobuf.create(wkt.DescriptorProtoSchema, {
      ...{ name: of.name, field: fields, ...inner },
      nestedType: [...messageType, ...of.fields.flatMap((field) => this.entryOf(field, name))],
      oneofDecl: of.oneofs.map((oneof) => ({
        name: oneof.name,
        ...this.options('OneofOptionsSchema', oneof.options, oneof.line),
      })),
      ...this.options('MessageOptionsSchema', of.options, of.line),
    });
  }

  private mustDiffer(of: ProtoMessage): void {
    const had = new Map<string | number, string>();
    for (const { name, number, line } of of.fields) {
      const other = had.get(number);
      if (other !== undefined)
        this.names.fault(this.of, line, `'${name}' has the number ${number}, which '${other}' has`);
      if (had.has(`=${name}`))
        this.names.fault(this.of, line, `there are two fields '${name}' in '${of.name}'`);
      had.set(number, name).set(`=${name}`, name);
    }
  }

  private entryOf(field: ProtoField, scope: string): DescriptorProto[] {
    if (field.key === undefined) return [];
    const { protobuf, wkt } = this.libraries;
    const of = (name: string, number: number, type: string): FieldDescriptorProto =>
      protobuf.create(wkt.FieldDescriptorProtoSchema, {
        ...{ name, number, label: LABELS.optional, jsonName: name },
        ...this.type(type, scope, field),
      });
    return [
      protobuf.create(wkt.DescriptorProtoSchema, {
        name: entryName(field.name),
        field: [of('key', 1, field.key), of('value', 2, field.type)],
        options: { mapEntry: true },
      }),
    ];
  }

  private field(of: ProtoField, scope: string): FieldDescriptorProto {
    const { protobuf, wkt } = this.libraries;
    const isMap = of.key !== undefined;
    const given = optionOf(of.options, 'json_name');
    const fallback = optionOf(of.options, 'default');
    const type = isMap
      ? { type: MESSAGE, typeName: `.${qualified(scope, entryName(of.name))}` }
      : this.type(of.type, scope, of);
    return protobuf.create(wkt.FieldDescriptorProtoSchema, {
      ...{ name: of.name, number: of.number, label: isMap ? LABELS.repeated : LABELS[of.label], ...type },
      jsonName: typeof given === 'string' ? given : jsonNameOf(of.name),
      ...(of.oneof === undefined ? {} : { oneofIndex: of.oneof }),
      ...(this.of.syntax === 'proto3' && of.label === 'optional' ? { proto3Optional: true } : {}),
      ...(fallback === undefined ? {} : { defaultValue: defaultText(of.type, fallback) }),
      ...this.options('FieldOptionsSchema', of.options, of.line),
    });
  }

  private type(written: string, scope: string, { line, isGroup }: ProtoField) {
    const scalar = SCALARS.get(written);
    if (scalar !== undefined) return { type: scalar as number };
    const { name, kind } = this.typeNamed(written, scope, line);
    return { type: (kind === 'enum' ? ENUM : isGroup ? GROUP : MESSAGE) as number, typeName: `.${name}` };
  }

  private typeNamed(
    written: string,
    scope: string,
    line: number,
  ): { name: string; kind: 'message' | 'enum' } {
    const { names, of } = this;
    const found = resolved((name) => names.kindOf(name) !== undefined, scope, written);
    if (found === undefined) return { name: names.unknown(written, of, line, scope), kind: 'message' };
    names.used(of, found);
    return { name: found, kind: names.kindOf(found) ?? 'message' };
  }

  private enumeration(of: ProtoEnum): EnumDescriptorProto {
    const { protobuf, wkt } = this.libraries;
    if (of.values.length === 0) this.names.fault(this.of, of.line, `the enum '${of.name}' has no values`);
    const [first] = of.values;
    if (this.of.syntax === 'proto3' && first !== undefined && first.number !== 0)
      this.names.fault(this.of, first.line, `the first value of '${of.name}' must be 0 in proto3`);
    return protobuf.create(wkt.EnumDescriptorProtoSchema, {
      name: of.name,
      value: of.values.map(({ name, number, options, line }) => ({
        ...{ name, number },
        ...this.options('EnumValueOptionsSchema', options, line),
      })),
      ...this.options('EnumOptionsSchema', of.options, of.line),
    });
  }

  private service(of: ProtoService): ServiceDescriptorProto {
    const { protobuf, wkt } = this.libraries;
    return protobuf.create(wkt.ServiceDescriptorProtoSchema, {
      name: of.name,
      method: of.methods.map(({ name, line, input, output, clientStreaming, serverStreaming, options }) => ({
        ...{ name, clientStreaming, serverStreaming },
        inputType: `.${this.typeNamed(input, qualified(this.of.package, of.name), line).name}`,
        outputType: `.${this.typeNamed(output, qualified(this.of.package, of.name), line).name}`,
        ...this.options('MethodOptionsSchema', options, line),
      })),
    });
  }

  /** The options of Protocol Buffers itself; one that it does not have is a fault. */
  private options(schema: keyof WellKnown, all: readonly ProtoOption[], line: number): { options?: never } {
    const json = builtIn(all);
    if (json === undefined) return {};
    const { protobuf, wkt } = this.libraries;
    try {
      return { options: protobuf.fromJson(wkt[schema] as never, json as never) } as never;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.names.fault(this.of, all[0]?.line ?? line, `an option cannot be read: ${why.slice(0, 200)}`);
      return {};
    }
  }
}

/** A default as descriptors have it: bytes are escaped as in C. */
function defaultText(type: string, value: JsonValue): string {
  const text = String(value);
  if (type !== 'bytes') return text;
  return [...Buffer.from(text, 'latin1')].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
