import inc from 'semver/functions/inc.js';
import satisfies from 'semver/functions/satisfies.js';
import t from 'tap';
import { quickAccepts } from '../../lib/compat/quick-range.ts';
import { bump } from '../../lib/compat/version.ts';
import { fc } from '../helpers/values/properties.ts';

const number = fc.oneof(fc.nat(3), fc.nat(12), fc.constantFrom(0, 1, 9007199254740991, 99999999999999));
const version = fc.tuple(number, number, number).map((parts) => parts.join('.'));
const operator = fc.constantFrom('>=', '^', '~', '=', '');

t.test('a plain range is answered as semver answers it', async (t) => {
  let yes = 0;
  fc.assert(
    fc.property(operator, version, version, (sign, wanted, given) => {
      const quick = quickAccepts(sign + wanted, given);
      const exact = satisfies(given, sign + wanted, { includePrerelease: true });
      if (quick === true) yes += 1;
      return quick === exact || quick === undefined;
    }),
    { numRuns: 20_000 },
  );
  t.ok(yes > 1000, `${yes} of them satisfied`);
});

t.test('the next version of a plain one is the one that semver gives', async (t) => {
  const places = { breaking: 'major', unknown: 'major', compatible: 'minor', described: 'patch' } as const;
  const lower = { major: 'minor', minor: 'patch', patch: 'patch' } as const;
  const small = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20)).map((parts) => parts.join('.'));
  fc.assert(
    fc.property(
      small,
      fc.constantFrom(...(Object.keys(places) as (keyof typeof places)[])),
      (from, change) => {
        const place = places[change];
        return bump(from, change) === inc(from, from.startsWith('0.') ? lower[place] : place);
      },
    ),
    { numRuns: 5_000 },
  );
  t.equal(bump('1.2.3', 'equal'), '1.2.3');
  t.equal(bump('1.2.3-rc.1', 'compatible'), inc('1.2.3-rc.1', 'minor'));
  t.throws(() => bump('01.2.3', 'compatible'), { code: 'bad-version' });
});

t.test('anything else is left to semver', async (t) => {
  const words = fc.array(
    fc.constantFrom(
      '>',
      '>=',
      '<',
      '^',
      '~',
      '1.2.3',
      '1.2',
      'x',
      '*',
      ' ',
      '-rc.1',
      '+b',
      'v',
      '||',
      '01.2.3',
      '\n',
    ),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(words, version, fc.constantFrom('', '-rc.1', '+build', ' '), (range, given, tail) => {
      const quick = quickAccepts(range.join(''), given + tail);
      return (
        quick === undefined || quick === satisfies(given + tail, range.join(''), { includePrerelease: true })
      );
    }),
    { numRuns: 20_000 },
  );
  for (const [range, given] of [
    ['>=1.0.0', '1.0.0-rc.1'],
    ['>1.0.0', '2.0.0'],
    ['^1.2', '1.2.0'],
    ['1.0.0 || 2.0.0', '2.0.0'],
    ['>=01.0.0', '1.0.0'],
    ['>=1.0.0', '1.0.9007199254740993'],
    ['>=1.0.0\n', '1.0.0'],
    ['latest', '1.0.0'],
  ] as const)
    t.equal(quickAccepts(range, given), undefined, `${range} ${given}`);
});
