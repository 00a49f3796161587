import { committedAt } from '../../../git/commit.ts';
import { CLOCK_TOLERANCE } from '../../../governance/records.ts';
import { paths } from '../../../realm/kinds.ts';
import type { RealmModel } from '../../../realm/model.ts';
import { samePerson } from '../../../realm/people.ts';
import { readSnapshot } from '../../../store/snapshot.ts';
import { checkSignature } from '../../../store/trust.ts';
import { emailIn, mainBefore, operationIn, type Push, type PushedCommit, trustIn } from './push.ts';

/** Who made the commit, as its signature or the transport proves; author, committer and operation must say the same. */
export async function provenActor(
  push: Push,
  commit: PushedCommit,
  rulesAt: string | null,
): Promise<{ email: string } | { why: string }> {
  const { store } = push;
  const rules = rulesAt === null ? push.rules : (await readSnapshot(store, rulesAt, { keep: false })).model;
  const required = rules?.realm?.trust?.require_signed_commits === true;
  if (commit.strange !== null) return { why: commit.strange };
  const author = emailIn(commit.author);
  const committer = emailIn(commit.committer);
  if (commit.signature !== null && --push.signatures.left < 0)
    return { why: 'too many signed commits in one push: push them in parts' };
  const trust = await trustIn(push, rulesAt ?? mainBefore(push));
  const signature = await checkSignature(trust, {
    repo: store.repo,
    commit,
    email: committer,
    now: push.keysAt,
  });
  if (required && signature.kind === 'none')
    return { why: 'it is not signed, but this realm requires signatures' };
  if (required && signature.kind === 'bad') return { why: signature.why };
  const transport = transportUser(push, rules);
  const email = signature.kind === 'good' ? committer : transport.email;
  if (email === undefined) return { why: transport.why };
  if (!samePerson(author, email))
    return { why: `its author is '${author}', but it was pushed by '${email}'` };
  if (!samePerson(committer, email))
    return { why: `its committer is '${committer}', but it was pushed by '${email}'` };
  const by = operationIn(commit)?.by;
  if (by !== undefined && !samePerson(String(by), email))
    return { why: `the author of its operation is '${String(by)}', but it was pushed by '${email}'` };
  if (committedAt(commit) * 1000 > push.now.getTime() + CLOCK_TOLERANCE)
    return { why: 'its date is in the future: check the clock' };
  return { email };
}

/** The e-mail address of the transport's user: by `trust/users.yaml`, else a user name that is an address. */
export function transportUser(
  { user }: Push,
  rules: RealmModel | null,
): { email: string | undefined; why: string } {
  if (user === undefined || user === '')
    return {
      email: undefined,
      why: 'cannot identify who pushed it: no trusted signature, and the transport gives no user name',
    };
  const users = rules?.file('users', paths.users)?.users ?? {};
  const mapped = Object.hasOwn(users, user) ? users[user] : undefined;
  const email = mapped ?? (/^[^\s@]+@[^\s@]+$/.test(user) ? user : undefined);
  return { email, why: `user '${user}' has no address in '${paths.users}'` };
}
