import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t, { type Test } from 'tap';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { aperture, fungal, joinBoth, letemcook } from '../helpers/world/story.ts';

const MISSING = 'a'.repeat(40);
const MALLORY = 'Mallory <mallory@example.com> 1767300000 +0000';

/** What only a broken disk, an old program or a hostile person leaves in a realm: objects of all kinds, and refs to them. */
async function plant(box: Sandbox, gitDir: string) {
  const git = async (input: string, ...args: string[]) =>
    (await box.git([`--git-dir=${gitDir}`, ...args], { input })).stdout.trim();
  const object = (type: string, text: string) =>
    git(text, 'hash-object', '-t', type, '-w', '--stdin', '--literally');
  const blob = await object('blob', 'junk');
  const tree = await git(`100644 blob ${blob}\tjunk\n`, 'mktree');
  const main = await git('', 'rev-parse', 'main');
  const commit = (tree: string, parents: readonly string[], message = 'proposal: junk\n') =>
    object(
      'commit',
      `tree ${tree}\n${parents.map((parent) => `parent ${parent}\n`).join('')}author ${MALLORY}\ncommitter ${MALLORY}\n\n${message}`,
    );
  const junk = await commit(tree, []);
  const tag = await git(`object ${junk}\ntype commit\ntag v\ntagger ${MALLORY}\n\nx\n`, 'mktag');
  const binary = await object('blob', '\0\xff\xfe');
  const notes = await git(
    [`100644 blob ${binary}\t${main}`, `100644 blob ${MISSING}\t${junk}`].join('\n'),
    'mktree',
    '--missing',
  );
  return {
    write(ref: string, text: string) {
      mkdirSync(dirname(join(gitDir, ref)), { recursive: true });
      writeFileSync(join(gitDir, ref), `${text}\n`);
    },
    objects: {
      blob,
      tree,
      tag,
      junk,
      'a commit without its tree': await commit(MISSING, [main]),
      'a commit without its parent': await commit(tree, [MISSING]),
      'a commit on two': await commit(tree, [main, junk]),
      'no commit at all': await object('commit', 'garbage'),
      missing: MISSING,
    },
    badNotes: await commit(notes, []),
  };
}

const proposals = 'refs/realm/proposals/';
/** By name of the ref, what it holds and who is named for it. */
const kinds: Record<string, [holds: string, by: RegExp]> = {
  [`${proposals}dead1`]: ['missing', /its author is unknown/],
  [`${proposals}dead2`]: ['junk', /author is 'mallory@example\.com'/],
  [`${proposals}dead3`]: ['blob', /its author is unknown/],
  [`${proposals}dead4`]: ['tree', /its author is unknown/],
  [`${proposals}dead5`]: ['tag', /author is 'mallory@example\.com'/],
  [`${proposals}dead6`]: ['a commit without its tree', /author is 'mallory@example\.com'/],
  [`${proposals}dead7`]: ['a commit without its parent', /author is 'mallory@example\.com'/],
  [`${proposals}dead8`]: ['no commit at all', /its author is unknown/],
  [`${proposals}dead9`]: ['a commit on two', /author is 'mallory@example\.com'/],
  [`${proposals}a/b`]: ['junk', /author is 'mallory@example\.com'/],
  'refs/realm/ops/dead1': ['missing', /its author is unknown/],
  'refs/realm/ops/dead2': ['junk', /author is 'mallory@example\.com'/],
  'refs/realm/ops/dead3': ['blob', /its author is unknown/],
  'refs/realm/drafts/aperture/x/main': ['missing', /its author is unknown/],
  'refs/realm/drafts/aperture/x/other': ['blob', /its author is unknown/],
};

/** Each command, its exit status in a realm without any of this, and whether it looks at proposals or journals. */
const commands: [words: string[], looksAt: RegExp | null][] = [
  [['status'], null],
  [['check'], null],
  [['proposals'], /proposals/],
  [['log'], null],
  [['log', 's3-access/s3-permissions'], /proposals/],
  [['inbox'], null],
  [['list'], null],
  [['graph'], null],
  [['report', '--output', '../report.html'], null],
  [['diff', 's3-access/s3-permissions'], null],
  [['domain', 'show', 's3-access'], null],
  [['fetch'], null],
  [['sync'], /proposals/],
];

async function codes(box: Sandbox) {
  const all: { code: number; said: string }[] = [];
  for (const [words] of commands) {
    const ran = await box.realm(words, { cwd: 'aperture', expect: 'any' });
    all.push({ code: ran.code, said: ran.stderr });
  }
  return all;
}

t.test(
  'a realm with bad refs of every kind stays usable, names each once, and doctor drops them',
  async (t) => {
    const { box, realm } = await letemcook(t);
    const gitDir = join(realm.path, '.git');
    const before = await codes(box);
    const refs = await realm.git('for-each-ref');
    const { write, objects } = await plant(box, gitDir);
    for (const [ref, [holds]] of Object.entries(kinds))
      write(ref, (objects as Record<string, string>)[holds] ?? '');
    write(`${proposals}unreadable`, 'not an oid');

    for (const [n, { code, said }] of (await codes(box)).entries()) {
      const [words = [], looksAt] = commands[n] ?? [];
      t.equal(code, before[n]?.code, `${words.join(' ')}: ${said}`);
      const errors = (text = '') => text.split('\n').filter((line) => /^(?:error|fatal|bug):/.test(line));
      t.same(errors(said), errors(before[n]?.said), words.join(' '));
      if (looksAt === null || looksAt === undefined) continue;
      for (const [ref, [, by]] of Object.entries(kinds)) {
        if (!looksAt.test(ref)) continue;
        const lines = said.split('\n').filter((line) => line.startsWith(`warning: skipped '${ref}'`));
        t.equal(lines.length, 1, `${words.join(' ')} names ${ref} once`);
        t.match(lines[0], by, `${words.join(' ')}: ${ref}`);
      }
    }

    // A change of one's own, a proposal, and a repository that joins.
    const made = await box.realm(['export', 'limits', '--domain', 's3-access', '--value', '{"rate": 1}'], {
      cwd: 'aperture',
    });
    t.match(made.stderr + made.stdout, /limits/);
    await makeRepo(box, 'third', { tree: { 'a.txt': 'a\n' } });
    await box.realm(['join', realm.path], { cwd: 'third' });
    t.ok(await realm.git('show', 'main:repos/third.yaml'));

    const found = await box.realm(['doctor', '--json'], { cwd: 'aperture', expect: 'any' });
    const { findings } = found.json() as { findings: { id: string; message: string; mend: string | null }[] };
    for (const [ref, [, by]] of Object.entries(kinds)) {
      const finding = findings.find(
        ({ id, message }) => id === 'bad-item' && message.startsWith(`'${ref}' is skipped: `),
      );
      t.match(finding, { mend: 'remove this ref' }, ref);
      t.match(finding?.message, by);
    }
    t.ok(
      findings.some(({ message }) =>
        message.startsWith(`'${proposals}unreadable' is skipped: git cannot read`),
      ),
    );
    await box.realm(['doctor', '--fix'], { cwd: 'aperture', expect: 'any' });
    const left = (await realm.git('for-each-ref', 'refs/realm/', 'refs/notes/'))
      .split('\n')
      .map((line) => line.split('\t')[1]);
    for (const ref of Object.keys(kinds)) t.notOk(left.includes(ref), `${ref} is gone`);
    for (const line of refs.split('\n')) {
      const [, ref = ''] = line.split('\t');
      if (/^refs\/(?:realm|notes)\//.test(ref)) t.ok(left.includes(ref), `${ref} is not`);
    }
    t.match((await box.realm(['doctor'], { cwd: 'aperture' })).stdout, /^healthy/);
  },
);

t.test('notes that are none, or cannot be read, are no reason to stop, and count for nothing', async (t) => {
  const { box, realm } = await letemcook(t);
  const gitDir = join(realm.path, '.git');
  const before = await codes(box);
  const { write, objects, badNotes } = await plant(box, gitDir);
  const ways: [string, string][] = [
    ['blob', objects.blob],
    ['tree', objects.tree],
    ['tag', objects.tag],
    ['missing', MISSING],
    ['notes that are binary, or gone', badNotes],
  ];
  for (const [what, oid] of ways) {
    write('refs/notes/realm', oid);
    for (const words of [['status'], ['proposals'], ['sync'], ['log', 's3-access/s3-permissions']]) {
      const n = commands.findIndex(([list]) => list.join(' ') === words.join(' '));
      const ran = await box.realm(words, { cwd: 'aperture', expect: 'any' });
      t.equal(ran.code, before[n]?.code, `${what}: ${words.join(' ')}: ${ran.stderr}`);
      t.notMatch(ran.stderr, /^(?:error|fatal|bug):/m);
    }
    const looked = await box.realm(['doctor'], { cwd: 'aperture', expect: 'any' });
    if (what !== 'tag')
      t.match(looked.stdout, /'refs\/notes\/realm' is skipped|its records are ignored/, what);
    await box.realm(['doctor', '--fix'], { cwd: 'aperture', expect: 'any' });
    const after = await box.realm(['doctor'], { cwd: 'aperture', expect: 'any' });
    t.notMatch(after.stdout, /its records are ignored|'refs\/notes\/realm' is skipped/, `${what}: dropped`);
  }
});

t.test(
  'junk on the server is not taken over, and doctor says who can remove it, and how',
  async (t: Test) => {
    const { box } = await remoteWorld(t);
    await box.git(['init', '-q', 'evil']);
    const evil = { GIT_AUTHOR_EMAIL: 'mallory@example.com', GIT_COMMITTER_EMAIL: 'mallory@example.com' };
    await box.git(['commit', '-q', '--allow-empty', '-m', 'junk'], { cwd: 'evil', env: evil });
    const blob = (await box.git(['hash-object', '-w', '--stdin'], { cwd: 'evil', input: 'x' })).stdout.trim();
    const pushed = [
      'HEAD:refs/realm/proposals/deadbeef',
      `${blob}:refs/realm/proposals/feed`,
      'HEAD:refs/realm/ops/beef',
    ];
    await box.git(['push', '-q', box.path('realm.git'), ...pushed], { cwd: 'evil' });
    const server = (await box.git(['for-each-ref'], { cwd: 'realm.git' })).stdout;
    for (const words of [['fetch'], ['proposals'], ['sync'], ['status']]) {
      const ran = await box.realm(words, { cwd: 'aperture', expect: 'any' });
      t.equal(ran.code, 0, `${words.join(' ')}: ${ran.stderr}`);
      if (words[0] !== 'fetch') continue;
      t.match(
        ran.stderr,
        /skipped 'refs\/realm-remotes\/origin\/proposals\/deadbeef'.*author is 'mallory@example\.com'/,
      );
      t.match(
        ran.stderr,
        /skipped 'refs\/realm-remotes\/origin\/proposals\/feed': it is a blob, not a commit/,
      );
      t.match(ran.stderr, /skipped 'refs\/realm-remotes\/origin\/ops\/beef': it does not contain a journal/);
    }
    await box.realm(['export', 'limits', '--domain', 's3-access', '--value', '{"rate": 1}'], {
      cwd: 'aperture',
    });
    const looked = await box.realm(['doctor', '--json'], { cwd: 'aperture', expect: 'any' });
    const { findings } = looked.json() as {
      findings: { id: string; message: string; hint?: string; mend: string | null }[];
    };
    const bad = findings.filter(({ id }) => id.startsWith('bad-item'));
    t.match(
      bad.map(({ id }) => id),
      ['bad-item-remote', 'bad-item-remote', 'bad-item-remote'],
    );
    t.match(
      bad.find(({ message }) => message.includes('proposals/deadbeef')),
      {
        message: /author is 'mallory@example\.com'/,
        hint: /push origin --delete refs\/realm\/proposals\/deadbeef$/,
        mend: null,
      },
    );
    await box.realm(['doctor', '--fix'], { cwd: 'aperture', expect: 'any' });
    const after = (await box.git(['for-each-ref'], { cwd: 'realm.git' })).stdout.split('\n');
    for (const line of server.split('\n').filter((row) => /proposals|ops/.test(row)))
      t.ok(after.includes(line), `untouched on the server: ${line}`);
  },
);

/** The two repositories in a realm that a server has, each with the clone of it that both share. */
async function remoteWorld(t: Test) {
  const box = sandbox(t);
  const url = `file://${box.path('realm.git')}`;
  await box.git(['init', '-q', '--bare', 'realm.git']);
  await box.realm(['init', '--name', 'letemcook', '--path', 'seed', '--url', url]);
  const provider = await makeRepo(box, 'aperture', { tree: aperture });
  const consumer = await makeRepo(box, 'fungal-image-analysis', { tree: fungal });
  await joinBoth(box, provider, consumer, url);
  return { box };
}
