import type { Plan, Step } from '../../change/types.ts';
import { RealmError } from '../../errors.ts';
import { isAncestor } from '../../git/ancestry.ts';
import { push } from '../../git/push.ts';
import { resolveRef } from '../../git/refs.ts';
import { lastWords } from '../../git/run.ts';
import type { JsonObject } from '../../json.ts';
import type { TrackedChange } from '../../realm/change-sets.ts';
import { NOTES } from '../../store/aside.ts';
import type { Context } from '../open/context.ts';
import type { Checkout } from './checkouts.ts';
import { inChange } from './current.ts';
import { type ChangeRun, drive, unfinished } from './drive.ts';
import { perHost } from './per-host.ts';
import { mustBeClear, mustNotBeForks, type Obstacle } from './preconditions.ts';
import { type OwnCommits, ownCommits, relink } from './relink.ts';
import { pushedRef, remoteRefs } from './steps/push.ts';

export interface PushOptions {
  branch?: string | undefined;
  repos: readonly string[];
  dryRun: boolean;
  jobs?: number | undefined;
}

export interface Pushed extends ChangeRun {
  upToDate: string[];
  empty: string[];
}

/**
 * Push the branch of the change set in every repo, with the notes that link its commits. Access and history are looked at
 * in all of them first; one that fails then stops no other.
 */
export function pushChange(context: Context, options: PushOptions): Promise<Pushed> {
  return inChange(context, options, async (workspace, change, checkouts) => {
    const branch = change.file.name;
    mustNotBeForks(checkouts);
    const all = await perHost(
      [...checkouts.values()],
      (checkout) => unpushedIn(checkout, branch),
      options.jobs,
    );
    mustBeClear(all.flatMap(({ obstacle }) => obstacle ?? []));
    const withWork = all.filter(({ own, remote }) => own.count > 0 || remote !== null);
    if (withWork.length === 0) throw nothingToPush(change);
    const found = new Map(all.map(({ checkout, own }) => [checkout.name, own]));
    if (!options.dryRun) await relink(context, workspace, change, checkouts, found);
    // A push that was cut short may have left its notes behind.
    const cut = (await unfinished(workspace, branch, 'push')).length > 0;
    const behind = withWork.filter(({ oid, remote }) => oid !== remote || cut);
    const steps = await Promise.all(behind.map((unpushed) => pushStepOf(unpushed, branch)));
    const args: JsonObject = { repos: [...options.repos] };
    const plan: Plan = { verb: 'push', branch, args, steps };
    const run = await drive(context, workspace, checkouts, plan, options);
    const named = (list: readonly Unpushed[]) => list.map(({ checkout }) => checkout.name);
    return {
      ...run,
      upToDate: named(withWork.filter((unpushed) => !behind.includes(unpushed))),
      empty: named(all.filter((unpushed) => !withWork.includes(unpushed))),
    };
  });
}

async function pushStepOf({ checkout, oid, remote, notes, lease }: Unpushed, branch: string): Promise<Step> {
  const ours = await resolveRef(checkout.repo, NOTES);
  return {
    id: `push:${checkout.name}`,
    repo: checkout.name,
    effect: { kind: 'push', branch, oid, remoteBefore: remote, notesBefore: notes, notes: ours, lease },
    after: [],
    words: `push ${checkout.name}: ${branch} → ${checkout.remote}${lease === null ? '' : ' (rewritten)'}`,
  };
}

interface Unpushed {
  checkout: Checkout;
  oid: string;
  own: OwnCommits;
  remote: string | null;
  /** Where the notes are on the remote. */
  notes: string | null;
  lease: string | null;
  obstacle?: Obstacle;
}

/** What there is to push in one repo. The remote is read, not what was fetched of it. */
async function unpushedIn(checkout: Checkout, branch: string): Promise<Unpushed> {
  const oid = await resolveRef(checkout.repo, `refs/heads/${branch}`);
  const own: OwnCommits = { count: 0, changes: new Map() };
  const state: Unpushed = { checkout, oid: oid ?? '', own, remote: null, notes: null, lease: null };
  const stop = (code: string, message: string, hint: string): Unpushed => ({
    ...state,
    obstacle: { repo: checkout.name, code, message, hint },
  });
  if (oid === null)
    return stop('no-branch', `there is no branch '${branch}'`, `git realm worktree --branch ${branch}`);
  if (checkout.remote === null)
    return stop(
      'no-remote',
      'it has no remote to push to',
      `git -C '${checkout.main}' remote add origin <url>`,
    );
  state.own = await ownCommits(checkout, branch);
  const quick = state.own.count === 0 ? null : await tryPush(checkout, branch, oid);
  if (quick !== null) return { ...state, ...quick };
  try {
    Object.assign(state, await remoteRefs(checkout, branch));
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return stop(error.code, error.message, error.hint ?? '');
  }
  if (state.remote === oid || state.own.count === 0) return state;
  if (state.remote !== null && (await isAncestor(checkout, state.remote, oid)) !== true) {
    // Only what we pushed ourselves may be replaced: a lease against what was just fetched would guard nothing.
    const pushed = await resolveRef(checkout.repo, pushedRef(branch));
    if (pushed !== state.remote) {
      const pull = `git -C '${checkout.main}' fetch ${checkout.remote}, then rebase '${branch}' on it`;
      return stop('non-fast-forward', `'${branch}' on its remote has commits that are missing here`, pull);
    }
    state.lease = pushed;
  }
  const ref = `refs/heads/${branch}`;
  const { taken, stdout, stderr } = await push(checkout, {
    remote: checkout.remote,
    refspecs: [`${ref}:${ref}`],
    leases: state.lease === null ? [] : [[ref, state.lease]],
    dryRun: true,
  });
  if (taken) return state;
  const why = /^!\t[^\t]*\t(.*)$/m.exec(stdout)?.[1] ?? lastWords(stderr);
  return stop('push-refused', `its remote would refuse the push: ${why}`, 'check your access to it');
}

/**
 * One connection that says both whether the remote would take the push and what it has now (git-push(1), `--porcelain`);
 * `null` where it would not take it just so: then it is asked in full.
 */
async function tryPush(
  checkout: Checkout,
  branch: string,
  oid: string,
): Promise<{ remote: string | null; notes: string | null } | null> {
  const own = await resolveRef(checkout.repo, NOTES);
  // Without notes of our own this would not tell whether the remote has some.
  if (own === null) return null;
  const refs = [`refs/heads/${branch}`, NOTES];
  const { taken, stdout } = await push(checkout, {
    remote: checkout.remote ?? '',
    refspecs: refs.map((ref) => `${ref}:${ref}`),
    dryRun: true,
    fullOids: true,
  });
  if (!taken) return null;
  const before = (ref: string, now: string): string | null | undefined => {
    const line = stdout.split('\n').find((report) => report.split('\t')[1] === `${ref}:${ref}`);
    if (line?.startsWith('*')) return null;
    return line?.startsWith('=') ? now : /^ \t[^\t]*\t([0-9a-f]{40,64})\.\./.exec(line ?? '')?.[1];
  };
  const remote = before(refs[0] ?? '', oid);
  const notes = before(NOTES, own);
  return remote === undefined || notes === undefined ? null : { remote, notes };
}

const nothingToPush = ({ file }: TrackedChange): RealmError =>
  new RealmError('nothing-to-push', `'${file.name}' has no commits yet`, {
    exitCode: 1,
    hint: 'git realm commit -m <message>',
  });
