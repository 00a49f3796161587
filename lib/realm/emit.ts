import { type Shape, shapes } from '../../schemas/generated/validators.js';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { FileKind, FileTypes } from './types.ts';

/**
 * A new file in the house style (docs/design/formats.md): known keys in the order of the schema, unknown ones after them, versions in
 * quotes, dates without, short lists in flow style. What it writes reads back as the same value.
 */
export function createFile<K extends FileKind>(kind: K, value: FileTypes[K]): string {
  const lines = mapLines(value as unknown as JsonObject, { ...topOf(kind), hand: houseHand });
  return lines.length === 0 ? '{}\n' : `${lines.join('\n')}\n`;
}

/** How a file is indented: two columns, and lists below their key indented too, in ours. */
export interface Hand {
  step: number;
  /** Columns between a key and the `-` of the list below it. */
  seqOffset: number;
}

export type Quoting = 'auto' | 'double' | 'single';

/** Where in a file a value stands, as far as its style depends on it. */
export interface Place {
  hand: Hand;
  /** Columns already taken on the line. */
  column: number;
  shape: Shape | undefined;
  /** The nearest key above. */
  key: string;
  /** Inside of a JSON Schema or of a contract's value: keys mean nothing to us there. */
  zone: 'file' | 'schema' | 'value';
  /** Flow style is preferred where it fits. */
  flow: boolean;
  quoting: Quoting;
}

export const houseHand: Hand = { step: 2, seqOffset: 2 };

export const topOf = (kind: FileKind): Omit<Place, 'hand'> => ({
  column: 0,
  shape: shapes[kind],
  key: '',
  zone: 'file',
  flow: false,
  quoting: 'auto',
});

/** Longest line of a value in flow style. */
export const WIDTH = 110;

/** Mappings below these keys, and in lists below them, go on one line where they fit. */
const flowKeys = new Set(
  'compatibility extract verify covers x-realm checkouts repos commits prs deprecations domains suppress checks content'.split(
    ' ',
  ),
);

/** Strings below these keys are quoted even where they need not be. */
const quotedKeys = new Set('version since resolved_version changes reason message finding title'.split(' '));

/** The place of the member of a mapping that itself stands at `place`. */
export function memberPlace(place: Place, key: string): Place {
  const zone = place.zone === 'file' && place.key === '' ? (zones.get(key) ?? 'file') : place.zone;
  const known = place.zone === 'file' && zone === 'file';
  const inSchema =
    zone === 'schema' && ['properties', '$defs', 'definitions', 'patternProperties'].includes(place.key);
  return {
    ...place,
    zone,
    key,
    shape: known ? shapeOf(place, key) : undefined,
    flow: (zone !== 'value' && flowKeys.has(key)) || inSchema || (zone === 'schema' && key === 'items'),
    quoting: known && quotedKeys.has(key) ? 'double' : 'auto',
  };
}

const shapeOf = ({ shape }: Place, key: string): Shape | undefined =>
  shape?.keys && Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;

const zones = new Map<string, Place['zone']>([
  ['schema', 'schema'],
  ['value', 'value'],
]);

/** The place of the items of a list that itself stands at `place`. */
export const itemPlace = (place: Place): Place => ({
  ...place,
  shape: place.shape?.items,
  quoting: place.zone === 'value' || place.key === 'covers' ? 'double' : place.quoting,
});

/** The lines of a value: one that goes behind its key or dash, or several that go below it. */
export type Lines = { inline: string } | { block: 'map' | 'seq' | 'text'; header?: string; lines: string[] };

export function valueLines(value: JsonValue, place: Place): Lines {
  if (Array.isArray(value)) return listLines(value, place);
  if (isObject(value)) {
    if (Object.keys(value).length === 0) return { inline: '{}' };
    const flow = place.flow ? flowText(value, place) : undefined;
    if (flow !== undefined && fits(flow, place)) return { inline: flow };
    return { block: 'map', lines: mapLines(value, place) };
  }
  if (typeof value === 'string' && place.quoting !== 'single' && isText(value)) {
    const lines = value.replace(/\n$/, '').split('\n');
    return { block: 'text', header: value.endsWith('\n') ? '|' : '|-', lines };
  }
  return { inline: scalarText(value, place.quoting, false) };
}

function listLines(list: JsonValue[], place: Place): Lines {
  if (list.length === 0) return { inline: '[]' };
  const flow = place.flow || list.every((item) => typeof item !== 'object' || item === null);
  const blockItems = place.zone === 'file' && list.some(isObject);
  if (flow && !blockItems) {
    const text = flowText(list, place);
    if (fits(text, place)) return { inline: text };
  }
  return { block: 'seq', lines: list.flatMap((item) => itemLines(item, itemPlace(place))) };
}

/** `- item`, over as many lines as it takes. */
export function itemLines(item: JsonValue, place: Place): string[] {
  const made = valueLines(item, { ...place, column: place.column + 2 });
  if ('inline' in made) return [`- ${made.inline}`];
  if (made.block === 'text') return [`- ${made.header}`, ...indented(made.lines, 2)];
  const [first = '', ...rest] = made.lines;
  return [`- ${first}`, ...indented(rest, 2)];
}

/** The members of a mapping, one below the other. */
export function mapLines(map: JsonObject, place: Place): string[] {
  return orderedKeys(map, place.shape).flatMap((key) => pairLines(key, map[key] as JsonValue, place));
}

/** `key: value`, over as many lines as it takes; `place` is the mapping's. */
export function pairLines(key: string, value: JsonValue, place: Place): string[] {
  const name = keyText(key);
  // A key that is longer must be marked as one (YAML 1.2 §7.4.2).
  const colon = name.length > 1000 ? `? ${name}\n:` : `${name}:`;
  const made = valueLines(value, { ...memberPlace(place, key), column: place.column + name.length + 2 });
  if ('inline' in made) return `${colon} ${made.inline}`.split('\n');
  const { step, seqOffset } = place.hand;
  const deep = { ...memberPlace(place, key), column: place.column + step };
  // Made again for its real column: what did not fit behind the key may fit below it.
  const below = made.block === 'text' ? made.lines : blockLines(value, deep);
  const offset = made.block === 'seq' ? seqOffset : step;
  return [
    ...`${colon}${made.header === undefined ? '' : ` ${made.header}`}`.split('\n'),
    ...indented(below, offset),
  ];
}

/** The lines of a mapping or list in block style. */
export function blockLines(value: JsonValue, place: Place): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => itemLines(item, itemPlace(place)));
  return isObject(value) ? mapLines(value, place) : [];
}

export const indented = (lines: string[], columns: number): string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(columns) + line));

/** A value on one line. */
export function flowText(value: JsonValue, place: Place): string {
  if (Array.isArray(value)) return `[${value.map((item) => flowText(item, itemPlace(place))).join(', ')}]`;
  if (!isObject(value)) return scalarText(value, place.quoting, true);
  const members = orderedKeys(value, place.shape).map(
    (key) => `${keyText(key)}: ${flowText(value[key] as JsonValue, memberPlace(place, key))}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

const fits = (text: string, place: Place): boolean => place.column + text.length <= WIDTH;

/** Known keys first, in the order of the schema, then the others in their own. */
function orderedKeys(map: JsonObject, shape: Shape | undefined): string[] {
  const known = Object.keys(shape?.keys ?? {}).filter(
    (key) => Object.hasOwn(map, key) && map[key] !== undefined,
  );
  return [...known, ...Object.keys(map).filter((key) => !known.includes(key) && map[key] !== undefined)];
}

export const keyText = (key: string): string =>
  /^[A-Za-z_$][\w$./-]*$/.test(key) && !reserved.test(key) ? key : quotedText(key);

/** A scalar, in quotes where it would otherwise read as something else, here or in a YAML 1.1 reader. */
function scalarText(value: JsonValue, quoting: Quoting, flow: boolean): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (quoting === 'single' && /^[\x20-\x7e]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  return quoting === 'auto' && isPlain(value, flow) ? value : quotedText(value);
}

/** JSON's string is YAML's, once what YAML calls unprintable is escaped. */
const quotedText = (text: string): string =>
  JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g,
    (odd) => `\\u${odd.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const reserved = /^(?:true|false|null|yes|no|on|off|y|n|~)$/i;
const time = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})?)?$/;

function isPlain(text: string, flow: boolean): boolean {
  if (text.length > 1000 || reserved.test(text)) return false;
  if (/^\d/.test(text)) {
    if (time.test(text) || /^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(text)) return true;
    if (!/^[\w./-]+$/.test(text) || !/[a-df-wyzA-DF-WYZ]/.test(text) || /^0[ox]/i.test(text)) return false;
    return true;
  }
  if (!/^(?:\.{1,2}\/|[\p{L}_/])[\p{L}\p{N}_ .,/@:;+()'"=<>*$^~!?&%–—’-]*$/u.test(text)) return false;
  if (/: |:$| $| #/.test(text)) return false;
  return !flow || !/[,:?]/.test(text.replace(/^[A-Za-z][\w.+-]*:\/\/|^[\w.-]+@[\w.-]+:(?=\S)/, ''));
}

/** Several lines that read well as a block of text, and come back as they were. */
const isText = (text: string): boolean =>
  /\n[^\n]/.test(text) && !/^[\s]|[^\n\P{C}]|[ \t]$|[ \t]\n|\n\n$/u.test(text);
