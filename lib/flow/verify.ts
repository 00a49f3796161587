import { RealmError } from '../errors.ts';
import { type Commit, parseCommit, trailer } from '../git/commit.ts';
import { quarantineEnvironment } from '../git/environment.ts';
import { readNote } from '../git/notes.ts';
import { isAncestor, resolveRevision } from '../git/refs.ts';
import { samePerson } from '../governance/people.ts';
import {
  acknowledgedBy,
  approvalsThatCount,
  CLOCK_TOLERANCE,
  type RealmRecord,
  refusedLines,
  standingApprovals,
} from '../governance/records.ts';
import { MAX_FILE } from '../governance/tree-paths.ts';
import { type Approved, type FileChange, refusalsOf, type Withdrawn } from '../governance/verify.ts';
import { isObject } from '../json.ts';
import { paths } from '../realm/kinds.ts';
import type { RealmModel } from '../realm/model.ts';
import { withEffect } from '../realm/ops/land.ts';
import { namesOf } from '../realm/releases.ts';
import { NOTES } from '../store/aside.ts';
import { contractVersions } from '../store/history.ts';
import { isPrunable, journalAt } from '../store/journal.ts';
import { rawDiff } from '../store/raw-diff.ts';
import { provenRecords } from '../store/records.ts';
import { readSnapshot } from '../store/snapshot.ts';
import { openStore, type Store } from '../store/store.ts';
import { checkSignature, type Trust, trustAt } from '../store/trust.ts';
import type { Flow } from './flow.ts';

/** A ref as a push would move it; `null`: it is not there. */
export interface RefUpdate {
  ref: string;
  old: string | null;
  new: string | null;
}

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

/** More than anybody pushes by hand; each costs some processes. */
const MAX_COMMITS = 5000;

/** Judge a push, or a range of a realm's history, by the rules of the tree before each commit (DESIGN §8). */
export async function verifyPush(flow: Flow, options: VerifyOptions): Promise<VerifyResult> {
  const store = await openStore(flow.cwd, flow.env, quarantineEnvironment);
  const trusts: Push['trusts'] = new Map();
  try {
    const main = options.updates.find(({ ref }) => ref === store.branch);
    const tip = main === undefined ? await resolveRevision(store.repo, store.branch) : main.old;
    const { model } = await readSnapshot(store, tip ?? store.branch, { keep: false });
    const push: Push = {
      store,
      now: flow.now(),
      updates: options.updates,
      rules: tip === null ? null : model,
      user: options.user ?? flow.env.GL_USER ?? flow.env.REMOTE_USER,
      keysAt: options.past ? null : flow.now(),
      trusts,
    };
    const result: VerifyResult = { refs: [], refused: [] };
    for (const update of options.updates) {
      const judged = await judgeRef(push, update);
      result.refs.push({ ref: update.ref, commits: judged.commits });
      result.refused.push(...judged.refused.map((one) => ({ ref: update.ref, ...one })));
    }
    return result;
  } finally {
    for (const trust of trusts.values()) await (await trust).close();
    store.close();
  }
}

interface Push {
  store: Store;
  now: Date;
  updates: readonly RefUpdate[];
  /** The realm before the push; `null`: this push founds it. */
  rules: RealmModel | null;
  user: string | undefined;
  /** When keys have to be valid; `null`: at the date of what they sign. */
  keysAt: Date | null;
  /** By the `trust/` tree that they come from: most commits change no key. */
  trusts: Map<string, Promise<Trust>>;
}

async function trustIn({ store, trusts }: Push, revision: string): Promise<Trust> {
  const tree = (await store.objects.info(`${revision}:trust`))?.oid ?? '';
  const known = trusts.get(tree) ?? trustAt(store, revision);
  trusts.set(tree, known);
  return known;
}

interface Judged {
  commits: number;
  refused: { commit: string | null; why: string }[];
}

const no = (why: string, commit: string | null = null): Judged => ({
  commits: 0,
  refused: [{ commit, why }],
});

async function judgeRef(push: Push, update: RefUpdate): Promise<Judged> {
  const { ref, old, new: tip } = update;
  const kind = refKind(push.store, ref);
  if (kind === 'other')
    return no('only the main branch, proposals, operations and notes of a realm are pushed');
  if (tip === null)
    return kind === 'ops' && (await mayPrune(push, old))
      ? { commits: 0, refused: [] }
      : no('refs of a realm are not deleted');
  if (old === tip) return { commits: 0, refused: [] };
  if (push.rules === null && kind !== 'main') return no('the realm has no main branch yet');
  if (kind === 'proposal') return judgeProposal(push, update, tip);
  const range = await linear(push.store, old, tip);
  if (typeof range === 'string') return no(range, tip);
  if (kind === 'main' && old === null) return founding(push, tip, range.length);
  const judged: Judged = { commits: range.length, refused: [] };
  for (const commit of range) {
    const refused = await judgeCommit(push, commit, kind, ref).catch(oddTree);
    judged.refused.push(...refused.map((why) => ({ commit: commit.oid, why })));
    // What follows a refused commit stands on it.
    if (refused.length > 0) break;
  }
  return judged;
}

/** A tree that git's programs do not read alike proves nothing about what it holds. */
function oddTree(error: unknown): string[] {
  if (error instanceof RealmError && error.code === 'bad-tree') return [error.message];
  throw error;
}

function refKind(store: Store, ref: string): 'main' | 'proposal' | 'ops' | 'notes' | 'other' {
  if (ref === store.branch) return 'main';
  if (/^refs\/realm\/proposals\/[0-9A-Za-z][\w.-]*$/.test(ref)) return 'proposal';
  if (/^refs\/realm\/ops\/[0-9A-Za-z][\w.-]*$/.test(ref)) return 'ops';
  return ref === 'refs/notes/realm' ? 'notes' : 'other';
}

const REWRITTEN = 'published history is not rewritten: new commits stand on the newest one (git realm sync)';

/** The commits from one tip to the next, the oldest first, or why they are no straight line. */
async function linear(store: Store, old: string | null, tip: string): Promise<Commit[] | string> {
  const args = ['rev-list', '--reverse', '--topo-order', `--max-count=${MAX_COMMITS + 1}`, tip];
  const { code, stdout } = await store.repo.git([...args, ...(old === null ? [] : [`^${old}`])], {
    ok: [0, 128],
  });
  if (code !== 0) return 'it is no line of commits';
  const oids = stdout.toString('latin1').split('\n').filter(Boolean);
  if (oids.length > MAX_COMMITS) return `more than ${MAX_COMMITS} commits at once`;
  const read = await Promise.all(oids.map((oid) => commitOf(store, oid)));
  if (read.some((commit) => (commit?.parents.length ?? 0) > 1))
    return 'merges are refused: plan the change again on the tip (git realm sync)';
  const commits: Commit[] = [];
  let last = old;
  for (const commit of read) {
    if (commit === null) return 'it is no line of commits';
    if ((commit.parents[0] ?? null) !== last) return REWRITTEN;
    commits.push(commit);
    last = commit.oid;
  }
  return last === tip ? commits : REWRITTEN;
}

async function commitOf(store: Store, oid: string): Promise<Commit | null> {
  const object = await store.objects.read(oid);
  return object?.type === 'commit' ? parseCommit(object) : null;
}

/** There are no rules before the first push: whoever may write to an empty repository founds the realm. */
async function founding(push: Push, tip: string, commits: number): Promise<Judged> {
  const { model } = await readSnapshot(push.store, tip, { keep: false });
  if (model.realm === undefined) return no('it has no valid realm.yaml', tip);
  const [problem] = model.problems();
  if (problem !== undefined) return no(`'${problem.path}' is not valid: ${problem.message}`, tip);
  return { commits, refused: [] };
}

async function judgeCommit(
  push: Push,
  commit: Commit,
  kind: 'main' | 'ops' | 'notes',
  ref: string,
): Promise<string[]> {
  const parent = commit.parents[0] ?? null;
  const rulesAt = kind === 'main' ? parent : null;
  const actor = await provenActor(push, commit, rulesAt);
  if ('why' in actor) return [actor.why];
  if (kind === 'notes') return judgeNotes(push, commit, actor.email);
  if (kind === 'ops') return judgeJournal(push, commit, ref, actor.email);
  // A signed proposal is no consent to publish it: whoever has it could push it as it is.
  if (isProposal(commit)) return ['it is a proposal: it lands when it is approved (git realm approve)'];
  const before = (await readSnapshot(push.store, parent ?? '', { keep: false })).model;
  const changes = await rawDiff(push.store, parent, commit.oid);
  const after = await readSnapshot(push.store, commit.oid, { keep: false });
  const landing = await proposalOf(push, commit, before);
  return refusalsOf({
    before,
    after: after.model,
    changes,
    actor: actor.email,
    approved: landing === null ? null : approvedBy(landing, before),
    withdrawn: landing === null ? null : withdrawnFrom(landing),
    proposal: false,
    now: push.now.getTime(),
    acknowledged: (domain, contract) => acknowledgedAt(push, parent ?? '', before, domain, contract),
    signers: (await after.text(paths.allowedSigners)) ?? '',
    versions: async (path) => (await readSnapshot(push.store, parent ?? '', { keep: false })).versions(path),
  });
}

const isProposal = (commit: Commit): boolean =>
  commit.message.startsWith(PROPOSAL) || operationIn(commit)?.proposed === true;

/** How the subject of a proposal begins: what is signed says what it is for. */
const PROPOSAL = 'proposal: ';

/** A journal is one file, and names its ref: nothing else goes by the name of an operation. */
async function judgeJournal(push: Push, commit: Commit, ref: string, actor: string): Promise<string[]> {
  if (!isKnown(push, actor)) return [`'${actor}' maintains no repo of this realm`];
  const changes = await rawDiff(push.store, commit.parents[0] ?? null, commit.oid);
  const [change] = changes;
  const plain = change?.path === 'journal.json' && change.to?.mode === '100644' && changes.length === 1;
  if (!plain) return ['an operation has a journal (journal.json), and nothing else'];
  if ((change.to?.size ?? 0) > MAX_FILE) return ['its journal is too large'];
  const id = jsonIn(change.to?.text ?? '')?.id;
  return ref === `refs/realm/ops/${String(id)}` ? [] : [`its journal is that of operation '${String(id)}'`];
}

/** Journals of what was finished long ago are tidied up by whoever is known here (DESIGN §3). */
async function mayPrune(push: Push, old: string | null): Promise<boolean> {
  const record = old === null ? null : await journalAt(push.store, old);
  const { email } = transportUser(push, push.rules);
  return record !== null && isPrunable(record, push.now) && email !== undefined && isKnown(push, email);
}

const isKnown = ({ rules }: Push, email: string): boolean =>
  rules !== null &&
  [
    ...rules.governance().approvers,
    ...rules.repoNames().flatMap((repo) => rules.repo(repo)?.maintainers ?? []),
  ].some((one) => samePerson(one, email));

/** Who made the commit, as its signature or the transport proves; author, committer and operation must say the same. */
async function provenActor(
  push: Push,
  commit: Commit,
  rulesAt: string | null,
): Promise<{ email: string } | { why: string }> {
  const { store } = push;
  const rules = rulesAt === null ? push.rules : (await readSnapshot(store, rulesAt, { keep: false })).model;
  const required = rules?.realm?.trust?.require_signed_commits === true;
  if (commit.strange !== null) return { why: commit.strange };
  const author = emailIn(commit.author);
  const committer = emailIn(commit.committer);
  const trust = await trustIn(push, rulesAt ?? mainBefore(push));
  const signature = await checkSignature(trust, {
    repo: store.repo,
    commit,
    email: committer,
    now: push.keysAt,
  });
  if (required && signature.kind === 'none')
    return { why: 'it is not signed, and this realm requires signatures' };
  if (required && signature.kind === 'bad') return { why: signature.why };
  const transport = transportUser(push, rules);
  const email = signature.kind === 'good' ? committer : transport.email;
  if (email === undefined) return { why: transport.why };
  if (!samePerson(author, email))
    return { why: `its author line says '${author}', but it comes from '${email}'` };
  if (!samePerson(committer, email))
    return { why: `its committer line says '${committer}', but it comes from '${email}'` };
  const by = operationIn(commit)?.by;
  if (by !== undefined && !samePerson(String(by), email))
    return { why: `its operation says that it is by '${String(by)}', but it comes from '${email}'` };
  if (secondsIn(commit) * 1000 > push.now.getTime() + CLOCK_TOLERANCE)
    return { why: 'it is dated in the future: is the clock right?' };
  return { email };
}

const mainBefore = ({ store, updates }: Push): string =>
  updates.find(({ ref }) => ref === store.branch)?.old ?? store.branch;

/** The e-mail address of the transport's user: by `trust/users.yaml`, else a user name that is an address. */
function transportUser({ user }: Push, rules: RealmModel | null): { email: string | undefined; why: string } {
  if (user === undefined || user === '')
    return {
      email: undefined,
      why: 'nothing proves who pushes it: no trusted signature, and the transport names nobody',
    };
  const users = rules?.file('users', paths.users)?.users ?? {};
  const mapped = Object.hasOwn(users, user) ? users[user] : undefined;
  const email = mapped ?? (/^[^\s@]+@[^\s@]+$/.test(user) ? user : undefined);
  return { email, why: `user '${user}' has no address in '${paths.users}'` };
}

const emailIn = (line: string): string => /<([^>]*)>/.exec(line)?.[1] ?? '';

const operationIn = (commit: Commit): Record<string, unknown> | null =>
  jsonIn(trailer(commit.message, 'Realm-Op') ?? 'null');

function jsonIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** A proposal is one commit on the realm as it was or is, by its author; he or an approver may put another in its place. */
async function judgeProposal(push: Push, { ref, old }: RefUpdate, tip: string): Promise<Judged> {
  const { store, rules } = push;
  const commit = await commitOf(store, tip);
  const parent = commit?.parents[0];
  if (commit === null || parent === undefined || commit.parents.length !== 1)
    return no('a proposal is one commit on the main branch', tip);
  const bases = [store.branch, push.updates.find(({ ref }) => ref === store.branch)?.new ?? store.branch];
  const based = await Promise.all(bases.map((base) => isAncestor(store.repo, parent, base)));
  if (!based.includes(true)) return no('a proposal is one commit on the main branch', tip);
  const actor = await provenActor(push, commit, null);
  if ('why' in actor) return no(actor.why, tip);
  const previous = old === null ? null : await commitOf(store, old);
  const approver = rules?.governance().approvers.some((one) => samePerson(one, actor.email)) ?? false;
  if (previous !== null && !approver && !samePerson(emailIn(previous.author), actor.email))
    return no(`only its author or an approver may change this proposal: '${actor.email}' is neither`, tip);
  const replayed = replays(commit, previous, ref, rules?.realm?.trust?.require_signed_commits === true);
  if (replayed !== null) return no(replayed, tip);
  const before = await readSnapshot(store, parent, { keep: false });
  const after = await readSnapshot(store, tip, { keep: false });
  const refused = await refusalsOf({
    before: before.model,
    after: after.model,
    changes: await rawDiff(store, parent, tip),
    actor: actor.email,
    approved: null,
    withdrawn: null,
    proposal: true,
    now: push.now.getTime(),
    acknowledged: async () => new Set(),
    signers: (await after.text(paths.allowedSigners)) ?? '',
    versions: (path) => before.versions(path),
  });
  return { commits: 1, refused: refused.map((why) => ({ commit: tip, why })) };
}

/** Why a proposal is an old one brought back, which anybody who has it could do although its author signed it. */
function replays(commit: Commit, previous: Commit | null, ref: string, signed: boolean): string | null {
  if (!isProposal(commit)) return `a proposal says so: its subject begins with '${PROPOSAL.trim()}'`;
  const named = operationIn(commit)?.proposal;
  if ((signed || named !== undefined) && ref !== `refs/realm/proposals/${String(named)}`)
    return `it was made as proposal '${String(named)}'`;
  const older = previous !== null && secondsIn(commit) < secondsIn(previous);
  return older ? 'an older proposal does not take the place of a newer one' : null;
}

const secondsIn = (commit: Commit): number => Number(/> (\d+) /.exec(commit.committer)?.[1] ?? 0);

/** Notes only grow: every line that was there stays, every new one is a record by whoever pushes it. */
async function judgeNotes(push: Push, commit: Commit, actor: string): Promise<string[]> {
  const { store } = push;
  const lines = new Map<string, { was: string[]; is: string[] }>();
  for (const { path, from, to } of await rawDiff(store, commit.parents[0] ?? null, commit.oid)) {
    // Notes of many objects are spread over folders; the object is the same.
    const object = path.replaceAll('/', '');
    if (!/^[0-9a-f]{40,64}$/.test(object) || (to !== null && to.mode !== '100644'))
      return [`'${path}' is no note`];
    const entry = lines.get(object) ?? { was: [], is: [] };
    lines.set(object, entry);
    entry.was.push(...(await linesOf(store, from?.oid)));
    entry.is.push(...(to?.text ?? '').split('\n').filter(Boolean));
  }
  return [...lines.values()].flatMap(({ was, is }) =>
    was.some((line) => !is.includes(line))
      ? ['a record is taken out of a note: records are only added']
      : refusedLines(
          is.filter((line) => !was.includes(line)),
          actor,
          push.now,
          push.rules,
        ),
  );
}

async function linesOf(store: Store, oid: string | undefined): Promise<string[]> {
  if (oid === undefined) return [];
  return ((await store.objects.read(oid))?.bytes.toString('utf8') ?? '').split('\n').filter(Boolean);
}

/** A proposal that a commit lands or takes back, and what was said about it. */
interface Landing {
  verb: 'land' | 'unland';
  id: string;
  proposer: string;
  changes: FileChange[];
  records: RealmRecord[];
}

async function proposalOf(push: Push, commit: Commit, before: RealmModel): Promise<Landing | null> {
  const { store, updates } = push;
  const op = operationIn(commit);
  if ((op?.verb !== 'land' && op?.verb !== 'unland') || typeof op.proposal !== 'string') return null;
  const ref = `refs/realm/proposals/${op.proposal}`;
  if (refKind(store, ref) !== 'proposal') return null;
  const pushed = updates.find((one) => one.ref === ref)?.new;
  const oid = pushed ?? (await resolveRevision(store.repo, ref));
  const proposal = oid === null || oid === undefined ? null : await commitOf(store, oid);
  const parent = proposal?.parents[0];
  if (proposal === null || parent === undefined) return null;
  const changes = await rawDiff(store, parent, proposal.oid);
  return {
    verb: op.verb,
    id: op.proposal,
    proposer: emailIn(proposal.author),
    changes,
    records: await provenRecords(store, {
      model: before,
      trust: await trustIn(push, commit.parents[0] ?? ''),
      commit: proposal.oid,
      note: await noteAt(store, notesOf(push), proposal.oid),
    }),
  };
}

/** The notes as they will be after the push. */
const notesOf = ({ updates }: Push): string => updates.find((one) => one.ref === NOTES)?.new ?? NOTES;

/** The approval that a commit lands, if it counts by the rules before the commit. */
function approvedBy(landing: Landing, before: RealmModel): Approved | null {
  const { verb, id, proposer, changes, records } = landing;
  if (verb !== 'land') return null;
  const approvals = approvalsThatCount(records, approversOfAll(before, changes), proposer);
  const counting = approvals.filter((one) => bindsTo(one.changes ?? [], changes));
  if (counting.length === 0) return null;
  return {
    proposal: id,
    proposer,
    at: Math.min(...counting.map((one) => Date.parse(one.at))),
    covers: (change) => changes.some((proposed) => lands(proposed, change)),
  };
}

/** What goes again since nobody's approval carries it: each file from as it landed to as it was. */
function withdrawnFrom({ verb, changes, records }: Landing): Withdrawn | null {
  const withdrawn = records.some(({ kind }) => kind === 'withdrawal');
  if (verb !== 'unland' || !withdrawn || standingApprovals(records).length > 0) return null;
  return {
    covers: ({ path, from, to }) =>
      changes.some(
        (proposed) =>
          proposed.path === path &&
          (proposed.from?.oid ?? null) === (to?.oid ?? null) &&
          lands(proposed, { path, from: proposed.from, to: from }),
      ),
  };
}

/** Who acknowledged the version of a contract that a commit has: records on the commit that published it. */
async function acknowledgedAt(
  push: Push,
  tip: string,
  model: RealmModel,
  domain: string,
  contract: string,
): Promise<ReadonlySet<string>> {
  for await (const { version, commit, file } of contractVersions(
    push.store,
    tip,
    paths.contract(domain, contract),
  )) {
    const records = await provenRecords(push.store, {
      model,
      trust: await trustIn(push, tip),
      commit: commit.oid,
      note: await noteAt(push.store, notesOf(push), commit.oid),
    });
    return acknowledgedBy(records, model, namesOf(domain, contract, file), version);
  }
  return new Set();
}

/** Who may approve changes in several domains: only those who may in each. */
export function approversOfAll(model: RealmModel, changes: readonly { path: string }[]): string[] {
  const domains = changes
    .filter(({ path }) => path !== paths.codeowners)
    .map(({ path }) => (path.startsWith('domains/') ? path.split('/')[1] : undefined));
  const [first = [], ...others] = [...new Set(domains)].map((domain) => model.governance(domain).approvers);
  return first.filter((one) => others.every((list) => list.some((other) => samePerson(one, other))));
}

type Bound = readonly { path: string; old: string | null; new: string | null }[];

const bindsTo = (bound: Bound, changes: readonly FileChange[]): boolean =>
  changes.every(
    ({ path, from, to }) =>
      path === paths.codeowners ||
      bound.some(
        (one) => one.path === path && one.old === (from?.oid ?? null) && one.new === (to?.oid ?? null),
      ),
  );

/** The same change, but for the date from which a contract is in effect, which only the approval gives it. */
function lands(proposed: FileChange, change: FileChange): boolean {
  if (proposed.path !== change.path || proposed.from?.oid !== change.from?.oid) return false;
  if (proposed.to?.oid === change.to?.oid) return true;
  if (proposed.to === null || change.to === null || proposed.to.mode !== change.to.mode) return false;
  const at = /^effective_at: (.+)$/m.exec(change.to.text)?.[1]?.replaceAll(/['"]/g, '');
  return at !== undefined && withEffect(change.path, proposed.to.text, at) === change.to.text;
}

/** A note at a revision of the notes ref, which need not be a ref yet while a push is judged. */
async function noteAt(store: Store, revision: string, object: string): Promise<string | null> {
  if (revision.startsWith('refs/')) return readNote(store.repo, revision, object);
  const { stdout } = await store.repo.git(['ls-tree', '-r', '-z', revision]);
  const line = stdout
    .toString('utf8')
    .split('\0')
    .find((one) => one.split('\t')[1]?.replaceAll('/', '') === object);
  const oid = line?.split(/[ \t]/)[2];
  return oid === undefined ? null : ((await store.objects.read(oid))?.bytes.toString('utf8') ?? null);
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
          hint: 'git gives pre-receive such lines; see githooks(5)',
        });
      return { ref, old: orNull(old), new: orNull(next) };
    });
}

const orNull = (oid: string): string | null => (/^0+$/.test(oid) ? null : oid);
