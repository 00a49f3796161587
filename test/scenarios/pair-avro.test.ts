import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const lines = (name: string, ...fields: string[]): string =>
  `{\n  "type": "record",\n  "name": "${name}",\n  "namespace": "acme",\n  "fields": [\n${fields.map((field) => `    ${field}`).join(',\n')}\n  ]\n}\n`;
const [id, total] = ['{ "name": "id", "type": "string" }', '{ "name": "total", "type": "acme.Money" }'];
const [cents, currency] = ['{ "name": "cents", "type": "long" }', '{ "name": "currency", "type": "string" }'];
const note = '{ "name": "note", "type": ["null", "string"], "default": null }';

const world = {
  provider: {
    'schemas/invoice.avsc': lines('Invoice', id, total),
    'schemas/money.avsc': lines('Money', cents, currency),
    'schemas/README.md': '# What we send\n',
  },
  source: 'schemas',
  consumer: {
    'readers/invoice.avsc': lines('Invoice', id, total),
    'readers/money.avsc': lines('Money', cents, currency),
  },
  binding: 'readers',
};

t.test(
  'schemas in several files, and a consumer that reads with its own: each commit says whom it breaks, at which line',
  async (t) => {
    const { provider, consumer, contract, commit, check, publish, status } = await pairOf(sandbox(t), world);
    t.match(await contract(), /^kind: avro$/m);
    t.match(await contract(), /schemas\/money\.avsc/, 'the files are kept');
    t.match(await check(), { code: 0, stdout: /1 proved/ });
    t.match(await status(), /proved/);
    const added = await commit(provider, 'note', {
      'schemas/invoice.avsc': lines('Invoice', id, total, note),
    });
    t.match(added, /compatible, would be 1\.1\.0/);
    await publish();
    t.match(await check(), { code: 0, stdout: /1 proved/ });
    const gone = await commit(provider, 'no currency', { 'schemas/money.avsc': lines('Money', cents) });
    t.match(gone, /breaking, would be 2\.0\.0/);
    t.match(
      gone,
      /breaks consumer at readers\/money\.avsc:7 \(reads acme\.Money\.currency: field 'currency' of 'acme\.Money' is not written/,
    );
    await publish();
    t.match(await check('--fail-on', 'stale'), { code: 1 });
    await commit(consumer, 'with a default', {
      'readers/money.avsc': lines(
        'Money',
        cents,
        '{ "name": "currency", "type": "string", "default": "EUR" }',
      ),
    });
  },
);

t.test('a consumer whose schema stands in its code: a field that goes breaks the line of it', async (t) => {
  const code = `SCHEMA = """${lines('Money', cents, currency)}"""\nread = AvroDeserializer(registry, SCHEMA)\n`;
  const options = { ...world, consumer: { 'app/main.py': code }, binding: 'app/main.py' };
  const { provider, commit, check, publish } = await pairOf(sandbox(t), {
    ...options,
    imported: ['--verify', 'avro-readers'],
  });
  t.match(await check(), { code: 0, stdout: /1 proved/ });
  const gone = await commit(provider, 'no currency', { 'schemas/money.avsc': lines('Money', cents) });
  t.match(gone, /breaks consumer at app\/main\.py:7 \(reads acme\.Money\.currency/);
  await publish();
  t.match(await check('--fail-on', 'stale'), { code: 1 });
});

t.test('what is wrong with schemas is said with file and line, and nothing is published', async (t) => {
  const box = sandbox(t);
  const { provider } = await pairOf(box, world);
  const refs = async () => (await box.git(['-C', 'realm', 'show-ref'])).stdout;
  const before = await refs();
  provider.write({
    'syntax/a.avsc': '{\n  "type": "record",\n  "name": "A" "fields": []\n}\n',
    'twice/a.avsc': lines('Money', cents),
    'twice/b.avsc': lines('Money', currency),
    'missing/a.avsc': lines('Invoice', id, total),
  });
  await provider.commit('bad');
  await provider.push();
  const exported = (source: string) =>
    box.realm(['export', '--name', source, '--domain', 'd', '--source', source, '--detector', 'avro'], {
      cwd: provider.path,
      expect: 'any',
    });
  t.match(await exported('syntax'), {
    code: /[1-9]/,
    stderr: /syntax\/a\.avsc:3: .*it is not JSON in line 3/,
  });
  t.match(await exported('twice'), {
    code: /[1-9]/,
    stderr: /twice\/b\.avsc:1: .*'acme\.Money' is defined twice: also in twice\/a\.avsc:1/,
  });
  t.match(await exported('missing'), {
    code: /[1-9]/,
    stderr: /missing\/a\.avsc:7: 'acme\.Money' is not defined in the sources/,
  });
  t.equal(await refs(), before);
  box.write(box.path('old.avsc'), lines('Money', cents));
  box.write(box.path('new.avsc'), lines('Money', cents, currency));
  const usual = await box.realm(['compat', 'old.avsc', 'new.avsc'], { expect: 1 });
  t.match(usual.stdout, /new\.avsc:7/, 'file and line of the change');
  t.match(usual.stdout, /"hex":"02"/, 'a datum that shows it');
  await box.realm(['compat', 'old.avsc', 'new.avsc', '--direction', 'forwards']);
});

t.test('a change set takes a field away: the consumer that reads it merges first', async (t) => {
  const box = sandbox(t);
  const { provider, consumer } = await pairOf(box, world);
  const branch = 'drop-currency';
  await box.realm(['worktree', '--branch', branch, '--repos', 'provider,consumer'], { cwd: provider.path });
  const at = (path: string, file = '') => `${path}/.worktrees/${branch}/${file}`;
  box.write(at(provider.path, 'schemas/money.avsc'), lines('Money', cents));
  box.write(at(consumer.path, 'readers/money.avsc'), lines('Money', cents));
  const inside = { cwd: at(provider.path) };
  await box.realm(['commit', '-m', 'Drop currency'], inside);
  await box.realm(['push'], inside);
  await box.realm(['pr', '--title', 'Drop currency'], inside);
  const { stdout } = await box.realm(['pr', 'status', '--json'], inside);
  t.match(JSON.parse(stdout), { order: ['consumer', 'provider'] });
  await box.realm(['pr', 'merge'], inside);
  const merged = await box.git(['-C', provider.remote ?? '', 'show', 'main:schemas/money.avsc']);
  t.equal(merged.stdout, lines('Money', cents));
});
