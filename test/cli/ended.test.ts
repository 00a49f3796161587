import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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
    stderr: /^bug: .*ended before it was finished/,
  });
  t.match(run('new Promise(() => {})', '--json'), { status: 70, stdout: /"code": "bug"/ });
  t.same(run("Promise.resolve({ text: 'done' })"), { status: 0, stdout: 'done\n', stderr: '' });
  t.match(run("new Promise((done) => setTimeout(() => done({ text: 'late', exitCode: 1 }), 50))"), {
    status: 1,
    stdout: 'late\n',
  });
});

t.test('what cannot be written is said; a reader that went away is not', async (t) => {
  const long = `Promise.resolve({ text: 'x'.repeat(3_000_000) })`;
  const shell = (rest: string) => {
    const script = `
      import { command } from './lib/cli/command.ts';
      import { main } from './lib/cli/main.ts';
      main(command({ name: 'x', summary: 'X', options: [], run: () => ${long} }), []);`;
    const line = `set -o pipefail; node --import=tsx --input-type=module -e "$SCRIPT" ${rest}`;
    return spawnSync('bash', ['-c', line], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, SCRIPT: script },
    });
  };
  const cut = shell('| head -c 5');
  t.match(
    { status: cut.status, stdout: cut.stdout, stderr: cut.stderr },
    { status: 141, stdout: 'xxxxx', stderr: '' },
  );
  const whole = shell('| wc -c');
  t.equal(whole.stdout.trim(), '3000001', 'however slowly it is read');
  if (!existsSync('/dev/full')) return void t.pass('a full disk', { skip: 'no /dev/full here' });
  const full = shell('>/dev/full');
  t.match(
    { status: full.status, stderr: full.stderr },
    { status: 128, stderr: /^error: cannot write the output: .*no space left/ },
  );
});
