import t from 'tap';
import { applicationIn } from '../../../lib/detect/preview/applications.ts';
import { type Nameable, nameAll } from '../../../lib/detect/preview/names.ts';
import { contractName } from '../../../lib/names.ts';

const names = (all: Nameable[], repo = 'shop'): string[] =>
  nameAll(all, new Map(all.map(({ folder }) => [folder, applicationIn(folder, [])])), repo);

t.test('names come from the applications, are all different, and are fit for contracts', async (t) => {
  t.same(names([{ folder: '' }]), ['s3-permissions'], 'what nothing names');
  t.same(names([{ folder: '' }, { folder: 'apps/billing' }]), ['shop-s3', 'billing-s3']);
  t.same(names([{ folder: 'frontend/api' }, { folder: 'backend/api' }, { folder: 'backend/api' }]), [
    'api-s3',
    'backend-api-s3',
    'api-s3-2',
  ]);
  t.same(names([{ folder: 'apps/s3' }, { folder: 'apps/files-s3' }]), ['s3', 'files-s3']);
  t.same(names([{ folder: '', given: 'billing-s3' }, { folder: 'apps/billing' }]), [
    'billing-s3',
    'apps-billing-s3',
  ]);
  t.same(names([{ folder: 'infra' }, { folder: 'infra', noise: 'terraform-state' }]), [
    'infra-s3',
    'infra-terraform-state',
  ]);
  for (const folder of ['apps/Größe & Co', `apps/${'long'.repeat(60)}`, 'apps/..a', 'apps/日本'])
    for (const name of names([{ folder }, { folder: 'apps/x' }])) t.equal(contractName(name), name, folder);
});
