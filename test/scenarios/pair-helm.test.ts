import { join } from 'node:path';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

const chart = 'apiVersion: v2\nname: shop\nversion: 1.0.0\n';
const values = 'replicas: 1\nimage:\n  tag: stable\n  pull: Always\n';
const given = 'replicas: 2\nimage:\n  tag: "2"\n';
const helmfile =
  'releases:\n  - name: shop\n    chart: acme/shop\n    version: 1.0.0\n    values: [shop.yaml]\n';
const crd = (fields: string): string =>
  `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: acme.test
  scope: Namespaced
  names: { kind: Job, plural: jobs }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { ${fields} } } } } }
`;
const both = 'n: { type: integer }, m: { type: string }';

const world = {
  provider: {
    'chart/Chart.yaml': chart,
    'chart/values.yaml': values,
    'chart/crds/jobs.yaml': crd(both),
    'chart/templates/a.yaml': 'kind: ConfigMap\ndata:\n  n: {{ .Values.replicas }}\n',
  },
  source: 'chart',
  consumer: {
    'apps/helmfile.yaml': helmfile,
    'apps/shop.yaml': given,
    'apps/job.yaml': 'apiVersion: acme.test/v1\nkind: Job\nmetadata:\n  name: a\nspec:\n  n: 1\n  m: x\n',
  },
  binding: 'apps',
};

t.test('a chart and those who install it: each commit names the value or the field', async (t) => {
  const { provider, commit, check, contract, status } = await pairOf(sandbox(t), world);
  t.match(await contract(), /^kind: helm$/m);
  t.notMatch(await contract(), /templates/, 'templates are not part of it');
  t.match(await status(), /c .*current at 1\.0\.0, proved/);
  t.match(await check(), { code: 0, stdout: /1 proved/ });
  t.notMatch(
    await commit(provider, 'version', { 'chart/Chart.yaml': chart.replace('1.0.0', '1.1.0') }),
    /changes d\/c/,
    'a release of the chart changes nothing',
  );
  const pull = await commit(provider, 'no pull', {
    'chart/values.yaml': values.replace('  pull: Always\n', ''),
  });
  t.match(pull, /not used by consumer/, 'a value that nobody sets');
  const tag = values.replace('  tag: stable', '  version: stable');
  t.match(
    await commit(provider, 'no tag', { 'chart/values.yaml': tag }),
    /breaks consumer at apps\/shop\.yaml:3 \(sets 'image\.tag', which is no longer a value/,
  );
  t.match(
    await commit(provider, 'no m', { 'chart/crds/jobs.yaml': crd('n: { type: integer }') }),
    /breaks consumer at apps\/shop\.yaml:3, apps\/job\.yaml:7 /,
  );
});

t.test('a change set takes a value away: who sets it merges first', async (t) => {
  const box = sandbox(t);
  const { provider, consumer } = await pairOf(box, world);
  const branch = 'drop-tag';
  await box.realm(['worktree', '--branch', branch, '--repos', 'provider,consumer'], { cwd: provider.path });
  const at = (path: string, name = '') => join(path, '.worktrees', branch, name);
  const now = 'replicas: 1\n';
  box.write(at(provider.path, 'chart/values.yaml'), now);
  box.write(at(consumer.path, 'apps/shop.yaml'), 'replicas: 2\n');
  const inside = { cwd: at(provider.path) };
  await box.realm(['commit', '-m', 'Drop the image'], inside);
  await box.realm(['push'], inside);
  await box.realm(['pr', '--title', 'Drop the image'], inside);
  const { stdout } = await box.realm(['pr', 'status', '--json'], inside);
  t.match(JSON.parse(stdout), { order: ['consumer', 'provider'] });
  await box.realm(['pr', 'merge'], inside);
  const merged = await box.git(['-C', provider.remote ?? '', 'show', 'main:chart/values.yaml']);
  t.equal(merged.stdout, now);
});
