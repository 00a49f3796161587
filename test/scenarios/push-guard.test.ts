import t from 'tap';
import { aperture, letemcook, writerOf } from '../helpers/world/story.ts';

t.test('with realm.guardPush an unapproved breaking change is not pushed; approved, it is', async (t) => {
  const { box, aperture: repo, realm } = await letemcook(t);
  await repo.git('config', 'realm.guardPush', 'true');
  await box.realm(['hooks', 'install'], { cwd: repo.path });
  const push = () => box.git(['push', '-q'], { cwd: repo.path, expect: 'any' });
  const remote = () => repo.git('rev-parse', 'origin/main');

  await repo.commit('more', { models: { training: { 'export.py': writerOf('more') } } });
  await box.realm(['export', '--name', 's3-permissions', '--source', 'models/training/export.py'], {
    cwd: repo.path,
    expect: 'any',
  });
  t.equal((await push()).code, 0, 'what is compatible goes through');

  const before = await remote();
  const source = (aperture.models as { training: Record<string, string> }).training['s3_paths.py'] ?? '';
  await repo.commit('less', {
    models: { training: { 's3_paths.py': source.replace(/\n\ndef save_manifest[\s\S]*$/, '\n') } },
  });
  const refused = await push();
  t.not(refused.code, 0);
  t.match(refused.stderr, /the push is refused \(realm\.guardPush\)/);
  t.match(refused.stderr, /proposal \w+ waits for you/);
  t.equal(await remote(), before);
  await box.git(['push', '-q', 'origin', 'HEAD:refs/heads/topic'], { cwd: repo.path });
  t.pass('another branch is no publication');

  const { proposals } = (await box.realm(['proposals', '--json'], { cwd: repo.path })).json() as {
    proposals: { id: string }[];
  };
  t.equal(proposals.length, 1);
  await box.realm(['approve', proposals[0]?.id ?? ''], { cwd: repo.path });
  t.match(await realm.yaml('domains/s3-access/contracts/s3-permissions.yaml'), {
    version: '2.0.0',
    effective_at: String,
  });
  const allowed = await push();
  t.equal(allowed.code, 0, allowed.stderr);
  await box.realm(['sync'], { cwd: repo.path });
  const status = (await box.realm(['status'], { cwd: repo.path, expect: 'any' })).stdout;
  t.match(status, /2\.0\.0 takes effect at \d{4}-/);
});

t.test('code that reached the publishing branch unapproved is ahead: proposed, not published', async (t) => {
  const { box, aperture: repo, realm } = await letemcook(t);
  const source = (aperture.models as { training: Record<string, string> }).training['s3_paths.py'] ?? '';
  const less = source.replace(/\n\ndef save_manifest[\s\S]*$/, '\n');
  await repo.commit('less', { models: { training: { 's3_paths.py': less } } });
  const next = (await box.realm(['status'], { cwd: repo.path })).stdout;
  t.match(next, 'git push, then git realm sync proposes it (breaking changes need approval)');
  await repo.push();
  const synced = await box.realm(['sync'], { cwd: repo.path, expect: 1 });
  t.match(synced.stdout, /not published: .*proposal \w+ waits for you/);
  await box.realm(['sync'], { cwd: repo.path, expect: 1 });
  const refs = await realm.git('for-each-ref', '--format=%(refname)', 'refs/realm/proposals');
  t.equal(refs.split('\n').length, 1, 'the same change is the same proposal');
  t.match(await realm.yaml('domains/s3-access/contracts/s3-permissions.yaml'), { version: '1.0.0' });
  const status = (await box.realm(['status'], { cwd: repo.path, expect: 'any' })).stdout;
  t.match(status, /ahead: 1\.0\.0 stays published until the change is approved/);
});
