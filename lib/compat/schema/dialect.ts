import { isObject, type JsonValue, pointerToken } from '../../json.ts';

const drafts = ['draft-04', 'draft-06', 'draft-07', '2019-09', '2020-12'] as const;
export type Draft = (typeof drafts)[number];

/** The rules one document is read by. `declared` by its `$schema`; else inferred, and read more tolerantly. */
export interface Dialect {
  draft: Draft;
  declared: boolean;
  /** Whether a `$ref` hides the keywords beside it, as before 2019-09. */
  refStandsAlone: boolean;
}

export const dialect = (draft: Draft, declared: boolean): Dialect => ({
  draft,
  declared,
  refStandsAlone: rank(draft) < rank('2019-09'),
});

const since: Record<string, Draft> = {
  const: 'draft-06',
  contains: 'draft-06',
  propertyNames: 'draft-06',
  if: 'draft-07',
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: 'draft-07',
  else: 'draft-07',
  contentEncoding: 'draft-07',
  contentMediaType: 'draft-07',
  minContains: '2019-09',
  maxContains: '2019-09',
  dependentRequired: '2019-09',
  dependentSchemas: '2019-09',
  unevaluatedItems: '2019-09',
  unevaluatedProperties: '2019-09',
  $anchor: '2019-09',
  $recursiveRef: '2019-09',
  $recursiveAnchor: '2019-09',
  prefixItems: '2020-12',
  $dynamicRef: '2020-12',
  $dynamicAnchor: '2020-12',
};
const until: Record<string, Draft> = { additionalItems: '2019-09', $recursiveRef: '2019-09' };

const rank = (draft: Draft): number => drafts.indexOf(draft);

export const isModern = (dialect: Dialect): boolean => rank(dialect.draft) >= rank('2019-09');

/**
 * Does the keyword mean anything under this dialect? A keyword of another draft is ignored, as the drafts say; an
 * inferred dialect takes the keywords of all drafts of its own age (4 to 7, or 2019-09 and later).
 */
export function knows(dialect: Dialect, keyword: string): boolean {
  const [from, to] = [since[keyword] ?? 'draft-04', until[keyword] ?? '2020-12'];
  if (dialect.declared) return rank(dialect.draft) >= rank(from) && rank(dialect.draft) <= rank(to);
  return isModern(dialect) || rank(from) < rank('2019-09');
}

const silent = new Set([
  ...['$ref', '$id', 'id', '$schema', '$comment', '$defs', 'definitions', 'title', 'description'],
  ...['default', 'examples', 'deprecated', 'readOnly', 'writeOnly', '$anchor'],
]);

/** The first schema in which something is asserted beside a `$ref`, where drafts would disagree about it. */
export function findRefSibling(schema: JsonValue): string | undefined {
  for (const { schema: node, pointer } of subschemas(schema, ''))
    if (
      isObject(node) &&
      typeof node.$ref === 'string' &&
      Object.keys(node).some((keyword) => !silent.has(keyword))
    )
      return pointer;
  return undefined;
}

/**
 * The draft a document declares in `$schema`; `undefined` without one, or when its meta-schema is somebody's own;
 * `'unsupported'` for drafts before 4.
 */
export function declaredDraft(schema: JsonValue): Draft | 'unsupported' | undefined {
  const uri = isObject(schema) && Object.hasOwn(schema, '$schema') ? schema.$schema : undefined;
  if (typeof uri !== 'string') return undefined;
  if (/^https?:\/\/json-schema\.org\/(schema|latest\/schema)#?$/.test(uri)) return '2020-12';
  const name = /^https?:\/\/json-schema\.org\/(?:draft\/|draft-0)(2019-09|2020-12|\d)\/[a-z-]*schema#?$/.exec(
    uri,
  )?.[1];
  if (name === undefined) return undefined;
  const draft = drafts.find((known) => known === name || known === `draft-0${name}`);
  return draft ?? 'unsupported';
}

/** The oldest draft under which every keyword of the document has its meaning, for a document that declares none. */
export function inferDraft(schema: JsonValue): Draft {
  let [booleanBound, plainId, legacy, tuple, modern, newest] = [false, false, false, false, false, false];
  for (const { schema: node } of subschemas(schema, '')) {
    if (!isObject(node)) continue;
    const has = (keyword: string): boolean => Object.hasOwn(node, keyword);
    booleanBound ||= typeof node.exclusiveMinimum === 'boolean' || typeof node.exclusiveMaximum === 'boolean';
    plainId ||= typeof node.id === 'string' && !has('$id') && /[:/#]/.test(node.id);
    tuple ||= Array.isArray(node.items) || has('$recursiveRef');
    legacy ||= has('definitions') || has('additionalItems') || has('dependencies');
    newest ||= has('prefixItems') || has('$dynamicRef') || has('$dynamicAnchor');
    modern ||= has('$defs') || Object.keys(node).some((keyword) => since[keyword] === '2019-09');
  }
  if (newest) return '2020-12';
  if (modern) return tuple ? '2019-09' : '2020-12';
  if (booleanBound || plainId) return 'draft-04';
  return legacy || tuple ? 'draft-07' : '2020-12';
}

type Shape = 'schema' | 'list' | 'map';
const shapes: Record<string, readonly Shape[]> = {
  additionalItems: ['schema'],
  additionalProperties: ['schema'],
  allOf: ['list'],
  anyOf: ['list'],
  oneOf: ['list'],
  not: ['schema'],
  if: ['schema'],
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: ['schema'],
  else: ['schema'],
  items: ['schema', 'list'],
  prefixItems: ['list'],
  contains: ['schema'],
  propertyNames: ['schema'],
  unevaluatedItems: ['schema'],
  unevaluatedProperties: ['schema'],
  properties: ['map'],
  patternProperties: ['map'],
  dependentSchemas: ['map'],
  dependencies: ['map'],
  definitions: ['map'],
  $defs: ['map'],
};

export interface Located {
  schema: JsonValue;
  pointer: string;
}

/** The schemas directly inside one schema. */
export function* children(schema: JsonValue, pointer: string): Generator<Located & { keyword: string }> {
  if (!isObject(schema)) return;
  for (const keyword of Object.keys(schema)) {
    const shape = Object.hasOwn(shapes, keyword) ? shapes[keyword] : undefined;
    const value = schema[keyword];
    if (!shape || value === undefined) continue;
    const here = `${pointer}/${pointerToken(keyword)}`;
    if (Array.isArray(value)) {
      if (!shape.includes('list')) continue;
      for (const [index, item] of value.entries())
        yield { schema: item, pointer: `${here}/${index}`, keyword };
    } else if (shape.includes('schema')) yield { schema: value, pointer: here, keyword };
    else if (shape.includes('map') && isObject(value))
      for (const [key, member] of Object.entries(value)) {
        // A dependency may be a list of names instead of a schema.
        if (!Array.isArray(member))
          yield { schema: member, pointer: `${here}/${pointerToken(key)}`, keyword };
      }
  }
}

/** A schema and every schema inside it, outermost first. */
export function* subschemas(schema: JsonValue, pointer: string): Generator<Located> {
  const open: Located[] = [{ schema, pointer }];
  for (let here = open.pop(); here; here = open.pop()) {
    yield here;
    open.push(...children(here.schema, here.pointer));
  }
}
