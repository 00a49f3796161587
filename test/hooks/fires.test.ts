import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { hasConfigHooks } from '../../lib/hooks/config-block.ts';
import { installHooks } from '../../lib/hooks/install.ts';
import { observeMarks, writeWatchList } from '../../lib/hooks/watch-list.ts';
import { git, gitHere, hookRepo as hookRepoOf, makeRepo, recorder, run, writeFiles } from './helper.ts';

const source = 'src/paths.py';

// Which hooks fire is git's to say, so the whole table is executed for each way this git has to call them.
const ways = {
  'the hooks directory': 'git version 2.53.0',
  ...(hasConfigHooks(gitHere) ? { 'the configuration': gitHere } : {}),
};
if (!hasConfigHooks(gitHere)) t.comment(`SKIPPED hooks by configuration: ${gitHere.trim()} has none`);

for (const [way, gitVersion] of Object.entries(ways))
  t.test(`hooks by ${way}`, async (t) => {
    const hookRepo = (dir: string) => ({ ...hookRepoOf(dir), gitVersion });

    /** A repository that watches `src/paths.py`, with a recorder in the place of git-realm. */
    async function watched(t: Test, files?: Record<string, string>) {
      const dir = makeRepo(join(t.testdir(), 'r'), files);
      const programs = recorder(join(t.testdirName, 'bin'));
      const repo = hookRepo(dir);
      await installHooks(repo, { programs });
      await writeWatchList(repo.commonDir, [[source]], observeMarks([]));
      let n = 0;
      const commit = (name: string, ...args: string[]) => {
        writeFiles(dir, { [name]: `${n++}\n` });
        git(dir, 'add', name);
        git(dir, 'commit', '-q', '-m', `change ${name}`, ...args);
      };
      return { dir, programs, repo, commit, calls: programs.calls };
    }

    t.test('commits', async (t) => {
      const { dir, calls, commit } = await watched(t);
      const trace = join(t.testdirName, 'trace');
      writeFiles(dir, { 'a.txt': 'changed\n' });
      const { status } = run(dir, 'git', ['commit', '-q', '-a', '-m', 'x'], { GIT_TRACE: trace });
      t.equal(status, 0);
      t.same(calls(), [], 'commit -a that touches nothing');
      const started = [...readFileSync(trace, 'utf8').matchAll(/trace: built-in: git (\S+)/g)].map(
        ([, name]) => name,
      );
      t.same(
        started.filter((name) => name !== 'maintenance'),
        ['commit', 'diff'],
        'one git process more',
      );

      writeFiles(dir, { 'a.txt': 'again\n', [source]: 'x = 2\n' });
      git(dir, 'commit', '-q', '-m', 'partial', 'a.txt');
      t.same(calls(), [], 'a partial commit of something else, with a dirty source');
      git(dir, 'commit', '-q', '-m', 'partial', source);
      t.same(calls(), ['hook pre-commit'], 'a partial commit of the source');
      writeFiles(dir, { [source]: 'x = 3\n' });
      git(dir, 'commit', '-q', '-a', '-m', 'all');
      t.same(calls(), ['hook pre-commit'], 'commit -a with the source');
      git(dir, 'commit', '-q', '--amend', '-m', 'other words');
      t.same(calls(), [], 'amend of the words');
      writeFiles(dir, { [source]: 'x = 4\n' });
      git(dir, 'commit', '-q', '-a', '--amend', '--no-edit');
      t.same(calls(), ['hook pre-commit'], 'amend of the source: one start, though three hooks run');
      git(dir, 'rm', '-q', source);
      git(dir, 'commit', '-q', '-m', 'remove');
      t.same(calls(), ['hook pre-commit'], 'removing the source');

      commit('a.txt', '--no-verify');
      t.same(calls(), [], '--no-verify that touches nothing');
      commit(source, '--no-verify');
      t.same(calls(), ['hook post-commit'], '--no-verify with the source');
      writeFiles(dir, { [source]: 'x = 5\n' });
      git(dir, 'commit', '-q', '-a', '--amend', '--no-edit', '--no-verify');
      t.same(calls(), ['hook post-commit'], '--no-verify --amend: one start');
    });

    t.test('merges and pulls', async (t) => {
      const { dir, calls, commit } = await watched(t);
      git(dir, 'switch', '-q', '-c', 'side');
      commit(source);
      git(dir, 'switch', '-q', 'main');
      commit('a.txt');
      calls();
      git(dir, 'merge', '-q', '--no-edit', 'side');
      t.same(calls(), ['hook post-merge 0'], 'a clean merge');
      git(dir, 'switch', '-q', '-c', 'more');
      commit('a.txt');
      git(dir, 'switch', '-q', 'main');
      git(dir, 'merge', '-q', '--ff-only', 'more');
      t.same(calls(), ['hook post-merge 0'], 'a fast-forward');
      git(dir, 'switch', '-q', 'more');
      commit(source);
      git(dir, 'switch', '-q', 'main');
      commit(source);
      calls();
      t.equal(run(dir, 'git', ['merge', '-q', 'more']).status, 1);
      t.same(calls(), [], 'a conflict');
      writeFiles(dir, { [source]: 'resolved\n' });
      git(dir, 'commit', '-q', '-a', '-m', 'resolve');
      t.same(calls(), ['hook pre-commit'], 'its commit');
      git(dir, 'switch', '-q', 'more');
      commit(source);
      git(dir, 'switch', '-q', 'main');
      calls();
      run(dir, 'git', ['merge', '-q', '--squash', 'more']);
      t.same(calls(), ['hook post-merge 1'], 'a squash merge');
      const clone = join(dir, '../clone');
      git(dir, 'clone', '-q', dir, clone);
      await installHooks(hookRepo(clone), { programs: recorder(join(t.testdirName, 'bin')) });
      git(dir, 'reset', '-q', '--hard');
      commit('a.txt');
      calls();
      git(clone, 'pull', '-q', '--rebase');
      t.same(calls(), ['hook post-merge 0'], 'pull --rebase that is a fast-forward');
    });

    t.test('a rebase of 20 commits of the source', async (t) => {
      const { dir, programs, calls, commit } = await watched(t);
      git(dir, 'switch', '-q', '-c', 'side');
      for (let i = 0; i < 20; i++) commit(source);
      git(dir, 'switch', '-q', 'main');
      commit('a.txt');
      git(dir, 'switch', '-q', 'side');
      calls();
      const trace = join(t.testdirName, 'trace');
      run(dir, 'git', ['rebase', '-q', 'main'], { GIT_TRACE: trace });
      t.equal(git(dir, 'rev-list', '--count', 'main..side'), '20');
      const pairs = /^input\n(.*)end of input$/ms.exec(programs.records())?.[1]?.trimEnd().split('\n');
      t.same(calls(), ['hook post-rewrite rebase'], 'settled once, at the end');
      t.equal(pairs?.length, 20, 'with the list of what became what');
      t.notMatch(readFileSync(trace, 'utf8'), /git diff/, 'no process for a commit in between');

      git(dir, 'rebase', '-q', '-x', 'git commit -q --amend --no-edit', 'HEAD~2');
      t.same(calls(), ['hook post-rewrite rebase'], 'amends inside of a rebase');
    });

    t.test('cherry-pick, revert, am, reset, stash', async (t) => {
      const { dir, calls, commit } = await watched(t);
      git(dir, 'switch', '-q', '-c', 'side');
      commit(source);
      commit('a.txt');
      const patch = git(dir, 'format-patch', '-2', '-o', join(t.testdirName, 'patches')).split('\n');
      git(dir, 'switch', '-q', 'main');
      calls();
      git(dir, 'cherry-pick', 'side');
      t.same(calls(), [], 'cherry-pick of something else');
      const looked = 'hook prepare-commit-msg .git/COMMIT_EDITMSG message';
      git(dir, 'cherry-pick', 'side~1');
      t.same(calls(), [looked], 'cherry-pick of the source');
      git(dir, 'revert', '--no-edit', 'HEAD~1');
      t.same(calls(), [], 'revert of something else');
      git(dir, 'revert', '--no-edit', 'HEAD~1');
      t.same(calls(), [looked], 'revert of the source');
      git(dir, 'am', '-q', ...patch);
      t.same(calls(), ['hook pre-applypatch'], 'am');
      git(dir, 'reset', '-q', '--hard', 'HEAD~2');
      writeFiles(dir, { [source]: 'stashed\n' });
      git(dir, 'stash', '-q');
      git(dir, 'stash', 'pop', '-q');
      t.same(calls(), [], 'reset and stash');
    });

    t.test('an aborted commit, and one that another hook refuses', async (t) => {
      const { dir, calls } = await watched(t);
      const hook = join(dir, '.git/hooks/commit-msg');
      writeFileSync(hook, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
      writeFiles(dir, { [source]: 'x = 2\n' });
      t.equal(run(dir, 'git', ['commit', '-q', '-a', '-m', 'x']).status, 1);
      t.same(calls(), ['hook pre-commit']);
      rmSync(hook);
      t.equal(run(dir, 'git', ['commit', '-q', '-a', '-m', '']).status, 1);
      t.same(calls(), ['hook pre-commit']);
      git(dir, 'reset', '-q', '--hard');
      git(dir, 'commit', '-q', '--allow-empty', '--no-verify', '-m', 'x');
      t.same(calls(), [], 'the stamp of an aborted commit is not taken for that of the next');
    });

    t.test('the first commit', async (t) => {
      const dir = join(t.testdir(), 'r');
      git(t.testdirName, 'init', '-q', dir);
      const programs = recorder(join(t.testdirName, 'bin'));
      await installHooks(hookRepo(dir), { programs });
      await writeWatchList(join(dir, '.git'), [[source]], observeMarks([]));
      writeFiles(dir, { 'a.txt': 'a\n' });
      git(dir, 'add', '-A');
      const branch = git(dir, 'symbolic-ref', 'HEAD');
      git(dir, 'commit', '-q', '-m', 'x');
      t.same(programs.calls(), []);
      git(dir, 'update-ref', '-d', branch);
      writeFiles(dir, { [source]: 'x\n' });
      git(dir, 'add', '-A');
      git(dir, 'commit', '-q', '-m', 'x');
      t.same(programs.calls(), ['hook pre-commit']);
      git(dir, 'update-ref', '-d', branch);
      git(dir, 'commit', '-q', '--no-verify', '-m', 'x');
      t.same(
        programs.calls(),
        ['hook post-commit'],
        'without a parent there is nothing to compare: looked at',
      );
    });

    t.test('wherever git is called from', async (t) => {
      const { dir, repo, programs, calls } = await watched(t);
      const linked = join(t.testdirName, 'linked tree');
      git(dir, 'worktree', 'add', '-q', '-b', 'linked', linked);
      const edit = (where: string, touches: boolean) => {
        writeFiles(where, { [touches ? source : 'a.txt']: `${Math.random()}\n` });
        git(where, 'add', '-A');
      };
      const outer = makeRepo(join(t.testdirName, 'outer'));
      git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', dir, 'sub');
      const sub = join(outer, 'sub');
      await installHooks(hookRepo(sub), { programs });
      await writeWatchList(hookRepo(sub).commonDir, [[source]], observeMarks([]));
      const gitDir = join(dir, '.git');
      const ways: [string, string, () => void][] = [
        ['a subdirectory', dir, () => git(join(dir, 'src'), 'commit', '-q', '-m', 'x')],
        ['a linked worktree', linked, () => git(linked, 'commit', '-q', '-m', 'x')],
        ['git -C', dir, () => git('/', '-C', dir, 'commit', '-q', '-m', 'x')],
        ['git -C a linked worktree', linked, () => git('/', '-C', linked, 'commit', '-q', '-m', 'x')],
        [
          '--git-dir and --work-tree',
          dir,
          () => git('/', `--git-dir=${gitDir}`, `--work-tree=${dir}`, 'commit', '-q', '-m', 'x'),
        ],
        [
          'GIT_DIR in the work tree',
          dir,
          () => run(dir, 'git', ['commit', '-q', '-m', 'x'], { GIT_DIR: '.git' }),
        ],
        [
          'GIT_DIR and GIT_WORK_TREE',
          dir,
          () => run('/', 'git', ['commit', '-q', '-m', 'x'], { GIT_DIR: gitDir, GIT_WORK_TREE: dir }),
        ],
        ['a submodule', sub, () => git(sub, 'commit', '-q', '-m', 'x')],
        ['literal pathspecs', dir, () => git(dir, '--literal-pathspecs', 'commit', '-q', '-m', 'x')],
      ];
      for (const [name, where, commit] of ways) {
        edit(where, false);
        commit();
        t.same(calls(), [], `${name}: untouched`);
        edit(where, true);
        commit();
        t.match(programs.records(), `cwd ${where}\n`, `${name}: node starts in the work tree`);
        t.same(calls(), ['hook pre-commit'], `${name}: touched`);
        t.equal(git(where, 'status', '--porcelain'), '');
      }
      git(linked, 'rm', '-q', source);
      git(linked, 'commit', '-q', '--no-verify', '-m', 'x');
      t.same(calls(), ['hook post-commit'], 'a linked worktree, --no-verify');
      t.equal(repo.commonDir, gitDir);
    });

    t.test('from a worktree, nothing is said of the other while both commit', async (t) => {
      const { dir, calls } = await watched(t);
      const linked = join(t.testdirName, 'linked');
      git(dir, 'worktree', 'add', '-q', '-b', 'linked', linked);
      // While the main worktree commits, its own hook commits in the linked one.
      const hook = join(dir, '.git/hooks/prepare-commit-msg');
      writeFileSync(
        hook,
        `#!/bin/sh\n[ -z "\${INNER-}" ] || exit 0\nunset GIT_DIR GIT_INDEX_FILE GIT_WORK_TREE GIT_PREFIX\ncd '${linked}' && INNER=1 git commit -q --allow-empty -m inner\n`,
        { mode: 0o755 },
      );
      writeFiles(dir, { [source]: 'x = 9\n' });
      git(dir, 'commit', '-q', '-a', '-m', 'outer');
      t.equal(git(linked, 'log', '-1', '--format=%s'), 'inner');
      t.same(calls(), ['hook pre-commit'], 'each worktree has a stamp of its own');
    });
  });
