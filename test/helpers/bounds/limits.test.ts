import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { fillDisk, smallDisk, whileReadOnly, withFileLimit } from './limits.ts';

t.test('a file limit stops node and git with an error, not a signal', async (test) => {
  const cwd = test.testdir();
  const write = 'require("fs").writeFileSync("big", Buffer.alloc(9000))';
  const node = spawnSync(...withFileLimit(8, process.execPath, ['-e', write]), { cwd, encoding: 'utf8' });
  test.equal(node.status, 1);
  test.match(node.stderr, /EFBIG/);
  const small = spawnSync(...withFileLimit(16, process.execPath, ['-e', write]), { cwd });
  test.equal(small.status, 0);
  spawnSync('git', ['init', '-q'], { cwd });
  const input = Array.from({ length: 9000 }, () => Math.random()).join('');
  const git = spawnSync(...withFileLimit(8, 'git', ['hash-object', '-w', '--stdin']), { cwd, input });
  test.equal(git.status, 128);
});

t.test('a full disk refuses a byte, and takes it when emptied', async (test) => {
  const disk = smallDisk(test, 256);
  if (disk === undefined) return void test.pass('a small disk', { skip: 'this user may not mount a tmpfs' });
  const empty = fillDisk(disk);
  test.throws(() => writeFileSync(join(disk, 'one'), 'x'), { code: 'ENOSPC' });
  empty();
  writeFileSync(join(disk, 'one'), 'x');
});

t.test('a read-only directory refuses files, down to its leaves, until undone', async (test) => {
  const dir = test.testdir({ sub: { file: '' } });
  const done = await whileReadOnly(dir, () => {
    test.throws(() => mkdirSync(join(dir, 'new')));
    test.throws(() => writeFileSync(join(dir, 'sub', 'new'), ''));
  });
  if (!done) return void test.pass('a read-only directory', { skip: 'permissions do not bind this user' });
  writeFileSync(join(dir, 'sub', 'new'), '');
});
