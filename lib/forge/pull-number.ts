import { RealmError, usageError } from '../errors.ts';
import type { ForgeAddress } from './address.ts';

/**
 * The number of the pull request that a run is about: the one given, else the one that the CI system names in the environment of its
 * job (`GITHUB_REF`, which Gitea's and Forgejo's runners set too; `CI_MERGE_REQUEST_IID`, `BITBUCKET_PR_ID`). A job of another repository does not say which
 * pull request of this one is meant. Throws a usage error, and `other-repository`.
 */
export function pullNumber(
  env: Readonly<NodeJS.ProcessEnv>,
  address: ForgeAddress,
  given: string | undefined,
): number {
  if (given !== undefined) {
    if (/^[#!]?[1-9]\d{0,8}$/.test(given)) return Number(given.replace(/^[#!]/, ''));
    throw usageError(`--pr must be the number of a pull request, not '${given}'`, HINT);
  }
  const [repository, number] = jobOf(env, address.kind);
  if (number === undefined || !/^[1-9]\d{0,8}$/.test(number))
    throw usageError('--comment needs a pull request, and the environment names none', HINT);
  const here = `${address.owner}/${address.repo}`;
  if (repository?.toLowerCase() !== here.toLowerCase())
    throw new RealmError(
      'other-repository',
      `this job belongs to ${repository === undefined ? 'an unnamed repository' : `'${repository}'`}, and the checkout to '${here}': which pull request to comment on is not known`,
      { hint: HINT },
    );
  return Number(number);
}

/** The repository that a job belongs to, and its pull request. */
function jobOf(env: Readonly<NodeJS.ProcessEnv>, kind: ForgeAddress['kind']) {
  if (kind === 'gitlab') return [env.CI_MERGE_REQUEST_PROJECT_PATH, env.CI_MERGE_REQUEST_IID];
  if (kind === 'bitbucket') return [env.BITBUCKET_REPO_FULL_NAME, env.BITBUCKET_PR_ID];
  return [env.GITHUB_REPOSITORY, /^refs\/pull\/(\d+)\/(?:merge|head)$/.exec(env.GITHUB_REF ?? '')?.[1]];
}

const HINT = 'git realm check --comment --pr <number>';
