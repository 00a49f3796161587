import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import { put } from './coalesce.ts';

const PRESERVES = 'x-kubernetes-preserve-unknown-fields';

/**
 * The structural schema of a custom resource as a JSON Schema whose objects have nothing but what is specified, since everything else
 * is pruned (Kubernetes, "Extend the Kubernetes API with CustomResourceDefinitions", "Field pruning"). A field with a default need not
 * be given. `preserves`: nothing is pruned.
 */
export function structural(schema: JsonValue, preserves: boolean): JsonObject {
  const own = isObject(schema) ? schema : { [PRESERVES]: true };
  const root = core({ type: 'object', ...own }, preserves);
  const properties: JsonObject = isObject(root.properties) ? { ...root.properties } : {};
  put(properties, 'apiVersion', { type: 'string' });
  put(properties, 'kind', { type: 'string' });
  // Metadata is never pruned.
  const metadata = isObject(properties.metadata) ? properties.metadata : { type: 'object' };
  put(properties, 'metadata', { ...metadata, additionalProperties: true });
  return { ...root, properties };
}

/** Keywords that hold of the value as a whole, with schemas that only restrict what is specified around them. */
const restrictions = ['allOf', 'anyOf', 'oneOf'];

function core(node: JsonObject, preserves: boolean): JsonObject {
  const made: JsonObject = {};
  const keeps = preserves || node[PRESERVES] === true;
  for (const [keyword, value] of Object.entries(node)) {
    if (keyword.startsWith('x-kubernetes-') || keyword === 'nullable') continue;
    put(made, keyword, keywordOf(keyword, value, preserves));
  }
  if (node['x-kubernetes-int-or-string'] === true) made.type = ['integer', 'string'];
  if (node.nullable === true && made.type !== undefined)
    made.type = [...(Array.isArray(made.type) ? made.type : [made.type]), 'null'];
  if (node['x-kubernetes-embedded-resource'] === true) embedded(made);
  const isMap = node.type === 'object' || isObject(node.properties);
  if (isMap && node.additionalProperties === undefined) made.additionalProperties = keeps;
  if (Array.isArray(made.required)) made.required = withoutDefaults(made.required, node.properties);
  return made;
}

function keywordOf(keyword: string, value: JsonValue, preserves: boolean): JsonValue {
  if (keyword === 'properties' && isObject(value)) {
    const made: JsonObject = {};
    for (const [name, inner] of Object.entries(value))
      put(made, name, isObject(inner) ? core(inner, preserves) : inner);
    return made;
  }
  if ((keyword === 'items' || keyword === 'additionalProperties') && isObject(value))
    return core(value, preserves);
  if (restrictions.includes(keyword) && Array.isArray(value)) return value.map(restriction);
  return keyword === 'not' ? restriction(value) : value;
}

/** Within a restriction nothing is closed. */
function restriction(node: JsonValue): JsonValue {
  if (Array.isArray(node)) return node.map(restriction);
  if (!isObject(node)) return node;
  const made: JsonObject = {};
  for (const [keyword, value] of Object.entries(node))
    if (!keyword.startsWith('x-kubernetes-')) put(made, keyword, restriction(value));
  return made;
}

/** A whole object of Kubernetes has these, whatever else is said of it. */
function embedded(made: JsonObject): void {
  const properties = isObject(made.properties) ? made.properties : {};
  made.properties = {
    ...{ apiVersion: { type: 'string' }, kind: { type: 'string' }, ...properties },
    metadata: { type: 'object', additionalProperties: true },
  };
  made.required = [
    ...new Set([...(Array.isArray(made.required) ? made.required : []), 'apiVersion', 'kind']),
  ];
}

/** Defaults are set before anything is checked ("Defaulting"). */
const withoutDefaults = (required: readonly JsonValue[], properties: JsonValue | undefined): JsonValue[] =>
  required.filter((name) => {
    const own = isObject(properties) && typeof name === 'string' ? properties[name] : undefined;
    return !(isObject(own) && own.default !== undefined);
  });

/** A field that a resource gives and that is pruned. */
export interface Pruned {
  pointer: string;
  name: string;
}

/** What the cluster keeps of a resource: what is not specified is pruned, then defaults are set. */
export function kept(schema: JsonValue, value: JsonValue, pruned: Pruned[], pointer = ''): JsonValue {
  if (!isObject(schema)) return value;
  if (Array.isArray(value))
    return value.map((item, at) => kept(schema.items ?? true, item, pruned, `${pointer}/${at}`));
  if (!isObject(value)) return value;
  const properties = isObject(schema.properties) ? schema.properties : {};
  const made: JsonObject = {};
  for (const [name, inner] of Object.entries(value)) {
    const at = `${pointer}/${pointerToken(name)}`;
    const own = Object.hasOwn(properties, name) ? properties[name] : schema.additionalProperties;
    if (own === false) pruned.push({ pointer: at, name });
    else if (!(inner === null && isObject(own) && own.default !== undefined && !takesNull(own)))
      put(made, name, kept(own ?? true, inner, pruned, at));
  }
  for (const [name, own] of Object.entries(properties))
    if (isObject(own) && own.default !== undefined && !Object.hasOwn(made, name))
      put(made, name, own.default);
  return made;
}

const takesNull = ({ type }: JsonObject): boolean => Array.isArray(type) && type.includes('null');

/** What a structural schema says beside the values that are valid: by the path in the resource, in words. */
export interface Extra {
  /** Expressions that a value has to satisfy (`x-kubernetes-validations`). */
  validations: string[];
  /** How lists and maps are merged (`x-kubernetes-list-type` and the like). */
  merging: string[];
  pointer: string;
}

const MERGING = [
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-patch-strategy',
];

/** The extras of a schema by the place that they apply to: `spec.jobs[]`. */
export function extrasOf(schema: JsonValue): Map<string, Extra> {
  const found = new Map<string, Extra>();
  const walk = (node: JsonValue | undefined, path: string, pointer: string): void => {
    if (!isObject(node)) return;
    const rules = node['x-kubernetes-validations'];
    const validations = (Array.isArray(rules) ? rules : []).map((rule) =>
      isObject(rule) ? String(rule.rule) : String(rule),
    );
    const merging = MERGING.flatMap((key) =>
      node[key] === undefined ? [] : [`${key.slice('x-kubernetes-'.length)} ${JSON.stringify(node[key])}`],
    );
    if (validations.length + merging.length > 0) found.set(path, { validations, merging, pointer });
    const inside = (name: string): string => (path === '' ? name : `${path}.${name}`);
    for (const [name, inner] of Object.entries(isObject(node.properties) ? node.properties : {}))
      walk(inner, inside(name), `${pointer}/properties/${pointerToken(name)}`);
    walk(node.items, `${path}[]`, `${pointer}/items`);
    walk(node.additionalProperties, inside('*'), `${pointer}/additionalProperties`);
  };
  walk(schema, '', '');
  return found;
}
