import type { JsonObject, JsonValue } from '../../../json.ts';
import { type Steps, Tokens } from './tokens.ts';
import type {
  ProtoEnum,
  ProtoExtend,
  ProtoField,
  ProtoFile,
  ProtoMessage,
  ProtoMethod,
  ProtoOption,
  ProtoService,
  Range,
  Reserved,
  Scope,
} from './types.ts';

/** Messages within messages, and literals within literals, at most. */
const DEEPEST = 64;
/** The largest numbers of a field and of an enum value. */
const MOST_FIELD = 536_870_911;
const MOST_ENUM = 2_147_483_647;

/**
 * Reads one `.proto` file in proto2, proto3 or an edition. What stands in it is kept as it is written: names are resolved by
 * `treeOf`. Throws `SyntaxError` with the line.
 */
export function parseProto(path: string, text: string, steps: Steps): ProtoFile {
  return new Parser(path, new Tokens(text, steps)).file();
}

class Parser {
  private readonly read: ProtoFile;

  constructor(
    path: string,
    private readonly tokens: Tokens,
  ) {
    this.read = {
      ...{ path, syntax: 'proto2', edition: '', package: '' },
      ...{ imports: [], services: [], options: [], messages: [], enums: [], extends: [] },
    };
  }

  file(): ProtoFile {
    const { tokens, read } = this;
    if (tokens.take('syntax')) this.syntax();
    else if (tokens.take('edition')) this.edition();
    while (tokens.peek().kind !== 'end') {
      if (tokens.take(';')) continue;
      const { text } = tokens.peek();
      if (text === 'import' || text === 'package' || text === 'service') this.ofFile(text);
      else if (!this.definition(read, read.options, 0)) tokens.fail('a definition');
    }
    return read;
  }

  private syntax(): void {
    const { tokens, read } = this;
    tokens.expect('=');
    const { text } = tokens.peek();
    if (text !== 'proto2' && text !== 'proto3') tokens.fail("the syntax 'proto2' or 'proto3'");
    read.syntax = tokens.string('the syntax') === 'proto2' ? 'proto2' : 'proto3';
    tokens.expect(';');
  }

  private edition(): void {
    const { tokens, read } = this;
    tokens.expect('=');
    read.edition = tokens.string('the edition');
    read.syntax = 'editions';
    tokens.expect(';');
  }

  private ofFile(word: string): void {
    const { tokens, read } = this;
    const { line } = tokens.next();
    if (word === 'package') read.package = this.typeName();
    else if (word === 'service') read.services.push(this.service(line));
    else {
      const isPublic = tokens.take('public');
      if (!isPublic && !tokens.take('weak')) tokens.take('option');
      read.imports.push({ path: tokens.string('the path of a file'), line, isPublic });
    }
    if (word !== 'service') tokens.expect(';');
  }

  /** What a file and a message may both have; false where it is none of it. */
  private definition(scope: Scope, options: ProtoOption[], depth: number): boolean {
    const { tokens } = this;
    const { text, line } = tokens.peek();
    if (text === 'export' || text === 'local') {
      tokens.next();
      const after = tokens.peek().text;
      if (after !== 'message' && after !== 'enum') tokens.fail("'message' or 'enum'");
      return this.definition(scope, options, depth);
    }
    switch (text) {
      case 'message':
        tokens.next();
        scope.messages.push(this.message(tokens.word('the name of a message'), line, depth));
        return true;
      case 'enum':
        tokens.next();
        scope.enums.push(this.enumeration(line));
        return true;
      case 'extend':
        tokens.next();
        scope.extends.push(this.extension(scope, depth));
        return true;
      case 'option':
        tokens.next();
        options.push(this.option(line));
        tokens.expect(';');
        return true;
      default:
        return false;
    }
  }

  private message(name: string, line: number, depth: number): ProtoMessage {
    const { tokens } = this;
    if (depth > DEEPEST) throw new SyntaxError(`messages are nested too deeply in line ${line}`);
    const message: ProtoMessage = {
      ...{ name, line, options: [], fields: [], oneofs: [], messages: [], enums: [], extends: [] },
      ...{ reserved: { ranges: [], names: [] }, extensions: [] },
    };
    tokens.expect('{');
    while (!tokens.take('}')) {
      if (tokens.take(';')) continue;
      const { text } = tokens.peek();
      if (text === 'reserved') this.reserved(message.reserved, MOST_FIELD);
      else if (text === 'extensions') this.extensionRanges(message);
      else if (text === 'oneof') this.oneof(message, depth);
      else if (!this.definition(message, message.options, depth + 1)) this.field(message, message, depth);
    }
    return message;
  }

  private oneof(message: ProtoMessage, depth: number): void {
    const { tokens } = this;
    const { line } = tokens.next();
    const name = tokens.word('the name of a oneof');
    const oneof = { name, line, options: [] as ProtoOption[] };
    const nth = message.oneofs.push(oneof) - 1;
    tokens.expect('{');
    while (!tokens.take('}')) {
      if (tokens.take(';')) continue;
      const { text, line: at } = tokens.peek();
      if (text === 'option') {
        tokens.next();
        oneof.options.push(this.option(at));
        tokens.expect(';');
      } else this.field(message, message, depth, nth);
    }
  }

  private extension(scope: Scope, depth: number): ProtoExtend {
    const { tokens } = this;
    const extend: ProtoExtend = { extendee: this.typeName(), fields: [] };
    tokens.expect('{');
    while (!tokens.take('}')) if (!tokens.take(';')) this.field(extend, scope, depth);
    return extend;
  }

  /** A field goes to its message or `extend`, and the message of a group to the scope. */
  private field(to: { fields: ProtoField[] }, scope: Scope, depth: number, oneof?: number): void {
    const { tokens } = this;
    const { line, text } = tokens.peek();
    const label =
      oneof === undefined && (text === 'optional' || text === 'required' || text === 'repeated') ? text : '';
    if (label !== '') tokens.next();
    const options: ProtoOption[] = [];
    const own = oneof === undefined ? {} : { oneof };
    const type = this.typeName();
    if (type === 'group') {
      const name = tokens.word('the name of a group');
      const number = this.number();
      if (tokens.peek().text === '[') this.list(options);
      to.fields.push({
        ...{ name: name.toLowerCase(), number, label, type: name, options, line, isGroup: true, ...own },
      });
      scope.messages.push(this.message(name, line, depth + 1));
      return;
    }
    const isMap = type === 'map' && tokens.take('<');
    let [key, value] = ['', type];
    if (isMap) {
      key = this.typeName();
      tokens.expect(',');
      value = this.typeName();
      tokens.expect('>');
    }
    const name = tokens.word('the name of a field');
    const number = this.number();
    if (tokens.peek().text === '[') this.list(options);
    tokens.expect(';');
    to.fields.push({
      ...{ name, number, label, type: value, options, line, ...own },
      ...(isMap ? { key } : {}),
    });
  }

  private number(): number {
    const { tokens } = this;
    tokens.expect('=');
    const { line } = tokens.peek();
    const number = tokens.integer('the number of a field');
    if (number < 1 || number > MOST_FIELD)
      throw new SyntaxError(`${number} is not a number that a field can have, in line ${line}`);
    return number;
  }

  private enumeration(line: number): ProtoEnum {
    const { tokens } = this;
    const name = tokens.word('the name of an enum');
    const found: ProtoEnum = { name, line, options: [], values: [], reserved: { ranges: [], names: [] } };
    tokens.expect('{');
    while (!tokens.take('}')) {
      if (tokens.take(';')) continue;
      const { line: at } = tokens.peek();
      const word = tokens.word('the name of a value');
      const options: ProtoOption[] = [];
      if (word === 'option' && tokens.peek().text !== '=') {
        found.options.push(this.option(at));
        tokens.expect(';');
      } else if (word === 'reserved' && tokens.peek().text !== '=') {
        this.ranges(found.reserved, MOST_ENUM);
      } else {
        tokens.expect('=');
        const number = tokens.integer('the number of a value');
        if (tokens.peek().text === '[') this.list(options);
        tokens.expect(';');
        found.values.push({ name: word, number, line: at, options });
      }
    }
    return found;
  }

  private service(line: number): ProtoService {
    const { tokens } = this;
    const found: ProtoService = {
      name: tokens.word('the name of a service'),
      line,
      options: [],
      methods: [],
    };
    tokens.expect('{');
    while (!tokens.take('}')) {
      if (tokens.take(';')) continue;
      const { line: at } = tokens.peek();
      if (tokens.take('option')) {
        found.options.push(this.option(at));
        tokens.expect(';');
      } else {
        tokens.expect('rpc');
        found.methods.push(this.method(at));
      }
    }
    return found;
  }

  private method(line: number): ProtoMethod {
    const { tokens } = this;
    const name = tokens.word('the name of a method');
    const [input, clientStreaming] = this.streamed();
    tokens.expect('returns');
    const [output, serverStreaming] = this.streamed();
    const options: ProtoOption[] = [];
    if (tokens.take('{')) {
      while (!tokens.take('}')) {
        if (tokens.take(';')) continue;
        const { line: at } = tokens.peek();
        tokens.expect('option');
        options.push(this.option(at));
        tokens.expect(';');
      }
    } else tokens.expect(';');
    return { name, line, input, output, clientStreaming, serverStreaming, options };
  }

  /** `(stream Invoice)`; a message may be named `stream`. */
  private streamed(): [string, boolean] {
    const { tokens } = this;
    tokens.expect('(');
    let streams = false;
    let name = '';
    if (tokens.take('stream')) {
      const { text } = tokens.peek();
      if (text === ')') name = 'stream';
      else streams = true;
    }
    if (name === '') name = this.typeName();
    tokens.expect(')');
    return [name, streams];
  }

  private reserved(reserved: Reserved, most: number): void {
    this.tokens.next();
    this.ranges(reserved, most);
  }

  private ranges(reserved: Reserved, most: number): void {
    const { tokens } = this;
    do {
      const { kind } = tokens.peek();
      // Editions write names as they are.
      if (kind === 'string') reserved.names.push(tokens.string('a name'));
      else if (kind === 'word') reserved.names.push(tokens.word('a name'));
      else reserved.ranges.push(this.range(most));
    } while (tokens.take(','));
    tokens.expect(';');
  }

  private extensionRanges(message: ProtoMessage): void {
    const { tokens } = this;
    tokens.next();
    do message.extensions.push(this.range(MOST_FIELD));
    while (tokens.take(','));
    if (tokens.peek().text === '[') this.list([]);
    tokens.expect(';');
  }

  private range(most: number): Range {
    const { tokens } = this;
    const start = tokens.integer('a number');
    if (!tokens.take('to')) return [start, start];
    return [start, tokens.take('max') ? most : tokens.integer("a number or 'max'")];
  }

  private typeName(): string {
    const { tokens } = this;
    let name = tokens.take('.') ? '.' : '';
    name += tokens.word('a name');
    while (tokens.take('.')) name += `.${tokens.word('a name')}`;
    return name;
  }

  /** Options in brackets. */
  private list(options: ProtoOption[]): void {
    const { tokens } = this;
    tokens.expect('[');
    do options.push(this.option(tokens.peek().line));
    while (tokens.take(','));
    tokens.expect(']');
  }

  private option(line: number): ProtoOption {
    const { tokens } = this;
    let name = '';
    do {
      if (tokens.take('(')) {
        name += `${name === '' ? '' : '.'}(${this.typeName().replace(/^\./, '')})`;
        tokens.expect(')');
      } else name += `${name === '' ? '' : '.'}${tokens.word('the name of an option')}`;
    } while (tokens.take('.'));
    tokens.expect('=');
    return { name, value: this.value(0), line };
  }

  /** A constant: a word, a number, a string, or a message in text format. */
  private value(depth: number): JsonValue {
    const { tokens } = this;
    const { kind, text, line } = tokens.peek();
    if (depth > DEEPEST) throw new SyntaxError(`values are nested too deeply in line ${line}`);
    if (kind === 'string') return tokens.string('a value');
    if (tokens.take('{')) return this.literal('}', depth);
    if (tokens.take('<')) return this.literal('>', depth);
    if (tokens.take('[')) {
      const items: JsonValue[] = [];
      while (!tokens.take(']')) {
        items.push(this.value(depth + 1));
        if (!tokens.take(',') && tokens.peek().text !== ']') tokens.fail("',' or ']'");
      }
      return items;
    }
    const sign = tokens.take('-') ? '-' : tokens.take('+') ? '' : '';
    const word = tokens.peek();
    if (word.kind !== 'word' && word.kind !== 'number') tokens.fail('a value');
    tokens.next();
    if (text === 'true') return true;
    if (text === 'false') return false;
    return word.kind === 'number' ? numberOf(`${sign}${word.text}`) : `${sign}${word.text}`;
  }

  private literal(end: string, depth: number): JsonObject {
    const { tokens } = this;
    const found: [string, JsonValue][] = [];
    while (!tokens.take(end)) {
      let name: string;
      if (tokens.take('[')) {
        name = `[${this.typeName()}`;
        while (tokens.take('/')) name += `/${this.typeName()}`;
        name += ']';
        tokens.expect(']');
      } else name = tokens.word('the name of a field');
      const hasColon = tokens.take(':');
      const { text } = tokens.peek();
      if (!hasColon && text !== '{' && text !== '<' && text !== '[') tokens.fail("':'");
      found.push([name, this.value(depth + 1)]);
      if (!tokens.take(',')) tokens.take(';');
    }
    return gathered(found);
  }
}

/** A number that JSON cannot hold stays as it is written, in decimal digits. */
function numberOf(text: string): JsonValue {
  const [, sign = '', digits = ''] = /^(-?)(0[xX][0-9a-fA-F]+|0[0-7]+|\d+)$/.exec(text) ?? [];
  if (digits === '') {
    const number = Number(text.replace(/[fF]$/, ''));
    return Number.isFinite(number) ? number : text;
  }
  const whole = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = sign === '-' ? -whole : whole;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

/** A name that is given several times is a list. */
function gathered(found: readonly [string, JsonValue][]): JsonObject {
  const all = new Map<string, JsonValue[]>();
  for (const [name, value] of found) {
    const values = all.get(name);
    if (values === undefined) all.set(name, [value]);
    else values.push(value);
  }
  const merged = [...all].map(([name, values]): [string, JsonValue] => [
    name,
    values.length === 1 ? (values[0] ?? null) : values,
  ]);
  return Object.fromEntries(merged);
}
