import t from 'tap';
import { Documents } from '../../../lib/actions/contract/detect-documents.ts';

const crd = (kind: string): string =>
  `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: example.com
  names: { kind: ${kind}, plural: ${kind.toLowerCase()}s }
  versions: [{ name: v1, served: true, storage: true, schema: { openAPIV3Schema: { type: object } } }]
`;

t.test('a chart is offered as its folder, custom resources as theirs', async (t) => {
  const texts: Record<string, string> = {
    'charts/shop/Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 1.0.0\n',
    'charts/shop/crds/tasks.yaml': crd('Task'),
    'charts/shop/values.yaml': 'replicas: 1\n',
    'charts/shop/templates/a.yaml': 'kind: ConfigMap\ndata: { n: {{ .Values.replicas }} }\n',
    'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'charts/web/values.yaml': 'port: 80\n',
    'config/crd/jobs.yaml': crd('Job'),
    'deploy/values.yaml': 'replicas: 2\n',
  };
  const file = (path: string) => ({ path, bytes: Buffer.from(texts[path] ?? '') });
  const documents = new Documents(async (path) => file(path));
  for (const path of Object.keys(texts)) await documents.look(file(path));
  const offers = await documents.offers(Object.keys(texts), []);
  t.match(offers, [
    {
      ...{ name: 'shop-helm', detector: 'helm', source_files: ['charts/shop'] },
      values: [{ value: 'replicas', line: 1 }, { value: 'Task.example.com v1' }],
    },
    { name: 'web-helm', source_files: ['charts/web'], values: [{ value: 'port' }] },
    { name: 'crd-helm', source_files: ['config/crd'], values: [{ value: 'Job.example.com v1' }] },
  ]);
  t.equal(offers.length, 3, 'values without a chart are nobody’s');
});
