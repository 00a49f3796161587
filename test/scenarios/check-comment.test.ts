import t, { type Test } from 'tap';
import { type Github, startGithub } from '../helpers/forge/github.ts';
import type { KeptComment } from '../helpers/forge/github-repo.ts';
import { type GithubWorld, githubWorld, gitlabWorld } from '../helpers/forge/github-world.ts';
import { startGitlab } from '../helpers/forge/gitlab.ts';

const TOKEN = 'ghp_0123456789secret';

interface Place extends Pick<Github, 'trouble' | 'writes'> {
  world: GithubWorld;
  /** What its CI says of the job. */
  job: Record<string, string>;
  comments(): KeptComment[];
  /** What an edit of a comment is. */
  edit: { method: string; match: RegExp };
}

async function github(test: Test): Promise<Place> {
  const hub = await startGithub(test, { [TOKEN]: 'ci' });
  const world = await githubWorld(test, hub.url, TOKEN);
  const repo = hub.add('org/aperture', { bare: world.box.path('remotes/aperture.git') });
  await branch(world);
  await request(`${hub.url}/repos/org/aperture/pulls`, { head: 'feat/x', base: 'main', title: 'x' });
  return {
    ...hub,
    world,
    job: { GITHUB_REPOSITORY: 'org/aperture', GITHUB_REF: 'refs/pull/1/merge' },
    comments: () => repo.items[0]?.comments ?? [],
    edit: { method: 'PATCH', match: /comments\/\d+$/ },
  };
}

async function gitlab(test: Test): Promise<Place> {
  const lab = await startGitlab(test, { [TOKEN]: 'ci' });
  const world = await gitlabWorld(test, lab.url, TOKEN);
  const project = lab.add('org/group/aperture', { bare: world.box.path('remotes/aperture.git') });
  await branch(world);
  await request(`${lab.url}/projects/org%2Fgroup%2Faperture/merge_requests`, {
    source_branch: 'feat/x',
    target_branch: 'main',
    title: 'x',
  });
  return {
    ...lab,
    world,
    job: { CI_MERGE_REQUEST_PROJECT_PATH: 'org/group/aperture', CI_MERGE_REQUEST_IID: '1' },
    comments: () => project.requests[0]?.notes ?? [],
    edit: { method: 'PUT', match: /notes\/\d+$/ },
  };
}

async function branch({ aperture }: GithubWorld): Promise<void> {
  await aperture.git('checkout', '-q', '-b', 'feat/x');
  await aperture.commit('x', { 'x.txt': 'x' });
  await aperture.git('push', '-q', 'origin', 'feat/x');
}

async function request(url: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
}

for (const [name, start] of Object.entries({ github, gitlab }))
  t.test(`${name}: one comment says what a pull request does to a contract, to the end`, async (test) => {
    const { world, job, comments, writes, trouble, edit } = await start(test);
    const { box, aperture, env } = world;
    const check = (args: string[], expect: number, given: Record<string, string> = { ...env, ...job }) =>
      box.realm(['check', '--comment', ...args], { cwd: aperture.path, env: given, expect });
    test.match((await check(['--json'], 0)).json(), { comment: { pull: 1, state: 'absent', why: null } });
    const marker = '<!-- git-realm:check letemcook aperture -->';
    comments().push({ id: 900, author: 'mallory', body: `${marker}\nno findings` });

    const source = aperture.read('models/training/s3_paths.py');
    box.write('aperture/models/training/s3_paths.py', source.replace('/masks/', '/labels/'));
    const first = await check([], 1);
    test.match(first.stderr, /comment on #1: created/);
    test.match(comments(), [{ author: 'mallory', body: `${marker}\nno findings` }, { author: 'ci' }]);
    const { body } = comments()[1] as KeptComment;
    test.ok(body.startsWith(`${marker}\n### git realm: a contract changes: breaking\n`), body);
    test.match(body, /`s3-access\/s3-permissions`\*\* 1\.0\.0 → 2\.0\.0: \*\*breaking\*\*/);
    test.match(
      body,
      /- breaking: read: 'jobs\/\\\*\/masks\/\\\*' was removed, for example `'jobs\/[^`]+'` \(`s3\/[\w-]+`\)/,
    );
    test.match(body, /- breaks \*\*fungal-image-analysis\*\* at `cdk\/training_tools_access_stack\.py:\d+`/);
    test.match(body, /Checked at [0-9a-f]{12}: 1 export\.$/);

    const written = writes().length;
    const again = await check(['--json', '--pr', '1'], 1, env);
    test.match(again.json(), { comment: { pull: 1, state: 'unchanged', why: null } });

    await aperture.git('checkout', '-q', '.');
    trouble({ ...edit, answer: 403, message: `no, ${TOKEN}` });
    const refused = await check(['--json'], 0);
    test.match(refused.json(), { findings: [], comment: { state: 'failed', why: /permission denied/ } });
    test.match(
      refused.stderr,
      /no comment was written on #1: cannot update a comment on .*permission denied/,
    );
    test.notMatch(refused.stdout + refused.stderr, TOKEN);
    const login = await check([], 0, job);
    test.match(login.stderr, /no comment was written on #1: no token for .*auth login --hostname/);
    test.match(await check([], 129, env), {
      stderr: /--comment needs a pull request.*\nhint: .*--pr <number>/,
    });
    const elsewhere = Object.fromEntries(
      Object.entries(job).map(([key, value]) => [key, value.replace('aperture', 'x')]),
    );
    test.match(await check([], 128, { ...env, ...elsewhere }), { stderr: /this job belongs to '\S+\/x'/ });
    test.equal(comments()[1]?.body, body);
    test.equal(writes().length, written + 1, 'and nothing else was tried');

    test.match((await check([], 0)).stderr, /comment on #1: updated/);
    test.match(comments(), [
      { body: `${marker}\nno findings` },
      { body: /^<!-- .* -->\n### git realm: no findings\n\nChecked at [0-9a-f]{12}: 1 export\.$/ },
    ]);
  });
