import type { JsonObject, JsonValue } from '../json.ts';
import { sameJson } from '../json.ts';
import { repoName } from '../names.ts';
import { mustNotCloseCycle } from '../realm/cycles.ts';
import { graceOf, isOver } from '../realm/grace.ts';
import { domainPath, kindOf, paths } from '../realm/kinds.ts';
import type { RealmModel } from '../realm/model.ts';
import { nextVersion } from '../realm/next-version.ts';
import { usersOf } from '../realm/ops/domain.ts';
import { dependentsOf } from '../realm/ops/leave.ts';
import { mergedSchema } from '../realm/ops/publish.ts';
import { ownerOf } from '../realm/ownership.ts';
import { parseFile } from '../realm/parse.ts';
import { pendingUntil, releasesBelow, releasesOf } from '../realm/releases.ts';
import type { BindingFile, ContractFile, Release } from '../realm/types.ts';
import { codeowners, GENERATED } from './codeowners.ts';
import { guardOf, peopleOf } from './guards.ts';
import { samePerson } from './people.ts';
import { CLOCK_TOLERANCE } from './records.ts';
import { leftBehind, type Renames, renamesIn, repoAt, wrongNames } from './renames.ts';
import { gpgKeyOwner, mayStillSign, trustProblem } from './signers.ts';
import { MAX_FILE, pathProblem, twinFinder } from './tree-paths.ts';

/** One side of a changed path: git's mode and blob, and its text where it is a regular file. */
export interface Side {
  mode: string;
  oid: string;
  /** Bytes; the text of a file that is too large is not read. */
  size: number;
  text: string;
}

export interface FileChange {
  path: string;
  from: Side | null;
  to: Side | null;
}

/** What an approval allows: exactly these changes, as their proposer would make them. */
export interface Approved {
  proposal: string;
  /** Whose proposal it is: he needs the right to it all the same. */
  proposer: string;
  /** When it was approved, ms since the epoch. */
  at: number;
  covers(change: FileChange): boolean;
}

/** What may go again: exactly the changes of a proposal that no approval carries any more. */
export interface Withdrawn {
  covers(change: FileChange): boolean;
}

/** One commit of a push with the realm before and after it. */
export interface Step {
  before: RealmModel;
  after: RealmModel;
  changes: readonly FileChange[];
  /** Whose act it is, as signature or transport proves. */
  actor: string;
  /** The approval that the commit refers to, where there is one. */
  approved: Approved | null;
  /** What the commit takes back, where it says that an approval was withdrawn, and it was. */
  withdrawn: Withdrawn | null;
  /** It only proposes: approval comes later, every other rule holds. */
  proposal: boolean;
  /** The clock of whoever judges, ms since the epoch. */
  now: number;
  /** What it renames; found out from the rest. */
  renames?: Renames;
  /** The repos that acknowledged the version of a contract that is published before the commit. */
  acknowledged(domain: string, contract: string): Promise<ReadonlySet<string>>;
  /** `trust/allowed_signers` after the commit. */
  signers: string;
  /** Earlier versions of a contract, for one that promises to keep up with all of them. */
  versions(path: string): Promise<readonly ContractFile[]>;
}

/**
 * Why the realm's rules refuse a commit, one sentence each; empty where it may stand. Judged by the tree before it: nobody
 * gains a right by the commit that uses it.
 */
export async function refusalsOf(asked: Step): Promise<string[]> {
  const step = { ...asked, renames: renamesIn(asked.before, asked.after, asked.changes) };
  const twinOf = twinFinder(step.after.under(''));
  const malformed = step.changes.flatMap((change) => shape(twinOf, change));
  if (malformed.length > 0) return malformed;
  const refused = await Promise.all(step.changes.map((change) => judge(step, change)));
  return [...refused.flat(), ...lockedOut(step), ...cycles(step)];
}

/** What no file of a realm may be, whoever writes it. */
function shape(twinOf: (path: string) => string | undefined, { path, from, to }: FileChange): string[] {
  if (to === null) return [];
  const named = from === null ? pathProblem(path) : null;
  if (named !== null) return [named];
  if (to.mode !== '100644' && !(to.mode === '100755' && from?.mode === '100755'))
    return [`'${path}' is no plain file: links, submodules and programs do not belong in a realm`];
  if (to.size > MAX_FILE) return [`'${path}' has ${to.size} bytes: a realm's files have at most ${MAX_FILE}`];
  const twin = from === null ? twinOf(path) : undefined;
  if (twin !== undefined) return [`'${path}' differs from '${twin}' only in case`];
  const kind = kindOf(path);
  if (kind === undefined) return asList(trustProblem(path, to.text));
  const parsed = parseFile(kind, path, to.text);
  if (!parsed.ok) {
    const [problem] = parsed.problems;
    return [`'${path}' is not valid: line ${problem?.line}: ${problem?.message}`];
  }
  const file: { name?: unknown } = parsed.value as object;
  const name = namedBy(kind, path);
  if (name !== undefined && file.name !== name) return [`'${path}' says that its name is '${file.name}'`];
  return kind === 'repo' && !isRepoName(name ?? '') ? [`'${path}' is no name for a repo`] : [];
}

const asList = (problem: string | null): string[] => (problem === null ? [] : [problem]);

function namedBy(kind: string, path: string): string | undefined {
  if (kind === 'repo') return path.slice('repos/'.length, -'.yaml'.length);
  if (kind === 'domain') return path.split('/')[1];
  return kind === 'contract' ? path.split('/')[3]?.slice(0, -'.yaml'.length) : undefined;
}

function isRepoName(text: string): boolean {
  try {
    return repoName(text) === text;
  } catch {
    return false;
  }
}

async function judge(step: Step, change: FileChange): Promise<string[]> {
  const { approved, withdrawn } = step;
  if (withdrawn?.covers(change)) return takenBack(step, change);
  if (approved?.covers(change))
    return judgeAs({ ...step, actor: approved.proposer, proposal: true }, change, approved.at);
  return judgeAs(step, change, null);
}

/** An approver takes back what an approval let in; what is in effect stays. */
function takenBack(step: Step, { path }: FileChange): string[] {
  const place = domainPath(path);
  if (!isApprover(step, place?.domain))
    return [`only approvers take '${path}' back: '${step.actor}' is none`];
  const contract = step.before.file('contract', path);
  return contract !== undefined && pendingUntil(contract, step.now) === null
    ? [`'${path}' ${contract.version} is in effect: it is not taken back any more`]
    : [];
}

async function judgeAs(step: Step, change: FileChange, approvedAt: number | null): Promise<string[]> {
  const { path, to } = change;
  switch (kindOf(path)) {
    case 'repo':
      return registration(step, change);
    case 'domain':
      return domain(step, change);
    case 'contract':
      return contract(step, change, approvedAt);
    case 'binding':
      return binding(step, change);
    case undefined:
      // Derived from the rules by everybody's operations: right is what the rules give.
      if (path === paths.codeowners && to?.text.startsWith(GENERATED) && to.text === codeowners(step.after))
        return [];
      return mayChange(step, path);
    default:
      return mayChange(step, path);
  }
}

/** The rule table. */
function mayChange({ before, actor }: Step, path: string): string[] {
  const guard = guardOf(before, path);
  if (peopleOf(before, guard).some((person) => samePerson(person, actor))) return [];
  const whose =
    guard.by === 'approvers'
      ? "the realm's approvers"
      : guard.by === 'anyone'
        ? 'maintainers of a registered repo'
        : `maintainers of ${guard.repos.join(', ')}`;
  return [`only ${whose} may change '${path}': '${actor}' is none of them`];
}

const isApprover = ({ before, actor }: Step, domain?: string): boolean =>
  before.governance(domain).approvers.some((one) => samePerson(one, actor));

const maintains = (model: RealmModel, repo: string, person: string): boolean =>
  model.repo(repo)?.maintainers?.some((one) => samePerson(one, person)) ?? false;

/** A repo comes in as the realm admits repos; once in, it is its maintainers'. */
function registration(step: Step, { path, from, to }: FileChange): string[] {
  const { before, after, actor } = step;
  const name = path.slice('repos/'.length, -'.yaml'.length);
  const was = before.repo(name);
  const is = after.repo(name);
  const old = step.renames?.get(path);
  if (to === null && [...(step.renames?.values() ?? [])].includes(path)) {
    const left = leftBehind(after, name);
    return left === undefined ? mayChange(step, path) : [`'${left}' still speaks of '${name}'`];
  }
  if (to === null) {
    const [needed] = dependentsOf(before, name);
    if (needed !== undefined)
      return [`'${path}' cannot go: ${needed.repo} imports ${needed.contract} from it`];
    return mayChange(step, path);
  }
  if ((is?.maintainers ?? []).length === 0) return [`'${path}' names no maintainer: nobody could mend it`];
  if (is !== undefined) {
    const earlier = old === undefined ? was : before.file('repo', old);
    const wrong = wrongNames(path, earlier, is, before.repoNow);
    if (wrong.length > 0) return wrong;
  }
  if (old !== undefined) {
    const status = before.file('repo', old)?.status;
    return is?.status === status ? mayChange(step, old) : [`'${path}' changes its status with its name`];
  }
  const comesIn = from === null || (was?.status === 'left' && is?.status !== 'left');
  if (!comesIn) return mayChange(step, path);
  const { admission } = before.governance();
  if (isApprover(step)) return [];
  if (from !== null && !maintains(before, name, actor)) return mayChange(step, path);
  if (admission === 'open' || (step.proposal && admission === 'approval'))
    return maintains(after, name, actor) ? [] : [`'${path}' does not name '${actor}' as its maintainer`];
  return [
    `'${name}' was not admitted: repos come in by ${admission === 'approval' ? 'approval' : 'invitation'}`,
  ];
}

/** Members' maintainers decide on the domain; nobody takes from another what he still has in it. */
function domain(step: Step, { path, from, to }: FileChange): string[] {
  const { before, after, actor } = step;
  const name = path.split('/')[1] ?? '';
  const members = before.domain(name)?.members ?? [];
  const next = to === null ? [] : (after.domain(name)?.members ?? []);
  if (from === null) {
    return next.some((repo) => maintains(before, repo, actor))
      ? []
      : [`'${actor}' maintains no repo of the new domain '${name}'`];
  }
  const refused = mayChange(step, path);
  if (refused.length > 0) return refused;
  const rests = before.domain(name)?.archived !== true && after.domain(name)?.archived === true;
  const [user] = rests ? usersOf(before, name).filter(({ repo }) => !maintains(before, repo, actor)) : [];
  if (user !== undefined)
    return [`domain '${name}' cannot be archived: ${user.repo} imports ${user.contract} there`];
  const lost = members.find((repo) => {
    const file = before.binding(name, repo)?.file;
    return !next.includes(repo) && inUse(file) && !maintains(before, repo, actor);
  });
  return lost === undefined ? [] : [`'${lost}' still has contracts or imports in domain '${name}'`];
}

const size = (file: BindingFile | undefined): number =>
  (file?.exports ?? []).length + (file?.imports ?? []).length;

const inUse = (file: BindingFile | undefined): boolean => size(file) > 0;

/** Only a repo's maintainers write its binding; an empty one may come and go with its membership. */
function binding(step: Step, { path }: FileChange): string[] {
  const { before, after, actor } = step;
  const name = path.split('/')[1] ?? '';
  const was = before.file('binding', path);
  const is = after.file('binding', path);
  if (before.domain(name)?.archived === true && after.domain(name)?.archived === true && size(is) > size(was))
    return [`domain '${name}' is archived: nothing is published or imported there`];
  const repos = [...new Set([was?.repo, is?.repo].filter((repo) => repo !== undefined))];
  const foreign = repos.find((repo) => !actsFor(step, repo) && !registersNow(step, repo));
  if (foreign !== undefined) {
    const members = (after.domain(name)?.members ?? []).includes(foreign);
    const moved = was === undefined ? members : !members && is === undefined;
    if (repos.length === 1 && moved && !inUse(was) && !inUse(is) && mayMembership(step, name)) return [];
    return [`only maintainers of ${foreign} may change '${path}': '${actor}' is none of them`];
  }
  const stolen = is?.exports?.find(({ contract }) => {
    const owner = ownerOf(before, name, contract);
    const offered = before.contract(name, contract)?.offered_to;
    const takesOver =
      offered !== undefined &&
      before.repoNow(offered) === is.repo &&
      ownerOf(after, name, contract) === is.repo;
    return (
      owner !== undefined &&
      owner !== asBefore(step, is.repo) &&
      !takesOver &&
      !was?.exports?.some((one) => one.contract === contract)
    );
  });
  return stolen === undefined
    ? []
    : [
        `'${stolen.contract}' belongs to ${ownerOf(before, name, stolen.contract)}: '${is?.repo}' cannot export it`,
      ];
}

/** A repo that nobody maintains yet is the approvers' to look after, as the table has it. */
function actsFor(step: Step, repo: string): boolean {
  const nobody = (step.before.repo(repo)?.maintainers ?? []).length === 0;
  return maintains(step.before, repo, step.actor) || (nobody && isApprover(step));
}

/** What a repo was called before the commit. */
function asBefore({ renames }: Step, repo: string): string {
  const old = renames?.get(paths.repo(repo));
  return old === undefined ? repo : repoAt(old);
}

const registersNow = ({ before, after, actor }: Step, repo: string): boolean =>
  before.repo(repo) === undefined && maintains(after, repo, actor);

/** May the actor bring members to this domain, or take them out? */
function mayMembership({ before, after, actor }: Step, name: string): boolean {
  const members = before.domain(name)?.members ?? after.domain(name)?.members ?? [];
  return members.some((repo) => maintains(before, repo, actor));
}

/** Only the owner changes a contract, and its versions move as the verdict demands (DESIGN §7, §8). */
async function contract(step: Step, change: FileChange, approvedAt: number | null): Promise<string[]> {
  const { before, after, actor } = step;
  const { path, to } = change;
  const [, name = '', , file = ''] = path.split('/');
  const stem = file.slice(0, -'.yaml'.length);
  const was = before.contract(name, stem);
  const is = after.contract(name, stem);
  const archived = before.domain(name)?.archived === true && after.domain(name)?.archived === true;
  if (archived && is !== undefined && is.version !== was?.version && !step.renames?.has(path))
    return [`domain '${name}' is archived: nothing is published or imported there`];
  const old = step.renames?.get(path);
  if (old !== undefined && is !== undefined) return renamedContract(step, change, old, is, approvedAt);
  if (to === null && [...(step.renames?.values() ?? [])].includes(path)) return mayChange(step, path);
  if (is !== undefined) {
    const wrong = wrongNames(path, was, is, (one) => before.contractNow(name, one));
    if (wrong.length > 0) return wrong;
  }
  if (change.from === null && is !== undefined) return newContract(step, path, is, approvedAt);
  if (was !== undefined && is !== undefined && onlyDate(was, is)) return earlier(step, change, name, was, is);
  if (was !== undefined && is !== undefined && answersOffer(step, was, is)) return [];
  const refused = mayChange(step, path);
  if (refused.length > 0) return refused;
  if (was === undefined) return [];
  const owner = ownerOf(before, name, stem);
  if (to === null || is === undefined) {
    const importers = dependentsOf(before, owner ?? '').filter(
      (one) => one.domain === name && one.contract === stem,
    );
    const leaves = owner !== undefined && after.binding(name, owner) === undefined;
    return importers.length === 0 || leaves
      ? []
      : [`'${path}' cannot go: ${importers.map((one) => one.repo).join(', ')} imports it`];
  }
  const owned = ownerOf(after, name, stem);
  const sameOwner = owned === owner || (owned !== undefined && asBefore(step, owned) === owner);
  if (!sameOwner && (owned === undefined || !maintains(before, owned, actor)))
    return [`'${path}' cannot be given to '${owned ?? 'nobody'}': its maintainers did not accept it`];
  return versioned(step, { path, domain: name, was, is, approvedAt });
}

/** Under its new name it is what it was, or its next version, by the rules of the old name. */
async function renamedContract(
  step: Step,
  { path }: FileChange,
  old: string,
  is: ContractFile,
  approvedAt: number | null,
): Promise<string[]> {
  const { before, after } = step;
  const domain = path.split('/')[1] ?? '';
  const was = before.file('contract', old);
  if (was === undefined) return [`'${old}' does not validate: it cannot be renamed`];
  const wrong = wrongNames(path, was, is, (one) => before.contractNow(domain, one));
  const refused = [...wrong, ...mayChange(step, old)];
  if (refused.length > 0) return refused;
  const owner = ownerOf(after, domain, is.name);
  if (owner === undefined || asBefore(step, owner) !== ownerOf(before, domain, was.name))
    return [`'${path}' changes its owner with its name`];
  return versioned({ ...step, versions: () => step.versions(old) }, { path, domain, was, is, approvedAt });
}

/** To whom a contract is offered, he takes it as it is, or leaves it. */
function answersOffer({ before, actor }: Step, was: ContractFile, is: ContractFile): boolean {
  const { offered_to: to, owner: from, source_commit: _source, ...old } = was;
  const { offered_to: still, owner, source_commit: _none, ...now } = is;
  if (to === undefined || still !== undefined || !maintains(before, before.repoNow(to), actor)) return false;
  if (!sameJson(old as unknown as JsonValue, now as unknown as JsonValue)) return false;
  return owner === before.repoNow(to) || (owner === from && is.source_commit === was.source_commit);
}

/** Is the date from which it is in effect all that differs? */
function onlyDate(was: ContractFile, is: ContractFile): boolean {
  const { effective_at: before, ...old } = was;
  const { effective_at: after, ...now } = is;
  return before !== after && sameJson(old as unknown as JsonValue, now as unknown as JsonValue);
}

/** A grace period ends early when every consumer is ready, whoever of them or of the owner's says it. */
async function earlier(
  step: Step,
  { path }: FileChange,
  domain: string,
  was: ContractFile,
  is: ContractFile,
): Promise<string[]> {
  const { before, actor, now } = step;
  const acknowledged = await step.acknowledged(domain, was.name);
  const grace = graceOf(before, domain, was.name, acknowledged, now);
  const due = Date.parse(is.effective_at ?? '');
  if (grace === null || !(due < Date.parse(grace.effectiveAt)))
    return [`'${path}' moves the date from which it is in effect`];
  if (!isOver(grace))
    return [
      `'${path}' ${was.version} takes effect before its grace period is over: ${grace.missing.join(', ') || 'nobody'} did not acknowledge it`,
    ];
  const owner = ownerOf(before, domain, was.name);
  const mine = [...grace.ready, owner ?? ''].some((repo) => maintains(before, repo, actor));
  return mine ? [] : mayChange(step, path);
}

/** One that was there before goes on where it stopped: taking it away and putting it back changes nothing about it. */
async function newContract(
  step: Step,
  path: string,
  is: ContractFile,
  approvedAt: number | null,
): Promise<string[]> {
  const { before, after, actor } = step;
  const domain = path.split('/')[1] ?? '';
  const owner = ownerOf(after, domain, is.name);
  if (owner === undefined) return [`contract '${domain}/${is.name}' names no owner`];
  if (!maintains(before, owner, actor))
    return [
      `only maintainers of ${owner} may publish '${domain}/${is.name}' for it: '${actor}' is none of them`,
    ];
  if (!(after.domain(domain)?.members ?? []).includes(owner))
    return [`'${owner}' is not in domain '${domain}'`];
  const [was] = await step.versions(path);
  return was === undefined ? [] : versioned(step, { path, domain, was, is, approvedAt });
}

interface Versions {
  path: string;
  domain: string;
  was: ContractFile;
  is: ContractFile;
  approvedAt: number | null;
}

async function versioned(step: Step, { path, domain, was, is, approvedAt }: Versions): Promise<string[]> {
  if (!keepsReleases(was, is, step.now)) return [`'${path}' rewrites its changelog`];
  const promise = { backwards: true, ...was.compatibility };
  const weaker = (['backwards', 'forwards', 'transitive'] as const).find(
    (one) => promise[one] === true && { backwards: true, ...is.compatibility }[one] !== true,
  );
  const schema = (is.schema ?? {}) as JsonObject;
  const byHand = !sameJson(mergedSchema(was, schema), schema);
  let next: Awaited<ReturnType<typeof nextVersion>>;
  try {
    next = await nextVersion(was, {
      value: is.value ?? null,
      schema,
      schemaByHand: byHand,
      version: is.version,
      history: was.compatibility?.transitive ? await step.versions(path) : [],
    });
  } catch (error) {
    return [`'${path}' ${was.version} → ${is.version}: ${(error as Error).message}`];
  }
  const rules = step.before.governance(domain);
  const breaking = next.breaking || weaker !== undefined;
  if (is.effective_at !== was.effective_at && !breaking)
    return [`'${path}' moves the date from which it is in effect`];
  if (!breaking || !rules.requireApproval || (step.proposal && approvedAt === null)) return [];
  if (approvedAt === null) {
    const why = weaker !== undefined ? `it no longer promises '${weaker}'` : words(next.verdict);
    return [`'${path}' ${was.version} → ${is.version} is breaking and not approved: ${why}`];
  }
  const due = approvedAt + rules.graceDays * 86_400_000;
  return rules.graceDays === 0 || Date.parse(is.effective_at ?? '') >= due - 1000
    ? []
    : [`'${path}' takes effect before its grace period of ${rules.graceDays} days is over`];
}

/** Changelogs only grow; a version that is not in effect yet takes its date along below a newer one. */
function keepsReleases(was: ContractFile, is: ContractFile, now: number): boolean {
  const json = (releases: readonly Release[]) => releases as unknown as JsonValue;
  const newer = is.version !== was.version;
  // The clocks of writer and judge may differ around the date.
  const allowed = [now - CLOCK_TOLERANCE, now, now + CLOCK_TOLERANCE].map((at) =>
    newer ? releasesBelow(was, at) : releasesOf(was),
  );
  const all = releasesOf(is);
  return allowed.some(
    (kept) => all.length >= kept.length && sameJson(json(all.slice(all.length - kept.length)), json(kept)),
  );
}

const words = (verdict: object): string =>
  'reason' in verdict && typeof verdict.reason === 'string' ? verdict.reason : 'it cannot be told';

/** Rules that nobody could change any more are a mistake, whoever makes it. */
function lockedOut({ before, after, changes, now, signers }: Step): string[] {
  if (!changes.some(({ path }) => path === paths.realm || path.startsWith('trust/'))) return [];
  if (after.realm === undefined) return ["'realm.yaml' cannot go"];
  if (after.realm.name !== before.realm?.name) return ['a realm keeps its name'];
  const { approvers } = after.governance();
  if (before.governance().approvers.length > 0 && approvers.length === 0)
    return ['the realm would have no approver left'];
  const owners = after.under(paths.gpgKeys).flatMap((path) => gpgKeyOwner(path) ?? []);
  const locked =
    after.realm.trust?.require_signed_commits === true &&
    !approvers.some((one) => mayStillSign(signers, owners, one, new Date(now)));
  return locked ? ['the realm requires signatures, and no approver would have a key that counts'] : [];
}

/** An import that makes its repo rely on itself, over others (DESIGN §8). */
function cycles({ before, after, changes }: Step): string[] {
  return changes.flatMap(({ path }) => {
    if (kindOf(path) !== 'binding') return [];
    const domain = path.split('/')[1] ?? '';
    const known = before.file('binding', path)?.imports ?? [];
    const file = after.file('binding', path);
    const fresh = (file?.imports ?? []).filter((one) => !known.some((old) => old.contract === one.contract));
    return fresh.flatMap(({ contract }) => {
      try {
        mustNotCloseCycle(before, file?.repo ?? '', domain, contract);
        return [];
      } catch (error) {
        return [(error as Error).message];
      }
    });
  });
}
