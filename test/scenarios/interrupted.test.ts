import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { type GitTap, gitTap } from '../helpers/kill/kill.ts';
import { anySeed, seedOr } from '../helpers/values/seed.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { makeRepo, type Repo } from '../helpers/world/repo.ts';
import { openRealm, type RealmFiles, serveRealm } from '../helpers/world/story.ts';

const nightly = process.env.REALM_NIGHTLY !== undefined;

type Rules = NonNullable<Parameters<typeof gitTap>[0]>;

interface Provider {
  box: Sandbox;
  repo: Repo;
  /** Publishes the n-th value of `limits`; killed where the rule says so. */
  publish(n: number, rules?: Rules): Promise<GitTap>;
}

/** A repo in a domain of its own that publishes `limits` by hand: 1.0.0 is there. */
async function provider(box: Sandbox, realm: string): Promise<Provider> {
  const repo = await makeRepo(box, 'api', { tree: { 'README.md': 'api' } });
  await box.realm(['join', realm], { cwd: repo.path });
  await box.realm(['domain', 'create', 'limits', '--repos', 'api'], { cwd: repo.path });
  const publish = async (n: number, rules: Rules = {}): Promise<GitTap> => {
    const tap = gitTap({ ...rules, path: box.env.PATH ?? '' });
    const value = JSON.stringify({ queues: Array.from({ length: n + 1 }, (_, q) => `q${q}`) });
    const expect = Object.keys(rules).length === 0 ? 0 : 'any';
    const args = ['export', 'limits', '--domain', 'limits', '--value', value];
    await box.run('git-realm', args, { cwd: repo.path, env: tap.env, expect });
    return tap;
  };
  await publish(0);
  return { box, repo, publish };
}

const published = async (realm: RealmFiles): Promise<[unknown, number]> => {
  const { version, value } = await realm.yaml('domains/limits/contracts/limits.yaml');
  return [version, (value as { queues: string[] }).queues.length];
};

t.test('an append killed at any step, then run again: published once, and all is sound', async (test) => {
  const box = sandbox(test);
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm']);
  const realm = openRealm(box, box.path('realm'));
  const { publish, repo } = await provider(box, realm.path);

  const steps = (await publish(1)).log().map((args) => args.join(' '));
  const writes = steps.filter((args) => /fast-import|read-tree|update-ref/.test(args));
  test.ok(writes.some((args) => args.includes('fast-import')));
  test.ok(
    writes.some((args) => args.includes('read-tree')),
    'the work tree is brought along by git',
  );
  // By day every third of the steps, from one that the seed chooses.
  const seed = seedOr(anySeed());
  const tried = steps.map((_, at) => at).filter((at) => nightly || (at + seed) % 3 === 0);
  const rules: Rules[] = [
    ...tried.map((at): Rules => ({ killBefore: { match: steps[at] ?? '', nth: nthOf(steps, at) } })),
    ...writes.map((match): Rules => ({ killAfter: { match } })),
    { killWithin: { match: 'fast-import', bytes: 20 } },
    { killWithin: { match: 'fast-import', bytes: 400 } },
  ];

  let n = 1;
  let struck = 0;
  for (const rule of rules) {
    n += 1;
    const before = await realm.count();
    const tap = await publish(n, rule);
    if (tap.killed()) struck += 1;
    await publish(n);
    test.same(await published(realm), [`1.${n}.0`, n + 1], JSON.stringify(rule));
    test.equal(await realm.count(), before + 1, 'one commit, not two');
    test.equal(await realm.git('status', '--porcelain'), '', 'the work tree is up to date');
    test.notOk(existsSync(join(realm.path, '.git', 'realm', 'lock')), 'no lock stays');
  }
  test.ok(struck >= tried.length, `${struck} of ${rules.length} rules struck`);
  await realm.git('fsck', '--strict');
  const { stdout } = await box.realm(['status'], { cwd: repo.path });
  test.match(stdout, new RegExp(`1\\.${n}\\.0`));
});

/** How many of the steps up to this one have the same arguments. */
const nthOf = (steps: string[], at: number): number =>
  steps.slice(0, at + 1).filter((step) => step.includes(steps[at] ?? '')).length;

t.test('a push killed before, within and after it: the next run reads the remote first', async (test) => {
  const box = sandbox(test);
  const { url, realm } = await serveRealm(test, box);
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm', '--url', url]);
  const { publish } = await provider(box, url);
  const rules: Rules[] = [
    { killBefore: { match: 'push' } },
    { killAfter: { match: 'push' } },
    { killAfter: { match: 'fetch' } },
    { killAfter: { match: 'fast-import' } },
  ];
  let n = 0;
  for (const rule of rules) {
    n += 1;
    const before = await realm.count();
    const tap = await publish(n, rule);
    test.ok(tap.killed(), JSON.stringify(rule));
    await publish(n);
    await box.realm(['sync'], { cwd: 'api' });
    test.same(await published(realm), [`1.${n}.0`, n + 1]);
    test.equal(await realm.count(), before + 1, 'one commit, not two');
  }
  await realm.git('fsck', '--strict');
});

t.test(
  'many processes append at once, one of them killed: the others go on, nothing is lost',
  async (test) => {
    const box = sandbox(test);
    await box.realm(['init', '--name', 'letemcook', '--path', 'realm']);
    const realm = openRealm(box, box.path('realm'));
    const { publish, repo } = await provider(box, realm.path);
    const before = await realm.count();
    const writers = Array.from({ length: 5 }, (_, w) =>
      Promise.resolve().then(async () => {
        for (let n = 0; n < 2; n += 1) {
          const args = ['export', `own-${w}-${n}`, '--domain', 'limits', '--value', '1'];
          await box.run('git-realm', args, { cwd: repo.path });
        }
      }),
    );
    const killed = await publish(1, { killAfter: { match: 'fast-import' } });
    await Promise.all(writers);
    test.ok(killed.killed());
    test.equal(await realm.count(), before + 11, 'every append, and what the killed one had done');
    test.equal(await realm.git('status', '--porcelain'), '', 'the work tree is up to date');
    await realm.git('fsck', '--strict');
  },
);
