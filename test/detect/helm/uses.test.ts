import t from 'tap';
import { helmChart, helmUses } from '../../../lib/detect/helm/detectors.ts';
import type { Extraction } from '../../../lib/detect/types.ts';
import type { JsonObject } from '../../../lib/json.ts';

const filesOf = (texts: Record<string, string>) =>
  Object.entries(texts).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
const uses = (texts: Record<string, string>, options: JsonObject = {}): Promise<Extraction> =>
  helmUses.extract(filesOf(texts), options);
const chart = (texts: Record<string, string>): Promise<Extraction> => helmChart.extract(filesOf(texts), {});

t.test('a helmfile: the chart, the version, and all layers of its values with their lines', async (t) => {
  const { parts, unresolved } = await uses(
    {
      'apps/helmfile.yaml':
        'releases:\n  - name: a\n    chart: acme/shop\n    version: 1.2.0\n    values:\n      - base.yaml\n      - image: { tag: b }\n    set:\n      - name: port\n        value: 80\n  - name: b\n    chart: ../charts/shop\n    values: [none.yaml]\n',
      'apps/base.yaml': 'image:\n  tag: a\n  pull: Always\n',
    },
    { repository: 'acme/charts' },
  );
  t.match(parts, [
    {
      ...{ path: 'apps/helmfile.yaml', line: 3 },
      value: {
        subject: "release 'a' (acme/shop 1.2.0)",
        ...{ chart: 'shop', ref: '1.2.0', pin: 'tag' },
        values: { image: { tag: 'b', pull: 'Always' }, port: 80 },
        lines: [9, 7, 7, 'apps/base.yaml:3', 9],
      },
    },
  ]);
  t.equal(parts.length, 1, 'a chart of this repository is not the provider’s');
  t.match(unresolved, [
    { line: 13, why: "its values in 'apps/none.yaml' are not among the files that were read" },
  ]);
});

t.test('Argo CD: parameters count more than valuesObject, values and files', async (t) => {
  const { parts } = await uses(
    {
      'app.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop }
spec:
  source:
    repoURL: https://git.acme.test/acme/charts.git
    path: charts/shop
    targetRevision: v3
    helm:
      valueFiles: ['$values/env/prod.yaml']
      values: |
        a: 2
        b: 2
      valuesObject: { b: 3, c: 3, password: hunter2 }
      parameters:
        - { name: c, value: "4" }
        - { name: d.e, value: "5", forceString: true }
`,
      'env/prod.yaml': 'a: 1\nz: 1\n',
    },
    { repository: 'https://git.acme.test/acme/charts.git' },
  );
  const [use] = parts;
  t.match(use?.value, {
    ...{ paths: ['charts/shop'], ref: 'v3', hidden: ['/password'] },
    values: { a: 2, b: 3, c: 4, d: { e: '5' }, z: 1, password: '' },
  });
  t.notMatch(JSON.stringify(use), /hunter2/, 'what looks like a secret is not recorded');
});

t.test('a chart that depends on another gives it a section, in each of its files of values', async (t) => {
  const { parts } = await uses({
    'web/Chart.yaml':
      'name: web\nversion: 1.0.0\ndependencies:\n  - { name: shop, version: ^1.0.0, alias: store }\n',
    'web/values.yaml': 'port: 1\nstore:\n  replicas: 1\n',
    'web/values-prod.yaml': 'store:\n  replicas: 3\n',
  });
  t.same(
    parts.map(({ value }) => (value as JsonObject).values),
    [{ replicas: 1 }, { replicas: 3 }],
  );
  t.match(parts[1]?.value, { chart: 'shop', lines: ['web/values-prod.yaml:2', 'web/values-prod.yaml:2'] });
});

t.test('values alone, resources, and templates of them', async (t) => {
  const { parts, unresolved } = await uses({
    'values-a.yaml': 'a: &x { n: 1 }\nb:\n  <<: *x\n',
    'job.yaml':
      'apiVersion: v1\nkind: Pod\n---\n# one\napiVersion: acme.test/v1\nkind: Job\nmetadata: { name: j }\nspec: { n: 1 }\n',
    'templates/job.yaml': '{{- if .Values.job }}\napiVersion: acme.test/v1\nkind: Job\n{{- end }}\n',
  });
  t.match(parts, [
    {
      path: 'job.yaml',
      value: { group: 'acme.test', version: 'v1', kind: 'Job', instance: { spec: { n: 1 } } },
    },
    { path: 'values-a.yaml', line: 1, value: { values: { a: { n: 1 }, b: { n: 1 } }, layer: true } },
    { path: 'templates/job.yaml', line: 2, value: { kind: 'Job', templated: true } },
  ]);
  t.same(unresolved, []);
});

t.test('what is not read is named with its line', async (t) => {
  for (const [text, line, why] of [
    ['a: 1\nb: {{ .n }}\n', 2, /it contains a template/],
    ['{{- if .x }}\na: 1\n{{- end }}\n', 1, /it contains a template/],
    ['- a\n', 1, /it is not a mapping/],
    ['a: 1\n---\nb: 2\n', 3, /more than one document/],
    ['a: [\n', undefined, /it does not parse/],
  ] as const)
    for (const { unresolved, parts } of [
      await uses({ 'values.yaml': text }),
      await chart({ 'Chart.yaml': 'name: a\nversion: 1.0.0\n', 'values.yaml': text }),
    ]) {
      t.match(
        unresolved,
        [{ path: 'values.yaml', gap: true, why, ...(line === undefined ? {} : { line }) }],
        text,
      );
      t.equal(parts.length, 0);
    }
});

t.test(
  'a chart without values says so, one without Chart.yaml is read, and large files are refused',
  async (t) => {
    const none = await chart({
      'c/Chart.yaml': 'name: a\nversion: 1.0.0\n',
      'c/templates/a.yaml': 'kind: Pod\n',
    });
    t.match(none.unresolved, [{ why: /the chart has no 'values\.yaml'/ }]);
    const bare = await chart({ 'c/values.yaml': 'a: 1\n' });
    t.match(bare, {
      parts: [{ value: 'a', line: 1 }],
      unresolved: [{ why: /Chart\.yaml is not among the sources/ }],
    });
    t.notOk(bare.unresolved[0]?.gap, 'that takes nothing away from the values');
    const large = { path: 'c/values.yaml', bytes: Buffer.alloc(0), size: 20 * 1024 * 1024 };
    t.match((await helmChart.extract([large], {})).unresolved, [{}, { why: /over the limit of 16 MB/ }]);
    const template = await chart({
      ...{ 'c/Chart.yaml': 'name: a\nversion: 1.0.0\n', 'c/values.yaml': 'a: 1\n' },
      'c/templates/crd.yaml': '{{- if .Values.a }}\nkind: CustomResourceDefinition\n{{- end }}\n',
    });
    t.match(template.unresolved, [{ path: 'c/templates/crd.yaml', why: /what it defines is not compared/ }]);
    t.equal(template.parts.length, 1, 'the values are');
  },
);

t.test('Flux: a release gives its values, and says what is in the cluster', async (t) => {
  const release = (more: string): string => `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: shop }
spec:
${more}`;
  const named = await uses({
    'shop.yaml': release(`  chart:
    spec:
      chart: shop
      version: 1.2.0
      sourceRef: { kind: HelmRepository, name: acme }
  values:
    image: { tag: b }
`),
  });
  t.match(named.parts[0], {
    line: 7,
    value: {
      subject: "release 'shop' (shop 1.2.0)",
      chart: 'shop',
      ref: '1.2.0',
      values: { image: { tag: 'b' } },
    },
  });
  t.same(named.unresolved, []);

  const folder = `  chart:
    spec:
      chart: ./charts/shop
      sourceRef: { kind: GitRepository, name: charts }
  valuesFrom:
    - { kind: Secret, name: more }
`;
  const repository = `apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: { name: charts }
spec:
  url: https://git.acme.test/acme/charts
  ref: { tag: v3 }
`;
  const found = await uses(
    { 'shop.yaml': release(folder), 'source.yaml': repository },
    { repository: 'acme/charts' },
  );
  t.match(found.parts[0]?.value, {
    ...{ paths: ['charts/shop'], ref: 'v3', open: 'its values are in the cluster' },
  });
  t.match(found.unresolved, [{ line: 10, what: "Secret 'more'" }]);
  const other = await uses(
    { 'shop.yaml': release(folder), 'source.yaml': repository },
    { repository: 'acme/others' },
  );
  t.notOk(
    other.parts.some(({ value }) => (value as JsonObject).paths),
    'a chart of another repository',
  );

  for (const [more, why] of [
    [folder, /where GitRepository 'charts' is was not read/],
    ['  chartRef: { kind: OCIRepository, name: shop }\n', /its chart is what OCIRepository 'shop' has/],
    ['  values: {}\n', /it names no chart/],
  ] as const)
    t.ok(
      (await uses({ 'shop.yaml': release(more) })).unresolved.some((open) => why.test(open.why)),
      String(why),
    );
});

t.test('helmfile: what is inherited or brought in is not passed over', async (t) => {
  const { parts, unresolved } = await uses({
    'helmfile.yaml':
      'bases: [common.yaml]\nreleases:\n  - name: a\n    inherit: [{ template: shop }]\n  - name: b\n    chart: acme/shop\n    values:\n      - [x]\n',
    'helmfile.d/two.yaml': 'helmfiles:\n  - ../other/helmfile.yaml\n',
  });
  t.match(parts, [{ value: { subject: "release 'b' (acme/shop)", open: /neither a file nor a mapping/ } }]);
  t.match(
    unresolved.map(({ path, line, why }) => `${path}:${line} ${why}`),
    [
      'helmfile.d/two.yaml:2 what other helmfiles bring in is not read',
      'helmfile.yaml:1 what other helmfiles bring in is not read',
      'helmfile.yaml:3 its chart is in what it inherits, which is not read',
      'helmfile.yaml:8 they are neither a file nor a mapping',
    ],
  );
});

t.test('Argo CD: files of other sources, and sources that are no charts', async (t) => {
  const application = (sources: string): Record<string, string> => ({
    'app.yaml': `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: shop }
spec:
  sources:
${sources}`,
    'env/prod.yaml': 'a: 1\n',
  });
  const chart = (ref: string): string => `    - repoURL: https://git.acme.test/acme/charts.git
      path: charts/shop
      helm: { valueFiles: [$${ref}/env/prod.yaml] }
`;
  const from = (url: string): string => `    - repoURL: ${url}\n      ref: values\n`;
  const asked = { repository: 'acme/charts' };
  const own = await uses(application(chart('values') + from('https://git.acme.test/acme/deploy.git')), asked);
  t.match(own.parts[0]?.value, { values: { a: 1 } });
  t.same(own.unresolved, []);
  const theirs = await uses(
    application(chart('values') + from('https://git.acme.test/acme/charts.git')),
    asked,
  );
  t.match(theirs.parts[0]?.value, { values: {}, open: "it is in the provider's repository" });
  const none = await uses(
    application(chart('others') + from('https://git.acme.test/acme/deploy.git')),
    asked,
  );
  t.match(none.parts[0]?.value, { values: {}, open: "no source has the ref 'others'" });
  const odd = await uses(
    application('    - repoURL: https://git.acme.test/acme/deploy.git\n    - { repoURL: "??", path: x }\n'),
    asked,
  );
  t.match(
    odd.unresolved.map(({ line, why }) => `${line} ${why}`),
    ['6 it names neither a chart nor a folder', "7 '??' leads to no repository"],
  );
});
