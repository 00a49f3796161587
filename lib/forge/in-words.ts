import { counted } from '../count.ts';
import { RealmError } from '../errors.ts';
import type { Tried } from './connection.ts';

/** Longest wait for a rate limit, in seconds: beyond it the message says when to come back. */
export const PATIENCE = 120;

/** What guards throw without knowing what was tried. */
const UNTRUSTED = ['forge-origin', 'forge-moved', 'forge-reply'];

interface RequestError {
  name?: string;
  status?: number;
  message?: string;
  cause?: unknown;
  /** GraphQL's own. */
  errors?: { message?: string; type?: string }[];
  response?: {
    headers?: Record<string, string | undefined>;
    /** Whatever the server says: nothing is sure of its form. */
    data?: unknown;
  };
}

interface TriedWith extends Tried {
  /** The command by which a person gets a new token. */
  login: string;
}

/** What to do about each status; a token is in no message, not even one that the server sends back. */
export function inWords(error: unknown, { host, repo, what, token, login }: TriedWith): unknown {
  const { name, status, message = '', response, errors, cause } = error as RequestError;
  const tried = `cannot ${what} of ${repo} on ${host}`;
  const clean = (text: string) =>
    [token]
      .flat()
      .reduce((said, secret) => said.replaceAll(secret, '…'), text)
      .slice(0, 500);
  const known = cause instanceof RealmError ? cause : error;
  if (known instanceof RealmError) {
    if (!UNTRUSTED.includes(known.code)) return known;
    return new RealmError(known.code, `${tried}: ${clean(known.message)}`, { hint: known.hint ?? [] });
  }
  if (name === 'GraphqlResponseError')
    return new RealmError('merge-refused', `${tried}: ${clean(errors?.[0]?.message ?? message)}`, {
      hint: 'git realm pr status',
    });
  if (status === undefined) return error;
  if (response === undefined)
    return new RealmError('forge-unreachable', `${tried}: it cannot be reached: ${clean(message)}`, {
      hint: 'check the network, then run it again',
    });
  const said = clean(wordsOf(response.data, message));
  const [code, words, hint] = meaningOf(status, said, response.headers, login, repo);
  return new RealmError(code, `${tried}: ${words}: ${said}`, { hint, data: { status, said } });
}

/** A server's own words about what it refuses, as far as they have the form of GitHub's. */
function wordsOf(data: unknown, otherwise: string): string {
  if (typeof data !== 'object' || data === null) return otherwise;
  const { message = otherwise, errors } = data as { message?: unknown; errors?: unknown };
  const details = (Array.isArray(errors) ? errors : []).map((detail) => detail?.message ?? detail);
  return [message, ...details].filter((detail) => typeof detail === 'string').join(': ');
}

function meaningOf(
  status: number,
  said: string,
  headers: Record<string, string | undefined> | undefined,
  login: string,
  repo: string,
): [code: string, words: string, hint: string] {
  if (status === 429 || /rate limit/i.test(said))
    return ['rate-limited', 'the rate limit is reached', whenAgain(headers)];
  switch (status) {
    case 401:
      return ['forge-login', 'the token is no longer valid', login];
    case 403:
      return ['forge-forbidden', 'permission denied', `ask for write access to ${repo}`];
    case 404:
      return ['forge-missing', 'not found, or no access', `check the token's access to ${repo}`];
    case 405:
      return ['merge-refused', 'the rules of its branch do not allow it', 'git realm pr status'];
    case 409:
      return ['head-moved', 'it has changed in the meantime, or conflicts', 'git realm pr status'];
    case 423:
      return ['forge-forbidden', 'it is archived or locked', `ask the owner of ${repo}`];
    case 422:
      return /draft pull requests are not supported/i.test(said)
        ? ['forge-invalid', 'it does not support drafts', 'run it again without --draft']
        : ['forge-invalid', 'it was rejected', 'git realm pr status'];
    default:
      return ['forge-failed', `status ${status}`, 'try again later'];
  }
}

function whenAgain(headers: Record<string, string | undefined> = {}): string {
  const after = Number(headers['retry-after']);
  const reset = Number(headers['x-ratelimit-reset']);
  if (Number.isFinite(after)) return `try again in ${counted(after, 'second')}`;
  return Number.isFinite(reset) ? `try again at ${new Date(reset * 1000).toISOString()}` : 'try again later';
}
