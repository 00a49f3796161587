import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { SgNode } from '@ast-grep/napi';
import t from 'tap';

/** No declarations that the compiler's settings here can read: what is used of it, by hand. */
const { ts } = createRequire(import.meta.url)('@ast-grep/napi') as {
  ts: { parse(source: string): { root(): SgNode } };
};

const root = resolve(import.meta.dirname, '../..');

/** The verbs of git that the program uses, and those that it may come to use. */
const VERBS = new Set(
  `add archive branch cat-file check-ref-format checkout clone commit commit-graph commit-tree config credential diff
  diff-files diff-index diff-tree fast-import fetch for-each-ref fsck gc hash-object hook init log ls-files ls-remote
  ls-tree merge merge-base merge-tree mktree notes pack-refs push read-tree reflog remote reset rev-list rev-parse show
  show-ref status symbolic-ref tag update-index update-ref var version worktree write-tree`.split(/\s+/),
);

/** The demo types at a shell what a user would, and shows it: its words are a story, not questions to git. */
const STORY = ['lib/actions/join/demo.ts', 'lib/demo/story.ts'];

/** What starts a process, given the program and its arguments. */
const STARTS = /(?:^|\.)(?:spawn|spawnSync|exec|execFile|execFileSync|execSync|execa|execaSync|fork)$/;

/** The names of branches and the lines of commits are read in one place each, too. */
const READ_BY_HAND = [
  /\.(?:replace|replaceAll|split|slice)\(\s*['"/^(\\]*refs\\?\/heads\\?\/['"/)]*(?:\.length)?,?/,
  /\/> ?\(\\d/,
  /HEAD \(\[0-9a-f\]/,
];

/** A call of git's, its name, or an option in quotes. */
const SUSPECT = /\bgit(?:\?\.)?\(|\brunGit\b|['"]git['"]|['"]-/;

const textOf = (node: SgNode | null | undefined): string => node?.text() ?? '';

/** The words of an array that are written down in it; `null` for what is computed. */
const wordsOf = (array: SgNode): (string | null)[] =>
  array
    .children()
    .filter((child) => child.isNamed() && child.kind() !== 'comment')
    .map((child) => (child.kind() === 'string' ? child.text().slice(1, -1) : null));

/** Is it words for git: a verb first (after settings of git's), and an option or more words of a command after it? */
function isForGit(array: SgNode): boolean {
  const words = wordsOf(array);
  const written = words.filter((word) => word !== null);
  if (written[0] === '-c' || written[0] === 'git') return true;
  const [first, ...rest] = words;
  return first != null && VERBS.has(first) && rest.some((word) => word?.startsWith('-') ?? false);
}

/** Are they words for a program that is started here, and is not git? Ours has verbs of the same names. */
function isForAnother(array: SgNode): boolean {
  const call = array.parent()?.parent();
  const [program, words] =
    array
      .parent()
      ?.children()
      .filter((child) => child.isNamed()) ?? [];
  const isStart = STARTS.test(textOf(call?.field('function'))) && words?.id() === array.id();
  return isStart && !/^['"]git['"]$/.test(textOf(program));
}

/** Where a file outside lib/git speaks to git itself, each as `file:line what`. */
function found(file: string, source: string): string[] {
  const said: string[] = [];
  const say = (node: SgNode, what: string) => said.push(`${file}:${node.range().start.line + 1} ${what}`);
  // Most files have nothing that a syntax tree would be needed for.
  const tree = SUSPECT.test(source) ? ts.parse(source).root() : undefined;
  for (const call of tree?.findAll({ rule: { kind: 'call_expression' } }) ?? []) {
    const callee = textOf(call.field('function'));
    const first = call
      .field('arguments')
      ?.children()
      .find((child) => child.isNamed());
    if (/(?:^|[.?])git$/.test(callee) || callee === 'runGit') say(call, `calls ${callee}`);
    else if (STARTS.test(callee) && /^['"]git['"]$/.test(textOf(first))) say(call, `starts git by ${callee}`);
  }
  for (const array of tree?.findAll({ rule: { kind: 'array' } }) ?? [])
    if (isForGit(array) && !isForAnother(array))
      say(array, `has words for git: ${textOf(array).replace(/\s+/g, ' ').slice(0, 60)}`);
  for (const [at, line] of source.split('\n').entries())
    if (!/^\s*(?:\/\/|\/?\*)/.test(line))
      for (const by of READ_BY_HAND) if (by.test(line)) said.push(`${file}:${at + 1} reads by hand: ${by}`);
  return said;
}

const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`);

t.test('what is looked for is found', async (test) => {
  const count = (source: string) => found('x.ts', source).length;
  test.equal(count(`await repo.git(asked)`), 1);
  test.equal(count(`await store.repo.git(['rev-parse', '--verify', name])`), 2, 'the call, and the words');
  test.equal(count(`const args = [...before, 'push'];\nplace.git?.(args)`), 1);
  test.equal(count(`const push = [\n  'push',\n  '--quiet',\n  remote,\n]`), 1);
  test.equal(count(`const log = ['-c', 'log.follow=false', 'log', tip]`), 1);
  test.equal(count(`spawn('git', args); execa("git", args); spawn(program, args)`), 2);
  test.equal(
    count(`spawn(programPath(context), ['fetch', '--quiet'], options)`),
    0,
    'words for our own program',
  );
  test.equal(count(`name.replace('refs/heads/', '')`), 1);
  test.equal(count(`Number(/> (\\d+) /.exec(line)?.[1] ?? 0)`), 1);
  test.equal(
    count(`const levels = ['worktree', 'head'];\n// repo.git(['log'])\nhint('git push --force')`),
    0,
  );
});

t.test('git is run by lib/git, and what it is told is written there', async (test) => {
  const files = [...sources('lib'), ...sources('commands')].filter(
    (file) => !file.startsWith('lib/git/') && !STORY.includes(file),
  );
  const said = files.flatMap((file) => found(file, readFileSync(join(root, file), 'utf8')));
  test.comment(`${files.length} files, ${said.length} places`);
  test.same(said, []);
  test.ok(files.length > 300);
});

t.test('the exception is one', async (test) => {
  for (const file of STORY)
    test.not(found(file, readFileSync(join(root, file), 'utf8')).length, 0, `${file} still needs to be one`);
});
