import type { JsonObject, JsonValue } from '../../../json.ts';
import type { Evaluator } from '../../evaluate/evaluator.ts';
import { moduleOf } from '../../syntax/imports.ts';
import type { DeclaredType, Module } from '../../syntax/ir.ts';

const DEEPEST = 20;

/** A type that code writes, as JSON Schema: TypeScript's and Python's. What is not understood is open. */
export class Types {
  private readonly e: Evaluator;
  private readonly running = new Set<DeclaredType>();
  private depth = 0;

  constructor(e: Evaluator) {
    this.e = e;
  }

  /** The schema of a type as it is written in a module; undefined where nothing of it is known. */
  schema(written: string, module: Module): JsonValue | undefined {
    const schema = this.read(written, module);
    return schema === undefined || Object.keys(schema).length === 0 ? undefined : schema;
  }

  /** The fields of a declared type by its name; undefined where that is none, or has none. */
  fields(written: string, module: Module): JsonObject | undefined {
    const schema = this.read(written.replace(/^\s*:/, ''), module);
    return schema?.type === 'object' && schema.properties !== undefined ? schema : undefined;
  }

  private read(written: string, module: Module): JsonObject | undefined {
    if (this.depth > DEEPEST) return undefined;
    this.depth++;
    try {
      const parser = new Parser(written.replace(/^\s*:/, ''), (name, args) => this.named(name, args, module));
      return parser.whole();
    } finally {
      this.depth--;
    }
  }

  private named(
    name: string,
    args: readonly (JsonObject | undefined)[],
    module: Module,
  ): JsonObject | undefined {
    const [first = {}, second = {}] = args;
    if (Object.hasOwn(builtIn, name)) return builtIn[name];
    if (/^(?:Promise|Observable|Annotated|Readonly|Awaited|Final|ClassVar|Required)$/.test(name))
      return first;
    if (
      /^(?:Array|ReadonlyArray|List|list|Sequence|Set|set|Iterable|FrozenSet|frozenset|conlist)$/.test(name)
    )
      return { type: 'array', ...(Object.keys(first).length > 0 ? { items: first } : {}) };
    if (/^(?:Tuple|tuple)$/.test(name)) return { type: 'array' };
    if (/^(?:Dict|dict|Mapping|Record|Map)$/.test(name))
      return { type: 'object', ...(Object.keys(second).length > 0 ? { additionalProperties: second } : {}) };
    if (name === 'Optional') return either([first, { type: 'null' }]);
    if (name === 'Union' || name === 'Literal') return either(args.map((arg) => arg ?? {}));
    if (/^(?:Partial|PartialType)$/.test(name)) {
      const { required: _, ...open } = first;
      return open;
    }
    const found = this.find(name, module);
    if (found === undefined || this.running.has(found.type)) return undefined;
    this.running.add(found.type);
    try {
      return this.declared(found.type, found.module);
    } finally {
      this.running.delete(found.type);
    }
  }

  private declared(type: DeclaredType, module: Module): JsonObject | undefined {
    const bases: JsonObject[] = type.bases.flatMap((base) =>
      /^(?:BaseModel|object)$/.test(base) ? [] : [this.read(base, module) ?? {}],
    );
    if (type.written !== undefined) {
      const own = this.read(type.written, module);
      return own && bases.reduceRight((after, base) => joined(base, after), own);
    }
    if (type.fields.length === 0 && bases.length === 0) return undefined;
    const properties = Object.fromEntries(
      type.fields.map(({ name, type: written }): [string, JsonValue] => [
        name,
        this.read(written, module) ?? {},
      ]),
    );
    const required = type.fields.flatMap(({ name, optional }) => (optional ? [] : [name]));
    const own: JsonObject = { type: 'object', ...(required.length > 0 ? { required } : {}), properties };
    return bases.reduceRight((after, base) => joined(base, after), own);
  }

  /** The type of a name: in this file, or where it is imported from. */
  private find(name: string, module: Module): { type: DeclaredType; module: Module } | undefined {
    const own = module.types.get(name);
    if (own) return { type: own, module };
    const [first = '', ...rest] = name.split('.');
    const entry = module.imports.find(({ local }) => local === first);
    if (!entry) return undefined;
    const target = moduleOf(entry.from, module, this.e.modules, entry.member);
    if (!target) {
      this.e.wanted?.import(module, entry, entry.member);
      return undefined;
    }
    const member = [target.member ?? [], rest].flat().at(-1) ?? first;
    const type = target.module.types.get(member);
    if (type) {
      this.e.touch(target.module.path);
      return { type, module: target.module };
    }
    if (target.module === module || this.depth > DEEPEST) return undefined;
    this.depth++;
    try {
      // It may come from further on.
      return target.module.imports.some(({ local }) => local === member)
        ? this.find(member, target.module)
        : undefined;
    } finally {
      this.depth--;
    }
  }
}

const builtIn: Record<string, JsonObject> = {
  string: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  bigint: { type: 'integer' },
  Date: { type: 'string' },
  str: { type: 'string' },
  int: { type: 'integer' },
  float: { type: 'number' },
  bool: { type: 'boolean' },
  Decimal: {},
  datetime: { type: 'string', format: 'date-time' },
  date: { type: 'string', format: 'date' },
  UUID: { type: 'string', format: 'uuid' },
  EmailStr: { type: 'string', format: 'email' },
  HttpUrl: { type: 'string', format: 'uri' },
  AnyUrl: { type: 'string', format: 'uri' },
  PositiveInt: { type: 'integer' },
  None: { type: 'null' },
  null: { type: 'null' },
  true: { const: true },
  false: { const: false },
  object: {},
  any: {},
  Any: {},
  unknown: {},
  void: {},
  undefined: {},
  never: {},
};

/** One of several: several types where each says no more than that, values as an enum. */
function either(options: readonly JsonObject[]): JsonObject {
  const known = options.filter((option) => Object.keys(option).length > 0);
  if (known.length < options.length) return {};
  const [only, ...others] = known;
  if (only === undefined) return {};
  if (others.length === 0) return only;
  if (known.every((schema) => Object.keys(schema).join() === 'const'))
    return { enum: known.map((schema) => schema.const as JsonValue) };
  if (known.every((schema) => Object.keys(schema).join() === 'type' && typeof schema.type === 'string'))
    return { type: [...new Set(known.map((schema) => schema.type as string))] };
  return { anyOf: [...known] };
}

/** All fields of two objects, the latter's where both have one. */
function joined(a: JsonObject, b: JsonObject): JsonObject {
  const again = (b.properties ?? {}) as JsonObject;
  const required = [
    ...((a.required ?? []) as string[]).filter((name) => !Object.hasOwn(again, name)),
    ...((b.required ?? []) as string[]),
  ];
  const properties = { ...((a.properties ?? {}) as JsonObject), ...again };
  return { type: 'object', ...(required.length > 0 ? { required } : {}), properties };
}

/** A reader of one type's text. Anything that it does not know makes the whole unknown. */
class Parser {
  private readonly tokens: string[];
  private at = 0;
  private depth = 0;
  private readonly named: (name: string, args: (JsonObject | undefined)[]) => JsonObject | undefined;

  constructor(
    text: string,
    named: (name: string, args: (JsonObject | undefined)[]) => JsonObject | undefined,
  ) {
    this.tokens =
      text
        .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '\n')
        .match(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\w$]+(?:\.[\w$]+)*|=>|\n|[^\s\w]/g) ?? [];
    this.named = named;
  }

  whole(): JsonObject | undefined {
    try {
      const found = this.union();
      this.lines();
      return this.at === this.tokens.length ? found : undefined;
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  private lines(): void {
    while (this.tokens[this.at] === '\n') this.at++;
  }

  private peek(): string | undefined {
    this.lines();
    return this.tokens[this.at];
  }

  private take(token: string): boolean {
    if (this.peek() !== token) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw new SyntaxError(`'${token}' expected`);
  }

  private union(): JsonObject {
    if (++this.depth > 50) throw new SyntaxError('too deep');
    this.take('|');
    const options = [this.intersection()];
    while (this.take('|')) options.push(this.intersection());
    this.depth--;
    return either(options);
  }

  private intersection(): JsonObject {
    let found = this.postfix();
    while (this.take('&')) found = joined(found, this.postfix());
    return found;
  }

  private postfix(): JsonObject {
    let found = this.primary();
    while (this.tokens[this.at] === '[' && this.tokens[this.at + 1] === ']') {
      this.at += 2;
      found = { type: 'array', ...(Object.keys(found).length > 0 ? { items: found } : {}) };
    }
    return found;
  }

  private primary(): JsonObject {
    const token = this.peek();
    if (token === undefined) throw new SyntaxError('a type expected');
    this.at++;
    if (token === '{') return this.fields();
    if (token === '(') {
      const inner = this.union();
      this.expect(')');
      return inner;
    }
    if (/^['"]/.test(token)) {
      const text = token.slice(1, -1);
      // Python's name of a class that is declared further on, else a value.
      return this.isWithin('Literal') || !/^[A-Z]\w*$/.test(text) || this.isScript
        ? { const: text }
        : (this.named(text, []) ?? {});
    }
    if (/^\d+$/.test(token)) return { const: Number(token) };
    if (token === 'readonly') return this.postfix();
    if (!/^[A-Za-z_$]/.test(token)) throw new SyntaxError(`'${token}' is not a type`);
    const next = this.tokens[this.at];
    if (next === '<' || (next === '[' && this.tokens[this.at + 1] !== ']')) return this.generic(token, next);
    return this.named(token.split('.').at(-1) === token ? token : lastOf(token), []) ?? {};
  }

  private readonly around: string[] = [];
  private isScript = false;

  private isWithin(name: string): boolean {
    return this.around.at(-1) === name;
  }

  private generic(token: string, open: string): JsonObject {
    this.at++;
    const close = open === '<' ? '>' : ']';
    const name = lastOf(token);
    this.around.push(name);
    const args: JsonObject[] = [];
    while (!this.take(close)) {
      if (name === 'Annotated' && args.length > 0) this.skip(close);
      else args.push(this.union());
      if (!this.take(',') && this.peek() !== close) throw new SyntaxError('a comma expected');
    }
    this.around.pop();
    return this.named(name, args) ?? {};
  }

  /** What stands before the next comma or the end, in brackets of any kind. */
  private skip(close: string): void {
    let depth = 0;
    for (;;) {
      const token = this.peek();
      if (token === undefined) throw new SyntaxError('the end');
      if (depth === 0 && (token === ',' || token === close)) return;
      if (/^[([{]$/.test(token)) depth++;
      if (/^[)\]}]$/.test(token)) depth--;
      this.at++;
    }
  }

  private fields(): JsonObject {
    this.isScript = true;
    const properties: Record<string, JsonValue> = {};
    const required: string[] = [];
    while (!this.take('}')) {
      if (this.take(';') || this.take(',')) continue;
      while (this.peek() === 'readonly' && !/^[?:]$/.test(this.tokens[this.at + 1] ?? '')) this.at++;
      const token = this.peek() ?? '';
      this.at++;
      if (!/^(?:[\w$]+|'.*'|".*")$/.test(token)) throw new SyntaxError(`'${token}' is not a field`);
      const name = token.replace(/^['"]|['"]$/g, '');
      const optional = this.take('?');
      this.expect(':');
      properties[name] = this.union();
      if (!optional) required.push(name);
    }
    return { type: 'object', ...(required.length > 0 ? { required } : {}), properties };
  }
}

const lastOf = (token: string): string => token.split('.').at(-1) ?? token;
