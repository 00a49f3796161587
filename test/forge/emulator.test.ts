import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator } from 'emulate';
import t, { type Test } from 'tap';
import { connect } from '../../lib/forge/github/client.ts';
import { githubForge } from '../../lib/forge/github/index.ts';
import { mergeWhenReady, wallClock } from '../../lib/forge/patience.ts';
import { githubDescription } from '../helpers/forge/github-openapi.ts';

const TOKEN = 'ghp_0123456789secret';
const SHA = 'b'.repeat(40);

type Json = Record<string, unknown>;

/**
 * A GitHub that others wrote, behind a layer for what it gets wrong and our forge depends on: it lets unknown tokens in (here:
 * 401), and without a git transport every head is at the main branch's commit (here: at `SHA`, which merging pins). What it
 * refuses otherwise, and when, is judged by our own server (test/helpers/forge/github.ts): it merges what conflicts or is stale,
 * opens duplicates, and answers refused merges with 422.
 */
async function emulator(test: Test) {
  const hub = await createEmulator({
    service: 'github',
    port: await freePort(),
    seed: {
      github: {
        users: [{ login: 'eric', email: 'eric@example.com' }],
        orgs: [{ login: 'org' }],
        repos: [{ owner: 'org', name: 'aperture', auto_init: true }],
      },
    },
  });
  test.teardown(() => hub.close());
  const writes: string[] = [];
  const layer = createServer(async (request, response) => {
    const given = await textOf(request);
    const url = new URL((request.url ?? '').replace(/^\/api\/v3/, ''), hub.url);
    const method = request.method ?? '';
    const body = given === '' ? undefined : (JSON.parse(given) as Json);
    for (const sentence of githubDescription().ofRequest(method, url, body)) test.fail(sentence);
    if (method !== 'GET') writes.push(`${method} ${url.pathname}`);
    const send = (status: number, data: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(data));
    };
    if (request.headers.authorization !== `token ${TOKEN}`) return send(401, { message: 'Bad credentials' });
    if (body?.sha !== undefined && body.sha !== SHA)
      return send(409, { message: 'Head branch was modified' });
    const { sha: _sha, ...rest } = body ?? {};
    const answer = await fetch(url, {
      method,
      headers: { authorization: 'token test_token_admin', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(rest) }),
    });
    return send(answer.status, pinned(await answer.json()));
  });
  await new Promise<void>((done) => layer.listen(0, '127.0.0.1', done));
  test.teardown(() => void layer.closeAllConnections());
  test.teardown(() => void layer.close());
  const api = `http://127.0.0.1:${(layer.address() as AddressInfo).port}/api/v3`;
  const forgeFor = (token: string) =>
    githubForge({
      repo: 'aperture',
      address: { host: 'github.example', owner: 'org', repo: 'aperture', api },
      connection: connect({ host: 'github.example', api, token: async () => token, version: '0', pace: 0 }),
    });
  /** As somebody without our program sees it, and without the layer. */
  const plain = async (path: string): Promise<Json[]> => {
    const headers = { authorization: 'token test_token_admin' };
    return (await (await fetch(`${hub.url}/repos/org/aperture/${path}`, { headers })).json()) as Json[];
  };
  return { forge: forgeFor(TOKEN), forgeFor, plain, writes };
}

/** Pull requests with the head that was pushed. */
function pinned(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(pinned);
  const { head } = data as { head?: Json };
  return typeof head === 'object' ? { ...(data as Json), head: { ...head, sha: SHA } } : data;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

t.test(
  'the same pull request and notice on a GitHub that others wrote; a second run adds nothing',
  async (test) => {
    const { forge, forgeFor, plain, writes } = await emulator(test);
    await test.rejects(forgeFor('another').find('feat/x', 'main'), { code: 'forge-login' });
    const story = async () => {
      const known = await forge.find('feat/x', 'main');
      const wanted = { head: 'feat/x', base: 'main', title: 'x', body: 'by hand', draft: false };
      const pull = known ?? (await forge.open({ ...wanted, reviewers: [], labels: ['metrics'] }));
      if (!pull.body.includes('block')) await forge.update(pull.number, { body: `${pull.body}\n\nblock` });
      const notice = {
        marker: '<!-- m 1 -->',
        title: 'one',
        body: '<!-- m 1 -->\ntext',
        labels: ['git-realm'],
      };
      await forge.notify(notice);
      return pull.number;
    };
    const number = await story();
    const once = writes.length;
    test.equal(await story(), number);
    test.equal(writes.length, once, 'a second run writes nothing');
    test.match(await plain('pulls'), [
      {
        number,
        title: 'x',
        body: 'by hand\n\nblock',
        head: { ref: 'feat/x' },
        labels: [{ name: 'metrics' }],
      },
    ]);
    test.match(await plain('issues?labels=git-realm'), [{ title: 'one', body: /m 1/, state: 'open' }]);

    const asked = { repo: 'aperture', number, patience: 0 };
    await test.rejects(forge.merge(number, 'c'.repeat(40)), { code: 'head-moved' });
    test.match(await mergeWhenReady(forge, { ...asked, sha: SHA }, wallClock, () => {}), { state: 'merged' });
    test.match(await plain('pulls?state=closed'), [{ number, merged_at: /./ }]);
    test.equal(typeof (await forge.settle('<!-- m 1 -->', 'done')), 'number');
    test.match(await plain('issues?labels=git-realm&state=closed'), [{ title: 'one', comments: 1 }]);
  },
);
