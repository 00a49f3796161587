import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { callSites } from './label-sites.ts';
import { FIELDS, type Found, type Labelled, labels, type Place, score } from './labels.ts';

const folder = new URL('./labels/', import.meta.url);

t.test('a label says where, in which repository and commit, and what', async (t) => {
  const wrong: string[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml')))
    for (const entry of parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, unknown>[]) {
      const name = `${file} ${String(entry.repository)}`;
      const must = (right: boolean, what: string): unknown => right || wrong.push(`${name}: ${what}`);
      must(/^[\w.-]+\/[\w.-]+$/.test(String(entry.repository)), 'repository');
      must(/^[0-9a-f]{40}$/.test(String(entry.commit)), 'commit');
      must(['a', 'b', 'c', 'd'].includes(String(entry.half)), 'half');
      must(
        Object.keys(entry).every((key) => FIELDS.entry.includes(key)),
        'unknown field',
      );
      const seen = new Set<string>();
      for (const place of entry.places as Record<string, unknown>[]) {
        const text = JSON.stringify(place);
        must(
          Object.keys(place).every((key) => FIELDS.place.includes(key)),
          `unknown field in ${text}`,
        );
        must(/^(?!\/|.*\.\.\/)[^:]+:[1-9]\d*(?:-[1-9]\d*)?$/.test(String(place.at)), `place ${text}`);
        must(
          place.from === undefined || /^(?!\/)[^:]+:[1-9]\d*(?:-[1-9]\d*)?$/.test(String(place.from)),
          `from: ${text}`,
        );
        must(!seen.has(text), `twice: ${text}`);
        seen.add(text);
        if (place.open || place.trap) must(place.key === undefined, `a key and none: ${text}`);
        else
          must(
            ['read', 'write'].includes(String(place.role)) &&
              typeof place.key === 'string' &&
              !/\*\*|^\/|\{/.test(place.key) &&
              [place.bucket].flat().every((text) => text === null || typeof text === 'string') &&
              ['none', 'function', 'file'].includes(String(place.flow)),
            `role, bucket, key, flow: ${text}`,
          );
      }
    }
  t.same(wrong, []);
});

t.test('one repository is in one half, at one commit', async (t) => {
  const known = new Map<string, string>();
  for (const { repository, commit, half } of labels()) {
    t.equal(known.get(repository) ?? `${commit} ${half}`, `${commit} ${half}`, repository);
    known.set(repository, `${commit} ${half}`);
  }
});

const at = (line: number, expects: Place['expects'], partial = false): Place => ({
  path: 'a.py',
  first: line,
  last: line + 2,
  detector: 's3-paths',
  expects,
  partial,
  from: [],
});
const path = (key: string, bucket: string | null = 'b'): Place['expects'] => ({
  kind: 'path',
  role: 'read',
  buckets: [bucket],
  key,
  flow: 'none',
});
const found = (line: number, key: string, bucket: string | null = 'b'): Found => ({
  detector: 's3-paths',
  path: 'a.py',
  line,
  role: 'read',
  bucket,
  key,
});
const scored = (places: Place[], all: Found[], said: number[], whole: string[] = []): string => {
  const label: Labelled = { language: 'python', repository: 'o/n', commit: '', half: 'a', whole, places };
  const { outcomes, right, wrong } = score(
    label,
    all,
    said.map((line) => ({ path: 'a.py', line })),
  );
  return `${outcomes.map(({ outcome }) => outcome).join(' ')}, ${right.length} right, ${wrong.length} wrong`;
};

t.test('what was found is compared within the lines of a statement', async (t) => {
  t.equal(scored([at(1, path('x/*'))], [found(3, 'x/*')], []), 'hit, 1 right, 0 wrong');
  t.equal(scored([at(1, path('x/*'))], [found(4, 'x/*')], []), 'silent, 0 right, 0 wrong');
  t.equal(scored([at(1, path('x/*'))], [found(4, 'x/*')], [], ['a.py']), 'silent, 0 right, 1 wrong');
  t.equal(scored([at(1, path('x/*'))], [found(1, 'x/*', 'c')], []), 'said, 0 right, 1 wrong');
  t.equal(scored([at(1, path('x/*'))], [], [2]), 'said, 0 right, 0 wrong');
  t.equal(scored([at(1, path('x', null))], [found(1, 'x', '*')], []), 'hit, 1 right, 0 wrong');
  t.equal(scored([at(1, path('x', null))], [found(1, 'x')], []), 'said, 0 right, 1 wrong');
});

t.test('a miss beside a hit is silent, and a place labelled in part forgives', async (t) => {
  const both = [at(1, path('x')), at(1, path('y'))];
  t.equal(scored(both, [found(1, 'x')], []), 'hit silent, 1 right, 0 wrong');
  t.equal(scored(both, [found(1, 'x')], [1]), 'hit said, 1 right, 0 wrong');
  t.equal(scored([at(1, path('x'), true)], [found(1, 'z')], []), 'said, 0 right, 0 wrong');
});

t.test('a key that nobody can know is said or a star, and a trap yields nothing', async (t) => {
  t.equal(scored([at(1, { kind: 'open' })], [found(1, '*')], []), 'hit, 1 right, 0 wrong');
  t.equal(scored([at(1, { kind: 'open' })], [], [1]), 'said, 0 right, 0 wrong');
  t.equal(scored([at(1, { kind: 'open' })], [found(1, 'x')], []), 'said, 0 right, 1 wrong');
  t.equal(scored([at(1, { kind: 'open' })], [], []), 'silent, 0 right, 0 wrong');
  t.equal(scored([at(1, { kind: 'trap' })], [], [1]), 'hit, 0 right, 0 wrong');
  t.equal(scored([at(1, { kind: 'trap' })], [found(1, 'x')], []), 'hit, 0 right, 1 wrong');
});

t.test('a key may be named where it is handed in', async (t) => {
  const files = new Map([
    ['store.py', ['import boto3', 'def put(key):', '    boto3.client("s3").put_object(Bucket="b", Key=key)']],
    ['jobs.py', ['from store import put', 'def run(day):', '    put(f"x/{day}")', 'put("y")']],
    ['jobs.ts', ['put("z")']],
  ]);
  const place: Place = { ...at(3, path('x/*')), path: 'store.py' };
  const sites = callSites(place, files).map((site) => `${site.path}:${site.first}`);
  t.same(sites, ['jobs.py:3', 'jobs.py:4']);
  const label: Labelled = {
    language: 'python',
    repository: 'o/n',
    commit: '',
    half: 'a',
    whole: [],
    places: [place],
  };
  const there = { ...found(3, 'x/*'), path: 'jobs.py' };
  t.equal(score(label, [there], []).outcomes[0]?.outcome, 'silent');
  t.equal(score(label, [there], [], (of) => callSites(of, files)).outcomes[0]?.outcome, 'hit');
  t.equal(
    score(label, [], [{ path: 'jobs.py', line: 4 }], (of) => callSites(of, files)).outcomes[0]?.outcome,
    'said',
  );
  // Nor is it wrong in a file of which everything is labelled, while another key at the same line is.
  const whole = { ...label, whole: ['jobs.py'] };
  const other = { ...found(3, 'z'), path: 'jobs.py' };
  const { right, wrong } = score(whole, [there, other], [], (of) => callSites(of, files));
  t.same(right, [there]);
  t.same(wrong, [other]);
  t.same(score(whole, [there], []).wrong, [there]);
});

t.test('a common name leads nowhere, a method to its calls', async (t) => {
  const many = Array.from({ length: 70 }, () => 'get("x")');
  const files = new Map([
    ['a.ts', ['function get(key) {', '  s3.getObject({ Key: key })', '}', ...many]],
    [
      'b.ts',
      [
        'class Store {',
        '  async load(key: string) {',
        '    return s3.getObject({',
        '      Key: key,',
        '    });',
        '  }',
        '}',
        'store.load("x");',
      ],
    ],
  ]);
  t.same(callSites({ ...at(2, path('x')), path: 'a.ts' }, files), []);
  t.same(
    callSites({ ...at(3, path('x')), path: 'b.ts' }, files).map(({ first }) => first),
    [8],
  );
});
