import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { prefix, type Sandbox } from '../helpers/world/cli.ts';
import type { Repo } from '../helpers/world/repo.ts';
import { letemcook, writerOf } from '../helpers/world/story.ts';

interface Running {
  child: ChildProcess;
  text(): string;
  /** Resolves when the text matches; the time it took is no measure. */
  says(pattern: RegExp): Promise<void>;
  ended(): Promise<number | null>;
}

/** A command that stays: another terminal. */
function terminal(t: Test, box: Sandbox, repo: Repo, ...args: string[]): Running {
  const [name = '', ...rest] = args;
  const file = join(prefix, 'libexec', 'git-realm', `git-realm-${name}`);
  // The test runner adds its own NODE_OPTIONS to whatever environment a child is given; `env` becomes the command.
  const clean = ['-i', ...Object.entries(box.env).map(([name, value]) => `${name}=${value}`)];
  const child = spawn('env', [...clean, process.execPath, file, ...rest], { cwd: repo.path });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (text += bytes));
  const exit = new Promise<number | null>((done) => child.on('exit', (code) => done(code)));
  t.teardown(() => child.kill('SIGKILL'));
  return {
    child,
    text: () => text,
    ended: () => exit,
    async says(pattern) {
      for (
        const end = Date.now() + 120_000;
        !pattern.test(text);
        await new Promise((on) => setTimeout(on, 10))
      )
        if (Date.now() > end) throw new Error(`${pattern} is not in:\n${text}`);
    },
  };
}

const folder = (box: Sandbox): string => join(box.path('run'), 'blue', 'letemcook');
const sockets = (box: Sandbox): string[] =>
  existsSync(folder(box)) ? readdirSync(folder(box)).filter((name) => name.endsWith('.sock')) : [];

async function sessions(box: Sandbox, repo: Repo): Promise<{ repo: string; state: string; pid: number }[]> {
  const ran = await box.realm(['sessions', '--json'], { cwd: repo.path });
  return (ran.json() as { sessions: { repo: string; state: string; pid: number }[] }).sessions;
}

const edit = { models: { training: { 's3_paths.py': '' } } };

async function changeExport(repo: Repo, name: string): Promise<void> {
  const source = readFileSync(join(repo.path, 'models/training/s3_paths.py'), 'utf8');
  edit.models.training['s3_paths.py'] = `${source}\n\n${writerOf(name).split('\n').slice(2).join('\n')}`;
  await repo.commit(`write ${name}`, edit);
}

t.test('RFC 0001, test plan, Session Coordination', async (t) => {
  const { box, aperture, fungal } = await letemcook(t);

  await t.test('IPC socket created on start', async (t) => {
    const start = await box.realm(['session', 'start', '--rfc', 'training-metrics-v2'], { cwd: fungal.path });
    t.match(start.stdout, /^session of fungal-image-analysis started: pid \d+, topic training-metrics-v2$/m);
    t.equal(sockets(box).length, 1);
    t.ok(lstatSync(join(folder(box), sockets(box)[0] ?? '')).isSocket());
    t.equal(lstatSync(folder(box)).mode & 0o777, 0o700, 'for nobody else');
    const again = await box.realm(['session', 'start'], { cwd: fungal.path });
    t.match(again.stdout, /is running/, 'one for each checkout');
  });

  await t.test('session registered in realm index with repo name', async (t) => {
    t.match(JSON.parse(readFileSync(join(folder(box), 'sessions.json'), 'utf8')), {
      sessions: [
        {
          repo: 'fungal-image-analysis',
          active_rfc: 'training-metrics-v2',
          active_domains: ['s3-access'],
          imports_watching: ['s3-permissions'],
        },
      ],
    });
  });

  await t.test('git realm sessions lists active sessions by repo', async (t) => {
    await box.realm(['session', 'start'], { cwd: aperture.path });
    t.match(await sessions(box, fungal), [{ repo: 'aperture' }, { repo: 'fungal-image-analysis' }]);
    const listed = await box.realm(['sessions'], { cwd: box.path('realm-letemcook') });
    t.match(listed.stdout, /^aperture +pid[\s\S]*^fungal-image-analysis +pid/m, 'from inside the realm too');
  });

  await t.test('contract changes broadcast to watching sessions', async (t) => {
    await changeExport(aperture, 'training-metrics');
    const told = await box.realm(['status'], { cwd: fungal.path });
    t.match(
      told.stdout,
      /^fungal.*\n\nLive notification from repo 'aperture':\n.*not published yet/,
      'first',
    );
    t.match(told.stdout, /training-metrics\/\*/);
    t.match(await sessions(box, aperture), [{ exports_modified: ['s3-permissions'] }, {}]);
  });

  await t.test('what was missed is in the durable inbox', async (t) => {
    await aperture.push();
    await box.realm(['sync'], { cwd: aperture.path });
    const news = await box.realm(['status'], { cwd: fungal.path });
    t.match(news.stdout, /Notification from repo 'aperture':\n.*1\.0\.0 → 1\.1\.0\n[\s\S]*now stale/);
    t.notMatch(news.stdout, /Live/, 'what is published is told by git');
    t.match((await box.realm(['inbox'], { cwd: fungal.path })).stdout, /training-metrics/);
    t.match((await box.realm(['inbox'], { cwd: fungal.path })).stdout, /^nothing new/);
    t.notMatch((await box.realm(['status'], { cwd: fungal.path })).stdout, /Notification/);
  });

  await t.test('sessions cleaned up on process exit', async (t) => {
    const [own] = await sessions(box, aperture);
    process.kill(own?.pid ?? 0, 'SIGKILL');
    const found = await box.realm(['doctor'], { cwd: fungal.path, expect: 'any' });
    t.match(found.stdout, /1 session of processes that no longer run: aperture/, 'doctor sees it');
    t.match(await sessions(box, fungal), [{ repo: 'fungal-image-analysis' }], 'the dead one is swept');
    t.equal(sockets(box).length, 1);
    await box.realm(['session', 'stop'], { cwd: fungal.path });
    t.strictSame(await sessions(box, fungal), []);
    t.strictSame(sockets(box), []);
  });
});

t.test('two terminals: five watch, one is stopped, one was killed', async (t) => {
  const { box, aperture, fungal } = await letemcook(t);
  const all = [1, 2, 3, 4, 5].map(() => terminal(t, box, fungal, 'sessions', '--watch'));
  for (const running of all) await running.says(/watching realm letemcook/);
  const [first, second, third, stopped, killed] = all as [Running, Running, Running, Running, Running];
  stopped.child.kill('SIGSTOP');
  killed.child.kill('SIGKILL');
  await killed.ended();
  await changeExport(aperture, 'training-metrics');
  const committed = Date.now();
  for (const running of [first, second, third]) await running.says(/Added training-metrics/);
  t.comment(`on screen ${Date.now() - committed} ms after git commit returned`);
  stopped.child.kill('SIGCONT');
  await stopped.says(/Added training-metrics/);
  t.equal(sockets(box).length, 4, 'the hook swept the killed one');
  for (const running of [first, second, third, stopped]) running.child.kill('SIGINT');
  for (const running of [first, second, third, stopped])
    t.equal(await running.ended(), 0, 'Ctrl-C ends cleanly');
  t.strictSame(sockets(box), []);
});

t.test('eight commands start and end at once', async (t) => {
  const { box, fungal } = await letemcook(t);
  const all = Array.from({ length: 8 }, () => terminal(t, box, fungal, 'session', 'start', '--foreground'));
  for (
    const end = Date.now() + 240_000;
    sockets(box).length < 8;
    await new Promise((on) => setTimeout(on, 50))
  )
    if (Date.now() > end) throw new Error(`${sockets(box).length} of 8 sockets`);
  for (const end = Date.now() + 240_000; Date.now() < end; )
    if ((await sessions(box, fungal)).length === 8) break;
  t.equal((await sessions(box, fungal)).length, 8);
  for (const running of all) running.child.kill('SIGTERM');
  await Promise.all(all.map((running) => running.ended()));
  t.strictSame(sockets(box), []);
  t.strictSame(await sessions(box, fungal), []);
  t.notOk(existsSync(join(folder(box), 'sessions.json')));
});

t.test('where there can be no sessions, every command works and says so in one sentence', async (t) => {
  const { box, aperture, fungal } = await letemcook(t);
  writeFileSync(join(box.path('run'), 'blue'), 'in the way');
  const start = await box.realm(['session', 'start'], { cwd: fungal.path });
  t.match(start.stdout, /^no live sessions: .*; for the news: git realm inbox\n$/);
  t.match((await box.realm(['sessions'], { cwd: fungal.path })).stdout, /^no live sessions/);
  t.match((await box.realm(['session', 'stop'], { cwd: fungal.path })).stdout, /^no session was running/);
  const watch = terminal(t, box, fungal, 'sessions', '--watch');
  await watch.says(/no live sessions: .*inbox/);
  await changeExport(aperture, 'training-metrics');
  await aperture.push();
  await box.realm(['sync'], { cwd: aperture.path });
  await watch.says(/Notification from repo 'aperture'/);
  watch.child.kill('SIGINT');
  t.equal(await watch.ended(), 0);
  t.match((await box.realm(['inbox', '--keep'], { cwd: fungal.path })).stdout, /1\.0\.0 → 1\.1\.0/);
  const nowhere = { XDG_RUNTIME_DIR: '', TMPDIR: '/nowhere', HOME: '' };
  for (const words of [['session', 'start'], ['sessions'], ['status'], ['inbox']])
    t.equal((await box.realm(words, { cwd: fungal.path, env: nowhere })).code, 0, words.join(' '));
});
