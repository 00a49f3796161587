import { type CommitRange, walk } from './commit-range.ts';
import type { GitPlace } from './run.ts';

/** What can be asked of a commit (git-log(1), PRETTY FORMATS). `time`: its author's, in seconds since the epoch. */
const FIELDS = { oid: '%H', tree: '%T', author: '%an', time: '%at', subject: '%s', message: '%B' } as const;
type Field = keyof typeof FIELDS;

/** A setting of the user's (`log.showSignature`) puts what gpg says among the fields. */
const NO_SIGNATURES = '--no-show-signature';

/**
 * These fields of many commits in one process. `containing`: only commits with this text in a line of their message.
 * Throws `git-failed` where a revision is not here.
 */
export async function readLog<F extends Field>(
  place: GitPlace,
  fields: readonly F[],
  range: CommitRange & { containing?: string },
): Promise<Record<F, string>[]> {
  const format = `--format=${fields.map((field) => FIELDS[field]).join('%x00')}`;
  const only = range.containing === undefined ? [] : ['--fixed-strings', `--grep=${range.containing}`];
  const { stdout } = await place.git(walk('log', ['-z', NO_SIGNATURES, format, ...only], range));
  // Each field ends with a NUL, and none holds one: git ends a message there.
  const said = stdout.toString('utf8').split('\0');
  const found: Record<F, string>[] = [];
  for (let at = 0; at + fields.length < said.length; at += fields.length) {
    const values = fields.map((field, n) => [field, said[at + n] ?? '']);
    found.push(Object.fromEntries(values) as Record<F, string>);
  }
  return found;
}

/** These commits, each with what its trailers of that name say. Throws `git-failed` where a revision is not here. */
export async function readTrailers(
  place: GitPlace,
  name: string,
  range: CommitRange,
): Promise<{ oid: string; values: string[] }[]> {
  const format = `--format=%H %(trailers:key=${name},valueonly,separator=%x20)`;
  const { stdout } = await place.git(walk('log', [NO_SIGNATURES, format], range));
  return stdout
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [oid = '', ...values] = line.split(' ').filter(Boolean);
      return { oid, values };
    });
}
