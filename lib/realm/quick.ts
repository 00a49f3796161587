import type { JsonObject, JsonValue } from '../json.ts';
import type { Quoting } from './emit.ts';
import type { Source, SourceItem, SourcePair } from './source.ts';

/**
 * The value of a YAML text in the common YAML subset of nearly every file of a realm, some ten times as fast as a
 * whole parser; `undefined` for anything else, valid or not: then the parser decides. What it does return is what the
 * parser returns (a test holds both against each other). Linear in the text.
 *
 * Known: mappings and lists in block style with unquoted or double-quoted keys; flow collections, quoted and plain scalars on
 * one line; comments. Unknown: tabs, documents and directives, anchors, tags, block scalars, scalars over several lines.
 */
export function quickYaml(text: string): JsonValue | undefined {
  return read(text, undefined);
}

/** Where everything stands in a text of that hand, as the parser tells it (a test holds both against each other). */
export function quickSource(text: string): Source | undefined {
  const places: Places = { last: null };
  return read(text, places) === undefined ? undefined : (places.last ?? undefined);
}

/** Filled while a text is read, where somebody asks for more than its value. */
interface Places {
  /** Where the value that was read last stands. */
  last: Source | null;
}

function read(text: string, places: Places | undefined): JsonValue | undefined {
  if (/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]/.test(text)) return undefined;
  try {
    return new Reader(text, places).document();
  } catch (error) {
    if (error === unknown) return undefined;
    throw error;
  }
}

/** Thrown, without a stack, for everything that this does not know. */
const unknown = Symbol('unknown YAML');

const MAX_DEPTH = 40;

/** `key: value`, with the key plain or in double quotes. */
const entry = /^(?:([A-Za-z_$][\w$./-]*)|("(?:[^"\\]|\\["\\/bfnrt])*")):(?: +(.*))?$/;

class Reader {
  readonly #lines: string[];
  readonly #places: Places | undefined;
  #at = -1;
  /** Where in the text the current line begins. */
  #begin = 0;
  /** The current line without indentation and trailing spaces; nothing at the end. */
  #line = '';
  /** Its indentation; -1 at the end. */
  #indent = -1;

  constructor(text: string, places: Places | undefined) {
    this.#lines = text.split('\n');
    this.#places = places;
    this.#next();
  }

  document(): JsonValue {
    if (this.#indent !== 0) throw unknown;
    const value = this.#block(0, 0);
    if (this.#indent >= 0) throw unknown;
    return value;
  }

  /** Goes to the next line that is neither blank nor a comment. */
  #next(): void {
    while (++this.#at < this.#lines.length) {
      if (this.#at > 0) this.#begin += (this.#lines[this.#at - 1] ?? '').length + 1;
      const raw = this.#lines[this.#at] ?? '';
      const line = trimmed(raw);
      if (line === '' || line.startsWith('#')) continue;
      if (raw.startsWith('---') || raw.startsWith('...') || raw.startsWith('%')) throw unknown;
      this.#indent = raw.indexOf(line);
      this.#line = line;
      return;
    }
    this.#indent = -1;
    this.#line = '';
  }

  #block(indent: number, depth: number): JsonValue {
    if (depth > MAX_DEPTH) throw unknown;
    return this.#line.startsWith('- ') ? this.#list(indent, depth) : this.#mapping(indent, depth, {});
  }

  #list(indent: number, depth: number): JsonValue[] {
    const list: JsonValue[] = [];
    const items: SourceItem[] = [];
    while (this.#indent === indent && this.#line.startsWith('- ')) {
      const item = trimmed(this.#line.slice(2));
      const column = indent + this.#line.length - item.length;
      const start = this.#begin + indent;
      if (entry.test(item)) {
        // A mapping that begins behind the dash: its other keys stand below the first.
        this.#line = item;
        this.#indent = column;
        list.push(this.#mapping(column, depth + 1, {}));
      } else {
        list.push(inline(item, this.#places, this.#begin + column));
        this.#next();
      }
      if (this.#places) items.push({ start, value: this.#places.last, odd: false });
      if (this.#indent > indent) throw unknown;
    }
    if (this.#places) this.#places.last = { ...block(items[0]?.start), kind: 'seq', items };
    return list;
  }

  #mapping(indent: number, depth: number, map: JsonObject): JsonObject {
    if (depth > MAX_DEPTH) throw unknown;
    const pairs: SourcePair[] = [];
    while (this.#indent === indent) {
      const found = entry.exec(this.#line);
      if (!found) throw unknown;
      const [, plain, quoted, rest = ''] = found;
      const key = plain ?? (JSON.parse(quoted ?? '""') as string);
      if (key === '__proto__' || key.length > 1000 || Object.hasOwn(map, key)) throw unknown;
      const start = this.#begin + indent;
      const value = start + this.#line.length - rest.length;
      this.#next();
      if (this.#places) this.#places.last = null;
      if (rest !== '' && !rest.startsWith('#')) {
        map[key] = inline(rest, this.#places, value);
        if (this.#indent > indent) throw unknown;
      } else if (this.#indent > indent) map[key] = this.#block(this.#indent, depth + 1);
      else
        map[key] =
          this.#indent === indent && this.#line.startsWith('- ') ? this.#list(indent, depth + 1) : null;
      if (this.#places) {
        const after = start + (plain ?? quoted ?? '').length + 1;
        pairs.push({ key, start, after, value: this.#places.last, odd: false });
      }
    }
    if (this.#indent > indent) throw unknown;
    if (this.#places) this.#places.last = { ...block(pairs[0]?.start), kind: 'map', pairs };
    return map;
  }
}

/** A collection in block style; its last entry ends it. */
const block = (start = 0) => ({ start, end: start, marked: false, flow: false });

/** The value of what stands on one line, from `offset` on, a comment behind it left out. */
function inline(text: string, places: Places | undefined, offset: number): JsonValue {
  const first = text.charCodeAt(0);
  if (first === 0x22 || first === 0x27 || first === 0x5b || first === 0x7b) {
    const flow = new Flow(text, places, offset);
    const value = flow.value(0);
    flow.end();
    return value;
  }
  const comment = text.indexOf(' #');
  const plain = comment < 0 ? text : trimmed(text.slice(0, comment));
  if (plain.includes(': ') || plain.endsWith(':')) throw unknown;
  const value = scalar(plain);
  if (places) places.last = scalarAt(offset, offset + plain.length, value, 'auto');
  return value;
}

const scalarAt = (start: number, end: number, value: JsonValue, quoting: Quoting): Source => ({
  kind: 'scalar',
  start,
  end,
  marked: false,
  quoting: typeof value === 'string' ? quoting : undefined,
});

/** A value in flow style, on one line. */
class Flow {
  readonly #text: string;
  readonly #places: Places | undefined;
  readonly #offset: number;
  #at = 0;

  constructor(text: string, places: Places | undefined, offset: number) {
    this.#text = text;
    this.#places = places;
    this.#offset = offset;
  }

  /** Nothing may follow but a comment. */
  end(): void {
    const rest = this.#text.slice(this.#at);
    if (rest !== '' && !/^ +(?:#|$)/.test(rest)) throw unknown;
  }

  value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) throw unknown;
    const start = this.#at;
    switch (this.#text[start]) {
      case '[':
        return this.#list(depth);
      case '{':
        return this.#mapping(depth);
      case '"':
        return this.#placed(start, this.#double(), 'double');
      case "'":
        return this.#placed(start, this.#single(), 'single');
      default: {
        const plain = this.#plain();
        return this.#placed(start, scalar(plain), 'auto', start + plain.length);
      }
    }
  }

  #placed(start: number, value: JsonValue, quoting: Quoting, end = this.#at): JsonValue {
    if (this.#places) this.#places.last = scalarAt(this.#offset + start, this.#offset + end, value, quoting);
    return value;
  }

  /** The collection that began at `start` and was just closed. */
  #extent(start: number) {
    return { start: this.#offset + start, end: this.#offset + this.#at, marked: false, flow: true };
  }

  #list(depth: number): JsonValue[] {
    const list: JsonValue[] = [];
    const items: SourceItem[] = [];
    const start = this.#at++;
    if (!this.#closes(']')) {
      do {
        const begin = this.#offset + this.#at;
        list.push(this.#item(depth));
        if (this.#places) items.push({ start: begin, value: this.#places.last, odd: false });
      } while (this.#continues(']'));
    }
    if (this.#places) this.#places.last = { ...this.#extent(start), kind: 'seq', items };
    return list;
  }

  /** An item of a list: a `key: value` in there would be a mapping of its own. */
  #item(depth: number): JsonValue {
    const value = this.value(depth + 1);
    this.#spaces();
    if (this.#text[this.#at] === ':') throw unknown;
    return value;
  }

  #mapping(depth: number): JsonObject {
    const map: JsonObject = {};
    const pairs: SourcePair[] = [];
    const start = this.#at++;
    if (this.#closes('}')) return this.#closed(map, start, pairs);
    do {
      const begin = this.#offset + this.#at;
      const key = this.#text[this.#at] === '"' ? this.#double() : this.#key();
      if (!this.#text.startsWith(': ', this.#at)) throw unknown;
      if (key === '__proto__' || key.length > 1000 || Object.hasOwn(map, key)) throw unknown;
      this.#at += 2;
      const after = this.#offset + this.#at - 1;
      this.#spaces();
      map[key] = this.value(depth + 1);
      if (this.#places) pairs.push({ key, start: begin, after, value: this.#places.last, odd: false });
    } while (this.#continues('}'));
    return this.#closed(map, start, pairs);
  }

  #closed(map: JsonObject, start: number, pairs: SourcePair[]): JsonObject {
    if (this.#places) this.#places.last = { ...this.#extent(start), kind: 'map', pairs };
    return map;
  }

  #key(): string {
    const key = /[A-Za-z_$][\w$./-]*/y;
    key.lastIndex = this.#at;
    const found = key.exec(this.#text)?.[0];
    if (found === undefined) throw unknown;
    this.#at += found.length;
    return found;
  }

  #double(): string {
    const string = /"(?:[^"\\]|\\["\\/bfnrt])*"/y;
    string.lastIndex = this.#at;
    const found = string.exec(this.#text)?.[0];
    if (found === undefined) throw unknown;
    this.#at += found.length;
    return found.includes('\\') ? (JSON.parse(found) as string) : found.slice(1, -1);
  }

  #single(): string {
    const string = /'(?:[^']|'')*'/y;
    string.lastIndex = this.#at;
    const found = string.exec(this.#text)?.[0];
    if (found === undefined) throw unknown;
    this.#at += found.length;
    return found.slice(1, -1).replaceAll("''", "'");
  }

  /** A plain scalar inside of a flow collection: ends at a comma or bracket. */
  #plain(): string {
    const plain = /[^,[\]{}]+/y;
    plain.lastIndex = this.#at;
    const found = plain.exec(this.#text)?.[0] ?? '';
    if (/:(?: |$)| #|^#/.test(found)) throw unknown;
    this.#at += found.length;
    return trimmed(found);
  }

  #spaces(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }

  #closes(bracket: string): boolean {
    this.#spaces();
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }

  /** Is there another item? Else the collection is closed here. */
  #continues(bracket: string): boolean {
    if (this.#closes(bracket)) return false;
    if (this.#text[this.#at] !== ',') throw unknown;
    this.#at++;
    this.#spaces();
    return true;
  }
}

/** A plain scalar by the rules of the core schema; what might be a number in an odd form is left to the parser. */
function scalar(text: string): JsonValue {
  if (/^[A-Za-z_/$(\u00c0-\u024f]/.test(text)) {
    if (text.length > 5) return text;
    if (text === 'true' || text === 'True' || text === 'TRUE') return true;
    if (text === 'false' || text === 'False' || text === 'FALSE') return false;
    return text === 'null' || text === 'Null' || text === 'NULL' ? null : text;
  }
  if (/^\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text);
  // A letter that no number has, a second dash or dot: commits, dates and versions.
  if (/^\d/.test(text) && !/^0[ox]/.test(text) && /[a-df-zA-DF-Z_]|^\d+-\d|^\d+\.\d+\./.test(text))
    return text;
  if (/^(?:\.{1,2}\/|\.[a-z]{4}|[<=^]=?\d)/.test(text)) return text;
  throw unknown;
}

/** Without the spaces around it: only those, as YAML has it. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) === 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) === 0x20) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}
