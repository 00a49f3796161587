import { RealmError } from '../errors.ts';
import type { ConnectOptions } from './connection.ts';
import { guardedFetch } from './guarded-fetch.ts';
import { inWords, PATIENCE } from './in-words.ts';

/** Questions that are asked again after a failure, and anything that the server asks to come back with. */
const TRIES = 4;

interface Manners {
  /** Some forges answer a write that they did with nothing at all. */
  mayBeEmpty?: boolean;
  /** What a status means, where a forge uses it in its own way. */
  meant?: (status: number, method: string, path: string) => number;
}

/**
 * A `fetch` for the clients of forges that bring no patience of their own: through the guard, `Retry-After` waited for. A
 * question is asked again where the server fails; a write only where it says that it did nothing (429). A reply that is an error
 * is thrown in the form that `inWords` reads.
 */
export function patientFetch(
  { api, version, host, note, second = 1000 }: ConnectOptions,
  { mayBeEmpty = false, meant = (status) => status }: Manners = {},
): (url: string, init?: RequestInit) => Promise<Response> {
  const guarded = guardedFetch(api, mayBeEmpty);
  return async (url, init = {}) => {
    const { method = 'GET' } = init;
    const headers = new Headers(init.headers);
    headers.set('accept', 'application/json');
    headers.set('user-agent', `git-realm/${version}`);
    for (let tries = 1; ; tries += 1) {
      const again = tries < TRIES && method === 'GET';
      const reply = await guarded(url, { ...init, headers }).catch((error: Error) => {
        if (error.cause instanceof RealmError) throw error;
        return lost(error);
      });
      if (reply instanceof Error) {
        if (!again) throw reply;
        note?.(`${host} failed: retrying`);
        await pause(tries * tries * second);
        continue;
      }
      if (reply.ok) return reply;
      const { status } = reply;
      const said = Object.fromEntries(reply.headers);
      const after = Number(said['retry-after'] ?? Number.NaN);
      if (status === 429 && tries < TRIES && after <= PATIENCE) {
        note?.(`${host} asks to wait ${after} s`);
        await pause(after * second);
      } else if (status >= 500 && again) {
        note?.(`${host} failed: retrying`);
        await pause(tries * tries * second);
      } else throw refused(meant(status, method, new URL(url).pathname), said, await reply.json());
    }
  };
}

/** `inWords` for a host that the user's own configuration names: what to check where a reply is not one of its API. */
export function inWordsOf(error: unknown, tried: Parameters<typeof inWords>[1]): unknown {
  const said = inWords(error, tried);
  const isReply = said instanceof RealmError && ['forge-origin', 'forge-reply'].includes(said.code);
  if (!isReply) return said;
  const hint = `check your proxy, and that realm.${tried.host}.forgeApi is the base URL of the API`;
  return new RealmError(said.code, said.message, { hint });
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((done) => setTimeout(done, milliseconds));

/** The connection broke: whether the server heard it is not known. */
const lost = ({ name, message }: Error): Error =>
  Object.assign(new Error(name === 'TimeoutError' ? 'it does not answer' : message), { status: 500 });

function refused(status: number, headers: Record<string, string>, data: unknown): Error {
  const { message, error, errors } = data as { message?: unknown; error?: unknown; errors?: unknown };
  const words = [...wordsIn(message ?? error), ...wordsIn(errors)].join(': ') || `status ${status}`;
  return Object.assign(new Error(words), { status, response: { headers, data: { message: words } } });
}

/** Forges say what is wrong as text, as a list, or as lists by field. */
function wordsIn(said: unknown, depth = 0): string[] {
  if (typeof said === 'string') return [said];
  if (typeof said !== 'object' || said === null || depth > 2) return [];
  return Object.values(said).flatMap((inner) => wordsIn(inner, depth + 1));
}
