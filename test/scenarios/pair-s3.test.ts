import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const writes = (...keys: string[]): string =>
  `import boto3\ns3 = boto3.client("s3")\n\n\ndef save(run):\n${keys.map((key) => `    s3.put_object(Bucket="acme", Key=f"${key}")\n`).join('')}`;
const policy = (...keys: string[]): string =>
  `${JSON.stringify({ Statement: [{ Effect: 'Allow', Action: ['s3:PutObject'], Resource: keys.map((key) => `arn:aws:s3:::acme/${key}`) }] }, null, 2)}\n`;

t.test('a pipeline that writes S3 paths, and a repository that grants them', async (t) => {
  const { provider, consumer, commit, check, publish, contract } = await pairOf(sandbox(t), {
    provider: { 'pipeline.py': writes('runs/{run}/a.parquet') },
    source: 'pipeline.py',
    consumer: { 'policy.json': policy('runs/*') },
    binding: 'policy.json',
  });
  t.match(await contract(), /^kind: s3$/m);
  t.match(await check(), { code: 0, stdout: /1 proved/ });
  const more = await commit(provider, 'metrics', {
    'pipeline.py': writes('runs/{run}/a.parquet', 'metrics/{run}.json'),
  });
  t.match(more, /compatible, would be 1\.1\.0/);
  t.match(more, /metrics\/\*/);
  await publish();
  t.match(await check(), { code: 1, stdout: /stale/ }, 'a new need is the consumer’s to grant');
  t.match(
    await commit(consumer, 'comment', {
      'policy.json': policy('runs/*').replace('{', '{\n  "Id": "again",'),
    }),
    '',
  );
  await consumer.push();
  t.match(await check(), { code: 1 }, 'a change elsewhere in the file grants nothing');
});
