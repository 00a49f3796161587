import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';

/** What a request is about: listing refs before a fetch or a push, or the transfer itself. */
export type RequestKind = 'list-for-fetch' | 'fetch' | 'list-for-push' | 'push' | 'other';

export interface User {
  password: string;
  /** Repository names such as `realm.git`; absent = every repository. */
  read?: readonly string[];
  /** Repository names; absent = none. */
  write?: readonly string[];
}

export interface Seen {
  kind: RequestKind;
  repository: string;
  /** Undefined where no valid login came with the request. */
  user: string | undefined;
  protocol: string;
  encoding: string;
  /** Undefined while it runs and for a dropped connection. */
  status: number | undefined;
}

/**
 * One fault, for the n-th request of a kind, counted from the moment it is injected. The request that git sends first
 * without its login does not count: it gets its 401 as always.
 */
export interface Fault {
  on: RequestKind;
  /** Default 1. `'every'` never runs out. */
  nth?: number | 'every';
  /** Only requests with this login count. */
  user?: string;
  /** Waits this long, in milliseconds, before anything else. */
  delay?: number;
  /** Runs before git sees the request: the place to let somebody else win the race. */
  before?: () => void | Promise<void>;
  /** Answers with this status; git never sees the request. */
  status?: 401 | 403 | 404 | 429 | 500 | 503;
  /** Cuts the connection: before git sees the request, halfway through its body, or once git is done with it. */
  drop?: 'request' | 'body' | 'response';
}

export interface GitServer {
  /** `http://127.0.0.1:<port>/`; append the name of a repository. */
  url: string;
  /** Every request so far, oldest first. */
  requests: Seen[];
  /** The result takes the fault back, where it has not happened yet. */
  inject(fault: Fault): () => void;
  /** The address with the login inside, for a plain git. */
  urlAs(user: string, repository: string): string;
  /** Git settings that log in as this user; an inline credential helper, so a refused login is not forgotten. */
  login(user: string): Array<[key: string, value: string]>;
  /** Ends open connections and git processes; safe to call twice. */
  close(): Promise<void>;
}

/**
 * Serves the bare repositories under `root` by `git http-backend`, on a free port of 127.0.0.1. A push needs a
 * login with write access, also where git alone would call it up to date. Reading needs a login unless `anonymous`.
 */
export async function serve(options: {
  root: string;
  users: Readonly<Record<string, User>>;
  anonymous?: boolean;
}): Promise<GitServer> {
  const { root, users, anonymous = false } = options;
  const requests: Seen[] = [];
  const faults: Array<{ fault: Fault; left: number }> = [];
  const children = new Set<ReturnType<typeof spawn>>();

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { kind, repository } = classify(url);
    const login = authenticate(request.headers.authorization, users);
    const seen: Seen = {
      kind,
      repository,
      user: login,
      protocol: String(request.headers['git-protocol'] ?? ''),
      encoding: String(request.headers['content-encoding'] ?? ''),
      status: undefined,
    };
    requests.push(seen);
    response.on('finish', () => {
      seen.status = response.statusCode;
    });

    const needed = kind === 'push' || kind === 'list-for-push' ? 'write' : 'read';
    if (login === undefined && !(anonymous && needed === 'read')) return refuse(request, response, 401);
    const fault = take(kind, login);
    if (fault?.delay !== undefined) await wait(fault.delay, undefined, { ref: false });
    await fault?.before?.();
    if (fault?.status !== undefined) return refuse(request, response, fault.status);
    if (fault?.drop === 'request') return cut(request);

    const user = login === undefined ? undefined : users[login];
    if (user !== undefined && !may(user, needed, repository)) return refuse(request, response, 403);
    await backend(request, response, url, login, fault?.drop);
  }

  /** The fault that this request meets: counts down every fault it matches, and takes the first that is due. */
  function take(kind: RequestKind, user: string | undefined): Fault | undefined {
    let due: Fault | undefined;
    for (const entry of [...faults]) {
      if (entry.fault.on !== kind) continue;
      if (entry.fault.user !== undefined && entry.fault.user !== user) continue;
      entry.left -= 1;
      if (entry.left > 0 || due !== undefined) continue;
      due = entry.fault;
      if (entry.fault.nth !== 'every') faults.splice(faults.indexOf(entry), 1);
    }
    return due;
  }

  /** One CGI run (RFC 3875). A chunked body has no length: git then reads to its end. */
  async function backend(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    user: string | undefined,
    drop: Fault['drop'],
  ): Promise<void> {
    const header = (name: string): string => String(request.headers[name] ?? '');
    const env: Record<string, string> = {
      PATH: process.env.PATH ?? '',
      HOME: root,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      LC_ALL: 'C',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GATEWAY_INTERFACE: 'CGI/1.1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: header('content-type'),
      REMOTE_ADDR: '127.0.0.1',
      GIT_PROTOCOL: header('git-protocol'),
      // a login that may only read still gets past http-backend's own check for "somebody is logged in"
      ...(user === undefined ? {} : { REMOTE_USER: user, GIT_COMMITTER_NAME: user }),
      ...(user === undefined ? {} : { GIT_COMMITTER_EMAIL: `${user}@example.com` }),
    };
    const zipped = header('content-encoding') === 'gzip';
    // told a length, http-backend of git 2.39 spins for ever on a body that ends before it
    if (!zipped && drop !== 'body' && header('content-length') !== '')
      env.CONTENT_LENGTH = header('content-length');

    const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    children.add(child);
    child.on('close', () => children.delete(child));
    child.stdin.on('error', () => {});
    request.on('close', () => request.complete || child.kill('SIGKILL'));
    const body = zipped ? request.pipe(createGunzip()) : request;
    if (drop === 'body') {
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(chunk as Buffer);
      const whole = Buffer.concat(chunks);
      child.stdin.end(whole.subarray(0, Math.floor(whole.length / 2)));
    } else body.pipe(child.stdin);

    const output: Buffer[] = [];
    for await (const chunk of child.stdout) output.push(chunk as Buffer);
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('close', resolve));
    if (drop !== undefined) return cut(request);
    answer(response, Buffer.concat(output));
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const base = `http://127.0.0.1:${port}/`;

  return {
    url: base,
    requests,
    inject: (fault) => {
      const entry = { fault, left: typeof fault.nth === 'number' ? fault.nth : 1 };
      faults.push(entry);
      return () => {
        if (faults.includes(entry)) faults.splice(faults.indexOf(entry), 1);
      };
    },
    urlAs: (user, repository) => {
      const url = new URL(repository, base);
      url.username = user;
      url.password = users[user]?.password ?? '';
      return url.href;
    },
    login: (user) => {
      const password = users[user]?.password ?? '';
      const helper = `!f() { test "$1" = get && echo username=${user} && echo password=${password}; }; f`;
      // the empty value first: forget the helpers of every other file
      return [
        [`credential.${base}.helper`, ''],
        [`credential.${base}.helper`, helper],
      ];
    },
    close: async () => {
      for (const child of children) child.kill('SIGKILL');
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function classify(url: URL): { kind: RequestKind; repository: string } {
  const match = /^\/(.+?)\/(info\/refs|git-upload-pack|git-receive-pack|HEAD|objects\/.*)$/.exec(
    url.pathname,
  );
  const repository = match?.[1] ?? '';
  const service = url.searchParams.get('service');
  if (match?.[2] === 'info/refs')
    return { kind: service === 'git-receive-pack' ? 'list-for-push' : 'list-for-fetch', repository };
  if (match?.[2] === 'git-receive-pack') return { kind: 'push', repository };
  if (match?.[2] === 'git-upload-pack') return { kind: 'fetch', repository };
  return { kind: 'other', repository };
}

function authenticate(header: string | undefined, users: Readonly<Record<string, User>>): string | undefined {
  if (header === undefined || !header.startsWith('Basic ')) return undefined;
  const [name = '', ...rest] = Buffer.from(header.slice(6), 'base64').toString().split(':');
  return Object.hasOwn(users, name) && users[name]?.password === rest.join(':') ? name : undefined;
}

function may(user: User, right: 'read' | 'write', repository: string): boolean {
  const writes = user.write?.includes(repository) ?? false;
  if (right === 'write') return writes;
  return writes || user.read === undefined || user.read.includes(repository);
}

function refuse(request: IncomingMessage, response: ServerResponse, status: number): void {
  request.resume();
  if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="git"');
  if (status === 429) response.setHeader('Retry-After', '1');
  response.writeHead(status, { 'Content-Type': 'text/plain' });
  response.end(`${status}\n`);
}

/** Ends the connection within the answer's header: curl tries again by itself where not one byte has arrived. */
function cut(request: IncomingMessage): void {
  request.socket.end('HTTP/1.1 200 OK\r\nContent-Type: ', () => request.socket.destroy());
}

/** Hands on a CGI answer: header lines, an empty line, the body. */
function answer(response: ServerResponse, output: Buffer): void {
  const end = output.indexOf('\r\n\r\n');
  if (end < 0) {
    response.writeHead(500);
    response.end('no header in the answer of git http-backend\n');
    return;
  }
  let status = 200;
  for (const line of output.subarray(0, end).toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
  response.end(output.subarray(end + 4));
}
