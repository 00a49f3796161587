import { stat } from 'node:fs/promises';
import path from 'node:path';
import { mainWorktree } from '../../checkout/main-worktree.ts';
import { readMembership } from '../../checkout/member.ts';
import { readUserIndex, rememberRealm } from '../../checkout/user-index.ts';
import { RealmError } from '../../errors.ts';
import { foreignEnvironment } from '../../git/environment.ts';
import { cloneRepository } from '../../git/make-repository.ts';
import { localPath, mayReach } from '../../git/reach.ts';
import { discover } from '../../git/repository.ts';
import { gitIn } from '../../git/run.ts';
import { repoName } from '../../names.ts';
import type { Context } from '../open/context.ts';
import { inWorkspace } from '../open/workspace.ts';

export interface CheckoutAdded {
  repo: string;
  path: string;
  cloned: boolean;
}

export interface CheckoutOptions {
  repo: string;
  path?: string | undefined;
  /** Clone it from the URL that the realm has. */
  clone: boolean;
}

/** Tell the index where a repo of the realm lies on this machine, cloning it first where asked. */
export function addCheckout(context: Context, options: CheckoutOptions): Promise<CheckoutAdded> {
  return inWorkspace(context, async (workspace) => {
    const repo = repoName(options.repo) as string;
    const registration = workspace.snapshot.model.repo(repo);
    if (registration === undefined) {
      const known = workspace.snapshot.model.repoNames().join(', ');
      throw new RealmError('no-such-repo', `no repo '${repo}' in this realm`, { hint: `repos: ${known}` });
    }
    const target = path.resolve(
      context.cwd,
      options.path ?? path.join(workspace.repo.worktree ?? '.', '..', path.basename(repo)),
    );
    const there = await stat(target).catch(() => null);
    const cloned = there === null && options.clone;
    if (cloned) await clone(context, registration.url, repo, target);
    else if (there === null) {
      throw new RealmError('no-such-directory', `no directory '${target}'`, {
        hint: `git realm checkout add ${repo} ${target} --clone`,
      });
    }
    const found = await discover(target, { env: context.env, foreign: true });
    const membership = await readMembership(found);
    if (
      membership === null ||
      membership.repo !== repo ||
      membership.realm.name !== workspace.file.realm.name
    ) {
      const says =
        membership === null
          ? 'it has no .blue/config.yaml'
          : `it is '${membership.repo}' of realm '${membership.realm.name}'`;
      throw new RealmError('other-checkout', `'${target}' is not a checkout of '${repo}': ${says}`, {
        hint: `commit .blue/config.yaml in ${repo}, or: git -C '${target}' realm join`,
      });
    }
    const place = { repo, path: await mainWorktree(found) };
    const { realms } = await readUserIndex(context.env);
    const realm = realms.find((indexed) => indexed.name === workspace.file.realm.name);
    const { name, path: location, url, local_path } = realm ?? { name: workspace.file.realm.name };
    await rememberRealm(
      context.env,
      {
        name,
        ...(location === undefined ? {} : { path: location }),
        ...(url === undefined ? {} : { url }),
        ...(local_path === undefined ? {} : { local_path }),
      },
      place,
    );
    return { repo, path: place.path, cloned };
  });
}

async function clone(context: Context, url: string | undefined, repo: string, target: string): Promise<void> {
  if (url === undefined) {
    throw new RealmError('no-url', `the realm has no URL for '${repo}'`, {
      hint: `clone it manually, then: git realm checkout add ${repo} <path>`,
    });
  }
  const root = path.parse(target).root;
  await mayReach(url, root, context.env, `the realm's repos/${repo}.yaml: `);
  const local = localPath(url);
  if (local !== null && !path.isAbsolute(local)) {
    throw new RealmError('bad-url', `the realm's repos/${repo}.yaml: '${url}' is a path on another machine`, {
      hint: `clone it manually, then: git realm checkout add ${repo} <path>`,
    });
  }
  // git clone takes a directory of that name here for what was meant before it takes a host.
  await cloneRepository(gitIn(root, foreignEnvironment(context.env)), url, target);
}
