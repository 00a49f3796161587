import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import type { Asked, Trouble } from './github.ts';
import type { Recorded } from './recorded.ts';

/** `undefined`: no body at all. */
export type Answer = [status: number, data?: unknown, headers?: Record<string, string>];
export type Body = Record<string, unknown>;

/** What every forge's server has, whatever it answers. */
export interface Served {
  /** Where the interface is: `http://127.0.0.1:<port><api>`. */
  url: string;
  asked: Asked[];
  /** Token to user name; one that is taken out has expired. */
  tokens: Map<string, string>;
  trouble(...list: Trouble[]): void;
  /** `<method> <path>` of every request that may change something. */
  writes(): string[];
}

interface Manner {
  /** What the paths of the interface begin with. */
  api: string;
  tokens: Record<string, string>;
  /** Replies of a real one; `null`: they are missing. */
  recorded: Recorded | null;
  /** How it says what is wrong. */
  refusal(message: string): unknown;
  answer(name: string, method: string, url: URL, body: Body): Answer;
}

/** A server on 127.0.0.1 that answers as `answer` says, or as a trouble does. */
export async function served(
  test: Test,
  { api, tokens, recorded, refusal, answer }: Manner,
): Promise<Served> {
  if (recorded === null)
    test.comment('MISSING: the recorded exchanges in ../shared/forges: shapes of replies unchecked');
  const troubles: Trouble[] = [];
  const made: Served = {
    url: '',
    asked: [],
    tokens: new Map(Object.entries(tokens)),
    trouble: (...list) => void troubles.push(...list),
    writes: () =>
      made.asked.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`),
  };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const url = new URL((request.url ?? '').replace(api, ''), 'http://forge');
    const path = decodeURIComponent(url.pathname) + url.search;
    const method = request.method ?? '';
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    made.asked.push({ method, path, body, token });
    const send = ([status, data, headers = {}]: Answer) => {
      if (data === undefined) return void response.writeHead(status, headers).end();
      for (const sentence of recorded?.ofReply(method, url.pathname, status, data) ?? [])
        test.fail(`reply: ${sentence}`);
      response.writeHead(status, { 'content-type': 'application/json;charset=utf-8', ...headers });
      response.end(JSON.stringify(data));
    };
    const at = troubles.findIndex((trouble) => trouble.method === method && trouble.match.test(path));
    const [trouble] = at < 0 ? [] : troubles.splice(at, 1);
    if (typeof trouble?.answer === 'number')
      return send([trouble.answer, refusal(trouble.message ?? 'no'), trouble.headers ?? {}]);
    const name = made.tokens.get(token);
    if (name === undefined) return send([401, refusal('401 Unauthorized')]);
    const reply = answer(name, method, url, body);
    if (trouble?.answer === 'dropped') return void request.socket.destroy();
    return send(reply);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  test.teardown(() => closed(server));
  made.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${api}`;
  return made;
}

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.closeAllConnections();
    server.close(() => done());
  });

async function bodyOf(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Body);
}
