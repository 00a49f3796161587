import type { ChangeLevel } from '../../compat/types.ts';
import type { JsonValue } from '../../json.ts';
import type { Rule } from '../rule.ts';
import { breaks, breaksAt, type CompatibilityLevel, DEFAULT_LEVEL } from './levels.ts';

const [U, C, N] = ['unknown', 'compatible', 'none'] as const;

/** Rules whose example is compared at another level than the usual one, where another rule stands for them. */
export const exampleLevels: Readonly<Record<string, CompatibilityLevel>> = {
  'protobuf/field-wire-compatible-type': 'wire',
  'protobuf/field-wire-compatible-cardinality': 'wire',
  'protobuf/field-same-cardinality': 'source',
};

const SOURCE = 'Breaks at level source.';
const JSON_ = 'Breaks at the levels wire-json and source.';
const ALL = 'Breaks at every level.';
const WORDS: Record<CompatibilityLevel, string> = { wire: ALL, 'wire-json': JSON_, source: SOURCE };

/** A rule that breaks from a level on; `level` is what it means in its example, at the usual level. */
function rule(
  id: string,
  why: string,
  old: JsonValue,
  now: JsonValue,
  level?: ChangeLevel,
  reference = UPDATING,
): Rule {
  const from = breaksAt[id as keyof typeof breaksAt] as CompatibilityLevel | undefined;
  const at = exampleLevels[`protobuf/${id}`] ?? DEFAULT_LEVEL;
  return {
    id: `protobuf/${id}`,
    level: level ?? (from !== undefined && breaks(from, at) ? 'breaking' : C),
    why: from === undefined ? why : `${why} ${WORDS[from]}`,
    example: { old, new: now },
    reference,
  };
}

const UPDATING = 'Protocol Buffers, "Updating a message type"';
const BUF = 'buf, "Breaking change rules"';
const PROTOJSON = 'Protocol Buffers, "ProtoJSON format"';

const proto3 = (text: string): string => `syntax = "proto3"; package a; ${text}`;
const proto2 = (text: string): string => `syntax = "proto2"; package a; ${text}`;
const edition = (text: string): string => `edition = "2023"; package a; ${text}`;
const message = (fields: string): string => proto3(`message M { ${fields} }`);
const message2 = (fields: string): string => proto2(`message M { ${fields} }`);
const choice = (values: string): string => proto3(`enum E { ZERO = 0; ${values} }`);
const service = (methods: string): string => proto3(`message M {} message N {} service S { ${methods} }`);
const enums = (field: string): string =>
  proto3(`enum E { ZERO = 0; } message O { enum F { ZERO = 0; } } message M { ${field} }`);
const files = (all: Record<string, string>): JsonValue => ({ files: all });
const single = 'string one = 1;';
const call = 'rpc Get(M) returns (N);';

/** Options of a file that generated code depends on, each with a value. */
const fileOptions: readonly [string, string][] = [
  ['cc_enable_arenas', 'false'],
  ['cc_generic_services', 'true'],
  ['csharp_namespace', '"A"'],
  ['go_package', '"a.example/a"'],
  ['java_generic_services', 'true'],
  ['java_multiple_files', 'true'],
  ['java_outer_classname', '"A"'],
  ['java_package', '"example.a"'],
  ['objc_class_prefix', '"A"'],
  ['optimize_for', 'CODE_SIZE'],
  ['php_class_prefix', '"A"'],
  ['php_metadata_namespace', '"A"'],
  ['php_namespace', '"A"'],
  ['py_generic_services', 'true'],
  ['ruby_package', '"A"'],
  ['swift_prefix', '"A"'],
];

/** What can change in a tree of `.proto` files. The names are those of buf where it has the rule. */
export const rules: readonly Rule[] = [
  rule(
    'message-no-delete',
    'Who sends or reads the message has no counterpart.',
    message(single),
    proto3(''),
  ),
  rule('enum-no-delete', 'Code that names the enum does not compile.', choice(''), proto3('')),
  rule('service-no-delete', 'Calls are refused.', service(call), proto3('message M {} message N {}')),
  rule('rpc-no-delete', 'Calls are refused.', service(call), service('')),
  rule(
    'extension-no-delete',
    'What was read is an unknown field.',
    proto2('message M { extensions 10; } extend M { optional int32 x = 10; }'),
    proto2('message M { extensions 10; }'),
  ),
  rule(
    'file-no-delete',
    'Imports of the file do not resolve.',
    files({ 'm.proto': message(single), 'n.proto': proto3('') }),
    files({ 'm.proto': message(single) }),
    undefined,
    BUF,
  ),
  rule(
    'definition-same-file',
    'Imports of the old file no longer bring the definition.',
    files({ 'm.proto': message(single), 'n.proto': proto3('') }),
    files({ 'm.proto': proto3(''), 'n.proto': message(single) }),
    undefined,
    BUF,
  ),
  rule('definition-added', 'Nobody uses it yet.', proto3(''), message(single)),
  rule(
    'file-added',
    'Nobody imports it yet.',
    files({ 'm.proto': message(single) }),
    files({ 'm.proto': message(single), 'n.proto': proto3('') }),
  ),
  rule(
    'file-same-package',
    'Every full name in it changes: paths of calls, types in Any, generated names.',
    message(single),
    'syntax = "proto3"; package b; message M { string one = 1; }',
  ),
  rule(
    'file-same-syntax',
    'Defaults of the language differ; what that changes on the wire is reported besides.',
    proto2('message M {}'),
    proto3('message M {}'),
    undefined,
    BUF,
  ),
  ...fileOptions.map(([name, value]) =>
    rule(
      `file-same-${name.replaceAll('_', '-')}`,
      `Code that is generated with ${name} has other names or another form.`,
      message(single),
      message(single).replace('package a;', `package a; option ${name} = ${value};`),
      undefined,
      BUF,
    ),
  ),
  rule(
    'field-added',
    'Old readers skip it, and old messages do not have it.',
    message(single),
    message(`${single} string two = 2;`),
  ),
  rule(
    'field-no-delete',
    'Generated code loses the field. Where number and name are reserved, nobody can give them another meaning.',
    message(`${single} string two = 2;`),
    message(`${single} reserved 2; reserved "two";`),
  ),
  rule(
    'field-no-delete-unless-number-reserved',
    'A later field may take the number, and read old data as something else.',
    message(`${single} string two = 2;`),
    message(`${single} reserved "two";`),
  ),
  rule(
    'field-no-delete-unless-name-reserved',
    'A later field may take the name, and read old JSON as something else.',
    message(`${single} string two = 2;`),
    message(`${single} reserved 2;`),
  ),
  rule('field-same-type', 'Generated code has another type.', enums('E one = 1;'), enums('O.F one = 1;')),
  rule(
    'field-wire-json-compatible-type',
    'In JSON the value has another form, or is read as another value.',
    message('int32 one = 1;'),
    message('int64 one = 1;'),
    undefined,
    PROTOJSON,
  ),
  rule(
    'field-wire-compatible-type',
    'Bytes of the one type are read as another value, or refused.',
    message('int32 one = 1;'),
    message('sint32 one = 1;'),
  ),
  rule(
    'field-same-cardinality',
    'Generated code has another type, or asks in another way whether the field was set.',
    message('optional int32 one = 1;'),
    message('int32 one = 1;'),
  ),
  rule(
    'field-wire-json-compatible-cardinality',
    'One value and a list have other forms, and all but one value are lost.',
    message('repeated string one = 1;'),
    message(single),
  ),
  rule(
    'field-wire-compatible-cardinality',
    'All but one value of a list are lost.',
    message('repeated string one = 1;'),
    message(single),
  ),
  rule(
    'field-presence-changed',
    'A reader that asks whether the field was set gets another answer; the value is the same.',
    message('optional int32 one = 1;'),
    message('int32 one = 1;'),
    U,
    'Protocol Buffers, "Field presence"',
  ),
  rule(
    'field-packed-changed',
    'Readers accept both forms.',
    message2('repeated int32 one = 1;'),
    message2('repeated int32 one = 1 [packed = true];'),
  ),
  rule(
    'message-same-required-fields',
    'A message without a required field is refused.',
    message2('optional int32 one = 1;'),
    message2('optional int32 one = 1; required int32 two = 2;'),
  ),
  rule(
    'field-same-default',
    'A message that leaves the field out is read as another value.',
    message2('optional int32 one = 1 [default = 1];'),
    message2('optional int32 one = 1 [default = 2];'),
  ),
  rule(
    'field-same-name',
    'JSON has the field under another name.',
    message(single),
    message('string uno = 1;'),
    undefined,
    PROTOJSON,
  ),
  rule(
    'field-same-json-name',
    'JSON has the field under another name.',
    message(single),
    message('string one = 1 [json_name = "uno"];'),
    undefined,
    PROTOJSON,
  ),
  rule(
    'field-same-oneof',
    'Setting the field clears others, or no longer does.',
    message(`${single} string two = 2;`),
    message(`oneof o { ${single} string two = 2; }`),
  ),
  rule(
    'oneof-no-delete',
    'Generated code loses the oneof.',
    message(`oneof o { ${single} }`),
    message(`oneof p { ${single} }`),
  ),
  rule(
    'oneof-added',
    'Nobody uses it yet.',
    message(single),
    message(`${single} oneof o { string two = 2; }`),
  ),
  rule(
    'field-same-utf8-validation',
    'Text that is not valid UTF-8 was read and is refused, or the other way round.',
    edition('message M { string one = 1; }'),
    edition('message M { string one = 1 [features.utf8_validation = NONE]; }'),
  ),
  rule(
    'field-same-java-utf8-validation',
    'Java checks strings differently.',
    message2('optional string one = 1;'),
    message2('optional string one = 1;').replace(
      'package a;',
      'package a; option java_string_check_utf8 = true;',
    ),
    undefined,
    BUF,
  ),
  rule(
    'field-same-cpp-string-type',
    'Generated C++ has another type.',
    message2('optional string one = 1;'),
    message2('optional string one = 1 [ctype = CORD];'),
    undefined,
    BUF,
  ),
  rule(
    'field-same-jstype',
    'Generated JavaScript has another type.',
    message('int64 one = 1;'),
    message('int64 one = 1 [jstype = JS_STRING];'),
    undefined,
    BUF,
  ),
  rule(
    'language-feature-changed',
    'Generated code of a language has another form.',
    edition('message M { string one = 1; }'),
    edition('message M { string one = 1 [features.(pb.go).strip_enum_prefix = STRIP_ENUM_PREFIX_KEEP]; }'),
    undefined,
    'Protocol Buffers, "Feature settings for editions"',
  ),
  rule(
    'reserved-message-no-delete',
    'Numbers and names that old data has can be given another meaning.',
    message(`${single} reserved 2;`),
    message(single),
  ),
  rule(
    'reserved-enum-no-delete',
    'Numbers and names that old data has can be given another meaning.',
    choice('reserved 2;'),
    choice(''),
  ),
  rule('reserved-added', 'Nothing in use has them.', message(single), message(`${single} reserved 2;`)),
  rule(
    'extension-message-no-delete',
    'Extensions of those numbers do not compile.',
    message2('extensions 10 to 20;'),
    message2('extensions 10 to 15;'),
    undefined,
    BUF,
  ),
  rule(
    'extension-range-added',
    'Nobody extends it there yet.',
    message2('extensions 10 to 15;'),
    message2('extensions 10 to 20;'),
  ),
  rule(
    'message-same-message-set-wire-format',
    'The message is written differently.',
    message2('extensions 10 to 20;'),
    message2('option message_set_wire_format = true; extensions 10 to 20;'),
  ),
  rule(
    'message-no-remove-standard-descriptor-accessor',
    'Generated code gains or loses the accessor.',
    message2(''),
    message2('option no_standard_descriptor_accessor = true;'),
    undefined,
    BUF,
  ),
  rule(
    'message-same-json-format',
    'JSON is no longer promised to be read.',
    edition('message M {}'),
    edition('message M { option features.json_format = LEGACY_BEST_EFFORT; }'),
    undefined,
    BUF,
  ),
  rule(
    'enum-value-no-delete',
    'Generated code loses the value. Where number and name are reserved, nobody can give them another meaning.',
    choice('ONE = 1;'),
    choice('reserved 1; reserved "ONE";'),
  ),
  rule(
    'enum-value-no-delete-unless-number-reserved',
    'A later value may take the number.',
    choice('ONE = 1;'),
    choice('reserved "ONE";'),
  ),
  rule(
    'enum-value-no-delete-unless-name-reserved',
    'A later value may take the name, which JSON has.',
    choice('ONE = 1;'),
    choice('reserved 1;'),
  ),
  rule(
    'enum-value-same-name',
    'JSON has the name of the value, which is no longer known.',
    choice('ONE = 1;'),
    choice('UNO = 1;'),
    undefined,
    PROTOJSON,
  ),
  rule(
    'enum-value-added',
    'Who has an open enum keeps a number that it does not know. Of a closed one (proto2) it reads the default instead: unknown there.',
    choice(''),
    choice('ONE = 1;'),
    C,
    'Protocol Buffers, "Enum behavior"',
  ),
  rule(
    'enum-same-default',
    'A field that is not set is read as the first value of its enum.',
    proto2('enum E { A = 0; B = 1; }'),
    proto2('enum E { B = 1; A = 0; }'),
    undefined,
    'Protocol Buffers, "Enum behavior"',
  ),
  rule(
    'enum-same-type',
    'A closed enum does not take numbers that it does not list: an open one that becomes closed drops them, at every level.',
    proto2('enum E { ZERO = 0; }'),
    proto3('enum E { ZERO = 0; }'),
    undefined,
    'Protocol Buffers, "Enum behavior"',
  ),
  rule(
    'enum-same-json-format',
    'JSON is no longer promised to be read.',
    edition('enum E { ZERO = 0; }'),
    edition('enum E { option features.json_format = LEGACY_BEST_EFFORT; ZERO = 0; }'),
    undefined,
    BUF,
  ),
  rule('rpc-added', 'Nobody calls it yet.', service(''), service(call)),
  rule(
    'rpc-same-request-type',
    'The request is read as another message.',
    service(call),
    service('rpc Get(N) returns (N);'),
  ),
  rule(
    'rpc-same-response-type',
    'The response is read as another message.',
    service(call),
    service('rpc Get(M) returns (M);'),
  ),
  rule(
    'rpc-same-client-streaming',
    'A stream cannot be read as one message.',
    service(call),
    service('rpc Get(stream M) returns (N);'),
  ),
  rule(
    'rpc-same-server-streaming',
    'A stream cannot be read as one message.',
    service(call),
    service('rpc Get(M) returns (stream N);'),
  ),
  rule(
    'rpc-same-idempotency-level',
    'Who repeats calls, or sends them by GET, relies on it.',
    service('rpc Get(M) returns (N) { option idempotency_level = IDEMPOTENT; }'),
    service(call),
    undefined,
    BUF,
  ),
  rule(
    'deprecation-changed',
    'A note for those who write code.',
    message(single),
    message('string one = 1 [deprecated = true];'),
    N,
  ),
  rule(
    'option-changed',
    'It changes nothing that is sent.',
    message(single),
    message('string one = 1 [debug_redact = true];'),
  ),
  rule(
    'custom-option-changed',
    'What it means is up to those who read it: paths of HTTP, validation.',
    proto3('import "o.proto"; message M { string one = 1 [(o) = 1]; }'),
    proto3('import "o.proto"; message M { string one = 1 [(o) = 2]; }'),
    U,
    'Protocol Buffers, "Custom options"',
  ),
  rule(
    'import-unresolved',
    'The type is defined in a file that is not among the sources: what changes in it is not seen.',
    proto3('import "o.proto"; message M { o.T one = 1; }'),
    proto3('import "o.proto"; message M { o.T one = 1; string two = 2; }'),
    U,
    BUF,
  ),
];
