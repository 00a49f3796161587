import t from 'tap';
import type { Reading, Relation } from '../../lib/change/relation.ts';
import { hereAnswer, transition } from '../../lib/change/transition.ts';

const read = (...write: string[]): Reading => ({ value: { value: { write }, schema: {} } });
const part = (...write: string[]): Reading => ({
  value: { value: { write }, schema: {} },
  atLeast: 'c is not here',
});
const ends = (main: Reading, merged: Reading = main) => ({ main, merged, same: main === merged });
const relation = (facts: Partial<Relation>): Relation => ({
  provider: 'p',
  consumer: 'c',
  contract: 'd/x',
  offer: ends(read('a')),
  binding: ends(read('a')),
  change: null,
  direction: 'offers',
  declared: false,
  ...facts,
});
const NONE = { provider: false, consumer: false };
const PROVIDER = { provider: true, consumer: false };
const CONSUMER = { provider: false, consumer: true };

t.test('a consumer of which only a part is on record may use what the provider drops', async (test) => {
  const less = relation({ offer: ends(read('a', 'b'), read('a')), binding: ends(part('a')) });
  test.same(transition(less, NONE, PROVIDER), { answer: 'unknown', why: 'c is not here' });
  test.same(hereAnswer(less), { answer: 'unknown', why: 'c is not here' }, 'nor is it safe to stop there');
  const change = { verdict: 'compatible', adds: true, removes: false } as const;
  const more = relation({ offer: ends(read('a'), read('a', 'b')), binding: ends(part('a')), change });
  test.equal(transition(more, NONE, PROVIDER).answer, 'yes', 'what no consumer can notice is safe');
});

t.test('a merge that makes a file readable is proved by what it leaves', async (test) => {
  const unread: Reading = { unread: 'c: grants.json cannot be read' };
  const repaired = (binding: Reading) => relation({ direction: 'needs', binding: ends(unread, binding) });
  test.equal(transition(repaired(read('a', 'b')), NONE, CONSUMER).answer, 'yes');
  test.equal(
    transition(repaired(read('b')), NONE, CONSUMER).answer,
    'unknown',
    'it may have been missing before',
  );
});
