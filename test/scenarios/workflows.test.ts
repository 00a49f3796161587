import { readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { BRANCH, pushChange } from '../helpers/forge/metrics.ts';
import { prefix, type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { nameDetected } from '../helpers/world/detected.ts';
import { sshKey } from '../helpers/world/keys.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { letemcook } from '../helpers/world/story.ts';

// The workflows of docs/ci.md, step by step, as a runner does: a fresh detached clone, GITHUB_PATH, GITHUB_ENV-like values.

interface Step {
  name?: string;
  run?: string;
  uses?: string;
  if?: string;
}

function stepsOf(workflow: string, job: string): Step[] {
  const file = resolve(import.meta.dirname, '../../docs/workflows', workflow);
  return parse(readFileSync(file, 'utf8')).jobs[job].steps;
}

/** Runs the steps in a checkout; the program under test stands in for the one that the install step would build. */
async function runSteps(box: Sandbox, cwd: string, steps: Step[], env: Record<string, string>) {
  const outcome: Record<string, { code: number; output: string }> = {};
  let failed = false;
  for (const { name = '', run, if: when } of steps) {
    if (run === undefined || (failed && when !== 'always()')) continue;
    if (when?.startsWith('steps.') && !readFileSync(env.GITHUB_OUTPUT ?? '', 'utf8').includes('tracked=yes'))
      continue;
    if (name === 'Install git realm') continue;
    const done = await box.run('bash', ['-e', '-c', run], { cwd, env, expect: 'any' });
    outcome[name] = { code: done.code, output: done.stdout + done.stderr };
    failed ||= done.code !== 0;
  }
  return outcome;
}

const python = (key: string) =>
  `import boto3\ns3 = boto3.client("s3")\ns3.get_object(Bucket="data", Key="${key}/x")\n`;

async function prepared(t: Parameters<typeof sandbox>[0]) {
  const box = sandbox(t);
  await box.git(['init', '-q', '--bare', 'realm.git']);
  const url = `file://${box.path('realm.git')}`;
  await box.realm(['init', '--name', 'acme', '--path', 'realm', '--url', url]);
  const repo = await makeRepo(box, 'repo', { tree: { 'a.py': python('one') } });
  await box.realm(['join', url], { cwd: 'repo' });
  nameDetected(box.path('repo'), 'c');
  await box.realm(['domain', 'create', 'd', '--repos', 'repo,other', '--contract', 'c'], { cwd: 'repo' });
  await repo.commit('join');
  await repo.push();
  return { box, repo, url };
}

/** A checkout as actions/checkout leaves it: one commit, detached, no home of ours. */
async function checkout(box: Sandbox, remote: string, name: string, depth: string[] = ['--depth', '1']) {
  await box.git(['init', '-q', name]);
  await box.git(['-C', name, 'remote', 'add', 'origin', `file://${remote}`]);
  await box.git(['-C', name, 'fetch', '-q', ...depth, 'origin', 'main']);
  await box.git(['-C', name, 'checkout', '-q', '--detach', 'FETCH_HEAD']);
}

const runner = (box: Sandbox) => ({
  PATH: `${join(prefix, 'bin')}:${process.env.PATH}`,
  HOME: box.path('runner'),
  GIT_REALM_HOME: box.path('runner/.blue'),
  GIT_CONFIG_GLOBAL: '/dev/null',
});

t.test('a participating repository: green, then red with file and line', async (t) => {
  const { box, repo } = await prepared(t);
  const steps = stepsOf('participant.yml', 'contracts');
  t.match(steps.find((step) => step.name === 'Install git realm')?.run, /install\.sh" --prefix/);
  const env = { ...runner(box), BRANCH: 'main' };
  await checkout(box, repo.remote ?? '', 'green');
  const green = await runSteps(box, 'green', steps, env);
  t.match(green, {
    'Attach this checkout': { code: 0 },
    Annotate: { code: 0, output: '' },
    Report: { code: 0 },
  });
  t.equal(JSON.parse(readFileSync(box.path('green/contracts.sarif'), 'utf8')).version, '2.1.0');

  await repo.commit('drift', { 'a.py': python('two') });
  await repo.push();
  await checkout(box, repo.remote ?? '', 'red');
  const red = await runSteps(box, 'red', steps, env);
  t.match(red.Annotate, { code: 1, output: /^::error .*file=a\.py,line=3/m });
  const sarif = JSON.parse(readFileSync(box.path('red/contracts.sarif'), 'utf8'));
  t.equal(sarif.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri, 'a.py');
  await t.rejects(
    async () => readFileSync(box.path('runner/.blue/index.yaml')),
    { code: 'ENOENT' },
    'no home is written',
  );
});

t.test('a change set: its repositories are tested together, each with its own branch', async (t) => {
  const world = await letemcook(t);
  const { box } = world;
  await pushChange(world);
  await box.realm(['pr', '--title', 'metrics'], { cwd: box.path('aperture/.worktrees/feat-metrics') });
  const steps = stepsOf('siblings.yml', 'together');
  const test = steps.find(({ name }) => name === 'Test each repository with the others');
  if (test?.run === undefined) throw new Error('nothing is tested');
  // What a project's own test would do: it looks into the repository beside it.
  const looks =
    'grep -rlqs "metrics/" ../aperture/models ../fungal-image-analysis/cdk && echo "$REALM_REPO: together"';
  test.run = test.run.replace('sh ./ci-together.sh', `sh -c '${looks}'`);
  const tip = await world.realm.tip();
  const remote = box.path('remotes/aperture.git');
  await box.git(['init', '-q', 'runner/aperture']);
  symlinkSync('../realm-letemcook', box.path('runner/realm-letemcook'));
  await box.git(['-C', 'runner/aperture', 'remote', 'add', 'origin', `file://${remote}`]);
  await box.git(['-C', 'runner/aperture', 'fetch', '-q', 'origin']);
  await box.git(['-C', 'runner/aperture', 'checkout', '-q', '--detach', `origin/${BRANCH}`]);
  const env = {
    ...runner(box),
    CHANGE: BRANCH,
    RUNNER_TEMP: box.path('runner'),
    GITHUB_OUTPUT: box.path('runner/output'),
    GIT_CONFIG_GLOBAL: box.path('runner/gitconfig'),
  };
  const outcome = await runSteps(box, 'runner/aperture', steps, env);
  t.match(outcome, {
    'Attach this checkout': { code: 0 },
    'Check out the change set': { code: 0, output: /cloned fungal-image-analysis/ },
    'Test each repository with the others': {
      code: 0,
      output: /aperture: together.*fungal-image-analysis: together/s,
    },
  });
  t.match(readFileSync(box.path('runner/output'), 'utf8'), 'tracked=yes');
  const other = await runSteps(box, 'runner/aperture', steps.slice(0, -1), { ...env, CHANGE: 'feat/other' });
  t.match(other['Check out the change set'], {
    code: 0,
    output: /not part of a change set.*tracks no change set 'feat\/other'/s,
  });
  t.equal(await world.realm.tip(), tip, 'the realm is as it was');
});

t.test('the realm: a version that does not move as it must is found', async (t) => {
  const { box } = await prepared(t);
  const steps = stepsOf('realm.yml', 'realm');
  const before = (await box.git(['-C', 'realm.git', 'rev-parse', 'main~1'])).stdout.trim();
  await checkout(box, box.path('realm.git'), 'ok', []);
  const env = { ...runner(box), BASE: before };
  t.match(await runSteps(box, 'ok', steps, env), { 'Check the realm': { code: 0, output: '' } });

  await box.git(['clone', '-q', box.path('realm.git'), 'by-hand']);
  const file = 'by-hand/domains/d/contracts/c.yaml';
  box.write(file, readFileSync(box.path(file), 'utf8').replace('one/x', 'two/x'));
  await box.git(['-C', 'by-hand', 'commit', '-qam', 'same version, other value']);
  await box.git(['-C', 'by-hand', 'push', '-q']);
  await checkout(box, box.path('realm.git'), 'bad', []);
  const base = (await box.git(['-C', 'realm.git', 'rev-parse', 'main~1'])).stdout.trim();
  const bad = await runSteps(box, 'bad', steps, { ...env, BASE: base });
  t.match(bad['Check the realm'], { code: 1, output: /file=domains\/d\/contracts\/c\.yaml.*breaking/ });
});

t.test('a pull request to the realm is judged by the rules, whoever wrote it', async (t) => {
  const { box } = await prepared(t);
  const steps = stepsOf('verify.yml', 'verify');
  const bare = box.path('realm.git');
  await box.realm(['trust', 'login', 'eric-on-the-forge', 'eric@example.com'], { cwd: 'realm' });
  await box.realm(['trust', 'login', 'mole-on-the-forge', 'mole@example.com'], { cwd: 'realm' });
  const base = (await box.git(['-C', bare, 'rev-parse', 'main'])).stdout.trim();
  await box.git(['clone', '-q', bare, 'author']);
  const request = async (number: number, email: string, path: string) => {
    await box.git(['-C', 'author', 'checkout', '-q', '-B', 'request', base]);
    box.write(`author/${path}`, 'hello\n');
    await box.git(['-C', 'author', 'add', '-A']);
    await box.git(['-C', 'author', '-c', `user.email=${email}`, 'commit', '-qm', 'change']);
    await box.git(['-C', 'author', 'push', '-q', '-f', 'origin', `HEAD:refs/pull/${number}/head`]);
  };
  await checkout(box, bare, 'job', []);
  const judge = async (number: number, login: string, from = base) => {
    const env = { ...runner(box), BASE: from, NUMBER: String(number), LOGIN: login };
    return (await runSteps(box, 'job', steps, env)).Judge;
  };
  await request(1, 'eric@example.com', 'README.md');
  t.match(await judge(1, 'eric-on-the-forge'), { code: 0, output: /1 commit follows the rules/ });
  t.match(await judge(1, 'mole-on-the-forge'), { code: 1, output: /author is 'eric@example\.com'/ });
  t.match(await judge(1, 'nobody'), {
    code: 1,
    output: /user 'nobody' has no address in 'trust\/users\.yaml'/,
  });
  await request(2, 'mole@example.com', 'README.md');
  t.match(await judge(2, 'mole-on-the-forge'), { code: 1, output: /only the realm's approvers may change/ });

  // Somebody else was merged first.
  await box.git(['-C', 'author', 'push', '-q', 'origin', 'refs/remotes/origin/main:refs/heads/main']);
  await box.realm(['trust', 'login', 'x', 'x@example.com'], { cwd: 'realm' });
  const newer = (await box.git(['-C', bare, 'rev-parse', 'main'])).stdout.trim();
  await box.git(['-C', 'job', 'fetch', '-q', 'origin', 'main']);
  t.match(await judge(1, 'eric-on-the-forge', newer), { code: 1, output: /history may not be rewritten/ });

  // With signatures required a login proves nothing any more.
  const key = await sshKey(box, 'key');
  const sign = ['gpg.format=ssh', `user.signingKey=${key.file}`].flatMap((setting) => ['-c', setting]);
  const signed = (args: string[]) => box.git([...sign, 'realm', ...args], { cwd: 'realm' });
  await signed(['trust', 'allow', 'eric@example.com', key.public]);
  await signed(['trust', 'require']);
  const last = (await box.git(['-C', bare, 'rev-parse', 'main'])).stdout.trim();
  await box.git(['-C', 'author', 'fetch', '-q', 'origin']);
  await box.git(['-C', 'author', 'checkout', '-q', '-B', 'request', last]);
  const propose = async (...more: string[]) => {
    await box.git(['-C', 'author', ...sign, 'commit', '-q', '--allow-empty', ...more, '-m', 'change']);
    await box.git(['-C', 'author', 'push', '-q', '-f', 'origin', 'HEAD:refs/pull/3/head']);
    await box.git(['-C', 'author', 'reset', '-q', '--hard', last]);
  };
  await propose();
  t.match(await judge(3, 'eric-on-the-forge', last), { code: 1, output: /it is not signed/ });
  await propose('-S');
  t.match(await judge(3, 'nobody', last), { code: 0 });
});
