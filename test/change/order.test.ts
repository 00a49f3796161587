import t from 'tap';
import { type Edge, type MergePlan, mergePlan, pauseOf, simulate } from '../../lib/change/order.ts';
import type { Ends, Relation } from '../../lib/change/relation.ts';
import { type Judged, worst } from '../../lib/change/transition.ts';
import type { Described } from '../../lib/compat/coverage.ts';
import type { JsonValue } from '../../lib/json.ts';

const schema: JsonValue = {
  type: 'object',
  properties: { write: { type: 'array', 'x-realm': { kind: 'paths', dialect: 'iam' } } },
  'x-realm': { bucket: 'data' },
};
const paths = (...write: string[]) => ({ value: { write }, schema });

const ends = (main: Described, merged: Described): Ends => ({
  main: { value: main },
  merged: { value: merged },
  same: JSON.stringify(main) === JSON.stringify(merged),
});
const unread = (same = false): Ends => {
  const reading = { unread: 'nothing verifies it' };
  return { main: reading, merged: reading, same };
};

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
  offer: ends(paths(...need[0]), paths(...need[1])),
  binding: ends(paths(...grant[0]), paths(...grant[1])),
  change: null,
  direction: 'needs',
  declared: false,
});

/** An import that nothing verifies. */
const declared = (provider: string, consumer: string, facts: Partial<Relation>): Relation => ({
  provider,
  consumer,
  contract: `d/${provider}-${consumer}`,
  offer: unread(),
  binding: unread(),
  change: null,
  direction: 'agreed',
  declared: false,
  ...facts,
});

const compatible = { verdict: 'compatible', adds: true, removes: false } as const;
const breaking = { verdict: 'breaking', adds: false, removes: true } as const;
const mixed = { verdict: 'breaking', adds: true, removes: true } as const;

/** Nothing is a problem, and every step is proved. */
const safe = (test: Tap, plan: MergePlan): void => {
  test.same(plan.problems, []);
  test.same(plan.unproved, []);
  for (const state of simulate(plan.order, plan.edges)) test.equal(state.answer, 'yes', state.why ?? 'safe');
};
type Tap = Pick<typeof t, 'same' | 'equal'>;

/** What merging just these, at once, does to the imports. */
const stateOf = (merged: readonly string[], edges: readonly Edge[]): Judged =>
  worst(
    ...edges.map(({ provider, consumer, step }) =>
      step(
        { provider: false, consumer: false },
        { provider: merged.includes(provider), consumer: merged.includes(consumer) },
      ),
    ),
  );

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
  test.match(stateOf(['p'], plan.edges).why, /p will need write: 'b\/\*'.*which c does not cover/);
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

t.test('need and grant that fit in every state: exporters first, by default', async (test) => {
  const plan = mergePlan(['c', 'p'], [verified('p', 'c', [['a/*'], ['a/*']], [['*'], ['a/*']])]);
  test.same(plan.order, ['p', 'c']);
  test.equal(plan.edges[0]?.first, 'either');
  safe(test, plan);
});

t.test('a mixed change has no safe order, and is shown as expand and contract', async (test) => {
  const plan = mergePlan(['p', 'c'], [verified('p', 'c', [['a/*'], ['b/*']], [['a/*'], ['b/*']])]);
  test.equal(plan.edges[0]?.first, 'neither');
  test.match(plan.problems, [/neither may merge first: p will need .*; c drops /]);
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

t.test('offers: more of one lands provider first, less of it consumer first', async (test) => {
  const wider = mergePlan(['c', 'p'], [declared('p', 'c', { direction: 'offers', change: compatible })]);
  test.same(wider.order, ['p', 'c']);
  test.same(wider.blockedBy.get('c'), ['p']);
  test.same(wider.problems, []);
  test.same(
    wider.unproved.map(({ repo }) => repo),
    ['c'],
    'more of an offer breaks nobody; what the consumer uses then is not known',
  );
  const narrower = mergePlan(['p', 'c'], [declared('p', 'c', { direction: 'offers', change: breaking })]);
  test.same(narrower.order, ['c', 'p']);
  test.same(
    narrower.unproved.map(({ repo }) => repo),
    ['c', 'p'],
  );
});

t.test('a declared direction decides the order and proves nothing', async (test) => {
  const needs = { direction: 'needs', declared: true } as const;
  const more = mergePlan(['p', 'c'], [declared('p', 'c', { ...needs, change: compatible })]);
  test.same(more.order, ['c', 'p']);
  test.equal(more.edges[0]?.first, 'consumer');
  test.equal(more.unproved.length, 2);
  const less = mergePlan(['c', 'p'], [declared('p', 'c', { ...needs, change: breaking })]);
  test.same(less.order, ['p', 'c']);
});

t.test('nothing proved: exporters first, and each step is named as unproved', async (test) => {
  const plan = mergePlan(['c', 'p'], [declared('p', 'c', { change: mixed })]);
  test.same(plan.order, ['p', 'c']);
  test.same(plan.blockedBy.get('c'), ['p']);
  test.equal(plan.edges[0]?.first, 'unproved');
  test.same(plan.problems, []);
  test.same(plan.unproved, [
    { repo: 'p', contract: 'd/p-c', why: 'nothing verifies it' },
    { repo: 'c', contract: 'd/p-c', why: 'nothing verifies it' },
  ]);
  test.equal(pauseOf(plan.edges).answer, 'unknown');
});

t.test(
  'a partner outside the change set: its main branch counts, and what it has on record',
  async (test) => {
    const lacking = mergePlan(['p'], [verified('p', 'c', [['a/*'], ['a/*', 'b/*']], [['a/*'], ['a/*']])]);
    test.match(lacking.problems, [/p will need .*which c does not cover/]);
    const granted = mergePlan(['p'], [verified('p', 'c', [['a/*'], ['a/*', 'b/*']], [['*'], ['*']])]);
    safe(test, granted);
    const fewer = mergePlan(
      ['p'],
      [{ ...verified('p', 'c', [['a/*', 'b/*'], ['a/*']], [[], []]), binding: unread(true) }],
    );
    safe(test, fewer);
    const record = { value: paths('a/*'), atLeast: 'c is not here' };
    const recorded = { main: record, merged: record, same: true };
    const more = verified('p', 'c', [['a/*'], ['a/*', 'b/*']], [[], []]);
    test.same(mergePlan(['p'], [{ ...more, binding: recorded }]).unproved, [
      { repo: 'p', contract: 'd/p-c', why: 'c is not here' },
    ]);
    const idle = mergePlan(
      ['c'],
      [
        verified(
          'p',
          'c',
          [
            ['a/*', 'q/*'],
            ['a/*', 'q/*'],
          ],
          [['a/*', 'q/*'], ['a/*']],
        ),
      ],
    );
    test.match(idle.problems, [/c drops .*q\/\*.*which p still needs/]);
  },
);

t.test('what the pull requests say about each other is binding', async (test) => {
  const free = [verified('p', 'c', [['a/*'], ['a/*']], [['*'], ['a/*']])];
  const plan = mergePlan(['c', 'p'], free, [{ before: 'c', after: 'p' }]);
  test.same(plan.order, ['c', 'p']);
  test.same(plan.blockedBy.get('p'), ['c']);
  const against = mergePlan(
    ['c', 'p'],
    [verified('p', 'c', [['a/*'], ['a/*', 'b/*']], [['a/*'], ['a/*', 'b/*']])],
    [{ before: 'p', after: 'c' }],
  );
  test.match(against.problems, [/no order satisfies all of/]);
});

t.test('safe to stop: only where all was read and fits', async (test) => {
  const fits = mergePlan(['p'], [verified('p', 'c', [['a/*'], ['a/*']], [['a/*'], ['a/*']])]);
  test.equal(pauseOf(fits.edges).answer, 'yes');
  const broken = mergePlan([], [verified('p', 'c', [['a/*'], ['a/*']], [[], []])]);
  test.equal(pauseOf(broken.edges).answer, 'no');
  test.match(pauseOf(broken.edges).why, /d\/p-c: c does not cover .*which p needs/);
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
  test.match(plan.problems, [/no order satisfies all of: b before a, a before b/]);
  test.same([...plan.order].sort(), ['a', 'b'], 'the list is still whole');
});

t.test('what was uncovered before may only get better', async (test) => {
  const both: [string[], string[]] = [
    ['a/*', 'b/*'],
    ['a/*', 'b/*'],
  ];
  safe(test, mergePlan(['p', 'c'], [verified('p', 'c', both, [['a/*'], ['a/*', 'b/*']])]));
  const still = mergePlan(['p', 'c'], [verified('p', 'c', [['b/*'], ['b/*']], [['a/*'], ['a/*', 'c/*']])]);
  safe(test, still);
  test.equal(pauseOf(still.edges).answer, 'no', 'and it is not called safe to stop at');
  const adds = mergePlan(
    ['p', 'c'],
    [
      verified(
        'p',
        'c',
        [
          ['a/*', 'x/*'],
          ['a/*', 'x/*', 'y/*'],
        ],
        [['a/*'], ['a/*', 'x/*', 'y/*']],
      ),
    ],
  );
  test.same(adds.order, ['c', 'p'], 'a new need waits for its grant although another one is missing already');
  safe(test, adds);
  const half = mergePlan(
    ['p', 'c'],
    [
      verified(
        'p',
        'c',
        [
          ['a/*', 'x/*'],
          ['a/*', 'x/*', 'y/*'],
        ],
        [['a/*'], ['a/*', 'y/*']],
      ),
    ],
  );
  test.same(half.order, ['c', 'p']);
  safe(test, half);
  const narrower = mergePlan(['c'], [verified('p', 'c', [['x/*'], ['x/*']], [['x/a/*'], ['x/b/*']])]);
  test.match(narrower.problems, [/c drops/], 'a pattern that was granted in part loses that part');
});

t.test('a hard order wins over the order of exporters of another contract', async (test) => {
  const plan = mergePlan(
    ['p', 'c'],
    [
      declared('p', 'c', { change: compatible }),
      verified('p', 'c', [['a/*'], ['a/*', 'b/*']], [['a/*'], ['a/*', 'b/*']]),
    ],
  );
  test.same(plan.order, ['c', 'p']);
  test.same(plan.blockedBy.get('p'), ['c'], 'and nobody waits for each other');
  test.same(plan.blockedBy.get('c'), []);
});

/** Subsets of two elements, for what is needed and what is granted. */
const SETS: string[][] = [[], ['a'], ['b'], ['a', 'b']];
const set = (list: readonly string[]) => ({ value: { write: [...list] }, schema: {} });
const related = (
  provider: string,
  consumer: string,
  [need, needed, grant, granted]: string[][],
): Relation => ({
  ...verified(provider, consumer, [[], []], [[], []]),
  offer: ends(set(need ?? []), set(needed ?? [])),
  binding: ends(set(grant ?? []), set(granted ?? [])),
});

/** Does no step leave anything uncovered that was covered, or not needed, before it? Told by sets alone, without the planner. */
function isSafe(
  order: readonly string[],
  pairs: readonly { p: string; c: string; facts: string[][] }[],
): boolean {
  return order.every((_, count) =>
    pairs.every(({ p, c, facts: [need = [], needed = [], grant = [], granted = []] }) => {
      const gap = (merged: readonly string[]) =>
        (merged.includes(p) ? needed : need).filter(
          (offer) => !(merged.includes(c) ? granted : grant).includes(offer),
        );
      const before = gap(order.slice(0, count));
      return gap(order.slice(0, count + 1)).every((offer) => before.includes(offer));
    }),
  );
}

const permutations = (list: readonly string[]): string[][] =>
  list.length < 2
    ? [[...list]]
    : list.flatMap((first) =>
        permutations(list.filter((other) => other !== first)).map((rest) => [first, ...rest]),
      );

t.test(
  'against all orders there are: a safe one is found wherever there is one, and refused where there is none',
  async (test) => {
    const all = SETS.flatMap((a) => SETS.flatMap((b) => SETS.flatMap((c) => SETS.map((d) => [a, b, c, d]))));
    const was = all;
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
