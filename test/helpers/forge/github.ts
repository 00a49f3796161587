import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { answerGraphql } from './github-graphql.ts';
import { githubDescription } from './github-openapi.ts';
import { answer, type HubRepo, type RepoOptions, repoOf } from './github-repo.ts';

export interface Asked {
  method: string;
  path: string;
  body: Record<string, unknown>;
  token: string;
}

/** What the next matching request meets instead of the usual: once. */
export interface Trouble {
  method: string;
  match: RegExp;
  /** The status to answer with; `dropped`: do it, then cut the connection before the answer. */
  answer: number | 'dropped';
  headers?: Record<string, string>;
  message?: string;
}

export interface Github {
  /** Where the interface is, as of an Enterprise server: `http://127.0.0.1:<port>/api/v3`. */
  url: string;
  asked: Asked[];
  /** Token to login; one that is taken out has expired. */
  tokens: Map<string, string>;
  repos: Map<string, HubRepo>;
  /** A repository of it, by `<owner>/<name>`. */
  add(name: string, options?: RepoOptions): HubRepo;
  trouble(...list: Trouble[]): void;
  /** `<method> <path>` of every request that may change something. */
  writes(): string[];
}

/**
 * As much of GitHub as we use, with state, on 127.0.0.1. It refuses what GitHub refuses and emulators let pass: unknown
 * tokens (401), strangers (404), readers (403), duplicates and heads that are not there (422), a stale `sha` (409), what the
 * rules of a branch forbid (405). Each request, and each reply of its own, is held against GitHub's own description: one
 * that does not fit fails the test.
 */
export async function startGithub(test: Test, tokens: Record<string, string>): Promise<Github> {
  const description = githubDescription();
  const troubles: Trouble[] = [];
  const hub: Github = {
    url: '',
    asked: [],
    tokens: new Map(Object.entries(tokens)),
    repos: new Map(),
    add: (name, options) => {
      const made = repoOf(hub, name, options);
      hub.repos.set(name, made);
      return made;
    },
    trouble: (...list) => void troubles.push(...list),
    writes: () =>
      hub.asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`),
  };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const url = new URL((request.url ?? '').replace(/^\/api\/(v3\/)?/, '/'), 'http://hub');
    const path = decodeURIComponent(url.pathname) + url.search;
    const method = request.method ?? '';
    const token = (request.headers.authorization ?? '').replace(/^(token|Bearer) /i, '');
    hub.asked.push({ method, path, body: body ?? {}, token });
    const isGraphql = url.pathname === '/graphql';
    // What stands in a path is taken apart as the description has it: a slash in a branch is `%2F`.
    const said = isGraphql ? [] : description.ofRequest(method, url, body);
    for (const sentence of said) test.fail(sentence);
    const send = (status: number, data: unknown, headers: Record<string, string> = {}) => {
      if (!isGraphql)
        for (const sentence of description.ofReply(method, url, status, data))
          test.fail(`reply: ${sentence}`);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(data === undefined ? undefined : JSON.stringify(data));
    };
    const at = troubles.findIndex((trouble) => trouble.method === method && trouble.match.test(path));
    const [trouble] = at < 0 ? [] : troubles.splice(at, 1);
    if (typeof trouble?.answer === 'number')
      return send(trouble.answer, refusal(trouble.message ?? 'no'), trouble.headers);
    const login = hub.tokens.get(token);
    if (login === undefined) return send(401, refusal('Bad credentials'));
    const [status, data, headers] = isGraphql
      ? await answerGraphql(hub, login, body ?? {})
      : answer(hub, login, method, url, body ?? {});
    if (trouble?.answer === 'dropped') return void request.socket.destroy();
    return send(status, data, headers);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  test.teardown(() => closed(server));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  return hub;
}

const refusal = (message: string) => ({ message, documentation_url: 'https://docs.github.example' });

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.closeAllConnections();
    server.close(() => done());
  });

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
}
