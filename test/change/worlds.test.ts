import t from 'tap';
import { mergePlan, pauseOf } from '../../lib/change/order.ts';
import type { Relation } from '../../lib/change/relation.ts';
import {
  bindingOf,
  happen,
  merge,
  offerOf,
  openIn,
  randomWorld,
  relationsOf,
  type World,
} from '../helpers/generated/listed-worlds.ts';
import { randomFrom } from '../helpers/generated/random.ts';
import { nightly } from '../helpers/values/nightly.ts';
import { seedOr } from '../helpers/values/seed.ts';

const seed = seedOr(20261201);
const counts = { worlds: 0, merges: 0, refused: 0, needless: 0, unproved: 0, events: 0 };

/** What is needed on the main branches and not covered there, told from the files alone. */
const gaps = (world: World): string[] =>
  world.imports.flatMap((entry) => {
    const offer = world.repos.get(entry.provider)?.main.get(offerOf(entry)) ?? [];
    const binding = world.repos.get(entry.consumer)?.main.get(bindingOf(entry)) ?? [];
    const [need, grant] = entry.direction === 'needs' ? [offer, binding] : [binding, offer];
    const words = `${entry.consumer} ${offerOf(entry)}`;
    return need.filter((element) => !grant.includes(element)).map((element) => `${words} ${element}`);
  });

const copy = (world: World): World => ({ ...world, repos: new Map(world.repos) });

/** Whether some order of the merges opens no gap at any step, by trying all of them. */
function hasSafeOrder(world: World): boolean {
  const open = openIn(world);
  const before = gaps(world);
  return (
    open.length === 0 ||
    open.some((name) => {
      const next = copy(world);
      merge(next, name);
      return gaps(next).every((gap) => before.includes(gap)) && hasSafeOrder(next);
    })
  );
}

const isRead = (relations: readonly Relation[]): boolean =>
  relations.every(({ offer, binding }) =>
    [offer.main, offer.merged, binding.main, binding.merged].every(
      (reading) => !('unread' in reading) && !('atLeast' in reading),
    ),
  );

/** Merges what the plan allows, one after another, while others change things; stops where nothing is left or it refuses. */
function drive(at: number): string[] {
  const random = randomFrom(at);
  const world = randomWorld(random);
  const wrong: string[] = [];
  for (let round = 0; round < 12 && openIn(world).length > 0; round += 1) {
    const relations = relationsOf(world);
    const plan = mergePlan(openIn(world), relations);
    const here = pauseOf(plan.edges).answer;
    if (here === 'yes' && gaps(world).length > 0) wrong.push('a broken state was called safe to stop at');
    const held = new Set(plan.unproved.map(({ repo }) => repo));
    const next = plan.order.find((repo) => !held.has(repo) && plan.blockedBy.get(repo)?.length === 0);
    const isRefused = plan.problems.length > 0;
    if (isRefused || next === undefined) {
      if (isRefused) counts.refused += 1;
      else counts.unproved += 1;
      if ((isRefused || isRead(relations)) && hasSafeOrder(world)) counts.needless += 1;
      break;
    }
    if (random.chance(0.3)) {
      happen(random, world);
      counts.events += 1;
    }
    if (!openIn(world).includes(next)) continue;
    const last = mergePlan([next], relationsOf(world));
    if (last.problems.length > 0 || last.unproved.length > 0) continue;
    const before = gaps(world);
    merge(world, next);
    counts.merges += 1;
    const opened = gaps(world).filter((gap) => !before.includes(gap));
    if (opened.length > 0) wrong.push(`merging ${next} was called safe and opened ${opened.join()}`);
  }
  counts.worlds += 1;
  return wrong.map((words) => `REALM_SEED=${at} begins with this world: ${words}`);
}

t.test(
  'random worlds: no step that was called safe opens a gap, and what is refused has no safe order',
  async (test) => {
    const wrong: string[] = [];
    for (let count = 0; count < (nightly ? 20_000 : 2000); count += 1) wrong.push(...drive(seed + count));
    test.comment(JSON.stringify(counts));
    test.same(wrong, []);
    test.ok(counts.needless <= 0.02 * counts.worlds, `${counts.needless} refusals without need`);
    test.ok(counts.merges > counts.worlds / 2 && counts.refused > 0, 'worlds of every sort');
  },
);
