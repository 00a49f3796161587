import { existsSync } from 'node:fs';
import t, { type Test } from 'tap';
import { canTrace, type Killable, killAtWrite } from '../helpers/kill/kill-write.ts';
import { saved } from '../helpers/kill/killed-change.ts';
import {
  ageFiles,
  differences,
  leftFiles,
  serverCleared,
  unsound,
  wholeState,
} from '../helpers/kill/whole-state.ts';
import { anySeed, seedOr } from '../helpers/values/seed.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { organisations } from '../helpers/world/organisations.ts';
import { makeRepo, type Repo } from '../helpers/world/repo.ts';
import { commitMembership } from '../helpers/world/story.ts';

const nightly = process.env.REALM_NIGHTLY !== undefined;
// The gate tries the same writes each time, of the commands that change the most; the night tries all of all.
const seed = seedOr(nightly ? anySeed() : 734082867);
/** Kills of each command, of the many that there could be. */
const SAMPLE = 1;
/** At night: only these commands, and every so many-th write. */
const only = process.env.REALM_ONLY?.split(',') ?? (nightly ? undefined : ['join', 'leave', 'worktree']);
const every = Number(process.env.REALM_EVERY ?? 1);
/** Just these writes: to repeat what a run found. */
const these = process.env.REALM_AT?.split(',').map(Number);

t.setTimeout(nightly ? 24 * 3600_000 : 1_800_000);
t.comment(`seed ${seed}, ${canTrace() ? 'at writes (strace)' : 'after runs of git: there is no strace'}`);

interface Stage extends Killable {
  /** The words before `--continue` and `--abort`; absent: only running it again takes it on. */
  again?: string[];
  /** What it has merged stays merged. */
  lands?: boolean;
  /** What it does is to be seen in the store here, not at the remote. */
  local?: boolean;
}

interface World {
  box: Sandbox;
  repos: string[];
  /** Where the realm's truth is. */
  realm: string;
  stores: string[];
}

const cwd = 'aperture/.worktrees/feat-x';

/** In this order: each one starts where the one before has ended. */
const stages: Record<string, Stage & { before?: (world: World) => Promise<void> }> = {
  join: { args: ['join', '--yes', 'URL'], cwd: 'late' },
  leave: { args: ['leave'], cwd: 'late' },
  sync: { args: ['sync'], cwd: 'aperture', before: newPath },
  worktree: {
    args: ['worktree', '--branch', 'feat/x', '--repos', 'aperture,fungal'],
    cwd: 'aperture',
    again: ['worktree'],
  },
  commit: { args: ['commit', '-m', 'feat: x'], cwd, again: ['commit'], before: newFiles },
  push: { args: ['push'], cwd, again: ['push'] },
  pr: { args: ['pr', '--title', 'x'], cwd, again: ['pr'] },
  merge: { args: ['pr', 'merge'], cwd, again: ['pr', 'merge'], lands: true },
  'post-merge': { args: ['hook', 'post-merge', '0'], cwd: 'aperture', before: pulled, local: true },
};

t.test('killed at a write, each command comes to its end or back to its start', async (test) => {
  const world = await shared(test);
  const wanted = (name: string) => only === undefined || only.includes(name);
  const last = Object.keys(stages).findLastIndex(wanted);
  for (const [name, stage] of Object.entries(stages).slice(0, last + 1)) {
    const args = stage.args.map((word) => (word === 'URL' ? urlOf(world.box) : word));
    await stage.before?.(world);
    if (!wanted(name)) await world.box.run('git-realm', args, stage);
    else await killed(test, name, world, { ...stage, args });
  }
});

t.test('approve', async (test) => {
  if (only !== undefined && !only.includes('approve')) return;
  const { box, id, url, eric, boss } = await organisations(test, { served: false });
  await eric(['join', url]);
  const env = {
    HOME: box.path('homes', 'boss'),
    GIT_CONFIG_GLOBAL: box.path('homes', 'boss', '.gitconfig'),
    GIT_REALM_HOME: box.path('homes', 'boss', '.blue'),
  };
  const world = { box, repos: ['provider'], realm: 'seed', stores: ['seed'] };
  await killed(test, 'approve', world, { args: ['approve', await id(boss)], cwd: 'seed', env });
});

/** A realm behind a URL, a provider and a consumer that share a contract, and a repository that is in no realm. */
async function shared(test: Test): Promise<World> {
  const box = sandbox(test);
  await box.git(['init', '-q', '--bare', 'remotes/realm.git']);
  const url = urlOf(box);
  await box.realm(['init', '--name', 'letemcook', '--path', 'seed', '--url', url]);
  const provider = await makeRepo(box, 'aperture', { tree: { 'paths.py': reads('masks') } });
  const consumer = await makeRepo(box, 'fungal', { tree: { 'policy.json': allows('masks') } });
  await makeRepo(box, 'late', { tree: { 'README.md': 'late', 'tiles.py': reads('late') } });
  const act = async (repo: Repo, ...args: string[]) => {
    await box.realm(args, { cwd: repo.path });
    if ((await repo.git('status', '--porcelain')) !== '') await commitMembership(repo);
  };
  await act(provider, 'join', url, '--yes');
  await act(consumer, 'join', url, '--yes');
  await act(provider, 'domain', 'create', 'd', '--repos', 'aperture,fungal', '--contract', 's3-permissions');
  await act(consumer, 'import', '--contract', 's3-permissions', '--binding', 'policy.json');
  await act(provider, 'sync');
  const repos = ['aperture', 'fungal', 'late', 'remotes/aperture.git', 'remotes/fungal.git'];
  return {
    box,
    repos,
    realm: 'remotes/realm.git',
    stores: ['home/.blue/realms/letemcook', 'remotes/realm.git'],
  };
}

const urlOf = (box: Sandbox): string => `file://${box.path('remotes', 'realm.git')}`;

const reads = (...folders: string[]): string =>
  `import boto3\ns3 = boto3.client("s3")\n${folders
    .map((at, n) => `def r${n}(x):\n    return s3.get_object(Bucket="b", Key=f"${at}/{x}")\n`)
    .join('')}`;

const allows = (...folders: string[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: ['s3:GetObject'], Resource: folders.map((at) => `arn:aws:s3:::b/${at}/*`) },
    ],
  });

async function newPath({ box }: World): Promise<void> {
  box.write('aperture/paths.py', reads('masks', 'tiles'));
  await box.git(['-C', 'aperture', 'commit', '-qam', 'tiles']);
  await box.git(['-C', 'aperture', 'push', '-q']);
}

async function newFiles({ box }: World): Promise<void> {
  box.write(`${cwd}/paths.py`, reads('masks', 'tiles', 'jobs'));
  box.write('fungal/.worktrees/feat-x/policy.json', allows('masks', 'tiles', 'jobs'));
}

/** What `git pull` leaves to its hook: the merged change set is to be published. */
async function pulled({ box }: World): Promise<void> {
  await box.git(['-C', 'aperture', '-c', 'core.hooksPath=/dev/null', 'pull', '-q', '--ff-only']);
}

/** Kills the command at writes of the sample, each time from the same start; leaves the sandbox as the unkilled run does. */
async function killed(test: Test, name: string, given: World, run: Stage): Promise<void> {
  const { box } = given;
  const world = run.local === true ? { ...given, realm: given.stores[0] ?? '' } : given;
  const restore = await saved(test, box);
  const start = await wholeState(box, world);
  const { writes } = await killAtWrite(box, run, Number.POSITIVE_INFINITY);
  const whole = await wholeState(box, world);
  test.not(differences(start, whole).length, 0, `${name} does something`);
  const counts = { kills: 0, ended: 0, doctor: 0, wrong: 0 };
  const began = performance.now();
  const sample = sampleOf(name, writes);
  for (const nth of sample) {
    await restore();
    const struck = await killAtWrite(box, run, nth);
    if (struck.at === null) counts.ended += 1;
    else counts.kills += 1;
    const way = run.again === undefined ? '' : (['', '--continue', '--abort'][(nth + seed) % 3] ?? '');
    const half = name === 'join' && (await registeredOnly());
    const told = await goOn(way);
    const wrong = [
      ...(half ? ['registered without its configuration'] : []),
      ...told,
      ...(await leftovers()),
    ];
    if (wrong.length > 0) counts.wrong += 1;
    test.same(wrong, [], `${name} killed at ${nth} of ${writes}, ${struck.at}; then ${way || 'run again'}`);
  }
  const seconds = Math.round((performance.now() - began) / 1000);
  test.comment(
    `${name}: ${writes} writes, ${sample.length} tried: ${counts.kills} kills (and ${counts.ended} too late), ${counts.doctor} needed doctor, ${counts.wrong} wrong, ${seconds} s`,
  );
  await restore();
  await box.run('git-realm', run.args, run);
  await box.run('rm', ['-rf', `${box.root}.saved`]);

  async function registeredOnly(): Promise<boolean> {
    const args = ['-C', world.realm, 'ls-tree', '--name-only', 'main', 'repos/late.yaml'];
    const { stdout } = await box.git(args);
    return stdout !== '' && !existsSync(box.path('late', '.blue', 'config.yaml'));
  }

  async function goOn(way: string): Promise<string[]> {
    await ageFiles(box, await leftFiles(box));
    await serverCleared(box);
    const words: string[] = [];
    const command = async (args: string[]) => {
      const ran = await box.run('git-realm', args, { ...run, expect: 'any' });
      words.push(`$ git-realm ${args.join(' ')} → ${ran.code}\n${ran.stdout}${ran.stderr}`);
      return ran;
    };
    const mended = async (args: string[]) => {
      const ran = await command(args);
      if (!/doctor --fix/.test(ran.stdout + ran.stderr)) return ran;
      counts.doctor += 1;
      await command(['doctor', '--fix']);
      const next = await command(args);
      const went = next.code === 0 || run.again === undefined || args.includes('--abort');
      return went ? next : command([...(run.again ?? []), '--continue']);
    };
    if (way !== '') {
      const ended = await mended([...(run.again ?? []), way]);
      if (way === '--abort' && ended.code === 0 && run.lands !== true) {
        const back = differences(start, await wholeState(box, world)).filter(isState);
        if (back.length > 0) return ['not back at the start', ...back, ...words];
      }
    }
    await mended(run.args);
    const found = differences(whole, await wholeState(box, world));
    const wrong = way === '--abort' ? found.filter(isState) : found;
    return wrong.length === 0 ? [] : [...wrong, ...words];
  }

  async function leftovers(): Promise<string[]> {
    const left = await leftFiles(box);
    if (left.length > 0) {
      await ageFiles(box, left);
      await box.run('git-realm', ['doctor', '--fix'], { ...run, expect: 'any' });
    }
    const found = (await leftFiles(box)).map((file) => `left: ${file}`);
    const sound = await unsound(box, [...world.repos, ...world.stores]);
    return sound === '' ? found : [...found, sound];
  }
}

/** The realm's history only grows: what is taken back stays in it, with the commit that takes it back. */
const isState = (difference: string): boolean => !difference.startsWith('realm: log:');

/** Numbers of writes to kill at: all of them at night, else some, chosen by the seed. */
function sampleOf(name: string, writes: number): number[] {
  if (these !== undefined) return these;
  const all = Array.from({ length: writes }, (_, at) => at + 1);
  if (nightly) return all.filter((at) => at % every === 0);
  let state = seed + [...name].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7);
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: SAMPLE }, () => 1 + Math.floor(next() * writes));
}
