import { askedFor, leaves, somethingWhere } from './asked.ts';
import { after, named, negated, opaque, place, typed, unescaped } from './build.ts';
import { grows } from './grows.ts';
import type {
  Argument,
  Block,
  Call,
  DeclaredType,
  Entry,
  Expr,
  Language,
  MapExpr,
  Module,
  Param,
  Scope,
} from './ir.ts';
import type { Node as SgNode } from './node.ts';
import { isInlineTest } from './tests.ts';
import { code, Walk } from './walk.ts';

/** A TypeScript or JavaScript module's tree as scopes, bindings and calls. */
export function typescript(path: string, language: Language, root: SgNode): Module {
  return new Walk(path, language, { statement, expression }).file(root);
}

function statement(b: Walk, node: SgNode): void {
  if (isInlineTest(b.module, node)) return;
  switch (node.kind()) {
    case 'import_statement':
      importStatement(b, node);
      return;
    case 'export_statement':
      exportStatement(b, node);
      return;
    case 'lexical_declaration':
    case 'variable_declaration':
      for (const child of named(node)) if (child.kind() === 'variable_declarator') declarator(b, child);
      return;
    case 'function_declaration':
    case 'generator_function_declaration':
      functionScope(b, node, node.field('name')?.text() ?? '');
      return;
    case 'class_declaration':
    case 'abstract_class_declaration':
      classScope(b, node);
      return;
    case 'enum_declaration':
      enumScope(b, node);
      return;
    case 'return_statement':
      b.returned(node);
      return;
    case 'for_in_statement': {
      const left = node.field('left');
      const right = node.field('right');
      b.nested(() => {
        if (left && right) {
          const where = place(left);
          bindPattern(b, left, b.each(b.expr(right), 'element', where), where);
        }
        const body = node.field('body');
        if (body) b.statement(body);
      });
      return;
    }
    case 'statement_block':
      b.nested(() => b.statements(node));
      return;
    case 'if_statement': {
      const test = node.field('condition');
      if (test) b.expr(test);
      const asked = askedFor(test);
      const when = test && asked ? b.name(place(test), asked.name) : undefined;
      const body = node.field('consequence');
      if (body)
        b.branch(
          body,
          () => {
            b.something(somethingWhere(test), place(body).at);
            if (body.kind() === 'statement_block') b.statements(body);
            else b.statement(body);
          },
          when,
          asked?.not ? 'not' : undefined,
        );
      const rest = node.field('alternative');
      if (!rest && leaves(body)) b.something(somethingWhere(test, true), after(node).at);
      for (const child of rest ? named(rest) : [])
        if (child.kind() === 'statement_block')
          b.branch(child, () => b.statements(child), when, when && !asked?.not ? 'not' : undefined);
        else b.statement(child);
      return;
    }
    case 'switch_statement': {
      const value = node.field('value');
      const of = value ? b.expr(value) : undefined;
      let texts: string[] | undefined = [];
      for (const clause of named(node.field('body') ?? node)) {
        const test = clause.field('value');
        const is = test ? b.expr(test) : undefined;
        if (of && is) compared(b, of, is);
        texts = is?.kind === 'text' ? texts && [...texts, is.value] : undefined;
        const body = code(clause).filter((child) => child.id() !== test?.id());
        // A case without statements runs those of the next one.
        if (body.length === 0) continue;
        const inside = () => {
          for (const child of body)
            if (child.kind() === 'statement_block') b.statements(child);
            else if (/_(?:statement|declaration|block)$/.test(String(child.kind()))) b.statement(child);
            else b.expr(child);
        };
        b.nested(inside, texts && of, undefined, texts);
        texts = [];
      }
      return;
    }
    case 'interface_declaration':
    case 'type_alias_declaration':
      declaredType(b, node);
      return;
    // Those of a class are read with it.
    case 'decorator':
      return;
    default:
      for (const child of named(node)) {
        if (
          /_(?:statement|declaration|block|body|clause|case|default)$|^(?:comment|ERROR)$/.test(
            String(child.kind()),
          )
        )
          b.statement(child);
        else b.expr(child);
      }
  }
}

function importStatement(b: Walk, node: SgNode): void {
  const source = node.field('source');
  if (!source) return;
  const from = stringText(source);
  const { line } = place(node);
  const add = (local: string, member?: string): void => {
    b.module.imports.push({ local, from, line, ...(member === undefined ? {} : { member }) });
  };
  for (const clause of named(node)) {
    if (clause.kind() !== 'import_clause') continue;
    for (const part of named(clause)) {
      if (part.kind() === 'identifier') add(part.text(), 'default');
      else if (part.kind() === 'namespace_import') add(named(part)[0]?.text() ?? '');
      else
        for (const specifier of named(part)) {
          const name = specifier.field('name')?.text() ?? specifier.text();
          add(specifier.field('alias')?.text() ?? name, name);
        }
    }
  }
}

function exportStatement(b: Walk, node: SgNode): void {
  const source = node.field('source');
  const where = place(node);
  if (source) {
    const clause = named(node).find((child) => child.kind() === 'export_clause');
    const from = stringText(source);
    if (!clause) b.module.imports.push({ local: '*', from, line: where.line });
    for (const specifier of clause ? named(clause) : []) {
      const name = specifier.field('name')?.text() ?? '';
      b.module.imports.push({
        local: specifier.field('alias')?.text() ?? name,
        from,
        member: name,
        line: where.line,
      });
    }
    return;
  }
  const value = node.field('value');
  const clause = named(node).find((child) => child.kind() === 'export_clause');
  // `export = router`: what `require` gives, as `module.exports` does.
  const [whole] = node.text().startsWith('export =') ? named(node) : [];
  if (value) b.bind('default', b.expr(value), where);
  else if (whole) b.bind('default', b.expr(whole), where);
  else if (clause) exportedNames(b, clause);
  else b.statements(node);
  const declaration = node.field('declaration');
  if (declaration && /\bdefault\b/.test(node.text().slice(0, 20))) {
    const name = declaration.field('name')?.text();
    if (name) b.bind('default', b.name(where, name), where);
  }
}

/** `export { put as save }`: another name of what has one here. */
function exportedNames(b: Walk, clause: SgNode): void {
  for (const specifier of named(clause)) {
    const name = specifier.field('name')?.text() ?? '';
    const alias = specifier.field('alias')?.text() ?? name;
    const where = place(specifier);
    if (alias !== name) b.bind(alias, b.name(where, name), where);
  }
}

function declarator(b: Walk, node: SgNode): void {
  const target = node.field('name');
  const value = node.field('value');
  if (!target || !value) return;
  const where = after(node);
  const required = requiredModule(value);
  if (required !== undefined) {
    if (target.kind() === 'identifier')
      b.module.imports.push({ local: target.text(), from: required, line: where.line });
    else
      for (const part of named(target)) {
        const key = part.field('key')?.text() ?? part.text();
        const local = part.field('value')?.text() ?? part.text();
        b.module.imports.push({ local, from: required, member: key, line: where.line });
      }
    return;
  }
  const kind = value.kind();
  if (target.kind() === 'identifier' && (kind === 'arrow_function' || kind === 'function_expression'))
    functionScope(b, value, target.text());
  else bindPattern(b, target, b.expr(value), where);
}

function requiredModule(node: SgNode): string | undefined {
  if (node.kind() !== 'call_expression' || node.field('function')?.text() !== 'require') return undefined;
  const [source] = named(node.field('arguments') ?? node);
  return source?.kind() === 'string' ? stringText(source) : undefined;
}

/** What `require` gives where no variable is declared by it: an import under a name that no code can write. */
function requiredHere(b: Walk, from: string, where: { line: number; at: number }): Expr {
  const local = `require ${from}`;
  const { imports } = b.module;
  if (!imports.some((entry) => entry.local === local)) imports.push({ local, from, line: where.line });
  return b.name(where, local);
}

/** SWR's `useSWR(key, fetcher)` calls the function with the key, or with what a function of the key gives. */
function fetches(b: Walk, { callee, args: [key, fetcher], line, at }: Call): void {
  if (callee.kind !== 'name' || !/^useSWR[A-Z]?\w*$/.test(callee.name) || !key || !fetcher) return;
  if (!/^(?:name|member|function)$/.test(fetcher.value.kind)) return;
  const where = { line, at };
  const given = key.value.kind === 'function' ? b.call(where, key.value, []) : key.value;
  b.call(where, fetcher.value, [{ value: given }]);
}

function bindPattern(b: Walk, target: SgNode, value: Expr, where: { line: number; at: number }): void {
  const kind = target.kind();
  if (kind === 'identifier' || kind === 'shorthand_property_identifier_pattern')
    b.bind(target.text(), value, where);
  else if (kind === 'object_pattern') {
    const taken: string[] = [];
    for (const part of named(target)) {
      if (part.kind() === 'rest_pattern') {
        // Whatever is left of it may be read from there.
        b.reading({ kind: 'member', object: value, name: '', ...where });
        const [rest] = named(part);
        if (rest) bindPattern(b, rest, restOf(value, taken, { ...where, block: b.block }), where);
        continue;
      }
      const shorthand = part.kind() === 'shorthand_property_identifier_pattern';
      const assigned = part.kind() === 'object_assignment_pattern';
      const key = shorthand
        ? part.text()
        : ((assigned ? part.field('left') : part.field('key'))?.text() ?? '');
      taken.push(key);
      const member: Expr = b.reading({ kind: 'member', object: value, name: key, ...where });
      const fallback = assigned ? part.field('right') : null;
      const bound: Expr = fallback
        ? { kind: 'either', options: [member, b.expr(fallback)], ...where }
        : member;
      if (shorthand || assigned) b.bind(key, bound, where);
      else {
        const inner = part.field('value');
        if (inner) bindPattern(b, inner, bound, where);
      }
    }
  } else if (kind === 'array_pattern')
    named(target).forEach((part, i) => {
      const index: Expr = { kind: 'literal', value: i, ...where };
      const [rest] = part.kind() === 'rest_pattern' ? named(part) : [];
      if (rest) bindPattern(b, rest, from(value, index, b.block), where);
      else bindPattern(b, part, b.reading({ kind: 'index', object: value, index, ...where }), where);
    });
  else if (kind === 'assignment_pattern') {
    const left = target.field('left');
    if (left) bindPattern(b, left, value, where);
  } else if (kind === 'member_expression') {
    const object = target.field('object');
    const name = (target.field('property')?.text() ?? '').replace(/^#/, '');
    if (object?.kind() === 'this') {
      const { owner } = b;
      if (owner) b.bind(name, value, where, owner);
    } else if (target.text() === 'module.exports') {
      b.bind('default', value, where, b.module.root);
      if (value.kind === 'map')
        for (const entry of value.entries)
          if (entry.key.kind === 'text' && !b.module.root.bindings.has(entry.key.value))
            b.bind(entry.key.value, entry.value, where, b.module.root);
    } else if (object?.kind() === 'identifier') {
      b.bindEntry(object.text(), { kind: 'text', value: name, ...where }, value, where);
      if (object.text() === 'exports') b.bind(name, value, where, b.module.root);
    } else if (object?.text() === 'module.exports') b.bind(name, value, where, b.module.root);
  } else if (kind === 'subscript_expression') {
    const object = target.field('object');
    const index = target.field('index');
    if (object?.kind() === 'identifier' && index) b.bindEntry(object.text(), b.expr(index), value, where);
  } else
    for (const child of named(target))
      if (child.kind() === 'variable_declarator') bindPattern(b, child, value, where);
}

/** An object without some of its keys, as a pattern takes the rest of it: they are there, and nothing. */
const restOf = (
  value: Expr,
  taken: readonly string[],
  where: Pick<MapExpr, 'line' | 'at' | 'block'>,
): Expr => {
  // What stands behind a spread counts more.
  const after = { line: where.line, at: value.at + 1 };
  const entries = taken.map((key) => ({
    ...after,
    key: { kind: 'text' as const, value: key, ...after },
    value: { kind: 'literal' as const, value: null, ...after },
  }));
  return { kind: 'map', entries, spreads: [value], ...where };
};

/** `value.slice(index)`, as a pattern takes the rest of a list. */
const from = (value: Expr, index: Expr, block: Block): Expr => {
  const { line, at } = index;
  const callee: Expr = { kind: 'member', object: value, name: 'slice', line, at };
  return { kind: 'call', callee, args: [{ value: index }], block, line, at };
};

function functionScope(b: Walk, node: SgNode, name: string): Expr {
  const where = place(node);
  const params: Param[] = [];
  const patterns: { node: SgNode; hidden: string }[] = [];
  const single = node.field('parameter');
  if (single) params.push({ name: single.text() });
  for (const param of code(node.field('parameters') ?? node)) {
    if (!node.field('parameters')) break;
    const target = param.field('pattern') ?? param.field('left') ?? param;
    const fallback = param.field('value') ?? param.field('right');
    if (target.kind() === 'rest_pattern') {
      // `...[router, options]`: parameters one by one
      const [list] = named(target).filter((inner) => inner.kind() === 'array_pattern');
      for (const part of list ? named(list) : []) {
        const isName = part.kind() === 'identifier';
        const hidden = isName ? part.text() : `{${params.length}}`;
        if (!isName) patterns.push({ node: part, hidden });
        params.push({ name: hidden });
      }
      if (!list) params.push({ name: target.text().replace(/^\.+/, ''), rest: true });
      continue;
    }
    const isName = target.kind() === 'identifier';
    const hidden = isName ? target.text() : `{${params.length}}`;
    if (!isName) patterns.push({ node: target, hidden });
    const type = typed(param.field('type'));
    const marks = marksOf(b, param);
    params.push({
      name: hidden,
      ...(fallback ? { fallback: b.expr(fallback) } : {}),
      ...type,
      ...(marks.length > 0 ? { marks } : {}),
    });
    if (
      param
        .children()
        .some((child) => /^(?:accessibility_modifier|override_modifier|readonly)$/.test(String(child.kind())))
    )
      fields.push({ name: hidden, where });
  }
  const own = fields.splice(0);
  const { owner } = b;
  const scope = b.enter('function', name, where.line, params, () => {
    for (const field of own)
      if (owner) b.bind(field.name, b.name(field.where, field.name), field.where, owner);
    for (const pattern of patterns) bindPattern(b, pattern.node, b.name(where, pattern.hidden), where);
    const body = node.field('body');
    if (body?.kind() === 'statement_block') b.statements(body);
    else if (body) b.scope.returns.push(b.expr(body));
  });
  const { type } = typed(node.field('return_type'));
  if (type !== undefined) scope.gives = type;
  return { kind: 'function', scope, ...where };
}

/** Parameters of a constructor that are fields as well, until its scope is entered. */
const fields: { name: string; where: { line: number; at: number } }[] = [];

function classScope(b: Walk, node: SgNode): void {
  const bases = named(node)
    .filter((child) => child.kind() === 'class_heritage')
    .flatMap((heritage) => named(heritage))
    .flatMap((clause) => (clause.kind() === 'extends_clause' ? named(clause).slice(0, 1) : [clause]))
    .filter((base) => base.kind() === 'identifier' || base.kind() === 'member_expression')
    .map((base) => b.expr(base));
  const parent = node.parent();
  const own = [...(parent?.kind() === 'export_statement' ? marksOf(b, parent) : []), ...marksOf(b, node)];
  const className = node.field('name')?.text() ?? '';
  const type: DeclaredType = {
    line: place(node).line,
    bases: bases.flatMap((base) => (base.kind === 'name' ? [base.name] : [])),
    fields: [],
  };
  const scope = b.enter('class', className, place(node).line, [], () => {
    let marks: Expr[] = [];
    for (const member of named(node.field('body') ?? node)) {
      const kind = member.kind();
      if (kind === 'decorator') {
        marks.push(...named(member).map((inner) => b.expr(inner)));
        continue;
      }
      const before = [...marks, ...(kind === 'method_definition' ? [] : marksOf(b, member))];
      if (kind !== 'comment') marks = [];
      const name = member.field('name')?.text() ?? member.field('property')?.text() ?? '';
      const value = member.field('value');
      if (kind === 'public_field_definition') field(type, member, before);
      if (kind === 'method_definition') {
        const method = functionScope(b, member, name.replace(/^#/, ''));
        if (method.kind === 'function' && before.length > 0) method.scope.marks = before;
      } else if (value && (value.kind() === 'arrow_function' || value.kind() === 'function_expression'))
        functionScope(b, value, name.replace(/^#/, ''));
      else if (value) b.bind(name.replace(/^#/, ''), b.expr(value), place(member));
      else b.fieldType(b.scope, name.replace(/^#/, ''), member.field('type'));
    }
  });
  scope.bases.push(...bases);
  if (own.length > 0) scope.marks = own;
  if (className !== '') b.module.types.set(className, type);
}

/** The decorators that a node has as children. */
const marksOf = (b: Walk, node: SgNode): Expr[] =>
  named(node)
    .filter((child) => child.kind() === 'decorator')
    .flatMap((child) => named(child).map((inner) => b.expr(inner)));

/** A field with its declared type; `?` and `@IsOptional()` say that it may be left out. */
function field(type: DeclaredType, node: SgNode, marks: readonly Expr[]): void {
  const name =
    node
      .field('name')
      ?.text()
      .replace(/^['"]|['"]$/g, '') ?? '';
  const written = node
    .field('type')
    ?.text()
    .replace(/^\s*:\s*/, '');
  if (name === '' || written === undefined || written.length > LONGEST_TYPE) return;
  const isOptional =
    node.children().some((child) => child.kind() === '?') ||
    node.field('value') !== null ||
    marks.some(
      (mark) => mark.kind === 'call' && mark.callee.kind === 'name' && /Optional$/.test(mark.callee.name),
    );
  type.fields.push({ name, type: written, ...(isOptional ? { optional: true } : {}) });
}

/** A longer type is left out: nobody wrote it by hand. */
const LONGEST_TYPE = 20_000;

/** An interface or an alias, kept as it is written. */
function declaredType(b: Walk, node: SgNode): void {
  const name = node.field('name')?.text();
  const written = (node.field('value') ?? node.field('body'))?.text();
  if (!name || written === undefined || written.length > LONGEST_TYPE) return;
  const bases = named(node)
    .filter((child) => child.kind() === 'extends_type_clause')
    .flatMap((clause) => named(clause).map((base) => base.text()));
  b.module.types.set(name, { line: place(node).line, bases, fields: [], written });
}

function enumScope(b: Walk, node: SgNode): void {
  b.enter('class', node.field('name')?.text() ?? '', place(node).line, [], () => {
    for (const member of named(node.field('body') ?? node)) {
      const value = member.field('value');
      const name = member.field('name');
      if (name && value) b.bind(name.text().replace(/^['"]|['"]$/g, ''), b.expr(value), place(member));
    }
  });
}

function expression(b: Walk, node: SgNode): Expr {
  const where = place(node);
  switch (node.kind()) {
    case 'string':
      return b.text(where, stringText(node));
    case 'template_string':
      return template(b, node);
    case 'identifier':
    case 'this':
    case 'super':
    case 'shorthand_property_identifier':
      return b.name(where, node.text());
    case 'undefined':
    case 'null':
      return { kind: 'literal', value: null, ...where };
    case 'unary_expression': {
      const argument = node.field('argument');
      const value = b.part(argument, node);
      return node.text().startsWith('-') ? negated(value, node) : opaque(node);
    }
    case 'number':
      return { kind: 'literal', value: Number(node.text().replaceAll('_', '')), ...where };
    case 'true':
    case 'false':
      return { kind: 'literal', value: node.kind() === 'true', ...where };
    case 'member_expression': {
      const object = node.field('object');
      const name = (node.field('property')?.text() ?? '').replace(/^#/, '');
      return b.reading({ kind: 'member', object: b.part(object, node), name, ...where });
    }
    case 'subscript_expression':
      return b.index(node, node.field('object'), node.field('index'));
    case 'call_expression':
    case 'new_expression': {
      const required = requiredModule(node);
      if (required !== undefined) return requiredHere(b, required, where);
      const callee = node.field('function') ?? node.field('constructor');
      const args = node.field('arguments');
      const target = b.part(callee, node);
      if (args?.kind() === 'template_string') return template(b, args);
      const call = b.call(where, target, args ? callArguments(b, args) : []);
      grows(b, call);
      fetches(b, call);
      return call;
    }
    case 'binary_expression': {
      const left = node.field('left');
      const right = node.field('right');
      if (!left || !right) return opaque(node);
      const op = node.field('operator')?.text() ?? '';
      const sides = [b.expr(left), b.expr(right)] as const;
      if (op === '||' || op === '??') return { kind: 'either', options: [...sides], ...where };
      if (op === '&&') return sides[1];
      if (/^[!=]==?$/.test(op)) compared(b, sides[0], sides[1]);
      return { kind: 'binary', op, left: sides[0], right: sides[1], ...where };
    }
    case 'ternary_expression':
      return b.conditional(node);
    case 'assignment_expression':
    case 'augmented_assignment_expression':
      return assignment(b, node);
    case 'array':
      return b.list(node);
    case 'object':
      return object(b, node);
    case 'spread_element': {
      const [of] = code(node);
      return of ? { kind: 'spread', of: b.expr(of), ...where } : opaque(node);
    }
    case 'arrow_function':
    case 'function_expression':
    case 'generator_function':
      return functionScope(b, node, '');
    case 'class':
      classScope(b, node);
      return node.field('name') ? b.name(where, node.field('name')?.text() ?? '') : opaque(node);
    case 'await_expression':
    case 'parenthesized_expression':
    case 'non_null_expression':
    case 'as_expression':
    case 'satisfies_expression':
    case 'instantiation_expression':
      return b.wrapped(node);
    case 'type_assertion': {
      const inner = code(node).at(-1);
      return b.part(inner, node);
    }
    default:
      for (const child of code(node)) {
        if (/^type_|_type$/.test(String(child.kind()))) continue;
        if (/_(?:statement|declaration|block)$/.test(String(child.kind()))) b.statement(child);
        else b.expr(child);
      }
      return opaque(node);
  }
}

/** `req.method === 'GET'`: what a member may be. */
function compared(b: Walk, member: Expr, is: Expr): void {
  if (member.kind !== 'member' || is.kind !== 'text') return;
  const of = `${member.object.kind === 'name' ? member.object.name : ''}.${member.name}`;
  b.scope.compared ??= [];
  b.scope.compared.push({ of, is });
}

function assignment(b: Walk, node: SgNode): Expr {
  const where = place(node);
  const left = node.field('left');
  const right = node.field('right');
  if (!left || !right) return opaque(node);
  const augmented = node.kind() === 'augmented_assignment_expression';
  const kind = right.kind();
  const value =
    !augmented && (kind === 'arrow_function' || kind === 'function_expression')
      ? functionScope(b, right, isExports(left) ? '' : (left.field('property')?.text() ?? left.text()))
      : b.expr(right);
  const op = augmented ? (node.field('operator')?.text().replace('=', '') ?? '+') : '';
  const bound: Expr = augmented
    ? op === '??' || op === '||'
      ? { kind: 'either', options: [b.expr(left), value], ...where }
      : { kind: 'binary', op, left: b.expr(left), right: value, ...where }
    : value;
  const isFallback = bound.kind === 'either' && left.kind() === 'member_expression';
  const [object, name] = isFallback ? [left.field('object'), left.field('property')?.text()] : [];
  // `options.method ??= 'GET'`
  if (object?.kind() === 'identifier' && name !== undefined) {
    const key: Expr = { kind: 'text', value: name, ...where };
    b.bindEntry(object.text(), key, value, after(node), '[?]');
  } else bindPattern(b, left, bound, after(node));
  return bound;
}

/** What a file exports as a whole is called by the names under which others require it. */
const isExports = (left: SgNode): boolean => left.text() === 'module.exports';

function callArguments(b: Walk, node: SgNode): Argument[] {
  return code(node).map((child) => ({ value: b.expr(child) }));
}

function object(b: Walk, node: SgNode): Expr {
  const entries: Entry[] = [];
  const spreads: Expr[] = [];
  const methods: Scope[] = [];
  for (const child of code(node)) {
    const at = place(child);
    const kind = child.kind();
    if (kind === 'pair') {
      const key = child.field('key');
      const value = child.field('value');
      if (!key || !value) continue;
      const name = propertyName(b, key);
      const given = b.expr(value);
      if (given.kind === 'function' && name.kind === 'text') given.scope.key = name.value;
      entries.push({ key: name, value: given, ...at });
    } else if (kind === 'shorthand_property_identifier')
      entries.push({ key: { kind: 'text', value: child.text(), ...at }, value: b.expr(child), ...at });
    else if (kind === 'spread_element') {
      const [of] = code(child);
      if (of) spreads.push(b.expr(of));
    } else if (kind === 'method_definition') {
      const name = child.field('name')?.text() ?? '';
      const value = functionScope(b, child, name);
      if (value.kind === 'function') methods.push(value.scope);
      entries.push({ key: { kind: 'text', value: name, ...at }, value, ...at });
    }
  }
  const map = b.map(place(node), entries, spreads);
  for (const method of methods) method.holder = map;
  return map;
}

function propertyName(b: Walk, key: SgNode): Expr {
  if (key.kind() === 'computed_property_name') {
    const [inner] = code(key);
    return inner ? b.expr(inner) : opaque(key);
  }
  const value = key.kind() === 'string' ? stringText(key) : key.text();
  return { kind: 'text', value, ...place(key) };
}

function template(b: Walk, node: SgNode): Expr {
  const where = place(node);
  const parts: Expr[] = [];
  for (const child of named(node)) {
    if (child.kind() === 'template_substitution') {
      const [inner] = code(child);
      parts.push(inner ? b.expr(inner) : opaque(child));
    } else parts.push(b.text(where, unescaped(child.text())));
  }
  return b.template(where, parts);
}

function stringText(node: SgNode): string {
  return unescaped(
    named(node)
      .map((child) => child.text())
      .join(''),
  );
}
