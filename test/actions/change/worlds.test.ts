import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import t from 'tap';
import type { Checkout, Checkouts } from '../../../lib/actions/change/checkouts.ts';
import { judgedMerges, type PlannedMerges } from '../../../lib/actions/change/relations.ts';
import { pauseOf } from '../../../lib/change/order.ts';
import { levelsOf } from '../../../lib/checkout/levels.ts';
import { extract } from '../../../lib/detect/index.ts';
import { parseConfig } from '../../../lib/git/config.ts';
import { openObjects } from '../../../lib/git/objects.ts';
import { discover } from '../../../lib/git/repository.ts';
import { gitIn } from '../../../lib/git/run.ts';
import type { RealmModel } from '../../../lib/realm/model.ts';
import {
  AT_RUN_TIME,
  type Content,
  changed,
  filesOf,
  lacking,
  Remotes,
  type Repo,
  type World,
  worldOf,
} from '../../helpers/generated/change-worlds.ts';
import { type Random, randomFrom } from '../../helpers/generated/random.ts';
import { nightly } from '../../helpers/values/nightly.ts';
import { realmView } from '../../helpers/values/realm-view.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';
import { sandbox } from '../../helpers/world/cli.ts';

const BRANCH = 'feat/x';
const WORLDS = Number(process.env.REALM_WORLDS ?? (nightly ? 5_000 : 40));

/** The realm of a world as it was published: who exports and imports what. */
async function realmOf({ repos, needs }: World, remotes: Remotes): Promise<RealmModel> {
  const files: Record<string, string> = {
    'realm.yaml': 'name: w\nversion: 1.0.0\n',
    'domains/d/domain.yaml': `name: d\nmembers: [${[...repos.keys()].join(', ')}]\n`,
  };
  for (const { name, main } of repos.values()) {
    files[`repos/${name}.yaml`] = `name: ${name}\n`;
    const { value, schema } = await read(remotes.at(main));
    files[`domains/d/contracts/c-${name}.yaml`] = JSON.stringify({
      ...{ name: `c-${name}`, version: '1.0.0', owner: name, schema, value },
    });
    const imports = needs
      .filter(({ consumer }) => consumer === name)
      .map(({ provider }) => ({
        ...{ contract: `c-${provider}`, version: '>=1.0.0', binding: `grants-${provider}.py` },
        verify: { detector: 'iam-paths' },
      }));
    files[`domains/d/bindings/${name}.yaml`] = JSON.stringify({
      repo: name,
      role: 'both',
      exports: [{ contract: `c-${name}`, source_files: ['needs'] }],
      imports,
    });
  }
  return realmView(files);
}

const read = (content: Content) =>
  extract(
    's3-paths',
    [...filesOf({ ...content, grants: new Map() })].flatMap(([path, text]) =>
      path.endsWith('.py') && !path.includes(AT_RUN_TIME) ? [{ path, bytes: Buffer.from(text) }] : [],
    ),
  );

const box = sandbox(t);
const bare = box.path('remotes.git');
mkdirSync(bare);
execFileSync('git', ['init', '-q', '--bare', bare]);
const remotes = new Remotes(bare);
const repo = await discover(bare, { env: box.env });
const objects = openObjects(repo, box.env);
t.teardown(() => objects.close());
const levels = levelsOf(repo, objects);
const { git } = gitIn(bare, box.env);

/** The repositories as a command that has just fetched sees them. */
function checkoutsOf({ repos }: World): Checkouts {
  const config = parseConfig('');
  return new Map(
    [...repos.values()].map(({ name, main, head }): [string, Checkout] => [
      name,
      {
        ...{ name, main: bare, repo, config, objects, levels, git, remote: 'origin' },
        heads: { head: main, tip: { kind: 'remote', ref: 'refs/heads/main', branch: 'main', oid: main } },
        seen: new Map(head === null ? [] : [[`refs/heads/${BRANCH}`, head]]),
        who: () => ({ name: 'w', email: 'w@example.com' }),
      },
    ]),
  );
}

/** Members of the change set are the repositories that began with a pull request; the others are around. */
async function judge(
  world: World,
  model: RealmModel,
  members: readonly string[],
  steps: readonly string[],
): Promise<PlannedMerges> {
  const all = [...checkoutsOf(world)];
  return judgedMerges({
    ...{ model, branch: BRANCH, members, steps },
    loaded: async (file) => file,
    checkouts: new Map(all.filter(([name]) => members.includes(name))),
    around: new Map(all.filter(([name]) => !members.includes(name))),
  });
}

const lacks = ({ repos, needs }: World): Set<string> =>
  lacking(needs, (name) => remotes.at(repos.get(name)?.main ?? ''));

/** What somebody else does between two steps, in words. */
function happens(random: Random, world: World, before: ReadonlyMap<string, string>): string {
  const target = random.pick([...world.repos.values()]);
  const { main, head } = target;
  const kind = random.below(4);
  if (kind === 0) target.main = remotes.commit(changed(random, remotes.at(main)), [main]);
  else if (kind === 1) target.main = remotes.commit(remotes.at(before.get(target.name) ?? main), [main]);
  else if (head !== null && kind === 2) target.head = null;
  else if (head !== null) target.head = remotes.commit(changed(random, remotes.at(head)), [head]);
  return `${['a commit on main of', 'a revert in', 'the branch is deleted in', 'a push to the branch of'][kind]} ${target.name}`;
}

/** Is there an order in which no step makes anything worse? By trying them all with plain git. */
function hasOrder(world: World, steps: readonly string[]): boolean {
  if (steps.length === 0) return true;
  const before = lacks(world);
  return steps.some((name) => {
    const target = world.repos.get(name) as Repo;
    const merged = target.head === null ? null : remotes.merge(target.main, target.head);
    if (merged === null) return false;
    const next: World = { ...world, repos: new Map(world.repos).set(name, { ...target, main: merged }) };
    if ([...lacks(next)].some((lack) => !before.has(lack))) return false;
    return hasOrder(
      next,
      steps.filter((other) => other !== name),
    );
  });
}

/** Can all that counts be read, now and in what each merge leaves? */
const isReadable = (world: World): boolean =>
  [...world.repos.values()].every(({ main, head }) => {
    const merged = head === null ? main : remotes.merge(main, head);
    return [main, merged].every((oid) => {
      if (oid === null) return false;
      const { needs, grants } = remotes.at(oid);
      return !needs.has(AT_RUN_TIME) && [...grants.values()].every((letters) => letters !== null);
    });
  });

interface Told {
  /** What the plan said that was not so. */
  wrong: string[];
  steps: number;
  refused: boolean;
  unneeded: boolean;
}

async function live(seed: number): Promise<Told> {
  const random = randomFrom(seed);
  const world = worldOf(random, remotes);
  const told: Told = { wrong: [], steps: 0, refused: false, unneeded: false };
  const log: string[] = [];
  const model = await realmOf(world, remotes);
  const members = [...world.repos.values()].flatMap(({ name, head }) => (head === null ? [] : [name]));
  if (members.length === 0) return told;
  const plan = await judge(world, model, members, members);
  const isSafe = plan.problems.length === 0 && plan.unproved.length === 0 && plan.conflicts.length === 0;
  told.refused = !isSafe;
  told.unneeded = !isSafe && isReadable(world) && hasOrder(world, members);
  if (told.unneeded)
    log.push(`refused: ${[...plan.problems, ...plan.unproved.map(({ why }) => why)].join('; ')}`);
  if (told.unneeded && process.env.REALM_SHOW) t.comment(`${seed} ${log.join(' ')}`);
  const isQuiet = random.chance(0.4);
  const start = new Map([...world.repos].map(([name, { main }]) => [name, main]));
  for (const name of plan.order) {
    if (!isQuiet && random.chance(0.4)) log.push(happens(random, world, start));
    const pause = pauseOf((await judge(world, model, members, [])).edges);
    const lack = [...lacks(world)].filter((item) =>
      members.some((member) => item.split(' ').includes(member)),
    );
    if (pause.answer === 'yes' && lack.length > 0)
      told.wrong.push(`safe to stop here, and ${lack.join(', ')} is lacking after ${log.join(', ')}`);
    const target = world.repos.get(name) as Repo;
    if (target.head === null) continue;
    // The last look before the merge, as the command takes it.
    const { problems, unproved, conflicts } = await judge(world, model, members, [name]);
    const merged = remotes.merge(target.main, target.head);
    if (problems.length > 0 || unproved.length > 0 || conflicts.length > 0 || merged === null) {
      if (isQuiet && isSafe)
        told.wrong.push(
          `${name} was in a safe order, and is refused: ${[...problems, ...unproved.map(({ why }) => why)]}`,
        );
      break;
    }
    const before = lacks(world);
    target.main = merged;
    told.steps++;
    log.push(`merge ${name}`);
    const worse = [...lacks(world)].filter((item) => !before.has(item));
    if (worse.length > 0) told.wrong.push(`${worse.join(', ')} is lacking after ${log.join(', ')}`);
  }
  return told;
}

t.test(`${WORLDS} worlds: what is called safe is`, { timeout: 3_600_000 }, async (t) => {
  const seed = seedOr(anySeed());
  const all = { steps: 0, refused: 0, unneeded: 0 };
  for (let at = 0; at < WORLDS; at++) {
    const { wrong, steps, refused, unneeded } = await live(seed + at);
    all.steps += steps;
    all.refused += Number(refused);
    all.unneeded += Number(unneeded);
    if (wrong.length > 0) t.fail(`REALM_WORLDS=1 REALM_SEED=${seed + at}: ${wrong.join('\n')}`);
  }
  t.comment(
    `${WORLDS} worlds: ${all.steps} merges, ${all.refused} refused, ${all.unneeded} of them without need`,
  );
  t.ok(all.steps > WORLDS / 4, 'most worlds have something to merge');
  t.ok(all.unneeded <= Math.max(2, WORLDS * 0.02), `${all.unneeded} refusals without need`);
});
