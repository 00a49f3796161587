import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { parse } from 'yaml';
import { bare, FIELDS, type Found, foundOf, type Labelled, labels, type Place, score } from './labels.ts';

const folder = new URL('./labels/', import.meta.url);

t.test('a label says where, in which repository and commit, and what', async (t) => {
  const wrong: string[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml')))
    for (const entry of parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, unknown>[]) {
      const name = `${file} ${String(entry.repository)}`;
      const must = (right: boolean, what: string): unknown => right || wrong.push(`${name}: ${what}`);
      must(/^[\w.-]+\/[\w.-]+$/.test(String(entry.repository)), 'repository');
      must(/^[0-9a-f]{40}$/.test(String(entry.commit)), 'commit');
      must(['a', 'b', 'blind', 'blind2', 'blind3'].includes(String(entry.third)), 'third');
      must(['http-routes', 'http-calls'].includes(String(entry.detector ?? 'http-routes')), 'detector');
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
        for (const site of [place.at, place.also ?? place.at])
          must(/^(?!\/|.*\.\.\/)[^:]+:[1-9]\d*(?:-[1-9]\d*)?$/.test(String(site)), `place ${text}`);
        must(!seen.has(text), `twice: ${text}`);
        seen.add(text);
        if (place.open || place.trap || place.either)
          must(place.path === undefined, `a path and none: ${text}`);
        else if (place.operation === undefined)
          must(
            [place.method].flat().every((method) => /^(?:[A-Z]+|\*|any)$/.test(String(method))) &&
              [place.path].flat().every((path) => /^(?:\/|\{\*\})/.test(String(path))) &&
              ['none', 'function', 'file'].includes(String(place.flow)),
            `method, path, flow: ${text}`,
          );
      }
    }
  t.same(wrong, []);
});

t.test('one repository is in one third, at one commit', async (t) => {
  const known = new Map<string, string>();
  for (const { repository, commit, third } of labels()) {
    t.equal(known.get(repository) ?? `${commit} ${third}`, `${commit} ${third}`, repository);
    known.set(repository, `${commit} ${third}`);
  }
});

const at = (line: number, expects: Place['expects']): Place => ({
  sites: [{ path: 'a.ts', first: line, last: line + 2 }],
  expects,
});
const path = (method: string, path: string): Place['expects'] => ({
  kind: 'path',
  methods: [method],
  paths: [path],
  flow: 'none',
  reads: ['total'],
  sends: [],
});
const found = (line: number, subject: string, file = 'a.ts'): Found => foundOf(subject, file, line);
const scored = (
  places: Place[],
  all: Found[],
  said: number[],
  { whole = [] as string[], detector = 'http-calls' } = {},
): string => {
  const label: Labelled = {
    library: 'express',
    detector,
    repository: 'o/n',
    commit: '',
    third: 'a',
    whole,
    places,
  };
  const { outcomes, right, wrong } = score(
    label,
    all,
    said.map((line) => ({ path: 'a.ts', line })),
  );
  return `${outcomes.map(({ outcome }) => outcome).join(' ')}, ${right.length} right, ${wrong.length} wrong`;
};

t.test('method and path are compared within the lines of a place', async (t) => {
  const places = [at(1, path('GET', '/x/{}'))];
  t.equal(scored(places, [found(3, 'GET /x/{id}')], []), 'hit, 1 right, 0 wrong');
  t.equal(scored(places, [found(4, 'GET /x/{id}')], []), 'hit, 0 right, 0 wrong');
  t.equal(scored(places, [found(4, 'GET /x/{id}')], [], { whole: ['a.ts'] }), 'hit, 1 right, 0 wrong');
  t.equal(scored(places, [found(4, 'GET /y')], [], { whole: ['a.ts'] }), 'silent, 0 right, 1 wrong');
  t.equal(scored(places, [found(1, 'POST /x/{id}')], []), 'said, 0 right, 1 wrong');
  t.equal(scored(places, [], [2]), 'said, 0 right, 0 wrong');
  t.equal(scored([at(1, path('any', '/x'))], [found(1, 'PUT /x')], []), 'hit, 1 right, 0 wrong');
  t.equal(
    scored([at(1, path('GET', '/x')), at(1, path('GET', '/y'))], [found(1, 'GET /x')], []),
    'hit silent, 1 right, 0 wrong',
  );
});

t.test('what nobody can know is said or open, and a trap yields nothing', async (t) => {
  t.equal(scored([at(1, { kind: 'open' })], [found(1, 'GET /{*}')], []), 'hit, 1 right, 0 wrong');
  t.equal(scored([at(1, { kind: 'open' })], [], [1]), 'said, 0 right, 0 wrong');
  t.equal(scored([at(1, { kind: 'open' })], [], []), 'silent, 0 right, 0 wrong');
  t.equal(scored([at(1, { kind: 'trap' })], [found(1, 'GET /x')], []), 'hit, 0 right, 1 wrong');
  t.equal(scored([at(1, { kind: 'either' })], [found(1, 'GET /x')], []), 'hit, 0 right, 0 wrong');
  const operation: Place['expects'] = { kind: 'operation', name: 'getInvoice', flow: 'file' };
  t.equal(scored([at(1, operation)], [found(1, 'operation getInvoice')], []), 'hit, 1 right, 0 wrong');
});

t.test('a base counts with its path, and properties are counted', async (t) => {
  t.equal(bare('/a/{id}/{rest*}'), '/a/{}/{*}');
  for (const base of ['https://a.example/v1/', `\${API}/v1`, '/v1'])
    t.equal(foundOf({ subject: 'GET /x', base }, 'a.ts', 1).template, '/v1/x');
  const label: Labelled = {
    library: 'fetch',
    detector: 'http-calls',
    repository: 'o/n',
    commit: '',
    third: 'a',
    whole: [],
    places: [at(1, path('GET', '/x'))],
  };
  const use = { subject: 'GET /x', reads: ['total', 'other'] };
  t.same(score(label, [foundOf(use, 'a.ts', 1)], []).properties, { labelled: 1, found: 1, wrong: 1 });
});
