import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { relationTo } from '../../../lib/actions/contract/relation.ts';
import { openObjects } from '../../../lib/git/objects.ts';
import { discover } from '../../../lib/git/repository.ts';
import { sandbox } from '../../helpers/world/cli.ts';
import { makeRepo } from '../../helpers/world/repo.ts';

t.test('what was found of a far ancestor spares the next commit the walk, and nothing else', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'r', { remote: false, tree: { x: '0' } });
  const found = await discover(repo.path, { env: box.env });
  const objects = openObjects(found, box.env);
  t.teardown(() => objects.close());
  const ran: string[] = [];
  const place = {
    repo: {
      ...found,
      git: (...args: Parameters<typeof found.git>) => {
        ran.push(args[0].join(' '));
        return found.git(...args);
      },
    },
    objects,
  };
  const relation = async (published: string, commit: string) => {
    ran.length = 0;
    return [await relationTo(place, published, commit), ran.length];
  };
  const commits = [await repo.git('rev-parse', 'HEAD')];
  for (let n = 1; n <= 40; n += 1) commits.push(await repo.commit(`${n}`, { x: `${n}` }));
  const [root = '', , , , , , , , , , tenth = ''] = commits;
  const at = (n: number) => commits[n] ?? '';

  t.same(await relation(root, at(2)), ['descendant', 0]);
  t.same(await relation(root, at(30)), ['descendant', 1], 'too far to walk');
  const kept = readFileSync(join(repo.path, '.git', 'realm', 'descends'), 'latin1');
  t.equal(kept, `${root} ${at(30)}\n`);
  t.same(await relation(root, at(31)), ['descendant', 0], 'one step further');
  t.equal(
    readFileSync(join(repo.path, '.git', 'realm', 'descends'), 'latin1'),
    kept,
    'not written each time',
  );
  t.same(await relation(root, at(36)), ['descendant', 0], 'six steps: kept again');
  t.match(readFileSync(join(repo.path, '.git', 'realm', 'descends'), 'latin1'), at(36));

  t.same(await relation(tenth, at(31)), ['descendant', 1], 'of another commit it says nothing');
  t.same(await relation(at(40), at(10)), ['behind', 2]);
  await repo.git('checkout', '-q', '-b', 'other', at(20));
  const other = await repo.commit('other', { x: 'other' });
  t.same(await relation(at(31), other), ['diverged', 2]);
  t.same(await relation('1'.repeat(40), other), ['diverged', 1]);
  for (const garbled of ['', 'x', `${at(40)} ${other}`, `${at(40)} ../x\n`]) {
    writeFileSync(join(repo.path, '.git', 'realm', 'descends'), garbled);
    t.same(await relation(at(40), other), ['diverged', 2]);
  }
});
