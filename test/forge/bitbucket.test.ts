import t, { type Test } from 'tap';
import { bitbucketAddress } from '../../lib/forge/address.ts';
import { connectBitbucket } from '../../lib/forge/bitbucket/client.ts';
import { bitbucketForge } from '../../lib/forge/bitbucket/index.ts';
import { bucketMergeableOf } from '../../lib/forge/bitbucket/mergeable.ts';
import { BUCKET_PULL, type BucketPull } from '../../lib/forge/bitbucket/shapes.ts';
import { bitbucketTokenFor } from '../../lib/forge/bitbucket/token.ts';
import { shaped } from '../../lib/forge/shapes.ts';
import { startBitbucket } from '../helpers/forge/bitbucket.ts';
import { recordedBitbucket } from '../helpers/forge/recorded.ts';

const SHA = 'b'.repeat(40);
const OTHER = 'c'.repeat(40);
const wanted = {
  head: 'feat/x',
  base: 'main',
  title: 'x',
  body: '',
  draft: false,
  reviewers: [],
  labels: [],
};
const none = { notices: async () => [], notify: async () => null, settle: async () => null };

async function world(test: Test, token = 'token') {
  const header = token.includes(':') ? `Basic ${Buffer.from(token).toString('base64')}` : token;
  const bucket = await startBitbucket(test, { [header]: 'eric', ann: 'ann', other: 'Ann' });
  const repo = bucket.add('org/aperture');
  repo.refs.set('feat/x', SHA);
  const address = { host: 'bitbucket.org', owner: 'org', repo: 'aperture', api: bucket.url };
  const given = { ...address, token: async () => token, version: '0', pace: 0, second: 1 };
  const forge = bitbucketForge({ repo: 'aperture', address, connection: connectBitbucket(given) }, none);
  return { bucket, repo, forge, header };
}

t.test('a merge that takes its time is waited for, in a way that the branch allows', async (test) => {
  const { forge, repo, bucket } = await world(test);
  repo.rules.slow = 3;
  repo.rules.strategy = 'squash';
  await forge.open(wanted);
  test.same(await forge.merge(1, SHA), { state: 'merged', sha: 'e'.repeat(40) });
  const merge = bucket.asked.find(({ path }) => path.endsWith('/merge'));
  test.match(merge?.body, { merge_strategy: 'squash' });
});

t.test(
  'nothing pins a merge: what was merged with another head is said, and looked for before',
  async (test) => {
    const { forge, repo, bucket } = await world(test);
    await forge.open(wanted);
    const { refs } = repo;
    repo.refs = {
      ...refs,
      merges: () => {
        refs.set('feat/x', OTHER);
        return true;
      },
    };
    await test.rejects(forge.merge(1, SHA), {
      code: 'merged-unseen',
      message: /cccccccccccc, which was pushed/,
    });
    test.match(await forge.text(1), { state: 'merged', sha: OTHER });

    repo.refs = refs;
    refs.set('feat/y', SHA);
    await forge.open({ ...wanted, head: 'feat/y' });
    const twin = SHA.slice(0, 12) + OTHER.slice(12);
    refs.set('feat/y', twin);
    const { length } = bucket.writes();
    await test.rejects(forge.merge(2, SHA), { code: 'head-moved' }, 'twelve digits are not the commit');
    test.match(await forge.text(2), { sha: twin });
    test.equal(bucket.writes().length, length);
  },
);

t.test('reviewers are members of the workspace, and an edit takes none away', async (test) => {
  const { forge, repo, bucket } = await world(test);
  await forge.open({ ...wanted, reviewers: ['eric'] });
  await forge.update(1, { title: 'y', body: 'z' });
  test.match(repo.pulls[0], { title: 'y', description: 'z', reviewers: ['eric'] });
  const { length } = bucket.writes();
  await test.rejects(forge.update(1, { reviewers: ['nobody'] }), { message: /no member 'nobody' was found/ });
  await test.rejects(forge.update(1, { reviewers: ['ann'] }), { message: /'ann' names several members/ });
  const labelled = { ...wanted, head: 'feat/z', labels: ['a'] };
  await test.rejects(forge.open(labelled), { code: 'forge-invalid', hint: /without --label/ });
  await test.rejects(forge.update(1, { labels: ['a'] }), { code: 'forge-invalid' });
  test.equal(bucket.writes().length, length, 'nothing was written');
});

t.test('rules that may not be read are not taken for none', async (test) => {
  const { forge, repo } = await world(test);
  await forge.open(wanted);
  const why = async () => (await forge.get(1)).mergeable;
  const say = (...states: string[]) =>
    repo.statuses.set(
      SHA,
      states.map((state, at) => ({ key: `ci${at}`, name: `ci ${at}`, state, description: '' })),
    );
  say('FAILED');
  test.match(await why(), { answer: 'yes' }, 'it is not required');
  repo.rules.builds = 2;
  test.match(await why(), { on: 'people', why: "check 'ci 0' failed" });
  say('SUCCESSFUL');
  test.match(await why(), { on: 'checks', why: 'not as many builds have passed as are required' });
  say('SUCCESSFUL', 'SUCCESSFUL');
  test.match(await why(), { answer: 'yes' });
  repo.rules.readers = [];
  say('STOPPED');
  test.match(await why(), { answer: 'unknown', why: /whether it is required cannot be read/ });
});

t.test('no field of a reply becomes part of another request', async (test) => {
  const { forge, repo, bucket } = await world(test);
  await forge.open(wanted);
  const [pull] = repo.pulls;
  for (const sha of ['../../../user', 'x', '', 'B'.repeat(40), `${SHA}?x`]) {
    repo.refs.set('feat/x', sha);
    const { length } = bucket.asked;
    test.match(await forge.get(1), { sha: null, checks: [] });
    test.ok(bucket.asked.slice(length).every(({ path }) => !path.includes('/commit/')));
    await test.rejects(forge.merge(1, SHA), { code: 'head-moved' });
  }
  for (const head of ['../../../../user', '../x', 'a//b']) {
    if (pull !== undefined) pull.head = head;
    test.match(await forge.text(1), { sha: null });
  }
  test.equal(await forge.find('a" OR state = "OPEN', 'main'), null, 'a branch is quoted');
  test.ok(bucket.asked.every(({ path }) => path.startsWith('/repositories/org/aperture/')));
});

t.test('an API token goes with an email, and neither is repeated', async (test) => {
  const secret = 'ATATTsecretsecret';
  const { forge, bucket, header } = await world(test, `me@mole.example:${secret}`);
  await forge.open(wanted);
  test.ok(bucket.asked.every(({ token }) => token === header));
  const echo = `no, ${header}, ${secret}`;
  bucket.trouble({ method: 'GET', match: /pullrequests\/1$/, answer: 403, message: echo });
  const error = await forge.text(1).catch((thrown: unknown) => thrown);
  test.match(error, { code: 'forge-forbidden' });
  const said = JSON.stringify(error) + String(error);
  test.notMatch(said, secret);
  test.notMatch(said, header.slice('Basic '.length));
});

t.test('pull requests as a real Bitbucket answers with them are read', async (test) => {
  const recorded = recordedBitbucket();
  if (recorded === null) {
    test.pass('MISSING: the recorded exchanges with Bitbucket in ../shared/forges', { skip: true });
    return;
  }
  const list = [
    'GET /repositories/P/pullrequests/N',
    'PUT /repositories/P/pullrequests/N',
    'POST /repositories/P/pullrequests',
  ]
    .flatMap((route) => recorded.replies(route))
    .map((reply) => shaped(reply as BucketPull, BUCKET_PULL));
  test.ok(list.length > 20, `${list.length} of them`);
  const said = new Set(list.map((pull) => String(bucketMergeableOf(pull, [], [], null).why)));
  test.same([...said].sort(), ['it is a draft', 'null']);
});

t.test('which remotes are on Bitbucket Cloud, and where its interface is', async (test) => {
  const known = { host: 'bitbucket.org', owner: 'a', repo: 'b', api: 'https://api.bitbucket.org/2.0' };
  for (const url of [
    'https://bitbucket.org/a/b.git',
    'https://me@bitbucket.org/a/b',
    'git@bitbucket.org:a/b.git',
    'ssh://git@altssh.bitbucket.org:443/a/b.git',
  ])
    test.same(bitbucketAddress(url), known, url);
  for (const url of [
    'https://bitbucket.org.evil.example/a/b',
    'https://bitbucket.corp/scm/a/b.git',
    'https://bitbucket.org/a/../b',
    'https://bitbucket.org/a/b/c',
  ])
    test.equal(bitbucketAddress(url), null, url);
  test.equal(bitbucketAddress('git@bitbucket.org:a/b', 'http://proxy.example/2.0'), null, 'no TLS');
  test.equal(
    bitbucketAddress('git@bitbucket.org:a/b', 'https://proxy.example/1.0'),
    null,
    'another interface',
  );
});

t.test('the token comes from where the user keeps it', async (test) => {
  const env = { PATH: process.env.PATH, HOME: test.testdir(), GIT_CONFIG_NOSYSTEM: '1' };
  const of = (more: NodeJS.ProcessEnv) => bitbucketTokenFor('bitbucket.org', { ...env, ...more });
  test.equal(await of({ BITBUCKET_TOKEN: 'a' }), 'a');
  test.equal(await of({ BITBUCKET_TOKEN: 'a', BITBUCKET_EMAIL: 'me@mole.example' }), 'me@mole.example:a');
  const helper = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'credential.helper' };
  const says = (user: string) => ({
    ...helper,
    GIT_CONFIG_VALUE_0: `!f() { echo username=${user}; echo password=fromgit; }; f`,
  });
  test.equal(await of(says('x-token-auth')), 'fromgit', 'an access token');
  test.equal(await of(says('me@mole.example')), 'me@mole.example:fromgit', 'an API token');
  const named = { ...says('x-bitbucket-api-token-auth'), BITBUCKET_EMAIL: 'me@mole.example' };
  test.equal(await of(named), 'me@mole.example:fromgit');
  await test.rejects(of({}), { code: 'no-token', hint: /BITBUCKET_EMAIL/ });
});
