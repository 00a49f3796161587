import { rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { nameDetected } from '../helpers/world/detected.ts';
import { makeRepo } from '../helpers/world/repo.ts';

const policy = (...keys: string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:PutObject', Resource: keys.map((key) => `arn:aws:s3:::acme/${key}`) },
    ],
  });

t.test(
  'an import that was proved is looked at again: by check, by sync, and never passed over in silence',
  async (t) => {
    const box = sandbox(t);
    await box.realm(['init', '--name', 'acme', '--path', 'realm']);
    const writer = await makeRepo(box, 'writer', {
      tree: {
        'p.py': 'import boto3\ns3 = boto3.client("s3")\ns3.put_object(Bucket="acme", Key="runs/a.json")\n',
      },
    });
    const reader = await makeRepo(box, 'reader', { tree: { 'policy.json': policy('runs/*') } });
    for (const repo of [writer, reader]) await box.realm(['join', '../realm'], { cwd: repo.path });
    nameDetected(writer.path, 's3');
    const domain = ['domain', 'create', 'd', '--repos', 'writer,reader', '--contract', 's3'];
    await box.realm(domain, { cwd: writer.path });
    await box.realm(['import', 's3', '--binding', 'policy.json', '--verify', 'iam-paths'], {
      cwd: reader.path,
    });
    const publish = async () => {
      await reader.git('add', '-A');
      await reader.git('commit', '-qm', 'x');
      await reader.push();
    };
    const check = (...args: string[]) => box.realm(['check', ...args], { cwd: reader.path, expect: 'any' });
    const sync = () => box.realm(['sync'], { cwd: reader.path });
    await publish();
    t.match(await check(), { code: 0, stdout: 'no findings (1 import checked' });
    t.equal((await sync()).stderr, '');

    reader.write({ 'policy.json': policy('logs/*') });
    await publish();
    t.match(await check(), {
      code: 1,
      stdout: /policy\.json does not cover runs\/a\.json.*\[d\/s3:uncovered\]/,
    });
    t.match((await sync()).stderr, 'd/s3 1.0.0: policy.json does not cover runs/a.json (write)');

    for (const [text, why] of [
      ['{"Version":', /policy\.json:\d+: it does not parse/],
      [null, /'policy\.json' is not in origin\/main/],
    ] as const) {
      if (text === null) rmSync(join(reader.path, 'policy.json'));
      else reader.write({ 'policy.json': text });
      await publish();
      const { code, stdout } = await check('--imports');
      t.equal(code, 1);
      t.match(stdout, new RegExp(`d/s3 cannot be verified: ${why.source}.*\\[d/s3:unverified\\]`));
      t.match((await sync()).stderr, why);
    }

    // What cannot be decided is a warning: the binding may well do.
    reader.write({ 'policy.json': policy(`${'$'}{bucket_prefix}/*`) });
    await publish();
    const doubt = await check();
    t.match(doubt.stdout, /d\/s3/);
    t.equal((await check('--fail-on', 'warning')).code, 1);

    reader.write({ 'policy.json': policy('runs/*') });
    await publish();
    t.match(await check(), { code: 0, stdout: 'no findings (1 import checked' });
    t.equal((await sync()).stderr, '');
  },
);
