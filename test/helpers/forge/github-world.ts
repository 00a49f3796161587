import { readFileSync, writeFileSync } from 'node:fs';
import type { Test } from 'tap';
import { type GitServer, serve } from '../servers/git-http.ts';
import type { Sandbox } from '../world/cli.ts';
import { makeRepo } from '../world/repo.ts';
import { aperture, fungal, joinBoth, letemcookIn, login, type World } from '../world/story.ts';
import { templateOf } from '../world/template.ts';

export interface GithubWorld extends World {
  /** Git itself, behind the same URLs. */
  server: GitServer;
  env: Record<string, string>;
}

/** A step of a story that is part of what is built once. */
interface More {
  name: string;
  build(world: World): Promise<void>;
}

interface Place {
  name: string;
  /** What the URLs of its repositories begin with. */
  base: string;
  /** What the user's configuration says of it. */
  settings: Record<string, string>;
  env: Record<string, string>;
}

/**
 * The story's two repositories on `https://ghe.example/org/`: git is sent to `git http-backend` on this machine, with a login,
 * and the interface to `api`. What is written there is not paced. `more` goes on from there, and is part of what is built once.
 */
export const githubWorld = (test: Test, api: string, token: string, more?: More): Promise<GithubWorld> =>
  forgeWorld(
    test,
    {
      name: 'github',
      base: 'https://ghe.example/org/',
      settings: { 'realm.githubHost': `ghe.example=${api}` },
      env: { GH_ENTERPRISE_TOKEN: token },
    },
    more,
  );

/** The same on a self-managed GitLab, in a subgroup: `https://lab.example/org/group/`. */
export const gitlabWorld = (test: Test, api: string, token: string, more?: More): Promise<GithubWorld> =>
  forgeWorld(
    test,
    {
      name: 'gitlab',
      base: 'https://lab.example/org/group/',
      settings: { 'realm.lab.example.forge': 'gitlab', 'realm.lab.example.forgeApi': api },
      env: { GITLAB_TOKEN: token },
    },
    more,
  );

/** The same on a self-hosted Forgejo: `https://tea.example/org/`. */
export const giteaWorld = (test: Test, api: string, token: string, more?: More): Promise<GithubWorld> =>
  forgeWorld(
    test,
    {
      name: 'gitea',
      base: 'https://tea.example/org/',
      settings: { 'realm.tea.example.forge': 'forgejo', 'realm.tea.example.forgeApi': api },
      env: { FORGEJO_TOKEN: token },
    },
    more,
  );

/** The same on Bitbucket Cloud: `https://bitbucket.org/org/`. */
export const bitbucketWorld = (test: Test, api: string, token: string, more?: More): Promise<GithubWorld> =>
  forgeWorld(
    test,
    {
      name: 'bitbucket',
      base: 'https://bitbucket.org/org/',
      settings: { 'realm.bitbucket.org.forgeApi': api },
      env: { BITBUCKET_TOKEN: token },
    },
    more,
  );

async function forgeWorld(test: Test, place: Place, more: More | undefined): Promise<GithubWorld> {
  const box = await templateOf(test, `${place.name}${more?.name ?? ''}`, async (box) => {
    const provider = await makeRepo(box, 'aperture', { tree: aperture });
    const consumer = await makeRepo(box, 'fungal-image-analysis', { tree: fungal });
    const config = readFileSync(box.env.GIT_CONFIG_GLOBAL ?? '', 'utf8');
    const server = await reach(box, place);
    for (const [repo, name] of [
      [provider, 'aperture'],
      [consumer, 'fungal-image-analysis'],
    ] as const)
      await repo.git('remote', 'set-url', 'origin', `${place.base}${name}.git`);
    await box.realm(['init', '--name', 'letemcook', '--path', 'realm-letemcook']);
    await joinBoth(box, provider, consumer, box.path('realm-letemcook'));
    await more?.build(letemcookIn(box));
    await server.close();
    writeFileSync(box.env.GIT_CONFIG_GLOBAL ?? '', config);
  });
  const server = await reach(box, place);
  test.teardown(() => server.close());
  return { ...letemcookIn(box), server, env: place.env };
}

/** A server for the remotes of this sandbox, which its user's configuration names. */
async function reach(box: Sandbox, { base, settings }: Place): Promise<GitServer> {
  const repositories = ['aperture.git', 'fungal-image-analysis.git'];
  const users = { eric: { password: 'lasagne', write: repositories } };
  const server = await serve({ root: box.path('remotes'), users });
  await login(box, server, 'eric');
  await configure(box, { [`url.${server.url}.insteadOf`]: base, 'realm.forgePace': '1', ...settings });
  return server;
}

async function configure(box: Sandbox, settings: Record<string, string>): Promise<void> {
  for (const [key, value] of Object.entries(settings)) await box.git(['config', '--global', key, value]);
}
