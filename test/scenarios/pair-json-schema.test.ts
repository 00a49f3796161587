import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const schema = (properties: object, required: string[] = []): string =>
  `${JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', properties, required }, null, 2)}\n`;
const name = { name: { type: 'string' } };
const born = { born: { type: 'string', format: 'date' } };

t.test('a repository of JSON Schemas, and a library that embeds one', async (t) => {
  const { provider, commit, check, publish, contract } = await pairOf(sandbox(t), {
    provider: { 'schemas/person.json': schema(name) },
    source: 'schemas/person.json',
    consumer: { 'lib/person.schema.json': schema(name) },
    binding: 'lib/person.schema.json',
  });
  t.match(await contract(), /^kind: json-schema$/m);
  t.match(await check(), { code: 0, stdout: /1 proved/ });
  const described = await commit(provider, 'words', {
    'schemas/person.json': schema({ name: { type: 'string', description: 'as on the card' } }),
  });
  t.notMatch(described, /breaking|unknown/, 'words alone break nobody');
  await publish();
  const added = await commit(provider, 'born', { 'schemas/person.json': schema({ ...name, ...born }) });
  t.notMatch(
    added,
    /this commit changes d\/c [^ ]+ \(compatible/,
    'a property that was free to be anything is narrowed',
  );
  await publish();
  const required = await commit(provider, 'required', {
    'schemas/person.json': schema({ ...name, ...born }, ['name']),
  });
  t.match(required, /breaking/);
  t.match(required, /required/, 'the keyword is named');
  await publish();
  t.match(await check(), { code: 0, stdout: /warning: .*breaks in 14 days/ });
  t.match(await check('--fail-on', 'stale'), { code: 1 });
});
