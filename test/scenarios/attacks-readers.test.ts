import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { attackGroups } from '../helpers/attacks/forms/index.ts';
import { everyDoor, everyRefused } from '../helpers/attacks/runner.ts';
import { record } from '../helpers/attacks/steps.ts';
import { attackWorld } from '../helpers/attacks/world.ts';

t.test('over http, ssh and gitolite nothing is taken that programs would read differently', (t) =>
  everyRefused(t, attackGroups.readers, everyDoor),
);

t.test('as an update hook, which sees one ref at a time, verify refuses the same', async (t) => {
  const { box, act, bare, refs } = await attackWorld(t, { by: 'http', signed: false });
  const hook = readFileSync(`${bare}/hooks/pre-receive`, 'utf8');
  t.match(hook, 'verify --stdin');
  rmSync(`${bare}/hooks/pre-receive`);
  const script = hook.replace('verify --stdin', 'verify --ref "$1" "$2" "$3"');
  writeFileSync(`${bare}/hooks/update`, script, { mode: 0o755 });
  const mole = act('mole');
  await mole.fresh();
  mole.write({ 'worktrees/w.yaml': 'name: w\n' });
  await mole.commit('w');
  const fine = await mole.push('main');
  t.equal(fine.code, 0, fine.stderr);

  await mole.fresh();
  const before = await refs();
  const top = await mole.bytesOf('origin/main^{tree}');
  const at = top.indexOf('100644 realm.yaml');
  const hidden = Buffer.concat([top.subarray(0, at), Buffer.from('0'), top.subarray(at)]);
  const tree = await mole.object('tree', hidden);
  await mole.git('update-ref', 'refs/heads/main', await mole.commitTree(tree, 'hide', 'origin/main'));
  t.match((await mole.push('main')).stderr, /its mode is '0100644'/);
  const text = `${record('mole')}\n${'x'.repeat(1 << 20)}\n`;
  await mole.note('origin/main', text);
  t.match((await mole.push('refs/notes/realm')).stderr, /has 10\d+ bytes/);
  t.equal(await refs(), before);
  t.equal(
    (await box.git(['-C', bare, 'ls-tree', '--name-only', 'main', 'realm.yaml'])).stdout,
    'realm.yaml\n',
  );
});
