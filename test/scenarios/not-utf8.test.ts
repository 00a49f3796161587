import { mkdirSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { hookWorld, source } from '../hooks/world.ts';

// git takes any bytes for a name; a realm holds text. What cannot be named is refused, what can be watched is watched.

const path = (root: string, ...parts: (string | Buffer)[]): Buffer =>
  Buffer.concat([Buffer.from(root), ...parts.flatMap((part) => [Buffer.from('/'), Buffer.from(part)])]);
const folder = Buffer.from('m\xff', 'latin1');

t.test('a path that is not UTF-8', async (t) => {
  const { box, repo, git, stage: _stage } = await hookWorld(t);
  mkdirSync(path(repo.path, folder));
  writeFileSync(path(repo.path, folder, 's3.py'), source('odd'));
  mkdirSync(path(repo.path, 'src'));
  writeFileSync(path(repo.path, 'src', Buffer.from('\xfe.py', 'latin1')), source('two'));
  await repo.git('add', '-A');
  await repo.git('commit', '-qm', 'odd names');
  await repo.push();
  const realm = async () => (await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout;

  await t.test('is refused where it would be written into a realm', async (t) => {
    const before = await realm();
    for (const [command, option] of [
      ['export --domain d --name odd', '--source'],
      ['import c', '--binding'],
    ]) {
      const typed = `git realm ${command} ${option} "$(printf 'm\\377/s3.py')"`;
      const ran = await box.run('sh', ['-c', typed], { cwd: 'repo', expect: 128 });
      if (command?.startsWith('export')) t.match(ran.stderr, /^error: path 'm\ufffd\/s3\.py' is not UTF-8/);
    }
    t.equal(await realm(), before);
  });

  await t.test('is watched by the bytes where its directory is exported', async (t) => {
    await box.realm(['export', '--domain', 'd', '--name', 'odd', '--source', 'src'], { cwd: 'repo' });
    await repo.commit('export');
    await repo.push();
    await git(['config', 'realm.drift', 'block']);
    writeFileSync(path(repo.path, 'src', Buffer.from('\xfe.py', 'latin1')), source('two', 'three'));
    const { stdout } = await box.realm(['status'], { cwd: 'repo' });
    t.match(stdout, /d\/odd 1\.0\.0: the code has changed/);
    t.match(stdout, /three/);
    const head = await repo.git('rev-parse', 'HEAD');
    t.match(await git(['commit', '-qam', 'x']), { code: 1, stderr: /refused \(realm\.drift = block\)/ });
    t.equal(await repo.git('rev-parse', 'HEAD'), head);
  });
});
