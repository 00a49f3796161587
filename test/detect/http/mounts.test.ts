import t from 'tap';
import { joined, Mounts } from '../../../lib/detect/http/mounts.ts';

const route = (template: string) => ({ method: 'GET', template, path: 'a.ts', line: 1, how: 'get' });

t.test('a route has the prefixes of every way that leads to it', async (test) => {
  const mounts = new Mounts<string>();
  mounts.route('users', route('/{id}'));
  mounts.mount('api', '/users', 'users');
  mounts.mount('app', '/v1', 'api');
  mounts.mount('app', '/v2', 'api');
  test.same(
    mounts.all().found.map(({ template }) => template),
    ['/v1/users/{id}', '/v2/users/{id}'],
  );
});

t.test('a router that is mounted in itself is said, and ends', async (test) => {
  const mounts = new Mounts<string>();
  mounts.route('a', route('/x'));
  mounts.mount('a', '/again', 'a');
  const { found, unresolved } = mounts.all();
  test.same(found, []);
  test.equal(unresolved[0]?.why, 'it is mounted in itself');
});

t.test('two pieces have one slash between them', async (test) => {
  test.same(
    [joined('', '/'), joined('/api/', '/x'), joined('/api', '/'), joined('api', 'x'), joined('/', 'x/')],
    ['/', '/api/x', '/api', '/api/x', '/x/'],
  );
});
