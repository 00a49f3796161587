import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { seed } from '../helpers/attack-world.ts';
import { sandbox } from '../helpers/cli.ts';

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
    await box.git(['config', 'realm.verifyTimeout', '3'], { cwd: 'realm.git' });
    box.write('clone/repos/mole.yaml', `${seed['repos/mole.yaml']}description: changed\n`);
    await commit('mole');
    const busy = "data:text/javascript,if(process.argv.includes('--unwatched'))for(;;);";
    const ways: [what: string, lines: string][] = [
      ['a program that it waits for', `PATH='${box.path('slow')}':$PATH\nexport PATH\n`],
      ['a loop without an end', `NODE_OPTIONS="--import=${busy}"\nexport NODE_OPTIONS\n`],
    ];
    for (const [what, lines] of ways) {
      box.write('realm.git/hooks/pre-receive', script.replace('\n', `\n${lines}`));
      chmodSync(hook, 0o755);
      const pushed = await push('mole', 'main');
      t.not(pushed.code, 0, what);
      t.match(
        pushed.stderr,
        /no judgement within 3 s \(realm\.verifyTimeout on the server\), so the push is refused/,
        what,
      );
      t.equal(await refs(), before, what);
    }
    t.ok(existsSync(box.path('pid')));
    const pid = Number(readFileSync(box.path('pid'), 'utf8'));
    for (let n = 0; n < 50 && lives(pid); n++) await sleep(100);
    t.notOk(lives(pid), 'what it had started is gone');

    box.write('realm.git/hooks/pre-receive', script);
    await box.git(['config', 'realm.verifyTimeout', 'soon'], { cwd: 'realm.git' });
    const odd = await push('mole', 'main');
    t.match(odd.stderr, /realm\.verifyTimeout must be a number of seconds, not 'soon'/);
    t.equal(await refs(), before);
    await box.git(['config', '--unset', 'realm.verifyTimeout'], { cwd: 'realm.git' });
    t.equal((await push('mole', 'main')).code, 0, 'with time enough it is judged');
  },
);
