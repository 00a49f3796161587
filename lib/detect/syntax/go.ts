import type { SgNode } from '@ast-grep/napi';
import { Builder, named, negated, opaque, place, typed, unescaped } from './build.ts';
import type { Entry, Expr, Module, Param } from './ir.ts';

/** A Go file's tree as scopes, bindings and calls; a type with methods is a class. */
export function go(path: string, root: SgNode): Module {
  const b = new Builder(path, 'go');
  statements(b, root);
  return b.module;
}

function statements(b: Builder, node: SgNode): void {
  for (const child of named(node)) statement(b, child);
}

const statement = (b: Builder, node: SgNode): void => b.deeper(() => oneStatement(b, node));

function oneStatement(b: Builder, node: SgNode): void {
  switch (node.kind()) {
    case 'comment':
      return;
    case 'ERROR':
      statements(b, node);
      return;
    case 'import_spec':
      importSpec(b, node);
      return;
    case 'function_declaration':
      functionScope(b, node, node.field('name')?.text() ?? '', []);
      return;
    case 'method_declaration':
      method(b, node);
      return;
    case 'const_spec':
    case 'var_spec':
    case 'short_var_declaration':
    case 'assignment_statement':
      declaration(b, node);
      return;
    case 'return_statement':
      for (const list of named(node)) {
        const [first, ...rest] = named(list);
        if (first) b.scope.returns.push(expr(b, first));
        for (const other of rest) expr(b, other);
      }
      return;
    case 'for_statement':
      b.nested(() => {
        for (const child of named(node)) {
          if (child.kind() === 'range_clause') range(b, child);
          else statement(b, child);
        }
      });
      return;
    case 'block':
      b.nested(() => statements(b, node));
      return;
    case 'type_declaration':
    case 'package_clause':
      return;
    default:
      for (const child of named(node)) {
        if (
          /_(?:statement|declaration|clause|case|list|spec)$|^(?:block|comment|ERROR)$/.test(
            String(child.kind()),
          ) &&
          child.kind() !== 'expression_list'
        )
          statement(b, child);
        else expr(b, child);
      }
  }
}

function importSpec(b: Builder, node: SgNode): void {
  const from =
    node
      .field('path')
      ?.text()
      .replace(/^["`]|["`]$/g, '') ?? '';
  const name = node.field('name')?.text();
  const last =
    from
      .replace(/\/v\d+$/, '')
      .split('/')
      .at(-1) ?? from;
  b.module.imports.push({ local: name ?? last, from, line: place(node).line });
}

function method(b: Builder, node: SgNode): void {
  const [receiver] = named(node.field('receiver') ?? node);
  const type = receiver?.field('type')?.text().replace(/^\*/, '').replace(/\[.*$/, '') ?? '';
  const name = receiver?.field('name')?.text() ?? '_';
  b.within(b.classNamed(type), () => {
    functionScope(b, node, node.field('name')?.text() ?? '', [{ name: `&${name}` }]);
  });
}

function functionScope(b: Builder, node: SgNode, name: string, receiver: Param[]): Expr {
  const where = place(node);
  const params = [...receiver];
  for (const declaration of named(node.field('parameters') ?? node)) {
    if (!/parameter_declaration$/.test(String(declaration.kind()))) continue;
    const names = named(declaration).filter((child) => child.kind() === 'identifier');
    if (names.length === 0) params.push({ name: '_' });
    const rest = declaration.kind() === 'variadic_parameter_declaration';
    const type = typed(declaration.field('type'));
    for (const one of names) params.push({ name: one.text(), ...(rest ? { rest } : type) });
  }
  const scope = b.enter('function', name, where.line, params, () => {
    const body = node.field('body');
    if (body) statements(b, body);
  });
  return { kind: 'function', scope, ...where };
}

function declaration(b: Builder, node: SgNode): void {
  const where = place(node);
  const left = node.field('left');
  const right = node.field('right') ?? node.field('value');
  const targets = left ? named(left) : named(node).filter((child) => child.kind() === 'identifier');
  const values = right ? (right.kind() === 'expression_list' ? named(right) : [right]) : [];
  const bound = values.map((value) => expr(b, value));
  const op = node.field('operator')?.text() ?? '=';
  targets.forEach((target, i) => {
    // one call for several names gives its first result to the first: value, err := f()
    const value = bound[i] ?? (i === 0 ? bound[0] : undefined);
    if (!value) return;
    const result: Expr =
      op === '+=' ? { kind: 'binary', op: '+', left: expr(b, target), right: value, ...where } : value;
    if (target.kind() === 'identifier') {
      if (target.text() !== '_') b.bind(target.text(), result, where);
    } else if (target.kind() === 'selector_expression') {
      const object = target.field('operand')?.text() ?? '';
      const name = target.field('field')?.text() ?? '';
      const { owner } = b;
      if (owner && b.scope.params[0]?.name === `&${object}`) b.bind(name, result, where, owner);
      else b.bindEntry(object, { kind: 'text', value: name, ...where }, result, where);
    } else if (target.kind() === 'index_expression') {
      const object = target.field('operand')?.text() ?? '';
      const index = target.field('index');
      if (index) b.bindEntry(object, expr(b, index), result, where);
    }
  });
}

function range(b: Builder, node: SgNode): void {
  const left = node.field('left');
  const right = node.field('right');
  if (!right) return;
  const of = expr(b, right);
  const [first, second] = left ? named(left) : [];
  if (first && first.text() !== '_') b.bind(first.text(), b.each(of, 'key', place(first)), place(first));
  if (second && second.text() !== '_')
    b.bind(second.text(), b.each(of, 'value', place(second)), place(second));
}

const expr = (b: Builder, node: SgNode): Expr => b.deeper(() => expression(b, node));

function expression(b: Builder, node: SgNode): Expr {
  const where = place(node);
  switch (node.kind()) {
    case 'interpreted_string_literal':
      return b.text(where, unescaped(node.text().slice(1, -1)));
    case 'raw_string_literal':
      return b.text(where, node.text().slice(1, -1));
    case 'identifier':
    case 'package_identifier':
    case 'type_identifier':
      return b.name(where, node.text());
    case 'nil':
      return { kind: 'literal', value: null, ...where };
    case 'true':
    case 'false':
      return { kind: 'literal', value: node.kind() === 'true', ...where };
    case 'int_literal':
    case 'float_literal':
      return { kind: 'literal', value: Number(node.text().replaceAll('_', '')) || 0, ...where };
    case 'selector_expression': {
      const object = node.field('operand');
      const name = node.field('field')?.text() ?? '';
      return { kind: 'member', object: object ? expr(b, object) : opaque(node), name, ...where };
    }
    case 'index_expression': {
      const object = node.field('operand');
      const index = node.field('index');
      if (!object || !index) return opaque(node);
      return { kind: 'index', object: expr(b, object), index: expr(b, index), ...where };
    }
    case 'call_expression': {
      const callee = node.field('function');
      const target = callee ? expr(b, callee) : opaque(node);
      const args = named(node.field('arguments') ?? node).filter((child) => child.kind() !== 'comment');
      return b.call(
        where,
        target,
        args.map((arg) => {
          if (arg.kind() !== 'variadic_argument') return { value: expr(b, arg) };
          const [of] = named(arg);
          return { value: of ? { kind: 'spread', of: expr(b, of), ...place(arg) } : opaque(arg) };
        }),
      );
    }
    case 'binary_expression': {
      const left = node.field('left');
      const right = node.field('right');
      if (!left || !right) return opaque(node);
      return {
        kind: 'binary',
        op: node.field('operator')?.text() ?? '',
        left: expr(b, left),
        right: expr(b, right),
        ...where,
      };
    }
    case 'unary_expression':
    case 'parenthesized_expression':
    case 'type_assertion_expression': {
      const [inner] = named(node);
      const value = inner ? expr(b, inner) : opaque(node);
      return node.text().startsWith('-') ? negated(value, node) : value;
    }
    case 'type_conversion_expression': {
      const inner = node.field('operand');
      return inner ? expr(b, inner) : opaque(node);
    }
    case 'func_literal':
      return functionScope(b, node, '', []);
    case 'composite_literal':
      return composite(b, node);
    case 'literal_value':
      return literalValue(b, node, undefined);
    case 'literal_element': {
      const [inner] = named(node);
      return inner ? expr(b, inner) : opaque(node);
    }
    default:
      for (const child of named(node)) {
        if (/_statement$|^block$/.test(String(child.kind()))) statement(b, child);
        else if (!/type/.test(String(child.kind()))) expr(b, child);
      }
      return opaque(node);
  }
}

function composite(b: Builder, node: SgNode): Expr {
  const type = node.field('type');
  const body = node.field('body');
  const kind = String(type?.kind() ?? '');
  if (!body) return opaque(node);
  if (kind === 'slice_type' || kind === 'array_type' || kind === 'implicit_length_array_type') {
    const items = named(body).filter((child) => child.kind() !== 'comment');
    return { kind: 'list', items: items.map((item) => expr(b, item)), ...place(node) };
  }
  const name = kind === 'map_type' ? undefined : type?.text();
  const map = literalValue(b, body, name);
  if (kind === 'type_identifier' && name !== undefined && map.kind === 'map') {
    const owner = b.classNamed(name);
    for (const entry of map.entries)
      if (entry.key.kind === 'text') b.bind(entry.key.value, entry.value, entry, owner);
  }
  return map;
}

/** Braces with keys are a map, a struct's keys being plain names; without keys, a list. */
function literalValue(b: Builder, node: SgNode, type: string | undefined): Expr {
  const members = named(node).filter((child) => child.kind() !== 'comment');
  if (members.length > 0 && members.every((member) => member.kind() === 'literal_element'))
    return { kind: 'list', items: members.map((member) => expr(b, member)), ...place(node) };
  const entries: Entry[] = [];
  for (const member of members) {
    if (member.kind() !== 'keyed_element') continue;
    const [key, value] = named(member);
    if (!key || !value) continue;
    const [inner] = named(key);
    const name: Expr =
      inner?.kind() === 'identifier' && type !== undefined
        ? { kind: 'text', value: inner.text(), ...place(key) }
        : inner?.kind() === 'identifier' && !insideMap(node)
          ? { kind: 'text', value: inner.text(), ...place(key) }
          : expr(b, key);
    entries.push({ key: name, value: expr(b, value), ...place(member) });
  }
  return b.map(place(node), entries, [], type);
}

const insideMap = (node: SgNode): boolean => node.parent()?.field('type')?.kind() === 'map_type';
