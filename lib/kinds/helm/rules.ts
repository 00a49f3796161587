import { factRules } from '../../compat/differences/catalogue.ts';
import type { ChangeLevel } from '../../compat/types.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Rule } from '../rule.ts';

const [B, U, C, N] = ['breaking', 'unknown', 'compatible', 'none'] as const;
const CH = 'Helm, Charts';
const VF = 'Helm, Values Files';
const CR = 'Kubernetes, Extend the Kubernetes API with CustomResourceDefinitions';
const CV = 'Kubernetes, Versions in CustomResourceDefinitions';

const why: Record<ChangeLevel, string> = {
  breaking: 'A value or field that was accepted may now be refused, or have no effect.',
  unknown: 'Whether everything that was accepted still works cannot be decided from the keyword alone.',
  compatible: 'Every value that was accepted still is.',
  none: 'It does not make any value valid or invalid.',
};

/** Facts that schemas of values and resources do not have. */
const elsewhere = ['definition-added', 'definition-removed', 'schema-added', 'schema-removed'];
const others = ['discriminator-changed', 'xml-changed', 'default-changed'];

const rule = (
  id: string,
  level: ChangeLevel,
  why: string,
  [old, now]: readonly [JsonValue, JsonValue],
  reference: string,
): Rule => ({ id: `helm/${id}`, level, why, example: { old, new: now }, reference });

const chart = (more: JsonObject): JsonObject => ({
  ...{ 'x-realm': { kind: 'helm' }, path: 'charts/a', name: 'a', kubeVersion: null, dependencies: [] },
  ...{ values: {}, schema: null, crds: [] },
  files: { chart: '/Chart.yaml', values: '/values.yaml', schema: '/values.schema.json' },
  ...more,
});
const ofSchema = (schema: JsonValue): JsonObject =>
  chart({ schema: { type: 'object', properties: { v: schema ?? true } } });

const version = (name: string, more: JsonObject = {}, spec: JsonObject = {}): JsonObject => ({
  ...{ name, served: true, storage: name === 'v1' },
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: { spec: { type: 'object', properties: { n: { type: 'integer' } }, ...spec } },
    },
  },
  ...more,
});
const crd = (versions: JsonValue[], more: JsonObject = {}, kind = 'Job', plural = 'jobs'): JsonObject => ({
  ...{ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' },
  spec: { group: 'example.com', scope: 'Namespaced', names: { kind, plural }, versions, ...more },
});
const v1 = version('v1');
const beta = (more: JsonObject = {}): JsonObject => version('v1beta1', more);
const validated = version('v1', {}, { 'x-kubernetes-validations': [{ rule: 'self.n > 0' }] });

/** What can change in what users see of a chart. */
export const rules: readonly Rule[] = [
  rule(
    'default-changed',
    U,
    'Those who do not set the value get something else.',
    [chart({ values: { replicas: 1 } }), chart({ values: { replicas: 2 } })],
    VF,
  ),
  rule(
    'values-checked',
    C,
    'Values of the types that values.yaml has are still valid; what else the schema refuses is a change of its own.',
    [chart({ values: { a: 'x' } }), chart({ values: { a: 'x' }, schema: { type: 'object' } })],
    'Helm, Charts, Schema Files',
  ),
  rule(
    'values-unchecked',
    C,
    'Nothing is refused any more.',
    [chart({ values: { a: 'x' }, schema: { type: 'object' } }), chart({ values: { a: 'x' } })],
    'Helm, Charts, Schema Files',
  ),
  rule('chart-renamed', B, 'Those who install the chart name it.', [chart({}), chart({ name: 'b' })], CH),
  rule(
    'chart-moved',
    B,
    'A chart that is installed from git is named by its folder.',
    [chart({}), chart({ path: 'charts/b' })],
    CH,
  ),
  rule(
    'kube-version-changed',
    U,
    'A cluster may have a version that is no longer supported.',
    [chart({}), chart({ kubeVersion: '>= 1.30' })],
    CH,
  ),
  rule(
    'kube-version-removed',
    C,
    'A cluster may have any version.',
    [chart({ kubeVersion: '>= 1.30' }), chart({})],
    CH,
  ),
  rule(
    'crd-removed',
    B,
    'Resources of the kind are refused.',
    [crd([v1]), crd([v1], {}, 'Task', 'tasks')],
    CR,
  ),
  rule(
    'crd-added',
    C,
    'No resource of the kind exists yet.',
    [crd([v1]), crd([v1], {}, 'Task', 'tasks')],
    CR,
  ),
  rule('crd-renamed', B, 'It is another resource.', [crd([v1]), crd([v1], {}, 'Job', 'batches')], CR),
  rule(
    'crd-scope-changed',
    B,
    'Resources are in a namespace, or are not.',
    [crd([v1]), crd([v1], { scope: 'Cluster' })],
    CR,
  ),
  rule(
    'version-not-served',
    B,
    'Resources of the version are refused.',
    [crd([v1, beta()]), crd([v1, beta({ served: false })])],
    CV,
  ),
  rule('version-added', C, 'No resource of the version exists yet.', [crd([v1]), crd([v1, beta()])], CV),
  rule(
    'version-deprecated',
    N,
    'The cluster warns of it.',
    [crd([v1, beta()]), crd([v1, beta({ deprecated: true })])],
    CV,
  ),
  rule(
    'stored-version-changed',
    C,
    'Both versions may be used while resources are stored in the other one.',
    [crd([v1, beta()]), crd([version('v1', { storage: false }), beta({ storage: true })])],
    CV,
  ),
  rule(
    'stored-version-removed',
    U,
    'Resources may still be stored in it, which the definition does not say.',
    [crd([version('v1', { storage: false }), beta({ served: false, storage: true })]), crd([v1])],
    CV,
  ),
  rule(
    'unserved-version-removed',
    C,
    'No client could use it.',
    [crd([v1, beta({ served: false })]), crd([v1])],
    CV,
  ),
  rule(
    'conversion-changed',
    U,
    'Resources are converted in another way between versions.',
    [crd([v1]), crd([v1], { conversion: { strategy: 'Webhook' } })],
    CV,
  ),
  rule(
    'subresources-changed',
    U,
    'Status or scale are read and written in another way.',
    [crd([v1]), crd([version('v1', { subresources: { status: {} } })])],
    CR,
  ),
  rule(
    'validation-changed',
    U,
    'A resource that was accepted may not satisfy the expression.',
    [crd([v1]), crd([validated])],
    CR,
  ),
  rule('validation-removed', C, 'Everything that was accepted still is.', [crd([validated]), crd([v1])], CR),
  rule(
    'merging-changed',
    U,
    'Several writers of a list or map are merged in another way.',
    [crd([v1]), crd([version('v1', {}, { 'x-kubernetes-map-type': 'atomic' })])],
    CR,
  ),
  ...factRules
    .filter(({ fact }) => !elsewhere.includes(fact) && !others.includes(fact))
    .map(
      ({ fact, what, levels, old, new: now, reference }): Rule => ({
        id: `helm/${fact}`,
        level: levels.received,
        why: `${what} ${why[levels.received]}`,
        example: { old: ofSchema(old), new: ofSchema(now) },
        reference,
      }),
    ),
  {
    id: 'helm/combination',
    level: 'breaking',
    why: 'No single difference breaks, but several together exclude a value, or their combination cannot be decided.',
    example: {
      old: ofSchema({ type: 'string', oneOf: [{ maxLength: 3 }, { minLength: 5 }] }),
      new: ofSchema({ type: 'string', oneOf: [{ maxLength: 5 }, { minLength: 3 }] }),
    },
    reference: 'JSON Schema Core 2020-12, section 10.2',
  },
  {
    id: 'helm/unread',
    level: 'unknown',
    why: 'A part of a schema could not be read.',
    example: {
      old: ofSchema({ type: 'string' }),
      new: ofSchema({ $ref: '#/definitions/none' }),
    },
    reference: 'JSON Schema Core 2020-12, section 8.2.3.1',
  },
];
