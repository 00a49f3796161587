import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const document = (item: string): string => `openapi: 3.0.3
info: { title: positions, version: "1" }
paths:
  /positions:
    get:
      responses:
        "200":
          description: all of them
          content:
            application/json:
              schema:
                type: array
                items:
                  type: object
                  properties:
${item}`;
const outdated = '                    outdated: { type: boolean }\n';
const id = '                    id: { type: string }\n';
const note = '                    note: { type: string }\n';

t.test('a service with an OpenAPI document, and a client that keeps a copy of it', async (t) => {
  const { provider, contract, commit, check, publish, status } = await pairOf(sandbox(t), {
    provider: {
      'api/openapi.yaml': document(id + outdated),
      'src/Store.java': 'Object get = results.getObject("0");\n',
    },
    source: 'api/openapi.yaml',
    consumer: { 'vendor/positions.yaml': document(id + outdated), 'client.py': 'positions[0]["outdated"]\n' },
    binding: 'vendor/positions.yaml',
  });
  t.match(await contract(), /^kind: openapi$/m, 'recognised by the file, whatever code lies beside it');
  t.match(await check(), { code: 0, stdout: /1 import checked: 1 proved/ }, 'the copy goes with it');

  const added = await commit(provider, 'note', { 'api/openapi.yaml': document(id + outdated + note) });
  t.match(added, /compatible, would be 1\.1\.0/, 'the hook tells of an addition');
  await publish();
  t.match(await check(), { code: 0 }, "an addition does not fail the consumer's check");
  t.match(await status(), /current at 1\.0\.0.*\n.*news: 1\.1\.0/);

  const broken = await commit(provider, 'no outdated', { 'api/openapi.yaml': document(id + note) });
  t.match(broken, /breaking, would be 2\.0\.0/, 'the hook tells that a response property is gone');
  t.match(broken, /GET \/positions → 200 → \[\]\.outdated/, 'and which');
  t.match(broken, /unknown for consumer/, 'and what is not known of the consumer');
  await publish();
  const after = await check('--fail-on', 'stale');
  t.equal(after.code, 1, 'the range ends before 2.0.0, which counts in two weeks');
  t.match(after.stdout, /breaks in 14 days/);
});
