import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type GitTap, gitTap } from './kill.ts';

const program = `import { spawnSync } from 'node:child_process';
for (const name of ['one', 'two', 'three']) {
  spawnSync('git', ['hash-object', '-w', '--stdin'], { input: name });
  spawnSync('git', ['update-ref', 'refs/test/' + name, '4b825dc642cb6eb9a060e54bf8d69288fbee4904']);
}
console.log('done');`;

function run(tap: GitTap, cwd: string): { signal: string | null; out: string; refs: string[] } {
  spawnSync('git', ['init', '-q'], { cwd });
  spawnSync('git', ['hash-object', '-t', 'tree', '-w', '/dev/null'], { cwd });
  const env = { ...process.env, ...tap.env, NODE_OPTIONS: '' };
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', program], { cwd, env });
  const refs = spawnSync('git', ['for-each-ref', '--format=%(refname:lstrip=2)'], { cwd, encoding: 'utf8' });
  return { signal: done.signal, out: String(done.stdout), refs: refs.stdout.split('\n').filter(Boolean) };
}

t.test('logs every run', async (test) => {
  const tap = gitTap();
  const { out, refs } = run(tap, test.testdir());
  test.equal(out, 'done\n');
  test.same(refs, ['one', 'three', 'two']);
  test.equal(tap.log().length, 6);
  test.same(tap.log()[0], ['hash-object', '-w', '--stdin']);
  test.notOk(tap.killed());
});

t.test('kills before the n-th matching run', async (test) => {
  const tap = gitTap({ killBefore: { match: 'update-ref', nth: 2 } });
  const { signal, refs } = run(tap, test.testdir());
  test.equal(signal, 'SIGKILL');
  test.ok(tap.killed());
  test.same(refs, ['one']);
  test.equal(tap.log().length, 4);
});

t.test('kills after it, with its work done', async (test) => {
  const tap = gitTap({ killAfter: { match: 'update-ref', nth: 2 } });
  const { signal, refs } = run(tap, test.testdir());
  test.equal(signal, 'SIGKILL');
  test.same(refs, ['one', 'two']);
});

t.test('kills within it, its input cut short', async (test) => {
  const cwd = test.testdir();
  const tap = gitTap({ killWithin: { match: 'hash-object', nth: 3, bytes: 2 } });
  const { signal } = run(tap, cwd);
  test.equal(signal, 'SIGKILL');
  const cut = spawnSync('git', ['hash-object', '--stdin'], {
    cwd,
    input: 'th',
    encoding: 'utf8',
  }).stdout.trim();
  test.ok(existsSync(join(cwd, '.git', 'objects', cut.slice(0, 2), cut.slice(2))));
});

t.test('a rule that matches nothing kills nothing', async (test) => {
  const tap = gitTap({ killBefore: { match: 'push' } });
  test.equal(run(tap, test.testdir()).out, 'done\n');
  test.notOk(tap.killed());
});
