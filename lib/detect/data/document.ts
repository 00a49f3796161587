import type { Node as JsonNode, ParseError } from 'jsonc-parser';
import type { Alias, Document, Node, ParsedNode } from 'yaml';
import type { JsonObject, JsonValue } from '../../json.ts';
import { pointerToken } from '../../json.ts';
import { withoutTraces } from '../../yaml-bounds.ts';
import { refuseExcess } from '../limits.ts';
import { languageOf } from '../syntax/languages.ts';

/** A data file's value, and the 1-based line of each node by JSON pointer. */
export interface DataDocument {
  value: JsonValue;
  lines: Map<string, number>;
}

/** Nodes read from one file at most, aliases followed included: a small file cannot grow without bound. */
const MOST_NODES = 200_000;
const DEEPEST = 200;
/** Characters that are looked through for the lines of keys; from there on a key has the line of what it stands in. */
const MOST_LOOKED_THROUGH = 50_000_000;

/** Reads JSON, YAML or TOML by the path's ending. Throws `SyntaxError` with a line where the file does not parse. */
export async function readData(path: string, text: string): Promise<DataDocument> {
  const language = languageOf(path);
  if (language === 'toml') return toml(text);
  refuseExcess(text, language === 'json' ? Number.POSITIVE_INFINITY : undefined);
  return language === 'json' ? json(text) : yaml(text);
}

/** JSON, with the comments that some tools allow in it. The YAML library reads it too, and takes five times as long. */
async function json(text: string): Promise<DataDocument> {
  const { parseTree, printParseErrorCode } = await import('jsonc-parser');
  const errors: ParseError[] = [];
  const root = parseTree(text, errors);
  const [error] = errors;
  const lineAt = lineCounter(text);
  if (error !== undefined || root === undefined) {
    const what = error === undefined ? 'it is empty' : printParseErrorCode(error.error);
    throw new SyntaxError(`${words(what)} in line ${lineAt(error?.offset ?? 0)}`);
  }
  const lines = new Map<string, number>();
  let nodes = 0;
  const convert = (node: JsonNode, pointer: string): JsonValue => {
    if (++nodes > MOST_NODES) throw new SyntaxError('too large');
    lines.set(pointer, lineAt(node.offset));
    if (node.type === 'array')
      return (node.children ?? []).map((item, i) => convert(item, `${pointer}/${i}`));
    if (node.type !== 'object') return scalar(node.value);
    const value: JsonObject = {};
    for (const { children: [key, inner] = [] } of node.children ?? [])
      if (inner !== undefined)
        setOwn(value, String(key?.value), convert(inner, `${pointer}/${pointerToken(String(key?.value))}`));
    return value;
  };
  return { value: convert(root, ''), lines };
}

/** `ValueExpected`: `value expected`. */
const words = (code: string): string => code.replace(/(?!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();

/** The 1-based line of an offset. */
function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

async function yaml(text: string): Promise<DataDocument> {
  const library = await import('yaml');
  return withoutTraces(() => readYaml(text, library));
}

function readYaml(
  text: string,
  { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseAllDocuments }: typeof import('yaml'),
): DataDocument {
  const counter = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: counter, uniqueKeys: false, logLevel: 'silent' });
  const documents: Document<ParsedNode, boolean>[] = 'empty' in parsed ? [] : [...parsed];
  for (const document of documents) {
    const [error] = document.errors;
    if (error) throw new SyntaxError(error.message.split('\n')[0] ?? error.message);
  }
  const lines = new Map<string, number>();
  let nodes = 0;

  const convert = (
    node: unknown,
    document: Document<ParsedNode, boolean>,
    pointer: string,
    depth: number,
  ): JsonValue => {
    if (++nodes > MOST_NODES || depth > DEEPEST) throw new SyntaxError('too large or too deeply nested');
    if (isAlias(node)) return convert(resolved(node, document), document, pointer, depth + 1);
    const range = (node as Node | null)?.range;
    if (range && !lines.has(pointer)) lines.set(pointer, counter.linePos(range[0]).line);
    if (isSeq(node))
      return node.items.map((item, i) => convert(item, document, `${pointer}/${i}`, depth + 1));
    if (isMap(node)) {
      const value: JsonObject = {};
      for (const pair of node.items) {
        if (!isPair(pair)) continue;
        const key = isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
        const inner = convert(pair.value, document, `${pointer}/${pointerToken(key)}`, depth + 1);
        if (key === '<<' && !Array.isArray(inner) && typeof inner === 'object' && inner !== null) {
          for (const [merged, item] of Object.entries(inner))
            if (!Object.hasOwn(value, merged)) setOwn(value, merged, item);
        } else setOwn(value, key, inner);
      }
      return value;
    }
    return scalar(isScalar(node) ? node.value : null);
  };

  // the library looks through the whole document for an anchor, each time
  const targets = new Map<unknown, Node | null>();
  function resolved(alias: Alias, document: Document<ParsedNode, boolean>): Node | null {
    const known = targets.get(alias);
    if (known !== undefined) return known;
    const target = alias.resolve(document) ?? null;
    targets.set(alias, target);
    return target;
  }

  const values = documents.map((document, i) =>
    convert(document.contents, document, documents.length > 1 ? `/${i}` : '', 0),
  );
  return { value: values.length === 1 ? (values[0] ?? null) : values.length === 0 ? null : values, lines };
}

async function toml(text: string): Promise<DataDocument> {
  const { parse } = await import('smol-toml');
  return readToml(text, parse);
}

function readToml(text: string, parse: (text: string) => unknown): DataDocument {
  let table: unknown;
  try {
    table = parse(text);
  } catch (error) {
    throw new SyntaxError(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
  }
  const rows = text.split('\n');
  const lines = new Map<string, number>();
  let left = MOST_LOOKED_THROUGH;
  /** The first line from `from` on that holds the key or element; the TOML parser gives no places. */
  const lineOf = (word: string, from: number): number => {
    for (let i = from - 1; i < rows.length && left > 0; i++) {
      left -= (rows[i]?.length ?? 0) + 1;
      if (rows[i]?.includes(word)) return i + 1;
    }
    return from;
  };
  const convert = (value: unknown, pointer: string, line: number): JsonValue => {
    lines.set(pointer, line);
    if (Array.isArray(value))
      return value.map((item, i) => convert(item, `${pointer}/${i}`, lineOf(wordOf(item), line)));
    if (value instanceof Date || typeof value !== 'object' || value === null) return scalar(value);
    const object: JsonObject = {};
    for (const [key, inner] of Object.entries(value))
      setOwn(object, key, convert(inner, `${pointer}/${pointerToken(key)}`, lineOf(key, line)));
    return object;
  };
  return { value: convert(table, '', 1), lines };
}

/** A word to look for: a table has no text of its own, but its first key. */
const wordOf = (item: unknown): string =>
  typeof item === 'object' && item !== null && !(item instanceof Date)
    ? (Object.keys(item)[0] ?? '')
    : String(item);

function scalar(value: unknown): JsonValue {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Date) return value.toISOString();
  return value === null || value === undefined ? null : String(value);
}

/** Sets a key as the value's own, `__proto__` included. */
function setOwn(object: JsonObject, key: string, value: JsonValue): void {
  Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}
