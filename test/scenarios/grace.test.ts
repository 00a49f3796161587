import t, { type Test } from 'tap';
import type { RunOptions } from '../helpers/cli.ts';
import { type As, organisations } from '../helpers/organisations.ts';

const values = ['{"read":["a/*","b/*","c/*"]}', '{"read":["a/*","b/*"]}', '{"read":["a/*"]}'];
type Options = RunOptions & { days?: number };

/** A provider and two consumers of contracts at 1.0.0. Repos come in as they like, boss and chief approve. */
async function world(t: Test, served: boolean, contracts: readonly string[]) {
  const made = await organisations(t, {
    served,
    more: ['mia', 'chief'],
    realm: (text) =>
      text
        .replace('admission: approval', 'admission: open')
        .replace(/approvers:.*\n(?: +- .*\n)?/, 'approvers: [boss@example.com, chief@example.com]\n'),
  });
  const { as, box, url, boss, eric, fun } = made;
  const mia = as('mia', 'mia');
  const chief = as('chief', 'chief');
  for (const one of [eric, fun, mia, chief]) await one(['join', url]);
  await eric(['domain', 'create', 'd', '--repos', 'provider,consumer,mia']);
  const publish = (contract: string, value = '', options: Options = {}) =>
    eric(['export', '--name', contract, '--domain', 'd', '--value', value], options);
  for (const contract of contracts) await publish(contract, values[0]);
  for (const who of [fun, mia]) {
    await who(['fetch']);
    const names = contracts.filter((name) => who === fun || !['back', 'no'].includes(name));
    for (const name of names) await who(['import', name, '--domain', 'd', '--version', '^1.0.0']);
  }
  /** Eric breaks it; the proposal's name. */
  const breaks = async (contract: string, value = '', days = 0): Promise<string> => {
    const held = await publish(contract, value, { expect: 1, days });
    return /proposal (\w+) waits/.exec(held.stderr)?.[1] ?? '';
  };
  /** State, days until it breaks, and whom it waits for. */
  const stands = async (who: As, contract: string, days: number) => {
    await who(['fetch'], { days });
    const { imports } = (await who(['status', '--json'], { days, expect: 'any' })).json() as {
      imports: {
        contract: string;
        state: string;
        breaksInDays: number | null;
        grace: { missing: string[] } | null;
      }[];
    };
    const own = imports.find((one) => one.contract === contract);
    const waits = own?.grace?.missing ?? [];
    return [own?.state, own?.breaksInDays, ...waits].filter((one) => one !== null).join(' ');
  };
  const file = (contract: string) => made.show(`domains/d/contracts/${contract}.yaml`);
  const status = async (who: As, options: Options = {}) =>
    (await who(['status'], { expect: 'any', ...options })).stdout;
  /** Nobody's refs move. */
  const refused = async (who: As, args: string[], why: RegExp, options: Options = {}) => {
    const refs = async () => (await box.git(['-C', made.bare, 'for-each-ref'])).stdout;
    const before = await refs();
    t.match((await who(args, { expect: 1, ...options })).stderr, why, args.join(' '));
    t.equal(await refs(), before, `${args.join(' ')}: nothing is published`);
  };
  return { ...made, mia, chief, boss, breaks, stands, publish, file, status, refused };
}

t.test('the life of a breaking change', async (t) => {
  const { chief, boss, eric, fun, mia, ...realm } = await world(t, false, ['ack', 'two', 'back']);
  const { breaks, stands, publish, file, status, refused } = realm;

  await t.test('before, at and after; acknowledged by all it ends at once', async (t) => {
    await boss(['approve', await breaks('ack', values[1])]);
    t.equal(await stands(fun, 'ack', 0), 'stale 14 consumer mia');
    t.equal(await stands(fun, 'ack', 13.9999), 'stale 1 consumer mia', 'before');
    const due = Date.parse(String((await file('ack')).effective_at));
    const at = (time: number) => status(fun, { env: { GIT_REALM_NOW: new Date(time).toISOString() } });
    t.match(await at(due - 1000), /ack \^1\.0\.0: stale, breaks in 1 day/);
    t.match(await at(due), /ack \^1\.0\.0: broken/, 'at the second itself');
    t.match(await at(due + 1000), /ack \^1\.0\.0: broken/, 'after');

    await refused(eric, ['ack', 'd/ack'], /'provider' does not import 'd\/ack'/, { expect: 128 });
    const acknowledged = (await fun(['ack'])).stdout;
    t.match(acknowledged, /acknowledged: d\/ack 2\.0\.0 for consumer/);
    t.match(acknowledged, /\^1\.0\.0 does not accept it: git realm import/);
    t.match(acknowledged, /takes effect at .*; waits for mia/);
    t.match((await fun(['ack', 'ack'])).stdout, /acknowledged already/);
    t.notMatch((await eric(['sync'])).stdout, /in effect/, 'one of two');
    t.match(await status(eric), /waits for mia; consumer ready/);
    await mia(['fetch']);
    t.match(await status(mia), /waits for mia; consumer ready/);
    t.match((await mia(['ack', 'ack'])).stdout, /in effect now: d\/ack 2\.0\.0, consumer, mia ready/);
    t.ok(Date.parse(String((await file('ack')).effective_at)) < due, 'published so');
    t.equal(await stands(fun, 'ack', 0), 'broken', 'by the range that he did not change');
    await refused(fun, ['ack', 'ack'], /cannot be acknowledged any more/);
    await refused(mia, ['ack'], /no import of 'mia' is in a grace period/);
    t.equal((await publish('ack', values[0])).code, 0, 'and goes on from there');
  });

  await t.test('two breaking changes under way; a consumer resolves early', async (t) => {
    await boss(['approve', await breaks('two', values[1])]);
    await fun(['fetch']);
    await fun(['import', 'two', '--domain', 'd', '--version', '^2.0.0'], { days: 1 });
    await fun(['sync', '--resolve', 'two'], { days: 1 });
    t.equal(await stands(fun, 'two', 1), 'current mia', 'resolved before it is in effect');
    await chief(['approve', await breaks('two', values[2], 5)], { days: 5 });
    const { version, changelog } = await file('two');
    t.match([version, changelog], ['3.0.0', [{ version: '3.0.0' }, { effective_at: String }, {}]]);
    t.equal(await stands(mia, 'two', 5), 'stale 9 consumer mia', 'the first one counts as before');
    t.equal(await stands(fun, 'two', 5), 'stale 14 consumer mia', 'for him the second one');
    t.equal(await stands(mia, 'two', 14.1), 'broken consumer mia');
    t.equal(await stands(fun, 'two', 14.1), 'stale 5 consumer mia');
    t.equal(await stands(fun, 'two', 19.1), 'broken');
    await mia(['import', 'two', '--domain', 'd', '--version', '>=1.0.0'], { days: 6 });
    await mia(['sync', '--resolve', 'two'], { days: 6 });
    t.match(
      (await fun(['ack', 'two'], { days: 6 })).stdout,
      /in effect now: d\/two 3\.0\.0, consumer, mia ready/,
    );
    t.equal(await stands(mia, 'two', 6), 'current');
  });

  await t.test(
    'an approval taken back: the version before stays valid, until it is given again',
    async (t) => {
      const one = await breaks('back', values[1]);
      await refused(boss, ['approve', '--withdraw', one], /no approval .* is by 'boss/);
      await boss(['approve', one]);
      await refused(chief, ['approve', '--withdraw', one], /no approval .* is by 'chief/);
      await refused(boss, ['approve', one], /has landed already/);
      const withdrawn = await boss(['approve', '--withdraw', one, '--why', 'too soon'], { days: 3 });
      t.match(withdrawn.stdout, /withdrew the approval .* no longer published/);
      t.match(await file('back'), { version: '1.0.0', effective_at: undefined });
      t.equal(await stands(fun, 'back', 30), 'current');
      t.match((await eric(['proposals', 'show', one])).stdout, /open[\s\S]*withdrawal by boss.*: too soon/);
      await chief(['approve', one], { days: 4 });
      t.equal(await stands(fun, 'back', 4), 'stale 14 consumer', 'counted from the new approval');
      const told = await eric(['log', 'd/back'], { days: 4 });
      t.match(
        told.stdout,
        new RegExp(
          [
            'd/back',
            '2\\.0\\.0  .*',
            '  Removed c/\\* \\(read\\)',
            '  proposed .* by eric@example\\.com \\(\\w+\\)',
            '  approved .* by boss@example\\.com',
            '  approval taken back .* by boss@example\\.com: too soon',
            '  approved .* by chief@example\\.com',
            '  takes effect .*',
          ].join('\n'),
        ),
        'from proposal to effect',
      );
      t.ok(told.stdout.split('\n').length <= 24, 'on one screen');
      await refused(chief, ['approve', '--withdraw', one], /is in effect since .* withdrawn/, { days: 18.1 });
      t.match(await file('back'), { version: '2.0.0' });
    },
  );
});

t.test('refused in words, and nothing is published', async (t) => {
  const { box, chief, boss, eric, fun, mia, now, ...realm } = await world(t, true, ['no']);
  const { breaks, publish, file, refused } = realm;
  const one = await breaks('no', values[1]);
  await refused(fun, ['approve', one], /'fun@example\.com' is no approver/);
  await refused(boss, ['approve', 'ffff'], /no proposal 'ffff'/, { expect: 128 });
  await refused(boss, ['approve', one], /your clock says/, { days: -20 });
  await refused(boss, ['approve', one], /is the clock right\?/, {
    expect: 128,
    env: { GIT_REALM_NOW: '2040-01-01T00:00:00Z' },
  });
  t.match((await boss(['proposals', 'show', one])).stdout, /open(?![\s\S]*approval by)/, 'nor kept');

  await chief(['fetch']);
  const offline = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.proxy',
    GIT_CONFIG_VALUE_0: 'http://127.0.0.1:9',
  };
  t.match((await chief(['approve', one], { env: offline })).stderr, /kept in the local realm/);
  const seed = (...args: string[]) => box.git(['-C', 'seed', ...args]);
  const text = (await seed('show', 'HEAD:realm.yaml')).stdout;
  box.write('seed/realm.yaml', text.replace(', chief@example.com', ''));
  const byBoss = ['-c', 'user.email=boss@example.com', '-c', 'user.name=boss'];
  await seed(...byBoss, 'commit', '-qam', 'without chief');
  await boss(['approve', 'ffff'], { expect: 128 });
  t.match((await chief(['approve', one], { expect: 1 })).stderr, /'chief@example\.com' is no approver/);
  t.match(await file('no'), { version: '1.0.0' }, 'what he approved before does not land');

  const two = await breaks('no', '{"read":["c/*"]}', 1);
  t.equal(two, one, 'another content in the place of the first');
  await publish('no', '{"read":["a/*","b/*","c/*","d/*"]}', { days: 1 });
  await refused(boss, ['approve', one], /was made against another .*approvals of it do not count/, {
    days: 1,
  });
  await breaks('no', '{"read":["c/*"]}', 2);
  // The domain's own rules win over the realm's.
  const rules = 'approvers: [mia@example.com]\nbreaking_changes: { grace_period_days: 3 }\n';
  box.write('seed/domains/d/governance.yaml', rules);
  await seed('add', '-A');
  await seed(...byBoss, 'commit', '-qm', 'rules of d');
  const foreign = await boss(['approve', one], { days: 2, expect: 1 });
  t.match(foreign.stderr, /'boss@example\.com' is no approver/);
  const anew = await mia(['approve', one], { days: 2 });
  t.match(anew.stdout, /takes effect/, 'made anew it can be approved');
  const due = Date.parse(String((await file('no')).effective_at)) - now.getTime();
  t.equal(Math.round(due / 86_400_000), 5, 'on the second day, and three days');

  const acknowledged = await fun(['ack'], { days: 3 });
  t.match(acknowledged.stdout, /in effect now: d\/no 2\.0\.0, consumer ready/, 'and the server takes it');
  t.match(await file('no'), {
    effective_at: new Date(now.getTime() + 3 * 86_400_000).toISOString().replace(/\.\d+/, ''),
  });
});
