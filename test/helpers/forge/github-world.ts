import type { Test } from 'tap';
import { type GitServer, serve } from '../servers/git-http.ts';
import type { Sandbox } from '../world/cli.ts';
import { sandbox } from '../world/cli.ts';
import { makeRepo } from '../world/repo.ts';
import { aperture, fungal, joinBoth, login, openRealm, type World } from '../world/story.ts';

export interface GithubWorld extends World {
  /** Git itself, behind the same URLs. */
  server: GitServer;
  env: Record<string, string>;
}

/**
 * The story's two repositories on `https://ghe.example/org/`: git is sent to `git http-backend` on this machine, with a login,
 * and the interface to `api`. What is written there is not paced.
 */
export async function githubWorld(test: Test, api: string, token: string): Promise<GithubWorld> {
  const box = sandbox(test);
  const root = box.path('remotes');
  const provider = await makeRepo(box, 'aperture', { tree: aperture });
  const consumer = await makeRepo(box, 'fungal-image-analysis', { tree: fungal });
  const repositories = ['aperture.git', 'fungal-image-analysis.git'];
  const server = await serve({ root, users: { eric: { password: 'lasagne', write: repositories } } });
  test.teardown(() => server.close());
  await login(box, server, 'eric');
  await configure(box, {
    [`url.${server.url}.insteadOf`]: 'https://ghe.example/org/',
    'realm.githubHost': `ghe.example=${api}`,
    'realm.forgePace': '1',
  });
  for (const repo of [provider, consumer])
    await repo.git(
      'remote',
      'set-url',
      'origin',
      `https://ghe.example/org/${repo.path.split('/').at(-1)}.git`,
    );
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm-letemcook']);
  await joinBoth(box, provider, consumer, box.path('realm-letemcook'));
  return {
    box,
    realm: openRealm(box, box.path('realm-letemcook')),
    aperture: provider,
    fungal: consumer,
    server,
    env: { GH_ENTERPRISE_TOKEN: token },
  };
}

async function configure(box: Sandbox, settings: Record<string, string>): Promise<void> {
  for (const [key, value] of Object.entries(settings)) await box.git(['config', '--global', key, value]);
}
