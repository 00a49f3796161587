import type { GitObject } from './cat-file.ts';

export interface Commit {
  oid: string;
  tree: string;
  parents: string[];
  author: string;
  committer: string;
  message: string;
  /** Its armoured signature (`gpgsig`), unverified. */
  signature: string | null;
}

/**
 * A raw commit object as git reads it: tree, parents, author and committer in this order, each once; whatever else comes, or
 * comes later, counts for nothing. Headers may go on over lines that begin with a space (gpgsig).
 */
export function parseCommit(object: GitObject): Commit {
  const text = object.bytes.toString('utf8');
  const end = text.indexOf('\n\n');
  const head = (end < 0 ? text : text.slice(0, end)).replaceAll('\n ', '\0').split('\n');
  const headers = head.map((line) => {
    const space = line.indexOf(' ');
    return { key: line.slice(0, space), value: line.slice(space + 1).replaceAll('\0', '\n') };
  });
  const parents = headers.slice(1).findIndex(({ key }) => key !== 'parent');
  const author = parents < 0 ? headers.length : parents + 1;
  const places = new Map([
    [0, 'tree'],
    [author, 'author'],
    [author + 1, 'committer'],
  ]);
  const taken = headers.filter(({ key }, at) => key === (places.get(at) ?? (at < author ? 'parent' : '')));
  const first = (key: string) => taken.find((trailer) => trailer.key === key)?.value;
  return {
    oid: object.oid,
    tree: first('tree') ?? '',
    parents: taken.filter(({ key }) => key === 'parent').map(({ value }) => value),
    author: first('author') ?? '',
    committer: first('committer') ?? '',
    message: end < 0 ? '' : text.slice(end + 2),
    signature: headers.find(({ key }) => /^gpgsig(-sha256)?$/.test(key))?.value ?? null,
  };
}

/** Who a line of a commit names, and when that was; what it does not say is `''` and 0. */
export interface CommitPerson {
  name: string;
  email: string;
  /** Since the epoch. */
  seconds: number;
}

/** Read an author or committer line: `<name> SP <address> SP <seconds> SP <zone>`. */
export function personIn(line: string): CommitPerson {
  const [, name = '', email = ''] = /^(.*?) ?<([^>]*)>/.exec(line) ?? [];
  return { name, email, seconds: Number(/> (\d+) /.exec(line)?.[1] ?? 0) };
}

/** When a commit was made, in seconds since the epoch; 0 where it does not say, or there is none. */
export const committedAt = (commit: Pick<Commit, 'committer'> | null): number =>
  commit === null ? 0 : personIn(commit.committer).seconds;

/** Seconds as a date; one beyond what JavaScript can say (a commit may say anything) is the epoch. */
export function dateOfSeconds(seconds: number): Date {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}

/** The value of the last trailer of that name in the message's last paragraph (git-interpret-trailers(1)). */
export function trailer(message: string, name: string): string | undefined {
  const last = message.trimEnd().split(/\n\n+/).at(-1) ?? '';
  const prefix = `${name}: `;
  return last
    .split('\n')
    .findLast((line) => line.startsWith(prefix))
    ?.slice(prefix.length);
}
