import t from 'tap';
import { compareGraphql } from '../../../lib/kinds/graphql/compare.ts';

const base = `
  type Query { user(id: ID!): User, users(first: Int = 10, role: Role): [User!]!, any: Thing }
  type Mutation { add(input: NewUser!): User }
  type User { id: ID!, name: String!, role: Role, friends(kind: Kind): [User] }
  type Bot { id: ID! }
  union Thing = User | Bot
  enum Role { ADMIN USER }
  enum Kind { CLOSE FAR }
  input NewUser { name: String!, role: Role = USER }
`;
const cases: [name: string, verdict: string, from: string, to: string, more?: object][] = [
  ['words', 'compatible', 'type Bot {', '"a bot" type Bot {'],
  ['deprecation', 'compatible', 'name: String!, role: Role,', 'name: String! @deprecated, role: Role,'],
  ['a new field', 'compatible', 'type Bot {', 'type Bot { name: String '],
  ['a new optional argument', 'compatible', 'user(id: ID!)', 'user(id: ID!, at: Int)'],
  ['a new optional input field', 'compatible', 'input NewUser {', 'input NewUser { age: Int '],
  ['a value of an enum that is only written', 'compatible', 'CLOSE FAR', 'CLOSE FAR AWAY'],
  ['a field that is never null now', 'compatible', 'role: Role, friends', 'role: Role!, friends'],

  [
    'a field that is gone',
    'breaking',
    'name: String!, role: Role,',
    'role: Role,',
    { witness: 'query { user(id: "0") { name } }', pointer: '/User/name', keyword: 'field-removed' },
  ],
  ['a field that may be null now', 'breaking', 'friends(kind: Kind): [User]', 'friends(kind: Kind): String'],
  ['an argument that is gone', 'breaking', ', role: Role): [User!]!', '): [User!]!'],
  [
    'a new required argument',
    'breaking',
    'user(id: ID!)',
    'user(id: ID!, at: Int!)',
    { witness: 'query { user(id: "0") { __typename } }' },
  ],
  ['a new required input field', 'breaking', 'input NewUser {', 'input NewUser { age: Int! '],
  [
    'a value of an enum that is read',
    'breaking',
    'ADMIN USER }',
    'ADMIN USER GUEST }',
    { witness: 'Role.GUEST' },
  ],
  ['an enum value less', 'breaking', 'CLOSE FAR', 'CLOSE'],
  ['a new member of a union', 'breaking', '= User | Bot', '= User | Bot | More type More { a: Int }'],
  ['a type that is gone', 'breaking', 'union Thing = User | Bot', 'union Thing = User'],
  ['another default', 'unknown', 'first: Int = 10', 'first: Int = 20', { reason: /default/i }],
  ['another directive', 'unknown', 'type Bot {', 'directive @auth on OBJECT type Bot @auth {'],
];

for (const [name, verdict, from, to, more = {}] of cases) {
  t.test(name, async (t) => {
    const changed = base.replace(from, to);
    t.not(changed, base);
    const result = await compareGraphql(base, changed);
    t.match(result.verdict, { verdict, ...more }, JSON.stringify(result));
  });
}

t.test('a default that is gone from what must be given', async (t) => {
  const one = 'type Query { a(n: Int! = 1): Int }';
  t.match((await compareGraphql(one, 'type Query { a(n: Int!): Int }')).verdict, {
    verdict: 'breaking',
    witness: 'query { a }',
  });
});

t.test('what is no schema, or too much of one', async (t) => {
  t.match((await compareGraphql(base, 'type {')).verdict, {
    verdict: 'unknown',
    reason: /the new schema: Syntax/,
  });
  t.match((await compareGraphql(base, 'type Query { a: Nope }')).verdict, { verdict: 'unknown' });
  const deep = `type Query { a: ${'['.repeat(100_000)}Int${']'.repeat(100_000)} }`;
  t.match((await compareGraphql(base, deep)).verdict, { verdict: 'unknown' });
  t.match((await compareGraphql(base, base)).verdict, { verdict: 'equal' });
  const federated = 'type Query @shareable { a: Int @external }';
  t.match((await compareGraphql(federated, `${federated} type B { a: Int }`)).verdict, {
    verdict: 'compatible',
  });
});
