import t from 'tap';
import type { Explained } from '../../lib/actions/contract/explain.ts';
import { sandbox } from '../helpers/world/cli.ts';
import { monorepo } from '../helpers/world/monorepo.ts';
import { makeRepo } from '../helpers/world/repo.ts';

t.test(
  '--detect --explain shows the exports that join offers, and what belongs to none of them',
  async (t) => {
    const box = sandbox(t);
    const odd = "import boto3\n\nboto3.client('s3').put_object(**request())\n";
    const repo = await makeRepo(box, 'shop', { remote: false, tree: { ...monorepo, 'odd.py': odd } });
    const explain = ['export', '--detect', '--explain'];
    const { stdout } = await box.realm(explain, { cwd: repo.path });
    for (const part of [
      'billing-s3 (s3-paths, packages/billing)\n\npackages/billing/src/config.ts\n  nothing found',
      'packages/billing/src/store.ts\n     8:  write invoices/*/invoice.pdf',
      'shipping-s3 (s3-paths, services/shipping)\n\nservices/shipping/labels.py\n     7:  read labels/*.png',
      "acme-terraform-state (s3-paths), left out: Terraform's own state",
      'no export\n\nodd.py\n  not resolved: ',
    ])
      t.ok(stdout.includes(part), part);
    const { exports } = (await box.realm([...explain, '--json'], { cwd: repo.path })).json() as Explained;
    t.match(exports[0], { name: 'billing-s3', folder: 'packages/billing', left_out: null });

    const ran = await box.realm([...explain, 'shipping-s3', '--json'], { cwd: repo.path });
    const asked = ran.json() as Explained;
    t.same(
      asked.exports.map(({ name, detector }) => [name, detector]),
      [['shipping-s3', 's3-paths']],
    );
    t.same(asked.unresolved, [], 'only what belongs to the export that was asked for');
  },
);

t.test('an option that the reader does not have is refused, and nothing is published', async (t) => {
  const box = sandbox(t);
  await box.realm(['init', 'realm']);
  const repo = await makeRepo(box, 'shop', {
    remote: false,
    tree: { 'schema.graphql': 'type Query { a: Int }\n' },
  });
  await box.realm(['join', '--yes', '../realm'], { cwd: repo.path });
  await box.realm(['domain', 'create', 'apis', '--repos', 'shop'], { cwd: repo.path });
  const tipNow = async () => (await box.git(['-C', 'realm', 'rev-parse', 'main'])).stdout;
  const tip = await tipNow();
  const words = ['export', '--name', 'api', '--domain', 'apis', '--source', 'schema.graphql'];
  const without = await box.realm([...words, '--with', 'x=y'], { cwd: repo.path, expect: 129 });
  t.match(without.stderr, 'error: --with needs --detector <reader>');
  const strange = await box.realm([...words, '--detector', 'graphql', '--with', 'x=y'], {
    cwd: repo.path,
    expect: 129,
  });
  t.match(strange.stderr, "error: 'graphql' has no option 'x'\nhint: leave out --with");
  const misspelt = await box.realm(
    [
      'export',
      '--name',
      'api',
      '--domain',
      'apis',
      '--source',
      'a.json',
      '--detector',
      'data',
      '--with',
      'pinter=/a',
    ],
    { cwd: repo.path, expect: 129 },
  );
  t.match(misspelt.stderr, "'data' has no option 'pinter'\nhint: --with pointer=…");
  t.equal(await tipNow(), tip);
});
