import { named, negated, opaque, place, typed, unescaped } from './build.ts';
import type { Argument, Entry, Expr, Match, Module, Param, Scope } from './ir.ts';
import type { Node as SgNode } from './node.ts';
import { attributesBefore, jsonMembers, keepRustStruct, routeAttribute } from './rust-types.ts';
import { isInlineTest, isTestFile } from './tests.ts';
import { code, type Grammar, Walk } from './walk.ts';

/** Notes that a name is a module of this crate. */
function moduleImport(w: Walk, name: string, line: number): void {
  const { imports } = w.module;
  const isKnown = imports.some(({ local }) => local === name) || w.module.root.scopes.has(name);
  if (/^[a-z_]\w*$/.test(name) && !isKnown) imports.push({ local: name, from: name, line });
}

type Parse = (source: string) => SgNode;

/** A Rust file's tree as scopes, bindings and calls; a type with an `impl` is a class. */
export function rust(path: string, root: SgNode, parse: Parse): Module {
  const walk = new Walk(path, 'rust', new Rust(parse));
  return isTestFile(path, root) ? walk.module : walk.file(root);
}

/** Bytes of macros that are parsed again, at most: one inside another is parsed once for each. */
const MOST_REPARSED = 2_000_000;

/** What stands before the arguments of a macro where they are parsed on their own. */
const OPENING = 'fn f() { g(';

class Rust implements Grammar {
  private readonly parse: Parse;
  /** Where a macro stands, while its arguments are read, which are parsed on their own. */
  private offset: { line: number; at: number } | undefined;
  private lastBranch: Expr | undefined;
  private reparsed = 0;

  constructor(parse: Parse) {
    this.parse = parse;
  }

  private place(node: SgNode) {
    const own = place(node);
    const { offset } = this;
    if (offset === undefined) return own;
    return { line: offset.line + own.line - 1, at: offset.at + Math.max(0, own.at - OPENING.length) };
  }

  statement(w: Walk, node: SgNode): void {
    const where = this.place(node);
    if (isInlineTest(w.module, node)) return;
    switch (node.kind()) {
      case 'use_declaration': {
        const argument = node.field('argument');
        if (argument) this.use(w, argument, []);
        return;
      }
      case 'const_item':
      case 'static_item': {
        const value = node.field('value');
        const name = node.field('name')?.text();
        if (value && name) w.bind(name, w.expr(value), where);
        return;
      }
      case 'mod_item': {
        const body = node.field('body');
        const name = node.field('name')?.text() ?? '';
        if (body) w.enter('class', name, where.line, [], () => w.statements(body));
        // `mod users;` is the file of that name
        else moduleImport(w, name, where.line);
        return;
      }
      case 'impl_item':
      case 'trait_item': {
        const type = (node.field('type') ?? node.field('name'))?.text().replace(/<[\s\S]*$/, '') ?? '';
        const body = node.field('body');
        const owner = w.classNamed(type);
        const trait = node
          .field('trait')
          ?.text()
          .replace(/<[\s\S]*$/, '')
          .split('::')
          .at(-1);
        if (trait) owner.bases.push({ kind: 'name', name: trait, block: w.block, ...where });
        if (node.kind() === 'trait_item')
          owner.asks = named(body ?? node).flatMap((child) =>
            /^function_/.test(String(child.kind())) ? (child.field('name')?.text() ?? []) : [],
          );
        if (body) w.within(owner, () => w.statements(body));
        return;
      }
      case 'function_item': {
        const made = this.functionScope(w, node, node.field('name')?.text() ?? '');
        const marks = this.marksOf(w, node);
        if (made.kind === 'function' && marks.length > 0) made.scope.marks = marks;
        return;
      }
      case 'let_declaration': {
        const value = node.field('value');
        const pattern = node.field('pattern');
        const bound = value ? w.expr(value) : undefined;
        const alternative = node.field('alternative');
        if (alternative) w.statement(alternative);
        const type = node.field('type')?.text();
        if (type !== undefined && pattern) {
          w.scope.declared ??= [];
          w.scope.declared.push({
            name: pattern.text().replace(/^mut /, ''),
            type: type.slice(0, 200),
            at: this.place(pattern).at,
          });
        }
        if (bound && pattern) this.bindPattern(w, pattern, bound);
        return;
      }
      case 'expression_statement':
        for (const child of code(node)) w.expr(child);
        return;
      case 'block':
        w.nested(() => this.body(w, node));
        return;
      case 'struct_item': {
        const owner = w.classNamed(node.field('name')?.text() ?? '');
        for (const field of named(node.field('body') ?? node))
          if (field.kind() === 'field_declaration')
            w.fieldType(owner, field.field('name')?.text(), field.field('type'));
        keepRustStruct(w, node);
        return;
      }
      case 'enum_item':
        this.variants(w, node);
        return;
      case 'type_item': {
        // What `Self::Context` is in an implementation.
        const { owner } = w;
        const name = node.field('name')?.text() ?? '';
        const type = node.field('type');
        if (owner) w.fieldType(owner, `Self::${name}`, type);
        else if (type)
          w.module.types.set(name, {
            line: where.line,
            bases: [],
            fields: [],
            written: type.text().slice(0, 200),
          });
        return;
      }
      case 'attribute_item':
        return;
      default:
        if (/_(?:item|declaration|clause)$/.test(String(node.kind()))) w.statements(node);
        else w.expr(node);
    }
  }

  /** An enum's variants as things of its own: those without fields as values, those with a tuple as functions. */
  private variants(w: Walk, node: SgNode): void {
    const type = node.field('name')?.text() ?? '';
    const owner = w.classNamed(type);
    for (const variant of named(node.field('body') ?? node)) {
      const name = variant.kind() === 'enum_variant' ? variant.field('name')?.text() : undefined;
      if (name === undefined) continue;
      const where = this.place(variant);
      const body = variant.field('body');
      if (body === null) w.bind(name, w.map(where, [], [], `${type}.${name}`), where, owner);
      else if (body.kind() === 'ordered_field_declaration_list') this.tupleVariant(w, owner, name, body);
    }
  }

  private tupleVariant(w: Walk, owner: Scope, name: string, body: SgNode): void {
    const where = this.place(body);
    const fields = code(body).filter((field) => !/modifier|attribute/.test(String(field.kind())));
    const params = fields.map((_, i): Param => ({ name: String(i) }));
    w.within(owner, () =>
      w.enter('function', name, where.line, params, () => {
        const entries = params.map(
          (param): Entry => ({
            key: { kind: 'text', value: param.name, ...where },
            value: w.name(where, param.name),
            ...where,
          }),
        );
        w.scope.returns.push(w.map(where, entries, [], `${owner.name}.${name}`));
      }),
    );
  }

  /** What the arms of a match are for, where each names variants of an enum, or stands for all others. */
  private match(w: Walk, node: SgNode, arms: readonly SgNode[]): Match | undefined {
    const value = node.field('value');
    const found: Match['arms'] = [];
    for (const arm of arms) {
      const pattern = arm.field('pattern');
      const guard = pattern?.field('condition');
      const text = pattern
        ?.text()
        .slice(0, guard ? guard.range().start.index - pattern.range().start.index : undefined);
      const names = (text ?? '')
        .replace(/\([^()]*\)|\{[^{}]*\}/g, '')
        .replace(/\bif\s*$/, '')
        .split('|');
      const variants = names.map((name) => /^(?:\w+::)*(\w+)::(\w+)$/.exec(name.trim()));
      const isOther = names.length === 1 && /^(?:_|[a-z]\w*)$/.test(names[0]?.trim() ?? '');
      if (!isOther && variants.some((variant) => variant === null)) return undefined;
      found.push({
        variants: variants.flatMap((variant) => {
          const [, type = '', name = ''] = variant ?? [];
          return variant ? [`${type === 'Self' ? (w.owner?.name ?? type) : type}.${name}`] : [];
        }),
        guarded: guard !== null && guard !== undefined,
      });
    }
    return value ? { of: w.expr(value), arms: found } : undefined;
  }

  /** Statements; the value of the last expression is kept by the caller. */
  private body(w: Walk, node: SgNode): Expr | undefined {
    let last: Expr | undefined;
    for (const child of named(node)) {
      last = undefined;
      if (/_(?:statement|item|declaration)$|comment$|^ERROR$/.test(String(child.kind()))) w.statement(child);
      else last = w.expr(child);
      if (child.kind() === 'expression_statement') {
        const [inner] = code(child);
        if (inner && /^(?:if|match)_expression$/.test(String(inner.kind())) && !child.text().endsWith(';'))
          last = this.lastBranch;
      }
    }
    return last;
  }

  private use(w: Walk, node: SgNode, prefix: string[]): void {
    const { line } = place(node);
    const add = (path: string[], local: string) => {
      const member = path.at(-1) ?? '';
      w.module.imports.push({ local, from: path.slice(0, -1).join('::') || member, member, line });
    };
    switch (node.kind()) {
      case 'use_as_clause': {
        const path = [...prefix, ...(node.field('path')?.text().split('::') ?? [])];
        add(path, node.field('alias')?.text() ?? '');
        return;
      }
      case 'use_list':
        for (const child of named(node)) this.use(w, child, prefix);
        return;
      case 'scoped_use_list': {
        const path = [...prefix, ...(node.field('path')?.text().split('::') ?? [])];
        const list = node.field('list');
        if (list) this.use(w, list, path);
        return;
      }
      case 'use_wildcard': {
        const path = [...prefix, ...node.text().split('::').slice(0, -1)];
        w.module.imports.push({ local: '*', from: path.join('::'), line });
        return;
      }
      default: {
        const path = [...prefix, ...node.text().split('::')];
        add(path, path.at(-1) ?? '');
      }
    }
  }

  private functionScope(w: Walk, node: SgNode, name: string): Expr {
    const where = this.place(node);
    const params: Param[] = [];
    for (const param of named(node.field('parameters') ?? node)) {
      if (param.kind() === 'self_parameter') params.push({ name: 'self' });
      else if (param.kind() === 'parameter')
        params.push({
          name: param.field('pattern')?.text().replace(/^mut /, '') ?? '_',
          ...this.ownType(w, typed(param.field('type'))),
        });
      else if (param.kind() === 'identifier') params.push({ name: param.text() });
    }
    const scope = w.enter('function', name, where.line, params, () => {
      const body = node.field('body');
      if (!body) return;
      const last = body.kind() === 'block' ? this.body(w, body) : w.expr(body);
      if (last) w.scope.returns.push(last);
    });
    const gives = node.field('return_type')?.text().slice(0, 200);
    if (gives !== undefined) scope.gives = gives;
    return { kind: 'function', scope, ...where };
  }

  /** The attributes of a function that say which requests it answers: `#[get("/x")]`. */
  private marksOf(w: Walk, node: SgNode): Expr[] {
    return attributesBefore(node).flatMap((attribute): Expr[] => {
      const [, name = '', inner = ''] = routeAttribute.exec(attribute.text()) ?? [];
      if (name === '') return [];
      const where = this.place(attribute);
      const args = this.macroArguments(w, inner, where);
      return [{ kind: 'call', callee: w.name(where, name), args, block: w.block, ...where }];
    });
  }

  /** A declared type with what the implementation around it calls `Self::…` put in its place. */
  private ownType(w: Walk, { type }: { type?: string }): { type?: string } {
    if (type === undefined) return {};
    return { type: type.replace(/\bSelf::\w+/, (name) => w.owner?.fieldTypes.get(name) ?? name) };
  }

  private bindPattern(w: Walk, pattern: SgNode, value: Expr): void {
    const where = this.place(pattern);
    if (pattern.kind() === 'identifier') w.bind(pattern.text(), value, where);
    else if (pattern.kind() === 'mut_pattern' || pattern.kind() === 'ref_pattern') {
      const inner = named(pattern).find((child) => child.kind() === 'identifier');
      if (inner) w.bind(inner.text(), value, where);
    } else if (pattern.kind() === 'tuple_pattern')
      named(pattern).forEach((part, i) => {
        const index: Expr = { kind: 'literal', value: i, ...where };
        this.bindPattern(w, part, { kind: 'index', object: value, index, ...where });
      });
    else if (pattern.kind() === 'tuple_struct_pattern') {
      const [, inner] = named(pattern);
      if (inner) this.bindPattern(w, inner, value);
    }
  }

  expression(w: Walk, node: SgNode): Expr {
    const where = this.place(node);
    const inner = (child: SgNode | null | undefined): Expr => w.part(child, node);
    switch (node.kind()) {
      case 'string_literal':
        return w.text(where, unescaped(node.text().replace(/^[bc]?"|"$/g, '')).replace(/\\\s*\n\s*/g, ''));
      case 'raw_string_literal':
        return w.text(where, named(node)[0]?.text() ?? '');
      case 'char_literal':
        return w.text(where, unescaped(node.text().slice(1, -1)));
      case 'identifier':
      case 'self':
      case 'field_identifier':
      case 'shorthand_field_identifier':
      case 'type_identifier':
        return w.name(where, node.text());
      case 'scoped_identifier': {
        const path = node.field('path');
        const name = node.field('name')?.text() ?? '';
        if (!path || /^(?:crate|self|super)$/.test(path.text())) {
          if (path && node.parent()?.kind() === 'scoped_identifier') moduleImport(w, name, where.line);
          return w.name(where, name);
        }
        return { kind: 'member', object: w.expr(path), name, ...where };
      }
      case 'boolean_literal':
        return { kind: 'literal', value: node.text() === 'true', ...where };
      case 'integer_literal':
        return {
          kind: 'literal',
          value: Number(node.text().replace(/_|[iu]\d+$|[iu]size$/g, '')) || 0,
          ...where,
        };
      case 'field_expression':
        return {
          kind: 'member',
          object: inner(node.field('value')),
          name: node.field('field')?.text() ?? '',
          ...where,
        };
      case 'index_expression': {
        const [object, index] = code(node);
        return { kind: 'index', object: inner(object), index: inner(index), ...where };
      }
      case 'generic_function':
        return inner(node.field('function'));
      case 'call_expression': {
        const target = node.field('function');
        const types =
          target?.kind() === 'generic_function' ? target.field('type_arguments')?.text() : undefined;
        const callee = inner(target);
        const args = code(node.field('arguments') ?? node).map((arg): Argument => ({ value: w.expr(arg) }));
        const step = callee.kind === 'member' ? { line: callee.line, at: where.at } : where;
        const [added] = args;
        if (
          callee.kind === 'member' &&
          /^push(?:_str)?$/.test(callee.name) &&
          callee.object.kind === 'name' &&
          added
        ) {
          // key.push_str(x) is key += x
          w.bind(
            callee.object.name,
            { kind: 'binary', op: '+', left: callee.object, right: added.value, ...where },
            where,
          );
        }
        const call = w.call(step, callee, args);
        if (types !== undefined) call.types = types.slice(1, -1).slice(0, 200);
        return call;
      }
      case 'binary_expression':
        return {
          kind: 'binary',
          op: node.field('operator')?.text() ?? '',
          left: inner(node.field('left')),
          right: inner(node.field('right')),
          ...where,
        };
      case 'reference_expression':
      case 'try_expression':
      case 'await_expression':
      case 'parenthesized_expression':
      case 'type_cast_expression': {
        const value = node.field('value') ?? code(node).find((child) => child.kind() !== 'mutable_specifier');
        return inner(value);
      }
      case 'unary_expression': {
        const value = inner(code(node)[0]);
        const operator = node.text().charAt(0);
        return operator === '-' ? negated(value, node) : operator === '*' ? value : opaque(node);
      }
      case 'array_expression':
      case 'tuple_expression':
        return { kind: 'list', items: code(node).map((item) => w.expr(item)), ...where };
      case 'struct_expression':
        return this.structLiteral(w, node);
      case 'closure_expression':
        return this.functionScope(w, node, '');
      case 'block':
      case 'async_block':
      case 'unsafe_block':
      case 'const_block': {
        const block = node.kind() === 'block' ? node : named(node).find((child) => child.kind() === 'block');
        let last: Expr | undefined;
        if (block) w.nested(() => (last = this.body(w, block)));
        return last ?? opaque(node);
      }
      case 'if_expression': {
        const condition = node.field('condition');
        if (condition) w.expr(condition);
        const options = [node.field('consequence'), node.field('alternative')].flatMap((branch) =>
          branch ? [w.expr(branch.kind() === 'else_clause' ? (named(branch)[0] ?? branch) : branch)] : [],
        );
        this.lastBranch = { kind: 'either', options, ...where };
        return this.lastBranch;
      }
      case 'match_expression': {
        const arms = named(node.field('body') ?? node).filter((arm) => arm.kind() === 'match_arm');
        const match = this.match(w, node, arms);
        if (!match) inner(node.field('value'));
        const options = arms.map((arm) => inner(arm.field('value')));
        this.lastBranch = { kind: 'either', options, ...(match ? { match } : {}), ...where };
        return this.lastBranch;
      }
      case 'for_expression': {
        const value = node.field('value');
        const pattern = node.field('pattern');
        w.nested(() => {
          const of = value ? w.expr(value) : opaque(node);
          if (pattern) this.bindPattern(w, pattern, w.each(of, 'element', this.place(pattern)));
          const body = node.field('body');
          if (body) this.body(w, body);
        });
        return opaque(node);
      }
      case 'return_expression': {
        const [value] = code(node);
        if (value) w.scope.returns.push(w.expr(value));
        return opaque(node);
      }
      case 'assignment_expression':
      case 'compound_assignment_expr': {
        const left = node.field('left');
        const right = inner(node.field('right'));
        if (!left) return right;
        const added = node.kind() === 'compound_assignment_expr';
        const value: Expr = added ? { kind: 'binary', op: '+', left: w.expr(left), right, ...where } : right;
        this.bindPattern(w, left, value);
        return value;
      }
      case 'macro_invocation':
        return this.macro(w, node);
      default:
        for (const child of code(node)) {
          if (/_(?:statement|item|declaration)$/.test(String(child.kind()))) w.statement(child);
          else if (!/type|lifetime|specifier|pattern/.test(String(child.kind()))) w.expr(child);
        }
        return opaque(node);
    }
  }

  private structLiteral(w: Walk, node: SgNode): Expr {
    const named_ =
      node
        .field('name')
        ?.text()
        .replace(/::</, '<')
        .replace(/<[\s\S]*$/, '') ?? '';
    const type = named_ === 'Self' ? (w.owner?.name ?? 'Self') : named_;
    const entries: Entry[] = [];
    const spreads: Expr[] = [];
    for (const member of named(node.field('body') ?? node)) {
      const where = this.place(member);
      if (member.kind() === 'shorthand_field_initializer') {
        const key: Expr = { kind: 'text', value: member.text(), ...where };
        entries.push({ key, value: w.name(where, member.text()), ...where });
      } else if (member.kind() === 'field_initializer') {
        const value = member.field('value');
        const name = (member.field('field') ?? member.field('name') ?? named(member)[0])?.text() ?? '';
        if (value)
          entries.push({ key: { kind: 'text', value: name, ...where }, value: w.expr(value), ...where });
      } else if (member.kind() === 'base_field_initializer') {
        const [of] = code(member);
        if (of) spreads.push(w.expr(of));
      }
    }
    if (/^[A-Z]\w*$/.test(type)) {
      const owner = w.classNamed(type);
      for (const entry of entries)
        if (entry.key.kind === 'text') w.bind(entry.key.value, entry.value, entry, owner);
    }
    return w.map(this.place(node), entries, spreads, type.replaceAll('::', '.'));
  }

  /** Macros give bare tokens; those whose arguments are expressions are parsed again as such. */
  private macro(w: Walk, node: SgNode): Expr {
    const where = this.place(node);
    const name = node.field('macro')?.text().split('::').at(-1) ?? '';
    const tokens =
      named(node)
        .find((child) => child.kind() === 'token_tree')
        ?.text() ?? '()';
    if (name === 'json' && /^\(\s*\{/.test(tokens)) return this.json(w, tokens.slice(1, -1).trim(), where, 0);
    const args = this.macroArguments(w, tokens.slice(1, -1), where);
    const [first] = args;
    if (/^(?:format|write|writeln|format_args|concat_string)$/.test(name)) {
      const format = name.startsWith('write') ? args[1] : first;
      const rest = args.slice(name.startsWith('write') ? 2 : 1);
      return format?.value.kind === 'text'
        ? this.formatted(w, format.value.value, rest, where)
        : opaque(node);
    }
    if (name === 'concat')
      return w.template(
        where,
        args.map((arg) => arg.value),
      );
    if (name === 'vec' || name === 'hashset')
      return { kind: 'list', items: args.map((arg) => arg.value), ...where };
    if (name === 'env' || name === 'option_env') return opaque(node);
    return w.call(where, w.name(where, name), args);
  }

  /** `json!({ "title": title, "lines": [] })`: a map of its keys. */
  private json(w: Walk, text: string, where: { line: number; at: number }, depth: number): Expr {
    const entries = jsonMembers(text).map(([key, value]): Entry => {
      const isMap = value.startsWith('{') && depth < 10;
      const inner: Expr = isMap
        ? this.json(w, value, where, depth + 1)
        : { kind: 'opaque', text: value.slice(0, 80), ...where };
      return { key: { kind: 'text', value: key, ...where }, value: inner, ...where };
    });
    return w.map(where, entries);
  }

  private macroArguments(w: Walk, source: string, where: { line: number; at: number }): Argument[] {
    if (source.trim() === '') return [];
    this.reparsed += source.length;
    if (source.length > 20_000 || this.reparsed > MOST_REPARSED) {
      const { errors } = w.module;
      if (errors.length === 0) errors.push({ line: where.line, text: 'a macro that is too long to read' });
      return [];
    }
    const call = this.parse(`${OPENING}${source}\n); }`).find('arguments');
    if (!call) return [];
    const before = this.offset;
    this.offset = where;
    const args = code(call).map((arg): Argument => {
      const left = arg.kind() === 'assignment_expression' ? arg.field('left') : null;
      const right = arg.kind() === 'assignment_expression' ? arg.field('right') : null;
      if (left && right) return { name: left.text(), value: w.expr(right) };
      return { value: w.expr(arg) };
    });
    this.offset = before;
    return args;
  }

  /** `format!("jobs/{}/{id}", …)` as a template. */
  private formatted(
    w: Walk,
    format: string,
    args: readonly Argument[],
    where: { line: number; at: number },
  ): Expr {
    const positional = args.filter((arg) => arg.name === undefined);
    let next = 0;
    const parts = format.split(/(\{\{|\}\}|\{[^{}]*\})/).flatMap((piece): Expr[] => {
      if (piece === '') return [];
      if (piece === '{{' || piece === '}}') return [w.text(where, piece.charAt(0))];
      if (!/^\{[^{}]*\}$/.test(piece)) return [w.text(where, piece)];
      const name = /^[^:]*/.exec(piece.slice(1, -1))?.[0].trim() ?? '';
      if (name === '' || /^\d+$/.test(name)) {
        const arg = positional[name === '' ? next++ : Number(name)];
        const padded = /:.*\d/.test(piece);
        return [(padded ? undefined : arg?.value) ?? { kind: 'opaque', text: piece, ...where }];
      }
      const given = args.find((arg) => arg.name === name);
      if (/:.*\d/.test(piece)) return [{ kind: 'opaque', text: piece, ...where }];
      return [given?.value ?? w.name(where, name)];
    });
    return w.template(where, parts);
  }
}
