import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { commitMembership, complaint, letemcook } from '../helpers/world/story.ts';

t.test('a contract is announced to go, its consumer moves away, and nothing is left', async (test) => {
  const { box, realm, aperture, fungal } = await letemcook(test);
  const here = { cwd: aperture.path };
  const there = { cwd: fungal.path };
  const contract = 's3-access/s3-permissions';
  const refused = async (args: string[], words: RegExp) => {
    const before = await realm.git('rev-parse', 'main');
    const ran = complaint(await box.realm(args, { ...here, expect: 1 }));
    test.match(ran.message, words);
    test.match(ran.hint, /git realm contract retire/);
    test.equal(await realm.git('rev-parse', 'main'), before);
  };
  await refused(['export', '--remove', 's3-permissions'], /is still imported: fungal-image-analysis/);
  await refused(['contract', 'retire', contract], /is still imported/);
  await refused(['contract', 'retire', contract, '--force'], /no announced removal date/);
  for (const date of ['tomorrow', '2026-02-31', '2001-01-01'])
    test.match(
      (await box.realm(['contract', 'retire', contract, '--sunset', date], { ...here, expect: 129 })).stderr,
      /is not (a date|in the future)/,
    );

  const announced = await box.realm(
    ['contract', 'retire', contract, '--sunset', '2099-01-31', '--reason', 'use `v2` @all'],
    here,
  );
  test.match(announced.stdout, /announced the removal of s3-access\/s3-permissions on 2099-01-31/);
  test.match(announced.stdout, /notified fungal-image-analysis: .*\(fungal-image-analysis#1\)/);
  const issue = await realm.yaml('forge/fungal-image-analysis/issues/1.yaml');
  test.match(issue, { state: 'open', title: /will be removed on 2099-01-31/ });
  test.notMatch(JSON.stringify(issue), /[^\\]@all/, 'the words of the owner mention nobody');
  const check = await box.realm(['check', '--imports'], { ...there, expect: 'any' });
  test.match(check.stdout, /is deprecated until 2099-01-31/);
  await refused(['contract', 'retire', contract, '--force'], /will be removed on 2099-01-31/);

  test.match(
    (await box.realm(['import', '--remove', 's3-permissions'], there)).stdout,
    /no longer imports s3-access\/s3-permissions/,
  );
  test.match(
    (await box.realm(['import', '--remove', 's3-permissions'], { ...there, expect: 1 })).stderr,
    /does not import/,
  );
  await commitMembership(fungal);
  test.match((await box.realm(['export', '--remove', 's3-permissions'], here)).stdout, /removed s3-access/);
  test.equal(
    (await realm.git('ls-tree', '-r', '--name-only', 'main', 'domains/s3-access/contracts')).trim(),
    '',
  );
  await commitMembership(aperture);
  test.notMatch(readFileSync(join(aperture.path, '.blue/config.yaml'), 'utf8'), 's3-permissions');
  test.match((await box.realm(['domain', 'remove', 's3-access'], here)).stdout, /removed domain s3-access/);
  test.equal((await realm.git('ls-tree', '-r', '--name-only', 'main', 'domains')).trim(), '');
  for (const repo of [aperture, fungal]) {
    await box.realm(['sync'], { cwd: repo.path });
    await box.realm(['status'], { cwd: repo.path });
  }
  test.match((await box.realm(['log'], here)).stdout, /remove the domain/);
});
