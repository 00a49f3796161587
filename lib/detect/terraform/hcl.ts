import { posix } from 'node:path';
import type { JsonObject, JsonValue } from '../../json.ts';
import { decode } from '../limits.ts';
import { place } from '../syntax/build.ts';
import { parserOf } from '../syntax/languages.ts';
import type { Node } from '../syntax/node.ts';
import type { SourceFile } from '../types.ts';

/** A block of HCL: `variable "name" { … }`. */
export interface Block {
  type: string;
  labels: readonly string[];
  path: string;
  line: number;
  node: Node;
  attributes: ReadonlyMap<string, { value: Node; line: number }>;
  blocks: readonly Block[];
}

/** A file of Terraform as its blocks, or why it is not read. */
export type HclFile =
  | { path: string; root: Node; blocks: Block[] }
  | { path: string; why: string; line: number };

/** Nodes of expressions that are followed, at most in one another. */
export const DEEPEST = 100;

/** The blocks of a file. Never throws for what a file holds. */
export async function hclFile(file: SourceFile): Promise<HclFile> {
  const { path } = file;
  const text = decode(file);
  if (typeof text !== 'string') return { path, ...text };
  if (deep.test(text)) return { path, why: 'it is nested too deeply', line: 1 };
  try {
    const root = (await parserOf(path, 'terraform'))(text);
    // What only lacks its end is not an error to the parser, which puts it in.
    const broken = root.find('ERROR') ?? root.findAll(ends).find((end) => end.text() === '');
    if (broken) return { path, why: 'it does not parse', line: place(broken).line };
    const body = root.named().find((child) => child.kind() === 'body');
    return { path, root, blocks: body === undefined ? [] : blocksIn(body, path, 0) };
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
    return { path, why: `it does not parse: ${error.message}`, line: 1 };
  }
}

const ends = ['block_end', 'object_end', 'tuple_end', 'quoted_template_end', 'heredoc_identifier'];

/** More brackets in a row than anybody writes. */
const deep = /(?:[[({]\s*){60}/;

const blocksIn = (body: Node, path: string, depth: number): Block[] =>
  body
    .named()
    .filter((child) => child.kind() === 'block')
    .map((node) => {
      const [type = '', ...labels] = node
        .named()
        .filter((child) => child.kind() === 'identifier' || child.kind() === 'string_lit')
        .map((child) => child.text().replace(/^"|"$/g, ''));
      const inner = node.named().find((child) => child.kind() === 'body');
      return {
        ...{ type, labels, path, node, line: place(node).line },
        attributes: inner === undefined ? new Map() : attributesIn(inner),
        blocks: inner === undefined || depth > DEEPEST ? [] : blocksIn(inner, path, depth + 1),
      };
    });

function attributesIn(body: Node): Block['attributes'] {
  const found = new Map<string, { value: Node; line: number }>();
  for (const child of body.named()) {
    if (child.kind() !== 'attribute') continue;
    const [key, value] = child.named();
    if (key !== undefined && value !== undefined) found.set(key.text(), { value, line: place(child).line });
  }
  return found;
}

/** Nodes that stand for the one in them. */
const wraps = new Set(['expression', 'literal_value', 'template_expr', 'collection_value', 'operation']);

/** What an expression is, without what is around it; with more than one part it is itself. */
export function bare(node: Node): Node {
  let here = node;
  for (let depth = 0; depth < DEEPEST && wraps.has(here.kind()); depth++) {
    const inner = here.named().filter((child) => child.kind() !== 'comment');
    const [only] = inner;
    if (only === undefined || inner.length > 1) return here;
    here = only;
  }
  return here;
}

/** The text of an expression with white space as nobody means it. */
export const textOf = (node: Node): string => node.text().replace(/\s+/g, ' ').trim();

/** The text of a string without interpolation; undefined where it is none. */
export function stringOf(node: Node): string | undefined {
  const here = bare(node);
  if (here.kind() !== 'string_lit' && here.kind() !== 'quoted_template') return undefined;
  const parts = here.named().filter((part) => !/^quoted_template_(?:start|end)$/.test(part.kind()));
  if (parts.some((part) => part.kind() !== 'template_literal')) return undefined;
  const text = parts.map((part) => part.text()).join('');
  return text
    .replaceAll('$${', '${')
    .replaceAll('%%{', '%{')
    .replace(/\\(["\\nrt])/g, (_, sign: string) => escapes[sign] ?? sign);
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** The value of a literal; undefined where any part of it is another expression. */
export function literalOf(node: Node, depth = 0): JsonValue | undefined {
  if (depth > DEEPEST) return undefined;
  const here = bare(node);
  switch (here.kind()) {
    case 'numeric_lit':
      return Number(here.text());
    case 'bool_lit':
      return here.text() === 'true';
    case 'null_lit':
      return null;
    case 'unary_operation': {
      const inner = here.named()[0];
      const value = inner === undefined ? undefined : literalOf(inner, depth + 1);
      return typeof value === 'number' && here.text().startsWith('-') ? -value : undefined;
    }
    case 'tuple': {
      const items = elementsOf(here).map((item) => literalOf(item, depth + 1));
      return items.includes(undefined) ? undefined : (items as JsonValue[]);
    }
    case 'object': {
      const found: JsonObject = {};
      for (const { key, value } of membersOf(here)) {
        const inner = literalOf(value, depth + 1);
        if (key === undefined || inner === undefined) return undefined;
        Object.defineProperty(found, key, {
          value: inner,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
      return found;
    }
    default:
      return stringOf(here);
  }
}

/** The elements of `[ … ]`. */
export const elementsOf = (tuple: Node): Node[] =>
  tuple.named().filter((child) => child.kind() === 'expression');

/** The members of `{ … }`; a key that is worked out has no name. */
export const membersOf = (object: Node): { key: string | undefined; value: Node; line: number }[] =>
  object.named().flatMap((member) => {
    const [key, value] = member.kind() === 'object_elem' ? member.named() : [];
    if (key === undefined || value === undefined) return [];
    const name = bare(key);
    const isName = name.kind() === 'variable_expr' && key.text().trim() === name.text();
    return [{ key: isName ? name.text() : stringOf(name), value, line: place(member).line }];
  });

/** Files of one folder are one module. */
export const folderOf = (path: string): string => {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
};
