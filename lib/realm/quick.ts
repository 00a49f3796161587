import type { JsonObject, JsonValue } from '../json.ts';

/**
 * The value of a YAML text in the plain hand that nearly every file of a realm is written in, some ten times as fast as a
 * whole parser; `undefined` for anything else, valid or not: then the parser decides. What it does return is what the
 * parser returns (a test holds both against each other). Linear in the text.
 *
 * Known: mappings and lists in block style with unquoted or double-quoted keys; flow collections, quoted and plain scalars on
 * one line; comments. Unknown: tabs, documents and directives, anchors, tags, block scalars, scalars over several lines.
 */
export function quickYaml(text: string): JsonValue | undefined {
  if (/[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]/.test(text)) return undefined;
  try {
    return new Reader(text).document();
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
  #at = -1;
  /** The line at hand without indentation and trailing spaces; nothing at the end. */
  #line = '';
  /** Its indentation; -1 at the end. */
  #indent = -1;

  constructor(text: string) {
    this.#lines = text.split('\n');
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
    while (this.#indent === indent && this.#line.startsWith('- ')) {
      const item = trimmed(this.#line.slice(2));
      const column = indent + this.#line.length - item.length;
      if (entry.test(item)) {
        // A mapping that begins behind the dash: its other keys stand below the first.
        this.#line = item;
        this.#indent = column;
        list.push(this.#mapping(column, depth + 1, {}));
      } else {
        list.push(inline(item));
        this.#next();
      }
      if (this.#indent > indent) throw unknown;
    }
    return list;
  }

  #mapping(indent: number, depth: number, map: JsonObject): JsonObject {
    if (depth > MAX_DEPTH) throw unknown;
    while (this.#indent === indent) {
      const found = entry.exec(this.#line);
      if (!found) throw unknown;
      const [, plain, quoted, rest = ''] = found;
      const key = plain ?? (JSON.parse(quoted ?? '""') as string);
      if (key === '__proto__' || key.length > 1000 || Object.hasOwn(map, key)) throw unknown;
      this.#next();
      if (rest !== '' && !rest.startsWith('#')) {
        map[key] = inline(rest);
        if (this.#indent > indent) throw unknown;
      } else if (this.#indent > indent) map[key] = this.#block(this.#indent, depth + 1);
      else
        map[key] =
          this.#indent === indent && this.#line.startsWith('- ') ? this.#list(indent, depth + 1) : null;
    }
    if (this.#indent > indent) throw unknown;
    return map;
  }
}

/** The value of what stands on one line, a comment behind it left out. */
function inline(text: string): JsonValue {
  const first = text.charCodeAt(0);
  if (first === 0x22 || first === 0x27 || first === 0x5b || first === 0x7b) {
    const flow = new Flow(text);
    const value = flow.value(0);
    flow.end();
    return value;
  }
  const comment = text.indexOf(' #');
  const plain = comment < 0 ? text : trimmed(text.slice(0, comment));
  if (plain.includes(': ') || plain.endsWith(':')) throw unknown;
  return scalar(plain);
}

/** A value in flow style, on one line. */
class Flow {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Nothing may follow but a comment. */
  end(): void {
    const rest = this.#text.slice(this.#at);
    if (rest !== '' && !/^ +(?:#|$)/.test(rest)) throw unknown;
  }

  value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) throw unknown;
    switch (this.#text[this.#at]) {
      case '[':
        return this.#list(depth);
      case '{':
        return this.#mapping(depth);
      case '"':
        return this.#double();
      case "'":
        return this.#single();
      default:
        return scalar(this.#plain());
    }
  }

  #list(depth: number): JsonValue[] {
    const list: JsonValue[] = [];
    this.#at++;
    if (this.#closes(']')) return list;
    do list.push(this.#item(depth));
    while (this.#continues(']'));
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
    this.#at++;
    if (this.#closes('}')) return map;
    do {
      const key = this.#text[this.#at] === '"' ? this.#double() : this.#key();
      if (!this.#text.startsWith(': ', this.#at)) throw unknown;
      if (key === '__proto__' || key.length > 1000 || Object.hasOwn(map, key)) throw unknown;
      this.#at += 2;
      this.#spaces();
      map[key] = this.value(depth + 1);
    } while (this.#continues('}'));
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
