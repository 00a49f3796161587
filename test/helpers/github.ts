import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A pull request or issue as the server keeps it. */
export interface Kept {
  number: number;
  title: string;
  body: string;
  state: 'open' | 'closed';
  draft: boolean;
  head: string;
  base: string;
  sha: string;
  mergedAs: string | null;
  labels: string[];
  comments: string[];
  reviewers: string[];
  pull: boolean;
}

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
  url: string;
  items: Kept[];
  asked: Asked[];
  /** Branch to commit, as pushes would have it. */
  branches: Map<string, string>;
  reviews: { user: { login: string }; state: string; commit_id: string }[];
  checks: { name: string; status: string; conclusion: string | null }[];
  /** `mergeable_state` of every pull request; default `clean`. */
  mergeable: string;
  /** Merges go into a queue and are done later. */
  queue: boolean;
  trouble(...list: Trouble[]): void;
  close(): Promise<void>;
}

/**
 * As much of GitHub's REST interface as we use, with state, on 127.0.0.1: it knows one token, refuses duplicates (422), a
 * stale `sha` (409) and what its rules forbid (405), as GitHub does and the emulators do not.
 */
export async function startGithub(token: string): Promise<Github> {
  const troubles: Trouble[] = [];
  const hub: Github = {
    url: '',
    items: [],
    asked: [],
    branches: new Map([['main', 'a'.repeat(40)]]),
    reviews: [],
    checks: [],
    mergeable: 'clean',
    queue: false,
    trouble: (...list) => void troubles.push(...list),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const path = decodeURIComponent((request.url ?? '').replace(/^\/api\/v3/, ''));
    const method = request.method ?? '';
    const given = (request.headers.authorization ?? '').replace(/^(token|Bearer) /i, '');
    hub.asked.push({ method, path, body, token: given });
    const at = troubles.findIndex((one) => one.method === method && one.match.test(path));
    const [trouble] = at < 0 ? [] : troubles.splice(at, 1);
    const send = (status: number, data: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(data));
    };
    if (given !== token) return send(401, { message: `Bad credentials: ${given}` });
    if (typeof trouble?.answer === 'number')
      return send(trouble.answer, { message: trouble.message ?? 'no' }, trouble.headers);
    const [status, data] = answer(hub, method, new URL(path, 'http://x'), body);
    if (trouble?.answer === 'dropped') return void request.socket.destroy();
    return send(status, data);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  hub.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3`;
  return hub;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

function answer(hub: Github, method: string, url: URL, body: Record<string, unknown>): [number, unknown] {
  const [, rest = ''] = /^\/repos\/org\/aperture\/(.*)$/.exec(url.pathname) ?? [];
  const number = Number(/^(?:pulls|issues)\/(\d+)/.exec(rest)?.[1]);
  const item = hub.items.find((one) => one.number === number);
  const text = (key: string, other = '') => (typeof body[key] === 'string' ? (body[key] as string) : other);
  const route = `${method} ${rest.replace(/\d+/, 'N').replace(/[0-9a-f]{40}/, 'SHA')}`;
  if (Number.isInteger(number) && item === undefined) return [404, { message: 'Not Found' }];
  switch (route) {
    case 'GET pulls':
      return [
        200,
        hub.items
          .filter((one) => one.pull && (url.searchParams.get('state') === 'all' || one.state === 'open'))
          .map((one) => pullJson(hub, one)),
      ];
    case 'POST pulls': {
      const sha = hub.branches.get(text('head'));
      if (sha === undefined || text('head') === text('base'))
        return [422, { message: 'Validation Failed', errors: [{ message: 'head is invalid' }] }];
      if (hub.items.some((one) => one.pull && one.state === 'open' && one.head === text('head')))
        return [
          422,
          { message: 'Validation Failed', errors: [{ message: 'A pull request already exists' }] },
        ];
      const made = { ...blank(hub, body), pull: true, head: text('head'), base: text('base'), sha };
      hub.items.push(made);
      return [201, pullJson(hub, made)];
    }
    case 'POST issues': {
      const made = blank(hub, body);
      hub.items.push(made);
      return [201, issueJson(made)];
    }
    case 'GET issues':
      return [
        200,
        hub.items
          .filter((one) => url.searchParams.get('state') === 'all' || one.state === 'open')
          .filter((one) => one.labels.includes(url.searchParams.get('labels') ?? ''))
          .map(issueJson),
      ];
  }
  if (item === undefined) {
    if (route.startsWith('GET commits/')) {
      return route.endsWith('/check-runs')
        ? [200, { total_count: hub.checks.length, check_runs: hub.checks }]
        : [200, { state: 'success', statuses: [] }];
    }
    return [404, { message: 'Not Found' }];
  }
  if (item.pull && item.state === 'open') item.sha = hub.branches.get(item.head) ?? item.sha;
  switch (route) {
    case 'GET pulls/N':
      return [200, pullJson(hub, item)];
    case 'GET pulls/N/reviews':
      return [200, hub.reviews];
    case 'PATCH pulls/N':
    case 'PATCH issues/N':
      for (const key of ['title', 'body', 'state'] as const)
        if (typeof body[key] === 'string') Object.assign(item, { [key]: body[key] });
      return [200, item.pull ? pullJson(hub, item) : issueJson(item)];
    case 'POST issues/N/labels':
      item.labels.push(...(body.labels as string[]));
      return [200, []];
    case 'POST issues/N/comments':
      item.comments.push(text('body'));
      return [201, {}];
    case 'POST pulls/N/requested_reviewers':
      item.reviewers.push(...(body.reviewers as string[]));
      return [201, pullJson(hub, item)];
    case 'PUT pulls/N/merge':
      if (item.state !== 'open' || hub.mergeable === 'blocked')
        return [405, { message: 'Pull Request is not mergeable' }];
      if (text('sha') !== item.sha) return [409, { message: 'Head branch was modified' }];
      if (hub.queue) return [200, { merged: false, message: 'added to the merge queue' }];
      item.state = 'closed';
      item.mergedAs = 'e'.repeat(40);
      return [200, { merged: true, sha: item.mergedAs }];
  }
  return [404, { message: 'Not Found' }];
}

const blank = (hub: Github, body: Record<string, unknown>): Kept => ({
  number: hub.items.length + 1,
  title: String(body.title ?? ''),
  body: String(body.body ?? ''),
  state: 'open',
  draft: body.draft === true,
  head: '',
  base: '',
  sha: '',
  mergedAs: null,
  labels: Array.isArray(body.labels) ? [...(body.labels as string[])] : [],
  comments: [],
  reviewers: [],
  pull: false,
});

const issueJson = (one: Kept) => ({
  number: one.number,
  title: one.title,
  body: one.body,
  state: one.state,
  ...(one.pull ? { pull_request: {} } : {}),
});

const pullJson = (hub: Github, one: Kept) => ({
  ...issueJson(one),
  html_url: `https://github.example/org/aperture/pull/${one.number}`,
  draft: one.draft,
  head: { ref: one.head, sha: one.sha },
  base: { ref: one.base },
  merged: one.mergedAs !== null,
  merged_at: one.mergedAs === null ? null : '2026-01-24T10:00:00Z',
  merge_commit_sha: one.mergedAs,
  mergeable: hub.mergeable !== 'dirty',
  mergeable_state: hub.mergeable,
});
