import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { three } from '../helpers/kill/killed-change.ts';
import type { Repo } from '../helpers/world/repo.ts';
import { complaint } from '../helpers/world/story.ts';

const at = (repo: Repo, branch: string, ...rest: string[]) =>
  join(repo.path, '.worktrees', branch.replace('/', '-'), ...rest);

t.test(
  'undo, --continue and --abort act on the change set of the worktree, and on no other',
  async (test) => {
    const { box, aperture, fungal, repos } = await three(test);
    const infra = repos[2] as Repo;
    const pair = ['--repos', 'aperture,fungal-image-analysis'];
    for (const branch of ['feat/x', 'feat/y']) {
      await box.realm(['worktree', '--branch', branch, ...pair], { cwd: aperture.path });
      for (const repo of [aperture, fungal]) box.write(at(repo, branch, 'note.txt'), `${branch}\n`);
      await box.realm(['commit', '-m', branch], { cwd: at(aperture, branch) });
    }
    const tip = async (branch: string) => (await aperture.git('log', '-1', '--format=%s', branch)).trim();
    const asked = await box.realm(['undo'], { cwd: aperture.path, expect: 128 });
    test.match(complaint(asked), { message: /in several change sets: feat\/x, feat\/y/, hint: /--branch/ });
    const elsewhere = await box.realm(['undo'], { cwd: infra.path, expect: 1 });
    test.match(complaint(elsewhere).message, /nothing to undo/, 'another repo has no part in it');
    test.match(
      (await box.realm(['undo', '-n'], { cwd: at(aperture, 'feat/x') })).stdout,
      /would undo in feat\/x:/,
    );
    await box.realm(['undo'], { cwd: at(aperture, 'feat/x') });
    test.not(await tip('feat/x'), 'feat/x', 'the older of the two, because we are in it');
    test.equal(await tip('feat/y'), 'feat/y');

    box.write(join(fungal.remote ?? '', 'hooks/pre-receive'), '#!/bin/sh\nexit 1\n');
    await box.run('chmod', ['+x', join(fungal.remote ?? '', 'hooks/pre-receive')]);
    await box.realm(['commit', '-m', 'feat/x'], { cwd: at(aperture, 'feat/x') });
    for (const branch of ['feat/x', 'feat/y'])
      await box.realm(['push'], { cwd: at(aperture, branch), expect: 1 });
    rmSync(join(fungal.remote ?? '', 'hooks/pre-receive'));
    await box.realm(['push', '--abort'], { cwd: at(aperture, 'feat/x') });
    const refs = async (repo: Repo) =>
      (await box.git(['-C', repo.remote ?? '', 'for-each-ref', '--format=%(refname:short)', 'refs/heads']))
        .stdout;
    test.match(await refs(aperture), 'feat/y');
    test.notMatch(await refs(aperture), 'feat/x');
    await box.realm(['push', '--continue'], { cwd: at(fungal, 'feat/y') });
    test.match(await refs(fungal), 'feat/y');
    test.notMatch(await refs(fungal), 'feat/x');

    await box.git(['-C', fungal.remote ?? '', 'symbolic-ref', 'HEAD', 'refs/heads/feat/y']);
    const kept = await box.realm(['undo'], { cwd: at(aperture, 'feat/y'), expect: 128 });
    test.match(
      complaint(kept).message,
      /'feat\/y' (is now the default branch|is the branch|would change the publishing branch)|publishes/,
    );
    test.match(await refs(fungal), 'feat/y', 'a default branch is not deleted');
  },
);

t.test('a pull request goes to the repository that the realm has, not to a fork of it', async (test) => {
  const { box, aperture, fungal } = await three(test);
  const fork = box.path('remotes', 'fork-of-fungal.git');
  await box.git(['clone', '-q', '--bare', fungal.remote ?? '', fork]);
  await fungal.git('remote', 'set-url', 'origin', fork);
  const pair = ['--repos', 'aperture,fungal-image-analysis'];
  await box.realm(['worktree', '--branch', 'feat/x', ...pair], { cwd: aperture.path });
  for (const repo of [aperture, fungal]) box.write(at(repo, 'feat/x', 'note.txt'), 'x\n');
  const own = { cwd: at(aperture, 'feat/x') };
  await box.realm(['commit', '-m', 'x'], own);
  const refused = complaint(await box.realm(['push'], { ...own, expect: 128 }));
  test.match(
    refused.message,
    /fungal-image-analysis: remote 'origin' is .*fork-of-fungal.*the URL registered in the realm is/,
  );
  test.match(refused.hint, /remote add upstream/);
  const heads = ['for-each-ref', '--format=%(refname)', 'refs/heads/feat'];
  test.equal(
    (await box.git(['-C', aperture.remote ?? '', ...heads])).stdout,
    '',
    'nothing was pushed anywhere',
  );
  await box.run('sh', ['-c', (refused.hint.split('\n')[0] ?? '').replace(/^hint: /, '')]);
  await box.realm(['push'], own);
  test.match((await box.git(['-C', fungal.remote ?? '', ...heads])).stdout, 'refs/heads/feat/x');
  test.equal((await box.git(['-C', fork, ...heads])).stdout, '');
});

t.test('a worktree that was half made is cleared away, and work in it never is', async (test) => {
  const { box, aperture, fungal, worktree } = await three(test);
  const make = ['worktree', '--branch', 'feat/metrics', '--repos', 'aperture,fungal-image-analysis'];
  const stop = join(fungal.path, '.git/hooks/post-checkout');
  // Killed while git cleans up: the entry without its folder, then the folder without its entry.
  const halves = {
    entry: (repo: Repo) => {
      const entry = join(repo.path, '.git/worktrees/feat-metrics');
      mkdirSync(entry, { recursive: true });
      writeFileSync(join(entry, 'locked'), 'initializing');
      writeFileSync(join(entry, 'gitdir'), `${worktree(repo)}/.git\n`);
    },
    folder: (repo: Repo) => {
      mkdirSync(worktree(repo), { recursive: true });
      writeFileSync(join(worktree(repo), '.git'), `gitdir: ${repo.path}/.git/worktrees/feat-metrics\n`);
    },
  };
  for (const [name, leave] of Object.entries(halves))
    for (const next of [['worktree', '--continue'], ['worktree', '--abort'], make]) {
      writeFileSync(stop, '#!/bin/sh\nkill -9 "$PPID"\n', { mode: 0o755 });
      await box.realm(make, { cwd: aperture.path, expect: 1 });
      rmSync(stop);
      rmSync(join(fungal.path, '.git/worktrees/feat-metrics'), { recursive: true, force: true });
      rmSync(worktree(fungal), { recursive: true, force: true });
      leave(fungal);
      await box.realm(next, { cwd: aperture.path });
      const made = !next.includes('--abort');
      test.equal(existsSync(join(worktree(fungal), 'cdk')), made, `${name}, ${next.join(' ')}`);
      const list = await fungal.git('worktree', 'list', '--porcelain');
      test.equal(list.includes('feat-metrics'), made);
      test.equal((await fungal.git('branch', '--list', 'feat/metrics')) !== '', made);
      if (made) await box.realm(['worktree', 'remove', 'feat/metrics', '--force'], { cwd: aperture.path });
    }
  writeFileSync(stop, '#!/bin/sh\nkill -9 "$PPID"\n', { mode: 0o755 });
  await box.realm(make, { cwd: aperture.path, expect: 1 });
  rmSync(stop);
  rmSync(join(fungal.path, '.git/worktrees/feat-metrics'), { recursive: true, force: true });
  rmSync(worktree(fungal), { recursive: true, force: true });
  box.write(join(worktree(fungal), 'mine.txt'), 'work\n');
  const kept = await box.realm(['worktree', '--abort'], { cwd: aperture.path, expect: 'any' });
  test.match(kept.stderr + kept.stdout, /already exists, and 'mine\.txt' in it is not part of/);
  test.ok(existsSync(join(worktree(fungal), 'mine.txt')));
});
