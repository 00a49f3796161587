import { isObject } from '../../json.ts';
import { copyReadBy, coverCopy } from '../document.ts';
import type { Content, Kind } from '../types.ts';

const READER = 'openapi';

/** HTTP interfaces that an OpenAPI (or Swagger) document describes. */
export const openapi: Kind = {
  name: 'openapi',
  summary: 'an HTTP interface that an OpenAPI document describes',
  looksFor: "a YAML or JSON document with an 'openapi' or 'swagger' version",
  direction: 'offers',
  readers: [READER],
  uses: [copyReadBy(READER)],
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ schema }) =>
    isObject(schema) && (typeof schema.openapi === 'string' || typeof schema.swagger === 'string'),
  compare,
  cover: (content, usage) => coverCopy(compare, content, usage),
};

async function compare(old: Content, now: Content) {
  const { compareOpenapi } = await import('./compare/index.ts');
  return compareOpenapi(old.schema, now.schema);
}
