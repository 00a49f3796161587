import t from 'tap';
import { appendNote, readNote } from '../../lib/git/notes.ts';
import { discover } from '../../lib/git/repository.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';

const who = { name: 'Eric', email: 'eric@example.com' };
const ref = 'refs/notes/realm';

t.test('writers at the same time lose no line, and none is there twice', async (t) => {
  const box = sandbox(t);
  const made = await makeRepo(box, 'r', { remote: false, tree: { x: '1' } });
  const repo = await discover(made.path, { env: box.env });
  const head = await made.git('rev-parse', 'HEAD');
  t.equal(await readNote(repo, ref, head), null);
  await Promise.all(
    [1, 2, 3, 4, 5].map((n) => appendNote(repo, { ref, object: head, lines: [`line ${n}`, 'shared'], who })),
  );
  await appendNote(repo, { ref, object: head, lines: ['shared'], who });
  const lines = (await readNote(repo, ref, head))?.trim().split('\n').sort();
  t.same(lines, ['line 1', 'line 2', 'line 3', 'line 4', 'line 5', 'shared']);
  t.equal(await made.git('for-each-ref', '--format=%(refname)', 'refs/notes'), ref, 'no scratch ref is left');
  t.equal(await made.git('log', '-1', '--format=%ae', ref), who.email);
});
