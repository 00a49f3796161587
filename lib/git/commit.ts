import type { GitObject } from './objects.ts';

export interface Commit {
  oid: string;
  tree: string;
  parents: string[];
  author: string;
  committer: string;
  message: string;
  /** Its armoured signature (`gpgsig`), unverified. */
  signature: string | null;
  /** What no commit of git's has, in words: readers of it would not agree on what it says. */
  strange: string | null;
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
  const first = (key: string) => taken.find((one) => one.key === key)?.value;
  return {
    oid: object.oid,
    tree: first('tree') ?? '',
    parents: taken.filter(({ key }) => key === 'parent').map(({ value }) => value),
    author: first('author') ?? '',
    committer: first('committer') ?? '',
    message: end < 0 ? '' : text.slice(end + 2),
    signature: headers.find(({ key }) => /^gpgsig(-sha256)?$/.test(key))?.value ?? null,
    strange: object.bytes.includes(0)
      ? 'it has a NUL byte'
      : oddHeader(
          headers.slice(Math.min(author + 2, headers.length)).map(({ key }) => key),
          object.oid.length === 64 ? 'gpgsig-sha256' : 'gpgsig',
        ),
  };
}

/**
 * What may follow the committer is one signature, under the name that this repository's git gives it. git leaves out every
 * other signature header when it checks one, and other readers decode the message by `encoding`: with either, a signed commit
 * would have a twin that says something else.
 */
function oddHeader(after: readonly string[], signature: string): string | null {
  const odd = after.find((key, at) => key !== signature || at > 0);
  if (odd === undefined) return null;
  return ONCE.includes(odd) || odd === signature
    ? `it has a second '${odd}' line`
    : `it has a header '${odd.slice(0, 40)}', which no commit of a realm has`;
}

const ONCE: readonly string[] = ['tree', 'parent', 'author', 'committer'];

/** The value of the last trailer of that name in the message's last paragraph (git-interpret-trailers(1)). */
export function trailer(message: string, name: string): string | undefined {
  const last = message.trimEnd().split(/\n\n+/).at(-1) ?? '';
  const prefix = `${name}: `;
  return last
    .split('\n')
    .findLast((line) => line.startsWith(prefix))
    ?.slice(prefix.length);
}
