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

/**
 * The story's two repositories on `https://ghe.example/org/`: git is sent to `git http-backend` on this machine, with a login,
 * and the interface to `api`. What is written there is not paced. `more` goes on from there, and is part of what is built once.
 */
export async function githubWorld(
  test: Test,
  api: string,
  token: string,
  more?: { name: string; build(world: World): Promise<void> },
): Promise<GithubWorld> {
  const box = await templateOf(test, `github${more?.name ?? ''}`, async (box) => {
    const provider = await makeRepo(box, 'aperture', { tree: aperture });
    const consumer = await makeRepo(box, 'fungal-image-analysis', { tree: fungal });
    const config = readFileSync(box.env.GIT_CONFIG_GLOBAL ?? '', 'utf8');
    const server = await reach(box, api);
    for (const [repo, name] of [
      [provider, 'aperture'],
      [consumer, 'fungal-image-analysis'],
    ] as const)
      await repo.git('remote', 'set-url', 'origin', `https://ghe.example/org/${name}.git`);
    await box.realm(['init', '--name', 'letemcook', '--path', 'realm-letemcook']);
    await joinBoth(box, provider, consumer, box.path('realm-letemcook'));
    await more?.build(letemcookIn(box));
    await server.close();
    writeFileSync(box.env.GIT_CONFIG_GLOBAL ?? '', config);
  });
  const server = await reach(box, api);
  test.teardown(() => server.close());
  return { ...letemcookIn(box), server, env: { GH_ENTERPRISE_TOKEN: token } };
}

/** A server for the remotes of this sandbox, which its user's configuration names. */
async function reach(box: Sandbox, api: string): Promise<GitServer> {
  const repositories = ['aperture.git', 'fungal-image-analysis.git'];
  const users = { eric: { password: 'lasagne', write: repositories } };
  const server = await serve({ root: box.path('remotes'), users });
  await login(box, server, 'eric');
  await configure(box, {
    [`url.${server.url}.insteadOf`]: 'https://ghe.example/org/',
    'realm.githubHost': `ghe.example=${api}`,
    'realm.forgePace': '1',
  });
  return server;
}

async function configure(box: Sandbox, settings: Record<string, string>): Promise<void> {
  for (const [key, value] of Object.entries(settings)) await box.git(['config', '--global', key, value]);
}
