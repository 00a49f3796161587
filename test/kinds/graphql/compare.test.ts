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
  const sdl = 'type Query { a(n: Int! = 1): Int }';
  t.match((await compareGraphql(sdl, 'type Query { a(n: Int!): Int }')).verdict, {
    verdict: 'breaking',
    witness: 'query { a }',
  });
});

for (const [what, old, now, verdict, more = {}] of [
  [
    'a new implementation of an interface that a field returns',
    'type Query { n: N } interface N { id: ID } type A implements N { id: ID }',
    'type Query { n: N } interface N { id: ID } type A implements N { id: ID } type B implements N { id: ID }',
    'breaking',
    { witness: 'B' },
  ],
  [
    'a type that comes to implement it',
    'type Query { n: [N!] b: B } interface N { id: ID } type A implements N { id: ID } type B { id: ID }',
    'type Query { n: [N!] b: B } interface N { id: ID } type A implements N { id: ID } type B implements N { id: ID }',
    'breaking',
  ],
  [
    'an interface that nothing returns',
    'type Query { a: A } interface N { id: ID } type A implements N { id: ID }',
    'type Query { a: A } interface N { id: ID } type A implements N { id: ID } type B implements N { id: ID }',
    'compatible',
  ],
  [
    'a member of a union that nothing returns',
    'type Query { a: Int } type A { x: Int } type B { x: Int } union U = A',
    'type Query { a: Int } type A { x: Int } type B { x: Int } union U = A | B',
    'compatible',
  ],
  [
    'a member of a union in an entity, which the gateway reaches',
    'extend type P @key(fields: "id") { id: ID u: U } type A { x: Int } type B { x: Int } union U = A type Query { a: Int }',
    'extend type P @key(fields: "id") { id: ID u: U } type A { x: Int } type B { x: Int } union U = A | B type Query { a: Int }',
    'breaking',
  ],
  [
    'a value of an enum in a type that nothing returns',
    'type Query { a: Int } type T { e: E } enum E { A }',
    'type Query { a: Int } type T { e: E } enum E { A B }',
    'compatible',
  ],
  [
    'a directive for schemas',
    'directive @d on OBJECT type Query { a: Int }',
    'type Query { a: Int }',
    'compatible',
  ],
  [
    'a directive for queries',
    'directive @d on OBJECT | FIELD type Query { a: Int }',
    'type Query { a: Int }',
    'breaking',
  ],
  [
    'a required argument of a directive for schemas',
    'directive @d on OBJECT type Query { a: Int }',
    'directive @d(a: Int!) on OBJECT type Query { a: Int }',
    'compatible',
  ],
  [
    'a directive on the schema itself',
    'directive @d on SCHEMA schema { query: Q } type Q { a: Int }',
    'directive @d on SCHEMA schema @d { query: Q } type Q { a: Int }',
    'unknown',
  ],
  [
    '@oneOf gone',
    'input I @oneOf { a: Int b: Int } type Query { q(i: I): Int }',
    'input I { a: Int b: Int } type Query { q(i: I): Int }',
    'compatible',
  ],
  [
    '@oneOf added',
    'input I { a: Int b: Int } type Query { q(i: I): Int }',
    'input I @oneOf { a: Int b: Int } type Query { q(i: I): Int }',
    'breaking',
  ],
  [
    'a field that clients no longer see',
    'type Query { a: Int b: Int }',
    'type Query { a: Int b: Int @inaccessible }',
    'breaking',
  ],
] as [string, string, string, string, object?][])
  t.test(what, async (t) => {
    const result = await compareGraphql(old, now);
    t.match(result.verdict, { verdict, ...more }, JSON.stringify(result));
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

t.test('a field that becomes non-null breaks what merges it with another one', async (t) => {
  const schema = (cat: string, dog = 'String'): string =>
    `type Query { pet: Pet } union Pet = Cat | Dog type Cat { name: ${cat} } type Dog { name: ${dog} }`;
  t.match((await compareGraphql(schema('String'), schema('String!'))).verdict, {
    ...{ verdict: 'breaking', keyword: 'field-type-clashes' },
    witness: 'query { pet { ... on Cat { name } ... on Dog { name } } }',
  });
  t.equal(
    (await compareGraphql(schema('String'), schema('String!', 'String!'))).verdict.verdict,
    'compatible',
    'both',
  );
  t.equal(
    (await compareGraphql(schema('String', 'Int'), schema('String!', 'Int'))).verdict.verdict,
    'compatible',
  );
  t.match((await compareGraphql(schema('[String]', '[String]'), schema('[String!]', '[String]'))).verdict, {
    verdict: 'breaking',
  });
  const named = (pet: string): string =>
    `type Query { pet: Pet } interface Pet { name: String } type Cat implements Pet { name: ${pet} }`;
  t.match((await compareGraphql(named('String'), named('String!'))).verdict, {
    verdict: 'breaking',
    witness: 'query { pet { ... on Cat { name } ... on Pet { name } } }',
  });
  const inner = (
    owner: string,
  ): string => `type Query { pet: Pet } union Pet = Cat | Dog type Cat { by: Owner }
    type Dog { by: Shop } type Owner { name: ${owner} } type Shop { name: String }`;
  t.match((await compareGraphql(inner('String'), inner('String!'))).verdict, {
    verdict: 'unknown',
    reason: /can no longer be selected beside Shop.name/,
  });
});
