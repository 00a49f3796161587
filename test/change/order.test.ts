import t from 'tap';
import { type MergePlan, mergePlan, type Relation, simulate, stateOf } from '../../lib/change/order.ts';
import type { JsonValue } from '../../lib/json.ts';

const schema: JsonValue = {
  type: 'object',
  properties: { write: { type: 'array', 'x-realm': { kind: 'paths', dialect: 'iam' } } },
  'x-realm': { bucket: 'data' },
};
const paths = (...write: string[]) => ({ value: { write }, schema });

/** A verified import: what the provider needs and the consumer grants, before and after. */
const verified = (
  provider: string,
  consumer: string,
  need: [string[], string[]],
  grant: [string[], string[]],
): Relation => ({
  provider,
  consumer,
  contract: `d/${provider}-${consumer}`,
  need: { old: paths(...need[0]), now: paths(...need[1]) },
  grant: { old: paths(...grant[0]), now: paths(...grant[1]) },
  verdict: null,
  adds: false,
  polarity: null,
});

/** An import that nothing verifies. */
const declared = (
  provider: string,
  consumer: string,
  facts: Partial<Pick<Relation, 'verdict' | 'adds' | 'polarity'>>,
): Relation => ({
  provider,
  consumer,
  contract: `d/${provider}-${consumer}`,
  need: null,
  grant: null,
  verdict: null,
  adds: false,
  polarity: null,
  ...facts,
});

/** Each state from nothing to everything merged is compatible. */
const safe = (test: Tap, plan: MergePlan): void => {
  test.same(plan.problems, []);
  for (const state of simulate(plan.order, plan.edges)) test.equal(state.answer, 'yes', state.why);
};
type Tap = Pick<typeof t, 'same' | 'equal'>;

t.test('a new need lands consumer first, and the other order would break it', async (test) => {
  const plan = mergePlan(
    ['p', 'c'],
    [verified('p', 'c', [['a/*'], ['a/*', 'b/*']], [['a/*'], ['a/*', 'b/*']])],
  );
  test.same(plan.order, ['c', 'p']);
  test.same(plan.blockedBy.get('p'), ['c']);
  test.same(plan.blockedBy.get('c'), []);
  safe(test, plan);
  test.equal(stateOf(['p'], plan.edges).answer, 'no');
  test.match(stateOf(['p'], plan.edges).why, /d\/p-c: c breaks with p merged/);
});

t.test('a removed need lands provider first', async (test) => {
  const plan = mergePlan(
    ['c', 'p'],
    [verified('p', 'c', [['a/*', 'b/*'], ['a/*']], [['a/*', 'b/*'], ['a/*']])],
  );
  test.same(plan.order, ['p', 'c']);
  test.same(plan.blockedBy.get('c'), ['p']);
  safe(test, plan);
  test.equal(stateOf(['c'], plan.edges).answer, 'no');
});

t.test('need and grant that fit in every state: exporters first, as the RFC has it', async (test) => {
  const plan = mergePlan(['c', 'p'], [verified('p', 'c', [['a/*'], ['a/*']], [['*'], ['a/*']])]);
  test.same(plan.order, ['p', 'c']);
  test.equal(plan.edges[0]?.first, 'either');
  safe(test, plan);
});

t.test('a mixed change has no safe order, and is shown as expand and contract', async (test) => {
  const plan = mergePlan(['p', 'c'], [verified('p', 'c', [['a/*'], ['b/*']], [['a/*'], ['b/*']])]);
  test.equal(plan.edges[0]?.first, 'neither');
  test.match(plan.problems, [/adds and takes away at once/]);
  test.match(plan.split.join('\n'), /1\. expand: c .*2\. p .*3\. contract: c /s);
  for (const merged of [['p'], ['c']]) test.equal(stateOf(merged, plan.edges).answer, 'no');
  // The three changes that it names are each safe.
  const states: [string[], string[]][] = [
    [['a/*'], ['a/*']],
    [['a/*'], ['a/*', 'b/*']],
    [['b/*'], ['a/*', 'b/*']],
    [['b/*'], ['b/*']],
  ];
  for (const [need, grant] of states) {
    const here = mergePlan(['p', 'c'], [verified('p', 'c', [need, need], [grant, grant])]);
    safe(test, here);
  }
});

t.test('interfaces: a wider one provider first, a narrower one consumer first', async (test) => {
  const wider = mergePlan(
    ['c', 'p'],
    [declared('p', 'c', { polarity: 'grant', verdict: 'compatible', adds: true })],
  );
  test.same(wider.order, ['p', 'c']);
  test.same(wider.blockedBy.get('c'), ['p']);
  safe(test, wider);
  const narrower = mergePlan(['p', 'c'], [declared('p', 'c', { polarity: 'grant', verdict: 'breaking' })]);
  test.same(narrower.order, ['c', 'p']);
  test.same(narrower.blockedBy.get('p'), ['c']);
  safe(test, narrower);
  const both = mergePlan(
    ['p', 'c'],
    [declared('p', 'c', { polarity: 'grant', verdict: 'breaking', adds: true })],
  );
  test.equal(both.problems.length, 1);
});

t.test('polarity need and emit: more comes after the consumers, less before them', async (test) => {
  for (const polarity of ['need', 'emit'] as const) {
    const more = mergePlan(['p', 'c'], [declared('p', 'c', { polarity, verdict: 'compatible' })]);
    test.same(more.order, ['c', 'p'], polarity);
    const less = mergePlan(['c', 'p'], [declared('p', 'c', { polarity, verdict: 'breaking' })]);
    test.same(less.order, ['p', 'c'], polarity);
  }
});

t.test('nothing proved: exporters first, and it is said that nothing is', async (test) => {
  const plan = mergePlan(['c', 'p'], [declared('p', 'c', { verdict: 'compatible' })]);
  test.same(plan.order, ['p', 'c']);
  test.same(plan.blockedBy.get('c'), ['p']);
  test.equal(plan.edges[0]?.first, 'unproved');
  test.same(plan.problems, []);
  test.equal(stateOf(['p'], plan.edges).answer, 'unknown');
  test.equal(stateOf(['p', 'c'], plan.edges).answer, 'yes');
});

t.test('a diamond: one consumer of two providers, one needs more, one less', async (test) => {
  const plan = mergePlan(
    ['p1', 'p2', 'c'],
    [
      verified(
        'p1',
        'c',
        [['a/*'], ['a/*', 'new/*']],
        [
          ['a/*', 'old/*'],
          ['a/*', 'new/*'],
        ],
      ),
      verified(
        'p2',
        'c',
        [['a/*', 'old/*'], ['a/*']],
        [
          ['a/*', 'old/*'],
          ['a/*', 'new/*'],
        ],
      ),
    ],
  );
  test.same(plan.order, ['p2', 'c', 'p1']);
  test.same(plan.blockedBy.get('c'), ['p2']);
  test.same(plan.blockedBy.get('p1'), ['c']);
  safe(test, plan);
});

t.test('a chain of four', async (test) => {
  const more: [string[], string[]] = [['a/*'], ['a/*', 'b/*']];
  const plan = mergePlan(
    ['w', 'x', 'y', 'z'],
    [verified('w', 'x', more, more), verified('x', 'y', more, more), verified('y', 'z', more, more)],
  );
  test.same(plan.order, ['z', 'y', 'x', 'w']);
  safe(test, plan);
});

t.test('constraints in a circle: refused, with the circle', async (test) => {
  const plan = mergePlan(
    ['a', 'b'],
    [
      verified('a', 'b', [['x/*'], ['x/*', 'y/*']], [['x/*'], ['x/*', 'y/*']]),
      verified('a', 'b', [['x/*', 'y/*'], ['x/*']], [['x/*', 'y/*'], ['x/*']]),
    ],
  );
  test.match(plan.problems, [/no order does: b before a, a before b/]);
  test.same([...plan.order].sort(), ['a', 'b'], 'the list is still whole');
});

t.test('an import that was uncovered before the change stops nothing', async (test) => {
  const plan = mergePlan(
    ['p', 'c'],
    [
      verified(
        'p',
        'c',
        [
          ['a/*', 'b/*'],
          ['a/*', 'b/*'],
        ],
        [['a/*'], ['a/*', 'b/*']],
      ),
    ],
  );
  safe(test, plan);
  const still = mergePlan(['p', 'c'], [verified('p', 'c', [['b/*'], ['b/*']], [['a/*'], ['a/*']])]);
  test.match(still.problems, [/before or after the change/]);
});

t.test('a hard order wins over the order of exporters of another contract', async (test) => {
  const plan = mergePlan(
    ['p', 'c'],
    [
      declared('p', 'c', { verdict: 'compatible' }),
      verified('p', 'c', [['a/*'], ['a/*', 'b/*']], [['a/*'], ['a/*', 'b/*']]),
    ],
  );
  test.same(plan.order, ['c', 'p']);
  test.same(plan.blockedBy.get('p'), ['c'], 'and nobody waits for each other');
  test.same(plan.blockedBy.get('c'), []);
});

/** Subsets of two elements, for what is needed and what is granted. */
const SETS: string[][] = [[], ['a'], ['b'], ['a', 'b']];
const within = (need: readonly string[], grant: readonly string[]) =>
  need.every((one) => grant.includes(one));
const set = (list: readonly string[]) => ({ value: { write: [...list] }, schema: {} });
const related = (
  provider: string,
  consumer: string,
  [need, needed, grant, granted]: string[][],
): Relation => ({
  ...verified(provider, consumer, [[], []], [[], []]),
  need: { old: set(need ?? []), now: set(needed ?? []) },
  grant: { old: set(grant ?? []), now: set(granted ?? []) },
});

/** Is every state from nothing to everything merged compatible? Told by sets alone, without the planner. */
function isSafe(
  order: readonly string[],
  pairs: readonly { p: string; c: string; facts: string[][] }[],
): boolean {
  return [...order.keys(), order.length].every((count) => {
    const merged = order.slice(0, count);
    return pairs.every(({ p, c, facts: [need = [], needed = [], grant = [], granted = []] }) => {
      // What was broken before does not count against the change.
      if (!within(need, grant)) return true;
      return within(merged.includes(p) ? needed : need, merged.includes(c) ? granted : grant);
    });
  });
}

const permutations = (list: readonly string[]): string[][] =>
  list.length < 2
    ? [[...list]]
    : list.flatMap((one) =>
        permutations(list.filter((other) => other !== one)).map((rest) => [one, ...rest]),
      );

t.test(
  'against all orders there are: a safe one is found wherever there is one, and refused where there is none',
  async (test) => {
    const all = SETS.flatMap((a) => SETS.flatMap((b) => SETS.flatMap((c) => SETS.map((d) => [a, b, c, d]))));
    const was = all.filter(([need = [], , grant = []]) => within(need, grant));
    let refused = 0;
    const judge = (repos: string[], pairs: { p: string; c: string; facts: string[][] }[]): void => {
      const plan = mergePlan(
        repos,
        pairs.map(({ p, c, facts }) => related(p, c, facts)),
      );
      const some = permutations(repos).some((order) => isSafe(order, pairs));
      const words = JSON.stringify(pairs);
      if (some !== (plan.problems.length === 0)) test.fail(`${words}: ${plan.problems.join()}`);
      if (some && !isSafe(plan.order, pairs)) test.fail(`${words}: ${plan.order.join()} is not safe`);
      if (!some) refused += 1;
    };
    for (const facts of was) judge(['p', 'c'], [{ p: 'p', c: 'c', facts }]);
    test.ok(refused > 10 && refused < was.length / 2, `${refused} of ${was.length} pairs have no safe order`);
    // Diamonds and chains of three: every third pair beside every fifth.
    const [some, others] = [was.filter((_, at) => at % 3 === 0), was.filter((_, at) => at % 5 === 0)];
    for (const x of some)
      for (const y of others) {
        judge(
          ['p', 'q', 'c'],
          [
            { p: 'p', c: 'c', facts: x },
            { p: 'q', c: 'c', facts: y },
          ],
        );
        judge(
          ['p', 'c', 'd'],
          [
            { p: 'p', c: 'c', facts: x },
            { p: 'c', c: 'd', facts: y },
          ],
        );
      }
    test.pass(`${was.length + 2 * some.length * others.length} changes judged`);
  },
);

t.test('a chain of four in which each link goes another way', async (test) => {
  const more: [string[], string[]] = [['a/*'], ['a/*', 'b/*']];
  const less: [string[], string[]] = [['a/*', 'b/*'], ['a/*']];
  const plan = mergePlan(
    ['w', 'x', 'y', 'z'],
    [verified('w', 'x', more, more), verified('x', 'y', less, less), verified('y', 'z', more, more)],
  );
  safe(test, plan);
  const at = (repo: string) => plan.order.indexOf(repo);
  test.ok(at('x') < at('w') && at('x') < at('y') && at('z') < at('y'), plan.order.join());
  for (const merged of [['w'], ['y'], ['x', 'y']])
    test.equal(stateOf(merged, plan.edges).answer, 'no', merged.join());
});
