import type {
  Argument,
  Binding,
  Block,
  Call,
  Entry,
  Expr,
  Language,
  MapExpr,
  Module,
  Param,
  Place,
  Scope,
} from './ir.ts';
import type { Node as SgNode } from './node.ts';

/** Levels of expressions and statements in one another, at most. */
const DEEPEST = 500;
/** Expressions and statements of one file, at most: code that somebody wrote has a fraction of it in a megabyte. */
const MOST_PIECES = 300_000;

/** Thrown where a file has more pieces than are read. */
export class TooLarge extends RangeError {
  constructor() {
    super(`it has more than ${MOST_PIECES} expressions and statements`);
  }
}

/** Collects one module while a language's tree is walked: the only place that knows how the parts hang together. */
export class Builder {
  readonly module: Module;
  block: Block;
  /** The names of a struct's fields in their order, for literals that give them by position. */
  readonly orders = new Map<string, readonly string[]>();
  private depth = 0;
  private pieces = 0;

  constructor(path: string, language: Language) {
    const root = { kind: 'module', name: '', line: 1 } as Scope;
    this.module = {
      path,
      language,
      root,
      imports: [],
      calls: [],
      members: [],
      types: new Map(),
      maps: [],
      texts: [],
      comments: [],
      errors: [],
    };
    Object.assign(root, emptyScope(this.module));
    this.block = { scope: root };
  }

  /**
   * Runs one level of a walk. Throws `TooLarge` where the file has too many, and `RangeError` long before the stack ends: there V8 may abort instead, where it has a
   * regular expression to compile.
   */
  deeper<T>(walk: () => T): T {
    if (this.depth > DEEPEST) throw new RangeError('nested too deeply');
    if (++this.pieces > MOST_PIECES) throw new TooLarge();
    this.depth++;
    try {
      return walk();
    } finally {
      this.depth--;
    }
  }

  get scope(): Scope {
    return this.block.scope;
  }

  /** Runs `inside` within a new function or class scope, known by `name` to the scope around it. */
  enter(kind: 'class' | 'function', name: string, line: number, params: Param[], inside: () => void): Scope {
    const outer = this.block;
    const scope: Scope = { ...emptyScope(this.module), kind, name, line, params, parent: outer.scope };
    if (name !== '') {
      const same = outer.scope.scopes.get(name);
      if (same) same.push(scope);
      else outer.scope.scopes.set(name, [scope]);
    }
    this.block = { scope, parent: outer };
    inside();
    this.block = outer;
    return scope;
  }

  /** Runs `inside` within a branch or loop of the current scope. */
  nested(inside: () => void, when?: Expr, not?: 'not', equals?: readonly string[]): void {
    const outer = this.block;
    const asks =
      when?.kind === 'name'
        ? { when, ...(not ? { not: true as const } : {}), ...(equals ? { equals } : {}) }
        : {};
    this.block = { scope: outer.scope, parent: outer, ...asks };
    inside();
    this.block = outer;
  }

  /** Notes that variables are neither empty nor absent from here on in the current block. */
  something(names: readonly string[], at: number): void {
    const known = this.scope.something ?? new Map();
    this.scope.something = known;
    for (const name of names) known.set(name, [...(known.get(name) ?? []), { block: this.block, at }]);
  }

  /** The class of that name in this module, made where there is none yet: methods may stand apart from it. */
  classNamed(name: string): Scope {
    const root = this.module.root;
    const known = root.scopes.get(name)?.find((scope) => scope.kind === 'class');
    if (known) return known;
    const scope: Scope = { ...emptyScope(this.module), kind: 'class', name, parent: root };
    root.scopes.set(name, [...(root.scopes.get(name) ?? []), scope]);
    return scope;
  }

  /** Runs `inside` as if it stood in `scope`. */
  within(scope: Scope, inside: () => void): void {
    const outer = this.block;
    this.block = { scope, parent: outer };
    inside();
    this.block = outer;
  }

  /** A field's declared type, which says what it is where no value is seen. */
  fieldType(owner: Scope, name: string | undefined, type: SgNode | null | undefined): void {
    const written = typed(type).type;
    if (name && written !== undefined) owner.fieldTypes.set(name, written);
  }

  /** The class around the current place, if any. */
  get owner(): Scope | undefined {
    for (let scope: Scope | undefined = this.scope; scope; scope = scope.parent)
      if (scope.kind === 'class') return scope;
    return undefined;
  }

  /** `object.key = value` or `object["key"] = value` on a plain variable: an entry added to it. `[?]`: where it has none yet. */
  bindEntry(object: string, key: Expr, value: Expr, place: Place, how: '[]' | '[?]' = '[]'): void {
    const entry: Entry = { key, value, ...place };
    this.bind(
      `${object}${how}`,
      { kind: 'map', entries: [entry], spreads: [], block: this.block, ...place },
      place,
    );
  }

  /** The variable of a loop over `of`, whose body the current block is. */
  each(of: Expr, take: 'element' | 'key' | 'value', { line, at }: Place): Expr {
    this.block.each = of;
    return { kind: 'each', of, take, line, at };
  }

  bind(name: string, value: Expr, place: Place, scope: Scope = this.scope): void {
    const binding: Binding = { value, block: this.block, line: place.line, at: place.at };
    const known = scope.bindings.get(name);
    if (known) known.push(binding);
    else scope.bindings.set(name, [binding]);
  }

  call(place: Place, callee: Expr, args: Argument[]): Call {
    const call: Call = { kind: 'call', callee, args, block: this.block, line: place.line, at: place.at };
    this.module.calls.push(call);
    return call;
  }

  /** Notes an expression that reads a member or an element. */
  reading<T extends Expr>(expr: T): T {
    this.module.members.push(expr);
    return expr;
  }

  map(place: Place, entries: Entry[], spreads: Expr[] = [], type?: string): MapExpr {
    const map: MapExpr = {
      kind: 'map',
      entries,
      spreads,
      block: this.block,
      line: place.line,
      at: place.at,
      ...(type === undefined ? {} : { type }),
    };
    for (const { key, value } of entries)
      for (const inner of value.kind === 'list' ? value.items : [value]) {
        if (inner.kind !== 'map') continue;
        inner.parent = map;
        if (key.kind === 'text') inner.under ??= key.value;
      }
    this.module.maps.push(map);
    return map;
  }

  name(place: Place, name: string): Expr {
    return { kind: 'name', name, block: this.block, line: place.line, at: place.at };
  }

  text(place: Place, value: string): Expr {
    const text: Expr = { kind: 'text', value, line: place.line, at: place.at };
    if (/s3[an]?:\/\/|arn:|"Statement"|\baws\s+s3api\s|AmazonS3/.test(value)) this.module.texts.push(text);
    return text;
  }

  /** Neighbouring pieces joined; a template with one piece of text is that text. */
  template(place: Place, parts: Expr[]): Expr {
    if (parts.length === 0) return this.text(place, '');
    const [only] = parts;
    if (parts.length === 1 && only?.kind === 'text') return only;
    const template: Expr = { kind: 'template', parts, line: place.line, at: place.at };
    const { texts } = this.module;
    // what was noted of the pieces is noted of the whole
    let noted = false;
    for (const part of parts) {
      const at = part.kind === 'text' ? texts.lastIndexOf(part) : -1;
      if (at < 0) continue;
      if (noted) texts.splice(at, 1);
      else texts[at] = template;
      noted = true;
    }
    return template;
  }
}

/** Where a node starts. */
export function place(node: SgNode): Place {
  const { start } = node.range();
  return { line: start.line + 1, at: start.index };
}

/** Where a node has ended: what it binds is seen from there on, and not by what is bound. */
export function after(node: SgNode): Place {
  const { start, end } = node.range();
  return { line: start.line + 1, at: end.index };
}

export const named = (node: SgNode): readonly SgNode[] => node.named();

/** A declared type as a parameter keeps it: only what may be somebody's own, which no built-in type is. */
export function typed(node: SgNode | null | undefined): { type?: string } {
  const type = node?.text().slice(0, 100) ?? '';
  return /[A-Z]|^:?\s*['"]/.test(type) ? { type } : {};
}

/** A node's text, shortened to one line for a report. */
export function shortText(node: SgNode): string {
  const text = node.text().slice(0, 200).replace(/\s+/g, ' ');
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

export const opaque = (node: SgNode): Expr => ({ kind: 'opaque', text: shortText(node), ...place(node) });

const emptyScope = (module: Module) => ({
  kind: 'module' as const,
  name: '',
  module,
  line: 1,
  params: [],
  bindings: new Map(),
  scopes: new Map(),
  returns: [],
  bases: [],
  fieldTypes: new Map(),
});

/** `-2`: a minus before a number; before anything else it is not known. */
export function negated(expr: Expr, node: SgNode): Expr {
  const { line, at } = expr;
  if (expr.kind === 'literal' && typeof expr.value === 'number')
    return { kind: 'literal', value: -expr.value, line, at };
  return opaque(node);
}

/** C's escapes, as Python, JavaScript, Go, Java and Rust share them. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|U([0-9a-fA-F]{8})|(\r?\n)|([\s\S]))/g,
    (all, x, u, braced, long, newline, char) => {
      const hex = x ?? u ?? braced ?? long;
      if (hex !== undefined) {
        const code = Number.parseInt(hex, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : all;
      }
      if (newline !== undefined) return '';
      return escapes[char as string] ?? all;
    },
  );
}

const escapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  "'": "'",
  '`': '`',
  '0': '\0',
  '/': '/',
  $: '$',
};
