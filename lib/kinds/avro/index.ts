import { isObject, type JsonValue } from '../../json.ts';
import { documentKind } from '../document.ts';
import type { Kind } from '../types.ts';

/** Schemas of Avro, in one or several files. */
const document = documentKind({
  name: 'avro',
  summary: 'Avro schemas and protocols, in one or several files',
  looksFor: 'an .avsc or .avpr file that defines a record, an enum, a fixed or a protocol',
  offered: 'each',
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ schema }) => isTree(schema),
  compare: async (old, now) => {
    const { compareAvro } = await import('./compare.ts');
    return compareAvro(old.schema, now.schema);
  },
  // A copy is what the consumer reads with: what is published now is written.
  compareCopy: async (copy, content) => (await import('./uses.ts')).readWithCopy(content.schema, copy.schema),
  alsoUsed: [{ name: 'avro-readers', reader: 'avro-readers', oneByOne: true }],
  answers: async ({ schema }, uses) => (await import('./uses.ts')).answers(schema, uses),
  affected: async (old, now, uses) => (await import('./uses.ts')).affected(old, now, uses),
});

export const avro: Kind = {
  ...document,
  uses: [...document.uses].reverse(),
  // Consumers read what is written next, and what was written before stays to be read.
  promises: { backwards: true, forwards: true },
};

/** Files of Avro, as their reader gives them. */
function isTree(schema: JsonValue): boolean {
  if (!isObject(schema) || !isObject(schema.files)) return false;
  const realm = schema['x-realm'];
  return isObject(realm) && realm.kind === 'avro';
}
