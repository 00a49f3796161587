import t from 'tap';
import { extract } from '../../../lib/detect/index.ts';
import { isObject } from '../../../lib/json.ts';

const copy =
  'syntax = "proto3";\npackage acme.v1;\noption go_package = "example.com/acme/gen/acmev1";\noption java_package = "com.acme.v1";\nmessage Invoice {\n  string id = 1;\n  Money total_amount = 2;\n  string note = 3;\n  State state = 4;\n}\nmessage Money { int64 cents = 1; string currency = 2; }\nenum State { STATE_OPEN = 0; STATE_PAID = 1; }\nservice Invoices {\n  rpc Get(GetRequest) returns (Invoice);\n  rpc Delete(GetRequest) returns (Invoice);\n}\nmessage GetRequest { string id = 1; }\nmessage Unused { string id = 1; }\n';

const code: Record<string, [path: string, text: string]> = {
  Go: [
    'main.go',
    'package main\n\nimport (\n\tpb "example.com/acme/gen/acmev1"\n)\n\n// note is not read\nfunc show(c pb.InvoicesClient) {\n\tin, _ := c.Get(ctx, &pb.GetRequest{Id: "1"})\n\tif in.State == pb.State_STATE_PAID {\n\t\tprint(in.GetTotalAmount().Cents)\n\t}\n}\n',
  ],
  TypeScript: [
    'main.ts',
    "import { State } from './gen/invoice_pb';\nimport { InvoicesClient } from './gen/invoice_grpc_pb';\n\n// note is not read\nexport async function show(c: InvoicesClient) {\n  const inv = await c.get({ id: '1' });\n  if (inv.state === State.STATE_PAID)\n    console.log(inv.totalAmount?.cents);\n}\n",
  ],
  Python: [
    'main.py',
    'from acme.v1 import invoice_pb2\nfrom acme.v1.invoice_pb2_grpc import InvoicesStub\n\n# note is not read\ndef show(channel):\n    inv = InvoicesStub(channel).Get(invoice_pb2.GetRequest(id="1"))\n    if inv.state == invoice_pb2.STATE_PAID:\n        print(inv.total_amount.cents)\n',
  ],
  Java: [
    'Main.java',
    'import com.acme.v1.GetRequest;\nimport com.acme.v1.InvoicesGrpc;\nimport com.acme.v1.State;\n\n/* note is not read */\nclass Main {\n  void show(InvoicesGrpc.InvoicesBlockingStub c) {\n    var in = c.get(GetRequest.newBuilder().setId("1").build());\n    if (in.getState() == State.STATE_PAID) System.out.println(in.getTotalAmount().getCents());\n  }\n}\n',
  ],
};

const read = (files: Record<string, string>) =>
  extract(
    'protobuf-uses',
    Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })),
  );

const subjects = (parts: Awaited<ReturnType<typeof read>>['parts']): string[] =>
  parts.map(({ value }) => (isObject(value) ? String(value.subject) : '')).sort();

for (const [language, [path, text]] of Object.entries(code))
  t.test(`${language}: the fields, values and methods that code uses, with their lines`, async (t) => {
    const { parts, unresolved } = await read({ 'proto/invoice.proto': copy, [path]: text });
    t.same(unresolved, []);
    const found = subjects(parts);
    for (const subject of [
      'Invoice.state',
      'Invoice.total_amount',
      'Invoices',
      'Invoices/Get',
      'Money.cents',
      'State.STATE_PAID',
    ])
      t.ok(found.includes(`acme.v1.${subject}`), `${subject} in ${found}`);
    for (const subject of [
      'Invoice.note',
      'Money.currency',
      'Invoices/Delete',
      'Unused',
      'Unused.id',
      'State.STATE_OPEN',
    ])
      t.notOk(found.includes(`acme.v1.${subject}`), `not ${subject}`);
    const line = text.split('\n').findIndex((row) => /cents/i.test(row)) + 1;
    const cents = parts.find(({ value }) => isObject(value) && value.subject === 'acme.v1.Money.cents');
    t.match(cents, { path, line, value: { is: 'field', number: 1, type: 'int64', shape: 'scalar' } });
  });

t.test(
  'what is not known is said: no copy, a copy that does not parse, a message as a whole, a word elsewhere',
  async (t) => {
    const [path = '', text = ''] = code.Python ?? [];
    t.match(await read({ [path]: text }), {
      parts: [],
      unresolved: [{ why: /no copy of the \.proto files/, gap: true }],
    });
    t.match(await read({ [path]: text, 'a.proto': 'message {' }), {
      parts: [],
      unresolved: [{ path: 'a.proto', line: 1, gap: true }],
    });
    const whole = `${text}    print(MessageToDict(inv))\n`;
    t.match((await read({ [path]: whole, 'invoice.proto': copy })).unresolved, [
      { path, line: 9, why: /handed on as a whole/ },
    ]);
    const { parts } = await read({
      [path]: text,
      'other.py': 'def show(inv):\n    return inv.note\n',
      'invoice.proto': copy,
    });
    const note = parts.find(({ value }) => isObject(value) && value.subject === 'acme.v1.Invoice.note');
    t.match(note, { path: 'other.py', line: 2, value: { perhaps: true } }, 'it may be the same one');
  },
);
