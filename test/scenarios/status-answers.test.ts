import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { gitTap } from '../helpers/kill/kill.ts';
import { prefix, type Sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { letemcook, writerOf } from '../helpers/world/story.ts';

const program = join(prefix, 'bin', 'git-realm');

/** What status says, and the git commands that ran for it: the shell's and node's. */
async function status(box: Sandbox, cwd: string, ...args: string[]) {
  const tap = gitTap({ path: box.env.PATH ?? '' });
  const ran = await box.run('env', [`PATH=${tap.env.PATH}`, program, 'status', ...args], {
    cwd,
    expect: 'any',
  });
  const verbs = tap.log().map((words) => words.find((word) => /^[a-z][a-z-]+$/.test(word)));
  return { ...ran, verbs };
}

t.test('a second status reads no object of git, and says the same', async (t) => {
  const { box, aperture } = await letemcook(t);
  const asks = join(aperture.path, '.git', 'realm', 'asks');
  const first = await status(box, 'aperture');
  t.equal(readFileSync(asks, 'utf8'), 'models/training/s3_paths.py\n');
  const second = await status(box, 'aperture');
  t.equal(second.stdout, first.stdout);
  t.same(second.verbs, ['config', 'ls-files']);
  for (const cwd of ['aperture/models/training', 'aperture/models']) {
    const below = await status(box, cwd);
    t.equal(below.stdout, first.stdout, cwd);
    t.same(below.verbs, ['config', 'ls-files'], cwd);
  }
  t.same((await status(box, 'aperture', '--json')).json(), (await status(box, 'aperture', '--json')).json());
});

t.test('what was asked early is never what was true before', async (t) => {
  const { box, aperture } = await letemcook(t);
  await status(box, 'aperture');
  box.write('aperture/models/training/s3_paths.py', writerOf('elsewhere'));
  t.match((await status(box, 'aperture')).stdout, 'work tree');
  await aperture.git('checkout', '-q', '--', '.');
  t.match((await status(box, 'aperture')).stdout, 'matches the code');
  await aperture.git('config', 'realm.publishBranch', 'nowhere');
  t.match((await status(box, 'aperture')).stdout, "'nowhere' was never pushed");
  await aperture.git('config', '--unset', 'realm.publishBranch');

  // Paths of yesterday, a torn line, what git refuses, whole commands, nothing: node asks itself, and no word is run.
  const said = (await status(box, 'aperture')).stdout;
  const asks = join(aperture.path, '.git', 'realm', 'asks');
  const ran = box.path('ran');
  const commands = [
    `-c\nalias.x=!touch ${ran}\nx\n\n`,
    `--exec-path=${box.root}\nls-files\n`,
    `$(touch ${ran})\n`,
  ];
  for (const content of ['', '\n\n\n', 'ls-files\n-z', 'gone.py\n', ':(bad)x\n', '\0\n\n', ...commands]) {
    writeFileSync(asks, content);
    const again = await status(box, 'aperture');
    t.match(again, { stdout: said, stderr: '', code: 0 }, JSON.stringify(content));
    t.notOk(
      again.verbs.some((verb) => verb !== 'config' && verb !== 'ls-files'),
      'only these two are asked',
    );
    t.notOk(existsSync(ran), 'nothing in the file is run');
    t.match(readFileSync(asks, 'utf8'), 's3_paths.py', 'and leaves the question of now');
  }
});

t.test('only the repository that git finds is asked', async (t) => {
  const { box, aperture } = await letemcook(t);
  await status(box, 'aperture');
  const said = (await status(box, 'aperture')).stdout;

  // A bare repository and a repository of its own below the work tree; a link out of it; a git directory.
  await box.git(['init', '-q', '--bare', 'aperture/inner.git']);
  const other = await makeRepo(box, 'aperture/inner', { remote: false, tree: { x: '1' } });
  mkdirSync(box.path('outside/deep'), { recursive: true });
  symlinkSync(box.path('outside/deep'), join(aperture.path, 'link'));
  for (const cwd of ['aperture/inner.git', 'aperture/inner.git/refs']) {
    const ran = await status(box, cwd);
    t.match(ran, { code: 128, stderr: 'is a bare repository in a work tree' }, cwd);
  }
  t.match(
    (await box.run(program, ['status'], { cwd: other.path, expect: 128 })).stderr,
    'not in a realm yet',
  );
  const linked = await box.run('sh', ['-c', `cd aperture/link && exec '${program}' status`], { expect: 128 });
  t.match(linked.stderr, 'not a git repository');
  t.match((await status(box, 'aperture/.git')).stdout, 'aperture in realm letemcook');

  // Where git is told where to look, the shell asks nothing of its own.
  const env = { GIT_DIR: join(aperture.path, '.git'), GIT_WORK_TREE: aperture.path };
  t.equal((await box.run(program, ['status'], { cwd: 'outside', env })).stdout, said);
  rmSync(join(aperture.path, '.git', 'realm'), { recursive: true });
  t.equal((await status(box, 'aperture')).stdout, said);
  t.ok(existsSync(join(aperture.path, '.git', 'realm', 'asks')));
});

t.test('exit status, standard input and a reader that goes away are as without', async (t) => {
  const { box } = await letemcook(t);
  await status(box, 'aperture');
  const sh = (script: string) => box.run('sh', ['-c', script], { cwd: 'aperture' });
  t.equal((await sh(`echo kept | { '${program}' status >/dev/null; cat; }`)).stdout, 'kept\n');
  t.equal((await sh(`'${program}' --json status | head -c 1`)).stdout, '{');
  const said = (await sh(`'${program}' status`)).stdout;
  for (const closed of ['<&-', '2>&-', '3>&- 4>&-', '3</dev/null 4>/dev/null'])
    t.equal((await sh(`'${program}' status ${closed}`)).stdout, said, closed);
  t.equal((await sh(`'${program}' status >&- <&-; echo $?`)).stdout, '0\n');
  t.equal((await sh(`rm .blue/config.yaml; '${program}' status; echo $?`)).stdout, '128\n');
});

t.test('leaving takes along what was kept for the next command', async (t) => {
  const { box, fungal } = await letemcook(t);
  await status(box, 'fungal-image-analysis');
  t.ok(existsSync(join(fungal.path, '.git', 'realm', 'objects')));
  await box.realm(['leave'], { cwd: fungal.path });
  t.notOk(existsSync(join(fungal.path, '.git', 'realm')));
  t.match((await box.realm(['status'], { cwd: fungal.path, expect: 128 })).stderr, 'not in a realm yet');
});
