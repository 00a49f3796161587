import { after, named, negated, opaque, place, typed, unescaped } from './build.ts';
import type { Argument, Expr, Module, Param } from './ir.ts';
import { annotationsOf, keepClass, settingOf } from './java-marks.ts';
import type { Node as SgNode } from './node.ts';
import { isInlineTest } from './tests.ts';
import { code, Walk } from './walk.ts';

/** A Java file's tree as scopes, bindings and calls. */
export function java(path: string, root: SgNode): Module {
  return new Walk(path, 'java', { statement, expression }).file(root);
}

function statement(b: Walk, node: SgNode): void {
  if (isInlineTest(b.module, node)) return;
  switch (node.kind()) {
    case 'import_declaration':
      importDeclaration(b, node);
      return;
    case 'package_declaration':
    case 'modifiers':
      return;
    case 'class_declaration':
    case 'interface_declaration':
    case 'record_declaration':
    case 'enum_declaration':
    case 'annotation_type_declaration':
      classScope(b, node);
      return;
    case 'method_declaration':
      functionScope(b, node, node.field('name')?.text() ?? '');
      return;
    case 'constructor_declaration':
      functionScope(b, node, 'constructor');
      return;
    case 'field_declaration':
    case 'constant_declaration':
    case 'local_variable_declaration':
      for (const child of named(node)) {
        const value = child.kind() === 'variable_declarator' ? child.field('value') : null;
        const name = child.field('name')?.text();
        if (value && name) b.bind(name, b.expr(value), after(child));
        else if (b.scope.kind === 'class') {
          b.fieldType(b.scope, name, node.field('type'));
          const setting = settingOf(node);
          if (name && setting) b.bind(name, setting, after(child));
        }
      }
      return;
    case 'return_statement':
      b.returned(node);
      return;
    case 'enhanced_for_statement': {
      const name = node.field('name');
      const value = node.field('value');
      b.nested(() => {
        if (name && value) b.bind(name.text(), b.each(b.expr(value), 'element', place(name)), place(name));
        const body = node.field('body');
        if (body) b.statement(body);
      });
      return;
    }
    case 'explicit_constructor_invocation':
      b.expr(node);
      return;
    case 'resource': {
      const value = node.field('value');
      const name = node.field('name')?.text();
      const bound = value ? b.expr(value) : undefined;
      if (name && bound) b.bind(name, bound, place(node));
      return;
    }
    case 'block':
    case 'constructor_body':
      b.branch(node, () => b.statements(node));
      return;
    default:
      for (const child of named(node)) {
        if (
          /_(?:statement|declaration|declarations|clause|group|body|block|label|rule|specification)$|^(?:block|resource|ERROR|line_comment|block_comment)$/.test(
            String(child.kind()),
          )
        )
          b.statement(child);
        else b.expr(child);
      }
  }
}

function importDeclaration(b: Walk, node: SgNode): void {
  const name = named(node).find((child) => /^(?:scoped_)?identifier$/.test(String(child.kind())));
  if (!name) return;
  const text = name.text();
  const dot = text.lastIndexOf('.');
  const { line } = place(node);
  const last = text.slice(dot + 1);
  const isStatic = /^import\s+static\b/.test(node.text());
  if (/\.\s*\*\s*;?$/.test(node.text())) b.module.imports.push({ local: '*', from: text, line });
  else if (isStatic) b.module.imports.push({ local: last, from: text.slice(0, dot), member: last, line });
  // a class stands in the file of its own name
  else b.module.imports.push({ local: last, from: text, member: last, line });
}

function classScope(b: Walk, node: SgNode): void {
  const bases = named(node)
    .filter((child) => /^(?:superclass|super_interfaces|extends_interfaces)$/.test(String(child.kind())))
    .flatMap((clause) =>
      named(clause).flatMap((type) => (type.kind() === 'type_list' ? named(type) : [type])),
    )
    .map((type) => b.name(place(type), type.text().replace(/<[\s\S]*$/, '')));
  const marks = annotationsOf(b, node);
  const scope = b.enter('class', node.field('name')?.text() ?? '', place(node).line, [], () => {
    for (const member of named(node.field('body') ?? node)) {
      if (member.kind() === 'enum_constant') enumConstant(b, member);
      else if (member.kind() === 'enum_body_declarations') b.statements(member);
      else b.statement(member);
    }
  });
  scope.bases.push(...bases);
  if (marks.length > 0) scope.marks = marks;
  keepClass(b, node, scope, bases);
}

/** `A("x")`: a thing of the enum, made by its constructor; where that is not written, its one argument. */
function enumConstant(b: Walk, node: SgNode): void {
  const name = node.field('name')?.text();
  const given = callArguments(b, node.field('arguments'));
  const where = place(node);
  const [first] = given;
  if (!name || !first) return;
  const declaration = node.parent();
  const isMade = /\bconstructor_declaration\b/.test(kindsIn(declaration));
  const made = isMade ? b.call(where, b.name(where, b.scope.name), given) : first.value;
  b.bind(name, made, where);
}

/** The kinds of what stands in an enum's body behind its constants. */
const kindsIn = (body: SgNode | null): string =>
  (body ? code(body) : [])
    .flatMap((child) => (child.kind() === 'enum_body_declarations' ? code(child) : []))
    .map((child) => String(child.kind()))
    .join(' ');

function functionScope(b: Walk, node: SgNode, name: string): Expr {
  const where = place(node);
  const params: Param[] = [];
  const list = node.field('parameters');
  if (list?.kind() === 'identifier') params.push({ name: list.text() });
  else
    for (const param of list ? named(list) : []) {
      const rest = param.kind() === 'spread_parameter';
      const holder = rest ? named(param).find((child) => child.kind() === 'variable_declarator') : param;
      const declared = param.kind() === 'identifier' ? param.text() : holder?.field('name')?.text();
      if (!declared) continue;
      const before = annotationsOf(b, param);
      const given = before.length > 0 ? { marks: before } : {};
      const setting = settingOf(param);
      const fallback = setting ? { fallback: setting } : {};
      const type = rest ? { rest } : typed(param.field('type'));
      params.push({ name: declared, ...type, ...given, ...fallback });
    }
  const marks = node.kind() === 'method_declaration' ? annotationsOf(b, node) : [];
  const scope = b.enter('function', name, where.line, params, () => {
    const body = node.field('body');
    if (!body) return;
    if (body.kind() === 'block' || body.kind() === 'constructor_body') b.statements(body);
    else b.scope.returns.push(b.expr(body));
  });
  if (marks.length > 0) scope.marks = marks;
  const gives = node.field('type')?.text().slice(0, 200);
  if (gives !== undefined) scope.gives = gives;
  return { kind: 'function', scope, ...where };
}

function expression(b: Walk, node: SgNode): Expr {
  const where = place(node);
  switch (node.kind()) {
    case 'string_literal':
      return b.text(where, stringText(node));
    case 'character_literal':
      return b.text(where, unescaped(node.text().slice(1, -1)));
    case 'identifier':
    case 'this':
    case 'super':
    case 'type_identifier':
      return b.name(where, node.text());
    case 'scoped_type_identifier':
    case 'generic_type':
      return b.name(
        where,
        node
          .text()
          .replace(/<[\s\S]*$/, '')
          .split('.')
          .at(-1) ?? '',
      );
    case 'null_literal':
      return { kind: 'literal', value: null, ...where };
    case 'true':
    case 'false':
      return { kind: 'literal', value: node.kind() === 'true', ...where };
    case 'decimal_integer_literal':
    case 'decimal_floating_point_literal':
      return { kind: 'literal', value: Number(node.text().replace(/[_a-zA-Z]/g, '')) || 0, ...where };
    case 'unary_expression': {
      const operand = node.field('operand');
      const value = b.part(operand, node);
      return node.text().startsWith('-') ? negated(value, node) : opaque(node);
    }
    case 'field_access': {
      const object = node.field('object');
      return {
        kind: 'member',
        object: b.part(object, node),
        name: node.field('field')?.text() ?? '',
        ...where,
      };
    }
    case 'method_invocation': {
      const object = node.field('object');
      const name = node.field('name')?.text() ?? '';
      const callee: Expr = object
        ? { kind: 'member', object: b.expr(object), name, ...where }
        : b.name(where, name);
      return b.call(where, callee, callArguments(b, node.field('arguments')));
    }
    case 'explicit_constructor_invocation': {
      const own = b.part(node.field('constructor'), node);
      return b.call(where, own, callArguments(b, node.field('arguments')));
    }
    case 'object_creation_expression': {
      const type = node.field('type');
      const callee = b.part(type, node);
      const call = b.call(where, callee, callArguments(b, node.field('arguments')));
      const types = /<([\s\S]+)>$/.exec(type?.text().slice(0, 200) ?? '')?.[1];
      if (types !== undefined) call.types = types;
      for (const child of named(node)) if (child.kind() === 'class_body') b.statements(child);
      return call;
    }
    case 'binary_expression':
      return b.binary(node);
    case 'ternary_expression':
      return b.conditional(node);
    case 'assignment_expression':
      return assignment(b, node);
    case 'array_initializer':
      return b.list(node);
    case 'array_creation_expression': {
      const value = node.field('value');
      return b.part(value, node);
    }
    case 'array_access':
      return b.index(node, node.field('array'), node.field('index'));
    case 'lambda_expression':
      return functionScope(b, node, '');
    case 'parenthesized_expression':
      return b.wrapped(node);
    case 'cast_expression': {
      const value = node.field('value');
      return b.part(value, node);
    }
    default:
      for (const child of code(node)) {
        const kind = String(child.kind());
        if (/_(?:statement|declaration|block|group|rule)$|^block$/.test(kind)) b.statement(child);
        else if (!/type|modifiers|dimensions/.test(kind)) b.expr(child);
      }
      return opaque(node);
  }
}

function assignment(b: Walk, node: SgNode): Expr {
  const where = place(node);
  const left = node.field('left');
  const right = node.field('right');
  if (!left || !right) return opaque(node);
  const value = b.expr(right);
  const added = node.field('operator')?.text() === '+=';
  const bound: Expr = added ? { kind: 'binary', op: '+', left: b.expr(left), right: value, ...where } : value;
  const { owner } = b;
  if (left.kind() === 'identifier') {
    // an assignment to a field from inside a method belongs to the class
    const local =
      b.scope.bindings.has(left.text()) || b.scope.params.some((param) => param.name === left.text());
    const field = !local && (owner?.bindings.has(left.text()) || owner?.fieldTypes.has(left.text()));
    b.bind(left.text(), bound, after(node), field && owner ? owner : b.scope);
  } else if (left.kind() === 'field_access' && left.field('object')?.kind() === 'this' && owner)
    b.bind(left.field('field')?.text() ?? '', bound, after(node), owner);
  return bound;
}

function callArguments(b: Walk, node: SgNode | null): Argument[] {
  return node ? code(node).map((child) => ({ value: b.expr(child) })) : [];
}

/** A text block loses its first line break and the indentation that all lines share. */
function stringText(node: SgNode): string {
  const text = named(node)
    .map((child) => child.text())
    .join('');
  if (!node.text().startsWith('"""')) return unescaped(text);
  const lines = text.replace(/^\r?\n/, '').split('\n');
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const indent = Math.min(...(indents.length > 0 ? indents : [0]));
  return unescaped(lines.map((line) => line.slice(indent)).join('\n'));
}
