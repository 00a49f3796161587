import { typeWords } from '../../kinds/avro/model.ts';
import { modelOf } from '../../kinds/avro/read.ts';
import type { Part, Unresolved } from '../types.ts';
import type { TreeRead, TreeReader } from './tree.ts';

/** Files of Avro schemas and protocols as the schema of a contract. */
export const avroTree: TreeReader = {
  reads: (path) => /\.(?:avsc|avpr)$/i.test(path),
  read: readAvro,
};

async function readAvro(texts: ReadonlyMap<string, string>): Promise<TreeRead> {
  const nothing = (unresolved: Unresolved[]): TreeRead => ({ schema: {}, parts: [], unresolved });
  if (texts.size === 0) return nothing([]);
  const model = await modelOf(texts);
  if ('faults' in model)
    return nothing(
      model.faults.map(({ path, line, why }) => ({ path, line, what: 'the document', why, gap: true })),
    );
  const parts: Part[] = [...model.types.values()].map(({ name, pointer, kind, line, path }) => ({
    ...{ pointer, value: name, path, line, how: kind },
  }));
  for (const { name, pointer, line, path } of model.messages.values())
    parts.push({ pointer, value: name, path, line, how: 'message' });
  for (const { path, schema } of model.roots)
    if (schema.kind !== 'record' && schema.kind !== 'enum' && schema.kind !== 'fixed')
      parts.push({ pointer: schema.pointer, value: typeWords(schema), path, line: 1, how: 'schema' });
  const open = [...model.open].map(
    ([name, { path, line }]): Unresolved => ({
      ...{ path, line, what: `'${name}'`, gap: true },
      why: `'${name}' is not defined in the sources`,
    }),
  );
  return {
    schema: { files: Object.fromEntries(texts), 'x-realm': { kind: 'avro' } },
    parts,
    unresolved: open,
  };
}
