import t from 'tap';
import { attacks } from '../helpers/attacks/catalogue.ts';
import { ownWork } from '../helpers/attacks/own-work.ts';
import { everyRefused, groupOf } from '../helpers/attacks/runner.ts';
import { attackWorld } from '../helpers/attacks/world.ts';
import { randomFrom } from '../helpers/generated/random.ts';
import { firstOfEach } from '../helpers/values/nightly.ts';
import { anySeed, seedOr } from '../helpers/values/seed.ts';

/** Some eighty pushes, one after the other: a busy machine takes its time. */
t.setTimeout(2_400_000);

const served = { by: 'http', signed: false } as const;

t.test('over http with logins each organisation does its own work', (t) => ownWork(t, served));

t.test('over http each attack by plain git is refused, and no ref of the server moves', (t) => {
  // By day one for each sentence that refuses, chosen by the seed. What is prepared for one is there for those after it.
  const random = randomFrom(seedOr(anySeed()));
  const inAnyOrder = attacks.map((attack) => ({ attack, rank: random.below(attacks.length) }));
  const shown = firstOfEach(
    inAnyOrder.sort((a, b) => a.rank - b.rank),
    ({ attack }) => attack.why.source,
  ).map(({ attack }) => attack);
  const tried = attacks.filter((attack) => attack.prepare !== undefined || shown.includes(attack));
  return everyRefused(
    t,
    tried.map((attack) => groupOf(attack)),
    { doors: ['http'] },
  );
});

t.test('the journal of an operation goes 90 days after it was finished, not before', async (t) => {
  const { act } = await attackWorld(t, { by: 'path', signed: false });
  const eric = act('eric');
  await eric.fresh();
  const journals: [id: string, state: string, days: number, gone: boolean][] = [
    ['0001', 'done', 91, true],
    ['0002', 'undone', 89, false],
    ['0003', 'running', 91, false],
  ];
  for (const [id, state, days, gone] of journals) {
    const at = new Date(Date.now() - days * 86_400_000).toISOString();
    await eric.git('checkout', '-q', '--orphan', `op-${id}`);
    await eric.git('rm', '-rfq', '--ignore-unmatch', '.');
    eric.write({ 'journal.json': JSON.stringify({ format: 1, id, at, state, steps: [] }) });
    await eric.commit(`push feat/x: ${state}`);
    const ref = `refs/realm/ops/${id}`;
    const made = await eric.push(`HEAD:${ref}`);
    t.equal(made.code, 0, made.stderr);
    const pruned = await eric.push(`:${ref}`);
    if (gone) t.equal(pruned.code, 0, `${state}, ${days} days ago: ${pruned.stderr}`);
    else t.match(pruned.stderr, /refs of a realm may not be deleted/, `${state}, ${days} days ago`);
  }
});
