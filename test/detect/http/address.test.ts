import t from 'tap';
import type { Hole } from '../../../lib/detect/evaluate/values.ts';
import { addressOf } from '../../../lib/detect/http/address.ts';

/** `https://x/<ID>`: a text with holes by their labels; a base is compared without the marks of holes. */
const pieces = (text: string): (string | Hole)[] =>
  text
    .split(/(<\w*>)/)
    .filter((piece) => piece !== '')
    .map((piece) => (piece.startsWith('<') ? { why: 'not known', label: piece.slice(1, -1) } : piece));

const cases: [address: string, client: string, base: string | null, template: string, query?: string[]][] = [
  ['/invoices', '', null, '/invoices'],
  ['/invoices/<id>', '', null, '/invoices/{}'],
  ['https://billing.example.com/v1/invoices', '', 'https://billing.example.com', '/v1/invoices'],
  ['https://billing.example.com', '', 'https://billing.example.com', '/'],
  ['https://<host>:<port>/v1/x', '', 'https://<host>:<port>', '/v1/x'],
  ['https://<region>.example.com/v1', '', 'https://<region>.example.com', '/v1'],
  ['<BILLING_URL>/invoices/<id>', '', '<BILLING_URL>', '/invoices/{}'],
  ['<BILLING_URL>invoices', '', '<BILLING_URL>', '/invoices'],
  ['<URL>:8080/health', '', '<URL>:8080', '/health'],
  ['/invoices/<id>/lines?limit=5&after=<x>', '', null, '/invoices/{}/lines', ['limit', 'after']],
  ['/invoices/<id>', '<BILLING_URL>', '<BILLING_URL>', '/invoices/{}'],
  ['invoices', 'https://x.example.com/v1/', 'https://x.example.com/v1', '/invoices'],
  ['https://other.example.com/a', '<BASE>', 'https://other.example.com', '/a'],
  ['/files/inv-<id>', '', null, '/files/inv-{}'],
  ['/files/<id>.json', '', null, '/files/{}.json'],
  ['/files/<path>', '', null, '/files/{*}'],
  ['/invoices<search>', '', null, '/invoices'],
  ['/invoices<suffix>', '', null, '/invoices{*}'],
  ['/a//b#top', '', null, '/a/b'],
  ['/invoices/{id}', '', null, '/invoices/{}'],
  ['https://api.example.com?q=<q>', '', 'https://api.example.com', '/', ['q']],
];

for (const [address, client, base, template, query = []] of cases)
  t.test(`${client} + ${address}`, async (t) => {
    const found = addressOf(pieces(address), pieces(client));
    t.match(found, { base: base?.replaceAll('<', '$' + '{').replaceAll('>', '}') ?? null, template, query });
  });

t.test('nothing of the path is known', async (t) => {
  for (const [address, client] of [
    ['<url>', ''],
    ['<BASE><path>', ''],
    ['<path>', '<BASE>'],
    ['<BASE>?q=1', ''],
    ['https://x.example.com<path>', ''],
    ['', ''],
  ] as const)
    t.match(addressOf(pieces(address), pieces(client)), { why: String }, address);
});

t.test('a query of which a name is not known is not whole', async (t) => {
  t.match(addressOf(pieces('/a?x=1&<more>=2')), { query: ['x'], isWhole: false });
  t.match(addressOf(pieces('/a?x=1&y=<y>')), { query: ['x', 'y'], isWhole: true });
  t.match(addressOf(pieces('/a<query>')), { query: [], isWhole: false });
});
