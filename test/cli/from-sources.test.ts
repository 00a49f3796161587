import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';

const root = resolve(import.meta.dirname, '../..');

t.test('npm run dev runs a command from the sources, where it is typed', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'app', { remote: false });
  const dev = (...words: string[]) => {
    const args = ['--prefix', root, 'run', '-s', 'dev', '--', ...words];
    const { status, stdout, stderr } = spawnSync('npm', args, {
      cwd: repo.path,
      env: { ...box.env, npm_config_update_notifier: 'false' },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  };
  const built = await box.realm(['status', '--json'], { cwd: repo.path, expect: 'any' });
  const ran = dev('--json', 'status');
  t.equal(ran.status, built.code);
  t.same(JSON.parse(ran.stdout), built.json());
  const unknown = dev('nope');
  t.equal(unknown.status, 129);
  t.match(unknown.stderr, /^error: 'nope' is not a command\nhint: npm run dev -- /);
});
