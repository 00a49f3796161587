import { HOST_WIDTH, mapPool } from '../../../change/pool.ts';
import { RealmError, usageError } from '../../../errors.ts';
import { addressOf, repositoryIn } from '../../../forge/address.ts';
import { shellQuoted } from '../../../shell-word.ts';
import type { Context } from '../../open/context.ts';
import { inWorkspace, type Workspace } from '../../open/workspace.ts';
import { forgeOfRepo } from '../../share/forges.ts';
import { addWorktrees } from '../worktree.ts';
import { mustBeDone, notRun } from './made-of.ts';
import { createPulls } from './open.ts';
import type { PullsResult } from './shown.ts';

export interface AdoptOptions {
  /** Pull requests by their pages, or as `<repo>#<number>`. */
  pulls: readonly string[];
  /** Clone repos that are not on this machine. */
  clone: boolean;
  dryRun: boolean;
  jobs?: number | undefined;
}

export interface AdoptResult extends PullsResult {
  adopted: Adopted[];
}

interface Adopted {
  repo: string;
  number: number;
  title: string;
}

/**
 * Make one change set of pull requests that were opened by hand, on branches of one name: a worktree of each, tracked by the realm, linked
 * and ordered. Titles and descriptions stay as people wrote them, but for our block. Throws `no-such-repo`, `not-open`, and
 * `several-branches`.
 */
export async function adoptPulls(context: Context, options: AdoptOptions): Promise<AdoptResult> {
  const { dryRun, jobs, clone } = options;
  if (options.pulls.length === 0)
    throw usageError('name the pull requests to adopt', 'git realm pr adopt <url>…');
  const { branch, adopted } = await inWorkspace(context, (workspace) =>
    openOnes(context, workspace, options.pulls),
  );
  if (dryRun) return { ...notRun(branch), adopted };
  const repos = adopted.map(({ repo }) => repo);
  const again = `git realm pr adopt ${options.pulls.map(shellQuoted).join(' ')}`;
  mustBeDone(await addWorktrees(context, { branch, repos, clone, adopts: true, dryRun, jobs }), again);
  const asked = { draft: false, reviewers: [], labels: [] };
  return { ...(await createPulls(context, { ...asked, branch, dryRun, jobs })), adopted };
}

/** The pull requests as their forges have them, and the branch that all of them have. */
async function openOnes(context: Context, workspace: Workspace, words: readonly string[]) {
  const wanted = words.map((word) => placeOf(context, workspace, word));
  const twice = wanted.find(({ repo }, at) => wanted.findIndex((other) => other.repo === repo) !== at);
  if (twice !== undefined)
    throw usageError(`a change set has one pull request per repo, and two of ${twice.repo} are named`);
  const found = await mapPool(wanted, HOST_WIDTH, async ({ repo, number }) => {
    const { title, head, state } = await forgeOfRepo(context, workspace, repo).text(number);
    if (state === 'open') return { repo, number, title, head };
    throw new RealmError('not-open', `${repo}#${number} is ${state}`, { exitCode: 1 });
  });
  const [first] = found;
  const branch = first?.head ?? '';
  const other = found.find(({ head }) => head !== branch);
  if (other !== undefined)
    throw new RealmError(
      'several-branches',
      `a change set has one branch name, but ${first?.repo}#${first?.number} has '${branch}' and ${other.repo}#${other.number} has '${other.head}'`,
      {
        exitCode: 1,
        hint: `push the other one as '${branch}' too, open its pull request from there, and adopt that`,
      },
    );
  return { branch, adopted: found.map(({ repo, number, title }) => ({ repo, number, title })) };
}

/** `https://host/owner/repo/pull/7` and its like on each forge, or `<repo>#7`. Throws a usage error, and `no-such-repo`. */
function placeOf(context: Context, workspace: Workspace, word: string): { repo: string; number: number } {
  const { model } = workspace.snapshot;
  const page =
    /^(https?:\/\/.+?)\/(?:-\/)?(?:pull|pulls|merge_requests|pull-requests)\/([1-9]\d{0,8})(?:[/?#].*)?$/.exec(
      word,
    );
  const short = /^([^#\s]+)#([1-9]\d{0,8})$/.exec(word);
  const [, where = '', number = ''] = page ?? short ?? [];
  if (where === '')
    throw usageError(
      `'${word}' is not the address of a pull request`,
      'git realm pr adopt https://<host>/<owner>/<repo>/pull/<number>',
    );
  const repo = page === null ? model.repoNow(where) : model.repoNames().find((name) => isAt(name));
  if (repo !== undefined && model.repo(repo) !== undefined) return { repo, number: Number(number) };
  throw new RealmError('no-such-repo', `no repo of this realm is at '${where}'`, {
    hint: `repos: ${model.repoNames().join(', ')}`,
  });

  function isAt(name: string): boolean {
    const address = addressOf(model.repo(name)?.url ?? '', workspace.config, context.env);
    const meant = repositoryIn(where);
    if (address === null || meant === null) return false;
    const isSame = (key: 'host' | 'owner' | 'repo') =>
      address[key].toLowerCase() === meant[key].toLowerCase();
    return isSame('host') && isSame('owner') && isSame('repo');
  }
}
