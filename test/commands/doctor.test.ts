import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import t from 'tap';
import { deadPid, doctor, ids, old } from '../helpers/world/doctor.ts';
import { cloneRepo } from '../helpers/world/repo.ts';
import { fingerprint, letemcook, writerOf } from '../helpers/world/story.ts';

t.test('healthy wherever one looks from', async (t) => {
  const { box } = await letemcook(t);
  for (const cwd of ['aperture', 'aperture/models', 'fungal-image-analysis', 'realm-letemcook', 'home']) {
    const ran = await box.realm(['doctor'], { cwd });
    t.match(ran.stdout, /^healthy: checked git \d\S+, node \d.*, realm letemcook at /, cwd);
  }
});

t.test('what interrupted work, deleted files and other versions leave behind is mended', async (t) => {
  const { box, realm, aperture } = await letemcook(t);
  const pid = deadPid();
  await aperture.git('checkout', '-qb', 'topic');
  aperture.write({
    models: {
      training: {
        's3_paths.py': `${aperture.read('models/training/s3_paths.py')}\n\n${writerOf('metrics').replace(/^from.*\n/, '')}`,
      },
    },
  });
  await aperture.git('commit', '-qam', 'a draft');
  await aperture.git('checkout', '-q', 'main');
  await aperture.git('branch', '-qD', 'topic');
  t.match(
    await realm.git('for-each-ref', '--format=%(refname)', 'refs/realm/drafts'),
    /\/topic$/,
    'a draft is there',
  );

  rmSync(`${aperture.path}/.git/hooks/pre-commit`);
  rmSync(`${aperture.path}/.git/realm/watch`);
  const left = [
    old(`${aperture.path}/.git/realm/readings/s3-permissions.json.${pid}`, '{'),
    old(`${realm.path}/.git/realm/index.${pid}`, '{'),
    old(`${realm.path}/.git/realm/lock.${pid}.abc`, ''),
    old(box.path(`home/.blue/index.yaml.${pid}.tmp`), ''),
    old(`${aperture.path}/.blue/config.yaml.${pid}.tmp`, ''),
  ];
  const others = old(box.path('home/.blue/state.json.4711'), "another tool's");
  const mine = old(`${realm.path}/.git/realm/notes-of-mine.${pid}`, 'keep');
  const fresh = `${realm.path}/.git/realm/index.${process.pid}`;
  writeFileSync(fresh, 'a process that lives is writing this');
  writeFileSync(`${realm.path}/.git/realm/lock`, `${pid} ${hostname()}\n`);
  writeFileSync(box.path('home/.blue/lock'), `${pid} ${hostname()}\n`);
  writeFileSync(`${realm.path}/.git/realm/index`, '{"format":0}\n');
  await realm.git('update-ref', `refs/realm/scratch/${pid}`, 'main');
  await realm.git('update-ref', `refs/realm/scratch/${process.pid}`, 'main');
  // A kill between the ref and the work tree.
  const tree = await realm.git('rev-parse', 'main~1^{tree}');
  await realm.git(
    'update-ref',
    'refs/heads/main',
    await realm.git('commit-tree', '-p', 'main', '-m', 'x', tree),
  );

  const before = await fingerprint(box, realm.path, aperture.path);
  const found = await doctor(box, 'aperture', 1);
  t.same(ids(found.findings), [
    'cache-outdated',
    'drafts-dead',
    'hooks-missing',
    'leftovers',
    'leftovers',
    'leftovers',
    'leftovers',
    'lock-left',
    'lock-left',
    'scratch-left',
    'watch-list-absent',
    'work-tree-behind',
  ]);
  t.ok(found.findings.every(({ mend }) => mend !== null));
  t.equal(await fingerprint(box, realm.path, aperture.path), before, 'looking changes nothing');
  for (const file of left) t.ok(existsSync(file));

  const mended = await doctor(box, 'aperture', 0, '--fix');
  t.same(ids(mended.mended), ids(found.findings));
  t.same(mended.findings, []);
  for (const file of left) t.notOk(existsSync(file), file);
  t.equal(readFileSync(mine, 'utf8'), 'keep', 'what we do not know stays');
  t.ok(existsSync(others), 'what another tool keeps in ~/.blue stays');
  t.ok(existsSync(fresh), 'what a living process writes stays');
  t.equal(await realm.git('status', '--porcelain'), '');
  t.equal(
    await realm.git('for-each-ref', '--format=%(refname)', 'refs/realm'),
    `refs/realm/scratch/${process.pid}`,
  );
  t.match(
    await box.realm(['hooks', 'status'], { cwd: 'aperture' }).then((ran) => ran.stdout),
    'pre-commit: installed',
  );
  t.match((await box.realm(['doctor'], { cwd: 'aperture' })).stdout, /^healthy/);
});

t.test('a lock that is held, a watch list that lies, a cache that lies', async (t) => {
  const { box, realm, aperture } = await letemcook(t);
  const lock = `${realm.path}/.git/realm/lock`;
  writeFileSync(lock, `${process.pid} ${hostname()}\n`);
  t.same((await doctor(box, 'aperture', 0)).findings, []);
  t.ok(existsSync(lock), 'the lock of a process that lives stays');
  rmSync(lock);

  const watch = `${aperture.path}/.git/realm/watch`;
  const text = readFileSync(watch, 'utf8');
  writeFileSync(watch, text.replace(/^p.*$/m, 'pnothing/at/all'));
  const index = `${realm.path}/.git/realm/index`;
  writeFileSync(
    index,
    readFileSync(index, 'latin1').replace(
      /("oids":\[")([0-9a-f])/,
      (_, before, first) => before + (first === '0' ? '1' : '0'),
    ),
    'latin1',
  );
  const found = await doctor(box, 'aperture', 1);
  t.same(ids(found.findings), ['cache-wrong', 'watch-list-wrong']);
  t.same(ids((await doctor(box, 'aperture', 0, '--fix')).mended), ['cache-wrong', 'watch-list-wrong']);
  t.equal(/^p.*$/m.exec(readFileSync(watch, 'utf8'))?.[0], /^p.*$/m.exec(text)?.[0]);
});

t.test('a checkout that moved, and one that is gone', async (t) => {
  const { box, aperture, fungal } = await letemcook(t);
  const moved = box.path('new place');
  renameSync(aperture.path, moved);
  const elsewhere = await doctor(box, 'fungal-image-analysis', 1);
  t.match(elsewhere.findings, [{ id: 'checkout-gone', message: `'${aperture.path}' no longer exists` }]);
  const here = await doctor(box, 'new place', 1);
  t.match(here.findings, [{ id: 'checkout-moved', mend: `record '${moved}' in the index` }]);
  t.same(ids((await doctor(box, 'new place', 0, '--fix')).mended), ['checkout-moved']);
  t.match(readFileSync(box.path('home/.blue/index.yaml'), 'utf8'), `aperture: ${moved}`);

  // Another clone where the checkout was, which never joined.
  rmSync(fungal.path, { recursive: true });
  await cloneRepo(box, fungal.remote ?? '', 'fungal-image-analysis');
  t.match((await doctor(box, 'new place', 1)).findings, [
    { id: 'checkout-gone', message: /is a clone that never joined$/ },
  ]);
  const inside = await box.realm(['doctor'], { cwd: 'fungal-image-analysis', expect: 1 });
  t.match(inside.stdout, /error: this clone is not attached to realm 'letemcook' yet\n {2}git realm join\n/);
  await doctor(box, 'new place', 0, '--fix');
  t.notMatch(readFileSync(box.path('home/.blue/index.yaml'), 'utf8'), 'fungal-image-analysis');
});
