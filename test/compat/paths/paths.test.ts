import t from 'tap';
import {
  type Dialect,
  matchesPath,
  missing,
  pathsContain,
  samplePath,
} from '../../../lib/compat/paths/index.ts';
import { cpuMs } from '../../helpers/bounds/cpu.ts';
import { fc } from '../../helpers/values/properties.ts';
import { globSource, iamMatches, iamSource, refaContains } from './reference.ts';

const yes = { contained: true };
const runs = Number(process.env.REALM_PROPERTY_RUNS ?? 400);

t.test('iam: * crosses directories', async (t) => {
  t.same(pathsContain(['training-metrics/*'], ['training-metrics/experiments/*'], 'iam'), yes);
  t.same(pathsContain(['jobs/*'], ['jobs/*/masks/*'], 'iam'), yes);
  t.same(pathsContain(['jobs/*/masks/*'], ['jobs/*'], 'iam'), {
    contained: false,
    witness: 'jobs/',
    pattern: 'jobs/*',
  });
  t.same(pathsContain(['a?c'], ['abc', 'a/c'], 'iam'), yes);
  t.same(pathsContain(['a?c'], ['a*c'], 'iam'), { contained: false, witness: 'ac', pattern: 'a*c' });
  t.same(pathsContain(['', '?*'], ['*'], 'iam'), yes, 'several patterns together cover what none does alone');
  t.same(pathsContain(['a[b]{c,d}\\'], ['a[b]{c,d}\\'], 'iam'), yes, 'nothing else is special');
  t.match(pathsContain(['a[b]'], ['ab'], 'iam'), { contained: false, witness: 'ab' });
  t.same(pathsContain([], [], 'iam'), yes);
  t.match(pathsContain([], ['x'], 'iam'), { contained: false, witness: 'x' });
});

t.test('glob: * stays inside a directory', async (t) => {
  t.same(pathsContain(['src/**'], ['src/*', 'src/a/b/*.ts', 'src/**/x'], 'glob'), yes);
  t.match(pathsContain(['src/*'], ['src/**'], 'glob'), { contained: false, witness: 'src//' });
  t.same(pathsContain(['**/b'], ['b', 'a/b', 'a/**/b'], 'glob'), yes);
  t.same(pathsContain(['a/**/b'], ['a/b', 'a/x/y/b', 'a/*/b'], 'glob'), yes);
  t.match(pathsContain(['a/*/b'], ['a/**/b'], 'glob'), { contained: false, witness: 'a/b' });
  t.match(
    pathsContain(['a**b'], ['a/b'], 'glob'),
    { contained: false, witness: 'a/b' },
    'not a whole segment',
  );
  t.same(pathsContain(['{a,b}/*'], ['a/x', 'b/*'], 'glob'), yes);
  t.same(pathsContain(['a/*', 'b/*'], ['{a,b}/*'], 'glob'), yes);
  t.same(pathsContain(['f{1..12}.txt'], ['f7.txt', 'f{10,11}.txt'], 'glob'), yes);
  t.same(pathsContain(['{a,{b,c}d,}x'], ['ax', 'bdx', 'cdx', 'x'], 'glob'), yes);
  t.same(pathsContain(['{a}'], ['{a}'], 'glob'), yes);
  t.same(pathsContain(['[a-z]'], ['[b-d]', 'q'], 'glob'), yes);
  t.match(pathsContain(['[!a]'], ['?'], 'glob'), { contained: false, witness: 'a' });
  t.match(pathsContain(['[!a]'], ['/'], 'glob'), { contained: false, witness: '/' });
  t.same(pathsContain(['[[:alpha:]]'], ['[a-zA-Z]'], 'glob'), yes);
  t.same(pathsContain(['[]-]'], [']', '-'], 'glob'), yes);
  t.same(pathsContain(['\\*'], ['\\*'], 'glob'), yes);
  t.match(pathsContain(['\\*'], ['*'], 'glob'), { contained: false, witness: '' });
});

t.test('what is not read is unknown, never contained', async (t) => {
  for (const odd of [
    '!a',
    'a@(b|c)',
    '[z-a]',
    '[[:odd:]]',
    '[abc',
    '{1..99999}',
    '{01..10}',
    'x'.repeat(5000),
  ]) {
    t.match(pathsContain(['*'], [odd], 'glob'), { unknown: true, pattern: odd }, odd.slice(0, 20));
    t.match(pathsContain([odd], ['*'], 'glob'), { unknown: true }, `have ${odd.slice(0, 20)}`);
    t.same(pathsContain([odd], [odd], 'glob'), yes, 'the same text is the same language');
  }
  t.match(missing(['!a', 'b'], ['b', 'c'], 'glob'), [{ pattern: 'c', unknown: /excludes/ }]);
  t.match(pathsContain(['x/!a'], ['y/b'], 'glob'), { witness: 'y/b' }, 'a pattern elsewhere has no say');
});

t.test('policy variables', async (t) => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: IAM's own syntax
  const user = 'home/${aws:username}';
  t.same(pathsContain(['home/*'], [`${user}/*`], 'iam'), yes);
  t.same(pathsContain([`${user}/*`], [`${user}/a`], 'iam'), yes);
  t.match(pathsContain(['home/????????????????/x'], [`${user}/x`], 'iam'), { unknown: true });
  t.match(pathsContain([`${user}/*`], ['home/bob/x'], 'iam'), { unknown: true });
  t.match(pathsContain([`${user}/*`], ['jobs/1'], 'iam'), { contained: false, witness: 'jobs/1' });
  t.match(pathsContain([`${user}/*`], ['home/*'], 'iam'), { contained: false, witness: 'home/' });
  t.same(pathsContain(['a${*}'], ['a${*}'], 'iam'), yes);
  t.match(pathsContain(['a${*}'], ['ab'], 'iam'), { contained: false });
  const iam = (...patterns: string[]) => ({ patterns, dialect: 'iam' as Dialect });
  t.match(samplePath([iam(`${user}/x`), iam('home/bob/*')]), { unknown: /variable/ });
  t.match(samplePath([iam(`${user}/x`), iam('jobs/*')]), { empty: true });
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: IAM's own syntax
});

t.test('a path in two languages and not in a third', async (t) => {
  const iam = (...patterns: string[]) => ({ patterns, dialect: 'iam' as Dialect });
  t.same(samplePath([iam('jobs/*'), iam('*/masks/?')], iam('jobs/masks/*')), { witness: 'jobs//masks/x' });
  t.same(samplePath([iam('jobs/*'), iam('runs/*')]), { empty: true });
  t.same(samplePath([iam('a/*'), { patterns: ['a/*'], dialect: 'glob' }], iam('a/')), { witness: 'a/x' });
});

const letters = fc.constantFrom('a', 'b', '/');
const iamPattern = fc
  .array(fc.constantFrom('a', 'b', '/', '*', '?', '*'), { maxLength: 7 })
  .map((x) => x.join(''));
const segment = fc
  .array(fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]', '[a-c]', '{a,b}', '{a,*b}', '{b?,}'), {
    maxLength: 3,
  })
  .map((x) => x.join(''));
const globPattern = fc
  .array(fc.oneof(segment, fc.constant('**')), { minLength: 1, maxLength: 4 })
  .map((x) => x.join('/'));
const path = fc.array(letters, { maxLength: 8 }).map((x) => x.join(''));

for (const [dialect, pattern, source] of [
  ['iam', iamPattern, iamSource],
  ['glob', globPattern, globSource],
] as const) {
  const sourceMatches = (glob: string, text: string): boolean =>
    new RegExp(`^(?:${source(glob)})$`, 'u').test(text);
  const matches = dialect === 'iam' ? iamMatches : sourceMatches;

  t.test(`${dialect}: one path, against a plain matcher`, async () => {
    fc.assert(
      fc.property(pattern, path, (glob, text) => matchesPath(glob, text, dialect) === matches(glob, text)),
      { numRuns: runs * 2 },
    );
  });

  t.test(`${dialect}: verdicts agree with refa, witnesses with a plain matcher`, async (t) => {
    const counts = { contained: 0, witnessed: 0, attacks: 0 };
    const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        patterns,
        patterns,
        fc.array(path, { minLength: 20, maxLength: 20 }),
        (have, need, attacks) => {
          const answer = pathsContain(have, need, dialect);
          if (!('contained' in answer)) return false;
          if (answer.contained !== (refaContains(have.map(source), need.map(source)) ?? answer.contained))
            return false;
          if (!answer.contained) {
            counts.witnessed++;
            return (
              matches(answer.pattern, answer.witness) && !have.some((glob) => matches(glob, answer.witness))
            );
          }
          counts.contained++;
          return attacks.every((text) => {
            counts.attacks++;
            return !need.some((glob) => matches(glob, text)) || have.some((glob) => matches(glob, text));
          });
        },
      ),
      { numRuns: runs },
    );
    t.comment(JSON.stringify(counts));
    t.ok(counts.contained > 0 && counts.witnessed > 0, 'both answers were met');
  });

  t.test(`${dialect}: no shorter witness exists`, async () => {
    const all = ['', ...['a', 'b', '/', 'x'].flatMap((a) => [a, ...['a', 'b', '/', 'x'].map((b) => a + b)])];
    fc.assert(
      fc.property(pattern, pattern, (have, need) => {
        const answer = pathsContain([have], [need], dialect);
        if (!('witness' in answer)) return true;
        const length = [...answer.witness].length;
        return !all.some((text) => text.length < length && matches(need, text) && !matches(have, text));
      }),
      { numRuns: runs },
    );
  });

  t.test(`${dialect}: reflexive and transitive`, async () => {
    fc.assert(
      fc.property(pattern, pattern, pattern, (a, b, c) => {
        const within = (x: string, y: string): boolean => {
          const answer = pathsContain([y], [x], dialect);
          return 'contained' in answer && answer.contained;
        };
        return within(a, a) && within(a, `${a}`) && (!within(a, b) || !within(b, c) || within(a, c));
      }),
      { numRuns: runs },
    );
  });
}

t.test('hostile patterns end soon', async (t) => {
  const timed = (label: string, limit: number, run: () => unknown): void => {
    const took = cpuMs(run);
    t.ok(took < limit, `${label}: ${Math.round(took)} ms`);
  };
  timed('exponential subsets', 3000, () => {
    const answer = pathsContain([`*a${'?'.repeat(30)}`], [`*a${'?'.repeat(29)}*`], 'iam');
    t.notMatch(answer, yes);
  });
  timed('stars', 3000, () => pathsContain(['*a'.repeat(200)], ['*b*a'.repeat(300)], 'iam'));
  timed('braces', 3000, () => pathsContain(['{a,b}'.repeat(500)], ['x'], 'glob'));
  timed('open brackets', 3000, () => pathsContain(['['.repeat(4000)], ['x'], 'glob'));
  timed('open groups', 3000, () => pathsContain(['?('.repeat(2000)], ['x'], 'glob'));
  timed('directories', 3000, () => pathsContain(['**/a/'.repeat(60)], ['**/b/**/a/'.repeat(60)], 'glob'));
  timed('5 MB of patterns', 6000, () => {
    const many = (tail: string): string[] =>
      Array.from({ length: 100_000 }, (_, i) => `jobs/${i}/*/${tail}/masks/some-name-${i}/*`);
    missing(many('a'), many('b'), 'iam');
  });
  timed('5 MB that differ in one', 6000, () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `jobs/${i}/*/masks/some-longer-name-${i}/*`);
    t.same(missing(many, [...many, 'jobs/x'], 'iam'), [{ pattern: 'jobs/x', witness: 'jobs/x' }]);
  });
  t.match(pathsContain(['*a????????????????'], ['*a*'], 'iam', { work: 10 }), {
    unknown: true,
    reason: /too many steps/,
  });
});
