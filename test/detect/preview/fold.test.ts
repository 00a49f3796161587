import t from 'tap';
import { folded } from '../../../lib/detect/preview/fold.ts';

t.test('a path that a wider one covers stands under it', async (t) => {
  t.same(folded(['jobs/*/masks/*', 'runs/x', 'jobs/*', 'jobs/1', 'runs/x']), [
    { path: 'runs/x', covers: [] },
    { path: 'jobs/*', covers: ['jobs/*/masks/*', 'jobs/1'] },
  ]);
  t.same(folded(['*', 'a/*', 'a/b/*', 'a/b/c']), [{ path: '*', covers: ['a/*', 'a/b/*', 'a/b/c'] }]);
  t.same(folded(['a/b/*', 'a/*/c', 'ab']), [
    { path: 'a/b/*', covers: [] },
    { path: 'a/*/c', covers: [] },
    { path: 'ab', covers: [] },
  ]);
});

t.test('every path is shown, or stands under exactly those that are shown', async (t) => {
  const many = Array.from({ length: 300 }, (_, n) => `d${n % 7}/${n % 3 === 0 ? '*' : n}`);
  const found = folded(many);
  t.same(new Set(found.flatMap(({ path, covers }) => [path, ...covers])), new Set(many));
});
