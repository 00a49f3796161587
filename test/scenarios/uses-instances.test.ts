import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const schema = (more: object): string =>
  `${JSON.stringify(
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, replicas: { type: 'integer' }, ...more },
      additionalProperties: false,
    },
    null,
    2,
  )}\n`;

t.test('a JSON Schema, and files that must be valid under it', async (t) => {
  const { provider, consumer, commit, status, check } = await pairOf(sandbox(t), {
    provider: { 'service.schema.json': schema({ owner: { type: 'string' }, note: {} }) },
    source: 'service.schema.json',
    consumer: {
      'services/a.yaml': 'name: a\nreplicas: 2\n---\nname: b\nowner: me\n',
      'services/c.json': '{\n  "name": "c",\n  "replicas": 1\n}\n',
    },
    binding: 'services',
  });
  t.match(await status(), /c .*current at 1\.0\.0, proved/);
  t.match(await check(), { code: 0, stdout: /1 proved/ });
  const note = await commit(provider, 'no note', {
    'service.schema.json': schema({ owner: { type: 'string' } }),
  });
  t.match(note, /breaking/);
  t.match(note, /not used by consumer|unknown for consumer/);
  const owner = await commit(provider, 'no owner', { 'service.schema.json': schema({}) });
  t.match(owner, /breaks consumer at services\/a\.yaml:5 \(is not valid at \/owner: must NOT/);

  // A file that names its schema has a property that the schema does not allow.
  await commit(consumer, '$schema', {
    'services/c.json': '{\n  "$schema": "../service.schema.json",\n  "name": "c"\n}\n',
  });
  await consumer.push();
  t.match(await check(), { code: 1, stdout: /services\/c\.json:2: error: d\/c 1\.0\.0: is not valid/ });
});
