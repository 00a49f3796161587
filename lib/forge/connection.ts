import { RealmError } from '../errors.ts';

/** Milliseconds between two writes to one forge, as GitHub's rules for integrators ask. */
export const PACE = 1000;

export interface ConnectOptions {
  host: string;
  /** Where the REST interface is. */
  api: string;
  token(): Promise<string>;
  version: string;
  /** Default `PACE`. */
  pace?: number | undefined;
  /** A word while it waits. */
  note?: ((line: string) => void) | undefined;
  /** Milliseconds that a second of `Retry-After` lasts: for tests. */
  second?: number | undefined;
}

/** One login at one forge, for all the repositories there that a command works on. */
export interface Connection<Client> {
  host: string;
  pace: number;
  /** Ask; what the forge refuses is said in words. `what` is what was tried, in which repo. */
  read<T>(what: string, repo: string, work: (client: Client) => Promise<T>): Promise<T>;
  /** Change something: one write at a time, `pace` apart. */
  write<T>(what: string, repo: string, work: (client: Client) => Promise<T>): Promise<T>;
}

/** A client, and the queue that its writes go through. */
export interface Made<Client> {
  client: Client;
  /** It, and the forms in which it is sent. */
  token: string | readonly string[];
  writes: { schedule<T>(work: () => Promise<T>): Promise<T> };
}

/** What was tried, for messages; the token so that it is in none of them. */
export interface Tried {
  host: string;
  repo: string;
  what: string;
  token: string | readonly string[];
}

/** A client is made at the first request. A token that is refused is not tried again for the next repository. */
export function connectionOf<Client>(
  options: Pick<ConnectOptions, 'host' | 'pace'>,
  make: () => Promise<Made<Client>>,
  inWords: (error: unknown, tried: Tried) => unknown,
): Connection<Client> {
  let made: Promise<Made<Client>> | undefined;
  let expired: RealmError | undefined;
  const tried =
    (isWrite: boolean): Connection<Client>['read'] =>
    async (what, repo, work) => {
      made ??= make();
      const { client, token, writes } = await made;
      const once = () => {
        if (expired !== undefined) throw expired;
        return work(client);
      };
      try {
        return await (isWrite ? writes.schedule(once) : once());
      } catch (error) {
        const said = inWords(error, { host: options.host, repo, what, token });
        if (said instanceof RealmError && said.code === 'forge-login') expired = said;
        throw said;
      }
    };
  return { host: options.host, pace: options.pace ?? PACE, read: tried(false), write: tried(true) };
}
