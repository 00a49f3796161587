import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { saved } from '../helpers/kill/killed-change.ts';
import { nightly } from '../helpers/values/nightly.ts';
import { type Ran, type RunOptions, type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { cloneRepo, makeRepo, type Repo } from '../helpers/world/repo.ts';
import { commitMembership } from '../helpers/world/story.ts';

/** Code that reads these folders of the bucket. */
const needs = (...folders: string[]): string =>
  [
    'import boto3',
    's3 = boto3.client("s3")',
    ...folders.map(
      (folder, n) => `def r${n}(x):\n    return s3.get_object(Bucket="bkt", Key=f"${folder}/{x}")`,
    ),
    '',
  ].join('\n');

/** A policy that grants reading them. */
const grants = (...folders: string[]): string => `${JSON.stringify(policy(...folders), null, 1)}\n`;
const policy = (...folders: string[]) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: folders.map((folder) => `arn:aws:s3:::bkt/${folder}${folder === '*' ? '' : '/*'}`),
    },
  ],
});

interface Pair {
  box: Sandbox;
  p: Repo;
  c: Repo;
  /** `git realm` in p's worktree of the change set. */
  realm(args: string[], options?: RunOptions): Promise<Ran>;
  /** Files in the worktrees. */
  edit(files: { p?: Record<string, string>; c?: Record<string, string> }): void;
  /** Commit, push, open the pull requests. */
  open(): Promise<Ran>;
  /** What p's main branch needs and c's does not grant, read from the remotes with plain git. */
  broken(): Promise<string[]>;
  tips(): Promise<string>;
}

const BRANCH = 'feat/x';
const at = (repo: Repo, file = '') => join(repo.path, '.worktrees/feat-x', file);

async function pair(box: Sandbox, p: Repo, c: Repo): Promise<Pair> {
  const realm: Pair['realm'] = (args, options = {}) => box.realm(args, { cwd: at(p), ...options });
  const main = async (repo: Repo, file: string) =>
    (await box.git(['-C', repo.remote ?? '', 'show', `main:${file}`])).stdout;
  const tips = async () => {
    const all = [p, c].map((repo) => box.git(['-C', repo.remote ?? '', 'rev-parse', 'main']));
    return (await Promise.all(all)).map((ran) => ran.stdout).join();
  };
  return {
    box,
    p,
    c,
    realm,
    tips,
    edit: (files) => {
      for (const [repo, tree] of [[p, files.p] as const, [c, files.c] as const])
        for (const [file, text] of Object.entries(tree ?? {})) box.write(at(repo, file), text);
    },
    open: async () => {
      await realm(['commit', '-m', 'change']);
      await realm(['push']);
      return realm(['pr', '--title', 'change']);
    },
    broken: async () => {
      const [code, text] = [await main(p, 'paths.py'), await main(c, 'policy.json')];
      const wanted = [...code.matchAll(/Key=f"([^/{]+)\//g)].map((match) => match[1] ?? '');
      return wanted.filter((folder) => !text.includes(`:::bkt/${folder}/`) && !text.includes(':::bkt/*'));
    },
  };
}

/** `p` needs what `c` grants, verified; the worktrees of a change set are there. Each case starts from a copy of it. */
const { box, p, c, restore } = await (async () => {
  const test = t as unknown as Test;
  const box = sandbox(test);
  const p = await makeRepo(box, 'p', { tree: { 'paths.py': needs('a', 'k'), R: 'r\n' } });
  const c = await makeRepo(box, 'c', { tree: { 'policy.json': grants('a', 'k', 'q'), R: 'r\n' } });
  await box.realm(['init', '--name', 'pair', '--path', box.path('realm')]);
  for (const repo of [p, c]) {
    await box.realm(['join', box.path('realm')], { cwd: repo.path });
    await commitMembership(repo);
  }
  const create = ['domain', 'create', 'd', '--repos', 'p,c', '--contract', 's3-permissions'];
  await box.realm(create, { cwd: p.path });
  await commitMembership(p);
  await box.realm(['import', 's3-permissions', '--binding', 'policy.json'], { cwd: c.path });
  await commitMembership(c);
  await box.realm(['worktree', '--branch', BRANCH, '--repos', 'p,c'], { cwd: p.path });
  return { box, p, c, restore: await saved(test, box) };
})();

type Scenario = (test: Test, world: Pair) => Promise<void>;

/** One that meets in another form what another scenario meets by day. */
function form(name: string, run: Scenario): void {
  if (nightly) scenario(name, run);
}

function scenario(name: string, run: Scenario, from = restore): void {
  t.test(name, async (test) => {
    await from();
    await run(test as unknown as Test, await pair(box, p, c));
  });
}

const both = { p: { 'paths.py': needs('a', 'k', 'n') }, c: { 'policy.json': grants('a', 'k', 'q', 'n') } };

/** The state in which both sides are edited and their pull requests are open, made once. */
const restoreOpened = await (async () => {
  const world = await pair(box, p, c);
  world.edit(both);
  await world.open();
  return saved(t as unknown as Test, box, 'opened');
})();

/** A scenario that begins there. */
const opened = (name: string, run: Scenario) => scenario(name, run, restoreOpened);

/** Refused with one sentence, and no main branch moved. */
async function refused(test: Test, { realm, tips }: Pair, words: RegExp, args = ['pr', 'merge']) {
  const before = await tips();
  const ran = await realm(args, { expect: 1 });
  test.match(ran.stderr, words);
  test.match(ran.stderr, /^hint: /m);
  test.equal(await tips(), before, 'no main branch moved');
}

opened('what a reviewer pushed over the pull request is what is judged', async (test, world) => {
  const reviewer = await cloneRepo(box, c.remote ?? '', 'reviewer');
  await reviewer.git('switch', '-q', BRANCH);
  await reviewer.commit('smaller', { 'policy.json': grants('a', 'k', 'q') });
  await reviewer.push();
  await refused(test, world, /p will need read: 'n\/\*'.*which c does not cover/);
  test.match((await world.realm(['pr', 'status'])).stdout, /next: nothing/);
  await reviewer.git('reset', '-q', '--hard', 'HEAD^^');
  await reviewer.commit('forced', { R: 'no grant\n' });
  await reviewer.push('--force');
  await refused(test, world, /which c does not cover/);
});

opened('a colleague without the local branches merges in the same order', async (test, world) => {
  const solo: Repo[] = [];
  for (const repo of [p, c])
    solo.push(await cloneRepo(box, repo.remote ?? '', `solo-${repo === p ? 'p' : 'c'}`));
  const env = { GIT_REALM_HOME: box.path('second-home') };
  for (const repo of solo) await box.realm(['join', box.path('realm'), '--yes'], { cwd: repo.path, env });
  const here = { cwd: solo[0]?.path ?? '', env };
  test.match((await box.realm(['pr', 'status'], here)).stdout, /1\. c#1 open\n2\. p#1 open, after c#1/);
  await box.realm(['pr', 'merge'], here);
  test.same(await world.broken(), []);
});

scenario('the main branch gained a need meanwhile: the merge result counts', async (test, world) => {
  world.edit({ p: { R: 'changed\n' }, c: { 'policy.json': grants('a', 'k') } });
  await world.open();
  await p.commit('use q', { 'paths.py': needs('a', 'k', 'q') });
  await p.push();
  await refused(test, world, /c drops read: 'q\/\*'.*which p still needs/);
  test.same(await world.broken(), []);
});

opened('a merge that was reverted does not count as merged', async (test, world) => {
  await c.git('fetch', '-q');
  await c.git('merge', '-q', '--no-ff', '-m', 'by hand', `origin/${BRANCH}`);
  await c.git('revert', '--no-edit', '-m', '1', 'HEAD');
  await c.push();
  await refused(test, world, /p will need read: 'n\/\*'/);
  const { stdout } = await world.realm(['pr', 'status']);
  test.match(stdout, /c#1 merged/);
  test.match(stdout, /next: nothing/);
});

opened('merged by hand in the wrong order: it is not called safe', async (test, world) => {
  await p.git('fetch', '-q');
  await p.git('merge', '-q', '--no-ff', '-m', 'by hand', `origin/${BRANCH}`);
  await p.push();
  test.same(await world.broken(), ['n']);
  test.match(
    (await world.realm(['pr', 'status'])).stdout,
    /not safe to stop here: d\/s3-permissions: c does not cover read: 'n\/\*'.*which p needs/,
  );
  await world.realm(['pr', 'merge']);
  test.same(await world.broken(), [], 'and the rest repairs it');
  test.match((await world.realm(['pr', 'status'])).stdout, /^safe to stop here/m);
});

opened('a branch deleted before its merge holds back what waits for it', async (test, world) => {
  await box.git(['-C', c.remote ?? '', 'update-ref', '-d', `refs/heads/${BRANCH}`]);
  await refused(test, world, /c: 'feat\/x' was deleted on its remote before #1 was merged/);
  test.match((await world.realm(['pr', 'status'])).stdout, /p waits for c#1, whose branch was deleted/);
  test.notMatch(
    readFileSync(box.path('realm/worktrees/feat-x.yaml'), 'utf8'),
    /merged/,
    'and nothing is marked as merged',
  );
  await world.realm(['push']);
  await world.realm(['pr']);
  await world.realm(['pr', 'merge']);
  test.same(await world.broken(), []);
});

opened('a pull request that was closed holds back what waits for it', async (test, world) => {
  await world.realm(['pr', 'close']);
  await refused(test, world, /#1 was closed/);
});

for (const [name, files, words] of [
  ['the policy is deleted', null, /policy\.json is missing/],
  ['the policy does not parse', { 'policy.json': '{ not json' }, /policy\.json/],
  [
    'a Deny is added',
    {
      'policy.json': JSON.stringify({
        ...policy('a', 'k'),
        Statement: [
          ...policy('a', 'k').Statement,
          { Effect: 'Deny', Action: ['s3:*'], Resource: ['arn:aws:s3:::bkt/a/*'] },
        ],
      }),
    },
    /policy\.json/,
  ],
] as const)
  (name.startsWith('a Deny') ? scenario : form)(
    `what cannot be read is not compatible: ${name}`,
    async (test, world) => {
      world.edit({ p: { R: 'x\n' }, ...(files === null ? {} : { c: files }) });
      if (files === null) await box.git(['-C', at(c), 'rm', '-q', 'policy.json']);
      const opened = await world.open();
      test.match(opened.stdout, /not proved safe, merged only with --unproved:\n {2}c: d\/s3-permissions: /);
      await refused(test, world, words);
    },
  );

scenario('a new file that reads more than the contract says is no proof', async (test, world) => {
  world.edit({ p: { 'metrics.py': needs('n') }, c: { R: 'x\n' } });
  const opened = await world.open();
  test.match(opened.stdout, /p: metrics\.py:\d+ is not a source of d\/s3-permissions/);
  await refused(test, world, /git realm export --source metrics\.py/);
  test.match((await world.realm(['pr', 'merge', '--unproved'])).stdout, /c#1 merged/);
});

form('a new file that is too large to be read is no proof', async (test, world) => {
  world.edit({ p: { 'huge.py': `${needs('n')}#${'x'.repeat(1024 * 1024)}\n` }, c: { R: 'x\n' } });
  await world.open();
  await refused(test, world, /p: huge\.py is too large to read/);
});

form('a key known only at run time: not proved, and merged only when told to', async (test, world) => {
  world.edit({
    p: { 'paths.py': `${needs('a', 'k', 'n')}def z(k, b):\n    return s3.get_object(Bucket=b, Key=k)\n` },
    c: { 'policy.json': grants('a', 'k', 'q', 'n') },
  });
  await world.open();
  const status = JSON.parse((await world.realm(['pr', 'status', '--json'])).stdout);
  test.same(
    status.unproved.map(({ repo }: { repo: string }) => repo),
    ['p'],
  );
  test.match((await world.realm(['pr', 'status'])).stdout, /next: git realm pr merge --unproved/);
  await refused(test, world, /cannot prove that p is safe to merge/);
  await world.realm(['pr', 'merge', '--unproved']);
  test.same(await world.broken(), []);
});

scenario('a consumer in the change set without a commit, and one outside it', async (test, world) => {
  world.edit({ p: { 'paths.py': needs('a', 'k', 'n') } });
  const opened = await world.open();
  test.match(opened.stdout, /c: no commits, no pull request/);
  test.match(opened.stdout, /no order is safe after every step:\n.*which c does not cover/);
  await refused(test, world, /p will need read: 'n\/\*'.*which c does not cover/);
});

form('a provider without a commit keeps its grant', async (test, world) => {
  world.edit({ c: { 'policy.json': grants('a', 'q') } });
  await world.open();
  await refused(test, world, /c drops read: 'k\/\*'.*which p still needs/);
});

scenario(
  'a partner that is not checked out on this machine counts with what the realm has on record',
  async (test, world) => {
    renameSync(c.path, `${c.path}-elsewhere`);
    await box.realm(['worktree', '--branch', 'feat/y', '--repos', 'p'], { cwd: p.path });
    const own = { cwd: join(p.path, '.worktrees/feat-y') };
    const open = async (message: string) => {
      await box.realm(['commit', '-m', message], own);
      await box.realm(['push'], own);
      return box.realm(['pr', '--title', message], own);
    };
    box.write(join(own.cwd, 'paths.py'), needs('a'));
    test.notMatch((await open('less')).stdout, /not proved|no order/, 'fewer needs break nobody');
    box.write(join(own.cwd, 'paths.py'), needs('a', 'k', 'n'));
    test.match((await open('more')).stdout, /p: d\/s3-permissions: c is not checked out on this machine/);
    const before = await world.tips();
    const ran = await box.realm(['pr', 'merge'], { ...own, expect: 1 });
    test.match(ran.stderr, /cannot prove that p is safe to merge: .*c is not checked out on this machine/);
    test.equal(await world.tips(), before);
  },
);
