import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { quickDiscover } from '../../lib/git/quick-discover.ts';
import { anySeed, seedOr } from '../helpers/values/seed.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';

/** Most of what is drawn is plain, so that much of it is found. */
const mostly = <T>(plain: readonly T[], odd: readonly T[]) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...plain) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );

const RUNS = process.env.REALM_NIGHTLY === '1' ? 600 : 40;

/** Configurations that end every command of git: in their syntax, or in a value that each of them checks. */
const unreadable = [
  ...['[core\n', '[user]\n\tname = "Eric\n', '[user]\n\tname = \\q\n', '[user]\n\t1 = x\n', '[]\n\ta = b\n'],
  ...['[a "b]\n\tc = d\n', '[user]\n\tname\n', '[core]\n\tfilemode = perhaps\n'],
  ...['[core]\n\trepositoryformatversion = 3\n', '[push]\n\tdefault = odd\n', '[core]\n\tabbrev = x\n'],
  ...['[advice]\n\tdetachedHead = zz\n', '[branch]\n\tautosetupmerge = zz\n', '[core]\n\tautocrlf = zz\n'],
];

t.test('a configuration that git cannot read is left to git', async (t) => {
  const box = sandbox(t);
  const { path } = await makeRepo(box, 'one', { tree: { x: '1' } });
  const usual = '[core]\n\trepositoryformatversion = 0\n\tbare = false\n';
  const valid = '[core]\n\thooksPath = .husky\n\tautocrlf = input\n[push]\n\tdefault = simple\n';
  let refused = 0;
  for (const text of [...unreadable, '', valid]) {
    writeFileSync(join(path, '.git/config'), usual + text);
    const { code } = await box.git(['rev-parse', '--show-toplevel'], { cwd: path, expect: 'any' });
    if (code !== 0) refused += 1;
    const isFound = quickDiscover(path, box.env) !== null;
    t.equal(isFound, text === '' || text === valid, `found without git: ${JSON.stringify(text)}`);
    if (isFound) t.equal(code, 0, 'and git finds it, too');
  }
  t.ok(refused > 10, 'git refuses most of them');
});

t.test('the repository that is found without git is the one that git finds', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'one', { tree: { 'sub/deep/x': '1' } });
  await repo.git('branch', 'feat/a-b');
  await repo.git('tag', 'v1');
  const oid = await repo.git('rev-parse', 'HEAD');
  const top = repo.path;
  await box.git(['init', '-q', '--bare', join(top, 'sub', 'bare.git')]);
  await repo.git('worktree', 'add', '-q', '--detach', box.path('linked'));
  symlinkSync(join(top, 'sub'), box.path('link'));
  mkdirSync(box.path('none'));
  const file = (name: string): string => join(top, '.git', name);
  const usual = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n';

  const heads = ['ref: refs/heads/main\n', 'ref: refs/heads/feat/a-b\n', 'ref: refs/heads/unborn\n'];
  const oddHeads = [
    `${oid}\n`,
    oid,
    'ref: refs/tags/v1\n',
    'ref: refs/heads/with space\n',
    'ref:  refs/heads/main\n',
  ];
  const configs = ['', '[user]\n\tname = Eric\n', '[branch "main"]\n\tremote = origin ; \\\n\tmerge = x\n'];
  const oddConfigs = [
    ...['# bare\n', '[core]\n\tbare = true\n', '[core]\n\tworktree = ..\n', '[user]\n\tname = worktree\n'],
    ...['[include]\n\tpath = more\n', '[extensions]\n\tworktreeConfig = true\n', '[CORE]\n\tBare\n'],
    '[includeIf "gitdir:/"]\n\tpath = more\n',
    ...unreadable,
  ];
  const places = ['one', 'one/sub/deep', 'link/deep'];
  const oddPlaces = ['one/.git', 'one/.git/refs', 'one/sub/bare.git', 'linked', 'none'];
  const environments: Record<string, string>[] = [
    ...[{ GIT_DIR: file('') }, { GIT_WORK_TREE: box.path('none') }, { GIT_CEILING_DIRECTORIES: top }],
    { GIT_CEILING_DIRECTORIES: join(top, 'sub') },
  ];
  let found = 0;
  const world = fc.record({
    head: mostly(heads, oddHeads),
    config: mostly(configs, oddConfigs),
    place: mostly(places, oddPlaces),
    environment: mostly([{}], environments),
    strayHead: mostly([false], [true]),
  });
  const seed = seedOr(anySeed());
  await fc.assert(
    fc.asyncProperty(world, async ({ head, config, place, environment, strayHead }) => {
      writeFileSync(file('HEAD'), head);
      writeFileSync(file('config'), usual + config);
      const stray = join(top, 'sub', 'HEAD');
      if (strayHead) writeFileSync(stray, 'ref: refs/heads/main\n');
      else rmSync(stray, { force: true });
      const env = { ...box.env, ...environment };
      const cwd = box.path(place);
      const quick = quickDiscover(cwd, env);
      if (quick === null) return;
      found += 1;
      const asked = [
        'rev-parse',
        '--path-format=absolute',
        '--git-dir',
        '--show-toplevel',
        '--is-bare-repository',
      ];
      const [dir, root, bare] = (await box.git(asked, { cwd, env })).stdout.trim().split('\n');
      const branch = await box.git(['symbolic-ref', '-q', 'HEAD'], { cwd, env, expect: 'any' });
      const theirs = { top: root, dir, bare, branch: branch.code === 0 ? branch.stdout.trim() : null };
      const ours = { top: quick.top, dir: join(quick.top, '.git'), bare: 'false', branch: quick.branch };
      if (JSON.stringify(ours) !== JSON.stringify(theirs))
        throw new Error(`${JSON.stringify(ours)} is not ${JSON.stringify(theirs)}`);
    }),
    { numRuns: RUNS, seed },
  );
  t.comment(`seed ${seed}: ${found} of ${RUNS} were found without git`);
  t.ok(found > RUNS / 4, 'many are');
  writeFileSync(file('HEAD'), heads[0] ?? '');
  writeFileSync(file('config'), usual);
  rmSync(join(top, 'sub', 'HEAD'), { force: true });
  t.same(
    quickDiscover(join(top, 'sub', 'deep'), box.env),
    { top, branch: 'refs/heads/main' },
    'a plain one is',
  );
});
