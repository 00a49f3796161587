import t from 'tap';
import { libraries, modelOf } from '../../../lib/kinds/protobuf/model/model.ts';

const read = async (files: Record<string, string>) => {
  const model = modelOf(await libraries(), new Map(Object.entries(files)));
  if ('faults' in model) throw new Error(JSON.stringify(model.faults));
  return model;
};
const faults = async (files: Record<string, string>) => {
  const model = modelOf(await libraries(), new Map(Object.entries(files)));
  return 'faults' in model ? model.faults : [];
};

t.test('numbers, strings and words as the language has them', async (t) => {
  const model = await read({
    'a.proto':
      'edition = "2023"; package a; message message { int32 a = 0x1 [default = -0x10]; uint64 b = 2 [default = 017]; int64 c = 3 [default = 9223372036854775807]; double d = 4 [default = -inf]; bytes e = 5 [default = "a\\001\\xff"]; string f = 6 [default = "x" /* joined */ \'y\']; float g = 7 [default = 1.5e3]; stream h = 8; message stream {} oneof oneof { int32 reserved = 9; } }\nservice s { rpc stream(message.stream) returns (stream message.stream); }\n',
  });
  const fields = model.message('a.message')?.fields ?? [];
  t.same(
    fields.map((field) => ('getDefaultValue' in field ? String(field.getDefaultValue?.()) : '')),
    ['-16', '15', '9223372036854775807', '-Infinity', '97,1,255', 'xy', '1500', 'undefined', 'undefined'],
  );
  t.equal(fields[7]?.message?.typeName, 'a.message.stream');
  t.equal(model.registry.getService('a.s')?.methods[0]?.methodKind, 'server_streaming');
});

t.test('names are looked for from the innermost scope on, over all files of a tree', async (t) => {
  const model = await read({
    'x/one.proto':
      'syntax = "proto3"; package p.q; import "two.proto"; message A { B b = 1; message B {} r.C c = 2; .p.r.C d = 3; }',
    'x/two.proto': 'syntax = "proto3"; package p.r; message C { google.protobuf.Any any = 1; }',
  });
  const types = model.message('p.q.A')?.fields.map((field) => field.message?.typeName);
  t.same(types, ['p.q.A.B', 'p.r.C', 'p.r.C']);
  t.same([...model.open.keys()], []);
});

t.test('what is wrong is said with its file and line', async (t) => {
  for (const [text, line, why] of [
    ['syntax = "proto4";\n', 1, /proto2/],
    ['message A {\n  int32 a = 1\n}\n', 3, /expected ';', found '\}'/],
    ['message A {\n  int32 a = 0;\n}\n', 2, /not a number that a field can have/],
    [
      'message A {\n  optional int32 a = 1;\n  optional int32 b = 1;\n}\n',
      3,
      /has the number 1, which 'a' has/,
    ],
    ['message A {}\nmessage A {}\n', 2, /is also defined in a\.proto:1/],
    ['/* no end\n', 1, /a comment that does not end/],
    ['option a = "x\n', 1, /a string that does not end/],
    ['syntax = "proto3";\nenum E { A = 1; }\n', 2, /must be 0 in proto3/],
    ['edition = "1999";\nmessage A {}\n', 1, /edition '1999' is not supported/],
    [`${'message A {'.repeat(100)}`, 1, /nested too deeply/],
  ] as const)
    t.match(await faults({ 'a.proto': text }), [{ path: 'a.proto', line, why }], text.slice(0, 40));
  const circle = {
    'a.proto': 'syntax = "proto3";\nimport "b.proto";\nmessage A { B b = 1; }\n',
    'b.proto': 'syntax = "proto3";\nimport "a.proto";\nmessage B { A a = 1; }\n',
  };
  t.match(await faults(circle), [{ line: 2, why: /the compiler refuses that/ }]);
  t.same(await faults({ 'a.proto': 'message A { optional A a = 1; }' }), [], 'a message may hold itself');
});

t.test('an import that is not there leaves the rest as it is', async (t) => {
  const model = await read({
    'a.proto': 'syntax = "proto3"; package a; import "b/c.proto"; message A { b.C c = 1; string d = 2; }',
  });
  t.match([...model.open], [['b.C', { path: 'a.proto', line: 1, by: 'a.A' }]]);
  t.match(model.tree.missing, [{ import: { path: 'b/c.proto' } }]);
});
