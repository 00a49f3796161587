import t from 'tap';
import { renamesOf } from '../../lib/git/renames.ts';
import { discover } from '../../lib/git/repository.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';

const lines = (word: string): string => Array.from({ length: 40 }, (_, n) => `${word} ${n}\n`).join('');

t.test(
  'where files went: staged, in older commits, or nowhere; three git processes for all of them',
  async (test) => {
    const box = sandbox(test);
    const tree = { sub: { 'a.py': lines('a') }, 'b.py': lines('b'), 'c.py': lines('c'), 'd.py': lines('d') };
    const repo = await makeRepo(box, 'repo', { remote: false, tree });
    await repo.git('mv', 'sub/a.py', 'sub/a2.py');
    await repo.commit('rename a');
    await repo.git('mv', 'b.py', 'b2.py');
    await repo.git('rm', '-q', 'd.py');
    await repo.commit('rename b, drop d');
    await repo.git('mv', 'c.py', 'c2.py');

    const found = await discover(repo.path, { env: box.env });
    let runs = 0;
    const counted: typeof found = {
      ...found,
      git: (...args) => {
        runs += 1;
        return found.git(...args);
      },
    };
    const gone = ['sub/a.py', 'b.py', 'c.py', 'd.py', 'never.py', '*.py'];
    test.same(Object.fromEntries(await renamesOf(counted, gone)), {
      'sub/a.py': 'sub/a2.py',
      'b.py': 'b2.py',
      'c.py': 'c2.py',
    });
    test.equal(runs, 3);
    test.equal((await renamesOf(counted, [])).size, 0);
    test.equal(runs, 3, 'nothing is missing: nothing is asked');
  },
);
