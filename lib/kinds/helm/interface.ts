import { looksLikeSchema } from '../../compat/schema-shape.ts';
import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';

/** One version of a custom resource. */
export interface CrdVersion {
  name: string;
  served: boolean;
  storage: boolean;
  deprecated: boolean;
  /** The `openAPIV3Schema`; null: it has none. */
  schema: JsonValue;
  /** Where it stands in the definition. */
  pointer: string;
  subresources: JsonValue;
}

/** A CustomResourceDefinition. */
export interface Crd {
  group: string;
  kind: string;
  plural: string;
  scope: string;
  conversion: JsonValue;
  /** Nothing is pruned (`preserveUnknownFields` of `apiextensions.k8s.io/v1beta1`). */
  preserves: boolean;
  versions: readonly CrdVersion[];
  /** The file, and where in it the definition stands: a pointer of both. */
  at: string;
}

/** What the users of a chart see of it. */
export interface Chart {
  /** Its folder in the provider's repository; empty for the root. */
  path: string;
  /** What `Chart.yaml` calls it. */
  name: string | null;
  kubeVersion: string | null;
  /** The sections of the values that belong to other charts: names or aliases of dependencies. */
  dependencies: readonly string[];
  /** What is in `values.yaml`. */
  values: JsonObject;
  /** What is in `values.schema.json`; null: there is none. */
  schema: JsonValue;
  crds: readonly Crd[];
  /** Where these parts stand: a pointer of the path of each file, or nothing for a document that stands for itself. */
  files: { chart: string; values: string; schema: string };
}

/** A chart in the form in which a contract has it. */
export const schemaOf = (chart: Chart): JsonObject => ({
  'x-realm': { kind: 'helm' },
  ...(chart as unknown as JsonObject),
});

/** Has a contract's schema that form? */
export const isChart = (schema: JsonValue): schema is JsonObject =>
  isObject(schema) && isObject(schema['x-realm']) && schema['x-realm'].kind === 'helm';

/** The pointer of a file. */
export const fileAt = (path: string): string => `/${pointerToken(path)}`;

/** A chart of which nothing is known yet. */
export const emptyChart = (path: string): Chart => ({
  ...{ path, name: null, kubeVersion: null, dependencies: [], values: {}, schema: null, crds: [] },
  files: { chart: '', values: '', schema: '' },
});

/**
 * The chart that a contract's schema describes, or the one that a single document comes to: a CustomResourceDefinition, a schema of
 * values, or values. `null`: it is none of them.
 */
export function chartOf(schema: JsonValue): Chart | null {
  if (isChart(schema)) return schema as unknown as Chart;
  if (!isObject(schema)) return null;
  const crd = crdOf(schema, '');
  if (crd !== null) return { ...emptyChart(''), crds: [crd] };
  const isSchema = typeof schema.$schema === 'string' || looksLikeSchema(schema) === 'schema';
  return isSchema ? { ...emptyChart(''), schema } : { ...emptyChart(''), values: schema };
}

/** Is a document a CustomResourceDefinition (apiextensions.k8s.io)? */
export const isCrd = (document: JsonValue): document is JsonObject =>
  isObject(document) && document.kind === 'CustomResourceDefinition' && isObject(document.spec);

/** The definition in a document of Kubernetes; `null`: it is none, or its names are missing. `at`: where it stands. */
export function crdOf(document: JsonValue, at: string): Crd | null {
  if (!isCrd(document) || !isObject(document.spec)) return null;
  const { spec } = document;
  const names = isObject(spec.names) ? spec.names : {};
  const { kind, plural } = names;
  if (typeof spec.group !== 'string' || typeof kind !== 'string') return null;
  return {
    ...{ group: spec.group, kind, plural: typeof plural === 'string' ? plural : '' },
    scope: typeof spec.scope === 'string' ? spec.scope : 'Namespaced',
    conversion: spec.conversion ?? { strategy: 'None' },
    preserves: preservesAll(document.apiVersion, spec),
    versions: versionsOf(spec),
    at,
  };
}

/** What version 1 refuses was the default of v1beta1. */
const preservesAll = (apiVersion: JsonValue | undefined, spec: JsonObject): boolean =>
  spec.preserveUnknownFields === true ||
  (apiVersion === 'apiextensions.k8s.io/v1beta1' && spec.preserveUnknownFields !== false);

function versionsOf(spec: JsonObject): CrdVersion[] {
  const shared = isObject(spec.validation) ? spec.validation.openAPIV3Schema : undefined;
  const listed = Array.isArray(spec.versions) ? spec.versions : [];
  const found = listed.flatMap((own, nth): CrdVersion[] => {
    if (!isObject(own) || typeof own.name !== 'string') return [];
    const schema = isObject(own.schema) ? own.schema.openAPIV3Schema : undefined;
    return [
      {
        ...{ name: own.name, served: own.served !== false, storage: own.storage === true },
        ...{ deprecated: own.deprecated === true, schema: schema ?? shared ?? null },
        pointer: `/spec/${schema === undefined ? 'validation' : `versions/${nth}/schema`}/openAPIV3Schema`,
        subresources: own.subresources ?? spec.subresources ?? {},
      },
    ];
  });
  if (found.length > 0 || typeof spec.version !== 'string') return found;
  return [
    {
      ...{ name: spec.version, served: true, storage: true, deprecated: false, schema: shared ?? null },
      ...{ pointer: '/spec/validation/openAPIV3Schema', subresources: spec.subresources ?? {} },
    },
  ];
}
