import { askedFor, leaves, somethingWhere } from './asked.ts';
import { after, named, negated, opaque, place, unescaped } from './build.ts';
import { grows } from './grows.ts';
import type { Argument, Entry, Expr, Module, Param, Scope } from './ir.ts';
import { asksLocal } from './local.ts';
import type { Node as SgNode } from './node.ts';
import { isInlineTest } from './tests.ts';
import { code, Walk } from './walk.ts';

/** A Python module's tree as scopes, bindings and calls. */
export function python(path: string, root: SgNode): Module {
  return new Walk(path, 'python', { statement, expression }).file(root);
}

function statement(b: Walk, node: SgNode): void {
  if (isInlineTest(b.module, node)) return;
  switch (node.kind()) {
    case 'expression_statement':
      for (const child of named(node)) {
        if (child.kind() === 'assignment' || child.kind() === 'augmented_assignment') {
          b.count(child);
          assignment(b, child);
        } else if (child.kind() !== 'string') b.expr(child);
      }
      return;
    case 'function_definition':
      functionDefinition(b, node);
      return;
    case 'class_definition':
      classDefinition(b, node);
      return;
    case 'decorated_definition':
      decorated(b, node);
      return;
    case 'return_statement':
      b.returned(node);
      return;
    case 'import_statement':
    case 'import_from_statement':
      imports(b, node);
      return;
    case 'for_statement':
      forStatement(b, node);
      return;
    case 'with_statement':
      withStatement(b, node);
      return;
    default:
      other(b, node);
      return;
  }
}

/** Compound statements: each block is a branch of its own; what is left are expressions. */
function other(b: Walk, node: SgNode): void {
  const test = node.kind() === 'if_statement' ? node.field('condition') : null;
  const asked = askedFor(test);
  const when = test && asked ? b.name(place(test), asked.name) : undefined;
  const isPlain = !named(node).some((child) => child.kind() === 'elif_clause');
  const isAlone = isPlain && !named(node).some((child) => child.kind() === 'else_clause');
  for (const child of named(node)) {
    const kind = child.kind();
    const body = kind === 'else_clause' ? child.field('body') : null;
    if (kind === 'block')
      b.branch(
        child,
        () => {
          b.something(somethingWhere(test), place(child).at);
          b.statements(child);
        },
        when,
        asked?.not ? 'not' : undefined,
      );
    else if (when && isPlain && body)
      b.nested(() => b.statements(body), when, asked?.not ? undefined : 'not');
    else if (/_(clause|statement|definition)$|^(comment|ERROR|case_clause)$/.test(String(kind)))
      b.statement(child);
    else b.expr(child);
  }
  if (test && isAlone && leaves(node.field('consequence')))
    b.something(somethingWhere(test, true), after(node).at);
}

/** A function with its decorators: click's options give its parameters their defaults. */
/** `@contextmanager`, `@asynccontextmanager`: what the function yields is what it gives. */
const givesOnce = (mark: Expr): boolean =>
  (mark.kind === 'name' || mark.kind === 'member') && /contextmanager$/.test(mark.name);

/** The values that a function's own code yields. */
function yielded(node: SgNode): SgNode[] {
  return node.children().flatMap((child) => {
    if (child.kind() === 'function_definition' || child.kind() === 'lambda') return [];
    return child.kind() === 'yield' ? code(child).slice(0, 1) : yielded(child);
  });
}

function decorated(b: Walk, node: SgNode): void {
  const defaults = new Map<string, Expr>();
  const marks: Expr[] = [];
  for (const child of named(node)) {
    if (child.kind() === 'function_definition') {
      const scope = functionDefinition(b, child, defaults);
      scope.marks = marks;
      if (marks.some(givesOnce))
        b.within(scope, () => scope.returns.push(...yielded(child).map((value) => b.expr(value))));
    } else if (child.kind() !== 'decorator') {
      b.statement(child);
      const made = b.scope.scopes.get(child.field('name')?.text() ?? '')?.at(-1);
      if (made) made.marks = marks;
    } else
      for (const inner of code(child)) {
        const option = b.expr(inner);
        marks.push(option);
        if (option.kind !== 'call' || !/^(?:option|argument)$/.test(calleeOf(option))) continue;
        const fallback = option.args.find(({ name }) => name === 'default')?.value;
        const flags = option.args.flatMap(({ name, value }) =>
          name === undefined && value.kind === 'text' ? [value.value] : [],
        );
        const flag =
          flags.find((word) => !word.startsWith('-')) ??
          flags.find((word) => word.startsWith('--')) ??
          flags[0];
        if (fallback && flag)
          defaults.set(flag.replace(/^-+/, '').replace(/\/.*/, '').replaceAll('-', '_'), fallback);
      }
  }
}

function functionDefinition(b: Walk, node: SgNode, defaults?: ReadonlyMap<string, Expr>): Scope {
  const params = parameters(b, node.field('parameters'));
  for (const param of params) {
    const fallback = defaults?.get(param.name);
    if (fallback) param.fallback ??= fallback;
  }
  const name = node.field('name')?.text() ?? '';
  const scope = b.enter('function', name, place(node).line, params, () => {
    const body = node.field('body');
    if (body) b.statements(body);
  });
  const gives = annotation(node.field('return_type'));
  if (gives !== undefined) scope.gives = gives;
  return scope;
}

/** A type as it is written, that of a built-in thing too; a very long one is left out. */
function annotation(node: SgNode | null): string | undefined {
  const written = node?.text();
  return written !== undefined && written.length < 1000 ? written : undefined;
}

function annotated(node: SgNode | null): { type?: string } {
  const type = annotation(node);
  return type === undefined ? {} : { type };
}

function parameters(b: Walk, node: SgNode | null): Param[] {
  if (!node) return [];
  const params: Param[] = [];
  for (const child of named(node)) {
    const kind = child.kind();
    if (kind === 'identifier') params.push({ name: child.text() });
    else if (kind === 'list_splat_pattern') params.push({ name: child.text().slice(1), rest: true });
    else if (kind === 'dictionary_splat_pattern') params.push({ name: child.text().slice(2), named: true });
    else if (kind === 'typed_parameter') {
      const [first] = named(child);
      if (first?.kind() === 'identifier')
        params.push({ name: first.text(), ...annotated(child.field('type')) });
      else if (first?.kind() === 'list_splat_pattern')
        params.push({ name: first.text().slice(1), rest: true });
      else if (first?.kind() === 'dictionary_splat_pattern')
        params.push({ name: first.text().slice(2), named: true });
    } else if (kind === 'default_parameter' || kind === 'typed_default_parameter') {
      const value = child.field('value');
      params.push({
        name: child.field('name')?.text() ?? '',
        ...(value ? { fallback: b.expr(value) } : {}),
        ...annotated(child.field('type')),
      });
    }
  }
  return params;
}

function classDefinition(b: Walk, node: SgNode): void {
  const bases = node.field('superclasses');
  // `Base[T]` is derived from `Base`
  const generic = (base: SgNode): SgNode =>
    base.kind() === 'subscript' ? (base.field('value') ?? base) : base;
  const baseExprs = bases ? named(bases).map((base) => b.expr(generic(base))) : [];
  const scope = b.enter('class', node.field('name')?.text() ?? '', place(node).line, [], () => {
    const body = node.field('body');
    if (body) b.statements(body);
  });
  scope.bases.push(...baseExprs);
  const names = baseExprs.flatMap((base) =>
    base.kind === 'name' || base.kind === 'member' ? [base.name] : [],
  );
  const known = b.module.types.get(scope.name);
  if (known) known.bases = names;
  else if (names.length > 0) b.module.types.set(scope.name, { line: scope.line, bases: names, fields: [] });
}

/** A class's field with its declared type, as dataclasses and pydantic's models have them. */
function field(b: Walk, node: SgNode): void {
  const name = node.field('left');
  const type = annotation(node.field('type'));
  const { scope } = b;
  // `self.client: Client = client`
  const own = name?.kind() === 'attribute' && name.field('object')?.text() === 'self' ? b.owner : undefined;
  if (own && type !== undefined) own.fieldTypes.set(name?.field('attribute')?.text() ?? '', type);
  if (scope.kind !== 'class' || name?.kind() !== 'identifier' || type === undefined) return;
  scope.fieldTypes.set(name.text(), type);
  const known = b.module.types.get(scope.name) ?? { line: scope.line, bases: [], fields: [] };
  b.module.types.set(scope.name, known);
  const value = node.field('right')?.text() ?? '';
  const isRequired =
    value === '' ||
    /^(?:\.\.\.|Field\(\s*(?:\.\.\.\s*[,)]|\)|(?!default)\w+\s*=(?!.*\bdefault)))/s.test(value);
  known.fields.push({ name: name.text(), type, ...(isRequired ? {} : { optional: true }) });
}

function assignment(b: Walk, node: SgNode): void {
  const left = node.field('left');
  const right = node.field('right');
  field(b, node);
  if (!left || !right) return;
  const value = right.kind() === 'assignment' ? chained(b, right) : b.expr(right);
  const where = after(node);
  if (node.kind() === 'augmented_assignment') {
    const op = node.field('operator')?.text().replace('=', '') ?? '+';
    bindTarget(b, left, { kind: 'binary', op, left: b.expr(left), right: value, ...where }, where);
  } else bindTarget(b, left, value, where);
}

/** `a = b = value`: binds the inner target too. */
function chained(b: Walk, node: SgNode): Expr {
  assignment(b, node);
  const right = node.field('right');
  return right ? (right.kind() === 'assignment' ? chained(b, right) : b.expr(right)) : opaque(node);
}

function bindTarget(b: Walk, target: SgNode, value: Expr, where: { line: number; at: number }): void {
  const kind = target.kind();
  if (kind === 'identifier') b.bind(target.text(), value, where);
  else if (kind === 'attribute') {
    const object = target.field('object')?.text();
    const name = target.field('attribute')?.text();
    const owner = b.owner;
    if (name && owner && (object === 'self' || object === 'cls')) b.bind(name, value, where, owner);
    else if (name && target.field('object')?.kind() === 'identifier' && object)
      b.bindEntry(object, { kind: 'text', value: name, ...where }, value, where);
  } else if (kind === 'subscript') {
    const object = target.field('value')?.text();
    const key = target.field('subscript');
    if (object && key) b.bindEntry(object, b.expr(key), value, where);
  } else if (kind === 'pattern_list' || kind === 'tuple_pattern') {
    named(target).forEach((part, i) => {
      const index: Expr = { kind: 'literal', value: i, ...where };
      const item = value.kind === 'list' ? value.items[i] : undefined;
      const [rest] = part.kind() === 'list_splat_pattern' ? named(part) : [];
      if (rest) {
        const callee: Expr = { kind: 'member', object: value, name: 'slice', ...where };
        bindTarget(
          b,
          rest,
          { kind: 'call', callee, args: [{ value: index }], block: b.block, ...where },
          where,
        );
        return;
      }
      bindTarget(b, part, item ?? b.reading({ kind: 'index', object: value, index, ...where }), where);
    });
  }
}

function forStatement(b: Walk, node: SgNode): void {
  const left = node.field('left');
  const right = node.field('right');
  b.nested(() => {
    if (left && right) bindLoop(b, left, b.expr(right));
    const body = node.field('body');
    if (body) b.statements(body);
  });
  const rest = node.field('alternative');
  if (rest) other(b, rest);
}

function bindLoop(b: Walk, left: SgNode, of: Expr): void {
  const where = place(left);
  if (left.kind() === 'identifier') {
    b.bind(left.text(), b.each(of, 'element', where), where);
    return;
  }
  const targets = named(left);
  const [inner] = of.kind === 'call' && handsThrough.test(calleeOf(of)) ? of.args : [];
  if (inner && inner.name === undefined) {
    bindLoop(b, left, inner.value);
    return;
  }
  const call = of.kind === 'call' && of.callee.kind === 'member' ? of.callee : undefined;
  const enumerate = of.kind === 'call' && of.callee.kind === 'name' && of.callee.name === 'enumerate';
  targets.forEach((target, i) => {
    if (target.kind() !== 'identifier') return;
    let value: Expr;
    if (call?.name === 'items' && targets.length === 2)
      value = b.each(call.object, i === 0 ? 'key' : 'value', where);
    else if (enumerate && of.kind === 'call')
      value = i === 0 ? opaque(target) : b.each(of.args[0]?.value ?? opaque(target), 'element', where);
    else {
      const element = b.each(of, 'element', where);
      value = b.reading({
        kind: 'index',
        object: element,
        index: { kind: 'literal', value: i, ...where },
        ...where,
      });
    }
    b.bind(target.text(), value, where);
  });
}

/** Functions that give the same pairs as they are given. */
const handsThrough = /^(?:tqdm|track|islice|list|tuple|sorted|reversed)$/;

const calleeOf = ({ callee }: Extract<Expr, { kind: 'call' }>): string =>
  callee.kind === 'name' || callee.kind === 'member' ? callee.name : '';

function withStatement(b: Walk, node: SgNode): void {
  for (const clause of named(node)) {
    if (clause.kind() !== 'with_clause') continue;
    for (const item of named(clause)) {
      const [value] = named(item);
      if (value?.kind() === 'as_pattern') {
        const [source, target] = named(value);
        const name = target ? named(target)[0] : undefined;
        if (!source) continue;
        const bound = b.expr(source);
        if (name?.kind() === 'identifier') b.bind(name.text(), bound, place(name));
      } else if (value) b.expr(value);
    }
  }
  const body = node.field('body');
  if (body) b.statements(body);
}

function imports(b: Walk, node: SgNode): void {
  const { line } = place(node);
  const from = node.field('module_name')?.text();
  const module = node.field('module_name');
  for (const child of named(node)) {
    if (module && child.id() === module.id()) continue;
    const kind = child.kind();
    if (kind === 'wildcard_import' && from) b.module.imports.push({ local: '*', from, line });
    if (kind !== 'aliased_import' && kind !== 'dotted_name') continue;
    const target = kind === 'aliased_import' ? (child.field('name')?.text() ?? '') : child.text();
    const alias = kind === 'aliased_import' ? child.field('alias')?.text() : undefined;
    if (from) b.module.imports.push({ local: alias ?? target, from, member: target, line });
    else b.module.imports.push({ local: alias ?? target, from: target, line });
  }
}

function expression(b: Walk, node: SgNode): Expr {
  const where = place(node);
  switch (node.kind()) {
    case 'string':
      return string(b, node);
    case 'concatenated_string': {
      const pieces = named(node)
        .filter((piece) => piece.kind() === 'string')
        .map((piece) => string(b, piece));
      return b.template(
        where,
        pieces.flatMap((piece) => (piece.kind === 'template' ? piece.parts : [piece])),
      );
    }
    case 'identifier':
      return b.name(where, node.text());
    case 'attribute': {
      const object = node.field('object');
      const name = node.field('attribute')?.text() ?? '';
      const member: Expr = b.reading({ kind: 'member', object: b.part(object, node), name, ...where });
      // An attribute that asks for something is a call without arguments.
      if (asking.has(name)) b.call(where, member, []);
      return member;
    }
    case 'subscript': {
      const index = node.field('subscript');
      return index?.kind() === 'slice' ? slice(b, node, index) : b.index(node, node.field('value'), index);
    }
    case 'call': {
      const callee = node.field('function');
      const target = b.part(callee, node);
      const call = b.call(where, target, callArguments(b, node.field('arguments')));
      grows(b, call);
      return call;
    }
    case 'binary_operator':
      return b.binary(node);
    case 'boolean_operator': {
      const options = [node.field('left'), node.field('right')].flatMap((side) =>
        side ? [b.expr(side)] : [],
      );
      return { kind: 'either', options, ...where };
    }
    case 'conditional_expression': {
      const [yes, test, no] = named(node).map((child) => b.expr(child));
      const local = asksLocal(named(node)[1]?.text().slice(0, 100) ?? '');
      if (local !== undefined && yes && no) return local ? no : yes;
      return {
        kind: 'either',
        options: [yes, no ?? test].flatMap((option) => (option ? [option] : [])),
        ...(test?.kind === 'name' ? { test } : {}),
        chosen: true,
        ...where,
      };
    }
    case 'list':
    case 'tuple':
    case 'set':
    case 'expression_list':
      return b.list(node);
    case 'list_comprehension':
    case 'generator_expression':
    case 'set_comprehension':
      return comprehension(b, node);
    case 'dictionary':
      return dictionary(b, node);
    case 'dictionary_comprehension':
      return dictionaryComprehension(b, node);
    case 'list_splat': {
      const [of] = named(node);
      return of ? { kind: 'spread', of: b.expr(of), ...where } : opaque(node);
    }
    case 'parenthesized_expression':
      return b.wrapped(node);
    case 'await': {
      const [inner] = named(node);
      return b.part(inner, node);
    }
    case 'named_expression': {
      const value = node.field('value');
      const name = node.field('name');
      if (!value || !name) return opaque(node);
      const bound = b.expr(value);
      b.bind(name.text(), bound, after(node));
      return bound;
    }
    case 'lambda': {
      const params = parameters(b, node.field('parameters'));
      const scope = b.enter('function', '', where.line, params, () => {
        const body = node.field('body');
        if (body) b.scope.returns.push(b.expr(body));
      });
      return { kind: 'function', scope, ...where };
    }
    case 'unary_operator': {
      const argument = node.field('argument');
      const value = b.part(argument, node);
      return node.text().startsWith('-') ? negated(value, node) : opaque(node);
    }
    case 'integer':
    case 'float':
      return { kind: 'literal', value: Number(node.text().replaceAll('_', '')), ...where };
    case 'true':
    case 'false':
      return { kind: 'literal', value: node.kind() === 'true', ...where };
    case 'none':
      return { kind: 'literal', value: null, ...where };
    default:
      return opaqueWithCalls(b, node);
  }
}

/** `parts[1:]`, as a call with where it begins and ends. */
function slice(b: Walk, node: SgNode, index: SgNode): Expr {
  const where = place(node);
  const colon = index.children().findIndex((child) => child.text() === ':');
  const side = (of: SgNode[]): Expr => {
    const [inner] = of.filter((child) => child.isNamed());
    return inner ? b.expr(inner) : { kind: 'literal', value: null, ...where };
  };
  const [start, end] = [index.children().slice(0, colon), index.children().slice(colon + 1)];
  const args = [{ value: side(start) }, ...(end.length > 0 ? [{ value: side(end) }] : [])];
  const callee: Expr = { kind: 'member', object: b.part(node.field('value'), node), name: 'slice', ...where };
  return { kind: 'call', callee, args, block: b.block, ...where };
}

/** What is inside still counts as code: its calls are recorded. */
function opaqueWithCalls(b: Walk, node: SgNode): Expr {
  for (const child of named(node)) b.expr(child);
  return opaque(node);
}

function callArguments(b: Walk, node: SgNode | null): Argument[] {
  if (!node) return [];
  if (node.kind() === 'generator_expression') return [{ value: comprehension(b, node) }];
  return code(node).map((child): Argument => {
    if (child.kind() === 'keyword_argument') {
      const value = child.field('value');
      return { name: child.field('name')?.text() ?? '', value: value ? b.expr(value) : opaque(child) };
    }
    if (child.kind() === 'dictionary_splat') {
      const [of] = named(child);
      return { name: '**', value: of ? b.expr(of) : opaque(child) };
    }
    return { value: b.expr(child) };
  });
}

/** boto3's objects load themselves when one of these is read. */
const asking = new Set([
  'metadata',
  'content_length',
  'content_type',
  'last_modified',
  'e_tag',
  'version_id',
]);

/** `[f(x) for x in xs]`: a list of what one round gives. */
function comprehension(b: Walk, node: SgNode): Expr {
  const where = place(node);
  let body: Expr = opaque(node);
  const over = inRounds(b, node, (inner) => {
    body = b.expr(inner);
  });
  return { kind: 'list', items: [body], over, ...where };
}

/** `{k: f(k) for k in ks}`: a map of what each round gives. */
function dictionaryComprehension(b: Walk, node: SgNode): Expr {
  const where = place(node);
  let entries: Entry[] = [];
  const over = inRounds(b, node, (pair) => {
    const key = pair.field('key');
    const value = pair.field('value');
    if (key && value) entries = [{ key: b.expr(key), value: b.expr(value), ...where }];
  });
  return { kind: 'map', entries, spreads: [], over, block: b.block, ...where };
}

/** Reads the body of a comprehension where its variables are known; what its loops run over. */
function inRounds(b: Walk, node: SgNode, read: (body: SgNode) => void): Expr[] {
  const over: Expr[] = [];
  b.enter('function', '', place(node).line, [], () => {
    for (const clause of named(node)) {
      if (clause.kind() !== 'for_in_clause') continue;
      const left = clause.field('left');
      const right = clause.field('right');
      if (left && right) bindLoop(b, left, b.expr(right));
      if (b.block.each) over.push(b.block.each);
    }
    const body = node.field('body') ?? named(node)[0];
    if (body) read(body);
  });
  return over;
}

function dictionary(b: Walk, node: SgNode): Expr {
  const entries: Entry[] = [];
  const spreads: Expr[] = [];
  for (const child of named(node)) {
    if (child.kind() === 'dictionary_splat') {
      const [of] = named(child);
      if (of) spreads.push(b.expr(of));
    }
    const key = child.kind() === 'pair' ? child.field('key') : null;
    const value = child.kind() === 'pair' ? child.field('value') : null;
    if (key && value) entries.push({ key: b.expr(key), value: b.expr(value), ...place(child) });
  }
  return b.map(place(node), entries, spreads);
}

function string(b: Walk, node: SgNode): Expr {
  const where = place(node);
  const start = named(node)[0]?.text().toLowerCase() ?? '';
  const raw = start.includes('r');
  const formatted = start.includes('f');
  const parts: Expr[] = [];
  for (const child of named(node)) {
    if (child.kind() === 'string_content') {
      const text = formatted ? child.text().replaceAll('{{', '{').replaceAll('}}', '}') : child.text();
      parts.push(b.text(where, raw ? text : unescaped(text)));
    } else if (child.kind() === 'interpolation') {
      const inner = child.field('expression') ?? named(child)[0];
      const value = inner ? b.expr(inner) : opaque(child);
      // a width or precision changes what a number looks like
      const spec = named(child).find((part) => part.kind() === 'format_specifier');
      parts.push(spec && /\d/.test(spec.text()) ? opaque(child) : value);
    }
  }
  return b.template(where, parts);
}
