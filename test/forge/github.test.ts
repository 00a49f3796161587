import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { githubAddress, gitlabAddress, hostsIn } from '../../lib/forge/address.ts';
import { connect } from '../../lib/forge/github/client.ts';
import { githubForge } from '../../lib/forge/github/index.ts';
import { mergeWhenReady } from '../../lib/forge/patience.ts';
import { gitlabTokenFor, tokenFor } from '../../lib/forge/token.ts';
import { startGithub } from '../helpers/forge/github.ts';
import type { Rules } from '../helpers/forge/github-repo.ts';

const TOKEN = 'ghp_0123456789secret';
const READER = 'ghp_0123456789reader';
const SHA = 'b'.repeat(40);

/** A repository `org/aperture` with a branch, and forges that speak to it at no pace but their own. */
async function hubWith(test: Test, rules: Partial<Rules> = {}) {
  const hub = await startGithub(test, { [TOKEN]: 'eric', [READER]: 'ann' });
  const aperture = hub.add('org/aperture', { writers: ['eric'], rules });
  aperture.refs.set('feat/x', SHA);
  const forgeFor = (token: string, pace = 0) =>
    githubForge({
      repo: 'aperture',
      address: { host: 'github.example', owner: 'org', repo: 'aperture', api: hub.url },
      connection: connect({
        host: 'github.example',
        api: hub.url,
        token: async () => token,
        version: '0',
        pace,
        second: 10,
      }),
    });
  return { hub, aperture, forgeFor, forge: forgeFor(TOKEN) };
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

/** Time that passes only by waiting for it. */
function stoppedClock() {
  const clock = {
    slept: [] as number[],
    now: () => clock.slept.reduce((sum, ms) => sum + ms, 0),
    sleep: async (milliseconds: number) => void clock.slept.push(milliseconds),
  };
  return clock;
}

t.test('opens, updates and merges what was looked at, and reads back what it wrote', async (test) => {
  const { hub, aperture, forge } = await hubWith(test);
  test.equal(await forge.find('feat/x', 'main'), null);
  const made = await forge.open(wanted);
  test.match(made, { number: 1, state: 'open', sha: SHA });
  test.match(aperture.items, [{ labels: ['metrics'], reviewers: ['ann'], body: 'by hand' }]);
  test.equal((await forge.update(1, { body: 'by hand\n\nblock' })).body, 'by hand\n\nblock');
  test.match(await forge.find('feat/x', 'main'), { number: 1 });
  test.match((await forge.get(1)).mergeable, { answer: 'yes' });
  test.same(await forge.merge(1, SHA), { state: 'merged', sha: 'e'.repeat(40) });
  test.same(await forge.merge(1, SHA), { state: 'merged', sha: 'e'.repeat(40) }, 'again: nothing');
  test.equal(hub.writes().filter((write) => write.startsWith('PUT')).length, 1);
  test.ok(hub.asked.every(({ token }) => token === TOKEN));
});

t.test('the server made it and the answer got lost: there is still one', async (test) => {
  const { hub, aperture, forge } = await hubWith(test);
  hub.trouble({ method: 'POST', match: /\/pulls$/, answer: 'dropped' });
  test.match(await forge.open(wanted), { number: 1 });
  hub.trouble({ method: 'PUT', match: /merge$/, answer: 'dropped' });
  test.match(await forge.merge(1, SHA), { state: 'merged' });
  const notice = { marker: '<!-- m 1 -->', title: 'one', body: '<!-- m 1 -->', labels: ['git-realm'] };
  hub.trouble({ method: 'POST', match: /\/issues$/, answer: 'dropped' });
  test.equal(await forge.notify(notice), 2);
  test.equal(aperture.items.length, 2, 'one pull request, one issue');
});

t.test('what is refused is said in words, and the token is in none of them', async (test) => {
  const { hub, aperture, forge, forgeFor } = await hubWith(test);
  await forge.open(wanted);
  const cases: [number, RegExp, string][] = [
    [403, /permission denied/, 'forge-forbidden'],
    [404, /not found, or no access/, 'forge-missing'],
    [405, /rules of its branch/, 'merge-refused'],
    [409, /changed in the meantime/, 'head-moved'],
    [422, /rejected/, 'forge-invalid'],
  ];
  for (const [status, message, code] of cases) {
    hub.trouble({ method: 'PUT', match: /merge$/, answer: status, message: `no, ${TOKEN}` });
    const error = await forge.merge(1, SHA).catch((thrown: unknown) => thrown);
    test.match(error, { code, message, hint: /./ });
    test.notMatch(JSON.stringify(error) + String(error), TOKEN);
  }
  test.equal(aperture.items[0]?.state, 'open');
  await test.rejects(forgeFor(READER).merge(1, SHA), { code: 'forge-forbidden' }, 'who only reads');
  aperture.readers = ['eric'];
  await test.rejects(forgeFor(READER).get(1), { code: 'forge-missing' }, 'whom it is hidden from');
  hub.trouble({ method: 'GET', match: /pulls/, answer: 401, message: 'Bad credentials: another-token' });
  const stranger = forgeFor('another-token');
  const error = await stranger.get(1).catch((thrown: unknown) => thrown);
  test.match(error, { code: 'forge-login', hint: 'gh auth login --hostname github.example' });
  test.notMatch(String(error), 'another-token', 'not even where the server sends it back');
  const asked = hub.asked.length;
  await test.rejects(stranger.find('feat/x', 'main'), { code: 'forge-login' });
  test.equal(hub.asked.length, asked, 'a token that was refused is not tried again');
});

t.test(
  'writes go one at a time and paced; a secondary limit is waited for as the server says',
  async (test) => {
    const { hub, forge, forgeFor } = await hubWith(test);
    await forge.open(wanted);
    const message = 'You have exceeded a secondary rate limit';
    hub.trouble({ method: 'PATCH', match: /pulls/, answer: 403, headers: { 'retry-after': '9' }, message });
    let start = performance.now();
    test.match(await forge.update(1, { title: 'y' }), { title: 'y' });
    test.ok(performance.now() - start >= 85, 'not before its time: a second is 10 ms here');
    hub.trouble({
      method: 'PATCH',
      match: /pulls/,
      answer: 403,
      headers: { 'retry-after': '3600' },
      message,
    });
    await test.rejects(forge.update(1, { title: 'z' }), { code: 'rate-limited', hint: /3600 seconds/ });
    const paced = forgeFor(TOKEN, 40);
    start = performance.now();
    await Promise.all(['a', 'b', 'c'].map((title) => paced.update(1, { title }).catch(() => {})));
    test.ok(performance.now() - start >= 75, 'three writes at once: two pauses');
  },
);

t.test('checks are waited for, what a person has to do is not', async (test) => {
  const { aperture, forge } = await hubWith(test, { checks: ['ci'], reviews: 1 });
  await forge.open(wanted);
  const merge = (patience: number, clock = stoppedClock()) => {
    const notes: string[] = [];
    const asked = { repo: 'aperture', number: 1, sha: SHA, patience };
    const done = mergeWhenReady({ ...forge, pace: 1000 }, asked, clock, (line) => notes.push(line));
    return { done, clock, notes };
  };
  const review = (state: string) => aperture.reviews.push({ login: 'ann', state, sha: SHA });
  review('CHANGES_REQUESTED');
  await test.rejects(merge(600).done, {
    code: 'not-mergeable',
    message: /ann requested changes/,
    exitCode: 1,
  });
  aperture.reviews = [];
  aperture.checks.push({ name: 'ci', status: 'completed', conclusion: 'success' });
  await test.rejects(merge(600).done, { code: 'not-mergeable', message: /a required review is missing/ });
  review('APPROVED');
  aperture.checks = [{ name: 'ci', status: 'completed', conclusion: 'failure' }];
  await test.rejects(merge(600).done, { code: 'not-mergeable', message: /'ci' failed/ });
  aperture.checks = [{ name: 'ci', status: 'in_progress', conclusion: null }];
  await test.rejects(merge(0).done, { code: 'not-mergeable', message: /'ci' is pending/ }, '--no-wait');
  const bounded = merge(60);
  await test.rejects(bounded.done, { code: 'not-mergeable', message: /'ci' is pending/ });
  test.ok(bounded.clock.now() <= 60_000 && bounded.clock.now() > 40_000, 'as long as was asked');
  test.same(bounded.notes, ["aperture#1: waiting: check 'ci' is pending"], 'said once');

  aperture.checks = [];
  const clock = stoppedClock();
  const late = merge(600, clock);
  clock.sleep = async (milliseconds) => {
    clock.slept.push(milliseconds);
    const status = clock.slept.length < 3 ? 'queued' : 'completed';
    aperture.checks = [{ name: 'ci', status, conclusion: status === 'completed' ? 'success' : null }];
  };
  test.match(await late.done, { state: 'merged' });
  test.same(late.notes, [
    'aperture#1: waiting: a required check has not started',
    "aperture#1: waiting: check 'ci' is pending",
  ]);
});

t.test('a merge queue: entered once, pinned, polled, and what it refuses is said', async (test) => {
  const { hub, aperture, forge } = await hubWith(test, { queue: 6 });
  await forge.open(wanted);
  const merge = (patience: number) =>
    mergeWhenReady(
      { ...forge, pace: 1000 },
      { repo: 'aperture', number: 1, sha: SHA, patience },
      stoppedClock(),
      () => {},
    );
  await test.rejects(merge(0), { code: 'merge-queued', exitCode: 1, hint: /pr merge --continue/ });
  test.type(aperture.items[0]?.queued, 'number');
  test.match(await merge(600), { state: 'merged' });
  const entered = hub.asked.filter(({ body }) => String(body.query).startsWith('mutation'));
  test.match(entered, [{ body: { variables: { sha: SHA } } }], 'the second run found it in the queue');

  aperture.refs.set('feat/y', 'c'.repeat(40));
  await forge.open({ ...wanted, head: 'feat/y' });
  aperture.rules.queueRefuses = true;
  const asked = { repo: 'aperture', number: 2, sha: 'c'.repeat(40), patience: 600 };
  await test.rejects(
    mergeWhenReady({ ...forge, pace: 1000 }, asked, stoppedClock(), () => {}),
    { code: 'left-queue', exitCode: 1 },
  );
  test.equal(aperture.items[1]?.state, 'open');
});

t.test('a head that moved, a draft, one closed by hand, and what the repository allows', async (test) => {
  const { hub, aperture, forge } = await hubWith(test, { methods: ['squash'] });
  await forge.open({ ...wanted, draft: true });
  test.match((await forge.get(1)).mergeable, { answer: 'wait', why: 'it is a draft', on: 'people' });
  const [pull] = aperture.items;
  if (pull === undefined) throw new Error('there is none');
  pull.draft = false;
  aperture.refs.set('feat/x', 'c'.repeat(40));
  await test.rejects(forge.merge(1, SHA), { code: 'head-moved' });
  pull.state = 'closed';
  await test.rejects(forge.merge(1, 'c'.repeat(40)), { code: 'pull-closed', exitCode: 1 });
  pull.state = 'open';
  test.match(await forge.merge(1, 'c'.repeat(40)), { state: 'merged' });
  const methods = hub.asked.filter(({ method }) => method === 'PUT').map(({ body }) => body.merge_method);
  test.same(methods, ['merge', 'squash'], 'what it does not allow is not insisted on');
});

t.test('closing says why, once', async (test) => {
  const { hub, aperture, forge } = await hubWith(test);
  await forge.open(wanted);
  test.match(await forge.close(1, 'not now'), { state: 'closed' });
  const { length } = hub.writes();
  test.match(await forge.close(1, 'not now'), { state: 'closed' });
  test.equal(hub.writes().length, length);
  test.match(aperture.items, [{ state: 'closed', comments: [{ body: 'not now' }] }]);
});

t.test('the branch of a fork is not ours, even by the same name', async (test) => {
  const { hub, forge } = await hubWith(test);
  const fork = hub.add('ann/aperture');
  fork.refs.set('feat/x', 'd'.repeat(40));
  const body = JSON.stringify({ head: 'ann:feat/x', base: 'main', title: 'from a fork' });
  const headers = { authorization: `token ${READER}` };
  const made = await fetch(`${hub.url}/repos/org/aperture/pulls`, { method: 'POST', headers, body });
  test.equal(made.status, 201);
  test.equal(await forge.find('feat/x', 'main'), null);
  test.match(await forge.open(wanted), { number: 2, sha: SHA });
  test.match(await forge.find('feat/x', 'main'), { number: 2 });
  test.match(await forge.get(1), { sha: 'd'.repeat(40), title: 'from a fork' });
});

t.test('one issue per marker; one that a person closed stays closed', async (test) => {
  const { aperture, forge, forgeFor } = await hubWith(test);
  const notice = { marker: '<!-- m 1 -->', title: 'one', body: '<!-- m 1 -->\ntext', labels: ['git-realm'] };
  test.equal(await forge.notify(notice), 1);
  test.equal(await forge.notify(notice), null, 'nothing new');
  test.equal(await forge.notify({ ...notice, title: 'two' }), 1);
  test.same(await forge.notices('<!-- m '), [{ number: 1, marker: '<!-- m 1 -->' }]);
  test.equal(await forge.settle('<!-- m 1 -->', 'done'), 1);
  test.match(aperture.items, [{ state: 'closed', comments: [{ body: 'done' }] }]);
  test.equal(await forge.settle('<!-- m 1 -->', 'done'), null);
  test.equal(await forge.notify(notice), null);
  test.equal(aperture.items.length, 1);

  const reader = forgeFor(READER);
  const other = { ...notice, marker: '<!-- m 2 -->', body: '<!-- m 2 -->' };
  test.equal(await reader.notify(other), 2);
  test.same(aperture.items[1]?.labels, [], 'GitHub drops the labels of those who may not write');
  test.equal(await reader.notify(other), null, 'and still it is found again');
  test.equal(await forge.settle('<!-- m 2 -->', 'done'), 2);
});

t.test(
  'an issue of somebody else with our marker in it neither silences a notice nor is taken for it',
  async (test) => {
    const { hub, aperture, forge, forgeFor } = await hubWith(test);
    const marker = '<!-- m 1 -->';
    const notice = { marker, title: 'one', body: `${marker}\ntext`, labels: ['git-realm'] };
    const post = (token: string, body: object, path = '') =>
      fetch(`${hub.url}/repos/org/aperture/issues${path}`, {
        method: path === '' ? 'POST' : 'PATCH',
        headers: { authorization: `token ${token}` },
        body: JSON.stringify(body),
      });
    // ann may not write there: one that is open, one that is closed, and one that looks the same.
    await post(READER, { title: 'mine', body: marker });
    await post(READER, { title: 'mine', body: marker });
    await post(READER, { state: 'closed' }, '/2');
    await post(READER, { title: 'one', body: notice.body });
    test.equal(await forge.notify(notice), 4, 'told all the same');
    test.equal(await forge.notify(notice), null, 'once');
    test.equal(await forge.notify({ ...notice, title: 'two' }), 4, 'and brought up');
    test.match(aperture.items[3], { author: 'eric', title: 'two', labels: ['git-realm'] });
    test.same(
      aperture.items.slice(0, 3).map(({ title, body }) => [title, body]),
      [
        ['mine', marker],
        ['mine', marker],
        ['one', notice.body],
      ],
      'theirs are left alone',
    );
    // Nor where the label of a repository's own people is on it, or the answer to ours got lost.
    const labelled = aperture.items[0];
    if (labelled !== undefined) labelled.labels = ['git-realm'];
    test.equal(await forge.notify({ ...notice, title: 'two' }), null);
    const other = { ...notice, marker: '<!-- m 2 -->', body: '<!-- m 2 -->' };
    await post(READER, { title: 'mine', body: other.body });
    hub.trouble({ method: 'POST', match: /\/issues$/, answer: 'dropped' });
    test.equal(await forge.notify(other), 6);
    test.same(await forge.notices('<!-- m 1', 'us'), [{ number: 4, marker }]);
    test.equal(await forge.settle(other.marker, 'superseded', 'us'), 6, 'what others opened is not closed');
    test.equal(aperture.items[4]?.state, 'open');
    test.type(await forge.settle(marker, 'resolved'), 'number');
    test.same(
      aperture.items.filter(({ body, state }) => body.startsWith(marker) && state === 'open'),
      [],
      'whose import is current closes all that say it is not',
    );
    test.equal(await forgeFor(READER).notify({ ...notice, title: 'one' }), null, 'hers is hers');

    // The token of an app has no user behind it.
    const app = { ...notice, marker: '<!-- m 3 -->', body: '<!-- m 3 -->' };
    await post(READER, { title: 'mine', body: app.body });
    hub.trouble({
      method: 'GET',
      match: /\/user$/,
      answer: 403,
      message: 'Resource not accessible by integration',
    });
    const byApp = forgeFor(TOKEN);
    test.equal(await byApp.notify(app), 8);
    test.equal(await byApp.notify(app), null);
  },
);

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

t.test('the environment names hosts as the runners and the command of GitHub do', async (test) => {
  const at = (url: string, env: NodeJS.ProcessEnv) => githubAddress(url, hostsIn(env))?.api;
  const runner = { GITHUB_SERVER_URL: 'https://ghe.example', GITHUB_API_URL: 'https://ghe.example/api/v3' };
  test.equal(at('https://ghe.example/org/aperture', runner), 'https://ghe.example/api/v3');
  test.equal(at('https://github.com/org/aperture', runner), 'https://api.github.com');
  test.equal(
    at('https://ghe.example/org/aperture', { GH_HOST: 'ghe.example' }),
    'https://ghe.example/api/v3',
  );
  const proxy = { GITHUB_API_URL: 'http://127.0.0.1:9' };
  test.equal(at('git@github.com:org/aperture.git', proxy), 'http://127.0.0.1:9');
  test.equal(at('https://ghe.example/org/aperture', proxy), undefined);
  test.same(hostsIn({}), []);
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

t.test('the token of a GitLab goes to the host that it is for', async (test) => {
  const home = test.testdir({
    glab: '#!/bin/sh\n[ "$1 $2 $3" = "config get token" ] && [ "$5" = lab.example ] && echo fromglab\n',
  });
  chmodSync(join(home, 'glab'), 0o755);
  const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  test.equal(await gitlabTokenFor('gitlab.com', { ...env, GITLAB_TOKEN: 'a' }), 'a');
  test.equal(await gitlabTokenFor('lab.example', { ...env, GITLAB_TOKEN: 'a' }), 'a');
  const both = { ...env, GITLAB_TOKEN: 'a', GITLAB_HOST: 'https://lab.example/' };
  test.equal(await gitlabTokenFor('lab.example', both), 'a');
  await test.rejects(gitlabTokenFor('gitlab.com', both), { code: 'no-token', hint: /glab auth login/ });
  const cli = { ...env, PATH: `${home}:${process.env.PATH}` };
  test.equal(await gitlabTokenFor('lab.example', cli), 'fromglab');
  await test.rejects(gitlabTokenFor('other.example', cli), { code: 'no-token' });
  const helper = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'credential.helper' };
  const says = { ...helper, GIT_CONFIG_VALUE_0: '!f() { echo username=x; echo password=fromgit; }; f' };
  test.equal(await gitlabTokenFor('lab.example', { ...env, ...says }), 'fromgit');
});

t.test('which remotes are on GitLab, and where its interface is', async (test) => {
  const of = (url: string, ...hosts: string[]) => gitlabAddress(url, hosts);
  const api = 'https://gitlab.com/api/v4';
  test.same(of('git@gitlab.com:a/b/c/d.git'), { host: 'gitlab.com', owner: 'a/b/c', repo: 'd', api });
  for (const url of [
    'https://gitlab.com/a',
    'https://gitlab.com/a/../c',
    '/srv/gitlab.com/a/b',
    'git@lab.example:a/b',
  ])
    test.equal(of(url), null, url);
  test.match(of('git@lab.example:a/b', 'lab.example'), { api: 'https://lab.example/api/v4' });
  test.match(of('git@lab.example:a/b', 'lab.example=http://127.0.0.1:9/api/v4/'), {
    api: 'http://127.0.0.1:9/api/v4',
  });
  test.equal(of('git@lab.example:a/b', 'lab.example=http://lab.example/api/v4'), null, 'no TLS');
  test.equal(of('git@lab.example:a/b', 'lab.example=https://lab.example/api/v3'), null, 'another interface');
});
