import t from 'tap';
import { type TurnPlace, turnOf } from '../../lib/change/turns.ts';

const SAFE = { problems: [], unproved: [] };
const place = (waitsFor: string[] = [], nameOf: TurnPlace['nameOf'] = (repo) => `${repo}#1`): TurnPlace => ({
  repo: 'aperture',
  waitsFor,
  nameOf,
});

t.test('it is the turn of what waits for nothing and is proved', async (test) => {
  test.match(turnOf(place(), SAFE), { state: 'success' });
  const others = { problems: [], unproved: [{ repo: 'fungal', contract: 'a/b', why: 'unread' }] };
  test.match(
    turnOf(place(), others),
    { state: 'success' },
    'another step that is not proved is its own matter',
  );
});

t.test('what is not proved, waits, or has no safe order is held back, with the reason', async (test) => {
  const unproved = { problems: [], unproved: [{ repo: 'aperture', contract: 'a/b', why: 'unread' }] };
  test.match(turnOf(place(), unproved), { state: 'pending', description: /not proved safe/ });
  const waits = turnOf(place(['fungal', 'web']), unproved);
  test.same(waits, { state: 'pending', description: 'first merge fungal#1, web#1' });
  const broken = { problems: ['a/b: neither may merge first'], unproved: [] };
  test.match(turnOf(place(['fungal']), broken), { state: 'failure', description: /no order/ });
});

t.test('a repository that may not be named is counted and not named', async (test) => {
  const hidden = turnOf(
    place(['fungal', 'secret'], (repo) => (repo === 'secret' ? null : `${repo}#1`)),
    SAFE,
  );
  test.equal(hidden.description, 'first merge fungal#1, 1 more in this change set');
});
