import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { REPOSITORY_VARIABLES } from '../../lib/git/environment.ts';
import { discover } from '../../lib/git/repository.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';

t.test('a repository is found from everywhere in it', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'a b', { tree: { deep: { er: { 'x.txt': 'x' } } } });
  for (const place of ['', 'deep', 'deep/er']) {
    const found = await discover(join(repo.path, place), { env: box.env });
    t.equal(found.worktree, repo.path, place);
    t.equal(found.gitDir, join(repo.path, '.git'));
    t.equal(found.commonDir, join(repo.path, '.git'));
    t.equal(found.branch, 'refs/heads/main');
    t.equal(found.bare, false);
    t.equal(found.objectFormat, 'sha1');
  }
});

t.test('a linked worktree has its own git directory and the common one', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'main-one', { tree: { x: 'x' } });
  await repo.git('worktree', 'add', '-q', '-b', 'topic', box.path('linked'));
  const found = await discover(box.path('linked'), { env: box.env });
  t.equal(found.worktree, box.path('linked'));
  t.equal(found.commonDir, join(repo.path, '.git'));
  t.match(found.gitDir, /worktrees\/linked$/);
  t.equal(found.branch, 'refs/heads/topic');
});

t.test('bare, inside the git directory, unborn, detached, SHA-256', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'one', { tree: { x: 'x' } });
  const bare = await discover(repo.remote ?? '', { env: box.env });
  t.match(bare, { bare: true, worktree: null, branch: 'refs/heads/main' });

  const inside = await discover(join(repo.path, '.git'), { env: box.env });
  t.match(inside, { bare: false, worktree: null, branch: 'refs/heads/main' });

  await repo.git('checkout', '-q', '--detach');
  t.equal((await discover(repo.path, { env: box.env })).branch, null);

  await box.git(['init', '-q', 'unborn']);
  t.match(await discover(box.path('unborn'), { env: box.env }), {
    worktree: box.path('unborn'),
    branch: 'refs/heads/main',
  });

  const long = await makeRepo(box, 'long', { sha256: true, remote: false, tree: { x: 'x' } });
  t.equal((await discover(long.path, { env: box.env })).objectFormat, 'sha256');
});

t.test('a path may hold a newline, quotes and letters of any script', async (t) => {
  const box = sandbox(t);
  const name = 'n\new "qu\'ote" zażółć';
  mkdirSync(box.path(name));
  await box.git(['init', '-q'], { cwd: name });
  const found = await discover(box.path(name), { env: box.env });
  t.equal(found.worktree, box.path(name));
  t.equal(found.gitDir, join(box.path(name), '.git'));
});

t.test('no repository, and no such directory', async (t) => {
  const box = sandbox(t);
  await t.rejects(discover(box.root, { env: box.env }), { code: 'not-a-repository', exitCode: 128 });
  await t.rejects(discover(box.path('nowhere'), { env: box.env }), { code: 'git-missing' });
});

t.test('inside a hook another repository is not mistaken for the one that commits', async (t) => {
  const box = sandbox(t);
  const [a, b] = [
    await makeRepo(box, 'a', { tree: { x: 'a' } }),
    await makeRepo(box, 'b', { tree: { x: 'b' } }),
  ];
  const env = { ...box.env, GIT_DIR: join(a.path, '.git'), GIT_INDEX_FILE: join(a.path, '.git', 'index') };
  const found = await discover(b.path, { env, foreign: true });
  t.equal(found.gitDir, join(b.path, '.git'));
  t.equal((await found.git(['rev-parse', '--git-dir'])).stdout.toString().trim(), '.git');
  t.equal(
    (await discover(b.path, { env })).gitDir,
    join(a.path, '.git'),
    'without `foreign` git obeys GIT_DIR',
  );
});

t.test('every variable that git calls local is cleared, or carries configuration', (t) => {
  const listed = execFileSync('git', ['rev-parse', '--local-env-vars'], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const kept = listed.filter((name) => !(REPOSITORY_VARIABLES as readonly string[]).includes(name));
  t.same(kept.sort(), ['GIT_CONFIG_COUNT', 'GIT_CONFIG_PARAMETERS']);
  t.end();
});
