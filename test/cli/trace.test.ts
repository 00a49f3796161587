import { readFileSync, statSync } from 'node:fs';
import t from 'tap';
import { gitTap } from '../helpers/kill/kill.ts';
import { letemcook } from '../helpers/world/story.ts';

interface Line {
  at: number;
  command: string;
  event: string;
  [key: string]: unknown;
}

const lines = (text: string): Line[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

t.test('GIT_REALM_TRACE says what a command did, and nothing else changes', async (t) => {
  const { box, aperture } = await letemcook(t);
  const cwd = aperture.path;
  await box.realm(['status'], { cwd });
  const plain = await box.realm(['status', '--json'], { cwd });
  const tap = gitTap({ path: box.env.PATH ?? '' });
  const file = box.path('trace');
  const traced = await box.run('git-realm', ['status', '--json'], {
    cwd,
    env: { PATH: tap.env.PATH ?? '', GIT_REALM_TRACE: file },
  });
  t.same(traced.json(), plain.json());
  t.equal(traced.stderr, plain.stderr);
  const events = lines(readFileSync(file, 'utf8'));
  t.equal(statSync(file).mode & 0o777, 0o600);
  t.same(
    events.filter(({ event }) => event === 'phase').map(({ name }) => name),
    ['load', 'parse', 'run', 'print'],
  );
  t.equal(events[0]?.event, 'start');
  t.same(events.at(-1), { ...events.at(-1), event: 'exit', exit: 0, command: 'status' });
  t.ok(events.some(({ event, found }) => event === 'cache' && typeof found === 'boolean'));
  t.equal(
    events.filter(({ event }) => event === 'git').length,
    tap.log().length,
    'each git process is one event',
  );

  // What the shell asks git while node starts counts too.
  const known = gitTap({ path: box.env.PATH ?? '' });
  const second = box.path('second');
  await box.run('git-realm', ['status'], {
    cwd,
    env: { PATH: known.env.PATH ?? '', GIT_REALM_TRACE: second },
  });
  const counted = lines(readFileSync(second, 'utf8')).filter(({ event }) => event === 'git');
  t.equal(counted.length, known.log().length, 'started by the shell or by node');

  const again = await box.realm(['status'], { cwd, env: { GIT_REALM_TRACE: file } });
  t.equal(again.stderr, '');
  t.ok(lines(readFileSync(file, 'utf8')).length > events.length, 'the file is appended to');
  const shown = await box.realm(['list'], { cwd, env: { GIT_REALM_TRACE: '1' } });
  t.equal(lines(shown.stderr).at(-1)?.event, 'exit');
});

t.test('a hook is traced too, and a failure', async (t) => {
  const { box, aperture } = await letemcook(t);
  const file = box.path('trace');
  aperture.write({ models: { training: { 's3_paths.py': '# nothing is left\n' } } });
  await box.git(['commit', '-qam', 'touch'], { cwd: aperture.path, env: { GIT_REALM_TRACE: file } });
  const hooks = lines(readFileSync(file, 'utf8')).filter(({ event }) => event === 'start');
  t.ok(hooks.length > 0 && hooks.every(({ command }) => command === 'hook'));
  const failed = await box.realm(['show', 'nothing/there'], {
    cwd: aperture.path,
    expect: 'any',
    env: { GIT_REALM_TRACE: file },
  });
  t.equal(lines(readFileSync(file, 'utf8')).at(-1)?.exit, failed.code);
});

t.test('no login and no hidden character gets into a trace', async (t) => {
  const { box, aperture } = await letemcook(t);
  const file = box.path('trace');
  await aperture.git('remote', 'add', 'other', 'http://eric:hunter2@127.0.0.1:1/x.git');
  const options = { cwd: aperture.path, expect: 'any', env: { GIT_REALM_TRACE: file } } as const;
  await box.realm(
    ['join', 'http://eric:hunter2@127.0.0.1:1/realm.git?token=hunter2', '--name', 'a\u202eb'],
    options,
  );
  await box.realm(['doctor'], options);
  const text = readFileSync(file, 'utf8');
  t.match(text, '127.0.0.1:1');
  t.notMatch(text, 'hunter2');
  t.notMatch(text, '\u202e');
  t.match(text, '\\u202e');
});

t.test('a setting that says nothing is explained once, and traces nothing', async (t) => {
  const { box, aperture } = await letemcook(t);
  const once = async (setting: string, why: RegExp) => {
    const { stderr } = await box.realm(['status'], { cwd: aperture.path, env: { GIT_REALM_TRACE: setting } });
    t.equal(stderr.match(/GIT_REALM_TRACE: /g)?.length, 1, setting);
    t.match(stderr, why, setting);
  };
  await once('trace.log', /"trace\.log" is neither 1 nor an absolute path/);
  await once('2', /"2" is neither 1/);
  await once(box.path('nowhere', 'trace'), /cannot be opened \(ENOENT\)/);
  for (const off of ['', '0', 'false'])
    t.equal((await box.realm(['status'], { cwd: aperture.path, env: { GIT_REALM_TRACE: off } })).stderr, '');
});
