import { type Document, isNode, isScalar, type Node } from 'yaml';
import type { ValidationError } from '../../schemas/generated/validators.js';
import type { Problem } from './parse.ts';

/** What a schema says against a file, in words, with the line that it is about. */
export function fromValidation(doc: Document, path: string, text: string, error: ValidationError): Problem {
  const { instancePath: pointer, keyword, params, parentSchema, data } = error;
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const offset = offsetOf(doc, keys);
  const place = { path, ...position(text, offset) };
  if (keyword === 'required')
    return { ...place, message: `expected the key '${params.missingProperty}', found none`, pointer };
  const expected = parentSchema['x-expected'] ?? 'another value';
  const name = keys.findLast((key) => !/^\d+$/.test(key));
  const unquoted = keyword === 'type' && params.type === 'string' && typeof data !== 'object';
  const found = `found ${describe(data, doc, keys)}${unquoted ? ': put it in quotes' : ''}`;
  return {
    ...place,
    message: `${name === undefined ? '' : `${shorten(name)}: `}expected ${expected}, ${found}`,
    pointer,
  };
}

function describe(data: unknown, doc: Document, keys: string[]): string {
  if (data === null || data === undefined) return 'nothing';
  if (Array.isArray(data)) return 'a list';
  if (typeof data === 'object') return 'a mapping';
  if (typeof data === 'string') return JSON.stringify(shorten(data));
  const node = nodeAt(doc, keys);
  return `the ${typeof data} ${(isScalar(node) && node.source) || String(data)}`;
}

/** The node at these keys, or the nearest one above it. */
function nodeAt(doc: Document, keys: readonly (string | number)[]): Node | null {
  for (let length = keys.length; length > 0; length--) {
    const node = doc.getIn(keys.slice(0, length), true);
    if (isNode(node)) return node;
  }
  return doc.contents;
}

/** Where in the text the value under these keys stands, or the nearest one around it. */
export function offsetOf(doc: Document, keys: readonly (string | number)[]): number {
  return nodeAt(doc, keys)?.range?.[0] ?? 0;
}

/** Line and column of an offset, from 1. */
export function position(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}

/** Short enough for a message. */
export const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

/** As the middle of a sentence has it. */
export const lower = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);
