import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { cloneRepo } from '../helpers/world/repo.ts';
import { complaint, fingerprint, letemcook, type World, writerOf } from '../helpers/world/story.ts';

const branch = 'feat/metrics';
const tracking = 'worktrees/feat-metrics.yaml';

interface Change extends World {
  a: string;
  f: string;
}

/** The story's two repos with a change set of one branch. */
async function started(test: Parameters<typeof letemcook>[0]): Promise<Change> {
  const world = await letemcook(test);
  const { box, aperture, fungal } = world;
  await box.realm(['worktree', '--rfc', 'metrics'], { cwd: aperture.path });
  return {
    ...world,
    a: join(aperture.path, '.worktrees', 'feat-metrics'),
    f: join(fungal.path, '.worktrees', 'feat-metrics'),
  };
}

const NEW_GRANT = 'f"{BUCKET_ARN}/jobs/*/*/manifest.json", f"{BUCKET_ARN}/metrics/*"';

t.test('a new need over both: linked, consumer first, and safe to pause between', async (test) => {
  const { box, realm, aperture, fungal, a, f } = await started(test);
  // As `git clone` leaves it, and `git fetch` since 2.48: the default branch is known by the name of HEAD too.
  await aperture.git('remote', 'set-head', 'origin', 'main');
  test.equal(await aperture.git('rev-parse', branch), await aperture.git('rev-parse', 'origin/main'));
  box.write(
    join(a, 'models/training/s3_paths.py'),
    `${aperture.read('models/training/s3_paths.py')}\n\n${writerOf('metrics').replace(/^from.*\n+/, '')}`,
  );
  const stack = fungal.read('cdk/training_tools_access_stack.py');
  box.write(
    join(f, 'cdk/training_tools_access_stack.py'),
    stack.replace('f"{BUCKET_ARN}/jobs/*/*/manifest.json"', NEW_GRANT),
  );
  await box.realm(['commit', '-m', 'feat: metrics'], { cwd: a });
  const ca = await aperture.git('rev-parse', branch);
  const cf = await fungal.git('rev-parse', branch);
  test.match(await aperture.git('notes', '--ref', 'refs/notes/realm', 'show', ca), `"commit":"${cf}"`);
  test.match(await fungal.git('notes', '--ref', 'refs/notes/realm', 'show', cf), `"commit":"${ca}"`);
  const trailers = ['log', '-1', '--format=%(trailers:key=Realm-Change,valueonly)', branch];
  test.equal(await aperture.git(...trailers), await fungal.git(...trailers), 'one change, one id');
  test.match(await realm.yaml(tracking), {
    name: branch,
    source_rfc: 'aperture:metrics',
    domains: ['s3-access'],
    repos: [
      { name: 'aperture', commits: 1 },
      { name: 'fungal-image-analysis', commits: 1 },
    ],
    coordination: { commits: [{ linked: true, aperture: ca, 'fungal-image-analysis': cf }] },
  });

  await box.realm(['push'], { cwd: a });
  for (const [repo, oid] of [
    [aperture, ca],
    [fungal, cf],
  ] as const) {
    const remote = await box.git([
      '-C',
      repo.remote ?? '',
      'for-each-ref',
      '--format=%(refname) %(objectname)',
    ]);
    test.match(remote.stdout, `refs/heads/${branch} ${oid}`);
    test.match(remote.stdout, 'refs/notes/realm', 'the notes travel with it');
  }
  test.match((await box.realm(['push'], { cwd: a })).stdout, /aperture: up to date/);

  const { pulls } = (await box.realm(['pr', '--title', 'metrics', '--json'], { cwd: a })).json() as {
    pulls: { repo: string; blockedBy: string[] }[];
  };
  test.same(
    pulls.map((pull) => [pull.repo, pull.blockedBy]),
    [
      ['fungal-image-analysis', []],
      ['aperture', ['fungal-image-analysis#1']],
    ],
  );
  const record = await realm.yaml('forge/aperture/pulls/1.yaml');
  test.match(record, {
    number: 1,
    title: 'metrics',
    state: 'open',
    head: branch,
    base: 'main',
    head_sha: ca,
  });
  test.match(
    String(record.body),
    /<!-- git-realm:begin -->[\s\S]*fungal-image-analysis#1[\s\S]*<!-- git-realm:end -->/,
  );

  const before = await realm.tip();
  await box.realm(['pr', '--title', 'metrics'], { cwd: a });
  test.equal(await realm.tip(), before, 'run again it changes nothing at all');
  test.match((await box.realm(['pr', 'status'], { cwd: a })).stdout, /safe to stop here/);

  await box.realm(['pr', 'merge'], { cwd: a });
  const merged = async (repo: typeof aperture, oid: string) =>
    box.git(['-C', repo.remote ?? '', 'merge-base', '--is-ancestor', oid, 'main']);
  await merged(aperture, ca);
  await merged(fungal, cf);
  const seconds = async (repo: typeof aperture): Promise<number> =>
    Number((await box.git(['-C', repo.remote ?? '', 'log', '-1', '--format=%ct', 'main'])).stdout);
  test.ok((await seconds(fungal)) <= (await seconds(aperture)));
  const done = await realm.yaml('forge/aperture/pulls/1.yaml');
  test.match(done, { state: 'merged', head_sha: ca });
  test.match(String(done.body), /\*\*aperture\*\* .* merged/);
  test.notMatch(String(done.body), /will need|does not cover/, 'why it waited is over');
  const again = await realm.tip();
  await box.realm(['pr', 'merge'], { cwd: a });
  test.equal(await realm.tip(), again, 'merging again does nothing');

  await box.realm(['worktree', 'remove', branch], { cwd: aperture.path });
  for (const [repo, path] of [
    [aperture, a],
    [fungal, f],
  ] as const) {
    test.notOk(existsSync(path));
    test.equal(await repo.git('for-each-ref', `refs/heads/${branch}`), '');
    test.equal(await repo.git('status', '--porcelain'), '');
  }
  await realm.git('fsck', '--strict');
});

t.test('a mixed change is not merged, and it is said how to split it', async (test) => {
  const { box, aperture, fungal, a, f } = await started(test);
  const swap = (text: string) => text.replaceAll('masks', 'layers');
  box.write(join(a, 'models/training/s3_paths.py'), swap(aperture.read('models/training/s3_paths.py')));
  box.write(
    join(f, 'cdk/training_tools_access_stack.py'),
    swap(fungal.read('cdk/training_tools_access_stack.py')),
  );
  await box.realm(['commit', '-m', 'layers'], { cwd: a });
  await box.realm(['push'], { cwd: a });
  test.match((await box.realm(['pr'], { cwd: a })).stdout, /no order is safe.*1\. expand/s);
  const main = await box.git(['-C', fungal.remote ?? '', 'rev-parse', 'main']);
  const refused = await box.realm(['pr', 'merge'], { cwd: a, expect: 1 });
  test.match(complaint(refused), {
    message: /no order is safe after every step/,
    hint: /split it into three/,
  });
  test.equal((await box.git(['-C', fungal.remote ?? '', 'rev-parse', 'main'])).stdout, main.stdout);
});

t.test('links survive an amend, and only what we pushed is replaced', async (test) => {
  const { box, realm, aperture, fungal, a, f } = await started(test);
  box.write(join(a, 'one.txt'), '1');
  box.write(join(f, 'one.txt'), '1');
  const made = (await box.realm(['commit', '-m', 'one', '--json'], { cwd: f })).json();
  await box.realm(['push'], { cwd: a });
  const changeId = await fungal.git('log', '-1', '--format=%(trailers:key=Realm-Change,valueonly)', branch);
  test.match(made, { change: changeId.trim(), commits: [{ oid: String }, { oid: String }] });
  await box.git([
    '-C',
    a,
    'commit',
    '-q',
    '--amend',
    '-m',
    `other words\n\nRealm-Change: ${changeId.trim()}`,
  ]);
  const amended = await aperture.git('rev-parse', branch);
  await box.realm(['push'], { cwd: a });
  const cf = await fungal.git('rev-parse', branch);
  test.equal((await box.git(['-C', aperture.remote ?? '', 'rev-parse', branch])).stdout.trim(), amended);
  test.match(await aperture.git('notes', '--ref', 'refs/notes/realm', 'show', amended), cf);
  test.match(await fungal.git('notes', '--ref', 'refs/notes/realm', 'show', cf), amended);
  test.match(await realm.yaml(tracking), { coordination: { commits: [{ aperture: amended }] } });

  const other = await cloneRepo(box, aperture.remote ?? '', 'colleague');
  await other.git('switch', '-q', branch);
  const theirs = await other.commit('theirs', { 'two.txt': '2' });
  await other.push();
  await box.git(['-C', a, 'commit', '-q', '--amend', '-m', `again\n\nRealm-Change: ${changeId.trim()}`]);
  await box.git(['-C', a, 'fetch', '-q']);
  const refused = await box.realm(['push'], { cwd: a, expect: 128 });
  test.match(complaint(refused).message, /commits that are missing here/);
  test.equal((await box.git(['-C', aperture.remote ?? '', 'rev-parse', branch])).stdout.trim(), theirs);
});

t.test('what stands in the way in one repo is found before anything is written in any', async (test) => {
  const { box, realm, aperture, fungal, a, f } = await started(test);
  const whole = () => fingerprint(box, realm.path, aperture.path, fungal.path);
  const refuses = async (args: string[], code: number, words: RegExp, cwd = a) => {
    const before = await whole();
    const ran = await box.realm(args, { cwd, expect: code });
    test.match(ran.stderr, words);
    test.match(ran.stderr, /^hint: /m, 'and says what to do');
    test.equal(await whole(), before, `${args.join(' ')}: nothing was changed`);
  };
  await refuses(['commit', '-m', 'x'], 1, /has changes/);
  box.write(join(aperture.path, 'stray.txt'), 'x');
  await refuses(['commit', '-m', 'x'], 1, /not a worktree of/);
  await box.run('rm', [join(aperture.path, 'stray.txt')]);
  await refuses(['push'], 1, /no commits yet/);
  await refuses(['pr'], 1, /no commits yet/);
  await refuses(['pr', 'merge'], 1, /no pull requests yet/);
  box.write(join(a, 'x.txt'), 'x');
  box.write(join(f, 'x.txt'), 'x');
  box.write(join(fungal.path, '.git/hooks/commit-msg'), '#!/bin/sh\necho "no ticket" >&2\nexit 1\n', 0o755);
  await refuses(['commit', '-m', 'x'], 128, /fungal-image-analysis: its commit-msg hook rejected.*no ticket/);
  await box.run('rm', [join(fungal.path, '.git/hooks/commit-msg')]);
  await box.git(['-C', f, 'switch', '-qc', 'side']);
  await box.git(['-C', f, 'switch', '-q', branch]);
  await refuses(['commit', '-m', 'x', '--repos', 'aperture,nobody'], 128, /nobody: not in change set/);
  await refuses(['worktree'], 129, /specify a title or a branch/);
  await refuses(['worktree', '--branch', '..'], 129, /not a valid branch name/);
  await refuses(['worktree', '--branch', 'main'], 128, /is its default branch/);
  await fungal.git('branch', 'other');
  const tree = await fungal.git('commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'work');
  await fungal.git('update-ref', 'refs/heads/other', tree);
  await refuses(['worktree', '--branch', 'other'], 128, /'other' already exists here with other commits/);
  // One repo refuses while it commits: the same command again finishes the same change.
  const hook = join(fungal.path, '.git/hooks/pre-commit');
  const ours = readFileSync(hook, 'utf8');
  box.write(hook, '#!/bin/sh\nexit 1\n', 0o755);
  const half = (await box.realm(['commit', '-m', 'x', '--json'], { cwd: a, expect: 1 })).json();
  test.match(half, { change: /^I[0-9a-f]{20,}$/, commits: [{ oid: String }, { oid: null }] });
  box.write(hook, ours, 0o755);
  const again = (await box.realm(['commit', '-m', 'x', '--json'], { cwd: a })).json();
  test.match(again, {
    change: (half as { change: string }).change,
    commits: [{ oid: String }, { oid: String }],
  });
  await refuses(['pr'], 128, /is not on its remote/);
});

t.test('a repo that is not on this machine: said how to add it, nothing written', async (test) => {
  const { box, realm, aperture, fungal } = await letemcook(test);
  const index = box.path('home', '.blue', 'index.yaml');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(index, readFileSync(index, 'utf8').replace(/,? *fungal-image-analysis: [^,}\n]+/, ''));
  const before = await fingerprint(box, realm.path, aperture.path, fungal.path);
  const ran = await box.realm(['worktree', '--rfc', 'metrics'], { cwd: aperture.path, expect: 128 });
  test.match(complaint(ran), {
    message: /no checkout of 'fungal-image-analysis' on this machine/,
    hint: /git realm checkout add fungal-image-analysis/,
  });
  test.equal(await fingerprint(box, realm.path, aperture.path, fungal.path), before);
});
