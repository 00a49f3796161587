import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { makeRepo } from '../helpers/world/repo.ts';
import { letemcook } from '../helpers/world/story.ts';

const branch = 'feat/metrics';

t.test(
  'one directory holds all worktrees of a change set, repos join and leave it, and it goes with the last',
  async (t) => {
    const { box, aperture, fungal } = await letemcook(t);
    const configured = await aperture.git('config', '--local', '--list');
    const run = async (...args: string[]) =>
      (await box.realm(['worktree', ...args, '--json'], { cwd: aperture.path })).json() as Record<
        string,
        unknown
      >;
    const folder = box.path('together');

    const planned = await run(
      '--rfc',
      'metrics',
      '--repos',
      'aperture',
      '--into',
      '../together',
      '--dry-run',
    );
    t.match(planned, { dryRun: true, folder, worktrees: [{ path: join(folder, 'aperture') }] });
    t.notOk(existsSync(folder), 'a dry run makes nothing');
    t.equal(await aperture.git('config', '--local', '--list'), configured);

    t.match(await run('--rfc', 'metrics', '--repos', 'aperture', '--into', '../together'), {
      done: true,
      folder,
    });
    t.same(readdirSync(folder), ['aperture']);
    t.match(await run('add-repo', 'fungal-image-analysis', '--branch', branch), { done: true, folder });
    t.same(readdirSync(folder).sort(), ['aperture', 'fungal-image-analysis']);
    for (const repo of [aperture, fungal]) t.equal(await repo.git('status', '--porcelain'), '');
    const inside = await box.realm(['worktree', 'list', '--json'], {
      cwd: join(folder, 'fungal-image-analysis'),
    });
    t.match(inside.json(), {
      items: [{ branch, repos: [{ path: join(folder, 'aperture') }, { status: 'active' }] }],
    });

    box.write('together/fungal-image-analysis/new.txt', 'new\n');
    const refused = await box.realm(
      ['worktree', 'remove-repo', 'fungal-image-analysis', '--branch', branch],
      {
        cwd: aperture.path,
        expect: 128,
      },
    );
    t.match(refused.stderr, /has uncommitted changes/);
    t.ok(existsSync(join(folder, 'fungal-image-analysis', 'new.txt')));
    await run('remove-repo', 'fungal-image-analysis', '--branch', branch, '--force');
    t.same(readdirSync(folder), ['aperture']);
    t.match(await run('list'), {
      items: [{ repos: [{ status: 'active' }, { status: 'removed', path: null }] }],
    });
    await run('remove', branch);
    t.notOk(existsSync(folder));
    t.equal(await aperture.git('config', '--local', '--list'), configured, 'the configuration is as it was');
  },
);

t.test('a repo with an open pull request stays in the change set', async (t) => {
  const { box, aperture } = await letemcook(t);
  const run = (args: string[], expect = 0) => box.realm(args, { cwd: aperture.path, expect });
  await run([
    'worktree',
    '--rfc',
    'metrics',
    '--repos',
    'aperture,fungal-image-analysis',
    '--into',
    '../together',
  ]);
  for (const repo of ['aperture', 'fungal-image-analysis']) box.write(`together/${repo}/new.txt`, 'new\n');
  await run(['commit', '-m', 'new', '--branch', branch]);
  await run(['push', '--branch', branch]);
  await run(['pr', '--title', 'new', '--branch', branch]);
  const refused = await run(['worktree', 'remove-repo', 'fungal-image-analysis', '--branch', branch], 128);
  t.match(refused.stderr, /fungal-image-analysis#\d+ is open\nhint: .*merge or close it/s);
  t.ok(existsSync(box.path('together', 'fungal-image-analysis')));
});

t.test('realm.worktreeLayout = together, and directories that are refused', async (t) => {
  const { box, aperture, fungal } = await letemcook(t);
  const excluded = join(aperture.path, '.git', 'info', 'exclude');
  const before = (await box.run('cat', [excluded])).stdout;
  await aperture.git('config', 'realm.worktreeLayout', 'together');
  const run = (args: string[], expect = 0) => box.realm(args, { cwd: aperture.path, expect });
  await run(['worktree', '--rfc', 'metrics', '--repos', 'aperture,fungal-image-analysis']);
  const folder = join(aperture.path, '.worktrees', 'feat-metrics');
  t.same(readdirSync(folder).sort(), ['aperture', 'fungal-image-analysis']);
  t.equal(await aperture.git('status', '--porcelain'), '');
  await run(['undo', '--branch', branch]);
  t.notOk(existsSync(join(aperture.path, '.worktrees')));
  t.equal((await box.run('cat', [excluded])).stdout, before);

  const inside = await run(['worktree', '--rfc', 'metrics', '--into', join(fungal.path, 'deep')], 128);
  t.match(inside.stderr, /'.*deep' is in the work tree of fungal-image-analysis\nhint: .*--into/);
  await makeRepo(box, 'elsewhere', { tree: { kept: '' } });
  symlinkSync(box.path('elsewhere'), join(aperture.path, '.worktrees'));
  t.match((await run(['worktree', '--rfc', 'metrics'], 128)).stderr, /is a symbolic link/);
  t.same(readdirSync(box.path('elsewhere')).sort(), ['.git', 'kept']);
  await aperture.git('config', 'realm.worktreeLayout', 'sideways');
  t.match((await run(['worktree', '--rfc', 'metrics'], 128)).stderr, /'sideways', not apart or together/);
});
