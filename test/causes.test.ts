import t from 'tap';
import { byCause, causeLines } from '../lib/causes.ts';

const open = (path: string, line: number, why: string) => ({ path, line, why });
const bucket = "the bucket is unknown: parameter 'BUCKET' of 'main'";
const entries = [
  open('a.py', 1, bucket),
  open('a.py', 7, "the bucket is unknown: parameter 'name' of 'put', and 2 other reasons"),
  open('b.py', 2, "key known only at run time: 'x' is not defined in the source files"),
  open('c.py', 3, 'it looks like S3 access, but in an unsupported form'),
  open('c.py', 4, 'it looks like S3 access, but in an unsupported form'),
  open('d.py', 1, 'it does not parse here, so parts after it may be missed'),
  open('e.py', 9, 'callers: there are more than are followed'),
];

t.test('each reason once, the most useful first, names in it left out', async (t) => {
  t.same(
    byCause(entries).map(({ why, places }) => [why, places.length]),
    [
      ['it does not parse here, so parts after it may be missed', 1],
      ['it looks like S3 access, but in an unsupported form', 2],
      ['callers: there are more than are followed', 1],
      ["key known only at run time: 'x' is not defined in the source files", 1],
      ["the bucket is unknown: parameter '…' of '…'", 2],
    ],
  );
  t.same(
    byCause([...entries].reverse()).map(({ why }) => why),
    byCause(entries).map(({ why }) => why),
  );
  t.equal(
    byCause(entries).reduce((sum, { places }) => sum + places.length, 0),
    entries.length,
    'none is lost',
  );
});

t.test('a line for each reason, with the first places; what is left out is counted', async (t) => {
  t.same(causeLines([], 5), []);
  t.same(causeLines(entries.slice(0, 1), 5), [`not resolved: a.py:1: ${bucket}`]);
  const many = Array.from({ length: 5 }, (_, i) => open('c.py', i, 'it looks like S3 access'));
  t.same(causeLines([...many, ...entries.slice(0, 3)], 2), [
    'not resolved: it looks like S3 access (5 places: c.py:0, c.py:1, c.py:2, and 2 more)',
    'and 3 more not resolved',
  ]);
  t.same(
    causeLines(
      [many[0], many[0]].flatMap((place) => place ?? []),
      2,
    ),
    ['not resolved: c.py:0: it looks like S3 access'],
  );
});
