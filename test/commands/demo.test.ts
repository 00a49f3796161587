import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';

const box = sandbox(t);

t.test('plays the story with real commands, and leaves everything to look at', async (t) => {
  const folder = box.path("a folder with 'spaces'");
  // Nobody's home, no identity, and variables of git that would lead elsewhere.
  const env = {
    HOME: '',
    GIT_REALM_HOME: '',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_DIR: box.path('nowhere'),
    GIT_INDEX_FILE: box.path('no-index'),
    GIT_AUTHOR_NAME: 'Somebody Else',
  };
  // Not through `git`, which would stumble over GIT_DIR itself.
  const { stdout, stderr } = await box.run('git-realm', ['demo', '--path', folder], { env });
  t.equal(stderr, '');
  for (const line of [
    '$ git realm init --name letemcook --path realm-letemcook',
    '$ git realm join ../realm-letemcook',
    '$ git realm domain create s3-access --repos aperture,fungal-image-analysis --contract s3-permissions',
    "$ git realm import --domain s3-access --contract s3-permissions --version '>=1.0.0' --binding cdk/training_tools_access_stack.py",
    "$ git commit -a -m 'feat: export training metrics'",
    'git realm: this commit changes s3-access/s3-permissions 1.0.0 (compatible, would be 1.1.0)',
    '  s3-access/s3-permissions >=1.0.0: stale, 1.0.0 → 1.1.0 available',
    'resolved s3-access/s3-permissions: now at 1.1.0 (cdk/training_tools_access_stack.py covers it, 4 uses read)',
    ' domains/s3-access/contracts/s3-permissions.yaml | 9 ++++++---',
    '    → fungal-image-analysis imports >=1.0.0: current, proved',
  ])
    t.ok(stdout.split('\n').includes(line), line);
  t.match(stdout, `Everything is in ${folder}`);

  // What it says is true, by plain git.
  const log = await box.git(['-C', `${folder}/realm-letemcook`, 'log', '--format=%s %ae']);
  t.match(log.stdout, 's3-access/s3-permissions: 1.0.0 → 1.1.0 from aperture eric@example.com');
  await box.git(['-C', `${folder}/realm-letemcook`, 'fsck', '--strict']);
  const pushed = await box.git(['-C', `${folder}/remotes/aperture.git`, 'log', '-1', '--format=%s', 'main']);
  t.equal(pushed.stdout, 'feat: export training metrics\n');

  // One can go on there, as it says.
  const script = '. "$1/env.sh"; cd "$1/aperture"; git realm status';
  const on = await box.run('sh', ['-c', script, 'sh', folder], { env: { PATH: process.env.PATH ?? '' } });
  t.match(on.stdout, 'aperture in realm letemcook');
  // Nothing of the user's was touched.
  t.notOk(existsSync(box.path('home', '.blue')));
  t.equal(readFileSync(box.path('home', '.gitconfig'), 'utf8').includes('realm'), false);

  const again = await box.realm(['demo', '--path', folder], { expect: 128 });
  t.match(again.stderr, `error: '${folder}' is not empty`);
});

t.test('as JSON, from a directory that is no repository, and away again', async (t) => {
  mkdirSync(box.path('plain'));
  const ran = await box.realm(['demo', '--json', '--no-keep'], { cwd: 'plain' });
  const result = ran.json() as {
    folder: string;
    kept: boolean;
    commands: { command: string; exitCode: number; output: string }[];
  };
  t.equal(result.kept, false);
  t.match(result.folder, box.path('tmp'), 'in TMPDIR');
  t.notOk(existsSync(result.folder));
  t.same(readdirSync(box.path('plain')), []);
  const failing = result.commands.filter(({ exitCode }) => exitCode !== 0);
  t.same(
    failing.map(({ command, exitCode }) => [command, exitCode]),
    [['git realm check --imports', 1]],
  );
});

t.test('a step that fails ends it, with the command and where to look', async (t) => {
  box.write(
    'bin/git',
    '#!/bin/sh\n[ "$1" = push ] && { echo "fatal: the disk is full" >&2; exit 128; }\nPATH=${PATH#*:} exec git "$@"\n',
    0o755,
  );
  const env = { PATH: `${box.path('bin')}:${box.env.PATH}` };
  const folder = box.path('failed');
  const ran = await box.run('git-realm', ['demo', '--path', folder], { env, expect: 128 });
  t.match(
    ran.stderr,
    "error: 'git push -q -u origin main' ended with exit status 128: fatal: the disk is full",
  );
  t.match(ran.stderr, `hint: everything was kept in '${folder}'`);
  t.ok(existsSync(`${folder}/aperture/.git`));

  box.write('file', '');
  const none = await box.realm(['demo', '--path', 'file/x'], { expect: 128 });
  t.match(none.stderr, 'error: cannot create a folder for the demonstration');
});
