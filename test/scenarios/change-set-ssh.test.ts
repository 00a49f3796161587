import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { sshHost, throughOneConnection } from '../../lib/actions/share/ssh-master.ts';
import { parseConfig } from '../../lib/git/config.ts';
import { serveSsh } from '../helpers/servers/git-ssh.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { without } from '../helpers/world/keys.ts';
import { makeRepo, type Repo } from '../helpers/world/repo.ts';
import { commitMembership } from '../helpers/world/story.ts';

const REPOS = 3;

t.test('all repositories of a host go over one ssh connection', { skip: without('sshd') }, async (test) => {
  const box = sandbox(test);
  const root = box.path('remotes');
  const log = box.path('connections');
  const command = () =>
    `echo "$SSH_CONNECTION" >>'${log}'; git-shell -c "$(echo "$SSH_ORIGINAL_COMMAND" | sed "s# '/# '${root}/#")"`;
  await box.realm(['init', '--name', 'many', '--path', 'realm.git', '--bare']);
  const repos: Repo[] = [];
  for (let n = 1; n <= REPOS; n += 1) {
    const repo = await makeRepo(box, `repo${n}`, { tree: { 'x.txt': 'x\n' } });
    await box.realm(['join', box.path('realm.git'), '--no-detect-exports', '--yes'], { cwd: repo.path });
    await commitMembership(repo);
    repos.push(repo);
  }
  const [first] = repos;
  if (first === undefined) throw new Error('there are none');
  await box.realm(['domain', 'create', 'all', '--repos', 'repo1,repo2,repo3'], { cwd: first.path });
  await commitMembership(first);
  const server = await serveSsh(box, { root, users: ['eric'], command });
  test.teardown(() => server.close());
  for (const [n, repo] of repos.entries())
    await repo.git('remote', 'set-url', 'origin', server.urlAs('eric', `repo${n + 1}.git`));

  const env = server.env('eric');
  const at = join(first.path, '.worktrees', 'feat-x');
  await box.realm(['worktree', '--branch', 'feat/x'], { cwd: first.path, env });
  for (const repo of repos) box.write(join(repo.path, '.worktrees', 'feat-x', 'new.txt'), 'new\n');
  await box.realm(['commit', '-m', 'x'], { cwd: at, env });
  await box.realm(['push'], { cwd: at, env });
  for (const repo of repos)
    test.equal(
      await repo.git('rev-parse', 'feat/x'),
      (await box.git(['-C', repo.remote ?? '', 'rev-parse', 'feat/x'])).stdout.trim(),
    );
  const sessions = readFileSync(log, 'utf8').trim().split('\n');
  test.ok(sessions.length >= 3 * REPOS, `${sessions.length} sessions`);
  // On a busy machine the connection may have been closed between two commands.
  test.ok(new Set(sessions).size <= 3, `${new Set(sessions).size} connections`);
});

t.test('which remotes go by ssh, and whose ssh is left alone', async (test) => {
  for (const [url, host] of [
    ['git@github.com:org/x.git', 'github.com'],
    ['ssh://eric@Example.com:2222/x.git', 'example.com:2222'],
    ['example.com:x.git', 'example.com'],
    ['https://github.com/org/x.git', null],
    ['/srv/x.git', null],
    ['../a:b/x.git', null],
    [undefined, null],
  ] as const)
    test.equal(sshHost(url), host, url ?? 'none');
  const run = test.testdir();
  const none = parseConfig('');
  const env = { XDG_RUNTIME_DIR: run };
  const short = { TMPDIR: sandbox(test).path('tmp') };
  test.equal(throughOneConnection(env, none), null, 'a path that is too long for a socket');
  test.match(throughOneConnection(short, none)?.GIT_SSH_COMMAND, /^ssh -o ControlMaster=auto/);
  test.match(
    throughOneConnection({ ...short, GIT_SSH_COMMAND: 'ssh -i key' }, none)?.GIT_SSH_COMMAND,
    /^ssh -i key -o ControlMaster=auto/,
  );
  test.match(
    throughOneConnection(short, parseConfig('core.sshcommand\n/usr/bin/ssh -4\0'))?.GIT_SSH_COMMAND,
    /^\/usr\/bin\/ssh -4 -o ControlMaster/,
  );
  for (const other of ['plink', 'C:/putty/plink.exe -batch', 'sshpass -e ssh'])
    test.equal(throughOneConnection({ ...short, GIT_SSH_COMMAND: other }, none), null, other);
  test.equal(throughOneConnection(short, parseConfig('ssh.variant\nplink\0')), null);
});
