import type { GitObject } from './objects.ts';

export interface Commit {
  oid: string;
  tree: string;
  parents: string[];
  author: string;
  committer: string;
  message: string;
}

/** A raw commit object. Headers may go on over lines that begin with a space (gpgsig): those are skipped. */
export function parseCommit(object: GitObject): Commit {
  const text = object.bytes.toString('utf8');
  const end = text.indexOf('\n\n');
  const commit: Commit = {
    oid: object.oid,
    tree: '',
    parents: [],
    author: '',
    committer: '',
    message: text.slice(end + 2),
  };
  for (const line of text.slice(0, end).split('\n')) {
    const [, key, value = ''] = /^([a-z]+) (.*)$/.exec(line) ?? [];
    if (key === 'tree') commit.tree = value;
    else if (key === 'parent') commit.parents.push(value);
    else if (key === 'author') commit.author = value;
    else if (key === 'committer') commit.committer = value;
  }
  return commit;
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
