import t from 'tap';
import type { RunOptions } from '../helpers/world/cli.ts';
import { organisations } from '../helpers/world/organisations.ts';

t.test('from asking to join to a breaking change in effect, each on his own', async (t) => {
  const { box, url, show, id, bare, now, boss, eric, fun } = await organisations(t);

  const asked = await eric(['join', url]);
  t.match(asked.stdout, /requested to join realm acme as provider: proposal \w+ waits for boss@example\.com/);
  t.match((await eric(['join', url])).stdout, /requested to join/, 'asked again it is the same proposal');
  t.equal(
    (await box.git(['-C', bare, 'for-each-ref', 'refs/realm/proposals'])).stdout.trim().split('\n').length,
    1,
  );
  t.match(
    (await eric(['approve', await id(eric)], { expect: 1 })).stderr,
    /not an approver/,
    'not by himself',
  );
  await boss(['approve', await id(boss)]);
  t.match(await show('repos/provider.yaml'), { maintainers: ['eric@example.com'] });
  t.match((await boss(['invite', 'consumer', '--maintainer', 'fun@example.com'])).stdout, /invited consumer/);
  t.match((await fun(['join', url])).stdout, /registered consumer/);

  await eric(['sync']);
  await eric(['domain', 'create', 'd', '--repos', 'provider,consumer']);
  const publish = (value: string, options: RunOptions = {}) =>
    eric(['export', '--name', 'c', '--domain', 'd', '--value', value], options);
  await publish('{"read":["a/*","b/*"]}');
  await fun(['fetch']);
  await fun(['import', 'c', '--domain', 'd', '--version', '^1.0.0']);

  const held = await publish('{"read":["a/*"]}', { expect: 1 });
  t.match(held.stderr, /hint: proposal \w+ waits for boss@example\.com/);
  t.match(await show('domains/d/contracts/c.yaml'), { version: '1.0.0' }, 'the old version stays');
  const proposal = await id(eric);
  const shown = (await eric(['proposals', 'show', proposal])).stdout;
  t.match(shown, /affects consumer \(\^1\.0\.0\)/);
  t.match(shown, /b\//, 'with the witness');

  t.match((await boss(['approve', proposal], { expect: 'any' })).stdout, /takes effect at/);
  const file = await show('domains/d/contracts/c.yaml');
  t.match(file, { version: '2.0.0' });
  const due = Date.parse(String(file.effective_at));
  t.ok(Math.abs(due - now.getTime() - 14 * 86_400_000) < 2000, 'approval and fourteen days');
  await fun(['fetch']);
  const state = async (days: number) => (await fun(['status', '--json'], { days, expect: 'any' })).stdout;
  t.match(await state(13), /"stale"/, 'before');
  t.notMatch(await state(13), /"broken"/);
  t.match(await state(14.01), /"broken"/, 'after');
  t.match((await boss(['approve', proposal], { expect: 1 })).stderr, /has already landed/);
});

t.test('rejected, unknown, outdated and foreign proposals are said in words', async (t) => {
  const { url, id, boss, eric, fun } = await organisations(t, { served: false });
  await eric(['join', url]);
  await fun(['join', url]);
  t.match((await boss(['approve', 'nothing'], { expect: 128 })).stderr, /no proposal 'nothing'/);
  const mine = await id(eric);
  t.match((await eric(['reject', mine], { expect: 129 })).stderr, /--why/);
  t.match((await fun(['approve', mine], { expect: 1 })).stderr, /'fun@example\.com' is not an approver/);
  t.match((await boss(['reject', mine, '--why', 'who are you?'])).stdout, /rejected/);
  t.match((await boss(['approve', mine], { expect: 1 })).stderr, /been rejected: who are you\?/);
  t.match((await boss(['proposals', '--all'])).stdout, /rejected/);
});

t.test('a proposal whose code was taken back is told by the next sync', async (t) => {
  const { box, url, id, boss, eric, fun } = await organisations(t, { served: false });
  await eric(['join', url]);
  await fun(['join', url]);
  for (const who of [eric, fun]) await boss(['approve', await id(who)], { expect: 'any' });
  const { path } = await box.git(['-C', 'provider', 'rev-parse', '--show-toplevel']).then(({ stdout }) => ({
    path: stdout.trim(),
  }));
  const commit = async (text: string) => {
    box.write('provider/paths.json', text);
    for (const args of [
      ['add', '-A'],
      ['commit', '-qm', 'x'],
      ['push', '-q', 'origin', 'HEAD'],
    ])
      await box.git(['-C', path, ...args]);
  };
  await commit('{"read":["a/*","b/*"]}');
  await eric(['sync']);
  await eric(['domain', 'create', 'd', '--repos', 'provider,consumer']);
  await eric(['export', 'c', '--domain', 'd', '--source', 'paths.json', '--detector', 'data']);
  await fun(['fetch']);
  await fun(['import', 'c']);
  await commit('{"read":["a/*"]}');
  t.match((await eric(['sync'], { expect: 1 })).stdout, /proposal \w+ waits for boss/);
  const proposal = await id(eric);
  await commit('{"read":["b/*"]}');
  const again = await eric(['sync'], { expect: 1 });
  t.match(
    again.stdout,
    new RegExp(`proposal ${proposal} waits for boss`),
    'another value, the same proposal',
  );
  t.notMatch(again.stderr, /comes from code/);
  await commit('{"read":["a/*","b/*"]}');
  const back = await eric(['sync']);
  t.match(
    back.stderr,
    new RegExp(
      `proposal ${proposal} \\(d/c: 1\\.0\\.0 → 2\\.0\\.0 from provider\\) comes from code that is no longer on origin/\\w+`,
    ),
  );
  await boss(['reject', proposal, '--why', 'the code went back']);
  t.notMatch((await eric(['sync'])).stderr, /comes from code/);
});
