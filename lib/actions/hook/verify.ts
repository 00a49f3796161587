import { mapPool } from '../../change/pool.ts';
import { RealmError } from '../../errors.ts';
import { quarantineEnvironment } from '../../git/environment.ts';
import { listCommits } from '../../git/rev-list.ts';
import { orIfFatal } from '../../git/run.ts';
import { contentRefusals, refusalsOf } from '../../governance/refusals.ts';
import type { FileChange } from '../../governance/rules/step.ts';
import { kindOf, paths } from '../../realm/kinds.ts';
import { judgedDiff } from '../../store/raw-diff.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import { openStore, type Store } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import { provenActor } from './verify/actor.ts';
import { judgeJournal, judgeNotes, mayPrune } from './verify/added.ts';
import { modelProblem } from './verify/agree.ts';
import { acknowledgedAt, approvedBy, proposalOf, withdrawnFrom } from './verify/landing.ts';
import { isProposal, judgeProposal } from './verify/proposal.ts';
import {
  commitOf,
  type Judged,
  MAX_STEPS,
  no,
  oddOperation,
  type Push,
  type PushedCommit,
  type RefUpdate,
  refKind,
} from './verify/push.ts';

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

/** More than anybody pushes by hand. */
const MAX_COMMITS = 5000;
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

/** A tree or note that git's programs do not read alike proves nothing about what it holds. */
function unreadable(error: unknown): string[] {
  const codes = ['bad-tree', 'bad-note', 'object-missing'];
  if (error instanceof RealmError && codes.includes(error.code)) return [error.message];
  throw error;
}

const MERGED = 'merge commits are not allowed: reapply the change on the tip (git realm sync)';
const REWRITTEN =
  'published history may not be rewritten: new commits must descend from the tip (git realm sync)';

/** The commits from one tip to the next, the oldest first, or why they are not a straight line. */
async function linear(store: Store, old: string | null, tip: string): Promise<PushedCommit[] | string> {
  const not = old === null ? [] : [old];
  const range = { tips: [tip], not, oldestFirst: true, topological: true, most: MAX_COMMITS + 1 };
  const oids = await orIfFatal(listCommits(store.repo, range), null);
  if (oids === null) return 'the history is not linear';
  if (oids.length > MAX_COMMITS) return `more than ${MAX_COMMITS} commits at once`;
  const read = await Promise.all(oids.map((oid) => commitOf(store, oid)));
  if (read.some((commit) => (commit?.parents.length ?? 0) > 1)) return MERGED;
  const commits: PushedCommit[] = [];
  let last = old;
  for (const commit of read) {
    if (commit === null) return 'the history is not linear';
    if ((commit.parents[0] ?? null) !== last) return REWRITTEN;
    commits.push(commit);
    last = commit.oid;
  }
  return last === tip ? commits : REWRITTEN;
}

/** The same for a short line, read without a process of its own: there may be thousands of them in one push. */
async function upTo(push: Push, old: string | null, tip: string): Promise<PushedCommit[] | string> {
  const commits: PushedCommit[] = [];
  for (let oid: string | null = tip; oid !== old; ) {
    const commit: PushedCommit | null = oid === null ? null : await commitOf(push.store, oid);
    if (oid === null) return REWRITTEN;
    if (commit === null) return 'the history is not linear';
    if (commit.parents.length > 1) return MERGED;
    if (commits.push(commit) > MAX_STEPS || --push.strokes.left < 0)
      return 'too many commits in one push: push them in parts';
    oid = commit.parents[0] ?? null;
  }
  return commits.reverse();
}

/** There are no rules before the first push: anyone who may write to an empty repository founds the realm. */
async function founding(push: Push, tip: string, range: readonly PushedCommit[]): Promise<Judged> {
  for (const { oid, parents, strange } of range) {
    const why =
      strange ?? (await judgedDiff(push.store, parents[0] ?? null, oid).then(allRead, unreadable))[0];
    if (why !== undefined) return no(why, oid);
  }
  const { model } = await readSnapshot(push.store, tip, { keep: false });
  if (model.realm === undefined) return no('it has no valid realm.yaml', tip);
  const [problem] = model.problems();
  if (problem !== undefined) return no(`'${problem.path}' is not valid: ${problem.message}`, tip);
  const contracts = model
    .domainNames()
    .flatMap((domain) => model.contractNames(domain).map((contract) => ({ domain, contract })));
  const blob = (oid: string) => push.store.objects.info(oid);
  const [content] = await contentRefusals({ after: model, blob }, contracts);
  if (content !== undefined) return no(content, tip);
  return { commits: range.length, refused: [] };
}

/** A file of the realm's own that cannot be read is not empty, no matter who founds it. */
const allRead = (changes: readonly FileChange[]): string[] =>
  changes.flatMap(({ path, to }) =>
    to?.text === null && (kindOf(path) !== undefined || path.startsWith('trust/'))
      ? [`'${path}' ${to.unread}`]
      : [],
  );

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
