import { RealmError } from '../errors.ts';
import { shortBranch } from './branches.ts';
import type { ObjectFormat } from './repository.ts';
import { type GitPlace, lastWords } from './run.ts';

/** What a remote has now, of what it was asked for. */
export interface RemoteRefs {
  kind: 'listed';
  /** Oids by full names; `HEAD` is one. */
  refs: ReadonlyMap<string, string>;
  /** The branch that its HEAD names; `null` where it was not asked for HEAD, or does not say one. */
  head: string | null;
}

/** It did not answer, for the reason that git gives. */
export interface NotReached {
  kind: 'not-reached';
  stderr: string;
}

/**
 * Ask a remote, by its name or by a URL that `mayReach` allows, for these refs (full names, or HEAD); none: for all of them.
 * Nothing is fetched. A name also finds refs that end in it: look the full one up in the answer.
 */
export async function listRemote(
  place: GitPlace,
  remote: string,
  names: readonly string[],
): Promise<RemoteRefs | NotReached> {
  const args = ['ls-remote', '--symref', '--', remote, ...names];
  const { code, stdout, stderr } = await place.git(args, { ok: [0, 1, 2, 128] });
  if (code !== 0) return { kind: 'not-reached', stderr };
  const refs = new Map<string, string>();
  let head: string | null = null;
  // `<oid> TAB <name>`, and before the one of a symbolic ref `ref: <name> TAB HEAD` (git-ls-remote(1)).
  for (const line of stdout.toString('utf8').split('\n')) {
    const [said = '', name = ''] = line.split('\t');
    if (/^[0-9a-f]{40,64}$/.test(said)) refs.set(name, said);
    else if (name === 'HEAD' && said.startsWith('ref: refs/heads/'))
      head = shortBranch(said.slice('ref: '.length));
  }
  return { kind: 'listed', refs, head };
}

/** The commit that a remote's branch is at; `null`: it has no such branch. Throws `git-failed` where it is not reached. */
export async function remoteBranch(place: GitPlace, remote: string, branch: string): Promise<string | null> {
  const ref = `refs/heads/${branch}`;
  const listed = await listRemote(place, remote, [ref]);
  if (listed.kind === 'listed') return listed.refs.get(ref) ?? null;
  throw new RealmError('git-failed', `git ls-remote: ${lastWords(listed.stderr)}`, {
    data: { stderr: listed.stderr.slice(0, 4000) },
  });
}

/** What a remote's objects are named by: its oids are as long as its hashes. One without any ref takes SHA-1 here. */
export const formatOf = ({ refs }: RemoteRefs): ObjectFormat =>
  [...refs.values()].some((oid) => oid.length === 64) ? 'sha256' : 'sha1';
