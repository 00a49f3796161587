import t, { type Test } from 'tap';
import { githubAddress } from '../../lib/forge/address.ts';
import { githubForge } from '../../lib/forge/github.ts';
import { tokenFor } from '../../lib/forge/token.ts';
import { type Github, startGithub } from '../helpers/github.ts';

const TOKEN = 'ghp_0123456789secret';
const SHA = 'b'.repeat(40);

async function hubWith(test: Test, token = TOKEN) {
  const hub = await startGithub(TOKEN);
  test.teardown(() => hub.close());
  hub.branches.set('feat/x', SHA);
  const address = { host: 'github.example', owner: 'org', repo: 'aperture', api: hub.url };
  const forge = githubForge({ repo: 'aperture', address, token: async () => token, version: '0' });
  return { hub, forge };
}

const wanted = {
  head: 'feat/x',
  base: 'main',
  title: 'x',
  body: 'by hand',
  draft: false,
  reviewers: ['ann'],
  labels: ['metrics'],
};

const writes = (hub: Github): string[] =>
  hub.asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);

t.test('opens, updates and merges what was looked at, and reads back what it wrote', async (test) => {
  const { hub, forge } = await hubWith(test);
  test.equal(await forge.find('feat/x', 'main'), null);
  const made = await forge.open(wanted);
  test.match(made, { number: 1, state: 'open', sha: SHA, mergeable: { answer: 'yes' } });
  test.match(hub.items, [{ labels: ['metrics'], reviewers: ['ann'], body: 'by hand' }]);
  test.equal((await forge.update(1, { body: 'by hand\n\nblock' })).body, 'by hand\n\nblock');
  test.match(await forge.find('feat/x', 'main'), { number: 1 });
  test.same(await forge.merge(1, SHA), { state: 'merged', sha: 'e'.repeat(40) });
  test.same(await forge.merge(1, SHA), { state: 'merged', sha: 'e'.repeat(40) }, 'again: nothing');
  test.equal(writes(hub).filter((one) => one.startsWith('PUT')).length, 1);
  test.ok(hub.asked.every(({ token }) => token === TOKEN));
});

t.test('the server made it and the answer got lost: there is still one', async (test) => {
  const { hub, forge } = await hubWith(test);
  hub.trouble({ method: 'POST', match: /\/pulls$/, answer: 'dropped' });
  test.match(await forge.open(wanted), { number: 1 });
  test.equal(hub.items.length, 1);
  hub.trouble({ method: 'PUT', match: /merge$/, answer: 'dropped' });
  test.match(await forge.merge(1, SHA), { state: 'merged' });
});

t.test('what is refused is said in words, and the token is in none of them', async (test) => {
  const { hub, forge } = await hubWith(test);
  await forge.open(wanted);
  const cases: [number, RegExp, string][] = [
    [403, /you may not do that/, 'forge-forbidden'],
    [404, /not there, or not for you/, 'forge-missing'],
    [405, /rules of its branch/, 'merge-refused'],
    [409, /moved meanwhile/, 'head-moved'],
    [422, /not accepted/, 'forge-invalid'],
  ];
  for (const [status, message, code] of cases) {
    hub.trouble({ method: 'PUT', match: /merge$/, answer: status, message: `no, ${TOKEN}` });
    const error = await forge.merge(1, SHA).catch((thrown: unknown) => thrown);
    test.match(error, { code, message, hint: /./ });
    test.notMatch(JSON.stringify(error) + String(error), TOKEN);
  }
  test.equal(hub.items[0]?.state, 'open');
  const { forge: stranger } = await hubWith(test, 'another-token');
  const error = await stranger.get(1).catch((thrown: unknown) => thrown);
  test.match(error, { code: 'forge-login', hint: 'gh auth login --hostname github.example' });
  test.notMatch(String(error), 'another-token', 'not even where the server sends it back');
});

t.test('a secondary limit is waited for as the server says', async (test) => {
  const { hub, forge } = await hubWith(test);
  await forge.open(wanted);
  const message = 'You have exceeded a secondary rate limit';
  hub.trouble({ method: 'PATCH', match: /pulls/, answer: 403, headers: { 'retry-after': '1' }, message });
  const start = Date.now();
  test.match(await forge.update(1, { title: 'y' }), { title: 'y' });
  test.ok(Date.now() - start >= 1000, 'not before its time');
  hub.trouble({ method: 'PATCH', match: /pulls/, answer: 403, headers: { 'retry-after': '3600' }, message });
  await test.rejects(forge.update(1, { title: 'z' }), { code: 'rate-limited', hint: /3600 seconds/ });
});

t.test('a head that moved, a queue, reviews and checks', async (test) => {
  const { hub, forge } = await hubWith(test);
  await forge.open(wanted);
  hub.branches.set('feat/x', 'c'.repeat(40));
  await test.rejects(forge.merge(1, SHA), { code: 'head-moved' });
  hub.queue = true;
  test.same(await forge.merge(1, 'c'.repeat(40)), { state: 'queued', sha: null });
  hub.reviews.push({ user: { login: 'ann' }, state: 'CHANGES_REQUESTED', commit_id: SHA });
  test.match((await forge.get(1)).mergeable, { answer: 'wait', why: /ann/ });
  hub.reviews.push({ user: { login: 'ann' }, state: 'APPROVED', commit_id: SHA });
  hub.checks.push({ name: 'ci', status: 'in_progress', conclusion: null });
  test.match((await forge.get(1)).mergeable, { answer: 'wait', why: /'ci' is pending/ });
  hub.checks[0] = { name: 'ci', status: 'completed', conclusion: 'failure' };
  hub.mergeable = 'blocked';
  test.match((await forge.get(1)).mergeable, { answer: 'wait', why: /'ci' failed/ });
  hub.mergeable = 'dirty';
  test.match((await forge.get(1)).mergeable, { answer: 'no', why: /conflicts/ });
});

t.test('one issue per marker; one that a person closed stays closed', async (test) => {
  const { hub, forge } = await hubWith(test);
  const notice = { marker: '<!-- m 1 -->', title: 'one', body: '<!-- m 1 -->\ntext', labels: ['git-realm'] };
  test.equal(await forge.notify(notice), 1);
  test.equal(await forge.notify(notice), null, 'nothing new');
  test.equal(await forge.notify({ ...notice, title: 'two' }), 1);
  test.same(await forge.notices('<!-- m '), [{ number: 1, marker: '<!-- m 1 -->' }]);
  test.equal(await forge.settle('<!-- m 1 -->', 'done'), 1);
  test.match(hub.items, [{ state: 'closed', comments: ['done'] }]);
  test.equal(await forge.settle('<!-- m 1 -->', 'done'), null);
  test.equal(await forge.notify(notice), null);
  test.equal(hub.items.length, 1);
});

t.test('which remotes are on GitHub: only hosts that the user vouched for get a token', async (test) => {
  const of = (url: string, ...hosts: string[]) => githubAddress(url, hosts);
  const api = 'https://api.github.com';
  for (const url of [
    'https://github.com/org/aperture.git',
    'https://github.com/org/aperture',
    'git@github.com:org/aperture.git',
    'ssh://git@github.com/org/aperture.git',
  ])
    test.same(of(url), { host: 'github.com', owner: 'org', repo: 'aperture', api }, url);
  for (const url of [
    '/srv/github.com/org/aperture.git',
    'https://github.com.evil.example/org/aperture',
    'https://evil.example/github.com/aperture',
    'git@gitlab.com:org/aperture.git',
    'https://ghe.example/org/aperture',
    'https://github.com/org/..',
    'https://github.com/org',
  ])
    test.equal(of(url), null, url);
  test.match(of('git@ghe.example:org/aperture.git', 'ghe.example'), { api: 'https://ghe.example/api/v3' });
  test.match(of('https://ghe.example/org/aperture', 'ghe.example=http://127.0.0.1:9/api/v3/'), {
    api: 'http://127.0.0.1:9/api/v3',
  });
  test.equal(of('https://ghe.example/org/aperture', 'ghe.example=http://ghe.example/api/v3'), null, 'no TLS');
});

t.test('the token comes from where the user keeps it', async (test) => {
  const env = { PATH: process.env.PATH, HOME: test.testdir(), GIT_CONFIG_NOSYSTEM: '1' };
  test.equal(await tokenFor('github.com', { ...env, GITHUB_TOKEN: 'a' }), 'a');
  test.equal(await tokenFor('github.com', { ...env, GITHUB_TOKEN: 'a', GH_TOKEN: 'b' }), 'b');
  const helper = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'credential.helper' };
  const says = { ...helper, GIT_CONFIG_VALUE_0: '!f() { echo username=x; echo password=fromgit; }; f' };
  test.equal(await tokenFor('github.com', { ...env, ...says }), 'fromgit');
  await test.rejects(tokenFor('github.com', env), { code: 'no-token', hint: /gh auth login/ });
});
