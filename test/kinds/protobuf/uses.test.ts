import t from 'tap';
import { extract } from '../../../lib/detect/index.ts';
import { contentOf, kindNamed } from '../../../lib/kinds/index.ts';
import { usageOf } from '../../../lib/kinds/read.ts';
import type { Kind } from '../../../lib/kinds/types.ts';
import { usesIn } from '../../../lib/kinds/uses.ts';

const proto = (invoice: string, more = ''): string =>
  `syntax = "proto3";\npackage acme;\nmessage Invoice {\n${invoice}}\nenum State { OPEN = 0; PAID = 1; }\n${more}`;
const [id, total, note, state] = [
  '  string id = 1;\n',
  '  int64 total = 2;\n',
  '  string note = 3;\n',
  '  State state = 4;\n',
];
const whole = proto(id + total + note + state);
const code =
  'import invoice_pb2\n\ninv = invoice_pb2.Invoice()\nprint(inv.id, inv.state)\nprint(inv.total)\n';

const kind = kindNamed('protobuf') as Kind;
const content = (text: string) =>
  contentOf({ schema: { files: { 'invoice.proto': text }, 'x-realm': { kind: 'protobuf' } } });
const usage = async (text: string) =>
  usageOf(
    await extract('protobuf-uses', [
      { path: 'invoice.proto', bytes: Buffer.from(whole) },
      { path: 'a.py', bytes: Buffer.from(text) },
    ]),
  );

t.test('cover: what code uses must be there, as its copy says', async (t) => {
  const used = await usage(code);
  t.match(await kind.cover(content(whole), used), { answer: 'yes' });
  t.match(
    await kind.cover(content(proto(id + total + state)), used),
    { answer: 'yes' },
    'nobody reads the note',
  );
  t.match(await kind.cover(content(proto(id + note + state)), used), {
    answer: 'no',
    missing: [
      {
        at: 'a.py:5',
        why: /uses 'total' of acme\.Invoice, which it does not have/,
        rule: 'protobuf/field-no-delete',
      },
    ],
  });
  t.match(await kind.cover(content(proto(id + total.replace('int64', 'int32') + state)), used), {
    answer: 'no',
    missing: [{ at: 'a.py:5', why: /as int64 = 2, and it is int32 = 2/ }],
  });
  t.match(await kind.cover(content(whole), await usage('print(1)\n')), { answer: 'unknown' }, 'nothing seen');
  t.match(await kind.cover(content(whole), await usage(`${code}print(MessageToDict(inv))\n`)), {
    answer: 'unknown',
  });
});

t.test('affected: a change breaks who uses what it changes, and nobody else', async (t) => {
  const uses = usesIn((await usage(code)).extraction.parts);
  const answersTo = async (now: string): Promise<string[]> => {
    const all = (await kind.affected?.(content(whole), content(now), uses)) ?? [];
    return all.flatMap((useAnswer, nth) =>
      useAnswer.answer === 'yes' ? [] : [`${useAnswer.answer} ${uses[nth]?.use.subject} ${uses[nth]?.at}`],
    );
  };
  t.same(await answersTo(proto(id + total + state)), [], 'a field that is not used');
  t.same(await answersTo(proto(id + note + state)), ['no acme.Invoice.total a.py:5']);
  t.same(
    await answersTo(whole.replace('PAID', 'DONE')),
    ['no acme.Invoice.state a.py:4'],
    'a value of the enum of a field',
  );
  t.same(await answersTo(whole.replace('string id', 'bytes id')), ['no acme.Invoice.id a.py:4']);
  t.same(
    (await answersTo(whole.replace('package acme', 'package other'))).length,
    uses.length,
    'everything has another name',
  );
  t.same(
    await answersTo('message {'),
    uses.map(({ use, at }) => `unknown ${use.subject} ${at}`),
  );
});
