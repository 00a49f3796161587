import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseAnswers } from '../../lib/git/answers.ts';
import { installHooks } from '../../lib/hooks/install.ts';
import { observeMarks, writeWatchList } from '../../lib/hooks/watch-list.ts';
import { git, home, hookRepo, makeRepo, run, writeFiles } from '../hooks/helper.ts';

const stream = (...records: string[]): Buffer => Buffer.from(records.map((record) => `${record}\0`).join(''));

t.test('each answer is found by the words of its command, once', async (t) => {
  const answers = parseAnswers(stream('config', '-z', '', 'a.b\nc', 'd.e', '', 'ls-files', '', ''));
  t.equal(answers.take(['config']), undefined);
  t.equal(answers.take(['config', '-z'])?.stdout.toString(), 'a.b\nc\0d.e\0');
  t.equal(answers.take(['config', '-z']), undefined, 'what was asked once may have changed');
  t.same(answers.take(['ls-files']), { code: 0, stdout: Buffer.alloc(0), stderr: '' });
});

t.test('an answer that is cut short is none', async (t) => {
  for (const torn of ['', 'config\0', 'config\0\0', 'config\0\0a\nb', 'config\0\0a\nb\0'])
    t.equal(parseAnswers(Buffer.from(torn)).take(['config']), undefined, JSON.stringify(torn));
});

t.test('what pre-commit asks while node starts', async (t) => {
  const dir = makeRepo(join(t.testdir(), 'r'), { 'a b.py': '1\n', 'ü.py': '1\n' });
  const bin = join(t.testdirName, 'bin', 'git-realm');
  mkdirSync(join(bin, '..'));
  writeFileSync(bin, `#!/bin/sh\ncat >'${t.testdirName}/given'\n`, { mode: 0o755 });
  await installHooks(hookRepo(dir), { programs: { home, bin, node: process.execPath }, guardPush: false });
  await writeWatchList(join(dir, '.git'), [['a b.py', 'ü.py']], observeMarks([]));
  writeFiles(dir, { 'a b.py': '2\n', 'ü.py': '2\n' });
  git(dir, 'config', 'some.key', 'first\nsecond\n\nlast');
  // A partial commit has an index of its own, where only one of the two is changed.
  t.match(run(dir, 'git', ['commit', '-q', '-m', 'x', '--', 'ü.py']), { status: 0, stderr: '' });
  const answers = parseAnswers(readFileSync(join(t.testdirName, 'given')));
  const config = answers.take(['config', '-z', '--list'])?.stdout.toString();
  t.match(config, 'some.key\nfirst\nsecond\n\nlast\0');
  const words = ['-c', 'core.quotePath=false', 'ls-files', '-z', '-t', '-s', '--', 'a b.py', 'ü.py'];
  const blob = (revision: string) => git(dir, 'rev-parse', revision);
  t.equal(
    answers.take(words)?.stdout.toString(),
    `H 100644 ${blob('HEAD~1:a b.py')} 0\ta b.py\0H 100644 ${blob('HEAD:ü.py')} 0\tü.py\0`,
  );
});
