/**
 * `lib/governance`: judges whether a change keeps to the realm's rules: who may make it, and what must hold
 * afterwards. The program, a server's hook and CI all use it, and it reads nothing but the trees before and
 * after.
 */

import { repoName } from '../names.ts';
import { codeowners, GENERATED } from '../realm/codeowners.ts';
import { blobProblem } from '../realm/content.ts';
import { mustNotCloseCycle } from '../realm/cycles.ts';
import { contentPath, domainPath, kindOf, paths } from '../realm/kinds.ts';
import type { RealmModel } from '../realm/model.ts';
import { parseFile } from '../realm/parse.ts';
import { pendingUntil } from '../realm/releases.ts';
import { gpgKeyOwner, mayStillSign, trustProblem } from '../realm/signers.ts';
import { type Renames, renamesIn } from './renames.ts';
import { contract } from './rules/contract.ts';
import { binding, domain, registration } from './rules/members.ts';
import { isApprover, mayChange } from './rules/rights.ts';
import type { FileChange, Step } from './rules/step.ts';
import { isRealmPath, pathProblem, twinFinder } from './tree-paths.ts';

/**
 * Why the realm's rules refuse a commit, one sentence each; empty where it may stand. Judged by the tree before it: nobody
 * gains a right by the commit that uses it.
 */
export async function refusalsOf(asked: Step): Promise<string[]> {
  const step = { ...asked, renames: renamesIn(asked.before, asked.after, asked.changes) };
  const twinOf = twinFinder(step.after.under(''));
  const split = splitName(step.renames);
  if (split !== undefined) return [split];
  const malformed = step.changes.flatMap((change) => shape(step.after, twinOf, change));
  if (malformed.length > 0) return malformed;
  const contents = await contentRefusals(step, contractsIn(step.changes));
  if (contents.length > 0) return contents;
  const unheard = await unknownRules(step);
  if (unheard.length > 0) return unheard;
  const refused = await Promise.all(step.changes.map((change) => judge(step, change)));
  return [...refused.flat(), ...leftBehind(step), ...lockedOut(step), ...cycles(step)];
}

/** Two files that both say that they were a third one. */
function splitName(renames: Renames): string | undefined {
  const entries = [...renames];
  for (const [at, [path, old]] of entries.entries()) {
    const [twin] = entries.slice(0, at).find(([, other]) => other === old) ?? [];
    if (twin !== undefined)
      return `'${twin}' and '${path}' both claim to be the renamed '${old}'; only one can be`;
  }
  return undefined;
}

/** What no file of a realm may be, no matter who writes it. */
function shape(
  after: RealmModel,
  twinOf: (path: string) => string | undefined,
  { path, from, to }: FileChange,
): string[] {
  if (to === null) return [];
  const named = from === null ? pathProblem(path) : null;
  if (named !== null) return [named];
  if (to.mode !== '100644' && !(to.mode === '100755' && from?.mode === '100755'))
    return [`'${path}' is not a plain file: links, submodules and executables are not allowed in a realm`];
  if (to.text === null && to.unread !== null) return [`'${path}' ${to.unread}`];
  const twin = from === null ? twinOf(path) : undefined;
  if (twin !== undefined) return [`'${path}' differs from '${twin}' only in case`];
  const kind = kindOf(path);
  const isContent = contentPath(path) !== undefined;
  const domain = IN_DOMAIN.includes(isContent ? 'content' : kind) ? (path.split('/')[1] ?? '') : undefined;
  if (domain !== undefined && !after.has(paths.domain(domain)))
    return [`'${path}' is in a folder without a domain.yaml: 'domains/${domain}' is not a domain`];
  if (to.text === null) return [];
  if (kind === undefined) return asList(trustProblem(path, to.text));
  const parsed = parseFile(kind, path, to.text);
  if (!parsed.ok) {
    const [problem] = parsed.problems;
    return [`'${path}' is not valid: line ${problem?.line}: ${problem?.message}`];
  }
  const file: { name?: unknown } = parsed.value as object;
  const name = namedBy(kind, path);
  if (name !== undefined && file.name !== name)
    return [`'${path}' has a different name in it: '${file.name}'`];
  return kind === 'repo' && !isRepoName(name ?? '') ? [`'${path}' is not a valid repo name`] : [];
}

const IN_DOMAIN: readonly unknown[] = ['governance', 'contract', 'binding', 'content'];

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

/** The contracts that changes refer to: their own files, and what lies beside them. */
function contractsIn(changes: readonly FileChange[]): { domain: string; contract: string }[] {
  const found = changes.flatMap(({ path }) => {
    const place = kindOf(path) === 'contract' ? domainPath(path) : undefined;
    return place === undefined ? (contentPath(path) ?? []) : { domain: place.domain, contract: place.stem };
  });
  return [
    ...new Map(
      found.map((contract) => [paths.contract(contract.domain, contract.contract), contract]),
    ).values(),
  ];
}

/** What lies beside each contract is exactly what it lists: the same files, with the same bytes, and no other. */
export async function contentRefusals(
  { after, blob }: Pick<Step, 'after' | 'blob'>,
  contracts: readonly { domain: string; contract: string }[],
): Promise<string[]> {
  const refused = contracts.map(async ({ domain, contract }) => {
    const path = paths.contract(domain, contract);
    const problem = after.contentProblem(domain, contract);
    if (problem !== undefined) return [`'${path}': ${problem}`];
    const content = after.contract(domain, contract)?.content ?? [];
    const found = await Promise.all(
      content.map(async ({ oid, bytes }) => blobProblem(await blob(oid), bytes)),
    );
    const at = found.findIndex((refusal) => refusal !== undefined);
    return at < 0 ? [] : [`'${path}': its content '${content[at]?.path}' ${found[at]}`];
  });
  return (await Promise.all(refused)).flat();
}

/** It follows from what its contract lists, and is judged with that. */
const contentChange = (step: Step, path: string, contract: string): string[] =>
  step.changes.some((change) => change.path === contract) ? [] : mayChange(step, path);

async function judge(step: Step, change: FileChange): Promise<string[]> {
  const { approved, withdrawn } = step;
  const content = contentPath(change.path);
  if (content !== undefined)
    return contentChange(step, change.path, paths.contract(content.domain, content.contract));
  if (withdrawn?.covers(change)) return takenBack(step, change);
  if (approved?.covers(change))
    return judgeAs({ ...step, actor: approved.proposer, proposal: true }, change, approved.at);
  return judgeAs(step, change, null);
}

/** An approver reverts what an approval published; what is in effect stays. */
function takenBack(step: Step, { path }: FileChange): string[] {
  const place = domainPath(path);
  if (!isApprover(step, place?.domain))
    return [`only approvers may revert '${path}': '${step.actor}' is not an approver`];
  const contract = step.before.file('contract', path);
  return contract !== undefined && pendingUntil(contract, step.now) === null
    ? [`'${path}' ${contract.version} is in effect and can no longer be reverted`]
    : [];
}

/** Approvers keep texts and settings in a realm too, where people and programs look for them. */
function otherFile(step: Step, { path, to }: FileChange): string[] {
  const refused = mayChange(step, path);
  if (refused.length > 0 || to === null || isRealmPath(path)) return refused;
  return [`'${path}' is not an allowed path in a realm: see git realm help verify`];
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
      if (path === paths.codeowners && to?.text?.startsWith(GENERATED) && to.text === codeowners(step.after))
        return [];
      return otherFile(step, change);
    default:
      return mayChange(step, path);
  }
}

/** A level for a rule that no kind has would be obeyed by nobody; one that stood there before may stay. */
async function unknownRules({ before, after, changes }: Step): Promise<string[]> {
  const rulesIn = (model: RealmModel, path: string): string[] => {
    const file = path === paths.realm ? model.realm?.governance : model.file('governance', path);
    return Object.keys(file?.rules ?? {});
  };
  const fresh = changes.flatMap(({ path, to }) => {
    if (to === null || (kindOf(path) !== 'realm' && kindOf(path) !== 'governance')) return [];
    const known = rulesIn(before, path);
    return rulesIn(after, path).flatMap((id) => (known.includes(id) ? [] : [{ path, id }]));
  });
  if (fresh.length === 0) return [];
  const { unknownRule } = await import('../kinds/rules.ts');
  return fresh.flatMap(({ path, id }) => asList(unknownRule(id, path)));
}

/** A domain goes with all that is in it. */
const leftBehind = ({ after, changes }: Step): string[] =>
  changes.flatMap(({ path, to }) => {
    if (to !== null || kindOf(path) !== 'domain') return [];
    const [file] = after.under(path.slice(0, -'domain.yaml'.length));
    return file === undefined ? [] : [`'${path}' cannot be removed while '${file}' exists`];
  });

/** Rules that nobody could change any more are a mistake, no matter who makes it. */
function lockedOut({ before, after, changes, now, signers }: Step): string[] {
  if (!changes.some(({ path }) => path === paths.realm || path.startsWith('trust/'))) return [];
  if (after.realm === undefined) return ["'realm.yaml' cannot be removed"];
  if (after.realm.name !== before.realm?.name) return ['the name of a realm cannot change'];
  const { approvers } = after.governance();
  if (before.governance().approvers.length > 0 && approvers.length === 0)
    return ['the realm would have no approvers left'];
  const owners = after.under(paths.gpgKeys).flatMap((path) => gpgKeyOwner(path) ?? []);
  const locked =
    after.realm.trust?.require_signed_commits === true &&
    !approvers.some((approver) => mayStillSign(signers, owners, approver, new Date(now)));
  return locked ? ['the realm requires signatures, but no approver would have a trusted key'] : [];
}

/** An import that makes its repo rely on itself, over others. */
function cycles({ before, after, changes }: Step): string[] {
  return changes.flatMap(({ path }) => {
    if (kindOf(path) !== 'binding') return [];
    const domain = path.split('/')[1] ?? '';
    const known = before.file('binding', path)?.imports ?? [];
    const file = after.file('binding', path);
    const fresh = (file?.imports ?? []).filter(
      (entry) => !known.some((old) => old.contract === entry.contract),
    );
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
