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
      'services/c.json': '{\n  "$schema": "../service.schema.json#",\n  "name": "c"\n}\n',
    },
    binding: 'services',
  });
  // c.json names its schema, which the schema does not allow.
  t.match(await status(), /c .*failing/);
  await commit(consumer, 'no $schema', { 'services/c.json': '{\n  "name": "c",\n  "replicas": 1\n}\n' });
  await consumer.push();
  await consumer.git('status');
  t.match(await check(), { stdout: /1 proved/ });
  const note = await commit(provider, 'no note', {
    'service.schema.json': schema({ owner: { type: 'string' } }),
  });
  t.match(note, /breaking/);
  t.match(note, /not used by consumer|unknown for consumer/);
  const owner = await commit(provider, 'no owner', { 'service.schema.json': schema({}) });
  t.match(owner, /breaks consumer at services\/a\.yaml:4 \(is not valid: .*'owner'/);
});
