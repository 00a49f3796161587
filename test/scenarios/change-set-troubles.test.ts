import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { gitTap } from '../helpers/kill/kill.ts';
import { type GitServer, serve, type User } from '../helpers/servers/git-http.ts';
import type { RunOptions } from '../helpers/world/cli.ts';
import { cloneRepo, openRepo, type Repo } from '../helpers/world/repo.ts';
import { complaint, fingerprint, letemcook, login, type World } from '../helpers/world/story.ts';

const branch = 'feat/metrics';
const worktree = (repo: Repo) => join(repo.path, '.worktrees', 'feat-metrics');

interface Started extends World {
  repos: Repo[];
  realm_(args: string[], options?: RunOptions): ReturnType<World['box']['realm']>;
  /** A file of that name in every worktree. */
  edit(name: string, text?: string): void;
  /** The remote's branch of a repo; '' where there is none. */
  remote(repo: Repo, ref?: string): Promise<string>;
}

async function started(test: Test): Promise<Started> {
  const world = await letemcook(test);
  const { box, aperture, fungal } = world;
  const repos = [aperture, fungal];
  await box.realm(['worktree', '--rfc', 'metrics'], { cwd: aperture.path });
  return {
    ...world,
    repos,
    realm_: (args, options = {}) => box.realm(args, { cwd: aperture.path, ...options }),
    edit: (name, text = name) => {
      for (const repo of repos) box.write(join(worktree(repo), name), `${text}\n`);
    },
    remote: async (repo, ref = branch) =>
      (
        await box.git([
          '-C',
          repo.remote ?? '',
          'for-each-ref',
          '--format=%(objectname)',
          `refs/heads/${ref}`,
        ])
      ).stdout.trim(),
  };
}

/** The remotes behind HTTP, with a login that can lose its rights. */
async function overHttp(test: Test, { box, repos }: Started): Promise<{ server: GitServer; eric: User }> {
  const eric = { password: 'x', write: ['aperture.git', 'fungal-image-analysis.git'] };
  const server = await serve({ root: box.path('remotes'), users: { eric } });
  test.teardown(() => server.close());
  await login(box, server, 'eric');
  for (const repo of repos)
    await repo.git('remote', 'set-url', 'origin', `${server.url}${repo.path.split('/').at(-1)}.git`);
  return { server, eric };
}

t.test('the network breaks, access is taken away, the branch is forced, the base moves', async (test) => {
  const world = await started(test);
  const { box, realm_, edit, remote, aperture, fungal } = world;
  const { server, eric } = await overHttp(test, world);
  edit('one.txt');
  await realm_(['commit', '-m', 'one']);
  server.inject({ on: 'push', drop: 'body' });
  const broken = await realm_(['push', '-j', '1'], { expect: 1 });
  test.match(broken.stdout, /failed: push aperture: /);
  test.equal(await remote(aperture), '', 'nothing has arrived');
  test.equal(await remote(fungal), await fungal.git('rev-parse', branch), 'and it stops no other');
  server.inject({ on: 'push', drop: 'response' });
  const unheard = await realm_(['push', '--continue'], { expect: 'any' });
  test.equal(await remote(aperture), await aperture.git('rev-parse', branch), 'accepted, and not heard of');
  if (unheard.code !== 0) await realm_(['push', '--continue']);
  test.match((await realm_(['push'])).stdout, /aperture: up to date/);

  edit('two.txt');
  await realm_(['commit', '-m', 'two']);
  eric.write = ['aperture.git'];
  const before = await remote(aperture);
  const readOnly = await realm_(['push'], { expect: 128 });
  test.match(complaint(readOnly).message, /fungal-image-analysis: its remote would refuse the push: .*403/);
  test.equal(await remote(aperture), before, 'looked at in all of them before any is pushed');
  eric.write = ['aperture.git', 'fungal-image-analysis.git'];

  const other = await cloneRepo(box, aperture.remote ?? '', 'colleague');
  await other.git('switch', '-q', branch);
  await other.git('commit', '-q', '--amend', '-m', 'theirs');
  await other.push('--force');
  const forced = await realm_(['push'], { expect: 128 });
  test.match(complaint(forced).message, /commits that are missing here/);
  test.equal(await remote(aperture), await other.git('rev-parse', branch), 'what they forced stays');
  await other.git('push', '-qf', 'origin', `${before}:refs/heads/${branch}`);
  await realm_(['push']);

  // The base moves under both: once without harm, once in conflict.
  await other.git('switch', '-q', 'main');
  const moved = await other.commit('meanwhile', { 'meanwhile.txt': 'm' });
  await other.push();
  const theirs = await cloneRepo(box, fungal.remote ?? '', 'theirs');
  await theirs.commit('another two', { 'two.txt': 'other' });
  await theirs.push();
  await realm_(['pr', '--title', 'metrics']);
  const conflict = await realm_(['pr', 'merge'], { expect: 1 });
  test.match(conflict.stderr, /fungal-image-analysis: it conflicts with 'main': two\.txt/);
  test.match(conflict.stderr, /hint: in its worktree: git merge origin\/main/);
  const f = worktree(fungal);
  await box.git(['-C', f, 'fetch', '-q']);
  await box.git(['-C', f, 'merge', '-q', '-X', 'ours', '--no-edit', 'origin/main']);
  await realm_(['push']);
  await realm_(['pr', 'merge', '--continue'], { expect: 'any' });
  await realm_(['pr', 'merge']);
  for (const repo of [aperture, fungal])
    await box.git(['-C', repo.remote ?? '', 'merge-base', '--is-ancestor', branch, 'main']);
  await box.git(['-C', aperture.remote ?? '', 'merge-base', '--is-ancestor', moved, 'main']);
});

t.test(
  'a lock that is left on a remote is named, and what a killed merge has merged is not said to be taken back',
  async (test) => {
    const { box, realm_, edit, remote, aperture, fungal } = await started(test);
    edit('one.txt');
    await realm_(['commit', '-m', 'one']);
    await realm_(['push']);
    await realm_(['pr', '--title', 'one']);
    const lock = join(aperture.remote ?? '', 'refs/heads/main.lock');
    const before = await remote(aperture, 'main');
    box.write(lock, '');
    const locked = await realm_(['pr', 'merge'], { expect: 1 });
    test.match(
      locked.stdout,
      /failed: merge aperture#1 .*remote of aperture cannot update 'main': '.*main\.lock'/,
    );
    test.match(locked.stdout, /ask the owner of that repository to remove the file, then git realm pr merge/);
    test.equal(await remote(aperture, 'main'), before);
    const other = await remote(fungal, 'main');
    test.equal(other, await fungal.git('rev-parse', 'origin/main'));
    rmSync(lock);

    await realm_(['pr', 'merge', '--abort'], { expect: 'any' });
    const tap = gitTap({ killAfter: { match: ':refs/heads/main' }, path: box.env.PATH ?? '' });
    await box.run('git-realm', ['pr', 'merge'], { cwd: aperture.path, env: tap.env, expect: 'any' });
    test.ok(tap.killed());
    const merged = [
      [aperture, before],
      [fungal, other],
    ] as const;
    const landed = [];
    for (const [repo, old] of merged) if ((await remote(repo, 'main')) !== old) landed.push(repo);
    test.equal(landed.length, 1, 'killed after the first of two merges');
    const tip = await remote(landed[0] as Repo, 'main');
    const aborted = await realm_(['pr', 'merge', '--abort'], { expect: 'any' });
    test.equal(aborted.code, 128);
    test.match(complaint(aborted).message, /#1 is already merged and cannot be undone/);
    test.match(complaint(aborted).hint, new RegExp(`revert -m 1 ${tip}$`));
    test.equal(await remote(landed[0] as Repo, 'main'), tip);
    await realm_(['pr', 'merge']);
    for (const [repo, old] of merged) test.not(await remote(repo, 'main'), old);
  },
);

t.test('merged by hand, deleted by hand, edited by hand, half done by hand', async (test) => {
  const { box, realm, realm_, edit, aperture, fungal, remote } = await started(test);
  const [a, f] = [worktree(aperture), worktree(fungal)];
  const refuses = async (args: string[], words: RegExp, code = 128) => {
    const before = await fingerprint(box, realm.path, aperture.path, fungal.path);
    const ran = await realm_(args, { expect: code });
    test.match(ran.stderr, words);
    test.match(ran.stderr, /^hint: /m);
    test.equal(await fingerprint(box, realm.path, aperture.path, fungal.path), before, 'nothing was changed');
  };
  rmSync(f, { recursive: true });
  edit('one.txt');
  rmSync(f, { recursive: true });
  await refuses(
    ['commit', '-m', 'x'],
    /fungal-image-analysis: no worktree of 'feat\/metrics' on this machine/,
  );
  await realm_(['worktree', '--branch', branch]);
  test.ok(existsSync(join(f, 'cdk')), 'made again');

  edit('one.txt');
  await fungal.git('config', 'user.email', 'other@example.com');
  const two = await realm_(['commit', '-m', 'one']);
  test.match(
    two.stderr,
    /different identities: .*eric@example\.com> in aperture; .*other@example\.com> in fungal/,
  );
  await fungal.git('config', '--unset', 'user.email');

  // A rebase and a merge that stopped half-way.
  await box.git(['-C', a, 'switch', '-qc', 'side', 'main']);
  box.write(join(a, 'one.txt'), 'theirs\n');
  await box.git(['-C', a, 'add', '-A']);
  await box.git(['-C', a, 'commit', '-qm', 'side']);
  await box.git(['-C', a, 'switch', '-q', branch]);
  await box.git(['-C', a, 'rebase', 'side'], { expect: 1 });
  await refuses(['commit', '-m', 'x'], /aperture: a rebase of 'feat\/metrics' is in progress/);
  await box.git(['-C', a, 'rebase', '--abort']);
  await box.git(['-C', a, 'merge', 'side'], { expect: 1 });
  await refuses(['commit', '-m', 'x'], /aperture: unmerged: one\.txt/);
  await box.git(['-C', a, 'merge', '--abort']);
  await refuses(
    ['worktree', '--rfc', 'other', '--branch', branch],
    /is already used by the change set of 'aperture:metrics'/,
  );

  // The tracking file by hand: what is added stays, what is broken is said with its line.
  const tracking = join(realm.path, 'worktrees/feat-metrics.yaml');
  const text = readFileSync(tracking, 'utf8');
  box.write(tracking, text.replace('repos:', 'reposs:\n  - 1\nrepos: 7 #'));
  await box.git(['-C', realm.path, 'commit', '-qam', 'by hand']);
  await refuses(
    ['push', '--branch', branch],
    /no change set 'feat\/metrics'|worktrees\/feat-metrics\.yaml:\d+/,
  );
  box.write(tracking, `# ours\nnote: kept\n${text}`);
  await box.git(['-C', realm.path, 'commit', '-qam', 'mended']);
  await realm_(['push']);
  await realm_(['pr', '--title', 'one']);
  test.match(readFileSync(tracking, 'utf8'), /^# ours\nnote: kept\n[\s\S]*^prs:/m);

  // One is merged by hand and its branch deleted; the other follows.
  const other = await cloneRepo(box, aperture.remote ?? '', 'colleague');
  await other.git('merge', '-q', '--no-ff', '--no-edit', `origin/${branch}`);
  await other.push('origin', 'main', `:${branch}`);
  test.match((await realm_(['pr', 'status'])).stdout, /aperture#1 merged/);
  await realm_(['pr', 'merge']);
  test.match(await realm.yaml('forge/aperture/pulls/1.yaml'), { state: 'merged' });
  test.match(await realm.yaml('forge/fungal-image-analysis/pulls/1.yaml'), { state: 'merged' });
  test.equal(await remote(aperture), '', 'the branch that was deleted stays so');
});

t.test('a shallow clone, a partial clone, a submodule and a filter like that of LFS', async (test) => {
  const { box, aperture, fungal } = await letemcook(test);
  await box.git(['config', '--global', 'protocol.file.allow', 'always']);
  await box.git(['-C', fungal.remote ?? '', 'config', 'uploadpack.allowFilter', 'true']);
  await aperture.git('submodule', '--quiet', 'add', `file://${fungal.remote}`, 'sub');
  await aperture.commit('with a submodule', { '.gitattributes': '*.bin filter=lfs\n' });
  await aperture.push();
  await box.git(['clone', '-q', '--depth', '1', `file://${aperture.remote}`, 'shallow']);
  await box.git(['clone', '-q', '--filter=blob:none', `file://${fungal.remote}`, 'partial']);
  const [a, f] = [openRepo(box, 'shallow', aperture.remote), openRepo(box, 'partial', fungal.remote)];
  for (const repo of [a, f]) {
    await repo.git('remote', 'set-url', 'origin', repo.remote ?? '');
    await box.realm(['join'], { cwd: repo.path });
  }
  await a.git('config', 'filter.lfs.clean', 'sed s/^/pointer:/');
  await a.git('config', 'filter.lfs.smudge', 'sed s/^pointer://');
  await a.git('config', 'filter.lfs.required', 'true');
  box.write(join(a.path, '.git/hooks/pre-push'), `#!/bin/sh\ncat >>'${box.path('pushed')}'\n`, 0o755);
  const at = { cwd: a.path };
  await box.realm(['worktree', '--rfc', 'metrics'], at);
  box.write(join(worktree(a), 'large.bin'), 'bytes\n');
  box.write(join(worktree(f), 'new.txt'), 'new\n');
  await box.realm(['commit', '-m', 'large'], at);
  await box.realm(['push'], at);
  await box.realm(['pr', '--title', 'large'], at);
  await box.realm(['pr', 'merge'], at);
  const bare = aperture.remote ?? '';
  test.equal((await box.git(['-C', bare, 'show', 'main:large.bin'])).stdout, 'pointer:bytes\n', 'cleaned');
  test.match(readFileSync(box.path('pushed'), 'utf8'), branch, 'the pre-push hook has its input');
  test.match(
    (await box.git(['-C', bare, 'ls-tree', 'main', 'sub'])).stdout,
    /^160000 commit/,
    'the submodule stays',
  );
  test.equal((await box.git(['-C', fungal.remote ?? '', 'show', 'main:new.txt'])).stdout, 'new\n');
  await box.realm(['worktree', 'remove', branch], at);
  test.notOk(existsSync(worktree(a)));
  test.equal(await a.git('rev-parse', '--is-shallow-repository'), 'true', 'nobody fetched all of it');
});
