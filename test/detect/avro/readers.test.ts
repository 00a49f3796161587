import t from 'tap';
import { extract } from '../../../lib/detect/index.ts';
import { isObject } from '../../../lib/json.ts';

const read = (files: Record<string, string>) =>
  extract(
    'avro-readers',
    Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
  );

const found = ({ parts }: Awaited<ReturnType<typeof read>>): string[] =>
  parts.map(({ value, path, line }) => `${isObject(value) ? value.subject : ''} ${path}:${line}`);

const schema =
  '{\n  "type": "record", "name": "Order", "namespace": "acme",\n  "fields": [\n    {"name": "id", "type": "string"}\n  ]\n}';
const own = schema.replaceAll('\n', ' ');

/** Code that names its reader's schema: the line of the type, and the line of its field. */
const readers: [what: string, path: string, text: string, type: number, field: number][] = [
  [
    'Python: a text for AvroDeserializer',
    'app.py',
    `from confluent_kafka.schema_registry.avro import AvroDeserializer\nSCHEMA = """${schema}"""\nread = AvroDeserializer(registry, SCHEMA)\n`,
    2,
    5,
  ],
  [
    'Python: by its keyword, where it stands',
    'app.py',
    `read = AvroDeserializer(schema_registry_client=registry, schema_str='${own}')\n`,
    1,
    1,
  ],
  [
    'Python: a dictionary, parsed first',
    'app.py',
    "order = fastavro.parse_schema({\n  'type': 'record', 'name': 'acme.Order',\n  'fields': [\n    {'name': 'id', 'type': 'string', 'doc': 'a \"key\",'},\n  ],\n})\nfastavro.schemaless_reader(data, written, reader_schema=order)\n",
    1,
    4,
  ],
  [
    'Python: a DatumReader for both schemas',
    'app.py',
    `reader = DatumReader(written, avro.schema.parse('''${schema}'''))\n`,
    1,
    4,
  ],
  [
    'TypeScript: an object for avsc',
    'app.ts',
    "const order = avsc.Type.forSchema({\n  type: 'record',\n  name: 'acme.Order',\n  fields: [\n    { name: 'id', type: 'string' }, // the key\n  ],\n});\nexport const read = (bytes: Buffer) => order.fromBuffer(bytes);\n",
    1,
    5,
  ],
  [
    'TypeScript: the reader schema of a registry',
    'app.ts',
    `const readerSchema = ${schema};\nawait registry.decode(message.value, { [SchemaType.AVRO]: { readerSchema } });\n`,
    1,
    4,
  ],
  [
    'JavaScript: a text that is parsed',
    'app.js',
    `const text = \`${schema}\`;\nconst type = avro.parse(JSON.parse(text));\nmodule.exports = (bytes) => type.decode(bytes);\n`,
    1,
    4,
  ],
  [
    'Python: a text as bytes',
    'app.py',
    `SCHEMA = '${own}'\nreader = DatumReader(avro.schema.parse(SCHEMA.encode('utf-8')))\n`,
    1,
    1,
  ],
  [
    'Go: a constant for Unmarshal',
    'main.go',
    `package main\n\nconst order = \`${schema}\`\n\nvar parsed = avro.MustParse(order)\n\nfunc read(data []byte) (out Order) {\n\tavro.Unmarshal(parsed, data, &out)\n\treturn\n}\n`,
    3,
    6,
  ],
  [
    'Java: a text for a reader of data',
    'App.java',
    `class App {\n  static final String ORDER = "${own.replaceAll('"', '\\"')}";\n  void read() {\n    Schema schema = new Schema.Parser().parse(ORDER);\n    DatumReader<GenericRecord> reader = new GenericDatumReader<>(schema);\n  }\n}\n`,
    2,
    2,
  ],
];

for (const [what, path, text, type, field] of readers)
  t.test(what, async (t) => {
    const extraction = await read({ [path]: text });
    t.same(extraction.unresolved, []);
    t.same(found(extraction), [`acme.Order ${path}:${type}`, `acme.Order.id ${path}:${field}`]);
  });

/** Code whose schema is not known to be one that it reads with. */
const others: [what: string, path: string, text: string, line: number, why: RegExp, gap: boolean][] = [
  [
    'it is only written with',
    'app.py',
    `def main():\n    schema = """${schema}"""\n    return AvroSerializer(registry, schema)\n`,
    2,
    /data is written with it/,
    false,
  ],
  [
    'it is written with here, and another file may read with it',
    'app.py',
    `SCHEMA = """${schema}"""\nwrite = AvroSerializer(registry, SCHEMA)\n`,
    1,
    /not seen in this file/,
    true,
  ],
  [
    'it is written with, and handed on',
    'app.ts',
    `const schema = ${schema};\navro.Type.forSchema(schema).toBuffer(order);\nsetUp(schema);\n`,
    1,
    /not seen in this file/,
    true,
  ],
  [
    "it is the writer's",
    'app.py',
    `DatumReader(avro.schema.parse('${own}'), ours)\n`,
    1,
    /data is written with it/,
    false,
  ],
  [
    'it is handed on to what is not known',
    'app.ts',
    `export const schema = \`${schema}\`;\nsetUp(schema);\n`,
    1,
    /not seen in this file/,
    true,
  ],
  [
    'part of it is put in at run time',
    'app.ts',
    `const name = 'id';\nregistry.decode(value, { readerSchema: { type: 'record', name: 'Order', fields: [{ name, type: 'string' }] } });\n`,
    2,
    /put together at run time/,
    true,
  ],
  [
    'a text is put together',
    'app.py',
    `AvroDeserializer(registry, f"""{{ "type": "record", "name": "{name}", "fields": [] }}""")\n`,
    1,
    /put together at run time/,
    true,
  ],
  [
    'it has two meanings',
    'app.py',
    `S = '${own}'\ndef a():\n    S = other()\n    AvroDeserializer(registry, S)\n`,
    1,
    /not seen in this file/,
    true,
  ],
  [
    'it is not a schema',
    'app.py',
    `AvroDeserializer(registry, '{"type": "record", "name": "Order"}')\n`,
    1,
    /has no fields/,
    true,
  ],
];

for (const [what, path, text, line, why, gap] of others)
  t.test(`not read, and said: ${what}`, async (t) => {
    const { parts, unresolved } = await read({ [path]: text });
    t.same(parts, []);
    t.match(unresolved, [{ path, line, why, ...(gap ? { gap } : {}) }]);
    t.equal(unresolved.length, 1);
    t.equal(unresolved[0]?.gap === true, gap);
  });

t.test(
  'files and code together: names of files are known, a second copy is one use, another one is said',
  async (t) => {
    const line = schema.replace('"string"', '"Id"');
    const id = '{ "type": "fixed", "name": "acme.Id", "size": 4 }';
    const both = { 'id.avsc': id, 'app.py': `read = AvroDeserializer(registry, """${line}""")\n` };
    t.same(found(await read(both)), ['acme.Order app.py:1', 'acme.Order.id app.py:4', 'acme.Id id.avsc:1']);
    const same = await read({ ...both, 'order.avsc': line });
    t.match(found(same), ['acme.Id id.avsc:1', 'acme.Order order.avsc:1', 'acme.Order.id order.avsc:4']);
    t.same(same.unresolved, []);
    const other = await read({ ...both, 'order.avsc': schema });
    t.match(other.unresolved, [
      { path: 'app.py', line: 1, why: /another schema of that name is in order\.avsc:1/, gap: true },
    ]);
    t.equal(other.parts.length, 3);
  },
);

t.test('code without schemas says nothing', async (t) => {
  const code = 'const a = { type: "record", of: "other" };\nconst b = "{\\"type\\": \\"object\\"}";\n';
  t.match(await read({ 'app.ts': code }), { parts: [], unresolved: [] });
});
