import t, { type Test } from 'tap';
import { saved } from '../helpers/kill/killed-change.ts';
import { nightly } from '../helpers/values/nightly.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { makeRepo, type Repo } from '../helpers/world/repo.ts';
import { commitMembership, login, openRealm, serveRealm } from '../helpers/world/story.ts';

const REPOS = nightly ? 5 : 2;
/** At night more often than anybody is patient about a branch that stands still. */
const QUICKER = nightly ? 45 : 3;

/** A repo that provides `limits` in a domain of its own, read from a file. */
async function provider(box: Sandbox, realm: string, n: number): Promise<Repo> {
  const repo = await makeRepo(box, `repo-${n}`, { tree: { 'limits.json': '{ "queues": ["a"] }\n' } });
  await box.realm(['join', realm], { cwd: repo.path });
  await box.realm(['domain', 'create', `domain-${n}`, '--repos', `repo-${n}`], { cwd: repo.path });
  const source = ['--source', 'limits.json', '--detector', 'data'];
  await box.realm(['export', `limits-${n}`, '--domain', `domain-${n}`, ...source], { cwd: repo.path });
  await commitMembership(repo);
  return repo;
}

async function widen(repo: Repo): Promise<void> {
  await repo.commit('more queues', { 'limits.json': '{ "queues": ["a", "b"] }\n' });
  await repo.push();
}

async function allPublished(test: Test, realm: ReturnType<typeof openRealm>, before: number): Promise<void> {
  for (let n = 0; n < REPOS; n += 1) {
    const found = await realm.yaml(`domains/domain-${n}/contracts/limits-${n}.yaml`);
    test.match(found, { version: '1.1.0', value: { queues: ['a', 'b'] } }, `repo-${n} is published`);
  }
  test.equal((await realm.count()) - before, REPOS, 'one commit each');
  test.equal(await realm.git('log', '--merges', '--format=%s', 'main'), '', 'and no merge');
  await realm.git('fsck', '--strict');
}

t.test('repos of different laptops sync at the same moment, over HTTP', async (test) => {
  const home = sandbox(test);
  const { server, url, realm } = await serveRealm(test, home);
  await home.realm(['init', '--name', 'letemcook', '--path', 'realm', '--url', url]);
  const laptops: { box: Sandbox; repo: Repo }[] = [];
  for (let n = 0; n < REPOS; n += 1) {
    const box = sandbox(test);
    await login(box, server, 'eric');
    laptops.push({ box, repo: await provider(box, url, n) });
  }
  for (const { repo } of laptops) await widen(repo);
  const before = await realm.count();
  const ran = await Promise.all(laptops.map(({ box, repo }) => box.realm(['sync'], { cwd: repo.path })));
  for (const { stdout, stderr } of ran) test.notMatch(stdout + stderr, /conflict/i);
  await allPublished(test, realm, before);
});

t.test('repos of one laptop sync at the same moment, realm checked out', async (test) => {
  const box = sandbox(test);
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm']);
  const realm = openRealm(box, box.path('realm'));
  const repos: Repo[] = [];
  for (let n = 0; n < REPOS; n += 1) repos.push(await provider(box, box.path('realm'), n));
  for (const repo of repos) await widen(repo);
  const before = await realm.count();
  await Promise.all(repos.map((repo) => box.realm(['sync'], { cwd: repo.path })));
  await allPublished(test, realm, before);
  test.equal(await realm.git('status', '--porcelain'), '', 'its work tree is brought along');
});

t.test('somebody else publishes between our fetch and our push', async (test) => {
  const home = sandbox(test);
  const { server, url, realm } = await serveRealm(test, home);
  await home.realm(['init', '--name', 'letemcook', '--path', 'realm', '--url', url]);
  const repos = [await provider(home, url, 0), await provider(home, url, 1)];
  for (const repo of repos) await widen(repo);
  const [first, second] = repos as [Repo, Repo];
  const rival = sandbox(test);
  await login(rival, server, 'eric');
  await rival.git(['clone', '-q', second.remote ?? '', 'repo-1']);
  await rival.realm(['join'], { cwd: 'repo-1' });
  server.inject({ on: 'push', before: async () => void (await rival.realm(['sync'], { cwd: 'repo-1' })) });
  await home.realm(['sync'], { cwd: first.path });
  for (const n of [0, 1])
    test.match(await realm.yaml(`domains/domain-${n}/contracts/limits-${n}.yaml`), { version: '1.1.0' });
  test.equal(await realm.git('log', '--merges', '--format=%s', 'main'), '');
});

/** One realm behind HTTP, and a provider with something to publish: made once, and as it was then at each call. */
async function served() {
  world ??= makeServed();
  const { restore, ...made } = await world;
  await restore();
  return made;
}

let world: ReturnType<typeof makeServed> | undefined;

async function makeServed() {
  const whole = t as unknown as Test;
  const box = sandbox(whole);
  const { server, url, realm } = await serveRealm(whole, box);
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm', '--url', url]);
  const repo = await provider(box, url, 0);
  await widen(repo);
  return { box, server, realm, repo, restore: await saved(whole, box) };
}

t.test(`others are quicker ${QUICKER} times in a row`, async (test) => {
  const { box, server, realm, repo } = await served();
  const bare = ['-C', realm.path];
  let left = QUICKER;
  const before = async (): Promise<void> => {
    if (left === 0) return;
    left -= 1;
    const tip = await realm.tip();
    const made = await box.git([...bare, 'commit-tree', `${tip}^{tree}`, '-p', tip, '-m', `other ${left}`]);
    await box.git([...bare, 'update-ref', 'refs/heads/main', made.stdout.trim(), tip]);
  };
  const end = server.inject({ on: 'push', nth: 'every', before });
  await box.realm(['sync'], { cwd: repo.path });
  end();
  test.equal(left, 0);
  test.match(await realm.yaml('domains/domain-0/contracts/limits-0.yaml'), { version: '1.1.0' });
  test.equal((await realm.git('log', '--format=%s', '--grep=^other', 'main')).split('\n').length, QUICKER);
  test.equal(await realm.git('log', '--merges', '--format=%s', 'main'), '');
});

t.test('a push that landed though its answer was lost is not published twice', async (test) => {
  const { box, server, realm, repo } = await served();
  const before = await realm.count();
  server.inject({ on: 'push', drop: 'response' });
  await box.realm(['sync'], { cwd: repo.path, expect: 'any' });
  await box.realm(['sync'], { cwd: repo.path });
  test.equal((await realm.count()) - before, 1);
  test.match(await realm.yaml('domains/domain-0/contracts/limits-0.yaml'), { version: '1.1.0' });
});

t.test('offline work is kept as local realm commits, and pushed by the next sync', async (test) => {
  const { box, server, realm, repo } = await served();
  const before = await realm.tip();
  const fault = { status: 503, nth: 'every' } as const;
  const restore = [
    server.inject({ on: 'list-for-fetch', ...fault }),
    server.inject({ on: 'list-for-push', ...fault }),
  ];
  const offline = await box.realm(['sync'], { cwd: repo.path, expect: 'any' });
  test.match(offline.stdout + offline.stderr, /sync/, 'says what to do later');
  test.equal(await realm.tip(), before);
  for (const end of restore) end();
  await box.realm(['sync'], { cwd: repo.path });
  test.match(await realm.yaml('domains/domain-0/contracts/limits-0.yaml'), { version: '1.1.0' });
});
