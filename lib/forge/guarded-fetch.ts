import { RealmError } from '../errors.ts';

/** Bytes of one reply; the longest page of a forge is a third of it. */
const MAX_REPLY = 16 * 1024 * 1024;
const MAX_REDIRECTS = 5;

/**
 * A `fetch` for requests that carry a token. It asks no origin but that of `api`, whatever a `Link` header, a redirect or a
 * caller says; it follows redirects of reading only, for a write that is sent on reaches a repository that nobody chose; and
 * it gives back JSON, bounded. Anything else ends in a `RealmError` (`forge-origin`, `forge-moved`, `forge-reply`), as the
 * cause of an `AbortError`, which Octokit passes on without trying again. `mayBeEmpty`: a success may say nothing.
 */
export function guardedFetch(api: string, mayBeEmpty = false): typeof fetch {
  const { origin } = new URL(api);
  return async (input, init = {}) => {
    const method = init.method ?? 'GET';
    let url = ownUrl(String(input), origin);
    for (let hop = 0; ; hop += 1) {
      const reply = await fetch(url, { ...init, redirect: 'manual' });
      const location = reply.headers.get('location');
      if (reply.status < 300 || reply.status > 399 || reply.status === 304) return json(reply, mayBeEmpty);
      await reply.body?.cancel();
      if (location === null || hop === MAX_REDIRECTS)
        throw stopped('forge-reply', 'it redirects without a location', 'try again later');
      const next = ownUrl(location, origin, url);
      if (method !== 'GET' && method !== 'HEAD')
        throw stopped(
          'forge-moved',
          'the repository has moved, so nothing was written',
          'update the URL: git remote set-url <remote> <url>',
        );
      url = next;
    }
  };
}

/** The URL, relative to where it was said. Throws where another origin, scheme or login is meant. */
function ownUrl(said: string, origin: string, base?: URL): URL {
  let url: URL | null = null;
  try {
    url = new URL(said, base);
  } catch {
    // Refused below.
  }
  if (url !== null && url.origin === origin && url.username === '' && url.password === '') return url;
  const where = url === null ? 'an invalid URL' : url.origin;
  throw stopped(
    'forge-origin',
    `it redirects to ${where}, which was not followed: the token is for ${origin} only`,
    'check realm.githubHost and your proxy',
  );
}

/** The reply, read whole, if it holds JSON; an error that does not is one in words. */
async function json(reply: Response, mayBeEmpty: boolean): Promise<Response> {
  const { status, headers } = reply;
  const bytes = await bounded(reply);
  const isBare = [204, 205, 304].includes(status) || (mayBeEmpty && reply.ok);
  if (bytes.length === 0 && isBare) return again(reply, null);
  const type = headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? 'no type';
  if (/^application\/(?:[\w.-]+\+)?json$/.test(type) && holdsJson(bytes)) return again(reply, bytes);
  if (status >= 400) return again(reply, JSON.stringify({ message: `status ${status}, without a reason` }));
  const what = type.endsWith('json')
    ? 'truncated JSON'
    : `${bytes.length === 0 ? 'nothing' : type} instead of JSON`;
  throw stopped('forge-reply', `it answered with ${what}`, 'a proxy may require a login: check the network');
}

/** The same reply with a body that was read; what was said of the bytes on the wire is true of these no more. */
function again({ status, headers, url }: Response, body: Buffer | string | null): Response {
  const wire = ['content-encoding', 'content-length', 'transfer-encoding'];
  const kept = Object.fromEntries([...headers].filter(([name]) => !wire.includes(name)));
  const made = new Response(body, { status, headers: { ...kept, 'content-type': 'application/json' } });
  return Object.defineProperty(made, 'url', { value: url });
}

function holdsJson(bytes: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

async function bounded(reply: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of reply.body ?? []) {
    length += chunk.length;
    if (length > MAX_REPLY)
      throw stopped('forge-reply', `its answer is larger than ${MAX_REPLY >> 20} MiB`, 'try again later');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function stopped(code: string, message: string, hint: string): Error {
  const error = new Error(message, { cause: new RealmError(code, message, { hint }) });
  return Object.assign(error, { name: 'AbortError', request: {} });
}
