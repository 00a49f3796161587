import t from 'tap';
import { nightly } from '../helpers/values/nightly.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { nameDetected } from '../helpers/world/detected.ts';
import { makeRepo, openRepo, type Repo } from '../helpers/world/repo.ts';
import { templateOf } from '../helpers/world/template.ts';

// Every row of "Which hooks fire": after the operation and one further `git realm` command, realm and repo agree.

const source = (...keys: string[]) =>
  `import boto3\ns3 = boto3.client("s3")\n\n\ndef f(x):\n${keys.map((key) => `    s3.get_object(Bucket="data", Key=f"${key}/{x}")\n`).join('')}`;

interface World {
  box: Sandbox;
  repo: Repo;
  /** Values of the contract: as published, and as the branch's draft has it. */
  published(): Promise<string[]>;
  drafts(): Promise<string[]>;
  realmCommits(): Promise<number>;
}

async function world(t: Parameters<typeof sandbox>[0]): Promise<World> {
  const box = await templateOf(t, 'agree', async (box) => {
    await box.realm(['init', '--name', 'acme', '--path', 'realm']);
    const repo = await makeRepo(box, 'repo', { tree: { 'a.py': source('one'), 'other.txt': '0\n' } });
    await box.realm(['join', '../realm'], { cwd: 'repo' });
    nameDetected(box.path('repo'), 'c');
    await box.realm(['domain', 'create', 'd', '--repos', 'repo,other', '--contract', 'c'], { cwd: 'repo' });
    await repo.commit('join');
    await repo.push();
  });
  const repo = openRepo(box, 'repo', box.path('remotes/repo.git'));
  const valueAt = async (ref: string) => {
    const shown = await box.git(['-C', 'realm', 'show', `${ref}:domains/d/contracts/c.yaml`]);
    return [...shown.stdout.matchAll(/"(\w+)\/\*"/g)].map((match) => match[1] ?? '');
  };
  const refs = async () =>
    (await box.git(['-C', 'realm', 'for-each-ref', '--format=%(refname)', 'refs/realm/drafts'])).stdout
      .split('\n')
      .filter(Boolean);
  return {
    box,
    repo,
    published: () => valueAt('main'),
    drafts: async () => (await Promise.all((await refs()).map(valueAt))).flat(),
    realmCommits: async () => Number((await box.git(['-C', 'realm', 'rev-list', '--count', 'main'])).stdout),
  };
}

/** Push, one command, and the realm says what the code says, by one commit, with no draft left. */
async function agrees(t: Parameters<typeof sandbox>[0], { box, repo, ...realm }: World, keys: string[]) {
  const before = await realm.realmCommits();
  await box.git(['push', '-q', '--force'], { cwd: 'repo' });
  await box.realm(['sync'], { cwd: 'repo', expect: 'any' });
  t.same((await realm.published()).sort(), [...keys].sort(), 'the realm says what the code says');
  t.same(await realm.drafts(), [], 'no draft is left');
  t.ok((await realm.realmCommits()) - before <= 1, 'by one realm commit at most');
  const status = (await box.realm(['status', '--json'], { cwd: 'repo' })).json() as {
    exports: { drift: unknown[] }[];
  };
  t.same(status.exports[0]?.drift, []);
  t.equal(await repo.git('status', '--porcelain'), '');
}

const rows: Record<string, (world: World) => Promise<string[]>> = {
  async commit({ repo }) {
    await repo.commit('two', { 'a.py': source('one', 'two') });
    return ['one', 'two'];
  },
  async 'commit -a'({ repo }) {
    repo.write({ 'a.py': source('one', 'two') });
    await repo.git('commit', '-qam', 'two');
    return ['one', 'two'];
  },
  async 'a partial commit reads what is committed, not what is staged beside it'({ repo }) {
    repo.write({ 'a.py': source('one', 'two'), 'other.txt': '1\n' });
    await repo.git('add', 'other.txt');
    await repo.git('commit', '-qm', 'two', 'a.py');
    await repo.git('commit', '-qm', 'rest');
    return ['one', 'two'];
  },
  async 'commit --amend'({ repo }) {
    await repo.commit('two', { 'a.py': source('one', 'wrong') });
    repo.write({ 'a.py': source('one', 'two') });
    await repo.git('commit', '-qa', '--amend', '--no-edit');
    return ['one', 'two'];
  },
  async 'commit --no-verify'({ repo }) {
    repo.write({ 'a.py': source('one', 'two') });
    await repo.git('commit', '-qan', '-m', 'two');
    return ['one', 'two'];
  },
  async 'a clean merge'({ repo }) {
    await repo.git('checkout', '-qb', 'topic');
    await repo.commit('two', { 'a.py': source('one', 'two') });
    await repo.git('checkout', '-q', 'main');
    await repo.commit('other', { 'other.txt': '1\n' });
    await repo.git('merge', '-q', '--no-edit', 'topic');
    await repo.git('branch', '-qD', 'topic');
    return ['one', 'two'];
  },
  async 'a conflicted merge'({ repo, box }) {
    await repo.git('checkout', '-qb', 'topic');
    await repo.commit('two', { 'a.py': source('one', 'two') });
    await repo.git('checkout', '-q', 'main');
    await repo.commit('three', { 'a.py': source('one', 'three') });
    await box.git(['merge', '-q', 'topic'], { cwd: 'repo', expect: 1 });
    await repo.commit('both', { 'a.py': source('one', 'two', 'three') });
    await repo.git('branch', '-qD', 'topic');
    return ['one', 'two', 'three'];
  },
  async 'a fast-forward'({ repo }) {
    await repo.git('checkout', '-qb', 'topic');
    await repo.commit('two', { 'a.py': source('one', 'two') });
    await repo.git('checkout', '-q', 'main');
    await repo.git('merge', '-q', '--ff-only', 'topic');
    await repo.git('branch', '-qD', 'topic');
    return ['one', 'two'];
  },
  async 'a rebase of many commits'({ repo, box }) {
    await repo.git('checkout', '-qb', 'topic');
    await repo.git('config', 'core.hooksPath', '/dev/null');
    repo.write({ 'a.py': source('one', 'two') });
    const commits = `for n in $(seq ${nightly ? 50 : 12}); do echo "# $n" >>a.py; git commit -qam "two $n" || exit 1; done`;
    await box.run('sh', ['-c', commits], { cwd: 'repo' });
    await repo.git('config', '--unset', 'core.hooksPath');
    await repo.git('checkout', '-q', 'main');
    await repo.commit('other', { 'other.txt': '1\n' });
    await repo.git('rebase', '-q', 'main', 'topic');
    await repo.git('checkout', '-q', 'main');
    await repo.git('merge', '-q', '--ff-only', 'topic');
    await repo.git('branch', '-qD', 'topic');
    return ['one', 'two'];
  },
  async am({ repo, box }) {
    await repo.git('checkout', '-qb', 'topic');
    await repo.commit('two', { 'a.py': source('one', 'two') });
    await repo.git('format-patch', '-q', '-1', '-o', box.path('patches'));
    await repo.git('checkout', '-q', 'main');
    await repo.git('branch', '-qD', 'topic');
    await box.run('sh', ['-c', 'git am -q "$0"/*.patch', box.path('patches')], { cwd: 'repo' });
    return ['one', 'two'];
  },
  async 'cherry-pick and revert'({ repo }) {
    await repo.git('checkout', '-qb', 'topic');
    const two = await repo.commit('two', { 'a.py': source('one', 'two') });
    await repo.git('checkout', '-q', 'main');
    await repo.git('cherry-pick', two);
    await repo.git('revert', '--no-edit', 'HEAD');
    await repo.git('cherry-pick', two);
    await repo.git('branch', '-qD', 'topic');
    return ['one', 'two'];
  },
  async 'reset and stash'({ repo }) {
    await repo.commit('two', { 'a.py': source('one', 'two') });
    await repo.git('reset', '-q', '--hard', 'HEAD~1');
    repo.write({ 'a.py': source('one', 'three') });
    await repo.git('stash', '-q');
    await repo.git('stash', 'drop', '-q');
    return ['one'];
  },
  async 'the forge’s merge button'({ repo, box }) {
    await box.git(['clone', '-q', repo.remote ?? '', 'elsewhere']);
    const other = openRepo(box, 'elsewhere');
    await other.commit('two', { 'a.py': source('one', 'two') });
    await other.push();
    await repo.git('pull', '-q');
    return ['one', 'two'];
  },
};

for (const [name, operate] of Object.entries(rows)) {
  t.test(name, async (t) => {
    const all = await world(t);
    const keys = await operate(all);
    const status = (await all.box.realm(['status', '--json'], { cwd: 'repo' })).json() as {
      exports: { drift: { levels: string[] }[]; draft: string | null }[];
    };
    const levels = status.exports[0]?.drift.flatMap((drift) => drift.levels) ?? [];
    const published = (await all.published()).sort().join() === [...keys].sort().join();
    if (!published) t.ok(levels.includes('head'), 'status sees what is committed and not pushed');
    await agrees(t, all, keys);
  });
}

t.test('an aborted commit leaves no trace after the next command', async (t) => {
  const all = await world(t);
  const { repo, box } = all;
  repo.write({ 'a.py': source('one', 'two') });
  await repo.git('add', '-A');
  await box.git(['commit', '-q', '-m', ''], { cwd: 'repo', expect: 1 });
  await repo.git('reset', '-q', '--hard');
  await box.realm(['status'], { cwd: 'repo' });
  t.same(await all.drafts(), []);

  box.write('repo/.git/hooks/commit-msg', '#!/bin/sh\nexit 1\n', 0o755);
  repo.write({ 'a.py': source('one', 'two') });
  await box.git(['commit', '-qam', 'refused'], { cwd: 'repo', expect: 1 });
  await repo.git('checkout', '-q', '--', '.');
  await repo.git('reset', '-q', '--hard');
  await box.realm(['status'], { cwd: 'repo' });
  t.same(await all.drafts(), []);
});

t.test('the right blobs, the right repository, the right author', async (t) => {
  const all = await world(t);
  const { repo, box } = all;
  await makeRepo(box, 'bystander', { tree: { x: 'x' } });
  const bystander = await box.git(['-C', 'bystander', 'for-each-ref']);

  repo.write({ 'a.py': source('one', 'two') });
  await box.git(['-C', repo.path, 'commit', '-qam', 'two', '--author', 'Somebody Else <else@example.com>'], {
    cwd: 'bystander',
  });
  t.same((await all.drafts()).sort(), ['one', 'two']);
  const authors = await box.git(['-C', 'realm', 'log', '--all', '--format=%an <%ae> %cn <%ce>']);
  t.notMatch(authors.stdout, /else/i, 'author data does not leak into realm commits');
  t.equal((await box.git(['-C', 'bystander', 'for-each-ref'])).stdout, bystander.stdout);

  await repo.git('worktree', 'add', '-q', '-b', 'topic', box.path('linked'));
  box.write('linked/a.py', source('one', 'two', 'linked'));
  const said = await box.git(['commit', '-am', 'from a linked worktree'], { cwd: 'linked' });
  t.match(said.stderr, /Added linked\/\*/);
  t.ok((await all.drafts()).includes('linked'));

  const env = { GIT_DIR: box.path('repo/.git'), GIT_WORK_TREE: repo.path };
  repo.write({ 'a.py': source('one', 'two', 'env') });
  const env2 = await box.git(['commit', '-am', 'by environment'], { cwd: 'bystander', env });
  t.match(env2.stderr, /Added env\/\*/);
});

t.test('realm.drift: block refuses, off is silent, warn is the default', async (t) => {
  const all = await world(t);
  const { repo, box } = all;
  repo.write({ 'a.py': source('one', 'two') });
  await repo.git('config', 'realm.drift', 'block');
  const refused = await box.git(['commit', '-am', 'two'], { cwd: 'repo', expect: 1 });
  t.match(refused.stderr, /Added two\/\*[\s\S]*refused \(realm\.drift = block\)/);
  await repo.git('config', 'realm.drift', 'off');
  t.equal((await box.git(['commit', '-qam', 'two'], { cwd: 'repo' })).stderr, '');
  await repo.git('config', '--unset', 'realm.drift');
  repo.write({ 'a.py': source('one', 'two', 'three') });
  t.match((await box.git(['commit', '-qam', 'three'], { cwd: 'repo' })).stderr, /Added three\/\*/);
});

t.test('whatever happens to the realm, the commit goes through', async (t) => {
  const { repo, box } = await world(t);
  await box.run('mv', [box.path('realm'), box.path('moved')]);
  repo.write({ 'a.py': source('one', 'two') });
  const said = await box.git(['commit', '-qam', 'two'], { cwd: 'repo' });
  t.match(said.stderr, /git realm: pre-commit: no realm at/);
  await repo.git('config', 'realm.drift', 'block');
  repo.write({ 'a.py': source('one', 'two', 'three') });
  await box.git(['commit', '-qam', 'three'], { cwd: 'repo', expect: 1 });
});

t.test('in a repository without a remote the commit is the publication', async (t) => {
  const box = sandbox(t);
  await box.realm(['init', '--name', 'acme', '--path', 'realm']);
  const repo = await makeRepo(box, 'repo', { remote: false, tree: { 'a.py': source('one') } });
  await box.realm(['join', '../realm'], { cwd: 'repo' });
  nameDetected(box.path('repo'), 'c');
  await box.realm(['domain', 'create', 'd', '--repos', 'repo,other', '--contract', 'c'], { cwd: 'repo' });
  await repo.commit('join');
  repo.write({ 'a.py': source('one', 'two') });
  const said = await box.git(['commit', '-qam', 'two'], { cwd: 'repo' });
  t.match(said.stderr, /published d\/c 1\.0\.0 → 1\.1\.0/);
  const shown = await box.git(['-C', 'realm', 'show', 'main:domains/d/contracts/c.yaml']);
  t.match(shown.stdout, new RegExp(`source_commit: ${await repo.git('rev-parse', 'HEAD')}`));
});
