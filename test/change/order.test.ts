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
