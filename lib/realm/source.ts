import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { Quoting } from './emit.ts';
import { yamlOptions } from './parse.ts';
import { quickSource } from './quick.ts';

/** A value in a YAML text: what it is, and where it stands. An empty one (`key:`) is `null`, wherever it could stand. */
export type Source = SourceMap | SourceSeq | SourceScalar;

interface Extent {
  start: number;
  /** Behind the value; of a collection in block style its start again, because its last entry ends it. */
  end: number;
  /** It carries an anchor or a tag of its own, which a new value would lose. */
  marked: boolean;
}

export interface SourceMap extends Extent {
  kind: 'map';
  flow: boolean;
  pairs: SourcePair[];
}

export interface SourceSeq extends Extent {
  kind: 'seq';
  flow: boolean;
  items: SourceItem[];
}

export interface SourceScalar extends Extent {
  kind: 'scalar' | 'alias';
  /** How a string is quoted. */
  quoting: Quoting | undefined;
}

export interface SourcePair {
  key: string;
  /** Where the key begins. */
  start: number;
  /** Behind the colon; behind the key where there is none, which only flow style has. */
  after: number;
  value: Source | null;
  /** Its key is written in a way that only the parser understands. */
  odd: boolean;
}

export interface SourceItem {
  /** Where its dash is, or in flow style the item. */
  start: number;
  value: Source | null;
  odd: boolean;
}

/** The text as it is written, read as the common YAML subset if possible, else by the parser; `null` for an empty one. */
export function sourceOf(text: string): Source | null {
  return quickSource(text) ?? parsedSource(text);
}

/** The same by the parser, whatever the text. */
export function parsedSource(text: string): Source | null {
  return fromNode(parseDocument(text, { ...yamlOptions, keepSourceTokens: true }).contents);
}

function fromNode(node: Node | null): Source | null {
  if (node === null) return null;
  const [start, end] = node.range ?? [0, 0];
  if (isScalar(node) && start === end) return null;
  const marked =
    !isAlias(node) &&
    (Boolean('anchor' in node && node.anchor) || Boolean('tag' in node && node.tag?.startsWith('!')));
  const extent = (flow: boolean) => ({ start, end: flow ? end : start, marked, flow });
  if (isMap(node)) return { ...extent(node.flow === true), kind: 'map', pairs: pairsOf(node) };
  if (isSeq(node)) return { ...extent(node.flow === true), kind: 'seq', items: itemsOf(node) };
  return { kind: isScalar(node) ? 'scalar' : 'alias', start, end, marked, quoting: quotingOf(node) };
}

const pairsOf = (map: YAMLMap): SourcePair[] => map.items.map((pair) => fromPair(pair, map.flow === true));

function fromPair(pair: Pair, flow: boolean): SourcePair {
  const token = pair.srcToken;
  const colon = token?.sep?.find(({ type }) => type === 'map-value-ind');
  const key = isScalar(pair.key) ? pair.key : undefined;
  const [start, end] = key?.range ?? [0, 0];
  const odd =
    !key?.range ||
    Boolean(key.anchor) ||
    (!colon && !flow) ||
    token?.start.some(({ type }) => type === 'explicit-key-ind' || type === 'anchor' || type === 'tag') ===
      true;
  return {
    key: key === undefined ? '' : String(key.value),
    start,
    after: colon ? colon.offset + 1 : end,
    value: fromNode((pair.value ?? null) as Node | null),
    odd,
  };
}

function itemsOf(seq: YAMLSeq): SourceItem[] {
  const token = seq.srcToken;
  const dashes =
    token?.type === 'block-seq'
      ? token.items.flatMap(({ start }) => start.filter(({ type }) => type === 'seq-item-ind'))
      : [];
  const oddSeq = !seq.flow && dashes.length !== seq.items.length;
  return seq.items.map((item, at) => {
    if (isPair(item)) return { start: 0, value: null, odd: true };
    const value = fromNode(item as Node);
    const start = seq.flow ? ((item as Node).range?.[0] ?? 0) : (dashes[at]?.offset ?? 0);
    return { start, value, odd: oddSeq };
  });
}

function quotingOf(node: Node): Quoting | undefined {
  if (!isScalar(node) || typeof node.value !== 'string') return undefined;
  if (node.type === 'QUOTE_DOUBLE') return 'double';
  return node.type === 'QUOTE_SINGLE' ? 'single' : 'auto';
}
