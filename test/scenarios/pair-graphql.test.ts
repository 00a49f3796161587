import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const schema = (fields: string): string =>
  `type Query {\n  user(id: ID!): User\n}\ntype User {\n${fields}}\n`;

t.test('a GraphQL API, and a gateway that keeps the part of its schema that it queries', async (t) => {
  const { provider, commit, check, publish, status, contract } = await pairOf(sandbox(t), {
    provider: { 'schema.graphql': schema('  name: String!\n  mail: String\n') },
    source: 'schema.graphql',
    consumer: { 'upstream.graphql': schema('  name: String!\n') },
    binding: 'upstream.graphql',
  });
  t.match(await contract(), /^kind: graphql$/m);
  t.match(await check(), { code: 0, stdout: /1 proved/ });
  t.match(
    await commit(provider, 'age', {
      'schema.graphql': schema('  name: String!\n  mail: String\n  age: Int\n'),
    }),
    /compatible/,
  );
  await publish();
  t.match(await check(), { code: 0 });
  t.match(await status(), /current at 1\.1\.0, proved|news: 1\.1\.0/);
  const gone = await commit(provider, 'no mail', {
    'schema.graphql': schema('  name: String!\n  age: Int\n'),
  });
  t.match(gone, /breaking, would be 2\.0\.0/);
  t.match(gone, /'mail' was removed from object type 'User'/, 'the field is named');
  await publish();
  t.match(
    await check(),
    { code: 0, stdout: /warning: .*breaks in 14 days/ },
    'there is time until it counts',
  );
  t.match(await check('--fail-on', 'stale'), { code: 1 });
});
