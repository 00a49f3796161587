import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { nameDetected } from '../helpers/world/detected.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { nextGit } from './matrix/observe.ts';
import { hookWorld, source } from './world.ts';

// Refs in the reftable format, in the realm, its store and the repository, by a git that has it.

const skip = existsSync(join(nextGit, 'git')) ? false : '.ci/hook-tools unpacks a git that has the format';
const world = { before: nextGit, env: { GIT_DEFAULT_REF_FORMAT: 'reftable' } };

t.test('a draft of our own does not make the next commit start node', { skip }, async (t) => {
  const { box, repo, starts, stage, git } = await hookWorld(t, world);
  for (const at of [repo.path, box.path('realm')])
    t.equal((await box.git(['-C', at, 'rev-parse', '--show-ref-format'])).stdout, 'reftable\n');
  for (const touched of [true, false, true, false]) {
    await stage(touched);
    t.equal((await git(['commit', '-qm', 'x'])).code, 0);
    t.equal(starts(), touched ? 1 : 0, touched ? 'touched' : 'untouched');
    const refs = await box.git(['-C', 'realm', 'for-each-ref', 'refs/realm/drafts']);
    t.match(refs.stdout, /^[0-9a-f]{40} commit\trefs\/realm\/drafts\/repo\/[0-9a-f]+\/main\n$/);
  }
  const waiting = await box.realm(['status'], { cwd: 'repo' });
  t.match(waiting.stdout, /committed, not pushed: compatible, would be 1\.1\.0[\s\S]*draft [0-9a-f]{7}/);
  await repo.push();
  t.match(await box.realm(['sync'], { cwd: 'repo' }), { stdout: /published d\/c 1\.0\.0 → 1\.1\.0/ });
  t.equal((await box.git(['-C', 'realm', 'for-each-ref', 'refs/realm/drafts'])).stdout, '');
  starts();
  await stage(false);
  await git(['commit', '-qm', 'x']);
  t.equal(starts(), 0, 'nor after a sync');
});

t.test(
  'a realm behind a URL: its store, a domain, a publication, and a second repository',
  { skip },
  async (t) => {
    const { box } = await hookWorld(t, world);
    const url = `file://${box.path('remotes/there.git')}`;
    await box.git(['init', '-q', '--bare', 'remotes/there.git']);
    await box.realm(['init', '--name', 'there', '--path', 'seed', '--url', url]);
    const api = await makeRepo(box, 'api', { tree: { 'a.py': source('one') } });
    await box.realm(['join', url, '--yes'], { cwd: 'api' });
    const store = ['-C', 'home/.blue/realms/there'];
    t.equal((await box.git([...store, 'rev-parse', '--show-ref-format'])).stdout, 'reftable\n');
    nameDetected(api.path, 'c');
    const names = ['--repos', 'api,web', '--contract', 'c'];
    await box.realm(['domain', 'create', 'd', ...names], { cwd: 'api' });
    await api.commit('join, and another key', { 'a.py': source('one', 'two') });
    t.match((await box.git([...store, 'for-each-ref'])).stdout, /refs\/realm\/drafts\/api\//);
    await api.push();
    t.match(await box.realm(['sync'], { cwd: 'api' }), { stdout: /published d\/c 1\.0\.0 → 1\.1\.0/ });
    const web = await makeRepo(box, 'web', { tree: { 'README.md': 'web' } });
    await box.realm(['join', url, '--yes'], { cwd: 'web' });
    await box.realm(['import', '--contract', 'c', '--binding', 'README.md'], { cwd: 'web' });
    await web.commit('join');
    t.match((await box.realm(['status'], { cwd: 'web' })).stdout, /d\/c/);
    for (const at of ['remotes/there.git', 'home/.blue/realms/there', 'api', 'web'])
      await box.git(['-C', at, 'fsck', '--strict', '--no-dangling']);
    t.match((await box.realm(['doctor'], { cwd: 'web' })).stdout, /^healthy/);
  },
);
