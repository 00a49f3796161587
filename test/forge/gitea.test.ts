import t, { type Test } from 'tap';
import { giteaAddress } from '../../lib/forge/address.ts';
import { connectGitea } from '../../lib/forge/gitea/client.ts';
import { giteaForkOf } from '../../lib/forge/gitea/fork.ts';
import { type GiteaPlace, giteaForge } from '../../lib/forge/gitea/index.ts';
import { giteaTokenFor } from '../../lib/forge/gitea/token.ts';
import { tokenFor } from '../../lib/forge/token.ts';
import { startGitea } from '../helpers/forge/gitea.ts';

const SHA = 'b'.repeat(40);
const wanted = {
  head: 'feat/x',
  base: 'main',
  title: 'x',
  body: '',
  draft: false,
  reviewers: [],
  labels: [],
};

async function world(test: Test, more: Partial<GiteaPlace> = {}) {
  const tea = await startGitea(test, { token: 'eric' });
  const repo = tea.add('org/aperture');
  repo.refs.set('feat/x', SHA);
  const address = { host: 'tea.example', owner: 'org', repo: 'aperture', api: tea.url };
  const given = { ...address, token: async () => 'token', version: '0', pace: 0, second: 1 };
  const place = { repo: 'aperture', address, connection: connectGitea(given) };
  return { tea, repo, place, forge: giteaForge({ ...place, ...more }) };
}

t.test('what it cannot merge yet is asked for again, and a conflict is refused', async (test) => {
  const { forge, repo, tea } = await world(test);
  await forge.open(wanted);
  const [item] = repo.items;
  if (item?.pull) item.pull.checking = 4;
  test.match((await forge.get(1)).mergeable, { answer: 'unknown', why: /or the forge has not computed/ });
  test.match(await forge.merge(1, SHA), { state: 'merged' });
  test.equal(tea.writes().filter((line) => line.endsWith('/merge')).length > 1, true);

  repo.refs.set('feat/y', SHA);
  const conflicts = { ...repo.refs, merges: () => false };
  await forge.open({ ...wanted, head: 'feat/y' });
  repo.refs = conflicts;
  const before = repo.refs.get('main');
  await test.rejects(forge.merge(2, SHA), { code: 'merge-refused', message: /try again later/ });
  test.equal(repo.refs.get('main'), before);
});

t.test('a style of merging that the repository does not allow is replaced by its own', async (test) => {
  for (const method of ['merge', 'rebase', 'squash'] as const) {
    const { forge, repo, tea } = await world(test, { method });
    repo.rules.style = 'squash';
    await forge.open(wanted);
    await forge.get(1);
    test.match(await forge.merge(1, SHA), { state: 'merged' });
    test.match(tea.asked.findLast(({ path }) => path.endsWith('/merge'))?.body, {
      Do: 'squash',
      head_commit_id: SHA,
    });
  }
});

t.test(
  'rules of the branch are explained: approvals, checks by pattern, one that has not started',
  async (test) => {
    const { forge, repo } = await world(test);
    await forge.open(wanted);
    await forge.get(1);
    const why = async () => (await forge.get(1)).mergeable;
    repo.rules.approvals = 1;
    test.match(await why(), { answer: 'wait', on: 'people', why: 'a required approval is missing' });
    repo.reviews.push({ user: 'ann', state: 'APPROVED' });
    test.match(await why(), { answer: 'yes' });
    repo.reviews.push({ user: 'ann', state: 'REQUEST_CHANGES' });
    test.match(await why(), { answer: 'wait', on: 'people', why: 'ann requested changes' });
    repo.reviews.push({ user: 'ann', state: 'APPROVED' });
    repo.rules.checks = ['ci / * (push)'];
    test.match(await why(), { on: 'checks', why: "check 'ci / * (push)' has not started" });
    const say = (context: string, status: string) =>
      repo.statuses.set(SHA, [
        { context, status, description: '' },
        { context: 'lint', status: 'failure', description: '' },
      ]);
    say('ci / build (push)', 'failure');
    test.match(await why(), { on: 'people', why: "check 'ci / build (push)' failed" });
    say('ci / build (push)', 'warning');
    test.match(await why(), { answer: 'yes' }, 'what is not required may fail');
    repo.rules.checks = ['ci / [ab] (push)'];
    test.match(await why(), { answer: 'yes' }, 'what we do not read of a pattern, the forge decides');
  },
);

t.test('a branch is found among many, and after it was deleted', async (test) => {
  const { forge, repo } = await world(test);
  for (let number = 1; number <= 120; number += 1) {
    repo.refs.set(`b/${number}`, SHA);
    await forge.open({ ...wanted, head: `b/${number}` });
  }
  test.match(await forge.find('b/1', 'main'), { number: 1, state: 'open' });
  await forge.get(2);
  await forge.merge(2, SHA);
  const { refs } = repo;
  repo.refs = { ...refs, get: (branch) => (branch === 'b/2' ? undefined : refs.get(branch)) };
  test.match(await forge.find('b/2', 'main'), { number: 2, state: 'merged', head: 'b/2' });
  test.equal(await forge.find('b/121', 'main'), null);
});

t.test('a realm that takes no push is changed from a fork, which is made once', async (test) => {
  const { tea, place, repo } = await world(test);
  const fork = await giteaForkOf(place);
  test.same(fork, { owner: 'eric', repo: 'aperture' });
  test.same(await giteaForkOf(place), fork, 'the same one');
  test.equal(tea.writes().length, 1);
  tea.repos.get('eric/aperture')?.refs.set('realm/x', SHA);
  const fromFork = giteaForge({ ...place, headsIn: fork });
  test.match(await fromFork.open({ ...wanted, head: 'realm/x' }), { number: 1, head: 'realm/x' });
  test.match(await fromFork.find('realm/x', 'main'), { number: 1 });
  test.equal(await giteaForge(place).find('realm/x', 'main'), null, 'a branch of a fork is not ours');
  test.match(await giteaForge(place).text(1), { head: 'eric/aperture:realm/x' });
  const own = { ...place, address: { ...place.address, owner: 'Eric' } };
  await test.rejects(giteaForkOf(own), { code: 'own-repository' });
  repo.readers = [];
  await test.rejects(giteaForkOf(place), { code: 'forge-missing' });
});

t.test(
  'labels: those that exist are taken in any case, others made once, and only if allowed',
  async (test) => {
    const { forge, repo, tea } = await world(test);
    repo.labels.push('Metrics');
    await forge.open({ ...wanted, labels: ['metrics', 'new', 'new'] });
    test.same(repo.labels, ['Metrics', 'new']);
    test.same(repo.items[0]?.labels, ['Metrics', 'new']);
    tea.trouble({ method: 'POST', match: /labels$/, answer: 403 });
    await test.rejects(forge.update(1, { labels: ['third'] }), { code: 'forge-forbidden' });
  },
);

t.test('no field of a reply becomes part of another request', async (test) => {
  const { forge, repo, tea } = await world(test);
  await forge.open(wanted);
  for (const sha of ['../../../user', `${SHA}/../x`, '', 'B'.repeat(40)]) {
    const [item] = repo.items;
    if (item?.pull) item.pull.sha = sha;
    const { refs } = repo;
    repo.refs = { ...refs, get: (branch) => (branch === 'feat/x' ? sha : refs.get(branch)) };
    const { length } = tea.asked;
    test.match(await forge.get(1), { sha: null, checks: [] });
    test.notMatch(
      tea.asked
        .slice(length)
        .map(({ path }) => path)
        .join(),
      /status|user/,
    );
    await test.rejects(forge.merge(1, SHA), { code: 'head-moved' });
    repo.refs = refs;
  }
  const [item] = repo.items;
  if (item?.pull) item.pull.base = '../../../user?x#y%2f';
  await forge.get(1);
  test.ok(
    tea.asked.every(({ path }) => path.startsWith('/repos/org/aperture')),
    'a branch is one segment of a path',
  );
});

t.test('which remotes are on Gitea, and where its interface is', async (test) => {
  const of = (url: string, ...hosts: string[]) => giteaAddress(url, hosts);
  const api = 'https://codeberg.org/api/v1';
  test.same(of('git@codeberg.org:a/b.git'), { host: 'codeberg.org', owner: 'a', repo: 'b', api });
  test.match(of('https://gitea.com/a/b'), { api: 'https://gitea.com/api/v1' });
  for (const url of ['https://codeberg.org/a', 'https://codeberg.org/a/../b', 'git@tea.example:a/b'])
    test.equal(of(url), null, url);
  test.match(of('git@tea.example:a/b', 'tea.example'), { api: 'https://tea.example/api/v1' });
  const below = 'tea.example=https://tea.example/gitea/api/v1/';
  for (const url of ['https://tea.example/gitea/a/b.git', 'git@tea.example:a/b'])
    test.match(of(url, below), { owner: 'a', repo: 'b', api: 'https://tea.example/gitea/api/v1' }, url);
  test.equal(of('git@tea.example:a/b', 'tea.example=http://tea.example/api/v1'), null, 'no TLS');
  test.equal(of('git@tea.example:a/b', 'tea.example=https://tea.example/api/v3'), null, 'another interface');
});

t.test('a token goes to the host that it is for', async (test) => {
  const home = test.testdir({
    '.config': {
      tea: {
        'config.yml':
          'logins:\n- {name: a, url: "https://tea.example", token: fromtea}\n- {url: 7, token: x}\n- null\n',
      },
    },
  });
  const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  const given = { ...env, GITEA_TOKEN: 'a' };
  test.equal(await giteaTokenFor('codeberg.org', given, []), 'a');
  test.equal(await giteaTokenFor('corp.example', given, ['corp.example']), 'a');
  await test.rejects(giteaTokenFor('codeberg.org', given, ['corp.example']), { code: 'no-token' });
  const bound = { ...given, GITEA_SERVER_URL: 'https://corp.example/' };
  test.equal(await giteaTokenFor('corp.example', bound, []), 'a');
  await test.rejects(giteaTokenFor('codeberg.org', bound, []), { code: 'no-token', hint: /tea login add/ });
  test.equal(await giteaTokenFor('tea.example', env, []), 'fromtea');
  await test.rejects(giteaTokenFor('other.example', env, []), { code: 'no-token' });
  const runner = { ...env, GITHUB_SERVER_URL: 'https://corp.example', GITHUB_TOKEN: 'job' };
  const own = { ...runner, GITHUB_API_URL: 'https://corp.example/api/v1' };
  test.equal(await giteaTokenFor('corp.example', own, []), 'job');
  await test.rejects(giteaTokenFor('codeberg.org', own, []), { code: 'no-token' });
  await test.rejects(tokenFor('github.com', own), { code: 'no-token' }, 'nor to GitHub');
  const hub = { ...runner, GITHUB_API_URL: 'https://corp.example/api/v3' };
  await test.rejects(giteaTokenFor('corp.example', hub, []), { code: 'no-token' }, 'a token of GitHub');
  const helper = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'credential.helper' };
  const says = { ...helper, GIT_CONFIG_VALUE_0: '!f() { echo username=x; echo password=fromgit; }; f' };
  test.equal(await giteaTokenFor('codeberg.org', { ...env, ...says }, []), 'fromgit');
  const broken = { ...env, XDG_CONFIG_HOME: test.testdir({ tea: { 'config.yml': '{[' } }) };
  await test.rejects(giteaTokenFor('tea.example', broken, []), { code: 'no-token' });
});
