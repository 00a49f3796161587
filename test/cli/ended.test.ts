import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';

const root = join(import.meta.dirname, '..', '..');

/** A command whose `run` is this expression. */
function run(body: string, ...args: string[]) {
  const script = `
    import { command } from './lib/cli/command.ts';
    import { main } from './lib/cli/main.ts';
    main(command({ name: 'x', summary: 'X', options: [], run: () => ${body} }), ${JSON.stringify(args)});`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import=tsx', '--input-type=module', '-e', script],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr };
}

t.test('a command that ends before it is done is a bug, and no success', async (t) => {
  t.match(run('new Promise(() => {})'), {
    status: 70,
    stdout: '',
    stderr: /^bug: .*ended before it was done/,
  });
  t.match(run('new Promise(() => {})', '--json'), { status: 70, stdout: /"code": "bug"/ });
  t.same(run("Promise.resolve({ text: 'done' })"), { status: 0, stdout: 'done\n', stderr: '' });
  t.match(run("new Promise((done) => setTimeout(() => done({ text: 'late', exitCode: 1 }), 50))"), {
    status: 1,
    stdout: 'late\n',
  });
});
