import t from 'tap';
import type { JsonObject } from '../../../../lib/json.ts';
import { affected } from '../../../../lib/kinds/graphql/uses/affected.ts';
import { answers } from '../../../../lib/kinds/graphql/uses/answer.ts';
import type { UseAnswer } from '../../../../lib/kinds/uses.ts';

const sdl = `
type Query { invoice(id: ID!, currency: String = "EUR"): Invoice! search(filter: Filter): [Hit!]! }
type Invoice { id: ID! total: Float! outdated: String status: Status! customer: Customer }
type Customer { name: String! }
enum Status { OPEN PAID }
input Filter { text: String status: Status }
union Hit = Invoice | Customer
directive @cached on FIELD
`;

const edited = (from: string, to: string): string => {
  if (!sdl.includes(from)) throw new Error(`no ${from}`);
  return sdl.replace(from, to);
};

const use = (document: string, more: JsonObject = {}) => [
  { use: { subject: 'query A', document, ...more }, at: 'src/a.ts:10' },
];

const said = (answer: UseAnswer | undefined): string =>
  answer?.answer === 'no'
    ? `no: ${answer.missing.map(({ at, why, rule }) => `${at ?? ''} ${why} [${rule}]`).join('; ')}`
    : answer?.answer === 'unknown'
      ? `unknown: ${answer.why}`
      : 'yes';

const invoice = 'query A($id: ID!) {\n  invoice(id: $id) {\n    total\n  }\n}';

t.test('an operation is valid against the schema, or the line of what is not is named', async (test) => {
  const table: [string, RegExp][] = [
    [invoice, /^yes$/],
    [
      'query A {\n  invoice(id: 1) {\n    sum\n  }\n}',
      /^no: src\/a\.ts:12 cannot be sent: Cannot query field "sum" on type "Invoice".* \[graphql\/field-removed\]$/,
    ],
    ['query A { invoice(number: 1) { id } }', /Unknown argument "number"/],
    ['query A { invoice { id } }', /argument "id" .* is required/],
    ['query A { invoice(id: 1) @live { id @client draft @client } }', /^yes$/],
    ['query A @refetchable(queryName: "B") { invoice(id: $id) { id } }', /^yes$/],
    ['query A {', /^unknown: Syntax Error/],
  ];
  for (const [document, expected] of table) {
    const [answer] = await answers(sdl, use(document));
    test.match(said(answer), expected, document);
  }
  const [broken] = await answers('type Query {', use(invoice));
  test.match(said(broken), /^unknown: the schema: /);
  const [strange] = await answers(sdl, [{ use: { subject: 'query A' }, at: 'a:1' }]);
  test.match(said(strange), /^unknown: 'query A' is not a GraphQL operation$/);
});

t.test('an error in a fragment has the line of the fragment', async (test) => {
  const fragments = [{ at: 'src/f.ts:3', document: 'fragment F on Invoice {\n  sum\n}' }];
  const [answer] = await answers(sdl, use('query A { invoice(id: 1) { ...F } }', { fragments }));
  test.match(said(answer), /^no: src\/f\.ts:4 cannot be sent/);
});

t.test('a change breaks the operations that use what it takes away, and no others', async (test) => {
  const search = 'query A { search { ... on Invoice { status } } }';
  const filtered = 'query A($f: Filter) { search(filter: $f) { __typename } }';
  const table: [string, string, string, RegExp][] = [
    ['a field that it uses', invoice, edited('total: Float! ', ''), /^no: src\/a\.ts:12 cannot be sent/],
    ['a field that it does not use', invoice, edited('outdated: String ', ''), /^yes$/],
    [
      'a field that may be null now',
      invoice,
      edited('total: Float!', 'total: Float'),
      /^no: .*uses Invoice\.total/,
    ],
    ['another field that may be null now', invoice, edited('name: String!', 'name: String'), /^yes$/],
    [
      'a new value of an enum that it is sent',
      search,
      edited('OPEN PAID', 'OPEN PAID LOST'),
      /^no: .*uses Status\.LOST/,
    ],
    ['a new value of an enum that it is not sent', invoice, edited('OPEN PAID', 'OPEN PAID LOST'), /^yes$/],
    [
      'a default that it leaves to the server',
      invoice,
      edited('"EUR"', '"USD"'),
      /^unknown: Query\.invoice\(currency:\)/,
    ],
    ['a new required argument', invoice, edited('(id: ID!,', '(id: ID!, year: Int!,'), /^no: .*is required/],
    [
      'a field of an input that its variable may hold',
      filtered,
      edited('text: String ', ''),
      /^unknown: Filter\.text/,
    ],
    ['a field of an input that it does not send', invoice, edited('text: String ', ''), /^yes$/],
    ['a directive that it does not use', invoice, edited('directive @cached on FIELD', ''), /^yes$/],
    ['words', invoice, edited('type Customer', '"who pays" type Customer'), /^yes$/],
  ];
  for (const [name, document, now, expected] of table) {
    const [answer] = await affected(sdl, now, use(document));
    test.match(said(answer), expected, name);
  }
});

t.test('operations with more fields than can be checked end, and are unknown', async (test) => {
  const wide = `query A { invoice(id: 1) { ${'id '.repeat(9_000)} } }`;
  const [answer] = await answers(sdl, use(wide));
  test.match(said(answer), /^unknown: there are too many fields/);
});

t.test(
  'a field that became non-null concerns the operations that merge it with another one',
  async (test) => {
    const union = (total: string): string =>
      `type Query { search: [Hit!]! } union Hit = Invoice | Offer type Invoice { total: ${total} } type Offer { total: Float }`;
    const fate = async (document: string) => {
      const [answer] = await affected(union('Float'), union('Float!'), use(document));
      return said(answer);
    };
    test.equal(await fate('query A { search { ... on Invoice { total } } }'), 'yes');
    test.match(
      await fate('query A { search { ... on Invoice { total } ... on Offer { total } } }'),
      /^no: .*conflict/,
    );
  },
);
