import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { anySeed, seedOr } from '../values/seed.ts';
import type { Sandbox } from '../world/cli.ts';
import { makeRepo, openRepo, type Repo } from '../world/repo.ts';
import { buildLetemcook, commitMembership, letemcookIn, mlInfra, type World } from '../world/story.ts';
import { templateOf } from '../world/template.ts';
import { gitTap } from './kill.ts';

export interface Three extends World {
  repos: Repo[];
  worktree(repo: Repo): string;
}

/** Three repos in one domain. */
export async function three(test: Test): Promise<Three> {
  const box = await templateOf(test, 'three', async (box) => {
    await buildLetemcook(box);
    const infra = await makeRepo(box, 'ml-infra', { tree: mlInfra });
    await box.realm(['join', box.path('realm-letemcook')], { cwd: infra.path });
    await box.realm(['domain', 'add', 's3-access', 'ml-infra'], { cwd: 'aperture' });
    await commitMembership(infra);
  });
  const world = letemcookIn(box);
  const infra = openRepo(box, 'ml-infra', box.path('remotes', 'ml-infra.git'));
  return {
    ...world,
    repos: [world.aperture, world.fungal, infra],
    worktree: (repo) => join(repo.path, '.worktrees', 'feat-metrics'),
  };
}

/** Everything that a run may change, less what differs between any two runs: ids, dates, and the journal itself. */
async function state({ box, repos, realm, worktree }: Three): Promise<string> {
  const script = `
    cd "$1"; shift
    for d do
      git -C "$d" for-each-ref --format='%(refname) %(tree) %(subject)' refs/heads refs/remotes 2>/dev/null
      git -C "$d" for-each-ref --format='%(refname) %(objectname)' refs/heads/main
      git -C "$d" notes --ref refs/notes/realm list 2>/dev/null | wc -l
      cat "$d/.git/info/exclude" 2>/dev/null
    done`;
  const folders = repos.flatMap((repo) => [repo.path, repo.remote ?? '']);
  const refs = await box.run('sh', ['-c', script, 'sh', box.root, ...folders], { expect: 'any' });
  const trees = [];
  for (const repo of repos) {
    const path = worktree(repo);
    const { stdout } = await box.run('sh', ['-c', 'git -C "$1" status --porcelain --branch', 'sh', path], {
      expect: 'any',
    });
    trees.push(stdout);
  }
  const files = await realm.git('ls-tree', '-r', '--name-only', 'main', 'worktrees', 'forge');
  const texts = [];
  for (const file of files.split('\n').filter(Boolean)) texts.push(await realm.git('show', `main:${file}`));
  return [refs.stdout, ...trees, files, ...texts]
    .join('\n')
    .replace(/I[0-9a-f]{40}/g, 'I…')
    .replace(/\b[0-9a-f]{40}\b/g, '…')
    .replace(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'time');
}

/** The sandbox as it is now, to come back to any number of times; `name` tells several such states apart. */
export async function saved(test: Test, box: Sandbox, name = 'saved'): Promise<() => Promise<void>> {
  const copy = `${box.root}.${name}`;
  await box.run('sh', ['-c', 'mkdir "$1" && cp -a . "$1"', 'sh', copy]);
  test.teardown(() => rmSync(copy, { recursive: true, force: true }));
  return async () => {
    const script = 'find . -mindepth 1 -delete && cp -a "$1"/. .';
    await box.run('sh', ['-c', script, 'sh', copy]);
  };
}

/**
 * Kills a command after each of its writes, one after the other (every write of the journal is one `git fast-import`, and so
 * is every realm commit; what it writes in the repositories themselves is `own`), then continues or aborts it in turns. The gate
 * does so after every eighth write, from a first one that the seed chooses; `REALM_NIGHTLY=1` does both after each.
 */
export async function killedEverywhere(
  test: Test,
  world: Three,
  args: string[],
  cwd: string,
  again: string[],
  own?: string,
): Promise<void> {
  const { box } = world;
  const seed = seedOr(anySeed());
  const restore = await saved(test, box);
  const none = await state(world);
  await box.run('git-realm', args, { cwd });
  const whole = await state(world);
  test.not(whole, none, 'the command does something');
  for (const match of ['fast-import', ...(own === undefined ? [] : [own])])
    await killedAfter(match, match === 'fast-import' ? 4 : world.repos.length);
  await box.run('rm', ['-rf', `${box.root}.saved`]);

  async function killedAfter(match: string, places: number): Promise<void> {
    const both = process.env.REALM_NIGHTLY === '1';
    const step = both ? 1 : 8;
    let struck = 0;
    for (let nth = both ? 1 : 1 + (seed % Math.min(step, places)); nth < 1_000; nth += step) {
      for (const way of ['--continue', '--abort'].filter((_, at) => both || (nth + seed) % 2 === at)) {
        await restore();
        const tap = gitTap({ killAfter: { match, nth }, path: box.env.PATH ?? '' });
        await box.run('git-realm', args, { cwd, env: tap.env, expect: 'any' });
        if (!tap.killed()) {
          test.ok(
            struck >= Math.max(1, Math.floor(places / step)),
            `${args[0]}: killed after ${match} at ${struck} places`,
          );
          return;
        }
        if (!both || way === '--continue') struck += 1;
        await goneOnWith(way, `${match} ${nth}`);
      }
    }
    test.fail(`${args[0]} does not end: it was killed after ${match} at ${struck} places`);
  }

  async function goneOnWith(way: string, where: string): Promise<void> {
    const ran = await box.run('git-realm', [...again, way], { cwd, expect: 'any' });
    // The last write says that all is done: then there is nothing left to continue or to abort.
    const over = ran.code === 1 && /was interrupted/.test(ran.stderr);
    const expected = over || way === '--continue' ? whole : none;
    test.equal(await state(world), expected, `${args[0]} killed after ${where}, ${way}: ${ran.stderr}`);
    if (way === '--continue') {
      await box.run('git-realm', args, { cwd, expect: 'any' });
      const rerun = await state(world);
      if (args[0] !== 'commit') test.equal(rerun, whole, 'and run again it adds nothing');
    }
  }
}
