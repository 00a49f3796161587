import t, { type Test } from 'tap';
import type { RunOptions, Sandbox } from '../helpers/world/cli.ts';
import { doctor, ids } from '../helpers/world/doctor.ts';
import { cloneRepo, makeRepo, openRepo } from '../helpers/world/repo.ts';
import { aperture, fungal, joinBoth, openRealm, writerOf } from '../helpers/world/story.ts';
import { templateOf } from '../helpers/world/template.ts';

/** A realm behind a URL with eric for an approver, and dora, who maintains the consumer, with a home of her own. */
async function hub(t: Test) {
  const doraIn = (box: Sandbox) => {
    const env = {
      GIT_REALM_HOME: box.path('dora/.blue'),
      GIT_COMMITTER_EMAIL: 'dora@example.com',
      GIT_AUTHOR_EMAIL: 'dora@example.com',
    };
    return (args: string[], options: RunOptions = {}) =>
      box.realm(args, { cwd: 'dora/fungal-image-analysis', env, ...options });
  };
  const box = await templateOf(t, 'rewrite', async (box) => {
    const url = `file://${box.path('hub.git')}`;
    await box.git(['init', '-q', '--bare', 'hub.git']);
    await box.realm(['init', '--name', 'letemcook', '--path', 'seed', '--url', url]);
    const provider = await makeRepo(box, 'aperture', { tree: aperture });
    const consumer = await makeRepo(box, 'fungal-image-analysis', { tree: fungal });
    await joinBoth(box, provider, consumer, url);
    await cloneRepo(box, consumer.remote ?? '', 'dora/fungal-image-analysis');
    await doraIn(box)(['join']);
  });
  const url = `file://${box.path('hub.git')}`;
  const provider = openRepo(box, 'aperture', box.path('remotes/aperture.git'));
  const dora = doraIn(box);
  const realm = openRealm(box, box.path('hub.git'));
  const store = openRealm(box, box.path('home/.blue/realms/letemcook'));
  const eric = (args: string[], options: RunOptions = {}) =>
    box.realm(args, { cwd: provider.path, ...options });
  /** Every commit of the realm becomes another one. */
  const rewrite = async () => {
    await box.git(['clone', '-q', 'hub.git', 'attacker']);
    const filter = ['filter-branch', '-f', '--msg-filter', 'cat; echo; echo rewritten', '--', 'main'];
    await box.git(filter, { cwd: 'attacker', env: { FILTER_BRANCH_SQUELCH_WARNING: '1' } });
    await box.git(['push', '-q', '--force'], { cwd: 'attacker' });
    return realm.tip();
  };
  return { box, realm, store, provider, eric, dora, rewrite, url };
}

const ALARM =
  /the realm's history was rewritten: [0-9a-f]{12} was published, and its remote's main branch \(now/;

t.test('a realm that was rewritten is not followed, and nothing goes there', async (t) => {
  const { box, realm, store, provider, eric, rewrite } = await hub(t);
  await eric(['sync']);
  const known = await store.tip();
  const now = await rewrite();
  const fetched = await eric(['fetch'], { expect: 1 });
  t.match(fetched.stdout, ALARM);
  t.match(fetched.stdout, 'git realm fetch --accept-rewrite');
  t.match((await eric(['status'])).stdout, new RegExp(`^${ALARM.source}`), 'the first line of status');
  t.match((await eric(['status', '--json'])).json(), { rewritten: { known, there: now } });
  t.match((await eric(['check', '--json'], { expect: 1 })).json(), { findings: [{ id: 'realm-rewritten' }] });
  t.match((await eric(['graph'])).stderr, ALARM);
  t.same(ids((await doctor(box, 'aperture', 1)).findings), ['realm-rewritten']);

  provider.write({
    models: {
      training: {
        's3_paths.py': `${provider.read('models/training/s3_paths.py')}\n\n${writerOf('metrics')}`,
      },
    },
  });
  const committed = await box.git(['commit', '-qam', 'more'], { cwd: provider.path });
  t.match(committed.stderr, ALARM, 'a hook says it');
  await provider.push();
  for (const words of [
    ['sync'],
    ['domain', 'create', 'other', '--repos', 'aperture'],
    ['leave', '--force'],
  ]) {
    const { stderr } = await eric(words, { expect: 1 });
    t.match(stderr, new RegExp(`error: ${ALARM.source}`), words.join(' '));
  }
  t.equal(await realm.tip(), now, 'the remote is as it was made');
  t.equal(await store.tip(), known, 'nothing was followed or replayed');

  await realm.git('update-ref', 'refs/heads/main', known);
  t.match((await eric(['fetch'])).stdout, 'nothing new in realm', 'put back: the alarm is over');
  t.match((await eric(['sync'])).stdout, 'published s3-access/s3-permissions 1.0.0 → 1.1.0');
});

t.test('a main branch cut short, deleted, or of another realm', async (t) => {
  const { box, realm, store, eric } = await hub(t);
  await eric(['sync']);
  const known = await store.tip();
  await realm.git('update-ref', 'refs/heads/main', 'main~1');
  t.match((await eric(['sync'], { expect: 1 })).stderr, ALARM);
  await realm.git('update-ref', '-d', 'refs/heads/main');
  t.match(
    (await eric(['sync'], { expect: 1 })).stderr,
    `error: the realm's main branch was deleted on its remote (it was at ${known.slice(0, 12)})`,
  );
  await box.realm(['init', '--name', 'elsewhere', '--path', 'elsewhere']);
  await box.git(['push', '-q', '--force', '../hub.git', 'main'], { cwd: 'elsewhere' });
  const other = await realm.tip();
  t.match((await eric(['fetch'], { expect: 1 })).stdout, ALARM);
  const refused = await eric(['fetch', '--accept-rewrite'], { expect: 128 });
  t.match(refused.stderr, "error: the remote of realm 'letemcook' is realm 'elsewhere'");
  t.equal(await realm.tip(), other);
  t.equal(await store.tip(), known);
});

t.test('an approver accepts it, and everybody goes on from there', async (t) => {
  const { realm, store, eric, dora, rewrite, url } = await hub(t);
  await eric(['sync']);
  await dora(['sync']);
  const known = await store.tip();
  await realm.git('config', 'receive.denyCurrentBranch', 'ignore');
  t.match((await eric(['fetch', '--accept-rewrite'], { expect: 1 })).stderr, 'there is nothing to accept');
  // Made offline: published nowhere yet, so it goes on top.
  await store.git('remote', 'set-url', 'origin', `${url}.away`);
  await eric(['domain', 'create', 'other', '--repos', 'aperture']);
  await store.git('remote', 'set-url', 'origin', url);
  const offline = await store.tip();
  const now = await rewrite();

  t.match((await dora(['fetch'], { expect: 1 })).stdout, ALARM);
  t.match(
    (await dora(['fetch', '--accept-rewrite'], { expect: 1 })).stderr,
    "error: only an approver may accept the realm's rewritten history: eric@example.com",
  );
  const accepted = (await eric(['fetch', '--accept-rewrite', '--json'])).json();
  t.match(accepted, {
    rewritten: null,
    accepted: { by: 'eric@example.com', old: known, new: now, replayed: 1, dropped: [] },
  });
  t.equal(await store.git('rev-parse', `refs/realm/kept/${known}`), known);
  t.equal(await store.git('rev-parse', `refs/realm/kept/${offline}`), offline);
  const note = JSON.parse(await realm.git('notes', '--ref=realm', 'show', now)) as object;
  t.match(note, { kind: 'rewrite', by: 'eric@example.com', old: known, new: now });
  t.same((await realm.subjects()).slice(-1), ['other: create domain of aperture']);
  t.equal(await realm.git('rev-parse', 'main~1'), now, 'nothing that was replaced came back');

  t.match((await dora(['fetch', '--accept-rewrite'])).stdout, 'accepted by eric@example.com: ');
  t.match((await dora(['sync'])).stdout, 'fungal-image-analysis and realm letemcook are in sync');
  t.notMatch((await dora(['status'])).stdout, 'rewritten');
  t.match((await dora(['log', '-n', '1'])).stdout, 'other: create domain of aperture');
});
