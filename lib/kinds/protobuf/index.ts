import { isObject, type JsonValue } from '../../json.ts';
import { documentKind } from '../document.ts';
import { levelNamed } from './levels.ts';

/** Messages and services of Protocol Buffers, as a tree of `.proto` files. */
export const protobuf = documentKind({
  name: 'protobuf',
  summary: 'messages and services of Protocol Buffers, described by .proto files',
  looksFor: 'a .proto file that defines a message, an enum or a service',
  offered: 'together',
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ schema }) => isTree(schema),
  compare: async (old, now) => {
    const { compareProtobuf } = await import('./compare/index.ts');
    return compareProtobuf(old.schema, now.schema, levelNamed(now.level ?? old.level));
  },
  alsoUsed: [{ name: 'protobuf-uses', reader: 'protobuf-uses', oneByOne: true }],
  answers: async ({ schema }, uses) => (await import('./uses/answer.ts')).answers(schema, uses),
  affected: async (old, now, uses) => (await import('./uses/affected.ts')).affected(old, now, uses),
});

/** A tree of files, as its reader gives it. */
function isTree(schema: JsonValue): boolean {
  if (!isObject(schema) || !isObject(schema.files)) return false;
  const realm = schema['x-realm'];
  return isObject(realm) && realm.kind === 'protobuf';
}
