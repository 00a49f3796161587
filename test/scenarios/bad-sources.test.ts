import { symlinkSync, writeFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { parse, stringify } from 'yaml';
import { nameDetected } from '../helpers/world/detected.ts';
import { makeRepo, openRepo } from '../helpers/world/repo.ts';
import { templateOf } from '../helpers/world/template.ts';

const source = (key: string): string =>
  `import boto3\ns3 = boto3.client("s3")\n\n\ndef f(x):\n    s3.get_object(Bucket="data", Key=f"${key}/{x}")\n`;

/** A repository that exports `d/c` from `a.py`, in a realm beside it. */
async function world(test: Test) {
  const box = await templateOf(test, 'bad-sources', async (box) => {
    await box.realm(['init', '--name', 'acme', '--path', 'realm']);
    const repo = await makeRepo(box, 'repo', { tree: { 'a.py': source('one'), 'other.txt': '0\n' } });
    await box.realm(['join', '../realm'], { cwd: 'repo' });
    nameDetected(box.path('repo'), 'c');
    await box.realm(['domain', 'create', 'd', '--repos', 'repo,other', '--contract', 'c'], { cwd: 'repo' });
    await repo.commit('join');
    await repo.push();
  });
  const repo = openRepo(box, 'repo', box.path('remotes/repo.git'));
  const binding = 'domains/d/bindings/repo.yaml';
  return {
    box,
    repo,
    /** What a commit of everything says, and that it goes through. */
    async commit(): Promise<string> {
      await repo.git('add', '-A');
      const before = await repo.git('rev-parse', 'HEAD');
      const { stderr } = await box.git(['commit', '-qm', 'x'], { cwd: 'repo' });
      test.not(await repo.git('rev-parse', 'HEAD'), before, 'the commit goes through');
      return stderr;
    },
    status: async (): Promise<string> => {
      const ran = await box.realm(['status'], { cwd: 'repo', expect: 'any' });
      test.ok(ran.code === 0 || ran.code === 1, `status ends with ${ran.code}: ${ran.stderr}`);
      return ran.stdout + ran.stderr;
    },
    /** Somebody else's hand on this repository's export, in the realm. */
    async rewrite(change: Record<string, unknown>): Promise<void> {
      const { stdout } = await box.git(['-C', 'realm', 'show', `main:${binding}`]);
      const file = parse(stdout) as { exports: Record<string, unknown>[] };
      Object.assign(file.exports[0] ?? {}, change);
      box.write(`realm/${binding}`, stringify(file));
      await box.git(['-C', 'realm', 'commit', '-qam', 'by hand']);
    },
  };
}

t.test(
  'sources that cannot be read: a clear line with their place, and the commit goes through',
  async (test) => {
    const { repo, commit, status } = await world(test);
    const bad: Record<string, [string | Buffer, RegExp]> = {
      'a binary file': [Buffer.from([0x73, 0x33, 0, 1, 2]), /a\.py:1.*binary/],
      'invalid UTF-8': [Buffer.from([0x61, 0x0a, 0xc3, 0x28, 0x0a]), /a\.py:2.*not valid UTF-8/],
      'a minified line': [`s3.get_object(${'a,'.repeat(150_000)}b)\n`, /a\.py:1.*minified/],
      '2 MB': [Buffer.alloc(2 * 1024 * 1024, 'x = 1\n'), /a\.py:1.*2 MB is over the limit/],
      'what does not parse': [`${source('two')}x = = $ 3\n`, /a\.py:7.*does not parse/],
      'brackets without end': [`x = ${'('.repeat(30_000)}\n`, /a\.py:1.*(?:deep|parse)/],
    };
    for (const [what, [bytes, said]] of Object.entries(bad)) {
      writeFileSync(`${repo.path}/a.py`, bytes);
      test.match(await status(), said, `${what}: status`);
      test.match(await commit(), said, `${what}: commit`);
      repo.write({ 'a.py': source('one') });
      await commit();
    }
  },
);

t.test('what cannot be read is not taken away: nothing is published, and that is said', async (test) => {
  const { box, repo, commit, status } = await world(test);
  const published = async () =>
    (await box.git(['-C', 'realm', 'show', 'main:domains/d/contracts/c.yaml'])).stdout;
  const sync = () => box.realm(['sync'], { cwd: 'repo', expect: 'any' });
  const before = await published();
  const bad: Record<string, [string | Buffer, RegExp]> = {
    'a binary file': [Buffer.from([0x73, 0x33, 0, 1, 2]), /a\.py:1: .*binary/],
    'half of it': [`${source('one').slice(0, 60)}(((\n`, /a\.py:\d+: it does not parse/],
    'a folder of its name': ['', /all its source files are missing/],
  };
  for (const [what, [bytes, said]] of Object.entries(bad)) {
    if (bytes === '') await repo.git('mv', 'a.py', 'b.py');
    else writeFileSync(`${repo.path}/a.py`, bytes);
    test.match(await commit(), /with this commit d\/c 1\.0\.0 cannot be read/, what);
    await repo.push();
    const { code, stdout } = await sync();
    test.equal(code, 1, what);
    test.match(stdout, new RegExp(`not published: d/c: cannot read its sources: ${said.source}`), what);
    test.equal(await published(), before, `${what}: the contract stands as it was`);
    test.match(await status(), bytes === '' ? /source file missing/ : /d\/c 1\.0\.0: cannot be read\n/, what);
    test.match((await box.realm(['check'], { cwd: 'repo', expect: 1 })).stdout, 'd/c', what);
    repo.write({ 'a.py': source('one') });
    await commit();
    await repo.push();
    test.match(await sync(), { code: 0, stdout: 'are in sync' }, `${what}: mended`);
  }
  // What is added beside a file that cannot be read is news all the same.
  repo.write({ 'c.py': Buffer.from([0, 1]).toString('latin1'), 'd.py': source('new') });
  await commit();
  await repo.push();
  await box.realm(['export', 'c', '--source', 'c.py', '--source', 'd.py'], { cwd: 'repo' });
  test.match(await published(), /1\.1\.0[\s\S]*new\/\*/);
});

t.test('a data file that does not parse is no null', async (test) => {
  const { box, repo, commit, status } = await world(test);
  const good = '{ "read": ["a/*"], "write": ["b/*"] }\n';
  const sync = () => box.realm(['sync'], { cwd: 'repo', expect: 'any' });
  const published = async () =>
    (await box.git(['-C', 'realm', 'show', 'main:domains/d/contracts/p.yaml'])).stdout;
  repo.write({ 'paths.json': good, 'broken.json': '{\n"a": [' });
  await commit();
  await repo.push();
  const exportIt = (name: string, file: string, expect: number) =>
    box.realm(['export', name, '--domain', 'd', '--source', file, '--detector', 'data'], {
      cwd: 'repo',
      expect,
    });
  const refused = await exportIt('q', 'broken.json', 128);
  test.match(
    refused.stderr,
    'error: broken.json:2: it does not parse: close bracket expected in line 2\nhint: fix broken.json',
  );
  await exportIt('p', 'paths.json', 0);
  const before = await published();
  for (const [text, why] of [
    ['{ "read": ["a/*"],\n "write": ["b/*",] }\n', /paths\.json:2: it does not parse: value expected/],
    ['', /paths\.json:1: it does not parse: value expected/],
    ['{', /paths\.json:1: it does not parse: close brace expected/],
  ] as const) {
    repo.write({ 'paths.json': text });
    test.match(await commit(), why);
    await repo.push();
    test.match(await sync(), { code: 1, stdout: why });
    test.equal(await published(), before);
    test.match(await status(), why);
  }
  // A null that is written there is one: a breaking change, told as what it is by whoever looks.
  repo.write({ 'paths.json': 'null\n' });
  test.match(await commit(), /breaking, would be 2\.0\.0/);
  await repo.push();
  test.match((await sync()).stdout, /not published: d\/p: 'p' 2\.0\.0 would break consumers of 1\.0\.0/);
});

t.test('a source that is a link out of the repository is not followed', async (test) => {
  const { box, repo, commit, status } = await world(test);
  box.write('secret/a.py', source('stolen'));
  await repo.git('rm', '-q', 'a.py');
  symlinkSync('../secret/a.py', `${repo.path}/a.py`);
  test.match(await status(), /source a\.py is missing/);
  const said = await commit();
  test.match(
    said,
    /d\/c 1\.0\.0 cannot be read: all its source files are missing\n[\s\S]*source a\.py is missing/,
  );
  for (const text of [said, await status()]) test.notMatch(text, /stolen/);
  symlinkSync('../secret', `${repo.path}/folder`);
  const ran = await box.realm(['export', '--name', 'c', '--source', 'folder/a.py', '--json'], {
    cwd: 'repo',
    expect: 'any',
  });
  test.not(ran.code, 0);
  test.notMatch(ran.stdout + ran.stderr, /stolen/);
});

t.test('a source removed or renamed is named, with where it went', async (test) => {
  const { repo, commit, status } = await world(test);
  await repo.git('mv', 'a.py', 'b.py');
  test.match(
    await status(),
    /source a\.py is missing, renamed to b\.py: git realm export --name c --source b\.py/,
  );
  test.match(await commit(), /source a\.py is missing, renamed to b\.py: git realm export/);
  await repo.git('rm', '-q', 'b.py');
  await commit();
  test.match(await status(), /source a\.py is missing/);
});

t.test('a pathspec that matches nothing, and one that leaves the repository', async (test) => {
  const { box } = await world(test);
  const refused = async (path: string) => {
    const ran = await box.realm(['export', '--name', 'c', '--source', path], { cwd: 'repo', expect: 'any' });
    test.not(ran.code, 0, path);
    return ran.stderr;
  };
  test.match(await refused('nothing/*.py'), /nothing\/\*\.py/);
  for (const path of ['../secret/a.py', '/etc/passwd', ':(top)../x'])
    test.match(await refused(path), /outside|repository|pathspec/i, path);
});

t.test(
  'a realm by a stranger: sources outside of the repository, no such detector, endless patterns',
  async (test) => {
    const { box, repo, commit, status, rewrite } = await world(test);
    box.write('secret/a.py', source('stolen'));
    const rows: [string, Record<string, unknown>, RegExp][] = [
      ['a path that leaves the repository', { source_files: ['../secret/a.py'] }, /\.\.\/secret\/a\.py/],
      ['an absolute path', { source_files: ['/etc/passwd'] }, /\/etc\/passwd/],
      [
        'a detector that does not exist',
        { source_files: ['a.py'], extract: { detector: 's4-paths' } },
        /unknown detector 's4-paths'/,
      ],
      [
        'a pattern that backtracks for ever',
        { extract: { detector: 'pattern', pattern: '^(x|xx)+\\1y$' } },
        /too many steps over all files/,
      ],
    ];
    const plain = performance.now();
    await status();
    const usual = performance.now() - plain;
    for (const [n, [what, change, said]] of rows.entries()) {
      await rewrite(change);
      repo.write({ 'a.py': `${source(`k${n}`)}${'x'.repeat(60)}\n` });
      const from = performance.now();
      const shown = await status();
      test.match(shown, said, `${what}: status`);
      test.notMatch(shown, /stolen|root:/);
      const told = await commit();
      // a pattern that found nothing before finds nothing now: that is no news of this commit
      if (n < 3) test.match(told, said, `${what}: commit`);
      test.ok(performance.now() - from < 30_000 + 20 * usual, `${what}: in bounded time`);
    }
  },
);
