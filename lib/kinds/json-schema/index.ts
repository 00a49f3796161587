import { isObject } from '../../json.ts';
import { copyReadBy, coverCopy } from '../document.ts';
import type { Content, Kind } from '../types.ts';

const READER = 'json-schema';

/** Documents that a JSON Schema describes. */
export const jsonSchema: Kind = {
  name: 'json-schema',
  summary: 'documents that a JSON Schema describes',
  looksFor: "a YAML or JSON document with a '$schema' of JSON Schema, or keywords that only a schema has",
  direction: 'offers',
  readers: [READER],
  uses: [copyReadBy(READER)],
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ value, schema }) => value === null && isObject(schema) && Object.keys(schema).length > 0,
  compare,
  cover: (content, usage) => coverCopy(compare, content, usage),
};

async function compare(old: Content, now: Content) {
  const { compareJsonSchemas } = await import('./compare.ts');
  return compareJsonSchemas(old.schema, now.schema);
}
