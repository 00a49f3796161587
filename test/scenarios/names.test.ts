import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import type { As } from '../helpers/world/organisations.ts';
import { organisations } from '../helpers/world/organisations.ts';

/** What is renamed, given away or left: seen by owner, consumer, and a clone that has not heard of it. */
t.test('contracts and repos change names and hands; old names lead on', async (t) => {
  const { box, as, url, show, eric, fun } = await organisations(t, {
    served: false,
    more: ['mia'],
    realm: (text) => text.replace('admission: approval', 'admission: open'),
  });
  const mia = as('mia', 'mia');
  const read = (...path: string[]) => readFileSync(box.path(...path), 'utf8');
  const out = async (who: As, ...args: string[]) => {
    const ran = await who(args, { expect: 'any' });
    return `${ran.stdout}${ran.stderr}`;
  };
  const refused = async (who: As, why: RegExp, ...args: string[]) =>
    t.match((await who(args, { expect: 1 })).stderr, why, args.join(' '));
  for (const who of [eric, fun, mia]) await who(['join', url]);
  await eric(['domain', 'create', 'd', '--repos', 'provider,consumer,mia']);
  box.write('provider/paths.json', '{"read":["a/*","b/*"]}\n');
  const git = (...args: string[]) =>
    box.git(['-C', 'provider', '-c', 'user.email=eric@example.com', ...args]);
  await git('add', '-A');
  await git('commit', '-qm', 'paths');
  await git('push', '-q');
  await eric(['export', '--name', 'c', '--domain', 'd', '--source', 'paths.json', '--detector', 'data']);
  await fun(['import', 'c', '--domain', 'd', '--version', '^1.0.0']);

  await t.test('a contract is renamed', async (t) => {
    await refused(fun, /'d\/c' belongs to 'provider'/, 'contract', 'rename', 'c', 'paths');
    t.match(await out(eric, 'contract', 'rename', 'c', 'paths'), /renamed d\/c to paths/);
    t.match(read('provider', '.blue', 'config.yaml'), /contracts: \[paths\]/);
    t.match(await out(fun, 'show', 'd/c'), /'d\/c' was renamed to 'd\/paths'/);
    t.match(await out(fun, 'status'), /d\/paths \^1\.0\.0: current/);
    t.match(await show('domains/d/bindings/consumer.yaml'), { imports: [{ contract: 'c' }] });
    await fun(['sync']);
    t.match(await show('domains/d/bindings/consumer.yaml'), { imports: [{ contract: 'paths' }] });

    box.write('provider/paths.json', '{"read":["a/*","b/*","x/*"]}\n');
    await git('commit', '-qam', 'more');
    await git('push', '-q');
    await eric(['sync']);
    const log = await out(eric, 'log', 'd/c');
    t.match(log, /d\/paths\n1\.1\.0 .*\n[\s\S]*1\.0\.0 .*, as c\n/, 'its history goes back beyond');
    t.match(await out(fun, 'show', 'd/paths@1.0.0'), /1\.0\.0/);
  });

  await t.test('a repo is renamed; a clone that does not know it yet works on', async (t) => {
    await refused(fun, /not a maintainer of 'provider'/, 'repo', 'rename', 'provider', 'camera');
    const before = read('provider', '.blue', 'config.yaml');
    box.write('provider/paths.json', '{"read":["a/*","b/*","x/*","y/*"]}\n');
    await git('commit', '-qam', 'not pushed');
    const clone = (await git('config', 'realm.cloneId')).stdout.trim();
    await box.git(['-C', 'seed', 'update-ref', `refs/realm/drafts/provider/${clone}/main`, 'HEAD']);
    t.match(await out(eric, 'repo', 'rename', 'camera'), /renamed provider to camera/);
    t.match(read('provider', '.blue', 'config.yaml'), /repo: camera/);
    t.match(parse(read('homes', 'eric', '.blue', 'index.yaml')), {
      realms: [{ checkouts: { camera: box.path('provider'), provider: undefined } }],
    });
    const drafts = (await box.git(['-C', 'seed', 'for-each-ref', 'refs/realm/drafts'])).stdout;
    t.match(drafts, /drafts\/camera\//);
    t.notMatch(drafts, /drafts\/provider\//);
    t.match(await show('repos/camera.yaml'), { name: 'camera', formerly: ['provider'] });

    writeFileSync(box.path('provider', '.blue', 'config.yaml'), before);
    await git('push', '-q');
    t.match(
      await out(eric, 'sync'),
      /published d\/paths 1\.1\.0 → 1\.2\.0[\s\S]*'provider' was renamed to 'camera'/,
    );
    t.match(await show('domains/d/contracts/paths.yaml'), { version: '1.2.0', owner: 'camera' });
    t.match(await out(eric, 'join'), /'provider' was renamed to 'camera'/);
    t.match(read('provider', '.blue', 'config.yaml'), /repo: camera/);
  });

  await t.test('a contract changes hands', async (t) => {
    await refused(mia, /'d\/paths' is not offered to 'mia'/, 'contract', 'accept', 'paths');
    await mia(['inbox']);
    t.match(await out(eric, 'contract', 'transfer', 'paths', '--to', 'mia'), /offered d\/paths to mia/);
    t.match(
      await out(mia, 'inbox'),
      /camera offers d\/paths to this repo: git realm contract accept d\/paths/,
    );
    await refused(fun, /'paths' belongs to 'camera'/, 'contract', 'decline', 'paths');
    t.match(await out(mia, 'contract', 'accept', 'paths'), /d\/paths now belongs to this repository/);
    t.match(await show('domains/d/contracts/paths.yaml'), { owner: 'mia', source_commit: undefined });
    t.match(await out(eric, 'sync'), /d\/paths is exported by mia/);
    t.match(await show('domains/d/bindings/camera.yaml'), { exports: [] });
    const value = '{"read":["a/*","b/*","x/*","y/*","z/*"]}';
    await refused(eric, /belongs to 'mia'/, 'export', '--name', 'paths', '--domain', 'd', '--value', value);
    await mia(['export', '--name', 'paths', '--domain', 'd', '--value', value]);
    t.match(await out(fun, 'status'), /1\.0\.0 → 1\.3\.0 available/);
  });

  await t.test('archived while others rely on it, or left: refused with who and what', async (t) => {
    await refused(mia, /domain 'd' is in use: consumer \(d\/paths \^1\.0\.0\)/, 'domain', 'archive', 'd');
    await eric(['domain', 'create', 'rest', '--repos', 'camera,mia']);
    t.match(await out(mia, 'domain', 'archive', 'rest'), /archived domain rest/);
    await refused(
      eric,
      /domain 'rest' is archived/,
      'export',
      '--name',
      'x',
      '--domain',
      'rest',
      '--value',
      '1',
    );
    t.match(await out(mia, 'domain', 'archive', 'rest', '--undo'), /unarchived domain rest/);

    await refused(mia, /others import from 'mia': consumer \(d\/paths \^1\.0\.0\)/, 'leave');
    const left = await out(mia, 'leave', '--force');
    t.match(
      left,
      /consumer loses d\/paths \(\^1\.0\.0\)\nnotified consumer: d\/paths was removed \(consumer#\d+\)/,
    );
    t.match(await out(fun, 'inbox'), /d\/paths was removed: mia left the realm/);
    t.match(await out(fun, 'status'), /d\/paths \^1\.0\.0: broken/);
    t.match(
      await show('domains/d/bindings/consumer.yaml'),
      { imports: [{ contract: 'paths' }] },
      'it is his to mend',
    );
    t.match(await out(eric, 'codeowners', '--check'), /matches the rules/);
  });
});
