import t, { type Test } from 'tap';
import { connectBitbucket } from '../../lib/forge/bitbucket/client.ts';
import { bitbucketForge } from '../../lib/forge/bitbucket/index.ts';
import { connectGitea } from '../../lib/forge/gitea/client.ts';
import { giteaForge } from '../../lib/forge/gitea/index.ts';
import { teaMergeableOf } from '../../lib/forge/gitea/mergeable.ts';
import { TEA_PULL, type TeaPull } from '../../lib/forge/gitea/shapes.ts';
import { connect } from '../../lib/forge/github/client.ts';
import { githubForge } from '../../lib/forge/github/index.ts';
import { connectGitlab } from '../../lib/forge/gitlab/client.ts';
import { gitlabForge } from '../../lib/forge/gitlab/index.ts';
import { mergeableOf } from '../../lib/forge/gitlab/mergeable.ts';
import { MERGE_REQUEST, type MergeRequest } from '../../lib/forge/gitlab/shapes.ts';
import { mergeWhenReady } from '../../lib/forge/patience.ts';
import { shaped } from '../../lib/forge/shapes.ts';
import type { Forge } from '../../lib/forge/types.ts';
import { startBitbucket } from '../helpers/forge/bitbucket.ts';
import { startGitea } from '../helpers/forge/gitea.ts';
import { type Asked, startGithub, type Trouble } from '../helpers/forge/github.ts';
import type { KeptComment } from '../helpers/forge/github-repo.ts';
import { startGitlab } from '../helpers/forge/gitlab.ts';
import { recordedGitea, recordedGitlab } from '../helpers/forge/recorded.ts';

const TOKENS = { 'token-0123456789secret': 'eric', 'token-0123456789reader': 'ann' };
const [TOKEN, READER] = Object.keys(TOKENS) as [string, string];
const SHA = 'b'.repeat(40);
const OTHER = 'c'.repeat(40);

/** One repository with a branch `feat/x` on a server of ours, as every forge's test sees it. */
interface World {
  forge: Forge;
  forgeFor(token: string): Forge;
  asked: Asked[];
  writes(): string[];
  trouble(...list: Trouble[]): void;
  /** What requests are sent to: to open a pull request, to merge it, to edit it, to open an issue, to comment on a pull request. */
  at: { open: Trouble; merge: Trouble; edit: Trouble; issue: Trouble; read: Trouble; comment: Trouble };
  /** The command that a person is sent to for a new token. */
  login: RegExp;
  /** What it does not have. */
  lacks: readonly ('queue' | 'labels' | 'issues')[];
  /** How it says that there were too many. */
  limit: Pick<Trouble, 'answer' | 'message'>;
  push(branch: string, sha: string): void;
  /** A pull request as the server has it. */
  pull(number: number): {
    title: string;
    body: string;
    open: boolean;
    labels: string[];
    reviewers: string[];
    comments: string[];
  };
  issues(): { title: string; open: boolean; author: string; labels: string[]; comments: string[] }[];
  close(number: number): void;
  /** The comments on a pull request, to read and to add to. */
  comments(number: number): KeptComment[];
  check(name: string, state: 'success' | 'pending' | 'failure'): void;
  /** From now on its checks must succeed, or a review is needed, or merges go through a queue. */
  require(what: 'checks' | 'review' | 'queue', name?: string): void;
  hideFrom(user: string): void;
  status(sha: string): { state: string; description: string | null }[];
}

const textsOf = (comments: readonly KeptComment[]): string[] => comments.map(({ body }) => body);

const at = (method: string, match: RegExp): Trouble => ({ method, match, answer: 500 });

async function github(test: Test): Promise<World> {
  const hub = await startGithub(test, TOKENS);
  const repo = hub.add('org/aperture', { writers: ['eric'] });
  repo.refs.set('feat/x', SHA);
  const address = { host: 'forge.example', owner: 'org', repo: 'aperture', api: hub.url };
  const forgeFor = (token: string) =>
    githubForge({
      repo: 'aperture',
      address,
      connection: connect({ ...address, token: async () => token, version: '0', pace: 0, second: 5 }),
    });
  return {
    forge: forgeFor(TOKEN),
    forgeFor,
    asked: hub.asked,
    writes: hub.writes,
    trouble: hub.trouble,
    at: {
      open: at('POST', /\/pulls$/),
      merge: at('PUT', /merge$/),
      edit: at('PATCH', /pulls\/\d+$/),
      issue: at('POST', /\/issues$/),
      read: at('GET', /pulls\/\d+$/),
      comment: at('POST', /issues\/\d+\/comments$/),
    },
    login: /gh auth login --hostname forge\.example/,
    lacks: [],
    limit: { answer: 403, message: 'You have exceeded a secondary rate limit' },
    push: repo.refs.set,
    pull: (number) => {
      const [found] = repo.items.filter((item) => item.number === number);
      if (found === undefined) throw new Error(`there is no #${number}`);
      return { ...found, open: found.state === 'open', comments: textsOf(found.comments) };
    },
    issues: () =>
      repo.items
        .filter(({ pull }) => !pull)
        .map((item) => ({ ...item, open: item.state === 'open', comments: textsOf(item.comments) })),
    close: (number) => {
      for (const item of repo.items) if (item.number === number) item.state = 'closed';
    },
    comments: (number) => repo.items.find((item) => item.number === number)?.comments ?? [],
    check: (name, state) => {
      repo.checks = [
        state === 'pending'
          ? { name, status: 'in_progress', conclusion: null }
          : { name, status: 'completed', conclusion: state },
      ];
    },
    require: (what, name) => {
      if (what === 'checks') repo.rules.checks = [name ?? 'ci'];
      if (what === 'review') repo.rules.reviews = 1;
      if (what === 'queue') repo.rules.queue = 6;
    },
    hideFrom: (user) => {
      repo.readers = ['eric', 'ann'].filter((login) => login !== user);
    },
    status: (sha) => (repo.statuses.get(sha) ?? []).slice(-1),
  };
}

async function gitlab(test: Test): Promise<World> {
  const lab = await startGitlab(test, TOKENS);
  const project = lab.add('org/group/aperture', { writers: ['eric'] });
  project.refs.set('feat/x', SHA);
  const address = { host: 'forge.example', owner: 'org/group', repo: 'aperture', api: lab.url };
  const forgeFor = (token: string) =>
    gitlabForge({
      repo: 'aperture',
      address,
      connection: connectGitlab({ ...address, token: async () => token, version: '0', pace: 0, second: 5 }),
    });
  const find = (number: number) => {
    const request = project.requests.find(({ iid }) => iid === number);
    if (request === undefined) throw new Error(`there is no !${number}`);
    return request;
  };
  return {
    forge: forgeFor(TOKEN),
    forgeFor,
    asked: lab.asked,
    writes: lab.writes,
    trouble: lab.trouble,
    at: {
      open: at('POST', /\/merge_requests$/),
      merge: at('PUT', /merge$/),
      edit: at('PUT', /merge_requests\/\d+$/),
      issue: at('POST', /\/issues$/),
      read: at('GET', /merge_requests\/\d+$/),
      comment: at('POST', /merge_requests\/\d+\/notes$/),
    },
    login: /glab auth login --hostname forge\.example/,
    lacks: [],
    limit: { answer: 429, message: 'Too many requests' },
    push: project.refs.set,
    pull: (number) => {
      const { title, description, state, labels, reviewers, notes } = find(number);
      const names = reviewers.map(({ username }) => username);
      return {
        title,
        body: description,
        open: state === 'opened',
        labels,
        reviewers: names,
        comments: textsOf(notes),
      };
    },
    issues: () =>
      project.issues.map((issue) => ({
        ...issue,
        open: issue.state === 'opened',
        comments: textsOf(issue.notes),
      })),
    close: (number) => {
      find(number).state = 'closed';
    },
    comments: (number) => find(number).notes,
    check: (name, state) => {
      const status = state === 'failure' ? 'failed' : state;
      project.jobs.set(SHA, [{ name, status, description: null, allow_failure: false }]);
    },
    require: (what) => {
      if (what === 'checks') project.rules.pipeline = true;
      if (what === 'review') project.rules.approvals = 1;
      if (what === 'queue') project.rules.train = 6;
    },
    hideFrom: (user) => {
      project.readers = ['eric', 'ann'].filter((login) => login !== user);
    },
    status: (sha) =>
      (project.jobs.get(sha) ?? []).map(({ status, description }) => ({
        state: status === 'failed' ? 'failure' : status,
        description,
      })),
  };
}

async function gitea(test: Test): Promise<World> {
  const tea = await startGitea(test, TOKENS);
  const repo = tea.add('org/aperture', { writers: ['eric'] });
  repo.refs.set('feat/x', SHA);
  const address = { host: 'forge.example', owner: 'org', repo: 'aperture', api: tea.url };
  const forgeFor = (token: string) =>
    giteaForge({
      repo: 'aperture',
      address,
      connection: connectGitea({ ...address, token: async () => token, version: '0', pace: 0, second: 5 }),
    });
  const find = (number: number) => {
    const item = repo.items.find((kept) => kept.number === number);
    if (item === undefined) throw new Error(`there is no #${number}`);
    return item;
  };
  return {
    forge: forgeFor(TOKEN),
    forgeFor,
    asked: tea.asked,
    writes: tea.writes,
    trouble: tea.trouble,
    at: {
      open: at('POST', /\/pulls$/),
      merge: at('POST', /merge$/),
      edit: at('PATCH', /pulls\/\d+$/),
      issue: at('POST', /\/issues$/),
      read: at('GET', /pulls\/\d+$/),
      comment: at('POST', /issues\/\d+\/comments$/),
    },
    login: /tea login add --url https:\/\/forge\.example/,
    lacks: ['queue'],
    limit: { answer: 429, message: 'Too many requests' },
    push: repo.refs.set,
    pull: (number) => {
      const item = find(number);
      return {
        ...item,
        open: item.state === 'open',
        reviewers: item.pull?.reviewers ?? [],
        comments: textsOf(item.comments),
      };
    },
    issues: () =>
      repo.items
        .filter(({ pull }) => pull === null)
        .map((item) => ({ ...item, open: item.state === 'open', comments: textsOf(item.comments) })),
    close: (number) => {
      find(number).state = 'closed';
    },
    comments: (number) => find(number).comments,
    check: (context, status) => {
      repo.statuses.set(SHA, [{ context, status, description: '' }]);
    },
    require: (what, name) => {
      if (what === 'checks') repo.rules.checks = [name ?? 'ci'];
      if (what === 'review') repo.rules.approvals = 1;
    },
    hideFrom: (user) => {
      repo.readers = ['eric', 'ann'].filter((other) => other !== user);
    },
    status: (sha) =>
      (repo.statuses.get(sha) ?? []).map(({ status: state, description }) => ({ state, description })),
  };
}

async function bitbucket(test: Test): Promise<World> {
  const bucket = await startBitbucket(test, TOKENS);
  const repo = bucket.add('org/aperture', { writers: ['eric'] });
  repo.refs.set('feat/x', SHA);
  const address = { host: 'forge.example', owner: 'org', repo: 'aperture', api: bucket.url };
  const none = { notices: async () => [], notify: async () => null, settle: async () => null };
  const forgeFor = (token: string) => {
    const given = { ...address, token: async () => token, version: '0', pace: 0, second: 5 };
    return bitbucketForge({ repo: 'aperture', address, connection: connectBitbucket(given) }, none);
  };
  const find = (number: number) => {
    const pull = repo.pulls.find(({ id }) => id === number);
    if (pull === undefined) throw new Error(`there is no #${number}`);
    return pull;
  };
  return {
    forge: forgeFor(TOKEN),
    forgeFor,
    asked: bucket.asked,
    writes: bucket.writes,
    trouble: bucket.trouble,
    at: {
      open: at('POST', /\/pullrequests$/),
      merge: at('POST', /merge$/),
      edit: at('PUT', /pullrequests\/\d+$/),
      issue: at('POST', /\/issues$/),
      read: at('GET', /pullrequests\/\d+$/),
      comment: at('POST', /comments$/),
    },
    login: /BITBUCKET_TOKEN/,
    lacks: ['queue', 'labels', 'issues'],
    limit: { answer: 429, message: 'Rate limit for this resource has been exceeded' },
    push: repo.refs.set,
    pull: (number) => {
      const pull = find(number);
      const comments = textsOf(pull.comments);
      return { ...pull, body: pull.description, open: pull.state === 'OPEN', labels: [], comments };
    },
    issues: () => [],
    close: (number) => {
      find(number).state = 'DECLINED';
    },
    comments: (number) => find(number).comments,
    check: (name, state) => {
      const word = { success: 'SUCCESSFUL', pending: 'INPROGRESS', failure: 'FAILED' }[state];
      repo.statuses.set(SHA, [{ key: name, name, state: word, description: '' }]);
    },
    require: (what) => {
      if (what === 'checks') repo.rules.builds = 1;
      if (what === 'review') repo.rules.approvals = 1;
    },
    hideFrom: (user) => {
      repo.readers = ['eric', 'ann'].filter((other) => other !== user);
    },
    status: (sha) =>
      (repo.statuses.get(sha) ?? []).map(({ state, description }) => ({
        state: state === 'FAILED' ? 'failure' : state === 'INPROGRESS' ? 'pending' : 'success',
        description,
      })),
  };
}

const wanted = {
  head: 'feat/x',
  base: 'main',
  title: 'x',
  body: 'by hand',
  draft: false,
  reviewers: ['ann'],
  labels: [],
};

/** Time that passes only by waiting for it. */
function stoppedClock() {
  let now = 0;
  return {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

const merging = (forge: Forge, patience: number, number = 1, sha = SHA) =>
  mergeWhenReady(
    { ...forge, pace: 1000 },
    { repo: 'aperture', number, sha, patience },
    stoppedClock(),
    () => {},
  );

for (const [name, start] of Object.entries({ github, gitlab, gitea, bitbucket })) {
  t.test(
    `${name}: opens, updates and merges what was looked at; a second run changes nothing`,
    async (test) => {
      const world = await start(test);
      const { forge } = world;
      test.equal(forge.kind, name);
      test.equal(await forge.find('feat/x', 'main'), null);
      const labels = world.lacks.includes('labels') ? [] : ['metrics'];
      const made = await forge.open({ ...wanted, labels });
      test.match(made, { number: 1, state: 'open', sha: SHA, head: 'feat/x', base: 'main', draft: false });
      test.match(world.pull(1), { title: 'x', body: 'by hand', labels, reviewers: ['ann'] });
      test.equal((await forge.update(1, { body: 'by hand\n\nblock' })).body, 'by hand\n\nblock');
      await forge.update(1, { labels: labels.length === 0 ? [] : ['more'], reviewers: ['eric'] });
      if (labels.length > 0) test.same(world.pull(1).labels, ['metrics', 'more'], 'added to what is there');
      test.same([...world.pull(1).reviewers].sort(), ['ann', 'eric']);
      test.match(await forge.find('feat/x', 'main'), { number: 1, state: 'open' });
      test.equal(await forge.find('feat/x', 'other'), null);
      await forge.get(1);
      test.match((await forge.get(1)).mergeable, { answer: 'yes', why: null });
      test.same(await forge.merge(1, SHA), { state: 'merged', sha: 'e'.repeat(40) });
      const { length } = world.writes();
      test.same(await forge.merge(1, SHA), { state: 'merged', sha: 'e'.repeat(40) });
      test.equal(world.writes().length, length);
      test.match(await forge.text(1), { state: 'merged', mergeSha: 'e'.repeat(40) });
      test.ok(world.asked.every(({ token }) => token === TOKEN));
    },
  );

  t.test(`${name}: the server did it and the answer got lost: it is done once`, async (test) => {
    const { forge, at, trouble, issues, lacks } = await start(test);
    trouble({ ...at.open, answer: 'dropped' });
    test.match(await forge.open(wanted), { number: 1 });
    test.equal(
      (await forge.open({ ...wanted, labels: [], reviewers: [] })).number,
      1,
      'a duplicate is refused',
    );
    trouble({ ...at.merge, answer: 'dropped' });
    test.match(await forge.merge(1, SHA), { state: 'merged' });
    if (lacks.includes('issues')) return;
    trouble({ ...at.issue, answer: 'dropped' });
    const notice = { marker: '<!-- m 1 -->', title: 'one', body: '<!-- m 1 -->', labels: ['git-realm'] };
    test.type(await forge.notify(notice), 'number');
    test.equal(issues().length, 1);
  });

  t.test(`${name}: refusals are said in words without the token, and change nothing`, async (test) => {
    const { forge, forgeFor, at, trouble, pull, hideFrom, asked, login } = await start(test);
    await forge.open(wanted);
    const cases: [number, RegExp, string][] = [
      [403, /permission denied/, 'forge-forbidden'],
      [404, /not found, or no access/, 'forge-missing'],
      [405, /rules of its branch/, 'merge-refused'],
      [409, /changed in the meantime/, 'head-moved'],
    ];
    for (const [status, message, code] of cases) {
      trouble({ ...at.merge, answer: status, message: `no, ${TOKEN}` });
      const error = await forge.merge(1, SHA).catch((thrown: unknown) => thrown);
      test.match(error, { code, message, hint: /./ });
      test.notMatch(JSON.stringify(error) + String(error), TOKEN);
      test.ok(pull(1).open);
    }
    await test.rejects(forgeFor(READER).merge(1, SHA), { code: 'forge-forbidden' }, 'who only reads');
    hideFrom('ann');
    await test.rejects(forgeFor(READER).get(1), { code: 'forge-missing' }, 'whom it is hidden from');
    const stranger = forgeFor('another-token');
    const error = await stranger.get(1).catch((thrown: unknown) => thrown);
    test.match(error, { code: 'forge-login', hint: login });
    test.notMatch(String(error), 'another-token');
    const { length } = asked;
    await test.rejects(stranger.find('feat/x', 'main'), { code: 'forge-login' });
    test.equal(asked.length, length, 'a token that was refused is not tried again');
  });

  t.test(`${name}: limits are waited for as the server says, and failures asked again`, async (test) => {
    const { forge, at, trouble, writes, limit } = await start(test);
    await forge.open(wanted);
    const { length } = writes();
    trouble({ ...at.edit, ...limit, headers: { 'retry-after': '2' } });
    test.match(await forge.update(1, { title: 'y' }), { title: 'y' });
    test.equal(writes().length, length + 2, 'once more');
    trouble({ ...at.edit, ...limit, headers: { 'retry-after': '3600' } });
    await test.rejects(forge.update(1, { title: 'z' }), { code: 'rate-limited', hint: /3600 seconds/ });
    if (name === 'github') return;
    for (const answer of [502, 'dropped'] as const) trouble({ ...at.read, answer });
    test.match(await forge.text(1), { title: 'y' });
    trouble({ ...at.merge, answer: 503, message: 'down' });
    await test.rejects(forge.merge(1, SHA), { code: 'forge-failed' });
  });

  t.test(`${name}: a draft, its mark, a head that moved, one closed by hand`, async (test) => {
    const { forge, push, close, pull, writes } = await start(test);
    test.match(await forge.open({ ...wanted, draft: true }), { draft: true, title: 'x' });
    await forge.get(1);
    test.match((await forge.get(1)).mergeable, { answer: 'wait', why: 'it is a draft', on: 'people' });
    test.match(await forge.update(1, { title: 'y' }), { draft: true, title: 'y' }, 'it stays one');
    if (name !== 'github')
      for (const draft of [false, true, false])
        test.match(await forge.update(1, { draft }), { draft, title: 'y' });
    push('feat/x', OTHER);
    await test.rejects(forge.merge(1, SHA), { code: 'head-moved', exitCode: 1 });
    test.ok(pull(1).open);
    close(1);
    await test.rejects(forge.merge(1, OTHER), { code: 'pull-closed', exitCode: 1 });
    test.match(await forge.find('feat/x', 'main'), { number: 1, state: 'closed' });
    test.match(await forge.open(wanted), { number: 2 });
    test.match(await forge.find('feat/x', 'main'), { number: 2, state: 'open' });
    test.match(await forge.close(2, 'not now'), { state: 'closed' });
    const { length } = writes();
    test.match(await forge.close(2, 'not now'), { state: 'closed' });
    test.equal(writes().length, length, 'said once');
    test.same(pull(2).comments, ['not now']);
  });

  t.test(`${name}: checks and a queue are waited for, what a person has to do is not`, async (test) => {
    const world = await start(test);
    const { forge, check, require, at } = world;
    await forge.open(wanted);
    require('checks', 'ci');
    check('ci', 'pending');
    await test.rejects(merging(forge, 60), { code: 'not-mergeable', message: /check 'ci' is pending/ });
    check('ci', 'failure');
    await test.rejects(merging(forge, 600), {
      code: 'not-mergeable',
      message: /check 'ci' failed/,
      exitCode: 1,
    });
    check('ci', 'success');
    require('review');
    await test.rejects(merging(forge, 600), { code: 'not-mergeable', data: { on: 'people' } });
    test.equal(world.writes().filter((write) => at.merge.match.test(write)).length, 0, 'nothing was tried');

    if (world.lacks.includes('queue')) return;
    const queue = await start(test);
    await queue.forge.open(wanted);
    queue.require('queue');
    await test.rejects(merging(queue.forge, 0), { code: 'merge-queued', exitCode: 1 });
    test.match(await merging(queue.forge, 600), { state: 'merged' }, 'and later it is merged');
  });

  t.test(`${name}: one issue per marker, found again, and only what is ours`, async (test) => {
    const { forge, forgeFor, issues, writes, lacks } = await start(test);
    if (lacks.includes('issues')) return;
    const notice = {
      marker: '<!-- m 1 -->',
      title: 'one',
      body: '<!-- m 1 -->\n/close\ntext',
      labels: ['git-realm'],
    };
    // ann may not write there.
    test.equal(await forgeFor(READER).notify({ ...notice, title: 'hers' }), 1);
    test.same(issues()[0]?.labels, [], 'labels of those who may not write are dropped');
    test.equal(await forge.notify(notice), 2, 'told all the same');
    const { length } = writes();
    test.equal(await forge.notify(notice), null, 'once');
    test.equal(writes().length, length);
    test.equal(await forge.notify({ ...notice, title: 'two' }), 2);
    test.match(issues(), [
      { title: 'hers', author: 'ann' },
      { title: 'two', author: 'eric' },
    ]);
    test.same(await forge.notices('<!-- m ', 'us'), [{ number: 2, marker: '<!-- m 1 -->' }]);
    test.equal(await forge.settle('<!-- m 1 -->', 'done', 'us'), 2);
    test.match(issues(), [{ open: true }, { open: false, comments: ['done'] }]);
    test.equal(await forge.settle('<!-- m 1 -->', 'done', 'us'), null);
    test.equal(await forge.notify(notice), null, 'one that is closed stays closed');
    test.equal(issues().length, 2);
  });

  t.test(`${name}: one comment of ours, edited in place, and nobody else's`, async (test) => {
    const { forge, comments, writes, trouble, at } = await start(test);
    await forge.open(wanted);
    const marker = '<!-- m a b -->';
    const said = (words: string) => ({ marker, body: `${marker}\n/close\n${words}` });
    const id = (nth: number) => nth + 1000;
    for (let nth = 0; nth < 130; nth++)
      comments(1).push({ id: id(nth), author: 'ann', body: nth === 7 ? said('hers').body : `no ${nth}` });
    comments(1).push({ id: id(130), author: 'eric', body: `> ${marker}\n\nwhat is that?` });
    const strangers = JSON.stringify(comments(1));
    const before = writes().length;
    test.equal(await forge.stick(1, said('one'), 'existing'), 'absent');
    test.equal(writes().length, before, 'a copied or a quoted marker is not ours');

    trouble({ ...at.comment, answer: 403, message: 'no' });
    await test.rejects(forge.stick(1, said('one')), { code: 'forge-forbidden' });
    trouble({ ...at.comment, answer: 'dropped' });
    test.equal(await forge.stick(1, said('one')), 'created', 'heard, though the answer got lost');
    test.equal(await forge.stick(1, said('one')), 'unchanged');
    test.equal(writes().length, before + 2);
    test.equal(await forge.stick(1, said('two'), 'existing'), 'updated');
    comments(1).push({ id: id(200), author: 'eric', body: said('made at the same time').body });
    test.equal(await forge.stick(1, said('two')), 'updated', 'a second one of ours says the same');
    const ours = comments(1).slice(131);
    test.match(ours, [
      { author: 'eric', body: /\\?\/close\ntwo$/ },
      { author: 'eric', body: /two$/ },
    ]);
    test.equal(JSON.stringify(comments(1).slice(0, 131)), strangers);

    const { length } = writes();
    for (const path of [/^\/user$/, /graphql/])
      for (const method of ['GET', 'POST']) trouble({ method, match: path, answer: 403 });
    await test.rejects(forge.stick(1, said('three')), { code: 'forge-unknown-user' });
    test.same(
      writes()
        .slice(length)
        .filter((write) => !write.includes('graphql')),
      [],
    );
  });

  t.test(`${name}: whether a branch requires a status`, async (test) => {
    const { forge, require } = await start(test);
    test.equal(await forge.requires('main', 'git-realm/order'), false);
    require('checks', 'git-realm/order');
    test.equal(await forge.requires('main', 'git-realm/order'), true);
    if (name === 'github' || name === 'gitea')
      test.equal(await forge.requires('main', 'another'), false, 'by its name');
  });

  t.test(
    `${name}: the order as a status: set once, changed, and what it holds back waits for it`,
    async (test) => {
      const { forge, status, require } = await start(test);
      await forge.open(wanted);
      const order = (state: 'pending' | 'success' | 'failure', description: string) =>
        forge.setStatus(SHA, { context: 'git-realm/order', state, description });
      test.equal(await order('pending', 'first merge other#1'), true);
      test.equal(await order('pending', 'first merge other#1'), false);
      test.equal(await order('pending', 'first merge other#2'), true, 'other words');
      test.match(status(SHA), [{ state: 'pending', description: 'first merge other#2' }]);
      require('checks', 'git-realm/order');
      await forge.get(1);
      test.match((await forge.get(1)).mergeable, { answer: 'wait', on: 'order' });
      await test.rejects(forge.merge(1, SHA), { code: 'merge-refused' }, 'its own button is blocked');
      test.equal(await order('success', 'x'.repeat(1000)), true);
      test.match(status(SHA), [{ state: 'success', description: /^x+…$/ }]);
      test.equal(await order('success', 'x'.repeat(1000)), false);
      test.match(await merging(forge, 60), { state: 'merged' });
      test.equal(await order('failure', 'no order is safe'), true);
    },
  );
}

t.test('merge requests as a real GitLab answers with them are read', async (test) => {
  const recorded = recordedGitlab();
  if (recorded === null) {
    test.pass('MISSING: the recorded exchanges with GitLab in ../shared/forges', { skip: true });
    return;
  }
  const list = [
    'GET /projects/P/merge_requests/N',
    'GET /projects/P/merge_requests',
    'PUT /projects/P/merge_requests/N',
  ]
    .flatMap((route) => recorded.replies(route).flat())
    .map((reply) => shaped(reply as MergeRequest, MERGE_REQUEST));
  test.ok(list.length > 30, `${list.length} of them`);
  const said = new Set(
    list.map((request) => `${request.detailed_merge_status}: ${mergeableOf(request, [], []).why}`),
  );
  for (const expected of [
    'draft_status: it is a draft',
    'mergeable: null',
    'preparing: the forge has not computed it yet',
    'not_open: it is closed',
  ])
    test.ok(said.has(expected), `${expected} in ${[...said].join(' | ')}`);
  test.notMatch([...said].join(), /GitLab reports/, 'every word of it is known');
});

t.test('pull requests as a real Gitea and a real Forgejo answer with them are read', async (test) => {
  const recorded = recordedGitea();
  if (recorded === null) {
    test.pass('MISSING: the recorded exchanges with Gitea in ../shared/forges', { skip: true });
    return;
  }
  const list = ['GET /repos/P/pulls/N', 'GET /repos/P/pulls', 'POST /repos/P/pulls', 'PATCH /repos/P/pulls/N']
    .flatMap((route) => recorded.replies(route).flat())
    .map((reply) => shaped(reply as TeaPull, TEA_PULL));
  test.ok(list.length > 200, `${list.length} of them`);
  const known = { reviews: [], checks: [], approvals: 0, branch: null };
  const said = new Set(
    list.map((pull) => String(teaMergeableOf(pull, known).why).replace(/'[^']*'/, 'BASE')),
  );
  test.same([...said].sort(), [
    'it conflicts with BASE, or the forge has not computed it yet',
    'it is a draft',
    'it is closed',
    'it is merged',
    'null',
  ]);
});
