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

    const one = await box.realm([...explain, 'shipping-s3', '--json'], { cwd: repo.path });
    const asked = one.json() as Explained;
    t.same(
      asked.exports.map(({ name, detector }) => [name, detector]),
      [['shipping-s3', 's3-paths']],
    );
    t.same(asked.unresolved, [], 'only what belongs to the export that was asked for');
  },
);
