import { RealmError } from '../../errors.ts';
import type { Identity } from '../../git/fast-import.ts';
import { resolveRevision } from '../../git/refs.ts';
import { lastShown, rememberShown } from '../../store/shown.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import type { Proposal } from '../share/proposals.ts';
import { changedSince, diff } from './proposal-diff.ts';

/**
 * An approval is for the content that was shown. Where the proposal is another one by now, what changed is shown and, at a terminal, asked
 * for again; so is one that was never shown here. Throws `proposal-moved`, and `not-confirmed` where the answer is no.
 */
export async function mustBeAsShown(
  context: Context,
  store: Store,
  who: Identity,
  proposal: Proposal,
  named: string | undefined,
): Promise<void> {
  const { id, commit } = proposal;
  if (named !== undefined && commit.startsWith(named.toLowerCase())) return;
  const seen = named ?? (await lastShown(store, who.email, id));
  if (seen === commit) return;
  const short = commit.slice(0, 12);
  if (seen === undefined) {
    context.note(`proposal ${id} at ${short}: ${proposal.subject}, by ${proposal.author}`);
    for (const { path, from, to } of proposal.files) context.note(`  ${letter(from, to)} ${path}`);
    if (await context.ask(`approve proposal ${id}?`, true)) return;
    throw new RealmError('not-confirmed', `proposal ${id} is not approved`, { exitCode: 1 });
  }
  await showDifference(context, store, seen, proposal);
  await rememberShown(store, who.email, [proposal]);
  if (await context.ask(`approve the current proposal ${id}?`, false)) return;
  throw new RealmError(
    'proposal-moved',
    named === undefined
      ? `proposal ${id} has changed since it was shown to you, from ${seen.slice(0, 12)} to ${short}`
      : `proposal ${id} is at ${short}, not ${named}`,
    { exitCode: 1, hint: `git realm approve ${id} --oid ${short}`, data: { id, was: seen, is: commit } },
  );
}

const letter = (from: string | null, to: string | null): string =>
  from === null ? 'A' : to === null ? 'D' : 'M';

const words = { new: 'now changes', gone: 'no longer changes', other: 'changes differently' } as const;

async function showDifference(
  context: Context,
  store: Store,
  seen: string,
  proposal: Proposal,
): Promise<void> {
  const was = await resolveRevision(store.repo, `${seen}^{commit}`);
  if (was === null) {
    context.note(
      `the commit shown before (${seen.slice(0, 12)}) is not available: git realm proposals show ${proposal.id}`,
    );
    return;
  }
  const changed = await changedSince(store, was, proposal.commit);
  if (changed.length === 0) context.note('the file changes are the same; only the message differs');
  for (const { path, how } of changed) context.note(`it ${words[how]} ${path}`);
  const paths = changed.map(({ path }) => path);
  for (const line of await diff(store, was, proposal.commit, paths)) context.note(`  ${line}`);
}
