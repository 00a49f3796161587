import t from 'tap';
import { breakingWorld, values } from '../helpers/world/breaking.ts';

t.test('the life of a breaking change', async (t) => {
  const { chief, boss, eric, fun, mia, ...realm } = await breakingWorld(t, false, ['ack', 'two', 'back']);
  const { box, bare, breaks, stands, publish, file, status, refused } = realm;

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
    t.match(acknowledged, /\^1\.0\.0 does not include it: git realm import/);
    t.match(acknowledged, /takes effect at .*; waits for mia/);
    t.match((await fun(['ack', 'ack'])).stdout, /already acknowledged/);
    t.notMatch((await eric(['sync'])).stdout, /in effect/, 'one of two');
    t.match(await status(eric), /waits for mia; consumer ready/);
    t.match(await status(mia), /waits for mia; consumer ready/);
    const git = async (args: string[], input?: Buffer) =>
      (await box.git(['-C', bare, ...args], { ...(input && { input }) })).stdout.trim();
    const notes = await git(['rev-parse', 'refs/notes/realm']);
    const published = await git(['log', '-1', '--format=%H', 'main', '--', 'domains/d/contracts/ack.yaml']);
    const bad = await git(['hash-object', '-w', '--stdin'], Buffer.from([255, 254]));
    await git(['notes', '--ref=realm', 'add', '-f', '-C', bad, published]);
    const unread =
      /waits for consumer, mia\n +acknowledgements are ignored: the note of \w+ is not UTF-8 \(git realm doctor\)/;
    t.match(await status(eric), unread, 'what is not read is not taken for nothing');
    await git(['update-ref', 'refs/notes/realm', notes]);
    t.match((await mia(['ack', 'ack'])).stdout, /in effect now: d\/ack 2\.0\.0, consumer, mia ready/);
    t.ok(Date.parse(String((await file('ack')).effective_at)) < due, 'published so');
    t.equal(await stands(fun, 'ack', 0), 'broken', 'by the range that he did not change');
    await refused(fun, ['ack', 'ack'], /can no longer be acknowledged/);
    await refused(mia, ['ack'], /no import of 'mia' is in a grace period/);
    t.equal((await publish('ack', values[0])).code, 0, 'and goes on from there');
  });

  await t.test('two breaking changes under way; a consumer resolves early', async (t) => {
    await boss(['approve', await breaks('two', values[1])]);
    await fun(['import', 'two', '--domain', 'd', '--version', '^2.0.0'], { days: 1 });
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
    t.match(
      (await fun(['ack', 'two'], { days: 6 })).stdout,
      /in effect now: d\/two 3\.0\.0, consumer, mia ready/,
    );
    t.equal(await stands(mia, 'two', 6), 'current');
  });

  await t.test(
    'an approval withdrawn: the version before stays valid, until it is given again',
    async (t) => {
      const broken = await breaks('back', values[1]);
      await refused(boss, ['approve', '--withdraw', broken], /has no approval by 'boss/);
      await boss(['approve', broken]);
      await refused(chief, ['approve', '--withdraw', broken], /has no approval by 'chief/);
      await refused(boss, ['approve', broken], /has already landed/);
      const withdrawn = await boss(['approve', '--withdraw', broken, '--why', 'too soon'], { days: 3 });
      t.match(withdrawn.stdout, /withdrew the approval .* no longer published/);
      t.match(await file('back'), { version: '1.0.0', effective_at: undefined });
      t.equal(await stands(fun, 'back', 30), 'current');
      t.match(
        (await eric(['proposals', 'show', broken])).stdout,
        /open[\s\S]*withdrawal by boss.*: too soon/,
      );
      await chief(['approve', broken], { days: 4 });
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
            '  approval withdrawn .* by boss@example\\.com: too soon',
            '  approved .* by chief@example\\.com',
            '  takes effect .*',
          ].join('\n'),
        ),
        'from proposal to effect',
      );
      t.ok(told.stdout.split('\n').length <= 24, 'on one screen');
      await refused(chief, ['approve', '--withdraw', broken], /has been in effect since .* withdrawn/, {
        days: 18.1,
      });
      t.match(await file('back'), { version: '2.0.0' });
    },
  );
});
