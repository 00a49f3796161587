import { mapPool } from '../../change/pool.ts';
import { RealmError } from '../../errors.ts';
import { quarantineEnvironment } from '../../git/environment.ts';
import { refusalsOf } from '../../governance/refusals.ts';
import { paths } from '../../realm/kinds.ts';
import { judgedDiff } from '../../store/raw-diff.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import { openStore } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import { provenActor } from './verify/actor.ts';
import { judgeJournal, judgeNotes, mayPrune } from './verify/added.ts';
import { modelProblem } from './verify/agree.ts';
import { acknowledgedAt, approvedBy, proposalOf, withdrawnFrom } from './verify/landing.ts';
import { isProposal, judgeProposal } from './verify/proposal.ts';
import {
  type Judged,
  no,
  oddOperation,
  type Push,
  type PushedCommit,
  type RefUpdate,
  refKind,
} from './verify/push.ts';
import { founding, linear, unreadable, upTo } from './verify/range.ts';

export interface VerifyOptions {
  updates: readonly RefUpdate[];
  /** The transport's user, where it is not in the environment. */
  user?: string | undefined;
  /** The commits were published long ago: keys count as of the date that a commit gives itself, not as of now. */
  past?: boolean | undefined;
}

export interface Refusal {
  ref: string;
  commit: string | null;
  why: string;
}

export interface VerifyResult {
  refs: { ref: string; commits: number }[];
  refused: Refusal[];
}

/** Refs judged side by side: each waits for what it asks git. */
const AT_ONCE = 32;

/** Signed commits of one push, all its refs together. */
const MAX_SIGNATURES = 1000;

/** Judge a push, or a range of a realm's history, by the rules of the tree before each commit (docs/design/governance.md). */
export async function verifyPush(context: Context, options: VerifyOptions): Promise<VerifyResult> {
  const store = await openStore(context.cwd, context.env, quarantineEnvironment);
  const trusts: Push['trusts'] = new Map();
  try {
    const main = options.updates.find(({ ref }) => ref === store.branch);
    const tip = main === undefined ? await store.objects.resolve(store.branch) : main.old;
    const { model } = await readSnapshot(store, tip ?? store.branch, { keep: false });
    const push: Push = {
      store,
      now: context.now(),
      updates: options.updates,
      rules: tip === null ? null : model,
      user: options.user ?? context.env.GL_USER ?? context.env.REMOTE_USER,
      keysAt: options.past ? null : context.now(),
      trusts,
      strokes: { left: 50_000 },
      signatures: { left: options.past ? Number.POSITIVE_INFINITY : MAX_SIGNATURES },
      published: {},
    };
    const result: VerifyResult = { refs: [], refused: [] };
    const judge = (update: RefUpdate) =>
      judgeRef(push, update).catch((error) => no(unreadable(error).join(), update.new));
    for (const [n, judged] of (await mapPool(options.updates, AT_ONCE, judge)).entries()) {
      const ref = options.updates[n]?.ref ?? '';
      result.refs.push({ ref, commits: judged.commits });
      result.refused.push(...judged.refused.map((refusal) => ({ ref, ...refusal })));
    }
    return result;
  } finally {
    for (const trust of trusts.values()) await (await trust).close();
    store.close();
  }
}

async function judgeRef(push: Push, update: RefUpdate): Promise<Judged> {
  const { ref, old, new: tip } = update;
  const kind = refKind(push.store, ref);
  if (kind === 'other')
    return no('only the main branch, proposals, operations and notes of a realm may be pushed');
  if (tip === null)
    return kind === 'ops' && (await mayPrune(push, old))
      ? { commits: 0, refused: [] }
      : no('refs of a realm may not be deleted');
  if (old === tip) return { commits: 0, refused: [] };
  if (push.rules === null && kind !== 'main') return no('the realm has no main branch yet');
  if (kind === 'proposal') return judgeProposal(push, update, tip);
  const range = await (kind === 'ops' ? upTo(push, old, tip) : linear(push.store, old, tip));
  if (typeof range === 'string') return no(range, tip);
  if (kind === 'main' && old === null) return founding(push, tip, range);
  const judged: Judged = { commits: range.length, refused: [] };
  for (const commit of range) {
    const refused = await judgeCommit(push, commit, kind, ref).catch(unreadable);
    judged.refused.push(...refused.map((why) => ({ commit: commit.oid, why })));
    // What follows a refused commit stands on it.
    if (refused.length > 0) break;
  }
  return judged;
}

async function judgeCommit(
  push: Push,
  commit: PushedCommit,
  kind: 'main' | 'ops' | 'notes',
  ref: string,
): Promise<string[]> {
  const parent = commit.parents[0] ?? null;
  const rulesAt = kind === 'main' ? parent : null;
  const actor = await provenActor(push, commit, rulesAt);
  if ('why' in actor) return [actor.why];
  const odd = oddOperation(commit);
  if (odd !== null) return [odd];
  if (kind === 'notes') return judgeNotes(push, commit, actor.email);
  if (kind === 'ops') return judgeJournal(push, commit, ref, actor.email);
  // A signed proposal is not consent to publish it: anyone who has it could push it as it is.
  if (isProposal(commit)) return ['this is a proposal: it lands when it is approved (git realm approve)'];
  const old = await readSnapshot(push.store, parent ?? '', { keep: false });
  const before = old.model;
  const changes = await judgedDiff(push.store, parent, commit.oid);
  const after = await readSnapshot(push.store, commit.oid, { keep: false });
  const other = modelProblem(old, after, changes);
  if (other !== null) return [other];
  const landing = await proposalOf(push, commit, before);
  const approved =
    landing === null
      ? null
      : await approvedBy(push, landing, {
          parent: parent ?? '',
          before,
          after: after.model,
          changes,
          actor: actor.email,
        });
  if (typeof approved === 'string') return [approved];
  return refusalsOf({
    before,
    after: after.model,
    changes,
    actor: actor.email,
    approved,
    withdrawn: landing === null ? null : withdrawnFrom(landing),
    proposal: false,
    now: push.now.getTime(),
    acknowledged: (domain, contract) => acknowledgedAt(push, parent ?? '', before, domain, contract),
    signers: (await after.text(paths.allowedSigners)) ?? '',
    loaded: after.loaded,
    blob: (oid) => push.store.objects.info(oid),
    versions: async (path) => (await readSnapshot(push.store, parent ?? '', { keep: false })).versions(path),
  });
}

/** `<old> <new> <ref>` lines as git gives them to pre-receive (githooks(5)). Throws `usage` for any other text. */
export function refUpdates(text: string): RefUpdate[] {
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [, old = '', next = '', ref = ''] =
        /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (refs\/.+)$/.exec(line) ?? [];
      if (ref === '')
        throw new RealmError('bad-input', `'${line.slice(0, 200)}' is not '<old> <new> <ref>'`, {
          hint: 'for the input of pre-receive hooks, see githooks(5)',
        });
      return { ref, old: orNull(old), new: orNull(next) };
    });
}

const orNull = (oid: string): string | null => (/^0+$/.test(oid) ? null : oid);
