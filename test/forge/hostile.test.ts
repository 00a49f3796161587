import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import t, { type Test } from 'tap';
import { Exit, RealmError } from '../../lib/errors.ts';
import { connectBitbucket } from '../../lib/forge/bitbucket/client.ts';
import { bitbucketForge } from '../../lib/forge/bitbucket/index.ts';
import { connectGitea } from '../../lib/forge/gitea/client.ts';
import { giteaForge } from '../../lib/forge/gitea/index.ts';
import { connect } from '../../lib/forge/github/client.ts';
import { githubForge } from '../../lib/forge/github/index.ts';
import { connectGitlab } from '../../lib/forge/gitlab/client.ts';
import { gitlabForge } from '../../lib/forge/gitlab/index.ts';

const TOKEN = 'ghp_SECRETSECRET';
const NOTICE = { marker: '<!-- m -->', title: 'x', body: '<!-- m -->\n', labels: [] };

const STATUS = { context: 'git-realm/order', state: 'pending', description: 'x' } as const;

type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on 127.0.0.1, and what was asked of it: `<method> <path> <authorization>`. */
async function serve(test: Test, reply: Reply): Promise<{ url: string; port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'none'}`);
    request.resume().on('end', () => reply(request, response));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  test.teardown(() => void server.closeAllConnections());
  test.teardown(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, asked };
}

const json = (
  response: ServerResponse,
  status: number,
  data: unknown,
  headers: Record<string, string> = {},
) =>
  void response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
    .end(JSON.stringify(data));

/** A forge that answers as told, and another host that must never hear of the token. */
async function hostile(test: Test, reply: (elsewhere: string) => Reply) {
  const other = await serve(test, (_request, response) => json(response, 200, []));
  const api = await serve(test, reply(`http://localhost:${other.port}`));
  const given = { token: async () => TOKEN, version: '0', pace: 1, second: 1 };
  const forge = githubForge({
    repo: 'mole',
    address: { host: 'github.com', owner: 'org', repo: 'mole', api: api.url },
    connection: connect({ host: 'github.com', api: api.url, ...given }),
  });
  const lab = { host: 'lab.example', owner: 'org/group', repo: 'mole', api: `${api.url}/api/v4` };
  const gitlab = gitlabForge({ repo: 'mole', address: lab, connection: connectGitlab({ ...lab, ...given }) });
  const tea = { host: 'tea.example', owner: 'org', repo: 'mole', api: `${api.url}/api/v1` };
  const gitea = giteaForge({ repo: 'mole', address: tea, connection: connectGitea({ ...tea, ...given }) });
  const bucket = { host: 'bitbucket.org', owner: 'org', repo: 'mole', api: `${api.url}/2.0` };
  const none = { notices: async () => [], notify: async () => null, settle: async () => null };
  const bitbucket = bitbucketForge(
    { repo: 'mole', address: bucket, connection: connectBitbucket({ ...bucket, ...given }) },
    none,
  );
  return { forge, gitlab, gitea, bitbucket, api, other };
}

async function refusal(test: Test, work: Promise<unknown>, code: string): Promise<RealmError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  test.ok(error instanceof RealmError, `an error in words: ${String(error)}`);
  const known = error as RealmError;
  test.equal(known.code, code, known.message);
  test.equal(known.exitCode, Exit.fatal);
  test.notMatch(
    `${known.message}${known.hint}${JSON.stringify(known.data)}`,
    /SECRET|\n/,
    'one line, no token',
  );
  return known;
}

t.test('no page, redirect or login on another origin gets the token', async (t) => {
  const links = (there: string): string[] => [
    `${there}/next`,
    `${there.replace('http:', 'https:')}/next`,
    `${there.replace('localhost', '127.0.0.1')}/next`,
    'http://user:word@127.0.0.1:1/next',
    'ftp://127.0.0.1/next',
  ];
  for (const at of [0, 1, 2, 3, 4]) {
    const page = await hostile(
      t,
      (there) => (_request, response) =>
        json(response, 200, [], { link: `<${links(there)[at]}>; rel="next"` }),
    );
    await refusal(t, page.forge.notices('<!-- m'), 'forge-origin');
    // Pages of GitLab and Gitea are asked for by number: a link is not followed at all.
    t.same(await page.gitlab.notices('<!-- m'), []);
    t.same(await page.gitea.notices('<!-- m'), []);
    t.same(page.other.asked, [], `Link ${at}`);
    for (const status of [301, 302, 303, 307, 308]) {
      const moved = await hostile(
        t,
        (there) => (_request, response) => json(response, status, {}, { location: links(there)[at] ?? '' }),
      );
      await refusal(t, moved.forge.text(1), 'forge-origin');
      t.same(moved.other.asked, [], `${status} ${at}`);
      t.equal(moved.api.asked.length, 1, 'not tried again');
      await refusal(t, moved.gitlab.text(1), 'forge-origin');
      t.same(moved.other.asked, [], `${status} ${at}`);
      await refusal(t, moved.gitea.text(1), 'forge-origin');
      t.same(moved.other.asked, [], `${status} ${at}`);
      t.equal(moved.api.asked.length, 3, 'not tried again');
      await refusal(t, moved.bitbucket.text(1), 'forge-origin');
      t.same(moved.other.asked, [], `${status} ${at}`);
      t.equal(moved.api.asked.length, 4, 'not tried again');
    }
  }
  const same = await hostile(
    t,
    () => (request, response) =>
      json(
        response,
        307,
        {},
        { location: request.url?.startsWith('//') ? '/' : `//localhost:1${request.url}` },
      ),
  );
  await refusal(t, same.forge.text(1), 'forge-origin');
  const own = await hostile(
    t,
    () => (_request, response) => json(response, 302, {}, { location: '//user@127.0.0.1:1/' }),
  );
  await refusal(t, own.forge.text(1), 'forge-origin');
});

t.test('a repository that was renamed is read where it is now, and written nowhere else', async (t) => {
  const { forge, api } = await hostile(t, () => (request, response) => {
    if (request.url?.startsWith('/repositories/7/')) return json(response, 200, []);
    json(response, request.method === 'GET' ? 301 : 308, {}, { location: '/repositories/7/issues' });
  });
  t.same(await forge.notices('<!-- m'), []);
  api.asked.length = 0;
  await refusal(t, forge.notify(NOTICE), 'forge-moved');
  t.same(
    api.asked.filter((line) => !line.startsWith('GET')),
    [`POST /repos/org/mole/issues token ${TOKEN}`],
    'the write is not sent on',
  );
  api.asked.length = 0;
  const lab = await hostile(t, () => (request, response) => {
    if (request.url?.startsWith('/api/v4/projects/7/')) return json(response, 200, []);
    const page = new URL(request.url ?? '', 'http://lab').search;
    json(
      response,
      request.method === 'GET' ? 301 : 308,
      {},
      { location: `/api/v4/projects/7/issues${page}` },
    );
  });
  t.same(await lab.gitlab.notices('<!-- m'), []);
  await refusal(t, lab.gitlab.notify(NOTICE), 'forge-moved');
  t.same(
    lab.api.asked.filter((line) => !line.startsWith('GET')),
    [`POST /api/v4/projects/org%2Fgroup%2Fmole/issues Bearer ${TOKEN}`],
  );
  const tea = await hostile(t, () => (request, response) => {
    if (request.url?.startsWith('/api/v1/repositories/7/')) return json(response, 200, []);
    const to = `/api/v1/repositories/7/issues${new URL(request.url ?? '', 'http://tea').search}`;
    json(response, request.method === 'GET' ? 301 : 308, {}, { location: to });
  });
  t.same(await tea.gitea.notices('<!-- m'), []);
  await refusal(t, tea.gitea.notify(NOTICE), 'forge-moved');
  t.same(
    tea.api.asked.filter((line) => !line.startsWith('GET')),
    [`POST /api/v1/repos/org/mole/issues Bearer ${TOKEN}`],
  );
  const circle = await hostile(
    t,
    () => (request, response) => json(response, 302, {}, { location: request.url ?? '' }),
  );
  await refusal(t, circle.forge.text(1), 'forge-reply');
  t.equal(circle.api.asked.length, 6, 'a circle ends');
});

t.test('a reply that is not what was asked for is said in one sentence', async (t) => {
  const html = { 'content-type': 'text/html' };
  const replies: Record<string, Reply> = {
    'a login page': (_request, response) => void response.writeHead(200, html).end('<html>log in'),
    'JSON that ends early': (_request, response) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end('[{"number":'),
    'no type': (_request, response) => void response.writeHead(200).end('hello'),
    nothing: (_request, response) => void response.writeHead(200).end(),
    'a number': (_request, response) => json(response, 200, 7),
    null: (_request, response) => json(response, 200, null),
    'an object for a list': (_request, response) => json(response, 200, { total: 1 }),
    'a list of nothing': (_request, response) => json(response, 200, [null]),
    'wrong types': (_request, response) =>
      json(response, 200, [{ number: 'x', title: {}, body: [], state: 1, head: null }]),
    much: (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).write('[');
      for (let n = 0; n < 20; n += 1) response.write(`"${'y'.repeat(1_000_000)}",`);
      response.end('1]');
    },
  };
  for (const [name, reply] of Object.entries(replies)) {
    const { forge, gitlab, gitea, bitbucket, api } = await hostile(t, () => reply);
    await refusal(t, forge.notices('<!-- m'), 'forge-reply');
    await refusal(t, forge.find('a', 'b'), 'forge-reply');
    await refusal(t, forge.text(1), 'forge-reply');
    await refusal(t, forge.notify(NOTICE), 'forge-reply');
    t.ok(api.asked.length < 8, `${name}: not tried again and again`);
    await refusal(t, gitlab.notices('<!-- m'), 'forge-reply');
    await refusal(t, gitlab.find('a', 'b'), 'forge-reply');
    await refusal(t, gitlab.text(1), 'forge-reply');
    await refusal(t, gitlab.notify(NOTICE), 'forge-reply');
    await refusal(t, gitlab.setStatus('b'.repeat(40), STATUS), 'forge-reply');
    t.ok(api.asked.length < 16, `${name}: nor on GitLab`);
    await refusal(t, gitea.notices('<!-- m'), 'forge-reply');
    await refusal(t, gitea.find('a', 'b'), 'forge-reply');
    await refusal(t, gitea.text(1), 'forge-reply');
    await refusal(t, gitea.notify(NOTICE), 'forge-reply');
    t.ok(api.asked.length < 24, `${name}: nor on Gitea`);
    await refusal(t, bitbucket.find('a', 'b'), 'forge-reply');
    await refusal(t, bitbucket.text(1), 'forge-reply');
    await refusal(t, bitbucket.setStatus('b'.repeat(40), STATUS), 'forge-reply');
    t.ok(api.asked.length < 28, `${name}: nor on Bitbucket`);
  }
});

t.test('an error page, and an error that repeats the token, are one sentence too', async (t) => {
  const page = await hostile(
    t,
    () => (_request, response) =>
      void response.writeHead(403, { 'content-type': 'text/html' }).end('<html>\n<b>Forbidden</b>'),
  );
  const { message } = await refusal(t, page.forge.text(1), 'forge-forbidden');
  t.notMatch(message, /</);
  const echo = await hostile(
    t,
    () => (request, response) =>
      json(response, 422, {
        message: `bad ${request.headers.authorization}\u001b[31m\u202e\n::set-output name=a::b`,
        errors: [null, 7, { message: {} }, { message: 'y'.repeat(1e6) }, 'z'],
      }),
  );
  const said = await refusal(t, echo.forge.text(1), 'forge-invalid');
  t.match(said.message, /\\x1b\[31m\\u202e\\n::set-output/);
  t.ok(said.message.length < 1000);
  const lab = await refusal(t, echo.gitlab.text(1), 'forge-invalid');
  t.match(lab.message, /\\x1b\[31m\\u202e\\n::set-output/);
  t.ok(lab.message.length < 1000);
  const tea = await refusal(t, echo.gitea.text(1), 'forge-invalid');
  t.match(tea.message, /\\x1b\[31m\\u202e\\n::set-output/);
  t.ok(tea.message.length < 1000);
  const odd = await hostile(t, () => (_request, response) => json(response, 404, { message: 3, errors: {} }));
  await refusal(t, odd.forge.text(1), 'forge-missing');
  await refusal(t, odd.gitlab.text(1), 'forge-missing');
  await refusal(t, odd.gitea.text(1), 'forge-missing');
  await refusal(t, odd.bitbucket.text(1), 'forge-missing');
  const deep = await hostile(
    t,
    () => (_request, response) => json(response, 400, { message: { base: ['one', { x: [['two']] }] } }),
  );
  t.match((await refusal(t, deep.gitlab.text(1), 'forge-failed')).message, /: one/);
});
