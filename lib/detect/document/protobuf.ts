import { libraries, modelOf } from '../../kinds/protobuf/model/model.ts';
import type { Part, Unresolved } from '../types.ts';
import type { TreeRead, TreeReader } from './tree.ts';

/** A tree of `.proto` files as the schema of a contract. */
export const protobufTree: TreeReader = {
  reads: (path) => /\.proto$/i.test(path),
  read: readProtobuf,
};

async function readProtobuf(texts: ReadonlyMap<string, string>): Promise<TreeRead> {
  const nothing = (unresolved: Unresolved[]): TreeRead => ({ schema: {}, parts: [], unresolved });
  const gap = (path: string, line: number, why: string): Unresolved => ({
    ...{ path, line, what: 'the document', why, gap: true },
  });
  if (texts.size === 0) return nothing([]);
  const model = modelOf(await libraries(), texts);
  if ('faults' in model) return nothing(model.faults.map(({ path, line, why }) => gap(path, line, why)));
  const { tree, open } = model;
  const parts = [...tree.definitions.values()]
    .filter(({ scope }) => !tree.definitions.has(scope))
    .map(
      ({ name, pointer, file, of, kind }): Part => ({
        ...{ pointer, value: name, path: file.path, line: of.line, how: kind },
      }),
    );
  const [first = ''] = texts.keys();
  if (parts.length === 0) return nothing([gap(first, 1, 'it defines no message, enum or service')]);
  const imports = tree.missing.map(
    ({ file, import: { path, line } }): Unresolved => ({
      ...{ path: file.path, line, what: `import '${path}'` },
      why: `'${path}' is not among the sources, so changes in it are not detected`,
    }),
  );
  const types = [...open].map(
    ([name, { path, line }]): Unresolved => ({
      ...{ path, line, what: `'${name}'`, why: 'it is not defined in the sources' },
    }),
  );
  return {
    schema: { files: Object.fromEntries(texts), 'x-realm': { kind: 'protobuf' } },
    parts,
    unresolved: [...imports, ...types],
  };
}
