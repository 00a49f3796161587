import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import type { Asked, Trouble } from './github.ts';
import { answer, type LabProject, type ProjectOptions, projectOf } from './gitlab-project.ts';
import { recordedGitlab } from './gitlab-recorded.ts';

export interface Gitlab {
  /** Where the interface is: `http://127.0.0.1:<port>/api/v4`. */
  url: string;
  asked: Asked[];
  /** Token to user name; one that is taken out has expired. */
  tokens: Map<string, string>;
  projects: Map<string, LabProject>;
  /** A project of it, by its path with all groups. */
  add(path: string, options?: ProjectOptions): LabProject;
  trouble(...list: Trouble[]): void;
  /** `<method> <path>` of every request that may change something. */
  writes(): string[];
}

/**
 * As much of GitLab as we use, with state, on 127.0.0.1. It refuses what GitLab refuses: unknown tokens (401), strangers (404),
 * readers (403, and 401 for a merge), duplicates (409), a stale `sha` (409), what is not mergeable (405, 422), a status that
 * stays pending with other words (400). Where replies of a real GitLab are recorded, its own have no field and no type that
 * those have not; one that does fails the test.
 */
export async function startGitlab(test: Test, tokens: Record<string, string>): Promise<Gitlab> {
  const recorded = recordedGitlab();
  if (recorded === null)
    test.comment('MISSING: the recorded exchanges with GitLab in ../shared/forges: shapes unchecked');
  const troubles: Trouble[] = [];
  const lab: Gitlab = {
    url: '',
    asked: [],
    tokens: new Map(Object.entries(tokens)),
    projects: new Map(),
    add: (path, options) => {
      const made = projectOf(lab.projects.size + 1, path, options);
      lab.projects.set(path, made);
      return made;
    },
    trouble: (...list) => void troubles.push(...list),
    writes: () =>
      lab.asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`),
  };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const url = new URL((request.url ?? '').replace(/^\/api\/v4/, ''), 'http://lab');
    const path = decodeURIComponent(url.pathname) + url.search;
    const method = request.method ?? '';
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    lab.asked.push({ method, path, body, token });
    const send = (status: number, data: unknown, headers: Record<string, string> = {}) => {
      for (const sentence of recorded?.ofReply(method, url.pathname, status, data) ?? [])
        test.fail(`reply: ${sentence}`);
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(data));
    };
    const at = troubles.findIndex((trouble) => trouble.method === method && trouble.match.test(path));
    const [trouble] = at < 0 ? [] : troubles.splice(at, 1);
    if (typeof trouble?.answer === 'number')
      return send(trouble.answer, { message: trouble.message ?? 'no' }, trouble.headers);
    const name = lab.tokens.get(token);
    if (name === undefined) return send(401, { message: '401 Unauthorized' });
    const [status, data] = answer(lab, name, method, url, body);
    if (trouble?.answer === 'dropped') return void request.socket.destroy();
    return send(status, data);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  test.teardown(() => closed(server));
  lab.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`;
  return lab;
}

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.closeAllConnections();
    server.close(() => done());
  });

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
