import t from 'tap';
import { organisations } from '../helpers/world/organisations.ts';

t.test('an approver evicts a repo that takes no part; a name of an organisation is asked for', async (t) => {
  const { box, bare, url, boss, eric, fun, id } = await organisations(t, {
    realm: (text) => text.replace('admission: approval', 'admission: open'),
  });
  const refs = async () => (await box.git(['-C', bare, 'for-each-ref'])).stdout;
  const paths = async () => (await box.git(['-C', bare, 'ls-tree', '-r', '--name-only', 'main'])).stdout;
  for (const who of [eric, fun]) await who(['join', url]);
  await eric(['domain', 'create', 'd', '--repos', 'provider']);
  // As older versions let it happen: a binding of a repo that is no member, brought past the server's rules.
  await box.git(['clone', '-q', bare, 'by-hand']);
  box.write('by-hand/domains/d/bindings/consumer.yaml', 'repo: consumer\nrole: consumer\n');
  await box.git(['-C', 'by-hand', 'add', '-A']);
  await box.git(['-C', 'by-hand', '-c', 'user.email=fun@example.com', 'commit', '-qm', 'import']);
  await box.git(['-C', bare, 'fetch', '-q', box.path('by-hand'), 'main:main']);

  const before = await refs();
  t.match(
    (await eric(['repo', 'evict', 'consumer'], { expect: 1 })).stderr,
    /'eric@example\.com' is not an approver/,
  );
  t.match(
    (await boss(['repo', 'evict', 'provider'], { expect: 1 })).stderr,
    /'provider' is a member of d[\s\S]*git realm domain remove/,
  );
  t.match((await boss(['repo', 'evict', 'nobody'], { expect: 128 })).stderr, /no repo 'nobody'/);
  t.equal(await refs(), before);
  const done = (await boss(['repo', 'evict', 'consumer', '--json'])).json();
  t.match(done, { repo: 'consumer', domains: ['d'], registration: true, commit: /^[0-9a-f]{40}$/ });
  t.notMatch(await paths(), /consumer/, 'the server took it');
  t.match(
    (await fun(['join', url])).stdout,
    /registered consumer/,
    'it may join again as the realm admits repos',
  );
  t.match((await boss(['repo', 'evict', 'consumer'])).stdout, 'evicted consumer: removed its registration');

  await box.git(['-C', 'by-hand', 'pull', '-q', '--ff-only']);
  const rules = (await box.git(['-C', bare, 'show', 'main:realm.yaml'])).stdout;
  box.write('by-hand/realm.yaml', rules.replace('admission: open', 'admission: approval'));
  await box.git(['-C', 'by-hand', '-c', 'user.email=boss@example.com', 'commit', '-qam', 'close']);
  await box.git(['-C', bare, 'fetch', '-q', box.path('by-hand'), 'main:main']);
  await eric(['fetch']);
  const asked = await eric(['repo', 'rename', 'acme/provider'], { expect: 1 });
  t.match(
    asked.stderr,
    /'acme\/provider' belongs to organisation 'acme'[\s\S]*proposal \w+ waits for boss@example\.com/,
  );
  t.notMatch(await paths(), /acme/);
  t.match((await boss(['approve', await id(boss)])).stdout, /approved/);
  t.match(await paths(), /repos\/acme\/provider\.yaml/);
});
