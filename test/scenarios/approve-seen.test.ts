import t from 'tap';
import { breakingWorld, values } from '../helpers/world/breaking.ts';

t.test('an approval is of what was seen: a proposal that moved is shown and asked for again', async (t) => {
  const { box, bare, boss, eric, breaks, refused, file } = await breakingWorld(t, false, ['c', 'd']);
  const git = async (...args: string[]) => (await box.git(['-C', bare, ...args])).stdout.trim();
  const tip = (id: string) => git('rev-parse', '--short=12', `refs/realm/proposals/${id}`);
  const id = await breaks('c', values[1]);
  const first = await tip(id);
  const listed = (await boss(['proposals'])).stdout;
  t.match(listed, new RegExp(`${id}  open      ${first}  d/c`), 'the list names the commit');
  const shown = (await boss(['proposals', 'show', id])).stdout;
  t.match(shown, /^ {2}-.*c\/\*/m, 'with what it changes');
  t.match(shown, `git realm approve ${id} --oid ${first}`);

  // Another value under the same name.
  t.equal(await breaks('c', '{"read":["b/*"]}'), id);
  const second = await tip(id);
  t.not(second, first);
  const moved = new RegExp(
    `it changes differently domains/d/contracts/c\\.yaml\\n[\\s\\S]*^ {2}-.*a/\\*[\\s\\S]*has changed since it was shown to you, from ${first} to ${second}\\n.*git realm approve ${id} --oid ${second}`,
    'm',
  );
  await refused(boss, ['approve', id], moved);
  await refused(boss, ['approve', id, '--oid', first], new RegExp(`is at ${second}, not ${first}`));
  t.match((await boss(['approve', id, '--oid', 'xyz'], { expect: 129 })).stderr, /is not a commit/);

  // It gains a second change, and the first one stays; then the same changes in other words.
  const { commit, body } = await twin(git, id, 'domains/d/contracts/d.yaml');
  await git('update-ref', `refs/realm/proposals/${id}`, commit);
  await refused(boss, ['approve', id, '--json'], /it now changes domains\/d\/contracts\/d\.yaml/);
  const words = await git('commit-tree', '-p', `${commit}^`, '-m', `${body} anew`, `${commit}^{tree}`);
  await git('update-ref', `refs/realm/proposals/${id}`, words);
  await refused(boss, ['approve', id], /only the message differs/);
  await git('update-ref', `refs/realm/proposals/${id}`, second);
  const done = await boss(['approve', id, '--oid', second]);
  t.match(done.stdout, /approved/);
  t.match(await file('c'), { version: '2.0.0', value: { read: ['b/*'] } });

  // What was never shown here, and never moved, is shown by the approval itself.
  const fresh = await breaks('d', values[1]);
  const told = await boss(['approve', fresh]);
  t.match(
    told.stderr,
    new RegExp(`proposal ${fresh} at ${await tip(fresh)}: d/d[\\s\\S]*M domains/d/contracts/d\\.yaml`),
  );
  await refused(eric, ['approve', fresh], /has already landed/);
});

/** The proposal with one more file gone. */
async function twin(git: (...args: string[]) => Promise<string>, id: string, path: string) {
  const ref = `refs/realm/proposals/${id}`;
  await git('read-tree', ref);
  await git('update-index', '--force-remove', path);
  const body = await git('log', '-1', '--format=%B', ref);
  const commit = await git('commit-tree', '-p', `${ref}^`, '-m', body, await git('write-tree'));
  return { commit, body };
}
