import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { gitTap } from '../helpers/kill/kill.ts';
import { type Ran, type RunOptions, type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { cloneRepo, makeRepo, type Repo } from '../helpers/world/repo.ts';
import { aperture, complaint, fungal, joinBoth, openRealm, type RealmFiles } from '../helpers/world/story.ts';

const branch = 'feat/metrics';
const OPS = ['for-each-ref', '--format=%(refname)', 'refs/realm/ops'];

/** One person with clones of both repos, and a store of the realm, of her own. */
interface Person {
  repos: Repo[];
  realm(args: string[], options?: RunOptions): Promise<Ran>;
}

interface Team {
  box: Sandbox;
  /** The realm's remote. */
  realm: RealmFiles;
  eric: Person;
  mara: Person;
  /** Branches of both remotes. */
  branches(): Promise<string>;
}

/** Eric's change set with a commit in each repo, not pushed yet; Mara has clones of everything. */
async function team(test: Test): Promise<Team> {
  const box = sandbox(test);
  await box.git(['init', '-q', '--bare', 'realm.git']);
  const url = `file://${box.path('realm.git')}`;
  await box.realm(['init', '--name', 'letemcook', '--path', 'first', '--url', url]);
  const a = await makeRepo(box, 'aperture', { tree: aperture });
  const f = await makeRepo(box, 'fungal-image-analysis', { tree: fungal });
  await joinBoth(box, a, f, url);
  const eric = person(box, 'eric', [a, f]);
  const clones = await Promise.all(
    [a, f].map((repo) => cloneRepo(box, repo.remote ?? '', `mara/${repo.path.split('/').at(-1)}`)),
  );
  const mara = person(box, 'mara', clones);
  for (const repo of clones) {
    await repo.git('config', 'user.email', 'mara@example.com');
    await mara.realm(['join'], { cwd: repo.path });
  }
  await eric.realm(['worktree', '--rfc', 'metrics']);
  for (const repo of eric.repos) box.write(join(repo.path, '.worktrees/feat-metrics/new.txt'), 'new');
  await eric.realm(['commit', '-m', 'metrics']);
  const branches = async () => {
    const listed = [a, f].map((repo) =>
      box.git(['-C', repo.remote ?? '', 'for-each-ref', '--format=%(refname) %(objectname)']),
    );
    return (await Promise.all(listed)).map(({ stdout }) => stdout).join('\n');
  };
  return { box, realm: openRealm(box, box.path('realm.git')), eric, mara, branches };
}

/** Whoever takes over what another one began maintains every repo in it. */
async function maintainedByBoth(box: Sandbox): Promise<void> {
  await box.git(['clone', '-q', 'realm.git', 'keeper']);
  for (const repo of ['aperture', 'fungal-image-analysis']) {
    const path = `keeper/repos/${repo}.yaml`;
    const text = readFileSync(box.path(path), 'utf8');
    box.write(path, text.replace(/eric@example\.com/, 'eric@example.com, mara@example.com'));
  }
  await box.git(['-C', 'keeper', 'commit', '-qam', 'Let Mara maintain both']);
  await box.git(['-C', 'keeper', 'push', '-q']);
}

function person(box: Sandbox, name: string, repos: Repo[]): Person {
  const home = name === 'eric' ? {} : { GIT_REALM_HOME: box.path('home', name) };
  return {
    repos,
    realm: (args, options = {}) =>
      box.run('git-realm', args, { cwd: repos[0]?.path ?? '', ...options, env: { ...home, ...options.env } }),
  };
}

/** Eric's command, killed when the n-th git run with these words is done, before he hears of it. */
async function killed(
  test: Test,
  { box, eric }: Team,
  args: string[],
  match: string,
  nth = 1,
): Promise<void> {
  const tap = gitTap({ killAfter: { match, nth }, path: box.env.PATH ?? '' });
  await eric.realm(args, { env: tap.env, expect: 'any' });
  test.ok(tap.killed(), `${args.join(' ')} was killed`);
}

/** Somebody who may push to the realm writes another text into the journal of the unfinished push. */
async function forged(
  { box, realm, mara }: Team,
  change: (journal: string) => Promise<string>,
): Promise<void> {
  const env = { GIT_DIR: realm.path };
  for (const ref of (await realm.git(...OPS)).split('\n')) {
    const journal = await realm.git('show', `${ref}:journal.json`);
    if (JSON.parse(journal).verb !== 'push') continue;
    const text = await change(journal);
    const blob = (await box.git(['hash-object', '-w', '--stdin'], { env, input: text })).stdout.trim();
    const entry = `100644 blob ${blob}\tjournal.json\n`;
    const tree = (await box.git(['mktree'], { env, input: entry })).stdout.trim();
    const made = await box.git(['commit-tree', tree, '-p', ref, '-m', 'forged'], { env });
    await realm.git('update-ref', ref, made.stdout.trim());
  }
  await mara.realm(['fetch']);
}

t.test('one team, one change set', async (whole) => {
  const all = await team(whole);
  await whole.test(
    'a push that died: a colleague sees it, cannot finish what was never pushed, and takes it back',
    async (test) => {
      const { mara, branches, realm } = all;
      const before = await branches();
      await killed(test, all, ['push', '-j', '1'], 'push --porcelain --set-upstream');
      test.match(await branches(), branch, 'the server had accepted it');
      await mara.realm(['fetch']);
      test.match(
        (await mara.realm(['status'])).stdout,
        /^unfinished: git realm push of feat\/metrics, by eric@example\.com on .* \(0 of 2 steps done\)\n {2}git realm push --continue --branch feat\/metrics, or --abort/m,
      );
      for (const again of ['--continue', '--abort']) {
        const stranger = await mara.realm(['push', again], { expect: 1 });
        test.match(complaint(stranger), {
          message: /'git realm push' of 'feat\/metrics' was started by eric@example\.com/,
          hint: /or a maintainer of every repo in it/,
        });
      }
      await maintainedByBoth(all.box);
      await mara.realm(['fetch']);
      await forged(all, async (journal) => {
        const text = journal.replaceAll(`"${branch}"`, '"main"');
        test.not(text, journal);
        return text;
      });
      const refused = await mara.realm(['push', '--abort', '--branch', 'main'], { expect: 'any' });
      test.match(
        refused.stderr,
        /refusing to resume .*: step .* would change the publishing branch of aperture/,
      );
      test.match(await branches(), branch, 'and nothing was pushed');
      await forged(all, async (journal) => journal.replaceAll('"main"', `"${branch}"`));
      const half = await mara.realm(['push', '--continue'], { expect: 1 });
      test.match(half.stdout, /push aperture: feat\/metrics/, 'what the server has counts as done');
      test.match(
        half.stdout,
        /failed: push fungal-image-analysis: .*only on the machine of eric@example\.com/,
      );
      const back = await mara.realm(['push', '--abort']);
      test.match(back.stdout, /undid: push aperture: feat\/metrics/);
      test.equal(await branches(), before, 'as if nobody had pushed');
      const again = await all.eric.realm(['push', '--continue'], { expect: 1 });
      test.match(complaint(again).message, /no 'git realm push' was interrupted/, 'Eric learns of it');
      await all.eric.realm(['push']);
      test.match(await branches(), branch);
      test.equal((await realm.git(...OPS)).split('\n').length, 4, 'worktree, commit, two pushes');
    },
  );

  await whole.test(
    'pull requests half opened: of two who go on at the same moment one does, and nothing is there twice',
    async (test) => {
      const { eric, mara, realm, box } = all;
      await eric.realm(['push']);
      // The pull requests are on the realm's remote, the journal that tells of them is not.
      await killed(test, all, ['pr', '--title', 'metrics'], ':refs/heads/main');
      const listed = await realm.git('ls-tree', '-r', '--name-only', 'main', 'forge');
      test.not(listed, '', 'some of it is there');
      const both = await Promise.all([
        mara.realm(['pr', '--continue'], { expect: 'any' }),
        eric.realm(['pr', '--continue'], { expect: 'any' }),
      ]);
      test.ok(
        both.some(({ code }) => code === 0),
        both.map(({ stderr }) => stderr).join('\n'),
      );
      for (const { code, stderr } of both)
        if (code !== 0) test.match(stderr, /still running|another user resumed|was interrupted/);
      await mara.realm(['sync']);
      test.same((await realm.git('ls-tree', '-r', '--name-only', 'main', 'forge')).split('\n'), [
        'forge/aperture/pulls/1.yaml',
        'forge/fungal-image-analysis/pulls/1.yaml',
      ]);
      for (const repo of ['aperture', 'fungal-image-analysis']) {
        const body = String((await realm.yaml(`forge/${repo}/pulls/1.yaml`)).body);
        test.equal(body.match(/git-realm:begin/g)?.length, 1, `one block in ${repo}`);
      }
      test.match(await realm.yaml('worktrees/feat-metrics.yaml'), { prs: [{ number: 1 }, { number: 1 }] });
      const tip = await realm.tip();
      for (const who of [eric, mara]) {
        const over = await who.realm(['pr', '--continue'], { expect: 1 });
        test.match(complaint(over).message, /no 'git realm pr' was interrupted/);
      }
      test.equal(await realm.tip(), tip, 'and nothing more was written');

      // 91 days later every journal is finished and goes, here and there.
      const later = { GIT_REALM_NOW: new Date(Date.now() + 91 * 86_400_000).toISOString() };
      for (const repo of eric.repos) box.write(join(repo.path, '.worktrees/feat-metrics/more.txt'), 'more');
      await eric.realm(['commit', '-m', 'more'], { env: later });
      test.equal((await realm.git(...OPS)).split('\n').length, 1, 'only that of the new commit is left');
      test.notMatch((await eric.realm(['status'])).stdout, /unfinished/);
    },
  );

  await whole.test(
    'one that may still run on another machine is left to it, unless it is taken over',
    async (test) => {
      const { mara, box, eric } = all;
      const before = await all.branches();
      await killed(test, all, ['push', '-j', '1'], 'push --porcelain --set-upstream', 2);
      // As another machine would have written it a moment ago.
      const ops = (await box.git(['-C', 'realm.git', ...OPS])).stdout.trim().split('\n');
      const texts = await Promise.all(
        ops.map((ref) =>
          box.git(['-C', 'realm.git', 'show', `${ref}:journal.json`]).then((ran) => ran.stdout),
        ),
      );
      const at = texts.findIndex((text) => /"verb": "push"/.test(text));
      const ref = ops[at] ?? '';
      const journal = (texts[at] ?? '')
        .replace(/"host": "[^"]*"/, '"host": "laptop"')
        .replace(/"store": "[^"]*"/, '"store": "0"');
      const git = (args: string[], input?: string) =>
        box.git(['-C', 'realm.git', ...args], {
          ...(input === undefined ? {} : { input }),
          env: { GIT_COMMITTER_DATE: `${Math.floor(Date.now() / 1000)} +0000` },
        });
      const blob = (await git(['hash-object', '-w', '--stdin'], journal)).stdout.trim();
      const tree = (await git(['mktree'], `100644 blob ${blob}\tjournal.json\n`)).stdout.trim();
      const commit = (await git(['commit-tree', tree, '-p', ref, '-m', 'still at it'])).stdout.trim();
      await git(['update-ref', ref, commit]);

      const held = await mara.realm(['push', '--abort'], { expect: 128 });
      test.match(complaint(held), {
        message: /'git realm push' of 'feat\/metrics' is still running/,
        hint: /wait for eric@example\.com on laptop; if it no longer runs: --continue --take-over/,
      });
      test.match(
        (await eric.realm(['push'], { expect: 128 })).stderr,
        /still running/,
        'nor is it begun anew',
      );
      await mara.realm(['push', '--abort', '--take-over']);
      test.equal(await all.branches(), before);
      const local = await mara.realm(['commit', '--continue'], { expect: 1 });
      test.match(local.stderr, /no 'git realm commit' was interrupted/);
    },
  );
});
