import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readConfig, readConfigs } from '../../lib/git/config.ts';
import { readRefFile, readWorktreeFiles } from '../../lib/git/ref-files.ts';
import { discover, type Repository } from '../../lib/git/repository.ts';
import { knownWorktrees, type ListedWorktree, listWorktrees } from '../../lib/git/worktrees.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { cloneRepo, makeRepo } from '../helpers/world/repo.ts';

t.test('refs read from files are what git says: loose, packed, both, symbolic', async (test) => {
  const box = sandbox(test);
  const first = await makeRepo(box, 'one', { tree: { x: '1' } });
  const repo = await cloneRepo(box, first.remote ?? '', 'clone');
  for (const name of ['feat/a', 'feat/a-b', 'zu/ß']) await repo.git('branch', name);
  await repo.git('tag', '-a', '-m', 'annotated', 'v1');
  await repo.git('pack-refs', '--all');
  await repo.commit('newer than packed', { x: '2' });
  await repo.git('branch', 'loose');
  await repo.git('branch', '-D', 'feat/a-b');
  const found = await discover(repo.path, { env: box.env });
  const listed = await repo.git('for-each-ref', '--format=%(refname) %(objectname)');
  for (const line of listed.split('\n')) {
    const [name = '', oid = ''] = line.split(' ');
    test.equal(readRefFile(found, name)?.oid, oid, name);
  }
  test.same(readRefFile(found, 'HEAD'), {
    name: 'refs/heads/main',
    oid: await repo.git('rev-parse', 'HEAD'),
  });
  test.equal(readRefFile(found, 'refs/remotes/origin/HEAD')?.name, 'refs/remotes/origin/main');
  for (const name of ['refs/heads/feat', 'refs/heads/feat/a-b', 'refs/heads/none', 'refs/heads/main/x'])
    test.equal(readRefFile(found, name), null, name);
  await repo.git('symbolic-ref', 'refs/heads/loop', 'refs/heads/loop2');
  await repo.git('symbolic-ref', 'refs/heads/loop2', 'refs/heads/loop');
  test.equal(readRefFile(found, 'refs/heads/loop'), null, 'going round in circles ends');
});

t.test('worktrees read from files are what git lists: detached, locked, gone', async (test) => {
  const box = sandbox(test);
  const repo = await makeRepo(box, 'one', { tree: { x: '1' } });
  for (const name of ['a', 'b b', 'gone', 'kept'])
    await repo.git('worktree', 'add', '-q', '-b', `topic/${name.replace(' ', '-')}`, box.path('trees', name));
  await repo.git('worktree', 'add', '-q', '--detach', box.path('trees', 'detached'));
  await repo.git('worktree', 'lock', '--reason', 'on a stick', box.path('trees', 'kept'));
  for (const name of ['gone', 'kept']) renameSync(box.path('trees', name), box.path('trees', `${name}-away`));
  const discovered = await discover(repo.path, { env: box.env });
  const { commonDir } = discovered;
  const byPath = (list: readonly ListedWorktree[]) =>
    list.map(({ gitDir: _, ...rest }) => rest).sort((a, b) => (a.path < b.path ? -1 : 1));
  test.same(byPath(await knownWorktrees(discovered)), byPath(await listWorktrees(discovered)));
  const read = readWorktreeFiles(commonDir, readdirSync(join(commonDir, 'worktrees')).sort());
  const { stdout } = await box.git(['worktree', 'list', '--porcelain', '-z'], { cwd: repo.path });
  const listed = stdout.split('\0\0').slice(1, -1);
  test.equal(read.length, listed.length);
  for (const worktree of read) {
    const lines = listed.find((text) => text.startsWith(`worktree ${worktree.path}\0`))?.split('\0') ?? [];
    test.ok(lines.includes(`HEAD ${worktree.head?.oid}`), worktree.path);
    test.ok(lines.includes(worktree.branch === null ? 'detached' : `branch ${worktree.branch}`));
    test.equal(
      worktree.locked !== null,
      lines.some((line) => line.startsWith('locked')),
    );
    test.equal(
      worktree.missing,
      lines.some((line) => line.startsWith('prunable')),
    );
  }
});

t.test('the configuration of many in two processes; in each where it may differ', async (test) => {
  const box = sandbox(test);
  const names = ['one', 'two "quoted"', 'three'];
  const repos: Repository[] = [];
  for (const name of names) {
    const made = await makeRepo(box, name, { remote: false, tree: { x: name } });
    await made.git('config', '--add', 'realm.githubHost', `${name.length}.example`);
    await made.git('config', 'user.name', `owner of ${name}`);
    repos.push(
      await discover(made.path, { env: { ...box.env, GIT_CONFIG_COUNT: '1', ...FROM_ENVIRONMENT } }),
    );
  }
  const agree = async (what: string) => {
    const together = await readConfigs(repos);
    for (const [at, repo] of repos.entries()) {
      const alone = await readConfig(repo);
      test.same([...(together[at]?.keys() ?? [])].sort(), [...alone.keys()].sort(), what);
      for (const key of alone.keys()) test.same(together[at]?.all(key), alone.all(key), `${what}: ${key}`);
    }
  };
  let runs = 0;
  for (const repo of repos) {
    const { git } = repo;
    repo.git = (...args) => {
      runs += 1;
      return git(...args);
    };
  }
  await readConfigs(repos);
  test.equal(runs, 2);
  await agree('plain');
  box.write('two "quoted"/.git/extra', '[user]\n\temail = elsewhere@example.com\n');
  await box.git(['config', '--file', box.path('two "quoted"', '.git', 'config'), 'include.path', 'extra']);
  await agree('one of them includes');
  await box.git([
    'config',
    '--global',
    `includeIf.gitdir:${box.path('three')}/.path`,
    box.path('home', 'work'),
  ]);
  box.write('home/work', '[user]\n\temail = work@example.com\n');
  await agree('what is shared depends on the place');
});

const FROM_ENVIRONMENT = { GIT_CONFIG_KEY_0: 'core.pager', GIT_CONFIG_VALUE_0: 'less -R' };
