import { leaves, somethingWhere } from './asked.ts';
import { after, named, negated, opaque, place, typed, unescaped } from './build.ts';
import { fieldOrder, keepStruct, madeAs, typeText } from './go-types.ts';
import type { Entry, Expr, Module, Param } from './ir.ts';
import type { Node as SgNode } from './node.ts';
import { Walk } from './walk.ts';

/** A Go file's tree as scopes, bindings and calls; a type with methods is a class. */
export function go(path: string, root: SgNode): Module {
  const walk = new Walk(path, 'go', { statement, expression });
  fieldOrders(walk, root);
  return walk.file(root);
}

/** The fields of the file's structs in their order: a literal that gives them by position may stand before its type. */
function fieldOrders(b: Walk, root: SgNode): void {
  for (const declaration of named(root))
    for (const spec of declaration.kind() === 'type_declaration' ? named(declaration) : []) {
      const type = spec.field('type');
      if (type?.kind() === 'struct_type') b.orders.set(spec.field('name')?.text() ?? '', fieldOrder(type));
    }
}

function statement(b: Walk, node: SgNode): void {
  switch (node.kind()) {
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
        const given = first && b.expr(first);
        if (given) b.gives(given);
        const others = rest.map((other) => b.expr(other));
        if (given && others.length > 0) b.scope.others = (b.scope.others ?? new Map()).set(given, others);
      }
      return;
    case 'for_statement':
      b.nested(() => {
        for (const child of named(node)) {
          if (child.kind() === 'range_clause') range(b, child);
          else b.statement(child);
        }
      });
      return;
    case 'block':
      b.branch(node, () => b.statements(node));
      return;
    case 'type_spec':
      typeSpec(b, node);
      return;
    case 'expression_switch_statement':
      comparedBySwitch(b, node);
      otherStatement(b, node);
      return;
    case 'default_case':
      b.nested(() => otherStatement(b, node));
      return;
    case 'expression_case': {
      const of = node.parent()?.field('value');
      const texts = named(node.field('value') ?? node).map((literal) => stringOf(literal));
      const isText = of?.kind() === 'identifier' && texts.every((text) => text !== undefined);
      const when = isText ? b.name(place(node), of.text()) : undefined;
      b.nested(() => otherStatement(b, node), when, undefined, isText ? texts : undefined);
      return;
    }
    case 'package_clause':
      return;
    default:
      otherStatement(b, node);
  }
}

function otherStatement(b: Walk, node: SgNode): void {
  for (const child of named(node)) {
    if (
      /_(?:statement|declaration|clause|case|list|spec)$|^(?:block|comment|ERROR)$/.test(
        String(child.kind()),
      ) &&
      child.kind() !== 'expression_list'
    )
      b.statement(child);
    else b.expr(child);
  }
  if (node.kind() === 'if_statement' && !node.field('alternative') && leaves(node.field('consequence')))
    b.something(somethingWhere(node.field('condition'), true), after(node).at);
}

const stringOf = (node: SgNode): string | undefined =>
  node.kind() === 'interpreted_string_literal' ? unescaped(node.text().slice(1, -1)) : undefined;

/** `switch r.Method { case http.MethodGet: … }`: what the member is asked to be. */
function comparedBySwitch(b: Walk, node: SgNode): void {
  const value = node.field('value')?.text() ?? '';
  if (!/\.\w+$/.test(value)) return;
  for (const clause of named(node).filter((child) => child.kind() === 'expression_case'))
    for (const is of named(clause.field('value') ?? clause)) compared(b, value, b.expr(is));
}

function compared(b: Walk, of: string, is: Expr): void {
  b.scope.compared ??= [];
  b.scope.compared.push({ of, is });
}

function typeSpec(b: Walk, node: SgNode): void {
  const type = node.field('type');
  const name = node.field('name')?.text() ?? '';
  if (type?.kind() === 'interface_type') {
    const methods = named(type).flatMap((child) => child.field('name')?.text() ?? []);
    if (methods.length > 0) b.classNamed(name).asks = methods;
    return;
  }
  const list = type?.kind() === 'struct_type' ? named(type)[0] : undefined;
  if (type && !list)
    b.module.types.set(name, { line: place(node).line, bases: [], fields: [], written: typeText(b, type) });
  if (!type || !list) return;
  keepStruct(b, name, type);
  b.orders.set(name, fieldOrder(type));
  const owner = b.classNamed(name);
  for (const field of named(list))
    for (const identifier of named(field).filter((child) => child.kind() === 'field_identifier'))
      b.fieldType(owner, identifier.text(), field.field('type'));
}

function importSpec(b: Walk, node: SgNode): void {
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

function method(b: Walk, node: SgNode): void {
  const [receiver] = named(node.field('receiver') ?? node);
  const type = receiver?.field('type')?.text().replace(/^\*/, '').replace(/\[.*$/, '') ?? '';
  const name = receiver?.field('name')?.text() ?? '_';
  b.within(b.classNamed(type), () => {
    functionScope(b, node, node.field('name')?.text() ?? '', [{ name: `&${name}` }]);
  });
}

function functionScope(b: Walk, node: SgNode, name: string, receiver: Param[]): Expr {
  const where = place(node);
  const params = [...receiver];
  for (const declaration of named(node.field('parameters') ?? node)) {
    if (!/parameter_declaration$/.test(String(declaration.kind()))) continue;
    const names = named(declaration).filter((child) => child.kind() === 'identifier');
    if (names.length === 0) params.push({ name: '_' });
    const rest = declaration.kind() === 'variadic_parameter_declaration';
    const type = declared(declaration.field('type'));
    for (const identifier of names) params.push({ name: identifier.text(), ...(rest ? { rest } : type) });
  }
  const scope = b.enter('function', name, where.line, params, () => {
    const body = node.field('body');
    if (body) b.statements(body);
  });
  const gives = node.field('result')?.text().slice(0, 200);
  if (gives !== undefined) scope.gives = gives;
  return { kind: 'function', scope, ...where };
}

/** A parameter's type: one of somebody's own may have a name in lower case. */
function declared(type: SgNode | null): { type?: string } {
  const name = type?.text() ?? '';
  return /^\*?[a-z]\w*$/.test(name) && !builtIn.has(name.replace('*', '')) ? { type: name } : typed(type);
}

/** `tenant`, `s3.GetObjectInput`: a type by its name alone, without a pointer. */
const isTypeName = (node: SgNode): boolean =>
  /^(?:type_identifier|identifier|qualified_type|selector_expression)$/.test(String(node.kind()));

const builtIn = new Set(
  'any bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr'.split(
    ' ',
  ),
);

function declaration(b: Walk, node: SgNode): void {
  const where = place(node);
  const left = node.field('left');
  const right = node.field('right') ?? node.field('value');
  const targets = left ? named(left) : named(node).filter((child) => child.kind() === 'identifier');
  const values = right ? (right.kind() === 'expression_list' ? named(right) : [right]) : [];
  const bound = values.map((value) => b.expr(value));
  const type = node.kind() === 'var_spec' && values.length === 0 ? node.field('type') : null;
  if (type && isTypeName(type))
    for (const target of targets)
      b.bind(target.text(), b.map(place(target), [], [], type.text()), after(node));
  const op = node.field('operator')?.text() ?? '=';
  declareTypes(b, node, targets, values);
  targets.forEach((target, i) => {
    // one call for several names gives its first result to the first: value, err := f()
    const [only] = bound;
    // strings.Cut gives both sides
    const side: Expr | undefined =
      i < 2 && only && values.length === 1 && /^strings\.Cut\(/.test(values[0]?.text() ?? '')
        ? { kind: 'index', object: only, index: { kind: 'literal', value: i, ...where }, ...where }
        : undefined;
    const other: Expr | undefined =
      i > 0 && values.length === 1 && only?.kind === 'call' && !/^_$|^(?:err|ok)$/.test(target.text())
        ? { kind: 'result', of: only, nth: i, ...where }
        : undefined;
    const value = side ?? bound[i] ?? (i === 0 ? only : other);
    if (!value) return;
    called(value, (target.field('field') ?? target).text());
    const result: Expr =
      op === '+=' ? { kind: 'binary', op: '+', left: b.expr(target), right: value, ...where } : value;
    if (target.kind() === 'identifier') {
      if (target.text() !== '_') b.bind(target.text(), result, after(node));
    } else if (target.kind() === 'selector_expression') {
      const object = target.field('operand')?.text() ?? '';
      const name = target.field('field')?.text() ?? '';
      const { owner } = b;
      if (owner && b.scope.params[0]?.name === `&${object}`) b.bind(name, result, where, owner);
      else {
        b.bindEntry(object, { kind: 'text', value: name, ...where }, result, where);
        const made = structOf(b, object);
        if (made !== undefined) b.bind(name, result, where, b.classNamed(made));
      }
    } else if (target.kind() === 'index_expression') {
      const object = target.field('operand')?.text() ?? '';
      const index = target.field('index');
      if (index) b.bindEntry(object, b.expr(index), result, where);
    }
  });
}

/** The struct of this package that a variable is made as. */
function structOf(b: Walk, name: string): string | undefined {
  const made = b.scope.bindings.get(name)?.at(-1)?.value;
  const own = /^(\w+)$/.exec(made?.kind === 'map' ? (made.type ?? '') : '')?.[1];
  return own !== undefined && !builtIn.has(own) ? own : undefined;
}

/** `var out Invoice`, `out := Invoice{}`: what a variable is by its type. */
function declareTypes(b: Walk, node: SgNode, targets: readonly SgNode[], values: readonly SgNode[]): void {
  const type = node.field('type');
  if (b.scope.kind !== 'function') return;
  targets.forEach((target, i) => {
    const made = type ? typeText(b, type) : madeAs(b, values[i]);
    if (made === undefined || target.kind() !== 'identifier') return;
    b.scope.declared ??= [];
    b.scope.declared.push({ name: target.text(), type: made, at: place(target).at });
  });
}

function range(b: Walk, node: SgNode): void {
  const left = node.field('left');
  const right = node.field('right');
  if (!right) return;
  const of = b.expr(right);
  const [first, second] = left ? named(left) : [];
  if (first && first.text() !== '_') b.bind(first.text(), b.each(of, 'key', place(first)), place(first));
  if (second && second.text() !== '_')
    b.bind(second.text(), b.each(of, 'value', place(second)), place(second));
}

function expression(b: Walk, node: SgNode): Expr {
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
      return { kind: 'member', object: b.part(object, node), name, ...where };
    }
    case 'index_expression':
      return b.index(node, node.field('operand'), node.field('index'));
    case 'call_expression': {
      const callee = node.field('function');
      const args = named(node.field('arguments') ?? node).filter((child) => child.kind() !== 'comment');
      // new(s3.GetObjectInput)
      const made = callee?.text() === 'new' && args.length === 1 ? args[0] : undefined;
      if (made && isTypeName(made)) return b.map(where, [], [], made.text());
      const target = b.part(callee, node);
      return b.call(
        where,
        target,
        args.map((arg) => {
          if (arg.kind() !== 'variadic_argument') return { value: b.expr(arg) };
          const [of] = named(arg);
          return { value: of ? { kind: 'spread', of: b.expr(of), ...place(arg) } : opaque(arg) };
        }),
      );
    }
    case 'binary_expression': {
      const binary = b.binary(node);
      const left = node.field('left')?.text() ?? '';
      if (binary.kind === 'binary' && /^[!=]=$/.test(binary.op) && /\.Method$/.test(left))
        compared(b, left, binary.right);
      return binary;
    }
    case 'unary_expression':
    case 'parenthesized_expression':
    case 'type_assertion_expression': {
      const [inner] = named(node);
      const value = b.part(inner, node);
      return node.text().startsWith('-') ? negated(value, node) : value;
    }
    case 'type_conversion_expression': {
      const inner = node.field('operand');
      return b.part(inner, node);
    }
    case 'func_literal':
      return functionScope(b, node, '', []);
    case 'composite_literal':
      return composite(b, node);
    case 'literal_value':
      return literalValue(b, node, undefined);
    case 'literal_element': {
      const [inner] = named(node);
      return b.part(inner, node);
    }
    default:
      for (const child of named(node)) {
        if (/_statement$|^block$/.test(String(child.kind()))) b.statement(child);
        else if (!/type/.test(String(child.kind()))) b.expr(child);
      }
      return opaque(node);
  }
}

/** A function literal is called by what it is kept in: a variable, or a field. */
function called(value: Expr, name: string): void {
  if (value.kind === 'function' && value.scope.name === '') value.scope.name = name;
}

function composite(b: Walk, node: SgNode): Expr {
  const type = node.field('type');
  const body = node.field('body');
  const kind = String(type?.kind() ?? '');
  if (!body) return opaque(node);
  if (kind === 'slice_type' || kind === 'array_type' || kind === 'implicit_length_array_type') {
    const items = named(body).filter((child) => child.kind() !== 'comment');
    const of = elementType(b, type?.field('element') ?? null);
    return { kind: 'list', items: items.map((item) => element(b, item, of)), ...place(node) };
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

/** The type of a list's items by its name; a struct without one gets a name by its place. */
function elementType(b: Walk, type: SgNode | null): string | undefined {
  if (type?.kind() !== 'struct_type') return type?.text().replace(/^\*/, '');
  const name = typeText(b, type);
  b.orders.set(name, fieldOrder(type));
  return name;
}

/** An item of a list: braces alone are a struct of the list's type. */
function element(b: Walk, node: SgNode, type: string | undefined): Expr {
  const [inner] = named(node);
  const isBare = inner?.kind() === 'literal_value' && type !== undefined && b.orders.has(type);
  return isBare ? literalValue(b, inner, type) : b.expr(node);
}

/** Braces with keys are a map, a struct's keys being plain names; without keys, a list. */
function literalValue(b: Walk, node: SgNode, type: string | undefined): Expr {
  const members = named(node).filter((child) => child.kind() !== 'comment');
  const isList = members.length > 0 && members.every((member) => member.kind() === 'literal_element');
  const order = type === undefined ? undefined : b.orders.get(type);
  if (isList && order !== undefined) {
    const entries = members.map((member, i): Entry => {
      const where = place(member);
      return { key: { kind: 'text', value: order[i] ?? '', ...where }, value: b.expr(member), ...where };
    });
    return b.map(place(node), entries, [], type);
  }
  if (isList) return { kind: 'list', items: members.map((member) => b.expr(member)), ...place(node) };
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
          : b.expr(key);
    const given = b.expr(value);
    if (name.kind === 'text') called(given, name.value);
    entries.push({ key: name, value: given, ...place(member) });
  }
  return b.map(place(node), entries, [], type);
}

const insideMap = (node: SgNode): boolean => node.parent()?.field('type')?.kind() === 'map_type';
