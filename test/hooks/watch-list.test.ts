import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { installHooks } from '../../lib/hooks/install.ts';
import {
  observeMarks,
  planWatchList,
  removeWatchList,
  storeMarks,
  watchListPath,
  writeWatchList,
} from '../../lib/hooks/watch-list.ts';
import { literalPathspec, shorten, watchPathspec } from '../../lib/hooks/watch-pathspec.ts';
import { git, hookRepo, makeRepo, recorder, run, writeFiles } from './helper.ts';

t.test('pathspecs', async (t) => {
  const cases: Record<string, string[] | 'exclude' | 'outside'> = {
    'src/a.py': ['src/a.py'],
    src: ['src'],
    ':(literal):x': [':(top,literal):x'],
    './:x': ['./:x'],
    '.': ['.'],
    'src/*.py': ['src/*.py'],
    ':(glob)src/**/*.py': [':(top,glob)src/**/*.py'],
    ':(top,icase)SRC/A.py': [':(top,icase)SRC/A.py'],
    ':(literal)a*b': [':(top,literal)a*b'],
    ':/src': ['src'],
    ':/': [':(top)'],
    'a/../b': ['a/../b'],
    'it\'s «ünï» "q" $x `y` \\': ['it\'s «ünï» "q" $x `y` \\'],
    ':(attr:binary)data/*': ['data/*'],
    ':!src/b.py': 'exclude',
    ':^src/b.py': 'exclude',
    ':(exclude,glob)**/x': 'exclude',
    '../other/a.py': 'outside',
    'a/../../b': 'outside',
    '/etc/passwd': 'outside',
    'a\0b': 'outside',
    '': 'outside',
    ':(nonsense)x': [':(top)'],
    ':(top': [':(top)'],
    ':%x': [':(top)'],
    'a\nb': [':(top,glob)a?b', ':(top,glob)a?b/**'],
    ':(literal)d*/a\nb': [':(top,glob)d\\*/a?b', ':(top,glob)d\\*/a?b/**'],
    'src/x\ny*.py': ['src'],
    'x\ny*.py': [':(top)'],
  };
  for (const [raw, expected] of Object.entries(cases)) {
    const watched = watchPathspec(raw);
    t.same(watched.kind === 'watch' ? watched.pathspecs : watched.kind, expected, JSON.stringify(raw));
  }
  t.equal(literalPathspec(':odd*'), ':(top,literal):odd*');
  t.equal(shorten(':(top,literal)a/b/c.py', 1), 'a');
  t.equal(shorten('a/b*/c.py', 9), 'a');
  t.equal(shorten('*.py', 9), ':(top)');
});

t.test('planning', async (t) => {
  t.same(planWatchList([]), { pathspecs: [], outside: [] });
  t.same(
    planWatchList([
      ['b', 'a'],
      ['a', '../x'],
    ]),
    {
      pathspecs: ['a', 'b'],
      outside: ['../x'],
    },
  );
  t.same(planWatchList([['src', ':!src/gen'], ['src/gen']]).pathspecs, ['src', 'src/gen']);
  t.same(planWatchList([['a'], [':!src']]).pathspecs, [':(top)', 'a'], 'only exclusions: everything');
  const many = Array.from({ length: 5000 }, (_, i) => `services/s${i % 7}/deep/er/contract-${i}.json`);
  t.same(
    planWatchList([many]).pathspecs,
    [0, 1, 2, 3, 4, 5, 6].map((i) => `services/s${i}/deep/er`),
    'a long list becomes the directories that hold it',
  );
  const wide = Array.from({ length: 5000 }, (_, i) => `directory-${i}/contract.json`);
  t.same(planWatchList([wide]).pathspecs, [':(top)']);
});

/** A repository and a store beside it; `touches` says whether a commit of that file starts node. */
async function setUp(t: Test, shell = '/bin/sh') {
  const dir = makeRepo(join(t.testdir(), 'r'), { 'a.txt': '', 'src/paths.py': '' });
  const store = makeRepo(join(t.testdirName, 'realm'));
  const programs = recorder(join(t.testdirName, 'bin'));
  for (const hook of ['pre-commit', 'post-commit']) {
    writeFileSync(join(dir, '.git/hooks', hook), `#!${shell}\n`, { mode: 0o755 });
  }
  await installHooks(hookRepo(dir), { programs });
  const marks = storeMarks(join(store, '.git'), 'main');
  const write = async (pathspecs: string[]) => {
    return writeWatchList(join(dir, '.git'), [pathspecs], observeMarks(marks));
  };
  let n = 0;
  const touches = (...names: string[]) => {
    writeFiles(dir, Object.fromEntries(names.map((name) => [name, `${n++}\n`])));
    git(dir, 'add', '-A');
    const { status, stderr } = run(dir, 'git', ['commit', '-q', '-m', 'x']);
    t.equal(status, 0, stderr);
    const calls = programs.calls();
    t.ok(calls.length < 2, 'at most one start');
    return calls.length === 1;
  };
  return { dir, store, programs, marks, write, touches };
}

t.test('paths of every kind', async (t) => {
  const odd = [
    'with space.py',
    ' \'quotes\' "and" $HOME `x` \\n;.py',
    'new\nline.py',
    'ünï/çødé—日本.py',
    'star*[a]?.py',
    ':(top)colon.py',
    ':!not.py',
    '-dash.py',
    'trailing \\',
    'tab\t.py ',
  ];
  const { write, touches } = await setUp(t);
  for (const name of odd) {
    t.match(await write([literalPathspec(name)]), { written: true, outside: [] });
    t.ok(touches(name), `${JSON.stringify(name)} is seen`);
    t.notOk(touches('other.py', 'src/paths.py'), `${JSON.stringify(name)} does not see others`);
  }
  await write(odd.map(literalPathspec));
  t.notOk(touches('a.txt'));
  for (const name of odd) t.ok(touches(name));
});

t.test('wildcards, directories and new files', async (t) => {
  const { write, touches } = await setUp(t);
  await write(['src/*.py', ':(glob)api/**/*.json', 'docs', ':!docs/x']);
  t.ok(touches('src/new.py'));
  t.ok(touches('api/v1/deep/x.json'));
  t.ok(touches('docs/a/b.md'));
  t.notOk(touches('src/new.txt', 'api/x.yaml', 'doc', 'lib/src/x.py'));
  t.ok(touches('docs/x'), 'an exclusion is not taken away: more is looked at');
  t.notOk((await write([])).pathspecs.length);
  t.notOk(touches('src/new.py'), 'an empty list watches nothing');
});

// busybox compares times by the second.
const coarse = { skip: spawnSync('busybox', ['sh', '-c', ':']).status !== 0 && 'no busybox here' };
t.test('whenever the realm may have moved, node is started', (t) => moves(t, '/bin/sh'));
t.test('also in a shell that compares seconds', coarse, (t) => moves(t, '/usr/bin/env -S busybox sh'));

async function moves(t: Test, shell: string): Promise<void> {
  const { dir, store, marks, write, touches } = await setUp(t, shell);
  const advance = () => git(store, 'commit', '-q', '--allow-empty', '-m', 'realm');
  t.ok(touches('a.txt'), 'no list');
  t.ok((await write(['src'])).written);
  t.notOk(touches('a.txt'));
  t.notOk(touches('a.txt'));
  advance();
  t.ok(touches('a.txt'), 'a commit in the realm');
  await write(['src']);
  t.notOk(touches('a.txt'));
  git(store, 'pack-refs', '--all');
  t.ok(touches('a.txt'), 'the ref is in another file');
  await write(['src']);
  t.notOk(touches('a.txt'));
  advance();
  t.ok(touches('a.txt'), 'a commit after that');
  await write(['src']);
  for (let i = 0; i < 5; i++) {
    advance();
    t.ok((await write(['src'])).written, 'written at once after a change');
    advance();
    t.ok(touches('a.txt'), 'and void at once after the next');
  }
  const before = observeMarks(marks);
  advance();
  t.match(
    await writeWatchList(join(dir, '.git'), [['src']], before),
    { written: false },
    'read before, written after',
  );
  t.ok(touches('a.txt'));
  await write(['src']);
  const later = Date.now() / 1000 + 3600;
  utimesSync(join(store, '.git/HEAD'), later, later);
  t.match(await write(['src']), { written: false }, 'a clock that is wrong');
  utimesSync(join(store, '.git/HEAD'), 1, 1);
  await write(['src']);
  t.notOk(touches('a.txt'));
  rmSync(store, { recursive: true });
  t.ok(touches('a.txt'), 'the realm is gone');
  t.match(await write(['src']), { written: false });
}

t.test('a list that is torn, foreign or of another version is not trusted', async (t) => {
  const { dir, write, touches } = await setUp(t);
  await write(['src']);
  const path = watchListPath(join(dir, '.git'));
  const whole = readFileSync(path, 'utf8');
  const { mtime } = statSync(path);
  const put = (text: string) => {
    writeFileSync(path, text);
    utimesSync(path, mtime, mtime);
  };
  for (const text of [
    '',
    whole.slice(0, 30),
    whole.replace('end\n', ''),
    whole.replace('watch 1', 'watch 2'),
    '\0\0',
    '$(touch hit)\n',
  ]) {
    put(text);
    t.ok(touches('a.txt'), JSON.stringify(text.slice(0, 20)));
  }
  put(whole);
  t.notOk(touches('a.txt'));
  put(whole.replace('psrc', 'p:(nonsense)x'));
  t.ok(touches('a.txt'), 'git refuses the question');
  await removeWatchList(join(dir, '.git'));
  t.ok(touches('a.txt'));
  t.notOk(readFileSync(path, { encoding: 'utf8', flag: 'a+' }));
});

t.test('what cannot be a line is not written', async (t) => {
  const { dir } = await setUp(t);
  const observed = observeMarks([{ path: '/new\nline', optional: true }]);
  t.match(await writeWatchList(join(dir, '.git'), [['src']], observed), { written: false });
  t.match(await writeWatchList(join(dir, '.git'), [['src', '/etc/passwd', '../x']], observeMarks([])), {
    written: true,
    outside: ['/etc/passwd', '../x'],
  });
  t.notMatch(readFileSync(watchListPath(join(dir, '.git')), 'utf8'), /passwd|\.\./);
  const file = join(dir, 'a file');
  writeFileSync(file, '');
  t.match(await writeWatchList(join(file, 'x'), [['src']], observeMarks([])), { written: false });
  t.equal(dirname(watchListPath('/x/.git')), '/x/.git/realm');
});
