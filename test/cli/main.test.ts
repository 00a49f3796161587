import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { prefix, sandbox } from '../helpers/world/cli.ts';

t.test('the dispatcher', async (t) => {
  const box = sandbox(t);
  const { version } = JSON.parse(
    (await box.run('cat', [join(import.meta.dirname, '..', '..', 'package.json')])).stdout,
  );
  t.equal((await box.realm(['--version'])).stdout, `git-realm version ${version}\n`);
  t.match((await box.realm(['-h'])).stdout, /^usage: git realm/);

  const bare = await box.realm([], { expect: 129 });
  t.equal(bare.stderr, "error: 'git realm' needs a command\nhint: git realm -h\n");
  const unknown = await box.realm(['hlep', '--json'], { expect: 129 });
  t.equal(
    unknown.stderr,
    "error: 'hlep' is not a command of git realm\nhint: did you mean 'git realm help'?\n",
  );
  t.match((await box.realm(['--colour'], { expect: 129 })).stderr, "unknown option '--colour'");
  t.match((await box.realm(['../git-realm-help'], { expect: 129 })).stderr, 'is not a command');
  t.match(
    (await box.realm(['-C', 'gone', 'help'], { expect: 128 })).stderr,
    "error: cannot change to 'gone'",
  );
  t.match((await box.realm(['-C'], { expect: 129 })).stderr, "'-C' needs a value");
  t.match(
    (await box.realm(['help', '-C', 'gone'], { expect: 128 })).stderr,
    "error: cannot change to 'gone'",
  );
});

t.test('a program git-realm-<x> on PATH is a command, and gets the global options', async (t) => {
  const box = sandbox(t);
  box.write('bin/git-realm-mine', '#!/bin/sh\necho "$PWD" "$@"\n', 0o755);
  const env = { PATH: `${box.path('bin')}:${box.env.PATH}` };
  const mine = await box.realm(['-C', 'home', '-C', '..', '--json', 'mine', 'a b', '--x'], { env });
  t.equal(mine.stdout, `${box.root} --json a b --x\n`);
});

t.test('reached through links, from anywhere, with a space in the path', async (t) => {
  const box = sandbox(t);
  box.write('a dir/keep', '');
  symlinkSync(join(prefix, 'bin', 'git-realm'), box.path('a dir', 'first'));
  symlinkSync('first', box.path('a dir', 'git-realm'));
  const env = { PATH: `${box.path('a dir')}:${process.env.PATH}` };
  t.match((await box.realm(['help', '--json'], { cwd: 'a dir', env })).stdout, '"help"');
  t.match((await box.run('a dir/git-realm', ['help', '--json'], { env })).stdout, '"help"');
  t.match((await box.run('sh', ['-c', 'cd "a dir" && sh git-realm -C .. help'], { env })).stdout, 'usage');
});

t.test('without node it says so in one line', async (t) => {
  const box = sandbox(t);
  for (const tool of ['sh', 'git', 'readlink']) {
    const found = (await box.run('sh', ['-c', `command -v ${tool}`])).stdout.trim();
    box.write('only/keep', '');
    symlinkSync(found, box.path('only', tool));
  }
  const result = await box.run(join(prefix, 'bin', 'git-realm'), ['help'], {
    env: { PATH: box.path('only') },
    expect: 127,
  });
  t.match(result.stderr, /^error: 'node' is not on PATH\n/);
});

t.test('errors', async (t) => {
  const box = sandbox(t);
  const text = await box.realm(['help', 'stauts'], { expect: 129 });
  t.equal(text.stdout, '');
  t.match(text.stderr, /^error: 'stauts' is not a command of git realm\nhint: /);
  const json = await box.realm(['help', 'stauts', '--json'], { expect: 129 });
  t.match(json.json(), {
    error: { code: 'usage', message: "'stauts' is not a command of git realm", data: {} },
  });
  t.match(json.stderr, /^error: /, 'a person reads it too');
  const flag = await box.realm(['help', '--json', '--nope'], { expect: 129 });
  t.match(flag.json(), { error: { code: 'usage' } });
  const clock = await box.realm(['help'], { env: { GIT_REALM_NOW: 'noon' }, expect: 129 });
  t.match(clock.stderr, "error: GIT_REALM_NOW is not a valid date: 'noon'");
});

t.test('a reader that goes away ends it quietly', async (t) => {
  const box = sandbox(t);
  const { stdout, stderr } = await box.run('sh', [
    '-c',
    'git realm help --json | true; git realm help 2>&1 | head -n 1',
  ]);
  t.match(stdout, /^usage: /);
  t.equal(stderr, '');
});
