import type { Effect, JournalRecord } from '../../../change/types.ts';
import { RealmError } from '../../../errors.ts';
import { unsetUpstream } from '../../../git/branches.ts';
import { fetchRefs } from '../../../git/fetch.ts';
import { mergeNotes } from '../../../git/notes.ts';
import { mustPush, push } from '../../../git/push.ts';
import { resolveRef, swapRef } from '../../../git/refs.ts';
import { refusalOf } from '../../../git/refusal.ts';
import { listRemote } from '../../../git/remote.ts';
import { lastWords } from '../../../git/run.ts';
import { refSafe } from '../../../names.ts';
import { NOTES } from '../../../store/aside.ts';
import type { Checkout } from '../checkouts.ts';
import type { Handler } from '../performer.ts';

type Push = Extract<Effect, { kind: 'push' }>;

/** Where we remember what we pushed: the only oid that a rewritten branch may replace on the remote. */
export const pushedRef = (branch: string): string => `refs/realm/pushed/${refSafe(branch)}`;

/** Push the branch with its notes. After a kill the remote is read first: the push may have landed. */
export const pushStep: Handler<Push> = {
  apply: async ({ context, resumed, record }, checkout, effect) => {
    const landed = resumed && (await remoteOid(checkout, effect.branch)) === effect.oid;
    if (!landed) {
      if (resumed) await mustBeHere(checkout, effect, record);
      const notes = await pushBranch(checkout, effect);
      if (notes !== null) await pushNotes(context.note, checkout, notes);
    } else {
      await setUpstream(checkout, effect);
      if ((await resolveRef(checkout.repo, NOTES)) !== null) await pushNotes(context.note, checkout, '');
    }
    const ref = pushedRef(effect.branch);
    await swapRef(checkout, ref, await resolveRef(checkout.repo, ref), effect.oid);
    const notes = await resolveRef(checkout.repo, NOTES);
    return { oid: effect.oid, before: effect.remoteBefore, notes };
  },
  revert: async (_context, checkout, effect, step) => {
    const now = await remoteRefs(checkout, effect.branch);
    const branch = `refs/heads/${effect.branch}`;
    const back: [ref: string, now: string, before: string | null][] = [];
    if (now.remote === effect.oid && effect.remoteBefore !== effect.oid)
      back.push([branch, effect.oid, effect.remoteBefore]);
    else if (now.remote !== effect.remoteBefore) {
      throw new RealmError('branch-moved', `'${effect.branch}' changed on the remote of ${checkout.name}`, {
        hint: 'it has new commits, so it was not changed',
      });
    }
    // Notes that others added to meanwhile stay.
    const ours = step.result?.notes ?? effect.notes ?? (await resolveRef(checkout.repo, NOTES));
    if (now.notes !== null && now.notes !== effect.notesBefore && now.notes === ours)
      back.push([NOTES, now.notes, effect.notesBefore]);
    await fetchMissing(checkout, back);
    if (now.isDefault && effect.remoteBefore === null && now.remote !== null) {
      throw new RealmError(
        'is-default',
        `'${effect.branch}' is now the default branch of the remote of ${checkout.name} and cannot be deleted`,
        { hint: "change the default branch there, then 'git realm undo --branch', or keep the branch" },
      );
    }
    if (back.length > 0) {
      await mustPush(checkout, {
        remote: checkout.remote ?? '',
        refspecs: back.map(([ref, , before]) => `${before ?? ''}:${ref}`),
        leases: back.map(([ref, oid]) => [ref, oid] as const),
        quiet: true,
      });
    }
    if (effect.remoteBefore === null) await unsetUpstream(checkout, effect.branch);
    const ref = pushedRef(effect.branch);
    await swapRef(checkout, ref, await resolveRef(checkout.repo, ref), effect.remoteBefore);
  },
};

/** What is to be pushed may be on another machine only, or not be the branch's tip any more. */
async function mustBeHere(checkout: Checkout, { branch, oid }: Push, record: JournalRecord): Promise<void> {
  const local = await resolveRef(checkout.repo, `refs/heads/${branch}`);
  if (local === oid) return;
  const missing = (await checkout.objects.info(oid)) === null;
  throw new RealmError(
    'not-here',
    missing
      ? `${oid.slice(0, 12)} of '${branch}' was not pushed: it exists only on the machine of ${record.by}`
      : `'${branch}' in ${checkout.name} is no longer at ${oid.slice(0, 12)}, the commit to push`,
    {
      hint: missing
        ? 'they can push it: git realm push; to undo what was pushed: git realm push --abort'
        : 'to push its current commit: git realm push',
    },
  );
}

/** What the remote goes back to may never have been fetched here. */
async function fetchMissing(
  checkout: Checkout,
  back: readonly [ref: string, now: string, before: string | null][],
): Promise<void> {
  for (const [ref, , before] of back) {
    if (before === null || (await checkout.objects.info(before)) !== null) continue;
    await fetchRefs(checkout, { remote: checkout.remote ?? '', refspecs: [ref] });
    if ((await checkout.objects.info(before)) !== null) continue;
    throw new RealmError('not-here', `${before.slice(0, 12)} of ${checkout.name} is not on this machine`, {
      hint: 'ask the person who pushed it to undo it: git realm push --abort',
    });
  }
}

/** Where the branch is on the remote now. Throws `remote-unreachable`. */
export const remoteOid = async (checkout: Checkout, branch: string): Promise<string | null> =>
  (await remoteRefs(checkout, branch)).remote;

/** Where the branch and the notes are on the remote now. Throws `remote-unreachable`. */
export async function remoteRefs(
  checkout: Checkout,
  branch: string,
): Promise<{ remote: string | null; notes: string | null; isDefault: boolean }> {
  const ref = `refs/heads/${branch}`;
  const listed = await listRemote(checkout, checkout.remote ?? '', ['HEAD', ref, NOTES]);
  if (listed.kind === 'not-reached') throw unreachable(checkout, listed.stderr);
  const { refs, head } = listed;
  return { remote: refs.get(ref) ?? null, notes: refs.get(NOTES) ?? null, isDefault: head === branch };
}

const unreachable = (checkout: Checkout, stderr: string): RealmError =>
  new RealmError('remote-unreachable', `cannot reach the remote of ${checkout.name}: ${lastWords(stderr)}`, {
    hint: 'check the network and your credentials, then run it again',
  });

/** Returns why the notes were not taken, `''` where they were, `null` where there are none. */
async function pushBranch(checkout: Checkout, effect: Push): Promise<string | null> {
  const ref = `refs/heads/${effect.branch}`;
  const notes = (await resolveRef(checkout.repo, NOTES)) !== null;
  const result = await push(checkout, {
    remote: checkout.remote ?? '',
    refspecs: [`${ref}:${ref}`, ...(notes ? [`${NOTES}:${NOTES}`] : [])],
    leases: effect.lease === null ? [] : [[ref, effect.lease]],
    setUpstream: true,
    withHook: true,
  });
  const line = (name: string) =>
    result.stdout.split('\n').find((report) => report.split('\t')[1]?.endsWith(`:${name}`));
  const own = line(ref);
  if (own === undefined || own.startsWith('!')) throw refused(checkout, own, result.stderr);
  if (!notes) return null;
  const said = line(NOTES);
  return said?.startsWith('!') === true ? (said.split('\t')[2] ?? 'refused') : null;
}

/** The push landed, and a kill kept git from writing down here what follows: the tracking ref and the upstream. */
async function setUpstream(checkout: Checkout, { branch, oid }: Push): Promise<void> {
  const ref = `refs/heads/${branch}`;
  if ((await resolveRef(checkout.repo, ref)) !== oid) return;
  const { stderr } = await push(checkout, {
    remote: checkout.remote ?? '',
    refspecs: [`${ref}:${ref}`],
    leases: [[ref, oid]],
    setUpstream: true,
    quiet: true,
  });
  if (!stderr.includes('could not lock config file')) return;
  throw new RealmError(
    'git-lock',
    `the configuration of ${checkout.name} is locked by a git process that was killed`,
    {
      hint: 'if no git process is running: git realm doctor --fix, then git realm push --continue',
    },
  );
}

function refused(checkout: Checkout, line: string | undefined, stderr: string): RealmError {
  const summary = line?.split('\t')[2] ?? lastWords(stderr);
  const reason = /\((.*)\)/.exec(summary)?.[1] ?? summary;
  const remote = stderr
    .split('\n')
    .filter((text) => text.startsWith('remote:'))
    .map((text) => text.slice(7).trim())
    .filter(Boolean);
  return new RealmError(
    'push-refused',
    `the remote of ${checkout.name} refused the push: ${[reason, ...remote.slice(0, 3)].join(': ')}`,
    { hint: 'fix the cause, then: git realm push --continue', data: { stderr: stderr.slice(0, 4000) } },
  );
}

/** Notes of others are merged in, then ours go. A remote that takes no notes costs a word, not the push. */
async function pushNotes(note: (line: string) => void, checkout: Checkout, why: string): Promise<void> {
  const remote = checkout.remote ?? '';
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const theirs = `refs/realm/remote-notes/${refSafe(remote)}`;
    const fetched = await fetchRefs(checkout, { remote, refspecs: [`+${NOTES}:${theirs}`] });
    if (fetched.kind === 'fetched') await mergeNotes(checkout, NOTES, theirs, checkout.who());
    const answer = await push(checkout, { remote, refspecs: [`${NOTES}:${NOTES}`] });
    if (answer.taken) return;
    if (attempt === 4 || refusalOf(answer).kind !== 'outrun') {
      note(`${checkout.name}: the notes were not pushed: ${lastWords(answer.stderr) || why}`);
      return;
    }
  }
}
