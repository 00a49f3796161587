import type { DescEnum, DescExtension, DescMessage, FileRegistry } from '@bufbuild/protobuf';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { isObject, type JsonValue } from '../../../json.ts';
import type { ProtoFile } from '../parse/types.ts';
import { descriptorOf, type Libraries, type Names } from './descriptors.ts';
import { type Fault, importedFrom, qualified, type Tree, treeOf } from './tree.ts';

/** A tree of `.proto` files with what it means: names, features and types resolved. */
export interface Model {
  tree: Tree;
  libraries: Libraries;
  registry: FileRegistry;
  /** Types that are used and not defined, by their full name, with the place of their first use. */
  open: Map<string, { path: string; line: number; by: string }>;
  message(name: string): DescMessage | undefined;
  enum(name: string): DescEnum | undefined;
  /** Extensions by the full name of what they extend and their number. */
  extensions: Map<string, DescExtension>;
}

/** The texts of a contract by their paths; undefined where it is not of this kind. */
export function textsOf(schema: JsonValue): Map<string, string> | undefined {
  if (typeof schema === 'string') return new Map([['contract.proto', schema]]);
  if (!isObject(schema) || !isObject(schema.files)) return undefined;
  const entries = Object.entries(schema.files);
  return new Map(
    entries.flatMap(([path, text]) => (typeof text === 'string' ? [[path, text] as const] : [])),
  );
}

/** Loads the library that knows what descriptors mean. */
export async function libraries(): Promise<Libraries> {
  const [protobuf, wkt] = await Promise.all([import('@bufbuild/protobuf'), import('@bufbuild/protobuf/wkt')]);
  return { protobuf, wkt };
}

type Read = Model | { faults: Fault[]; tree: Tree };

/** Trees in memory at a time: one commit asks for the same two several times. */
const KEPT = 4;
const known: { texts: ReadonlyMap<string, string>; read: Read }[] = [];

/** What the files mean together, or what is wrong with them. A name that is not defined is taken for an empty message. */
export function modelOf(with_: Libraries, texts: ReadonlyMap<string, string>): Read {
  const before = known.find((model) => sameTexts(model.texts, texts));
  if (before !== undefined) return before.read;
  const read = readModel(with_, texts);
  known.push({ texts: new Map(texts), read });
  if (known.length > KEPT) known.shift();
  return read;
}

function sameTexts(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean {
  if (left.size !== right.size) return false;
  for (const [path, text] of left) if (right.get(path) !== text) return false;
  return true;
}

function readModel(with_: Libraries, texts: ReadonlyMap<string, string>): Read {
  const bundled = bundledFiles(with_);
  const tree = treeOf(texts, (path) => bundled.has(path));
  if (tree.faults.length > 0) return { faults: tree.faults, tree };
  const open: Model['open'] = new Map();
  const faults: Fault[] = [];
  const used = new Map<string, Set<string>>(tree.files.map(({ path }) => [path, new Set<string>()]));
  const given = [...bundled.values()].filter(({ name }) => !isReplaced(tree, name));
  const wellKnown = wellKnownTypes(given);
  const needed = new Set<FileDescriptorProto>();
  const names: Names = {
    kindOf: (name) => {
      const kind = tree.definitions.get(name)?.kind;
      return kind === 'service' ? undefined : (kind ?? wellKnown.get(name)?.kind);
    },
    unknown: (written, file, line, scope) => {
      const name = written.startsWith('.')
        ? written.slice(1)
        : written.includes('.')
          ? written
          : qualified(file.package, written);
      if (!open.has(name)) open.set(name, { path: file.path, line, by: scope });
      return name;
    },
    used: (file, name) => {
      const other = tree.definitions.get(name)?.file.path;
      if (other !== undefined && other !== file.path) used.get(file.path)?.add(other);
      const well = other === undefined ? wellKnown.get(name) : undefined;
      if (well !== undefined) needed.add(well.file);
    },
    fault: ({ path }, line, why) => faults.push({ path, line, why }),
  };
  const descriptors = new Map<string, FileDescriptorProto>();
  for (const file of tree.files) {
    try {
      descriptors.set(file.path, descriptorOf(with_, names, file));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      faults.push({
        path: file.path,
        line: Number(/line (\d+)$/.exec(error.message)?.[1] ?? 1),
        why: error.message,
      });
    }
  }
  const order = faults.length > 0 ? [] : inOrder(tree.files, used, faults);
  if (faults.length > 0) return { faults, tree };
  const file = [
    ...withDependencies(needed, bundled),
    ...placeholders(with_, open),
    ...order.map((path) => descriptors.get(path) as FileDescriptorProto),
  ];
  try {
    const set = with_.protobuf.create(with_.wkt.FileDescriptorSetSchema, { file });
    const registry = with_.protobuf.createFileRegistry(set);
    return withParts({ tree, libraries: with_, registry, open });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { faults: [{ path: tree.files[0]?.path ?? '', line: 1, why }], tree };
  }
}

function withParts(model: Pick<Model, 'tree' | 'libraries' | 'registry' | 'open'>): Model {
  const { registry } = model;
  const extensions = new Map<string, DescExtension>();
  for (const extension of registry)
    if (
      extension.kind === 'extension' &&
      model.tree.files.some(({ path }) => path === extension.file.proto.name)
    )
      extensions.set(`${extension.extendee.typeName}:${extension.number}`, extension);
  return {
    ...model,
    extensions,
    message: (name) => registry.getMessage(name),
    enum: (name) => registry.getEnum(name),
  };
}

/** The files of Protocol Buffers itself, which need not be among the sources. */
function bundledFiles({ wkt }: Libraries): Map<string, FileDescriptorProto> {
  const found = new Map<string, FileDescriptorProto>();
  for (const [name, exported] of Object.entries(wkt))
    if (name.startsWith('file_')) {
      const { proto } = exported as { proto: FileDescriptorProto };
      found.set(proto.name, proto);
    }
  return found;
}

/** A tree that has its own copy of such a file means that one. */
const isReplaced = (tree: Tree, name: string): boolean =>
  tree.files.some(({ path }) => path === name || path.endsWith(`/${name}`));

/** Files of Protocol Buffers itself, each after those that it imports. */
function withDependencies(
  needed: ReadonlySet<FileDescriptorProto>,
  all: ReadonlyMap<string, FileDescriptorProto>,
): FileDescriptorProto[] {
  const found = new Set<FileDescriptorProto>();
  const add = (file: FileDescriptorProto): void => {
    for (const path of file.dependency) {
      const other = all.get(path);
      if (other !== undefined && !found.has(other)) add(other);
    }
    found.add(file);
  };
  for (const file of needed) add(file);
  return [...found];
}

type WellKnownType = { kind: 'message' | 'enum'; file: FileDescriptorProto };

function wellKnownTypes(files: readonly FileDescriptorProto[]): Map<string, WellKnownType> {
  const found = new Map<string, WellKnownType>();
  for (const file of files) {
    for (const inner of file.enumType) found.set(qualified(file.package, inner.name), { kind: 'enum', file });
    const open = file.messageType.map((message) => ({
      message,
      name: qualified(file.package, message.name),
    }));
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { message, name } = next;
      found.set(name, { kind: 'message', file });
      for (const inner of message.enumType) found.set(qualified(name, inner.name), { kind: 'enum', file });
      for (const inner of message.nestedType)
        open.push({ message: inner, name: qualified(name, inner.name) });
    }
  }
  return found;
}

/** Types that nobody defines, as messages without fields. */
function placeholders({ protobuf, wkt }: Libraries, open: Model['open']): FileDescriptorProto[] {
  return [...open.keys()].map((name) => {
    const dot = name.lastIndexOf('.');
    return protobuf.create(wkt.FileDescriptorProtoSchema, {
      ...{
        name: `not among the sources: ${name}`,
        package: dot < 0 ? '' : name.slice(0, dot),
        syntax: 'proto3',
      },
      messageType: [{ name: name.slice(dot + 1) }],
    });
  });
}

/** The files, each after those whose types it uses; files that use each other in a circle are a fault, as they are to the compiler. */
function inOrder(
  files: readonly ProtoFile[],
  used: ReadonlyMap<string, Set<string>>,
  faults: Fault[],
): string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const { path } of files) {
    const stack: { path: string; left: string[] }[] = [];
    const enter = (next: string): void => {
      state.set(next, 'open');
      stack.push({ path: next, left: [...(used.get(next) ?? [])] });
    };
    if (!state.has(path)) enter(path);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.left.pop();
      if (next === undefined) {
        state.set(top.path, 'done');
        order.push(top.path);
        stack.pop();
      } else if (state.get(next) === 'open') {
        faults.push({
          path: top.path,
          line: lineOfImport(files, top.path, next),
          why: `it imports '${next}', which uses it: the compiler refuses that`,
        });
      } else if (!state.has(next)) enter(next);
    }
  }
  return order;
}

const lineOfImport = (files: readonly ProtoFile[], path: string, other: string): number => {
  const paths = new Set(files.map((file) => file.path));
  const found = files.find((file) => file.path === path)?.imports;
  return found?.find((statement) => importedFrom(paths, path, statement.path) === other)?.line ?? 1;
};
