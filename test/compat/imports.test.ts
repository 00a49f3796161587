import t from 'tap';
import { sunsetOf } from '../../lib/compat/deprecations.ts';
import { effectiveVersion, importState, importStateWords } from '../../lib/compat/imports.ts';

const now = new Date('2026-01-24T10:00:00Z');
const state = (range: string, resolvedVersion: string | undefined, version: string, more = {}) =>
  importState({ range, resolvedVersion, published: { version, ...more }, now });

t.test('current, stale, broken', async (t) => {
  t.same(state('>=1.0.0', '1.3.0', '1.3.0'), { state: 'current' });
  t.match(state('>=1.0.0', '1.2.0', '1.3.0'), {
    state: 'stale',
    reason: '1.3.0 is newer than the resolved 1.2.0',
  });
  t.match(state('>=1.0.0', undefined, '1.3.0'), { state: 'stale', reason: /not resolved yet/ });
  t.match(state('>=1.0.0', '1.4.0', '1.3.0'), { state: 'stale', reason: /resolved at 1.4.0/ });
  t.match(state('^1.0.0', '1.3.0', '2.0.0'), { state: 'broken' });
  t.match(importState({ range: '*', resolvedVersion: '1.0.0', published: undefined, now }), {
    state: 'broken',
  });
  t.match(state('>=1.0.0', '1.3.0', '1.4.0-rc.1'), { state: 'stale' }, 'a prerelease is all there is');
  t.match(state('^1.0.0', '1.3.0', '2.0.0-rc.1'), { state: 'broken' });
  t.match(state('newest', '1.3.0', '1.3.0'), { state: 'broken', reason: /not a valid version range/ });
  t.match(state('*', '1.3.0', 'one'), { state: 'broken', reason: /not a valid semantic version/ });
});

t.test('inside a grace period', async (t) => {
  const grace = { before: [{ version: '1.3.0' }], effectiveAt: '2026-02-04T22:00:00Z' };
  const inGrace = state('^1.0.0', '1.3.0', '2.0.0', grace);
  t.match(inGrace, { state: 'stale', breaksInDays: 12 });
  t.equal(importStateWords(inGrace), 'stale, breaks in 12 days');
  t.equal(
    importStateWords(state('^1.0.0', '1.3.0', '2.0.0', { ...grace, effectiveAt: '2026-01-24T10:00:01Z' })),
    'stale, breaks in 1 day',
  );
  t.match(state('^1.0.0', '1.3.0', '2.0.0', { ...grace, effectiveAt: '2026-01-24T10:00:00Z' }), {
    state: 'broken',
  });
  t.match(state('>=1.0.0', '1.3.0', '2.0.0', grace), { state: 'stale', breaksInDays: undefined });
  t.match(state('>=1.0.0', '2.0.0', '2.0.0', grace), { state: 'current' });
  t.match(
    state('^0.1.0', '0.1.0', '2.0.0', grace),
    { state: 'broken' },
    'the version before does not fit either',
  );
  t.match(state('^1.0.0', '1.3.0', '2.0.0', { ...grace, effectiveAt: 'soon' }), { state: 'broken' });
  t.equal(effectiveVersion({ version: '2.0.0', ...grace }, now), '1.3.0');
  t.equal(effectiveVersion({ version: '2.0.0', ...grace }, new Date('2026-03-01')), '2.0.0');
});

t.test('two breaking versions under way: each import breaks when what it accepts is replaced', async (t) => {
  const published = {
    version: '3.0.0',
    effectiveAt: '2026-02-12T10:00:00Z',
    before: [
      { version: '2.1.0', effectiveAt: '2026-02-07T10:00:00Z' },
      { version: '1.3.0' },
      { version: '1.0.0' },
    ],
  };
  const at = (range: string, day: string) =>
    importState({ range, resolvedVersion: '1.3.0', published, now: new Date(`${day}T10:00:00Z`) });
  t.match(at('^1.0.0', '2026-01-24'), {
    state: 'stale',
    breaksInDays: 14,
    reason: /2\.1\.0 does not satisfy/,
  });
  t.match(at('^2.0.0', '2026-01-24'), { state: 'stale', breaksInDays: 19 }, 'resolved early at the first');
  t.match(at('^1.0.0', '2026-02-06'), { state: 'stale', breaksInDays: 1 });
  t.match(at('^1.0.0', '2026-02-07'), { state: 'broken' }, 'at the moment itself');
  t.match(at('^2.0.0', '2026-02-07'), { state: 'stale', breaksInDays: 5 });
  t.match(at('^2.0.0', '2026-02-12'), { state: 'broken' });
  const counts = ['2026-01-24', '2026-02-07', '2026-02-12'].map((day) =>
    effectiveVersion(published, new Date(`${day}T10:00:00Z`)),
  );
  t.same(counts, ['1.3.0', '2.1.0', '3.0.0']);
});

t.test('sunsets', async (t) => {
  t.same(sunsetOf({ pointer: '/a', sunset: '2026-06-01' }, now), { state: 'coming', days: 128 });
  t.same(sunsetOf({ pointer: '/a', sunset: '2026-01-24' }, now), { state: 'past' });
  t.same(sunsetOf({ pointer: '/a' }, now), { state: 'announced' });
  t.same(sunsetOf({ pointer: '/a', sunset: 'some day' }, now), { state: 'unreadable', text: 'some day' });
});
