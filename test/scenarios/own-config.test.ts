import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { firstOfEach, nightly } from '../helpers/values/nightly.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { complaint, fingerprint, letemcook } from '../helpers/world/story.ts';

const REALM = 'name: evil\nversion: "1.0.0"\ngovernance: { admission: open, approvers: [a@example.com] }\n';
/** As if everything belonged to somebody else: git's own tests do it so, and need no second user. */
const FOREIGN = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };

/** A program that leaves a mark, for settings that git would run. */
function trap(box: Sandbox): { line: (name: string) => string; marks: () => string[] } {
  mkdirSync(box.path('marks'), { recursive: true });
  return {
    line: (name) => `touch ${box.path('marks', name)}; false`,
    marks: () => readdirSync(box.path('marks')).sort(),
  };
}

/** A bare realm at a path, with what somebody wrote into its configuration. */
async function bareRealm(box: Sandbox, at: string, config: string): Promise<string> {
  if (!existsSync(box.path('seed'))) {
    box.write('seed/realm.yaml', REALM);
    await box.git(['init', '-q', box.path('seed')]);
    await box.git(['add', '-A'], { cwd: 'seed' });
    await box.git(['commit', '-q', '-m', 'realm'], { cwd: 'seed' });
  }
  await box.git(['clone', '-q', '--bare', box.path('seed'), box.path(at)]);
  await box.git(['remote', 'remove', 'origin'], { cwd: at });
  box.write(`${at}/config`, `${readFileSync(box.path(at, 'config'), 'utf8')}${config}`);
  return box.path(at);
}

/** A clone as somebody's commit made it: its `.blue/config.yaml`, and a bare realm with a trap in its tree. */
async function hostileClone(box: Sandbox, realm: string): Promise<string> {
  const { line } = trap(box);
  const config = `[core]\n\tsshCommand = "${line('ssh')}"\n[remote "origin"]\n\turl = ssh://localhost/x\n\tpromisor = true\n`;
  const vendored = await bareRealm(box, 'attacker/vendor/realm', config);
  for (const name of ['hooks', 'info']) rmSync(join(vendored, name), { recursive: true, force: true });
  box.write('attacker/vendor/realm/refs/.keep', '');
  box.write(
    'attacker/.blue/config.yaml',
    `# from the outside\nrealm:\n  name: evil\n  ${realm}\nrepo: attacker\n`,
  );
  symlinkSync('vendor/realm', box.path('attacker/link'));
  await box.git(['init', '-q', box.path('attacker')]);
  await box.git(['add', '-A', '-f'], { cwd: 'attacker' });
  await box.git(['commit', '-q', '-m', 'innocent'], { cwd: 'attacker' });
  await box.git(['clone', '-q', box.path('attacker'), box.path('victim')]);
  return box.path('victim');
}

/** Every file below a directory with its size and time. */
function everyFile(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => [name, lstatSync(join(directory, name))] as const)
    .filter(([, found]) => !found.isDirectory())
    .map(([name, { size, mtimeMs }]) => `${name} ${size} ${mtimeMs}`)
    .sort();
}

t.test('the URL in a cloned .blue/config.yaml is one, or nothing is done', async (t) => {
  const box = sandbox(t);
  const victim = await hostileClone(box, 'url: X');
  const { marks } = trap(box);
  mkdirSync(join(victim, 'git@host:realm'));
  const urls: [url: string, why: RegExp][] = [
    ['vendor/realm', /is not a URL/],
    ['./vendor/realm', /is not a URL/],
    [join(victim, 'vendor/realm'), /is not a URL/],
    ['.git', /is not a URL/],
    ['C:/vendor/realm', /is not a URL/],
    ['--upload-pack=touch x', /begins with '-'/],
    ['ext::sh -c "touch x"', /names a remote helper/],
    ['fd::17', /names a remote helper/],
    ['anything::vendor/realm', /names a remote helper/],
    ['::vendor/realm', /names a remote helper/],
    ['foo://host/realm', /has the transport 'foo'/],
    ['ssh://-oProxyCommand=x/realm', /has no host/],
    ['git@-oProxyCommand=x:realm', /has a host that begins with '-'/],
    ['http://example.com/realm', /not be encrypted/],
    [`file://${victim}/vendor/realm`, /is inside a clone/],
    [`file://${victim}/vendor/../link`, /is inside a clone/],
    [`file://${victim}/%76endor/realm`, /is inside a clone/],
    [`file://${box.path('attacker')}/vendor/realm`, /is inside a clone/],
  ];
  for (const [n, [url, why]] of firstOfEach(urls, ([, why]) => why.source).entries()) {
    box.write(
      'victim/.blue/config.yaml',
      `# from the outside\nrealm:\n  name: evil\n  url: ${JSON.stringify(url)}\nrepo: attacker\n`,
    );
    const before = await fingerprint(box, victim);
    const ways = [['join', '--yes'], ['join'], ['join', '--ephemeral']];
    for (const args of n % 6 === 0 ? ways : ways.slice(0, 1)) {
      const refused = complaint(await box.realm(args, { cwd: 'victim', expect: 128 }));
      t.match(refused.message, why, `${url}: ${args.join(' ')}`);
      t.match(refused.message, '.blue/config.yaml:4: ', 'with its place');
      t.match(refused.hint, 'git realm join <path or URL of the realm>');
    }
    t.equal(await fingerprint(box, victim), before, 'and nothing is changed');
  }
  t.notOk(existsSync(box.path('home/.blue')), 'nothing is known or cloned');
  t.notOk(existsSync(join(victim, '.git/realm-store')));
  t.same(marks(), []);
});

t.test('what a clone brought is never a realm without a yes', async (t) => {
  const box = sandbox(t);
  const victim = await hostileClone(box, 'path: vendor/realm');
  const { marks } = trap(box);
  // A submodule; a clone beside this one; this repository's own git directory; a linked worktree.
  await box.git(
    ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', box.path('seed'), 'sub'],
    {
      cwd: 'victim',
    },
  );
  await box.git(['clone', '-q', box.path('attacker'), box.path('beside')]);
  await bareRealm(box, 'victim/.git/realm', '');
  await box.git(['worktree', 'add', '-q', '--detach', box.path('linked')], { cwd: 'victim' });
  symlinkSync(join(victim, 'vendor'), box.path('outside'));
  const paths =
    'vendor/realm link sub ../beside/vendor/realm ../linked/vendor/realm .git/realm ../outside/realm .';
  for (const [n, path] of paths.split(' ').entries()) {
    box.write('victim/.blue/config.yaml', `realm: { name: evil, path: ${path} }\nrepo: attacker\n`);
    if (!nightly && n % 3 > 0) continue;
    const before = await fingerprint(box, victim);
    const ways = [['join', '--yes'], ['join'], ['join', '--ephemeral', '--yes']];
    for (const args of n % 6 === 0 ? ways : ways.slice(0, 1)) {
      const refused = complaint(await box.realm(args, { cwd: 'victim', expect: 128 }));
      t.match(refused.message, `.blue/config.yaml:1: path: '${path}' is inside a clone`, args.join(' '));
    }
    // Typed, it is asked about, and nobody is there to answer.
    for (const args of [
      ['join', path],
      ['join', path, '--yes'],
    ]) {
      const refused = complaint(await box.realm(args, { cwd: 'victim', expect: 128 }));
      t.match(refused.message, 'is inside this clone', args.join(' '));
    }
    t.equal(await fingerprint(box, victim), before, 'and nothing is changed');
  }
  t.same(marks(), []);
});

const PROGRAMS = `core.sshCommand core.fsmonitor core.gitProxy core.askPass core.editor core.pager core.alternateRefsCommand
  remote.origin.uploadpack remote.origin.receivepack credential.helper credential.ssh://localhost.helper gpg.program
  gpg.ssh.program gpg.ssh.defaultKeyCommand diff.external diff.x.command diff.x.textconv filter.x.clean filter.x.smudge
  filter.x.process merge.x.driver sequence.editor uploadpack.packObjectsHook ssh.variant gc.recentObjectsHook
  hook.x.command pager.log alias.fetch trailer.x.command`;

t.test('nothing in the configuration of a realm at a path takes effect, and all commands work', async (t) => {
  const box = sandbox(t);
  const { line, marks } = trap(box);
  const hooks = ['reference-transaction', 'post-update', 'pre-push', 'post-index-change', 'post-checkout'];
  for (const [name, bare] of [
    ['bare.git', true],
    ['tree', false],
  ] as const) {
    const realm = await bareRealm(box, 'realm.git', '');
    const at = box.path(name);
    await box.git(['clone', '-q', ...(bare ? ['--bare'] : []), realm, at]);
    const gitDir = bare ? at : join(at, '.git');
    for (const key of PROGRAMS.split(/\s+/)) await box.git(['-C', at, 'config', key, line(key)]);
    await box.git(['-C', at, 'config', 'core.hooksPath', join(gitDir, 'hooks')]);
    for (const hook of hooks)
      box.write(`${name}${bare ? '' : '/.git'}/hooks/${hook}`, `#!/bin/sh\n${line(hook)}\n`, 0o755);
    box.write(`${name}${bare ? '' : '/.git'}/info/attributes`, '* filter=x diff=x merge=x\n');
    // What redirects: a proxy, another remote in its place, programs by an include.
    box.write('more.config', `[core]\n\tsshCommand = "${line('include')}"\n`);
    await box.git(['-C', at, 'config', 'include.path', box.path('more.config')]);
    await box.git([
      '-C',
      at,
      'config',
      `url.ext::${line('insteadOf').replaceAll(' ', '% ')}.insteadOf`,
      realm,
    ]);
    await box.git(['-C', at, 'config', 'protocol.ext.allow', 'always']);
    const member = `member-${name.replace('.git', '')}`;
    await makeRepo(box, member, { tree: { 'v.json': '{"x":1}\n' } });
    const run = (...args: string[]) => box.realm(args, { cwd: member, expect: 'any' });
    t.equal((await run('join', at)).code, 0);
    const commands = 'status check log graph sync fetch proposals trust inbox undo'.split(' ');
    // By day the two realms share them.
    for (const args of commands.filter((_, at) => nightly || (at % 2 === 0) === bare))
      t.notMatch((await run(args)).stderr, /bug:|cannot/, args);
    t.match((await run('domain', 'create', `d-${member}`, '--repos', `${member},other`)).stdout, 'created');
    const healthy = await run('doctor');
    t.match(
      healthy.stdout + healthy.stderr,
      /core\.sshcommand \('[^']*config:\d+'\) is ignored/,
      'doctor says so',
    );
    t.same(marks(), [], `nothing of ${name} ran`);
    // It was pushed to the remote that the configuration names, and to no other.
    const log = await box.git(['-C', realm, 'log', '--format=%s', 'main']);
    t.match(log.stdout, `register repo ${member}`);
    t.equal((await box.git(['-C', at, 'fsck', '--strict'], { expect: 'any' })).code, 0, 'and is whole');
    if (!bare)
      t.equal(
        (await box.git(['-c', 'core.fsmonitor=', '-C', at, 'diff', '--cached', '--name-only', 'main']))
          .stdout,
        '',
      );
    rmSync(realm, { recursive: true });
    rmSync(box.path('home/.blue'), { recursive: true });
  }
});

t.test("the user's own configuration stays in effect for a realm", async (t) => {
  const box = sandbox(t);
  const { line, marks } = trap(box);
  const at = await bareRealm(box, 'realm.git', '[remote "origin"]\n\turl = ssh://localhost/x\n');
  await makeRepo(box, 'member', { tree: { 'v.json': '{}\n' } });
  await box.realm(['join', at], { cwd: 'member' });
  await box.git(['config', '--global', 'core.sshCommand', line('own')]);
  t.match((await box.realm(['fetch'], { cwd: 'member', expect: 128 })).stderr, 'cannot reach the realm');
  t.same(marks(), ['own']);
  // The same in the realm's repository is not, and the message says why it fails.
  await box.git(['config', '--global', '--unset', 'core.sshCommand']);
  await box.git(['config', '--global', 'core.sshCommand', 'false']);
  await box.git(['config', 'core.sshCommand', line('theirs')], { cwd: 'realm.git' });
  const { hint } = complaint(await box.realm(['fetch'], { cwd: 'member', expect: 128 }));
  t.match(hint, /core\.sshcommand \('[^']*realm\.git\/config:\d+'\) is ignored/);
  t.same(marks(), ['own']);
  await box.git(['config', 'remote.origin.url', 'ext::sh -c x'], { cwd: 'realm.git' });
  const refused = complaint(await box.realm(['fetch'], { cwd: 'member', expect: 128 }));
  t.match(refused.message, /realm\.git\/config:\d+: URL 'ext::.*' names a remote helper/);
});

t.test('a partial clone is no store, wherever it is met', async (t) => {
  const box = sandbox(t);
  const { line, marks } = trap(box);
  const promisor = `[core]\n\tsshCommand = "${line('lazy')}"\n[remote "o"]\n\turl = ssh://localhost/x\n\tpromisor = true\n`;
  const realm = await bareRealm(box, 'realm.git', promisor);
  await makeRepo(box, 'member', { tree: { 'v.json': '{}\n' } });
  // One object is missing.
  const oid = (await box.git(['rev-parse', 'main:realm.yaml'], { cwd: 'seed' })).stdout.trim();
  await box.git(['config', 'remote.o.promisor', 'false'], { cwd: 'realm.git' });
  await box.git(['unpack-objects', '-q'], { cwd: 'realm.git', input: '', expect: 'any' });
  rmSync(join(realm, 'objects', oid.slice(0, 2), oid.slice(2)), { force: true });
  await box.git(['config', 'remote.o.promisor', 'true'], { cwd: 'realm.git' });
  const refused = complaint(await box.realm(['join', realm], { cwd: 'member', expect: 128 }));
  t.match(refused.message, /is a partial clone \('[^']*realm\.git\/config:\d+'\)/);
  t.match(refused.hint, "git clone --bare -- 'ssh://localhost/x' <new directory>");
  // Inside of it, as the bare repository that we stand in.
  for (const args of [['log'], ['status'], ['show', 'x'], ['verify', 'main', 'main'], ['graph']])
    t.not((await box.realm(args, { cwd: 'realm.git', expect: 'any' })).code, 0, args.join(' '));
  for (const [key, value] of [
    ['extensions.partialClone', 'o'],
    ['remote.o.partialclonefilter', 'blob:none'],
  ] as const) {
    box.write('realm.git/config', `[core]\n\trepositoryformatversion = 1\n\tbare = true\n`);
    await box.git(['config', key, value], { cwd: 'realm.git' });
    const again = complaint(await box.realm(['join', realm], { cwd: 'member', expect: 128 }));
    t.match(again.message, 'is a partial clone', key);
  }
  t.same(marks(), []);
});

t.test("a realm or a clone that is not ours is opened by git's own rule", async (t) => {
  const box = sandbox(t);
  const { marks } = trap(box);
  const realm = await bareRealm(box, 'realm.git', '');
  await makeRepo(box, 'member', { tree: { 'v.json': '{}\n' } });
  await box.git(['config', '--global', '--add', 'safe.directory', box.path('member')]);
  const run = (args: string[], expect: number | 'any', cwd = 'member') =>
    box.realm(args, { cwd, env: FOREIGN, expect });
  for (const what of [realm, `file://${realm}`]) {
    const refused = complaint(await run(['join', what], 128));
    t.match(refused.message, /realm\.git' belongs to another user/, what);
    t.match(refused.hint, `git config --global --add safe.directory '${realm}'`);
  }
  for (const args of [
    ['verify', 'main', 'main'],
    ['log'],
    ['graph'],
    ['status'],
    ['hooks', 'status'],
    ['doctor'],
  ]) {
    const { stdout, stderr } = await run(args, 'any', 'realm.git');
    t.match(stdout + stderr, 'belongs to another user', args.join(' '));
  }
  t.notOk(existsSync(join(realm, 'realm')), 'nothing was written there');
  // What git says to do is enough.
  await box.git(['config', '--global', '--add', 'safe.directory', realm]);
  t.equal((await run(['join', realm], 'any')).code, 0);
  t.equal((await run(['status'], 'any')).code, 0);
  t.match((await run(['log'], 0, 'realm.git')).stdout, 'register repo member');
  // One that a clone names is asked about like any other.
  await box.git(['config', '--global', '--unset-all', 'safe.directory']);
  t.match((await run(['status'], 128)).stderr, "member' belongs to another user");
  t.match((await run(['status'], 128, 'member/.git')).stderr, 'belongs to another user');
  t.same(marks(), []);
});

t.test(
  'by the real owner of files, also through a link',
  { skip: process.geteuid?.() !== 0 && 'only root can' },
  async (t) => {
    const box = sandbox(t);
    chmodSync(box.root, 0o755);
    const { line, marks } = trap(box);
    await bareRealm(
      box,
      'realm.git',
      `[core]\n\tsshCommand = "${line('ssh')}"\n[remote "o"]\n\turl = ssh://localhost/x\n`,
    );
    await box.git(['clone', '-q', box.path('seed'), box.path('tree')]);
    await makeRepo(box, 'member', { tree: { 'v.json': '{}\n' } });
    for (const name of ['realm.git', 'tree']) await box.run('chown', ['-R', '65534:65534', box.path(name)]);
    symlinkSync(box.path('realm.git'), box.path('link'));
    for (const name of ['realm.git', 'link', 'tree', 'tree/.git'])
      t.match(
        (await box.realm(['join', box.path(name)], { cwd: 'member', expect: 128 })).stderr,
        'belongs to another user',
        name,
      );
    // A work tree of ours around a git directory of theirs, and the other way round.
    await box.run('chown', ['0:0', box.path('tree')]);
    t.match(
      (await box.realm(['join', box.path('tree')], { cwd: 'member', expect: 128 })).stderr,
      'another user',
    );
    await box.run('chown', ['-R', '0:0', box.path('tree/.git')]);
    await box.run('chown', ['65534:65534', box.path('tree')]);
    t.match(
      (await box.realm(['join', box.path('tree')], { cwd: 'member', expect: 128 })).stderr,
      'another user',
    );
    // Whoever called sudo is the user, as git has it.
    const env = { SUDO_UID: '65534' };
    t.equal(
      (await box.realm(['join', box.path('realm.git')], { cwd: 'member', env, expect: 'any' })).code,
      0,
    );
    t.same(marks(), []);
  },
);

t.test('safe.bareRepository is asked where a commit can have brought a bare repository', async (t) => {
  const box = sandbox(t);
  const victim = await hostileClone(box, 'path: ../realm');
  const realm = await bareRealm(box, 'realm.git', '');
  const { marks } = trap(box);
  await box.git(['config', '--global', 'safe.bareRepository', 'explicit']);
  const said =
    /'[^']*vendor\/realm' is a bare repository that your git configuration does not allow git to use/;
  for (const args of [
    ['log'],
    ['graph'],
    ['verify', 'main', 'main'],
    ['status'],
    ['doctor'],
    ['hooks', 'status'],
  ]) {
    const ran = await box.realm(args, { cwd: 'victim/vendor/realm', expect: 'any' });
    t.match(ran.stdout + ran.stderr, said, args.join(' '));
    t.not(ran.code, 0, args.join(' '));
  }
  t.same(marks(), []);
  // One that the user names, outside of any work tree, is used.
  rmSync(join(victim, '.blue'), { recursive: true });
  await box.realm(['join', realm], { cwd: 'victim' });
  await box.realm(['status'], { cwd: 'victim' });
});

t.test('a bare repository in a work tree is not where commands act', async (t) => {
  const box = sandbox(t);
  await hostileClone(box, 'url: https://localhost/x');
  const { line, marks } = trap(box);
  // It says of itself that it takes part in a realm, and where that is.
  box.write(
    'victim/vendor/realm/config',
    `[core]\n\tbare = true\n\tsshCommand = "${line('ssh')}"\n[realm]\n\tcloneId = 0123456789ab\n\tephemeralStore = ${box.path('seed')}\n[remote "origin"]\n\turl = ssh://localhost/x\n`,
  );
  const cwd = 'victim/vendor/realm';
  for (const args of [
    'status',
    'sync',
    'fetch',
    'join',
    'log',
    'graph',
    'hooks install',
    'push',
    'commit -m x',
    'undo',
  ])
    t.match(
      (await box.realm(args.split(' '), { cwd, expect: 128 })).stderr,
      /vendor\/realm' is a bare repository in a work tree, so it may have come from a commit/,
      args,
    );
  t.same(marks(), []);
  const env = { GIT_DIR: box.path(cwd) };
  t.match(
    (await box.realm(['log'], { cwd, env })).stdout,
    'realm',
    'whoever names it has said that it is theirs',
  );
});

t.test('no link in a clone or a realm leads what we write elsewhere', async (t) => {
  const { box, realm, aperture } = await letemcook(t);
  const elsewhere = box.path('elsewhere');
  box.write('elsewhere/objects/kept', 'mine');
  box.write('elsewhere/config.yaml', 'mine');
  const kept = () => t.same(everyFile(elsewhere), before);
  const before = everyFile(elsewhere);
  await makeRepo(box, 'clone', { tree: { 'v.json': '{}\n' } });
  for (const [link, target] of [
    ['.blue', elsewhere],
    ['.blue/config.yaml', join(elsewhere, 'config.yaml')],
    ['.blue', join(elsewhere, 'new')],
  ] as const) {
    rmSync(box.path('clone/.blue'), { recursive: true, force: true });
    if (link.includes('/')) mkdirSync(box.path('clone/.blue'));
    symlinkSync(target, box.path('clone', link));
    const refused = complaint(await box.realm(['join', realm.path], { cwd: 'clone', expect: 128 }));
    t.match(refused.message, `'${link}' is a symbolic link`);
    kept();
  }
  // Worktrees of a change set.
  const add = ['worktree', 'add', '--branch', 'feat/x', '--repos', 'aperture'];
  symlinkSync(elsewhere, join(aperture.path, '.worktrees'));
  t.match(
    (await box.realm(add, { cwd: aperture.path, expect: 'any' })).stderr,
    /\.worktrees' is a symbolic link/,
  );
  rmSync(join(aperture.path, '.worktrees'));
  mkdirSync(join(aperture.path, '.worktrees'));
  symlinkSync(join(elsewhere, 'objects'), join(aperture.path, '.worktrees/feat-x'));
  t.match((await box.realm(add, { cwd: aperture.path, expect: 'any' })).stderr, /feat-x' is a symbolic link/);
  kept();
  // The caches of a realm that was unpacked from somewhere, and what git is shown of it.
  await realm.git('config', 'core.sshCommand', 'false');
  const caches = join(realm.path, '.git/realm');
  rmSync(join(caches, 'git'), { recursive: true, force: true });
  symlinkSync(elsewhere, join(caches, 'git'));
  t.match(
    (await box.realm(['status'], { cwd: aperture.path, expect: 128 })).stderr,
    'cannot be written to omit it',
  );
  kept();
  rmSync(caches, { recursive: true });
  symlinkSync(elsewhere, caches);
  t.match(
    (await box.realm(['status'], { cwd: aperture.path, expect: 128 })).stderr,
    /\.git\/realm' is a symbolic link/,
  );
  kept();
});

t.test('a clone of a repository goes to a URL that the realm may name', async (t) => {
  const { box, realm, aperture } = await letemcook(t);
  const { marks } = trap(box);
  const add = (env = {}) =>
    box.realm(['checkout', 'add', 'elsewhere', box.path('fresh'), '--clone'], {
      cwd: aperture.path,
      env,
      expect: 128,
    });
  mkdirSync(join(aperture.path, 'host:x'));
  for (const [url, why] of [
    ['ext::sh -c touch% x', /repos\/elsewhere\.yaml: URL 'ext::.*' names a remote helper/],
    ['--upload-pack=x', /begins with '-'/],
    ['../aperture', /is a path on another machine/],
    ['http://example.com/x', /not be encrypted/],
    ['transport::x', /names a remote helper/],
  ] as const) {
    const file = `name: elsewhere\nurl: ${JSON.stringify(url)}\nmaintainers: [e@example.com]\n`;
    box.write(join(realm.path, 'repos/elsewhere.yaml'), file);
    await realm.git('add', '-A');
    await realm.git('commit', '-q', '-m', url);
    t.match(complaint(await add()).message, why, url);
    t.notOk(existsSync(box.path('fresh')));
  }
  // A repository on this machine that belongs to somebody else.
  box.write(
    join(realm.path, 'repos/elsewhere.yaml'),
    `name: elsewhere\nurl: ${box.path('remotes/aperture.git')}\nmaintainers: [e@example.com]\n`,
  );
  await realm.git('add', '-A');
  await realm.git('commit', '-q', '-m', 'local');
  for (const own of [aperture.path, realm.path])
    await box.git(['config', '--global', '--add', 'safe.directory', own]);
  t.match(complaint(await add(FOREIGN)).message, /remotes\/aperture\.git' belongs to another user/);
  t.notOk(existsSync(box.path('fresh')));
  t.same(marks(), []);
});

t.test('a file of paths that status left is taken from its own user only', async (t) => {
  const { box, aperture } = await letemcook(t);
  await box.realm(['status'], { cwd: aperture.path });
  const { marks, line } = trap(box);
  const asks = join(aperture.path, '.git/realm/asks');
  for (const text of [
    `-c\nalias.x=!${line('alias')}\nx\n\n`,
    `--help\n\n`,
    `;${line('shell')}\n`,
    `\`${line('tick')}\`\n`,
  ]) {
    box.write(asks, text);
    await box.realm(['status'], { cwd: `${aperture.path}/models` });
    box.write(asks, text);
    await box.realm(['status'], { cwd: aperture.path, env: FOREIGN, expect: 128 });
  }
  t.same(marks(), []);
});

t.test('realm_join without apply only reads', async (t) => {
  const { box, realm } = await letemcook(t);
  const { marks } = trap(box);
  const join_ = async (cwd: string, args: object) => {
    const words = [
      {
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
      },
      { method: 'notifications/initialized' },
      { id: 2, method: 'tools/call', params: { name: 'realm_join', arguments: args } },
    ];
    const input = words.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join('');
    // The end of the input ends the server, so it comes after the last answer.
    const answered = `until grep -q '"id":2' "$0"; do sleep 0.1; done`;
    const script = `: >"$0"; { cat; ${answered}; } | git realm mcp >"$0"; cat "$0"`;
    const { stdout } = await box.run('sh', ['-c', script, box.path('answers')], { cwd, input });
    const answers = stdout
      .split('\n')
      .filter(Boolean)
      .map(
        (text) =>
          JSON.parse(text) as { id?: number; result?: { isError?: boolean; content: { text: string }[] } },
      );
    const { result } = answers.find(({ id }) => id === 2) ?? {};
    return {
      isError: result?.isError ?? false,
      text: result?.content.map(({ text }) => text).join('\n') ?? '',
    };
  };
  const clone = await makeRepo(box, 'clone', {
    tree: {
      'v.json': '{}\n',
      '.blue': { 'config.yaml': `realm: { name: new, url: 'ssh://localhost/new' }\nrepo: clone\n` },
    },
  });
  await makeRepo(box, 'plain', { tree: { 'v.json': '{}\n' } });
  await box.git(['config', '--global', 'core.sshCommand', trap(box).line('network')]);
  const all = () => [clone.path, box.path('plain'), realm.path, box.path('home')].map(everyFile);
  const before = all();
  const planned = await join_('clone', {});
  t.match(planned, { isError: false, text: /clone the realm at ssh:\/\/localhost\/new/ });
  t.match(await join_('plain', { realm: realm.path }), { text: /register repo plain/ });
  t.match(await join_('clone', { realm: 'ssh://localhost/other' }), { text: /clone the realm at/ });
  t.same(all(), before, 'no file is written, here, in the realm, or at home');
  t.same(marks(), [], 'and nobody is asked over the network');
});
