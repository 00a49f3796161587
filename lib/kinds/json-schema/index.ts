import { isObject } from '../../json.ts';
import { documentKind } from '../document.ts';

/** Documents that a JSON Schema describes. */
export const jsonSchema = documentKind({
  name: 'json-schema',
  summary: 'documents described by a JSON Schema',
  looksFor: "a YAML or JSON document with a '$schema' of JSON Schema, or keywords found only in schemas",
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ value, schema }) => value === null && isObject(schema) && Object.keys(schema).length > 0,
  compare: async (old, now) => {
    const { compareJsonSchemas } = await import('./compare.ts');
    return compareJsonSchemas(old.schema, now.schema);
  },
  alsoUsed: [{ name: 'instances', reader: 'instances', oneByOne: true }],
  answers: async (content, uses) => (await import('./instances.ts')).answers(content, uses),
  affected: async (old, now, uses) => (await import('./instances.ts')).affected(old, now, uses),
});
