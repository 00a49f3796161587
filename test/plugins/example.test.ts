import { chmodSync, existsSync } from 'node:fs';
import t, { type Test } from 'tap';
import { extract } from '../../lib/detect/index.ts';
import type { SourceFile } from '../../lib/detect/types.ts';
import { chooseKind } from '../../lib/kinds/choose.ts';
import { kindAsked, kinds } from '../../lib/kinds/index.ts';
import { usageOf } from '../../lib/kinds/read.ts';
import type { Kind } from '../../lib/kinds/types.ts';
import { nextVersion } from '../../lib/realm/next-version.ts';
import type { Sandbox } from '../helpers/world/cli.ts';
import { allowKind, exampleProgram, openIn, withProgram } from '../helpers/world/plugin.ts';
import { makeRepo, type Repo } from '../helpers/world/repo.ts';

const file = (path: string, text: string): SourceFile => ({ path, bytes: Buffer.from(text) });
const own = file('deploy/.env.example', '# what is set\nDATABASE_URL=postgres://…\n\nexport REGION=\n');
const foreign = [
  file('openapi.yaml', 'openapi: 3.0.3\ninfo: { title: shop, version: "1" }\npaths: {}\n'),
  file('shop.graphql', 'type Query { a: String }\n'),
  file('limits.yaml', 'rate: 100\n'),
  file('store.py', 'import boto3\nboto3.client("s3").put_object(Bucket="acme", Key="a.json")\n'),
  file('notes.txt', 'A=1\n'),
  file('.env.example', ''),
  file('b/.env.example', 'A=1\nwhat is this?\n'),
];

async function example(t: Test): Promise<Kind> {
  openIn(t, withProgram(t, 'env', exampleProgram()));
  return kindAsked('env');
}

const content = (value: string[]) => ({ value, schema: { 'x-realm': { polarity: 'grant' } } });
const used = async (text: string) => usageOf(await extract('env.python', [file('app.py', text)]));

t.test('the example recognises its own files and none of the others', async (t) => {
  const kind = await example(t);
  t.match(await kind.recognise(own), { reader: 'env.example', why: 'lists environment variables' });
  for (const source of foreign) t.equal(await kind.recognise(source), null, source.path);
  t.equal(await kind.recognise({ path: '.env.example', bytes: Buffer.from([0, 1, 2]) }), null, 'binary');
  for (const other of kinds) t.equal(await other.recognise(own), null, `${other.name} leaves its file alone`);
  t.equal((await chooseKind([own])).kind.name, 'env', 'asked where no built-in kind recognises the file');
  t.equal((await chooseKind(foreign.slice(0, 1))).kind.name, 'openapi');
});

t.test('what is offered has a line for each part, and what cannot be read is a gap', async (t) => {
  await example(t);
  const found = await extract('env.example', [own]);
  t.same(found.value, ['DATABASE_URL', 'REGION']);
  t.same(
    found.parts.map(({ value, path, line }) => [value, `${path}:${line}`]),
    [
      ['DATABASE_URL', 'deploy/.env.example:2'],
      ['REGION', 'deploy/.env.example:4'],
    ],
  );
  const torn = await extract('env.example', [file('.env.example', 'A=1\n?\n')]);
  t.match(torn.unresolved, [{ line: 2, gap: true }]);
  const binary = await extract('env.example', [own, { path: 'b', bytes: Buffer.from([0, 1]) }]);
  t.match(binary.unresolved, [{ path: 'b', why: 'a binary file', gap: true }], 'never sent, and said');
});

t.test('compare is reflexive, and each change has a rule', async (t) => {
  const kind = await example(t);
  for (const value of [[], ['A'], ['A', 'B']])
    t.match(await kind.compare(content(value), content(value)), {
      verdict: { verdict: 'equal' },
      changes: [],
    });
  t.match(await kind.compare(content(['A']), content(['A', 'B'])), {
    verdict: { verdict: 'compatible' },
    changes: [{ rule: 'env/variable-added', level: 'compatible', subject: 'B' }],
  });
  t.match(await kind.compare(content(['A', 'B', 'C']), content(['D'])), {
    verdict: { verdict: 'breaking', witness: 'A', keyword: 'env/variable-removed' },
    changes: [{ subject: 'A' }, { subject: 'B' }, { subject: 'C' }, { subject: 'D' }],
  });
});

t.test(
  'the next version is by the kind, by the promises, and by what the realm says of its rules',
  async (t) => {
    await example(t);
    const old = { name: 'c', kind: 'env', version: '1.0.0', ...content(['A', 'B']) };
    const next = { schema: old.schema };
    t.match(await nextVersion(old, { ...next, value: ['A', 'B', 'C'] }), {
      breaking: false,
      version: '1.1.0',
    });
    t.match(await nextVersion(old, { ...next, value: ['A'] }), { breaking: true, version: '2.0.0' });
    const rules = { 'env/variable-removed': 'compatible' } as const;
    t.match(await nextVersion(old, { ...next, value: ['A'], rules }), { breaking: false, version: '1.1.0' });
    const both = { ...old, compatibility: { backwards: true, forwards: true } };
    t.match(await nextVersion(both, { ...next, value: ['A', 'B', 'C'] }), { breaking: true });
    t.match(await nextVersion(old, { value: ['A', 'B'], schema: {} }), { verdict: { verdict: 'unknown' } });
  },
);

t.test('cover: yes and no by what was read, unknown for all that was not', async (t) => {
  const kind = await example(t);
  const offered = content(['A', 'B']);
  const reads = 'import os\nx = os.environ["A"]\ny = os.getenv("B", "")\n';
  t.same(await kind.cover(offered, await used(reads)), { answer: 'yes', looked: 2 });
  t.match(await kind.cover(content(['A']), await used(reads)), { answer: 'no', missing: [{ subject: 'B' }] });
  for (const text of [
    'import os\nx = os.environ["A"]\ny = os.environ[name]\n',
    'import os\nx = os.environ["A"]\nprint(dict(os.environ))\n',
    'import os\nx = os.environ["A"]\ny = (\n',
    'from os import environ\nx = environ["A"]\n',
    'print("hello")\n',
    '',
  ])
    t.match(await kind.cover(offered, await used(text)), { answer: 'unknown' }, JSON.stringify(text));
});

async function world(t: Test, allow: boolean): Promise<{ box: Sandbox; shop: Repo }> {
  const box = withProgram(t, 'env', exampleProgram(), allow);
  await box.realm(['init', '--name', 'acme', '--path', 'realm']);
  const shop = await makeRepo(box, 'shop', { tree: { deploy: { '.env.example': 'A=1\nB=2\n' } } });
  await makeRepo(box, 'web', {
    tree: { 'app.py': 'import os\nx = os.environ["A"]\n', 'notes.txt': 'A B\n' },
  });
  for (const cwd of ['shop', 'web']) await box.realm(['join', '../realm', '--no-detect-exports'], { cwd });
  await box.realm(['domain', 'create', 'd', '--repos', 'shop,web'], { cwd: 'shop' });
  return { box, shop };
}

const published = async (box: Sandbox): Promise<string> =>
  (await box.git(['-C', 'realm', 'show', 'main:domains/d/contracts/variables.yaml'])).stdout;
const args = ['export', '--name', 'variables', '--domain', 'd', '--source', 'deploy/.env.example'];

t.test('a contract of the kind is published, imported, drifts and breaks like any other', async (t) => {
  const { box, shop } = await world(t, true);
  await box.realm(args, { cwd: 'shop' });
  t.match(await published(box), /^kind: env$/m);
  const take = ['import', '--contract', 'variables', '--binding', 'app.py', '--verify', 'python'];
  t.match((await box.realm(take, { cwd: 'web' })).stdout, /proved by python: app\.py covers it, 1 use read/);
  const wrong = await box.realm([...take.slice(0, -1), 'java'], { cwd: 'web', expect: 129 });
  t.match(wrong.stderr, /'java' cannot read uses of contracts of kind env[\s\S]*--verify python/);

  const commit = await (async () => {
    shop.write({ deploy: { '.env.example': 'B=2\n' } });
    await box.git(['add', '-A'], { cwd: 'shop' });
    return box.git(['commit', '-m', 'less'], { cwd: 'shop' });
  })();
  t.match(commit.stderr, /breaking[\s\S]*A is not set any more/);
  t.match(commit.stderr, /unknown for web/, 'which of its uses breaks is not claimed');
  await shop.push();
  t.match(
    (await box.realm(['check'], { cwd: 'shop', expect: 'any' })).stdout,
    /env\/variable-removed|breaking/,
  );
  const waits = await box.realm(['sync'], { cwd: 'shop', expect: 1 });
  const [, id = ''] = /git realm approve (\w+)/.exec(waits.stderr + waits.stdout) ?? [];
  await box.realm(['approve', id], { cwd: 'shop' });
  t.match(await published(box), /^version: "?2\.0\.0"?$/m);
  t.match(await published(box), /Removed A|A is not set any more|Removed "A"/);
  const check = await box.realm(['check'], { cwd: 'web' });
  t.match(check.stdout, /d\/variables is stale \(breaks in 14 days\)/);
});

t.test(
  'a kind that is not allowed is unknown, with the command to type, and its program never runs',
  async (t) => {
    const { box, shop } = await world(t, true);
    await box.realm(args, { cwd: 'shop' });
    const marker = box.path('tmp', 'ran');
    box.write('programs/git-realm-kind-env', `#!/bin/sh\ntouch '${marker}'\nexit 1\n`, 0o755);
    box.write(
      'home/.gitconfig',
      '[user]\n\tname = Eric\n\temail = eric@example.com\n[init]\n\tdefaultBranch = main\n',
    );
    // A repository and a realm say it: that does not count.
    for (const cwd of ['shop', 'web', 'realm'])
      await box.git(['config', '--add', 'realm.allowKind', 'env'], { cwd });

    const says = /git config --global --add realm\.allowKind env/;
    const before = (await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout;
    const take = ['import', '--contract', 'variables', '--binding', 'app.py'];
    const asked = await box.realm([...take, '--verify', 'python'], { cwd: 'web', expect: 128 });
    t.match(asked.stderr, says);
    for (const more of [
      ['--kind', 'env'],
      ['--detector', 'env.example'],
    ]) {
      const words = ['export', '--name', 'other', '--domain', 'd', '--source', 'deploy', ...more];
      t.match((await box.realm(words, { cwd: 'shop', expect: 128 })).stderr, says, more.join(' '));
    }
    t.equal((await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout, before, 'the realm is as it was');

    await shop.commit('more', { deploy: { '.env.example': 'A=1\nB=2\nC=3\n' } });
    await shop.push();
    const status = await box.realm(['status'], { cwd: 'shop', expect: 'any' });
    t.match(status.stdout + status.stderr, /git-realm-kind-env, which is not allowed/);
    await box.realm(['sync'], { cwd: 'shop', expect: 'any' });
    t.equal(
      (await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout,
      before,
      'nothing of it is published',
    );
    const imported = await box.realm(take, { cwd: 'web' });
    t.match(imported.stdout, /git-realm-kind-env, which is not allowed/, 'the import is not proved');
    t.notOk(existsSync(marker), 'it never ran');

    allowKind(box, 'env');
    await box.realm([...args.slice(0, 2), 'other', ...args.slice(3), '--kind', 'env'], {
      cwd: 'shop',
      expect: 128,
    });
    t.ok(existsSync(marker), 'and it would have left its mark');
  },
);

t.test('a server runs no program that its own user does not allow', async (t) => {
  const { box, shop } = await world(t, true);
  await box.realm(args, { cwd: 'shop' });
  const old = (await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout.trim();
  await shop.commit('more', { deploy: { '.env.example': 'A=1\nB=2\nC=3\n' } });
  await shop.push();
  await box.realm(['sync'], { cwd: 'shop' });
  t.match(await published(box), /^version: "?1\.1\.0"?$/m, 'compatible, where the kind is known');
  const verify = ['verify', '--user', 'eric@example.com', old, 'main'];
  await box.realm(verify, { cwd: 'realm' });

  const marker = box.path('tmp', 'ran');
  box.write('programs/git-realm-kind-env', `#!/bin/sh\ntouch '${marker}'\nexit 1\n`, 0o755);
  box.write('home/.gitconfig', '[user]\n\tname = Eric\n\temail = eric@example.com\n');
  await box.git(['config', 'realm.allowKind', 'env'], { cwd: 'realm' });
  const refused = await box.realm(verify, { cwd: 'realm', expect: 1 });
  t.match(refused.stdout + refused.stderr, /git-realm-kind-env, which is not allowed/);
  t.notOk(existsSync(marker), 'it never ran');
});

t.test(
  'a commit goes on where the program hangs, and shows what it prints on lines of its own',
  async (t) => {
    const { box, shop } = await world(t, true);
    await box.realm(args, { cwd: 'shop' });
    const loud = exampleProgram().replace(
      'name + " is not set any more"',
      'name + " \\x1b[2J\\u202e\\n::error::gone"',
    );
    box.write('programs/git-realm-kind-env', loud, 0o755);
    const commit = async (text: string) => {
      shop.write({ deploy: { '.env.example': text } });
      await box.git(['add', '-A'], { cwd: 'shop' });
      return (await box.git(['commit', '-m', 'more'], { cwd: 'shop' })).stderr;
    };
    const shown = await commit('B=2\n');
    t.match(shown, /A \\x1b\[2J\\u202e\\n/);
    t.notMatch(shown, /\x1b|\u202e|^::error/m);

    allowKind(box, 'env', 2);
    box.write('programs/git-realm-kind-env', '#!/bin/sh\nexec sleep 1000\n', 0o755);
    t.match(await commit('A=1\n'), /git-realm-kind-env did not answer 'describe' within 2 s/);
    t.equal(await shop.git('log', '-1', '--format=%s'), 'more');
  },
);

t.test('nothing is left of a program when the command ends', async (t) => {
  const { box } = await world(t, true);
  const text = exampleProgram().replace(
    'for line in sys.stdin:',
    `import os, subprocess
subprocess.Popen(["sh", "-c", "while sleep 0.1; do echo > $TMPDIR/alive; done"])
for line in iter(sys.stdin.readline, None):`,
  );
  box.write('programs/git-realm-kind-env', text, 0o755);
  await box.realm(args, { cwd: 'shop' });
  await box.run('rm', ['-f', box.path('tmp', 'alive')]);
  await new Promise((done) => setTimeout(done, 1000));
  t.notOk(existsSync(box.path('tmp', 'alive')));
});

t.test('a program in the repository is never found', async (t) => {
  const { box } = await world(t, true);
  const marker = box.path('tmp', 'ran');
  const text = `#!/bin/sh\ntouch '${marker}'\nexit 1\n`;
  box.write('shop/git-realm-kind-here', text, 0o755);
  box.write('shop/bin/git-realm-kind-here', text, 0o755);
  allowKind(box, 'here');
  const words = ['export', '--name', 'c', '--domain', 'd', '--source', 'deploy', '--kind', 'here'];
  for (const [what, entry] of [
    ['the current directory', '.'],
    ['an empty entry', ''],
    ['a relative entry', 'bin'],
    ['an absolute entry in the repository', box.path('shop', 'bin')],
  ] as const) {
    const PATH = `${entry}:${box.env.PATH}`;
    const done = await box.realm(words, { cwd: 'shop', env: { PATH }, expect: 128 });
    t.match(done.stderr, /needs the program git-realm-kind-here/, what);
  }
  await box.run('ln', [
    '-s',
    box.path('shop', 'bin', 'git-realm-kind-here'),
    box.path('programs', 'git-realm-kind-here'),
  ]);
  t.match((await box.realm(words, { cwd: 'shop', expect: 128 })).stderr, /is a link into this repository/);
  chmodSync(box.path('programs', 'git-realm-kind-env'), 0o644);
  t.match(
    (await box.realm([...words.slice(0, -1), 'env'], { cwd: 'shop', expect: 128 })).stderr,
    /needs the program git-realm-kind-env/,
    'nor a file that is no program',
  );
  t.notOk(existsSync(marker));
});
