import { domainPath } from '../../realm/kinds.ts';
import type { RealmModel } from '../../realm/model.ts';
import { usersOf } from '../../realm/ops/domain.ts';
import { dependentsOf } from '../../realm/ops/leave.ts';
import { claimsOrg } from '../../realm/ops/rename.ts';
import { hasJoined, isOutsider, ownerOf } from '../../realm/ownership.ts';
import type { BindingFile } from '../../realm/types.ts';
import { leftBehind, repoAt, wrongNames } from '../renames.ts';
import {
  actsFor,
  asBefore,
  isApprover,
  maintains,
  mayChange,
  mayMembership,
  registersNow,
  speaksFor,
} from './rights.ts';
import type { FileChange, Step } from './step.ts';

const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** A repo comes in as the realm admits repos; once in, it is its maintainers'. */
export function registration(step: Step, { path, from, to }: FileChange): string[] {
  const { before, after, actor } = step;
  const name = path.slice('repos/'.length, -'.yaml'.length);
  const was = before.repo(name);
  const is = after.repo(name);
  const old = step.renames?.get(path);
  if (to === null && [...(step.renames?.values() ?? [])].includes(path)) {
    const left = leftBehind(after, name);
    return left === undefined ? mayChange(step, path) : [`'${left}' still refers to '${name}'`];
  }
  if (to === null) {
    const [needed] = dependentsOf(before, name);
    if (needed !== undefined)
      return [`'${path}' cannot be removed: ${needed.repo} imports ${needed.contract} from it`];
    if (!isApprover(step) || isMember(before, name)) return mayChange(step, path);
    const left = leftBehind(after, name);
    return left === undefined ? [] : [`'${left}' still refers to '${name}'`];
  }
  if ((is?.maintainers ?? []).length === 0)
    return [`'${path}' does not name a maintainer, so nobody could fix it`];
  const hidden = (is?.maintainers ?? []).some(
    (maintainer) => HIDDEN.test(maintainer) && !was?.maintainers?.includes(maintainer),
  );
  if (hidden) return [`'${path}' names a maintainer with an invisible character`];
  if (is !== undefined) {
    const earlier = old === undefined ? was : before.file('repo', old);
    const wrong = wrongNames(path, earlier, is, before.repoNow);
    if (wrong.length > 0) return wrong;
  }
  if (old !== undefined) {
    const status = before.file('repo', old)?.status;
    if (is?.status !== status) return [`'${path}' changes both its status and its name`];
    const refused = mayChange(step, old);
    return refused.length > 0 || !claimsOrg(repoAt(old), name) ? refused : admitted(step, path, name);
  }
  const comesIn = from === null || (was?.status === 'left' && is?.status !== 'left');
  if (!comesIn) return mayChange(step, path);
  if (from !== null && !isApprover(step) && !maintains(before, name, actor)) return mayChange(step, path);
  return admitted(step, path, name);
}

const isMember = (model: RealmModel, repo: string): boolean =>
  model.domainNames().some((domain) => model.domain(domain)?.members?.includes(repo));

/** May a repo come in under this name, or take the name of an organisation? */
function admitted(step: Step, path: string, name: string): string[] {
  const { before, after, actor } = step;
  const { admission } = before.governance();
  if (isApprover(step)) return [];
  if (admission === 'open' || (step.proposal && admission === 'approval'))
    return maintains(after, name, actor) ? [] : [`'${path}' does not name '${actor}' as its maintainer`];
  return [
    `'${name}' was not admitted: repos join by ${admission === 'approval' ? 'approval' : 'invitation'}`,
  ];
}

/** Members' maintainers decide on the domain; nobody removes what another member still has in it. */
export function domain(step: Step, { path, from, to }: FileChange): string[] {
  const { before, after, actor } = step;
  const name = path.split('/')[1] ?? '';
  const members = before.domain(name)?.members ?? [];
  const next = to === null ? [] : (after.domain(name)?.members ?? []);
  if (from === null) {
    return next.some((repo) => speaksFor(before, repo, actor))
      ? []
      : [`'${actor}' does not maintain any repo of the new domain '${name}'`];
  }
  const refused = mayChange(step, path);
  if (refused.length > 0) return refused;
  const rests = before.domain(name)?.archived !== true && after.domain(name)?.archived === true;
  const [user] = rests ? usersOf(before, name).filter(({ repo }) => !maintains(before, repo, actor)) : [];
  if (user !== undefined)
    return [`domain '${name}' cannot be archived: ${user.repo} imports ${user.contract} there`];
  const lost = members.find((repo) => {
    const file = before.binding(name, repo)?.file;
    const taking = !isOutsider(before, name, repo) && !maintains(before, repo, actor);
    return !next.includes(repo) && inUse(file) && taking;
  });
  return lost === undefined ? [] : [`'${lost}' still has contracts or imports in domain '${name}'`];
}

const size = (file: BindingFile | undefined): number =>
  (file?.exports ?? []).length + (file?.imports ?? []).length;

/** Does a binding say more than before: of another repo, or of a contract that it did not name? */
const grows = (was: BindingFile | undefined, is: BindingFile): boolean =>
  was?.repo !== is.repo ||
  (['exports', 'imports'] as const).some((key) =>
    is[key]?.some(({ contract }) => !was[key]?.some((entry) => entry.contract === contract)),
  );

const inUse = (file: BindingFile | undefined): boolean => size(file) > 0;

/**
 * Only a repo's maintainers write its binding, while it is a member; an empty one may come and go with its membership. What
 * somebody has there who takes no part, the domain's members and approvers may clear away.
 */
export function binding(step: Step, { path, from }: FileChange): string[] {
  const { before, after, actor } = step;
  const name = path.split('/')[1] ?? '';
  const was = before.file('binding', path);
  const is = after.file('binding', path);
  if (before.domain(name)?.archived === true && after.domain(name)?.archived === true && size(is) > size(was))
    return [`domain '${name}' is archived: nothing can be published or imported there`];
  if (was === undefined && is === undefined) return mayChange(step, path);
  const clears = is === undefined && was !== undefined && isOutsider(before, name, was.repo);
  if (clears && (isApprover(step, name) || mayMembership(step, name))) return [];
  const repos = [...new Set([was?.repo, is?.repo].filter((repo) => repo !== undefined))];
  const foreign = repos.find((repo) => !actsFor(step, repo) && !registersNow(step, repo));
  if (foreign !== undefined) {
    const members = (after.domain(name)?.members ?? []).includes(foreign);
    const moved = was === undefined ? members : !members && is === undefined;
    if (repos.length === 1 && moved && !inUse(was) && !inUse(is) && mayMembership(step, name)) return [];
    return [`only maintainers of ${foreign} may change '${path}': '${actor}' is not one of them`];
  }
  if (is !== undefined && grows(was, is)) {
    if (!(after.domain(name)?.members ?? []).includes(is.repo))
      return [`'${is.repo}' is not in domain '${name}': only its members may export and import there`];
    if (inUse(is) && !hasJoined(after, is.repo))
      return [`'${is.repo}' has not joined this realm, so it cannot export or import`];
    const other = after
      .bindings(name)
      .find((binding) => binding.file.repo === is.repo && binding.path !== path);
    if (from === null && other !== undefined)
      return [`'${is.repo}' already has a binding in domain '${name}': '${other.path}'`];
    if (from === null && ![is.repo, is.repo.split('/').at(-1)].includes(domainPath(path)?.stem))
      return [`'${path}' is the binding of '${is.repo}', but is not named after it`];
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
      !was?.exports?.some((entry) => entry.contract === contract)
    );
  });
  return stolen === undefined
    ? []
    : [
        `'${stolen.contract}' belongs to ${ownerOf(before, name, stolen.contract)}: '${is?.repo}' cannot export it`,
      ];
}
