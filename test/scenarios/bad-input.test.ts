import { readFileSync, renameSync } from 'node:fs';
import t, { type Test } from 'tap';
import { type RunOptions, type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { complaint, fingerprint, letemcook, serveRealm } from '../helpers/world/story.ts';

/** A refusal: where, what is typed, the exit status, what the message and the hint must say. */
type Refusal = [
  where: string,
  words: string[],
  code: number,
  message: RegExp,
  hint: RegExp,
  options?: RunOptions,
];

/** Each is refused as it says, with nothing changed in any of the directories, and no stack of a bug. */
async function refused(test: Test, box: Sandbox, directories: string[], refusals: Refusal[]): Promise<void> {
  const before = await fingerprint(box, ...directories);
  for (const [where, words, code, message, hint, options] of refusals) {
    const name = `git realm ${words.map((word) => word.slice(0, 40)).join(' ')}`;
    const ran = await box.realm(words, { expect: 'any', cwd: where, ...options });
    const said = complaint(ran);
    test.equal(said.code, code, `${name}: exit status`);
    test.match(said.message, message, `${name}: message`);
    test.match(said.hint, hint, `${name}: hint`);
    test.notMatch(ran.stderr, /^bug:|\n +at /m, `${name}: no stack`);
    test.notMatch(ran.stdout + ran.stderr, /\x1b/, `${name}: no control characters`);
    if (words.includes('--json')) test.match(ran.json(), { error: { code: String, message: String } });
  }
  test.equal(await fingerprint(box, ...directories), before, 'nothing is changed');
}

t.test('names, versions, ranges, domains, realms that cannot be', async (test) => {
  const { box, realm, aperture, fungal } = await letemcook(test);
  const stranger = await makeRepo(box, 'stranger', { tree: { 'README.md': 'a' } });
  await box.realm(['init', '--name', 'second', '--path', 'second']);
  await box.realm(['join', realm.path], { cwd: stranger.path });
  const lone = await makeRepo(box, 'lone', { tree: { 'README.md': 'a' } });
  const A = aperture.path;
  const F = fungal.path;
  const create = (name: string): string[] => ['domain', 'create', '--name', name, '--repos', 'aperture'];
  const publish = (name: string): string[] => [
    'export',
    '--name',
    name,
    '--domain',
    's3-access',
    '--value',
    '1',
  ];
  const names = ['a/b', '..', '../up', 'red\x1b[31m', 'new\nline', 'x'.repeat(300), '', '.git', 'CON/..'];
  const s3 = ['export', 's3-permissions', '--value', '{}', '--version'];
  await refused(
    test,
    box,
    [realm.path, A, F, stranger.path, lone.path],
    [
      ...names.flatMap((name): Refusal[] => [
        [A, create(name), 128, /^error: domain name/, /^hint: use/],
        [A, publish(name), 128, /^error: contract name/, /^hint: use/],
        [box.root, ['init', '--name', name, '--path', 'never'], 128, /^error: realm name/, /^hint: use/],
      ]),
      ...['..', 'red\x1b[31m', 'x'.repeat(300), 'a/../b', 'new\nline'].map(
        (name): Refusal => [
          lone.path,
          ['join', realm.path, '--name', name],
          128,
          /^error: repo name/,
          /^hint: use/,
        ],
      ),
      [A, create('s3-access'), 128, /domain 's3-access' already exists/, /git realm domain show s3-access/],
      [A, create('S3-Access'), 128, /S3-Access/, /^hint: /],
      [A, [...s3, 'banana'], 129, /'banana' is not a semver version/, /1\.2\.0/],
      [A, [...s3, '1.0'], 129, /'1.0' is not a semver version/, /1\.2\.0/],
      [A, ['export', 's3-permissions', '--value', '{oops'], 129, /not valid JSON/, /--file/],
      [
        A,
        ['export', 'limits', '--domain', 'nowhere', '--value', '1'],
        128,
        /no domain 'nowhere'/,
        /s3-access/,
      ],
      [A, ['export', 'limits', '--file', 'missing.yaml'], 128, /cannot read 'missing.yaml'/, /.*/],
      [
        F,
        ['import', 's3-permissions', '--version', '>=9'],
        128,
        /no published version of .* satisfies '>=9'/,
        />=1\.0\.0/,
      ],
      [
        F,
        ['import', 's3-permissions', '--version', 'banana'],
        129,
        /'banana' is not a semver range/,
        /\^1\.2\.0/,
      ],
      [F, ['import', 's3-permissions', '--domain', 'nowhere'], 128, /no domain 'nowhere'/, /s3-access/],
      [F, ['import', 'nothing'], 128, /no contract 'nothing'/, /s3-access\/s3-permissions/],
      [
        stranger.path,
        ['import', 's3-permissions'],
        128,
        /'stranger' is not in domain 's3-access'/,
        /domain add/,
      ],
      [F, ['export', 's3-permissions', '--value', '{}'], 1, /belongs to 'aperture'/, /aperture/],
      [
        A,
        ['join', realm.path, '--name', 'other'],
        128,
        /cannot also join as 'other'/,
        /without --name|leave/,
      ],
      [
        lone.path,
        ['join', realm.path, '--name', 'aperture'],
        128,
        /'aperture' belongs to another repo/,
        /--name/,
      ],
      [A, ['join', box.path('second')], 128, /is in realm 'letemcook'/, /git realm leave/],
      [lone.path, ['join', box.path('nowhere')], 128, /no realm at/, /git realm init/],
      [lone.path, ['join', A], 128, /no realm|not a realm/, /git realm init/],
      [realm.path, ['init', '--name', 'letemcook'], 128, /this is already a realm/, /git realm join/],
      [A, ['init', '--name', 'mine'], 128, /already has commits/, /git realm init <new directory>/],
      [A, ['stauts'], 129, /'stauts' is not a command/, /did you mean 'git realm status'/],
      [A, ['domain', 'crate', 'x'], 129, /'crate'/, /domain/],
      [A, ['status', '--frobnicate'], 129, /unknown option '--frobnicate'/, /-h/],
      [A, ['sync', '--dry'], 129, /unknown option '--dry'/, /--dry-run/],
      [A, ['sync', '--resolve', 'nothing'], 128, /no contract 'nothing'/, /s3-access\/s3-permissions/],
      [F, ['import', 's3-permissions', '--version', '>=9', '--json'], 128, /satisfies/, /.*/],
    ],
  );
  await realm.git('fsck', '--strict');
});

t.test('no repository, no realm, a realm that moved away', async (test) => {
  const { box, realm, aperture } = await letemcook(test);
  const lone = await makeRepo(box, 'lone', { tree: { 'README.md': 'a' } });
  await box.run('mkdir', ['plain']);
  const all = ['status', 'check', 'sync', 'fetch', 'leave', 'export', 'domain', 'graph', 'log'];
  await refused(
    test,
    box,
    [realm.path, aperture.path, lone.path],
    [
      ...[...all, 'join'].map(
        (verb): Refusal => ['plain', [verb], 128, /not a git repository: '.*plain'/, /git realm -C <path>/],
      ),
      ...all.map(
        (verb): Refusal => [lone.path, [verb], 128, /not in a realm yet/, /git realm join <path or URL/],
      ),
      [lone.path, ['join'], 128, /specify a realm/, /git realm join <path or URL/],
      ['.', ['-C', 'nowhere', 'status'], 128, /nowhere/, /.*/],
    ],
  );

  renameSync(realm.path, box.path('moved'));
  await refused(
    test,
    box,
    [aperture.path],
    [
      ...['status', 'check', 'sync', 'fetch'].map(
        (verb): Refusal => [
          aperture.path,
          [verb],
          128,
          /no realm at '.*realm-letemcook'/,
          /git realm join <its new path/,
        ],
      ),
      [aperture.path, ['join'], 128, /no realm at '.*realm-letemcook'/, /git realm (join|init)/],
    ],
  );
  await box.realm(['join', '../moved'], { cwd: aperture.path });
  await box.realm(['status'], { cwd: aperture.path });
});

t.test('no commits yet, and a detached HEAD', async (test) => {
  const { box, realm, aperture } = await letemcook(test);
  await aperture.git('checkout', '-q', '--detach');
  const tip = await realm.tip();
  await box.realm(['status'], { cwd: aperture.path });
  await box.realm(['sync'], { cwd: aperture.path });
  test.equal(await realm.tip(), tip, 'a detached HEAD publishes nothing else than the branch did');
  await aperture.git('checkout', '-q', 'main');

  await box.git(['init', '-q', 'unborn']);
  await box.realm(['join', realm.path], { cwd: 'unborn' });
  test.match((await box.realm(['status'], { cwd: 'unborn' })).stdout, /no commits yet/);
  await box.realm(['domain', 'create', 'fresh', '--repos', 'unborn'], { cwd: 'unborn' });
  box.write('unborn/paths.json', '["a"]');
  const source = ['export', 'paths', '--domain', 'fresh', '--source', 'paths.json', '--detector', 'data'];
  await refused(
    test,
    box,
    [realm.path],
    [['unborn', source, 128, /no commit|not published|pushed/, /commit|push/]],
  );
});

t.test('nobody: user.email is not set', async (test) => {
  const { box, realm, aperture } = await letemcook(test);
  const lone = await makeRepo(box, 'lone', { tree: { 'README.md': 'a' } });
  const nobody = { env: { GIT_CONFIG_GLOBAL: '/dev/null' } };
  const message = /user\.email is not set/;
  const hint = /git config --global user\.email/;
  await refused(
    test,
    box,
    [realm.path, aperture.path, lone.path],
    [
      [lone.path, ['join', realm.path], 128, message, hint, nobody],
      [
        aperture.path,
        ['export', 'limits', '--domain', 's3-access', '--value', '1'],
        128,
        message,
        hint,
        nobody,
      ],
      [aperture.path, ['domain', 'create', 'more', '--repos', 'aperture'], 128, message, hint, nobody],
      ['.', ['init', '--name', 'mine', '--path', 'mine'], 128, message, hint, nobody],
    ],
  );
  await box.realm(['status'], { cwd: aperture.path, ...nobody });
  await box.realm(['check'], { cwd: aperture.path, ...nobody });
});

t.test('a URL that cannot be reached, a wrong password, a repository that is missing', async (test) => {
  const box = sandbox(test);
  const { server, url } = await serveRealm(test, box);
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm', '--url', url]);
  const lone = await makeRepo(box, 'lone', { tree: { 'README.md': 'a' } });
  await box.git(['config', '--global', 'credential.http://127.0.0.1:1.helper', '']);
  const wrong = box.write(
    'home/wrong',
    readFileSync(box.path('home', '.gitconfig'), 'utf8').replace('lasagne', 'wrong'),
  );
  const join = (realm: string): string[] => ['join', realm];
  const again = /network|URL|try|again|check/i;
  await refused(
    test,
    box,
    [lone.path, box.path('realm')],
    [
      [
        lone.path,
        join('http://127.0.0.1:1/realm.git'),
        128,
        /cannot reach the realm: .*127\.0\.0\.1:1/,
        again,
      ],
      [lone.path, join('ssh://git@nowhere.invalid/realm.git'), 128, /cannot reach the realm/, again],
      [lone.path, join(`${server.url}nothing.git`), 128, /not found/, again],
      [
        lone.path,
        join(url),
        128,
        /Authentication failed|could not read/,
        /credential/,
        { env: { GIT_CONFIG_GLOBAL: wrong } },
      ],
      [lone.path, join('http://[bad'), 128, /.+/, /.*/],
      [lone.path, join('ext::sh -c date'), 128, /ext/, /.*/],
      [lone.path, join('-oProxyCommand=date'), 129, /unknown option/, /.*/],
    ],
  );
  test.equal(
    (await box.run('sh', ['-c', 'ls home/.blue/realms 2>/dev/null; true'])).stdout,
    '',
    'no half store stays',
  );
});
