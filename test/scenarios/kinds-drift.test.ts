import t from 'tap';
import { nightly } from '../helpers/values/nightly.ts';
import { anySeed, seedOr } from '../helpers/values/seed.ts';
import { makeRepo, openRepo } from '../helpers/world/repo.ts';
import { templateOf } from '../helpers/world/template.ts';
import { type Sample, samples } from '../kinds/samples.ts';

interface Status {
  exports: {
    contract: string;
    drift: { verdict: string; changes: { rule?: string }[] }[];
    failed: unknown[];
  }[];
}

// What a kind promises by itself is in kinds/conformance.test.ts. By day the whole story is told of one whose reader follows code, and
// of a third of the others, chosen by the seed.
const seed = seedOr(anySeed());
const isTold = ({ kind }: Sample, at: number) => nightly || kind === 's3' || (at + seed) % 3 === 0;

for (const sample of samples.filter(isTold))
  t.test(`${sample.kind}: an edit that changes the offer is drift everywhere alike`, async (t) => {
    const box = await templateOf(t, 'kinds-drift', async (box) => {
      await box.realm(['init', '--name', 'acme', '--path', 'realm']);
      for (const name of ['provider', 'consumer']) {
        const repo = await makeRepo(box, name, { tree: { 'other.txt': '0\n' } });
        await box.realm(['join', '../realm'], { cwd: repo.path });
        await repo.commit('join');
        await repo.push();
      }
      const create = ['domain', 'create', 'd', '--repos', 'provider,consumer', '--provider', 'consumer'];
      await box.realm(create, { cwd: 'consumer' });
      const add = ['domain', 'add', 'd', '--repos', 'provider', '--role', 'both'];
      await box.realm(add, { cwd: 'consumer', expect: 'any' });
    });
    const provider = openRepo(box, 'provider', box.path('remotes/provider.git'));
    await provider.commit('the source', { [sample.path]: sample.text });
    await provider.push();
    await box.realm(['export', '--name', 'c', '--domain', 'd', '--source', sample.path], { cwd: 'provider' });
    await provider.commit('export');
    await provider.push();
    await box.realm(['import', 'd/c'], { cwd: 'consumer' });
    await box.realm(['session', 'start'], { cwd: 'consumer' });

    const status = async () =>
      (JSON.parse((await box.realm(['status', '--json'], { cwd: 'provider' })).stdout) as Status).exports[0];
    const check = () => box.realm(['check', '--exports', '--json'], { cwd: 'provider', expect: 'any' });
    const commit = async (message: string) =>
      (await box.git(['commit', '-qam', message], { cwd: 'provider' })).stderr;

    t.match(await status(), { drift: [], failed: [] }, 'nothing to tell');
    t.equal((await check()).code, 0);
    provider.write({ 'other.txt': '1\n' });
    t.equal(await commit('elsewhere'), '', 'an edit elsewhere says nothing');
    provider.write({ [sample.path]: sample.same });
    t.notMatch(await commit('spelling'), /this commit changes/, 'another spelling is no drift');
    t.match(await status(), { drift: [], failed: [] });

    provider.write({ [sample.path]: sample.broken });
    t.match(await status(), { drift: [{ verdict: 'breaking' }] }, 'status, of the work tree');
    await box.git(['config', 'realm.drift', 'block'], { cwd: 'provider' });
    const blocked = await box.run('git', ['commit', '-qam', 'blocked'], { cwd: 'provider', expect: 'any' });
    t.not(blocked.code, 0, 'realm.drift = block stops it');
    await box.git(['config', 'realm.drift', 'warn'], { cwd: 'provider' });
    const said = await commit('break');
    t.match(said, /this commit changes d\/c 1\.0\.0 \(breaking, would be 2\.0\.0\)/, 'the hook');
    const told = (await box.realm(['status'], { cwd: 'consumer' })).stdout;
    t.match(
      told,
      /Live notification from repo 'provider':\n.*not published yet/,
      'a session of the consumer',
    );
    await box.realm(['session', 'stop'], { cwd: 'consumer' });
    const drift = (await status())?.drift;
    t.match(drift, [{ verdict: 'breaking' }], 'status, of the commit');
    t.ok(
      drift?.[0]?.changes.some(({ rule }) => rule !== undefined),
      'with its rule',
    );
    const found = await check();
    t.equal(found.code, 1, 'check');
    t.match(found.stdout, /drift/);

    for (const [what, text] of [
      ['empty', ''],
      ['something else', 'hello\n'],
    ] as const) {
      // A word is a value too.
      if (sample.kind === 'value' && text !== '') continue;
      provider.write({ [sample.path]: text });
      await box.git(['commit', '-qam', what], { cwd: 'provider' });
      await provider.push();
      const before = (await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout;
      const synced = await box.realm(['sync'], { cwd: 'provider', expect: 'any' });
      t.match(synced.stdout + synced.stderr, /cannot (?:be read|read its sources)/, `${what}: it is said`);
      t.equal(
        (await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout,
        before,
        `${what}: nothing is published`,
      );
    }
  });

export type { Sample };
