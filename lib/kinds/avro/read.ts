import type { Node, ParseError } from 'jsonc-parser';
import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import { isDefault } from './defaults.ts';
import { type Fault, type Field, type Model, type NamedType, primitives, type Schema } from './model.ts';

/** Nesting of one schema, at most: no codec reads one that is deeper. */
const DEEPEST = 200;

type Read = Model | { faults: Fault[] };

/** The texts of a contract by their paths; undefined where it is not of this kind. */
export function textsOf(schema: JsonValue): Map<string, string> | undefined {
  if (typeof schema === 'string') return new Map([['contract.avsc', schema]]);
  if (Array.isArray(schema)) return new Map([['contract.avsc', JSON.stringify(schema)]]);
  if (!isObject(schema)) return undefined;
  if (!isObject(schema.files)) return new Map([['contract.avsc', JSON.stringify(schema)]]);
  return new Map(
    Object.entries(schema.files).flatMap(([path, text]) =>
      typeof text === 'string' ? [[path, text] as const] : [],
    ),
  );
}

/** What the files mean together, or what is wrong with them. A name may be defined in any file, before or after its use. */
export async function modelOf(texts: ReadonlyMap<string, string>): Promise<Read> {
  const { parseTree, printParseErrorCode } = await import('jsonc-parser');
  const documents: { path: string; value: JsonValue; lines: Lines }[] = [];
  const faults: Fault[] = [];
  for (const [path, text] of texts) {
    const errors: ParseError[] = [];
    const root = isShallow(text) ? parseTree(text.replace(/^\ufeff/, ' '), errors) : undefined;
    const [error] = errors;
    if (root === undefined || error !== undefined) {
      const word = /^\s*[A-Za-z_][\w.]*\s*$/.test(text);
      if (word) documents.push({ path, value: text.trim(), lines: new Map([['', 1]]) });
      else {
        const line = lineAt(text, error?.offset ?? 0);
        const code = error === undefined ? '' : ` (${printParseErrorCode(error.error)})`;
        const why = isShallow(text) ? `it is not JSON in line ${line}${code}` : 'it is nested too deeply';
        faults.push({ path, pointer: '', line, why });
      }
      continue;
    }
    const lines: Lines = new Map();
    documents.push({ path, value: valueIn(root, text, lines), lines });
  }
  if (faults.length > 0) return { faults };
  const reader = new Reader();
  for (const { path, value, lines } of documents) reader.file(path, value, lines);
  return reader.done();
}

/** The line of each part of a file by its pointer: `/order.avsc/fields/0`; nothing where it does not parse. */
export async function avroLines(path: string, text: string): Promise<Map<string, number>> {
  const { parseTree } = await import('jsonc-parser');
  const lines: Lines = new Map();
  const root = isShallow(text) ? parseTree(text.replace(/^\ufeff/, ' ')) : undefined;
  if (root !== undefined) valueIn(root, text, lines);
  const at = `/${pointerToken(path)}`;
  return new Map([[at, 1], ...[...lines].map(([pointer, line]) => [at + pointer, line] as const)]);
}

type Lines = Map<string, number>;

function isShallow(text: string): boolean {
  let [depth, quoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at++;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    if (depth > DEEPEST) return false;
  }
  return true;
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** The value of a tree, with the line of each of its parts. */
function valueIn(root: Node, text: string, lines: Lines): JsonValue {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineOf = (offset: number): number => {
    let [low, high] = [0, starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const of = (node: Node, pointer: string): JsonValue => {
    if (!lines.has(pointer)) lines.set(pointer, lineOf(node.offset));
    if (node.type === 'array')
      return (node.children ?? []).map((child, nth) => of(child, `${pointer}/${nth}`));
    if (node.type !== 'object') return (node.value ?? null) as JsonValue;
    const members = (node.children ?? []).flatMap(({ children: [key, value] = [] }) => {
      if (key === undefined || value === undefined || key.value === '__proto__') return [];
      const at = `${pointer}/${pointerToken(String(key.value))}`;
      lines.set(at, lineOf(key.offset));
      return [[String(key.value), of(value, at)] as const];
    });
    return Object.fromEntries(members);
  };
  return of(root, '');
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*$/;

/** Reads the schemas of files one after another, and then what their names mean. */
class Reader {
  private readonly faults: Fault[] = [];
  private readonly model: Model = {
    ...{ types: new Map(), roots: [], messages: new Map(), open: new Map() },
  };
  private readonly files = new Map<string, Lines>();
  private readonly references: { schema: Schema & { kind: 'reference' }; path: string; space: string }[] = [];
  private readonly fields: { field: Field; path: string }[] = [];

  file(path: string, value: JsonValue, lines: Lines): void {
    this.files.set(path, lines);
    const at = `/${pointerToken(path)}`;
    if (isObject(value) && typeof value.protocol === 'string') this.protocol(path, value, at);
    else this.model.roots.push({ path, schema: this.schema(path, value, at, '') });
  }

  done(): Read {
    const { types, open } = this.model;
    for (const { schema, path, space } of this.references) {
      const within = schema.name.includes('.') || space === '' ? schema.name : `${space}.${schema.name}`;
      schema.name = types.has(within) || !types.has(schema.name) ? within : schema.name;
      if (!types.has(schema.name) && !open.has(schema.name))
        open.set(schema.name, { path, line: this.line(path, schema.pointer), pointer: schema.pointer });
    }
    for (const { field, path } of this.fields)
      if (field.default !== undefined && !isDefault(this.model, field.type, field.default))
        this.fault(path, `${field.pointer}/default`, `the default of '${field.name}' is not of its type`);
    return this.faults.length > 0 ? { faults: this.faults } : this.model;
  }

  private line(path: string, pointer: string): number {
    const lines = this.files.get(path);
    for (let at = pointer.slice(pointerToken(path).length + 1); ; at = at.slice(0, at.lastIndexOf('/'))) {
      const line = lines?.get(at);
      if (line !== undefined || at === '') return line ?? 1;
    }
  }

  private fault(path: string, pointer: string, why: string): void {
    this.faults.push({ path, pointer, line: this.line(path, pointer), why });
  }

  private protocol(path: string, value: JsonObject, at: string): void {
    const space = typeof value.namespace === 'string' ? value.namespace : '';
    const own = `${space === '' ? '' : `${space}.`}${value.protocol}`;
    const types = Array.isArray(value.types) ? value.types : [];
    for (const [nth, type] of types.entries())
      this.model.roots.push({ path, schema: this.schema(path, type, `${at}/types/${nth}`, space) });
    const messages = isObject(value.messages) ? value.messages : {};
    for (const [name, message] of Object.entries(messages)) {
      const pointer = `${at}/messages/${pointerToken(name)}`;
      if (!isObject(message) || !Array.isArray(message.request)) {
        this.fault(path, pointer, `message '${name}' has no request`);
        continue;
      }
      const errors = ['string', ...(Array.isArray(message.errors) ? message.errors : [])];
      this.model.messages.set(`${own}/${name}`, {
        ...{ name: `${own}/${name}`, pointer, written: message, oneWay: message['one-way'] === true },
        ...{ path, line: this.line(path, pointer) },
        request: this.fieldsOf(path, message.request, `${pointer}/request`, space),
        response: this.schema(path, message.response ?? 'null', `${pointer}/response`, space),
        errors: this.schema(path, errors, `${pointer}/errors`, space),
      });
    }
  }

  private schema(path: string, value: JsonValue, pointer: string, space: string): Schema {
    if (typeof value === 'string') return this.word(path, value, pointer, space, {});
    if (Array.isArray(value)) return this.union(path, value, pointer, space);
    const none: Schema = { kind: 'primitive', name: 'null', pointer, written: {} };
    if (!isObject(value)) {
      this.fault(path, pointer, 'a schema is a name, an object or a list');
      return none;
    }
    const { type } = value;
    if (type === 'record' || type === 'error' || type === 'enum' || type === 'fixed')
      return this.named(path, value, pointer, space) ?? none;
    if (type === 'array' || type === 'map') {
      const member = type === 'array' ? 'items' : 'values';
      const inner = value[member];
      if (inner === undefined) this.fault(path, pointer, `the ${type} has no '${member}'`);
      const of = this.schema(path, inner ?? 'null', `${pointer}/${member}`, space);
      return { kind: type, of, pointer, written: value };
    }
    if (typeof type === 'string') return this.word(path, type, pointer, space, value);
    if (type !== undefined) return this.schema(path, type, `${pointer}/type`, space);
    this.fault(path, pointer, "the schema has no 'type'");
    return none;
  }

  private word(path: string, name: string, pointer: string, space: string, written: JsonObject): Schema {
    if (primitives.has(name)) return { kind: 'primitive', name, pointer, written };
    if (!NAME.test(name)) {
      this.fault(path, pointer, `'${name}' is not the name of a type`);
      return { kind: 'primitive', name: 'null', pointer, written };
    }
    const schema = { kind: 'reference' as const, name, pointer, written };
    this.references.push({ schema, path, space });
    return schema;
  }

  private union(path: string, value: JsonValue[], pointer: string, space: string): Schema {
    const branches = value.map((branch, nth) => this.schema(path, branch, `${pointer}/${nth}`, space));
    const seen = new Set<string>();
    for (const branch of branches) {
      const name = 'name' in branch ? branch.name : branch.kind;
      if (branch.kind === 'union')
        this.fault(path, branch.pointer, 'a union may not stand directly in a union');
      else if (seen.has(name)) this.fault(path, branch.pointer, `the union has '${name}' twice`);
      seen.add(name);
    }
    return { kind: 'union', branches, pointer, written: {} };
  }

  private named(path: string, value: JsonObject, pointer: string, outer: string): NamedType | undefined {
    const { name: given } = value;
    if (typeof given !== 'string' || !NAME.test(given)) {
      const why =
        given === undefined ? 'has no name' : `has the name ${JSON.stringify(given)}, which is not valid`;
      this.fault(path, pointer, `the ${value.type} ${why}`);
      return undefined;
    }
    const own = typeof value.namespace === 'string' ? value.namespace : outer;
    const space = given.includes('.') ? given.slice(0, given.lastIndexOf('.')) : own;
    const full = (name: string): string => (name.includes('.') || space === '' ? name : `${space}.${name}`);
    const name = full(given);
    const type = this.body(path, value, pointer, space, { name, aliases: texts(value.aliases).map(full) });
    if (type === undefined) return undefined;
    const before = this.model.types.get(name);
    if (before === undefined) this.model.types.set(name, type);
    else {
      const [, token = ''] = before.pointer.split('/', 2);
      const other = token.replaceAll('~1', '/').replaceAll('~0', '~');
      const place = `${other}:${this.line(other, before.pointer)}`;
      this.fault(path, pointer, `'${name}' is defined twice: also in ${place}`);
    }
    return type;
  }

  private body(
    path: string,
    written: JsonObject,
    pointer: string,
    space: string,
    names: { name: string; aliases: string[] },
  ): NamedType | undefined {
    const placed = { ...names, pointer, written, path, line: this.line(path, pointer) };
    if (written.type === 'fixed') {
      const { size } = written;
      if (typeof size === 'number' && Number.isInteger(size) && size >= 0)
        return { kind: 'fixed', size, ...placed };
      this.fault(path, pointer, `fixed '${names.name}' has no size`);
      return undefined;
    }
    if (written.type === 'enum') {
      const symbols = texts(written.symbols);
      if (!Array.isArray(written.symbols)) this.fault(path, pointer, `enum '${names.name}' has no symbols`);
      const twice = symbols.find((symbol, nth) => symbols.indexOf(symbol) !== nth);
      if (twice !== undefined) this.fault(path, `${pointer}/symbols`, `the enum has '${twice}' twice`);
      const otherwise = written.default;
      if (otherwise !== undefined && !symbols.includes(String(otherwise)))
        this.fault(path, `${pointer}/default`, `the default of '${names.name}' is not one of its symbols`);
      return {
        ...{ kind: 'enum', symbols, ...placed },
        ...(typeof otherwise === 'string' ? { default: otherwise } : {}),
      };
    }
    if (!Array.isArray(written.fields)) {
      this.fault(path, pointer, `record '${names.name}' has no fields`);
      return undefined;
    }
    return {
      kind: 'record',
      fields: this.fieldsOf(path, written.fields, `${pointer}/fields`, space),
      ...placed,
    };
  }

  private fieldsOf(path: string, fields: JsonValue[], pointer: string, space: string): Field[] {
    const found = fields.flatMap((written, nth): Field[] => {
      const at = `${pointer}/${nth}`;
      if (!isObject(written) || typeof written.name !== 'string' || written.type === undefined) {
        this.fault(path, at, 'a field has a name and a type');
        return [];
      }
      const field: Field = {
        ...{ name: written.name, aliases: texts(written.aliases), pointer: at, written },
        ...{ path, line: this.line(path, at) },
        type: this.schema(path, written.type, `${at}/type`, space),
        ...(written.default === undefined ? {} : { default: written.default }),
      };
      this.fields.push({ field, path });
      return [field];
    });
    for (const [nth, { name, pointer: at }] of found.entries())
      if (found.findIndex((field) => field.name === name) !== nth)
        this.fault(path, at, `the field '${name}' is there twice`);
    return found;
  }
}

const texts = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
