import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { gitTap } from '../helpers/kill/kill.ts';
import { cloneRepo } from '../helpers/world/repo.ts';
import { letemcook } from '../helpers/world/story.ts';

const branch = 'feat/metrics';

t.test(
  'from the user’s own checkouts, whatever is checked out there, and nothing is left over',
  async (test) => {
    const { box, aperture, fungal } = await letemcook(test);
    const repos = [aperture, fungal];
    // The base is checked out elsewhere, and the local main is older than the remote's.
    await aperture.git('switch', '-q', '--detach');
    await aperture.git('worktree', 'add', '-q', box.path('elsewhere'), 'main');
    const other = await cloneRepo(box, fungal.remote ?? '', 'colleague');
    const newest = await other.commit('newer', { 'newer.txt': 'n' });
    await other.push();
    const heads = async () => Promise.all(repos.map((repo) => repo.git('rev-parse', 'HEAD', 'main')));
    const before = await heads();
    const exclude = async () =>
      box.run(
        'cat',
        repos.map((repo) => join(repo.path, '.git/info/exclude')),
      );
    const excluded = (await exclude()).stdout;
    const config = async () => Promise.all(repos.map((repo) => repo.git('config', '--local', '--list')));
    const configured = await config();

    const tap = gitTap({ path: box.env.PATH ?? '' });
    const run = async (...args: string[]) => {
      const at = args.includes('--') ? args.indexOf('--') : args.length;
      const json = args.toSpliced(at, 0, '--json');
      const ran = await box.run('git-realm', json, { cwd: aperture.path, env: tap.env });
      return ran.json() as Record<string, unknown>;
    };
    test.match(await run('worktree', '--rfc', 'metrics'), {
      done: true,
      branch,
      worktrees: [{ repo: 'aperture' }, { repo: 'fungal-image-analysis', base: newest }],
    });
    test.same(await heads(), before, 'what was checked out stays');
    for (const repo of repos) box.write(join(repo.path, '.worktrees/feat-metrics/new.txt'), 'new\n');
    test.match(await run('commit', '-m', 'new', '--branch', branch), { done: true, commits: [{}, {}] });
    test.match(await run('push', '--branch', branch), {
      done: true,
      steps: [{ state: 'done' }, { state: 'done' }],
    });
    test.match(await run('pr', '--title', 'new', '--draft', '--branch', branch), {
      pulls: [{ draft: true, state: 'open' }, { draft: true }],
    });
    test.match(await run('pr', 'status', '--branch', branch), { pause: { answer: 'yes' }, next: null });
    test.match(await run('worktree', 'list'), {
      items: [{ branch, repos: [{ commits: 1 }, { commits: 1 }] }],
    });
    test.match(await run('exec', '--branch', branch, '--', 'sh', '-c', 'echo "$GIT_TERMINAL_PROMPT"'), {
      runs: [{ output: '0\n' }, { output: '0\n' }],
    });
    const cloned = tap.log().filter((args) => args.includes('clone'));
    test.same(cloned, [], 'nothing is cloned again');

    await run('worktree', 'remove', branch);
    for (const repo of repos) {
      test.notOk(existsSync(join(repo.path, '.worktrees')));
      test.equal(await repo.git('for-each-ref', `refs/heads/${branch}`), '', 'it is on the remote');
      test.equal(await repo.git('status', '--porcelain'), '');
    }
    test.equal((await exclude()).stdout, excluded);
    test.same(await config(), configured, 'the configuration is as it was');
    test.ok(existsSync(box.path('elsewhere', 'models')), 'what is not ours stays');
  },
);
