import t from 'tap';
import { pathsIn, type Touched, together } from '../../../lib/detect/evaluate/touched.ts';

t.test('what an answer is from are the files of all that it was worked out from', async (t) => {
  t.same([...pathsIn([])], []);
  t.same(together(['a', 'a']), 'a', 'one file is its path');
  t.same([...pathsIn([together([])])], [], 'nothing is no file');
  const shared = together(['b', 'c']);
  t.same([...pathsIn([together(['a', shared]), together(['d', shared])])].sort(), ['a', 'b', 'c', 'd']);
  t.equal(together(['b', shared]), shared, 'its own file is in it already');
  t.not(together(['c', shared]), shared, 'looked for in the first place only: that is where it stands');
});

t.test('answers that follow from one another take room in proportion to their number', async (t) => {
  const size = 20_000;
  let last: Touched = 'file 0';
  let items = 0;
  for (let nth = 1; nth < size; nth++) {
    const next = together([`file ${nth}`, last]);
    items += next.length;
    last = next;
  }
  t.equal(items, 2 * (size - 1));
  t.equal(pathsIn([last]).size, size, 'at any depth');
});
