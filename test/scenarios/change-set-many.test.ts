import { join } from 'node:path';
import t from 'tap';
import { startGithub } from '../helpers/forge/github.ts';
import { gitTap } from '../helpers/kill/kill.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { makeRepo, type Repo } from '../helpers/world/repo.ts';
import { commitMembership } from '../helpers/world/story.ts';

const REPOS = process.env.REALM_NIGHTLY === '1' ? 4 : 3;
const BRANCH = 'feat/many';
const TOKEN = 'ghp_0123456789secret';

/** Many repositories in one domain of a bare realm; their remotes lie on disk. */
async function many(test: Parameters<typeof sandbox>[0]) {
  const box = sandbox(test);
  await box.realm(['init', '--name', 'many', '--path', 'realm.git', '--bare']);
  const repos: Repo[] = [];
  for (let n = 1; n <= REPOS; n += 1) {
    const repo = await makeRepo(box, `repo${n}`, { tree: { 'x.txt': 'x\n' } });
    await box.realm(['join', box.path('realm.git'), '--no-detect-exports', '--yes'], { cwd: repo.path });
    await commitMembership(repo);
    repos.push(repo);
  }
  const [first] = repos;
  if (first === undefined) throw new Error('there are none');
  const all = repos.map((_, at) => `repo${at + 1}`).join(',');
  await box.realm(['domain', 'create', 'all', '--repos', all], { cwd: first.path });
  await commitMembership(first);
  return { box, repos, first, at: join(first.path, '.worktrees', 'feat-many') };
}

/** The verbs of the git runs of a command and its hooks, each with how often it was run. */
async function runsOf(box: Sandbox, cwd: string, args: string[], env: Record<string, string> = {}) {
  const tap = gitTap({ path: box.env.PATH ?? '' });
  await box.run('git-realm', args, { cwd, env: { ...env, ...tap.env } });
  const runs = new Map<string, number>();
  for (const words of tap.log()) {
    const verb = words.find((word, at) => !word.startsWith('-') && words[at - 1] !== '-c') ?? '';
    runs.set(verb, (runs.get(verb) ?? 0) + 1);
  }
  return { runs, total: [...runs.values()].reduce((sum, count) => sum + count, 0) };
}

/** What does not grow with the repositories: the realm, its journal, the repository where the command is typed. */
const FIXED = 30;

t.test('a fixed, small number of git processes in each repository', async (test) => {
  const { box, repos, first, at } = await many(test);
  const count = async (cwd: string, args: string[], each: Record<string, number>) => {
    const { runs, total } = await runsOf(box, cwd, args);
    const words = `${args[0]}: ${[...runs].map(([verb, times]) => `${verb} ${times}`).join(', ')}`;
    for (const [verb, times] of Object.entries(each))
      test.ok((runs.get(verb) ?? 0) <= times * REPOS + 3, `${verb}, ${words}`);
    const own = Object.values(each).reduce((sum, times) => sum + times, 0);
    test.ok(total <= own * REPOS + FIXED, `${total} in all, ${words}`);
  };
  await count(first.path, ['worktree', '--branch', BRANCH], {
    'ls-remote': 1,
    worktree: 1,
    fetch: 0,
    'cat-file': 0,
    'rev-parse': 0,
  });
  for (const repo of repos) box.write(join(repo.path, '.worktrees', 'feat-many', 'new.txt'), 'new\n');
  // `config` sets, once in a repository, that notes follow an amend; `fast-import` writes the note, and the journal.
  const commit = { status: 1, add: 1, commit: 1, config: 1, notes: 0, 'rev-parse': 0, 'rev-list': 0 };
  await count(at, ['commit', '-m', 'many'], { ...commit, 'fast-import': 4 });
  await count(at, ['push'], { push: 2, log: 1, 'update-ref': 1, 'ls-remote': 0, fetch: 0, 'fast-import': 3 });
  for (const repo of repos)
    test.equal(
      await repo.git('rev-parse', BRANCH),
      (await box.git(['-C', repo.remote ?? '', 'rev-parse', BRANCH])).stdout.trim(),
    );
});

t.test(
  'a fixed, small number of requests for each pull request, and none for a token that is refused',
  async (test) => {
    const hub = await startGithub(test, { [TOKEN]: 'eric' });
    const { box, repos, first, at } = await many(test);
    await box.git(['config', '--global', 'realm.githubHost', `ghe.example=${hub.url}`]);
    await box.git(['config', '--global', 'realm.forgePace', '1']);
    await box.git([
      'config',
      '--global',
      `url.${box.path('remotes')}/.insteadOf`,
      'https://ghe.example/org/',
    ]);
    for (const [n, repo] of repos.entries()) {
      hub.add(`org/repo${n + 1}`, { bare: repo.remote ?? '' });
      await repo.git('remote', 'set-url', 'origin', `https://ghe.example/org/repo${n + 1}.git`);
    }
    await box.realm(['worktree', '--branch', BRANCH], { cwd: first.path });
    for (const repo of repos) box.write(join(repo.path, '.worktrees', 'feat-many', 'new.txt'), 'new\n');
    await box.realm(['commit', '-m', 'many'], { cwd: at });
    await box.realm(['push'], { cwd: at });

    const wrong = { GH_ENTERPRISE_TOKEN: 'expired' };
    const refused = await box.realm(['pr', '--title', 'many'], { cwd: at, env: wrong, expect: 128 });
    test.match(refused.stderr, /the token is no longer valid/);
    test.ok(hub.asked.length <= REPOS, `${hub.asked.length} requests with a token that is refused`);

    const env = { GH_ENTERPRISE_TOKEN: TOKEN };
    const requests = async (args: string[]): Promise<{ reads: number; writes: number }> => {
      const [before, written] = [hub.asked.length, hub.writes().length];
      await box.realm(args, { cwd: at, env });
      const writes = hub.writes().length - written;
      return { writes, reads: hub.asked.length - before - writes };
    };
    const opened = await requests(['pr', '--title', 'many']);
    test.equal(opened.writes, 3 * REPOS, 'opened, its block written, and whose turn it is');
    test.ok(opened.reads <= 9 * REPOS, `${opened.reads} questions`);
    const again = await requests(['pr', '--title', 'many']);
    test.equal(again.writes, 0);
    hub.trouble({
      method: 'PATCH',
      match: /repo1\/pulls\/1$/,
      answer: 403,
      message: 'Resource not accessible',
    });
    const cut = await box.realm(['pr', 'close'], { cwd: at, env, expect: 1 });
    test.match(cut.stdout, /repo1/);
    const closed = await requests(['pr', 'close', '--continue']);
    test.equal(closed.writes, 1, 'only what is missing');
    const anew = await requests(['pr', '--title', 'many']);
    test.equal(anew.writes, 2 * REPOS, 'what was closed is opened anew');
    const merged = await requests(['pr', 'merge']);
    test.equal(merged.writes, 2 * REPOS, 'each merge, and each body that says so');
    test.ok(merged.reads <= 30 * REPOS, `${merged.reads} questions`);
    for (const { name, items } of hub.repos.values())
      test.match(items, [{ state: 'closed', mergedAs: null }, { mergedAs: /^[0-9a-f]{40}$/ }], name);
  },
);
