import { readFileSync } from 'node:fs';
import t from 'tap';
import { nightly } from '../helpers/values/nightly.ts';
import { hookWorld, source } from './world.ts';

// How often node starts, and how many git processes an untouched commit costs: counted, never timed.

for (const line of [false, true])
  t.test(line ? "a hook manager's line" : 'our own hooks', async (t) => {
    const { box, repo, starts, stage, git } = await hookWorld(t, { line });

    await t.test('an untouched commit costs one git process', async (t) => {
      await stage(false);
      const trace = box.path('trace');
      t.equal((await git(['commit', '-qm', 'x'], { GIT_TRACE: trace })).code, 0);
      const ran = [...readFileSync(trace, 'utf8').matchAll(/trace: built-in: git (\S+)/g)].map(
        ([, name]) => name,
      );
      t.same(
        ran.filter((name) => name !== 'maintenance'),
        ['commit', 'diff'],
      );
      t.equal(starts(), 0);
    });

    await t.test('a touched commit, and one amended, start node once', async (t) => {
      await stage(true);
      t.match(await git(['commit', '-qm', 'x']), { code: 0, stderr: /this commit changes d\/c/ });
      t.equal(starts(), 1);
      await stage(true);
      await git(['commit', '-q', '--amend', '-m', 'y']);
      t.equal(starts(), 1);
      await git(['commit', '-q', '--amend', '-m', 'z']);
      t.equal(starts(), 0, 'amended in words alone');
      await stage(true);
      await git(['commit', '-qnm', 'x']);
      t.equal(starts(), 1, '--no-verify');
    });

    await t.test('a rebase starts node once, at its end', async (t) => {
      for (let n = 0; n < 3; n++) {
        await stage(true);
        await git(['commit', '-qm', `${n}`]);
      }
      starts();
      t.equal((await git(['rebase', '-q', '--force-rebase', 'HEAD~3'])).code, 0);
      t.equal(starts(), 1);
    });

    await t.test('a range of picks starts node for each commit that touches the contract', async (t) => {
      await git(['switch', '-qc', 'side', 'origin/main']);
      await stage(false);
      await git(['commit', '-qm', 'untouched']);
      await stage(true);
      await git(['commit', '-qm', 'touched']);
      await git(['switch', '-q', '-c', 'picks', 'origin/main']);
      starts();
      const picked = await git(['cherry-pick', 'picks..side']);
      t.match(picked, { code: 0, stderr: /this commit changes d\/c/ });
      t.equal(starts(), 1, 'the second one was seen too');
      t.match(await git(['revert', '--no-edit', 'HEAD~2..']), { code: 0 });
      t.equal(starts(), 1);
    });
    t.equal(await repo.git('status', '--porcelain'), '');
  });

t.test('without a remote, one start both tells and publishes', async (t) => {
  for (const line of nightly ? [false, true] : [true]) {
    const { box, starts, stage, git } = await hookWorld(t, { line, remote: false });
    await stage(true);
    const first = await git(['commit', '-qm', 'x']);
    t.match(first, { code: 0, stderr: /this commit changes d\/c 1.0.0.*published d\/c 1.0.0 → 1.1.0/s });
    starts();
    await stage(true);
    const ran = await git(['commit', '-qm', 'y']);
    t.match(ran, {
      code: 0,
      stderr: /this commit changes d\/c 1.1.0.*published d\/c 1.1.0 → 2.0.0|not published/s,
    });
    t.equal(starts(), 1);
    box.write('repo/a.py', source('one'));
    await git(['commit', '-qam', 'z', '--amend']);
    t.equal(starts(), 1, 'amended');
    await git(['config', 'realm.drift', 'block']);
    const before = await git(['rev-parse', 'HEAD']);
    await stage(true);
    t.match(await git(['commit', '-qm', 'refused']), { code: 1, stderr: /refused \(realm.drift = block\)/ });
    t.equal(starts(), 1, 'before the commit, where it can be refused');
    t.equal((await git(['rev-parse', 'HEAD'])).stdout, before.stdout);
  }
});
