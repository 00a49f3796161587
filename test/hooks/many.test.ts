import { readFileSync } from 'node:fs';
import t from 'tap';
import { hookWorld, source } from './world.ts';

t.test('many contracts of one source: one fast-import, one summary', async (t) => {
  const { box, repo, stage, starts, git } = await hookWorld(t);
  for (let n = 0; n < 11; n++)
    await box.realm(['export', '--domain', 'd', '--name', `c${n}`, '--source', 'a.py'], { cwd: 'repo' });
  await repo.commit('exports');
  await repo.push();
  await stage(true);
  await git(['commit', '-qm', 'warm']);
  starts();
  box.write('repo/a.py', source('one', 'two', 'three'));
  const trace = box.path('trace');
  const ran = await git(['commit', '-qam', 'many'], { GIT_TRACE: trace });
  t.equal(ran.code, 0, ran.stderr);
  t.equal([...readFileSync(trace, 'utf8').matchAll(/built-in: git fast-import/g)].length, 1);
  t.equal(starts(), 1);
  const lines = ran.stderr.trimEnd().split('\n');
  t.equal(lines.filter((line) => line.startsWith('git realm: ')).length, 1, ran.stderr);
  t.match(lines[0], 'git realm: this commit changes 12 contracts (');
  t.match(lines[1], /^ {2}d\/c 1.0.0 \(would be 1.1.0\), .*, and 2 more$/);
  t.ok(lines.length <= 9, ran.stderr);
  const refs = (await box.git(['-C', 'realm', 'for-each-ref', '--format=%(refname)', 'refs/realm/drafts']))
    .stdout;
  const [draft = ''] = refs.split('\n');
  t.equal(refs.trim(), draft, 'one draft');
  for (const name of ['c', 'c0', 'c10']) {
    const shown = await box.git(['-C', 'realm', 'show', `${draft}:domains/d/contracts/${name}.yaml`]);
    t.match(shown.stdout, 'three/', `${name} has its change`);
  }
  const count = await box.git(['-C', 'realm', 'rev-list', '--count', `main..${draft}`]);
  t.equal(count.stdout.trim(), '12', 'a commit for each, one on top of the other');
  await box.git(['-C', 'realm', 'fsck', '--strict']);

  box.write('repo/a.py', source('one', 'two', 'three'));
  await git(['commit', '-q', '--amend', '-m', 'same', '--no-verify']);
  const status = (await box.realm(['status', '--json'], { cwd: 'repo' })).json() as {
    exports: { drift: unknown[] }[];
  };
  t.equal(status.exports.length, 12);
  await repo.push();
  await box.realm(['sync'], { cwd: 'repo' });
  const left = await box.git(['-C', 'realm', 'for-each-ref', 'refs/realm/drafts']);
  t.equal(left.stdout, '', 'published, and no draft is left');
});
