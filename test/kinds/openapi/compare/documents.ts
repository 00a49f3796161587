import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../../lib/json.ts';

const names = ['a', 'b', 'c'] as const;
const refs = ['A', 'B'] as const;
const refer = fc.constantFrom(...refs).map((name): JsonObject => ({ $ref: `#/components/schemas/${name}` }));

const leaf = (is30: boolean): fc.Arbitrary<JsonObject> =>
  fc.oneof(
    fc.constantFrom<JsonObject>(
      { type: 'string' },
      { type: 'integer' },
      { type: 'boolean' },
      { type: 'number' },
    ),
    fc.record({ type: fc.constant('string'), maxLength: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ type: fc.constant('integer'), minimum: fc.integer({ min: 0, max: 2 }) }),
    fc
      .subarray(['x', 'y', 'z'], { minLength: 1 })
      .map((values): JsonObject => ({ type: 'string', enum: values })),
    fc
      .constantFrom('string', 'integer')
      .map((type): JsonObject => (is30 ? { type, nullable: true } : { type: [type, 'null'] })),
    fc.constantFrom<JsonObject>({ type: 'string', default: 'x' }, { type: 'string', description: 'words' }),
  );

/** An object with some of three properties. */
const object = (is30: boolean, depth: number): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(
      fc.subarray([...names]),
      fc.array(property(is30, depth), { minLength: 3, maxLength: 3 }),
      fc.subarray([...names]),
      fc.option(fc.constantFrom<JsonValue>(false, { type: 'string' }), { nil: undefined, freq: 6 }),
    )
    .map(([declared, schemas, required, rest]) => ({
      type: 'object',
      properties: Object.fromEntries(declared.map((name) => [name, schemas[names.indexOf(name)] ?? true])),
      required: required.filter((name) => declared.includes(name)),
      ...(rest === undefined ? {} : { additionalProperties: rest }),
    }));

const property = (is30: boolean, depth: number): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(
      depth > 0 ? schema(is30, depth - 1) : leaf(is30),
      fc.constantFrom('', '', '', '', 'readOnly', 'writeOnly'),
    )
    .map(([inner, flag]) => (flag === '' || '$ref' in inner ? inner : { ...inner, [flag]: true }));

function schema(is30: boolean, depth: number): fc.Arbitrary<JsonObject> {
  if (depth === 0) return fc.oneof(leaf(is30), object(is30, 0));
  const inner = schema(is30, depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: object(is30, depth) },
    { weight: 2, arbitrary: leaf(is30) },
    { weight: 2, arbitrary: refer },
    { weight: 1, arbitrary: inner.map((items): JsonObject => ({ type: 'array', items })) },
    { weight: 1, arbitrary: fc.tuple(refer, object(is30, 0)).map((allOf): JsonObject => ({ allOf })) },
    {
      weight: 1,
      arbitrary: fc.array(inner, { minLength: 2, maxLength: 2 }).map((oneOf): JsonObject => ({ oneOf })),
    },
  );
}

interface Parts {
  is30: boolean;
  query: (JsonObject | undefined)[];
  body: { required: boolean; types: string[]; schema: JsonObject } | undefined;
  responses: [string, JsonObject][];
  components: JsonObject;
}

const types = ['application/json', 'application/merge-patch+json'];
const statuses = ['200', '201', '404', 'default'];

const parts = (is30: boolean): fc.Arbitrary<Parts> =>
  fc.record({
    is30: fc.constant(is30),
    query: fc.tuple(
      ...['q', 'r'].map((name) =>
        fc.option(
          fc.record<JsonObject>({
            ...{ name: fc.constant(name), in: fc.constant('query') },
            ...{ required: fc.boolean(), schema: leaf(is30) },
          }),
          { nil: undefined },
        ),
      ),
    ),
    body: fc.option(
      fc.record({
        required: fc.boolean(),
        types: fc.subarray(types, { minLength: 1 }),
        schema: schema(is30, 2),
      }),
      { nil: undefined, freq: 5 },
    ),
    responses: fc
      .tuple(
        fc.subarray(statuses, { minLength: 1 }),
        fc.array(schema(is30, 2), { minLength: 4, maxLength: 4 }),
      )
      .map(([codes, schemas]) =>
        codes.map((code): [string, JsonObject] => [code, schemas[statuses.indexOf(code)] ?? {}]),
      ),
    components: fc.record<JsonObject>({ A: object(is30, 1), B: leaf(is30) }),
  });

function documentOf({ is30, query, body, responses, components }: Parts): JsonObject {
  const content = (list: readonly string[], schema: JsonObject): JsonObject =>
    Object.fromEntries(list.map((type) => [type, { schema }]));
  const post: JsonObject = {
    parameters: query.filter((parameter) => parameter !== undefined),
    ...(body ? { requestBody: { required: body.required, content: content(body.types, body.schema) } } : {}),
    responses: Object.fromEntries(
      responses.map(([code, schema]) => [
        code,
        { description: code, content: content(types.slice(0, 1), schema) },
      ]),
    ),
  };
  return {
    openapi: is30 ? '3.0.3' : '3.1.0',
    info: { title: 'T', version: '1' },
    paths: { '/a': { post } },
    components: { schemas: components },
  };
}

/** A document and an edit of it: one or two of its parts are those of another document, or a little different. */
export const documents: fc.Arbitrary<[JsonObject, JsonObject]> = fc.boolean().chain((is30) =>
  fc
    .tuple(
      parts(is30),
      parts(is30),
      fc.oneof(
        { weight: 3, arbitrary: fc.constant(['inside']) },
        {
          weight: 2,
          arbitrary: fc.subarray(['query', 'body', 'responses', 'components'], {
            minLength: 1,
            maxLength: 2,
          }),
        },
      ),
      fc.nat(),
    )
    .map(([old, other, changed, at]): [JsonObject, JsonObject] => {
      const now = { ...old };
      for (const key of changed)
        if (key !== 'inside') Object.assign(now, { [key]: other[key as keyof Parts] });
      const document = documentOf(now);
      return [documentOf(old), changed.includes('inside') ? edited(document, at) : document];
    }),
);

/** The document with one keyword of one of its schemas taken away or changed. */
function edited(document: JsonObject, at: number): JsonObject {
  const copy = structuredClone(document);
  const edits: (() => void)[] = [];
  const visit = (node: JsonValue | undefined): void => {
    if (typeof node !== 'object' || node === null) return;
    if (!Array.isArray(node)) {
      if (Array.isArray(node.required) && node.required.length > 0)
        edits.push(() => (node.required as JsonValue[]).pop());
      if (Array.isArray(node.required) && node.properties)
        edits.push(() => Object.assign(node, { required: Object.keys(node.properties ?? {}) }));
      if (Array.isArray(node.enum) && node.enum.length > 1)
        edits.push(
          () => (node.enum as JsonValue[]).push('w'),
          () => (node.enum as JsonValue[]).shift(),
        );
      if (typeof node.maxLength === 'number') edits.push(() => Object.assign(node, { maxLength: 1 }));
      if (Array.isArray(node.oneOf) && node.oneOf.length > 1)
        edits.push(
          () => (node.oneOf as JsonValue[]).push({ type: 'boolean' }),
          () => (node.oneOf as JsonValue[]).pop(),
        );
      for (const key of ['readOnly', 'writeOnly', 'nullable', 'additionalProperties', 'minimum'])
        if (key in node) edits.push(() => delete node[key]);
      if (node.type === 'object' && node.properties)
        edits.push(() => Object.assign(node.properties as JsonObject, { c: { type: 'boolean' } }));
    }
    for (const inner of Object.values(node)) visit(inner);
  };
  visit(copy.paths);
  visit(copy.components);
  edits[at % Math.max(1, edits.length)]?.();
  return copy;
}
