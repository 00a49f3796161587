import { openapiVersion } from '../../compat/openapi-version.ts';
import { isObject } from '../../json.ts';
import { documentKind } from '../document.ts';

/** HTTP interfaces that an OpenAPI (or Swagger) document describes. */
export const openapi = documentKind({
  name: 'openapi',
  summary: 'an HTTP interface described by an OpenAPI document',
  looksFor: "a YAML or JSON document with an 'openapi' or 'swagger' version",
  offered: 'each',
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ schema }) => isObject(schema) && openapiVersion(schema) !== undefined,
  compare: async (old, now) => {
    const { compareDescriptions } = await import('./compare/index.ts');
    return compareDescriptions(old.schema, now.schema);
  },
  alsoReads: ['http-routes'],
  alsoUsed: [{ name: 'http-calls', reader: 'http-calls', oneByOne: true }],
  answers: async (content, uses) => (await import('./uses/answer.ts')).answers(content, uses),
  affected: async (old, now, uses) => (await import('./uses/affected.ts')).affected(old, now, uses),
});
