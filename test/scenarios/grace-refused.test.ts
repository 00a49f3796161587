import t from 'tap';
import { breakingWorld, values } from '../helpers/world/breaking.ts';

t.test('refused in words, and nothing is published', async (t) => {
  const { box, chief, boss, eric, fun, mia, now, ...realm } = await breakingWorld(t, true, ['no']);
  const { breaks, publish, file, refused, show } = realm;
  const broken = await breaks('no', values[1]);
  await refused(fun, ['approve', broken], /'fun@example\.com' is not an approver/);
  await refused(boss, ['approve', 'ffff'], /no proposal 'ffff'/, { expect: 128 });
  await refused(boss, ['approve', broken], /later than your clock/, { days: -20 });
  await refused(boss, ['approve', broken], /check the clock/, {
    expect: 128,
    env: { GIT_REALM_NOW: '2040-01-01T00:00:00Z' },
  });
  t.match((await boss(['proposals', 'show', broken])).stdout, /open(?![\s\S]*approval by)/, 'nor kept');

  await chief(['fetch']);
  const offline = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.proxy',
    GIT_CONFIG_VALUE_0: 'http://127.0.0.1:9',
  };
  t.match((await chief(['approve', broken], { env: offline })).stderr, /saved in the local realm/);
  const seed = (...args: string[]) => box.git(['-C', 'seed', ...args]);
  const text = (await seed('show', 'HEAD:realm.yaml')).stdout;
  box.write('seed/realm.yaml', text.replace(', chief@example.com', ''));
  const byBoss = ['-c', 'user.email=boss@example.com', '-c', 'user.name=boss'];
  await seed(...byBoss, 'commit', '-qam', 'without chief');
  await boss(['approve', 'ffff'], { expect: 128 });
  t.match(
    (await chief(['approve', broken], { expect: 1 })).stderr,
    /'chief@example\.com' is not an approver/,
  );
  t.match(await file('no'), { version: '1.0.0' }, 'what he approved before does not land');

  const two = await breaks('no', '{"read":["c/*"]}', 1);
  t.equal(two, broken, 'another content in the place of the first');
  await publish('no', '{"read":["a/*","b/*","c/*","d/*"]}', { days: 1 });
  await refused(boss, ['approve', broken], /is based on another version of .*its approvals are void/, {
    days: 1,
  });
  await breaks('no', '{"read":["c/*"]}', 2);
  // The domain's own rules win over the realm's.
  const rules = 'approvers: [mia@example.com]\nbreaking_changes: { grace_period_days: 3 }\n';
  box.write('seed/domains/d/governance.yaml', rules);
  await seed('add', '-A');
  await seed(...byBoss, 'commit', '-qm', 'rules of d');
  const foreign = await boss(['approve', broken], { days: 2, expect: 1 });
  t.match(foreign.stderr, /'boss@example\.com' is not an approver/);
  const anew = await mia(['approve', broken], { days: 2 });
  t.match(anew.stdout, /takes effect/, 'made anew it can be approved');
  const due = Date.parse(String((await file('no')).effective_at)) - now.getTime();
  t.equal(Math.round(due / 86_400_000), 5, 'on the second day, and three days');

  const acknowledged = await fun(['ack'], { days: 3 });
  t.match(acknowledged.stdout, /in effect now: d\/no 2\.0\.0, consumer ready/, 'and the server takes it');
  // What others rename is followed on the server too.
  await eric(['sync'], { days: 3 });
  await eric(['contract', 'rename', 'no', 'now'], { days: 3 });
  await fun(['sync'], { days: 3 });
  const { imports } = await show('domains/d/bindings/consumer.yaml');
  t.match(imports, [{ contract: 'now' }]);
  t.match(await show('domains/d/contracts/now.yaml'), {
    effective_at: new Date(now.getTime() + 3 * 86_400_000).toISOString().replace(/\.\d+/, ''),
  });
});
