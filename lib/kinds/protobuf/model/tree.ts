import { posix } from 'node:path';
import { parseProto } from '../parse/parser.ts';
import { newSteps } from '../parse/tokens.ts';
import type { ProtoEnum, ProtoFile, ProtoImport, ProtoMessage, ProtoService, Scope } from '../parse/types.ts';

/** What is wrong with a file, and where. */
export interface Fault {
  path: string;
  line: number;
  why: string;
}

/** A definition of a tree: with its full name, its file, and its pointer in `linesOfTree`. */
export type Definition = { name: string; file: ProtoFile; pointer: string; scope: string } & (
  | { kind: 'message'; of: ProtoMessage }
  | { kind: 'enum'; of: ProtoEnum }
  | { kind: 'service'; of: ProtoService }
);

/** A tree of `.proto` files. */
export interface Tree {
  files: ProtoFile[];
  /** Definitions by full name, without a leading dot. */
  definitions: Map<string, Definition>;
  /** Imports that are neither among the files nor part of Protocol Buffers itself. */
  missing: { file: ProtoFile; import: ProtoImport }[];
  faults: Fault[];
}

/** Reads the files, and gives every definition its full name. What does not parse is a fault. */
export function treeOf(texts: ReadonlyMap<string, string>, isBundled: (path: string) => boolean): Tree {
  const tree: Tree = { files: [], definitions: new Map(), missing: [], faults: [] };
  const steps = newSteps();
  for (const [path, text] of texts) {
    try {
      tree.files.push(parseProto(path, text, steps));
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
      tree.faults.push({
        path,
        line: Number(/line (\d+)$/.exec(error.message)?.[1] ?? 1),
        why: error.message,
      });
    }
  }
  for (const file of tree.files) {
    define(tree, file, file, file.package, `/${token(file.path)}`);
    for (const service of file.services) {
      const name = qualified(file.package, service.name);
      const pointer = `/${token(file.path)}/${service.name}`;
      add(tree, { kind: 'service', of: service, name, file, pointer, scope: file.package });
    }
    for (const statement of file.imports)
      if (importedFrom(texts, file.path, statement.path) === undefined && !isBundled(statement.path))
        tree.missing.push({ file, import: statement });
  }
  return tree;
}

function define(tree: Tree, file: ProtoFile, within: Scope, scope: string, pointer: string): void {
  for (const message of within.messages) {
    const name = qualified(scope, message.name);
    const at = `${pointer}/${message.name}`;
    add(tree, { kind: 'message', of: message, name, file, pointer: at, scope });
    define(tree, file, message, name, at);
  }
  for (const inner of within.enums) {
    const name = qualified(scope, inner.name);
    add(tree, { kind: 'enum', of: inner, name, file, pointer: `${pointer}/${inner.name}`, scope });
  }
}

function add(tree: Tree, definition: Definition): void {
  const had = tree.definitions.get(definition.name);
  if (had === undefined) tree.definitions.set(definition.name, definition);
  else
    tree.faults.push({
      ...{ path: definition.file.path, line: definition.of.line },
      why: `'${definition.name}' is also defined in ${had.file.path}:${had.of.line}`,
    });
}

/** `acme.v1` and `Invoice` as one name. */
export const qualified = (scope: string, name: string): string => (scope === '' ? name : `${scope}.${name}`);

/** A path as one token of a pointer. */
export const token = (path: string): string => path.replaceAll('~', '~0').replaceAll('/', '~1');

/**
 * The file that an import means: imports begin at a folder that only the compiler's options name, so it is the nearest file
 * whose path ends so.
 */
export function importedFrom(
  texts: { has(path: string): boolean; keys(): Iterable<string> },
  from: string,
  path: string,
): string | undefined {
  for (let folder = posix.dirname(from); ; folder = posix.dirname(folder)) {
    const here = posix.join(folder, path);
    if (texts.has(here)) return here;
    if (folder === '.' || folder === '/') break;
  }
  for (const other of texts.keys()) if (other.endsWith(`/${path}`)) return other;
  return undefined;
}

/**
 * The full name that a name means within a scope: the innermost one that is defined. A name that is not among the definitions is
 * `undefined`.
 */
export function resolved(has: (name: string) => boolean, scope: string, name: string): string | undefined {
  if (name.startsWith('.')) return has(name.slice(1)) ? name.slice(1) : undefined;
  for (let around = scope; ; around = around.slice(0, Math.max(0, around.lastIndexOf('.')))) {
    const found = qualified(around, name);
    if (has(found)) return found;
    if (around === '') return undefined;
  }
}
