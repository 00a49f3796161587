import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { seed } from '../helpers/attacks/world.ts';
import { sandbox } from '../helpers/world/cli.ts';

/** A bare realm that judges every push, and a clone; whoever pushes is who the transport says. */
async function judged(t: Test) {
  const box = sandbox(t);
  await box.git(['init', '-q', '--bare', 'realm.git']);
  await box.realm(['hooks', 'install', '--server'], { cwd: 'realm.git' });
  await box.git(['init', '-q', 'clone']);
  for (const [path, text] of Object.entries(seed)) box.write(`clone/${path}`, text);
  const env = (who: string): Record<string, string> => ({
    REMOTE_USER: who,
    GIT_AUTHOR_NAME: who,
    GIT_AUTHOR_EMAIL: `${who}@example.com`,
    GIT_COMMITTER_NAME: who,
    GIT_COMMITTER_EMAIL: `${who}@example.com`,
  });
  const commit = async (who: string): Promise<void> => {
    await box.git(['add', '-A'], { cwd: 'clone' });
    await box.git(['commit', '-qm', 'change'], { cwd: 'clone', env: env(who) });
  };
  const push = (who: string, ...refs: string[]) =>
    box.git(['push', '-q', '../realm.git', ...refs], {
      cwd: 'clone',
      env: env(who),
      expect: 'any',
      timeout: 200_000,
    });
  await commit('boss');
  t.equal((await push('boss', 'main')).code, 0);
  const refs = async () => (await box.git(['for-each-ref'], { cwd: 'realm.git' })).stdout;
  return { box, commit, push, refs, env };
}

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

t.test(
  'a judgement that does not end is ended with all it started, the pusher is told, nothing moves',
  async (t) => {
    const { box, commit, push, refs } = await judged(t);
    const before = await refs();
    const hook = box.path('realm.git', 'hooks', 'pre-receive');
    const script = readFileSync(hook, 'utf8');
    const git = (await box.run('sh', ['-c', 'command -v git'])).stdout.trim();
    const slow = `#!/bin/sh\ncase "$*" in *cat-file*) echo $$ >'${box.path('pid')}'; sleep 500; sleep 500;; esac\nexec '${git}' "$@"\n`;
    box.write('slow/git', slow, 0o755);
    box.write('clone/repos/mole.yaml', `${seed['repos/mole.yaml']}description: changed\n`);
    await commit('mole');
    const busy = "data:text/javascript,if(process.argv.includes('--unwatched'))for(;;);";
    const ways: [what: string, seconds: string, lines: string][] = [
      ['a program that it waits for', '3', `PATH='${box.path('slow')}':$PATH\nexport PATH\n`],
      ['a loop without an end', '1', `NODE_OPTIONS="--import=${busy}"\nexport NODE_OPTIONS\n`],
    ];
    for (const [what, seconds, lines] of ways) {
      await box.git(['config', 'realm.verifyTimeout', seconds], { cwd: 'realm.git' });
      box.write('realm.git/hooks/pre-receive', script.replace('\n', `\n${lines}`));
      chmodSync(hook, 0o755);
      const pushed = await push('mole', 'main');
      t.not(pushed.code, 0, what);
      t.match(
        pushed.stderr,
        /not verified within [13] s \(realm\.verifyTimeout on the server\), so the push is refused/,
        what,
      );
      t.equal(await refs(), before, what);
    }
    t.ok(existsSync(box.path('pid')));
    const pid = Number(readFileSync(box.path('pid'), 'utf8'));
    for (let n = 0; n < 600 && lives(pid); n++) await sleep(100);
    t.notOk(lives(pid), 'what it had started is gone');

    const byHand = ['verify', 'main', 'refs/tmp/late', '--user', 'mole'];
    await box.git(['fetch', '-q', box.path('clone'), 'HEAD:refs/tmp/late'], { cwd: 'realm.git' });
    const env = { NODE_OPTIONS: `--import=${busy}` };
    for (const words of [byHand, [...byHand, '--json']]) {
      const ran = await box.realm(words, { cwd: 'realm.git', env, expect: 1 });
      t.match(ran.stderr, /^error: not finished within 1 s; .*realm\.verifyTimeout/m);
      t.notMatch(ran.stdout, /keeps? the rules|"refused"/);
    }
    await box.git(['config', 'realm.verifyTimeout', '200'], { cwd: 'realm.git' });
    t.match((await box.realm(byHand, { cwd: 'realm.git' })).stdout, /^1 commit follows the rules$/m);
    await box.git(['update-ref', '-d', 'refs/tmp/late'], { cwd: 'realm.git' });

    box.write('realm.git/hooks/pre-receive', script);
    await box.git(['config', 'realm.verifyTimeout', 'soon'], { cwd: 'realm.git' });
    const odd = await push('mole', 'main');
    t.match(odd.stderr, /realm\.verifyTimeout must be a number of seconds, not 'soon'/);
    t.equal(await refs(), before);
    await box.git(['config', '--unset', 'realm.verifyTimeout'], { cwd: 'realm.git' });
    t.equal((await push('mole', 'main')).code, 0, 'with time enough it is judged');
  },
);

/** A stream for `git fast-import` that makes `count` refs below `refs/pushed/`, each with what `change` says of it. */
const stream = (
  count: number,
  change: (id: string) => { message: string; from: string; file: string; text: string },
) =>
  Array.from({ length: count }, (_, n) => {
    const id = (0xabc0000 + n).toString(16);
    const { message, from, file, text } = change(id);
    const data = (body: string) => `data ${Buffer.byteLength(body)}\n${body}\n`;
    const who = `eric <eric@example.com> ${1767300000 + n} +0000\n`;
    const head = `commit refs/pushed/${id}\nauthor ${who}committer ${who}${data(message)}`;
    return `${head}${from === '' ? '' : `from ${from}\n`}M 100644 inline ${file}\n${data(text)}\n`;
  }).join('');

t.test('ten thousand refs in one push: as many processes as for ten, and seconds', async (t) => {
  const { box } = await judged(t);
  const counts = process.env.REALM_NIGHTLY ? [10, 10_000] : [10, 400];
  const kinds = {
    proposals: {
      to: 'refs/realm/proposals/',
      change: (id: string) => ({
        message: `proposal: ${id}\n\nRealm-Op: ${JSON.stringify({ verb: 'x', by: 'eric@example.com', proposed: true, proposal: id })}\n`,
        from: 'refs/heads/main',
        file: 'repos/aperture.yaml',
        text: `${seed['repos/aperture.yaml']}description: ${id}\n`,
      }),
      refused: 0,
    },
    operations: {
      to: 'refs/realm/ops/',
      change: (id: string) => ({
        message: 'journal\n',
        from: '',
        file: 'journal.json',
        text: JSON.stringify({ format: 1, id, at: '2026-01-02T00:00:00Z', state: 'running', steps: [] }),
      }),
      refused: 0,
    },
    'junk under the name of proposals': {
      to: 'refs/realm/proposals/',
      change: () => ({ message: 'junk\n', from: '', file: 'junk', text: 'junk' }),
      refused: 1,
    },
    'names that no realm has': {
      to: 'refs/realm/junk/',
      change: () => ({ message: 'junk\n', from: '', file: 'junk', text: 'junk' }),
      refused: 1,
    },
  };
  const cwd = 'realm.git';
  const cost = async (words: string) => {
    const ran = await box.run('sh', ['-c', `${words}; times`], {
      cwd,
      expect: 'any',
      timeout: 200_000,
      env: { REMOTE_USER: 'eric', GIT_TRACE2_EVENT: box.path('trace') },
    });
    const [user = 0, system = 0] = [
      ...(ran.stdout.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g),
    ].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds));
    return { stderr: ran.stderr, seconds: user + system };
  };
  const idle = (await cost("node -e ''")).seconds;
  for (const [what, { to, change, refused }] of Object.entries(kinds)) {
    const processes: number[] = [];
    for (const count of counts) {
      await box.git(['fast-import', '--quiet', '--force'], { cwd, input: stream(count, change) });
      const format = '--format=%(objectname) %(refname)';
      const made = (await box.git(['for-each-ref', format, 'refs/pushed/'], { cwd })).stdout
        .trim()
        .split('\n');
      const pushed = made.map((line) => `${'0'.repeat(40)} ${line.replace('refs/pushed/', to)}\n`);
      const gone = made.map((line) => `delete ${line.split(' ')[1]}\n`);
      await box.git(['update-ref', '--stdin'], { cwd, input: gone.join('') });
      box.write('lines', pushed.join(''));
      box.write('trace', '');
      const { stderr, seconds } = await cost(`git realm verify --stdin --unwatched <'${box.path('lines')}'`);
      const said = stderr.split('\n').filter((line) => line.startsWith('refused: '));
      t.equal(
        said.length,
        refused === 0 ? 0 : Math.min(count, 51),
        `${what}: ${said[0] ?? 'nothing refused'}`,
      );
      processes.push(readFileSync(box.path('trace'), 'utf8').split('"event":"start"').length - 1);
      t.comment(
        `${what}: ${count} refs, ${processes.at(-1)} processes of git, ${seconds.toFixed(1)} s of the processor`,
      );
      // Ten seconds for ten thousand, where a start of node takes 40 ms of the processor or less.
      const limit = (2 + count / 1250) * Math.max(1, idle / 0.04);
      t.ok(seconds < limit, `${what}: ${seconds.toFixed(1)} of ${limit.toFixed(1)} s`);
    }
    t.equal(processes[0], processes[1], `${what}: ${processes.join(' and ')} processes`);
  }
});
