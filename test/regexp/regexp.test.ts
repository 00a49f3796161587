import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type Match, OutOfSteps, safeRegExp } from '../../lib/regexp/index.ts';
import { anySeed, seedOr } from '../helpers/values/seed.ts';

const reading = { unicode: true, multiline: false };

function regexp(source: string, how = reading) {
  const result = safeRegExp(source, how);
  if (!result.ok) throw new Error(`${source}: ${result.why}`);
  return result.regexp;
}

/** Small, repeatable random numbers (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** A random expression of small pieces: groups, loops that may take nothing, look-arounds. */
function expression(random: (below: number) => number): string {
  let names = 0;
  const pick = (all: readonly string[]): string => all[random(all.length)] ?? '';
  const some = (count: number, make: () => string): string[] => Array.from({ length: count }, make);
  const alternatives = (depth: number, looked = false): string =>
    some(random(5) < 3 ? 1 : 1 + random(2), () => some(random(4), () => term(depth, looked)).join('')).join(
      '|',
    );
  const term = (depth: number, looked: boolean): string => {
    const choice = random(20);
    if (choice === 0 && depth > 0)
      return `${pick(['(?=', '(?!', '(?<=', '(?<!'])}${alternatives(depth - 1, true)})`;
    if (choice === 1) return pick(['^', '$', '\\b', '\\B']);
    const loops = ['*', '+', '?', '*?', '+?', '??', '{2}', '{0,2}', '{1,}', '{1,2}?', '{0}'];
    return atom(depth, looked) + (random(2) ? pick(loops) : '');
  };
  const atom = (depth: number, looked: boolean): string => {
    const choice = depth === 0 ? 0 : random(10);
    if (choice < 5) return pick(['a', 'b', 'c', '.', '[ab]', '[^a]', '\\w', '\\n', '\\s', '😀', '[😀a]']);
    if (choice < 7) return `(?:${alternatives(depth - 1, looked)})`;
    if (looked || choice === 7) return `(${alternatives(depth - 1, looked)})`;
    return `(?<n${names++}>${alternatives(depth - 1, looked)})`;
  };
  return alternatives(3);
}

const own = ({ index, text, groups }: Match): unknown => [index, text, groups];

t.test('random expressions match what the built-in engine matches', async (t) => {
  const seed = seedOr(anySeed());
  const count = process.env.REALM_NIGHTLY ? 100_000 : 3_000;
  const random = numbers(seed);
  let matched = 0;
  for (let n = 0; n < count; n++) {
    const source = expression(random);
    const how = { unicode: random(2) === 0, multiline: random(2) === 0 };
    const native = new RegExp(source, `g${how.multiline ? 'm' : ''}${how.unicode ? 'u' : ''}`);
    const safe = regexp(source, how);
    for (let k = 0; k < 4; k++) {
      const letters = ['a', 'b', 'c', 'a', ' ', '\n', '😀', '\ud83d'];
      const text = Array.from({ length: random(9) }, () => letters[random(8)]).join('');
      // V8 finds the empty string between the halves of a character too, which ECMA-262 does not.
      const isWhole = ({ index, 0: found }: RegExpExecArray): boolean =>
        !how.unicode ||
        found !== '' ||
        !/[\ud800-\udbff]$/.test(text.slice(0, index)) ||
        !/^[\udc00-\udfff]/.test(text.slice(index));
      const wanted = [...text.matchAll(native)]
        .filter(isWhole)
        .map((match) => [
          match.index,
          match[0],
          Object.entries(match.groups ?? {}).filter(([, value]) => value !== undefined),
        ]);
      const found = [...safe.matches(text, { left: 1e6 })].map(own);
      matched += found.length;
      if (JSON.stringify(found) !== JSON.stringify(wanted))
        t.same(found, wanted, `seed ${seed}: /${source}/ ${JSON.stringify(how)} on ${JSON.stringify(text)}`);
      if (safe.test(text, { left: 1e6 }) !== found.length > 0) t.fail(`seed ${seed}: test of /${source}/`);
    }
  }
  t.comment(`seed ${seed}: ${count} expressions, ${matched} matches`);
  t.ok(matched > count, 'most of them match something');
});

t.test('what makes a backtracking engine take for ever takes steps in proportion to the text', async (t) => {
  const long = (piece: string): string => `${piece.repeat(40_000 / piece.length)}!`;
  const cases: [source: string, text: string, matches: boolean][] = [
    ['^(a+)+$', long('a'), false],
    ['^(a|aa)+$', long('a'), false],
    ['^(a|a)*b', long('a'), false],
    ['(x+x+)+y', long('x'), false],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', long('a'), false],
    ['^(?:(?:(?:a?)*)*)*$', long('a'), false],
    ['^(?=(a+)+$)', long('a'), false],
    ['(?<!(b+)+)(a|a)+$', long('a'), false],
    [`^${'a?'.repeat(60)}${'a'.repeat(60)}$`, 'a'.repeat(60), true],
    ['(.*)*!$', long('ab'), true],
    ['^(?<x>[^"]*"?)*$', long('a"'), true],
  ];
  for (const [source, text, matches] of cases) {
    const steps = { left: 100 * 40_000 };
    t.equal(regexp(source).test(text, steps), matches, source);
  }
});

t.test(
  'a back-reference is matched, and stopped after so many steps, the same on every machine',
  async (t) => {
    t.same([...regexp('(?<q>[\'"])(?<name>[^\'"]*)\\k<q>').matches(`"a" 'b' "c'`, { left: 1e4 })].map(own), [
      [
        0,
        '"a"',
        [
          ['q', '"'],
          ['name', 'a'],
        ],
      ],
      [
        4,
        "'b'",
        [
          ['q', "'"],
          ['name', 'b'],
        ],
      ],
    ]);
    const taken = [1, 2].map(() => {
      const steps = { left: 200_000 };
      t.throws(() => regexp('^(a|aa)+\\1$').test(`${'a'.repeat(60)}!`, steps), new OutOfSteps());
      return steps.left;
    });
    t.same(taken, [0, 0]);
  },
);

t.test('what cannot be run says why; what is no expression is told apart', async (t) => {
  const cases: [string, invalid: boolean, RegExp][] = [
    ['(', true, /group/i],
    ['(?:a{1000}){1000}', false, /steps/],
    ['('.repeat(50_000), false, /characters/],
    ['(?:'.repeat(1_300), true, /group/i],
    ['(?i:a)', false, /flags/],
    ['(?=(?<x>a))\\k<x>', false, /look-around/],
  ];
  for (const [source, invalid, why] of cases)
    t.match(safeRegExp(source, reading), { ok: false, invalid, why }, source.slice(0, 30));
});

t.test('no other place makes a regular expression out of what was read somewhere', async (t) => {
  const lib = join(import.meta.dirname, '..', '..', 'lib');
  const made = readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => /\bRegExp\(/.test(readFileSync(join(lib, name), 'utf8')));
  t.same(made.sort(), [
    // From constants, the length of an oid, and the names of hooks.
    'cli/terminal.ts',
    'compat/quick-range.ts',
    'detect/http/triggers.ts',
    'detect/limits.ts',
    'detect/s3/libraries.ts',
    'detect/s3/named.ts',
    'detect/syntax/compared.ts',
    'git/commit-form.ts',
    'hooks/block.ts',
    'hooks/manager-lines.ts',
  ]);
});
