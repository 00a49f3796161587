import { written } from '../evaluate/scopes.ts';
import { Builder, named, opaque, place, unescaped } from './build.ts';
import type { Entry, Expr, MapExpr, Module, Param } from './ir.ts';
import type { Node as SgNode } from './node.ts';

/**
 * A Terraform file's tree: each block is a map, known in the module as `local.x`, `var.x` (its default), or by its
 * address (`aws_s3_bucket.data`, `data.aws_s3_bucket.data`).
 */
export function terraform(path: string, root: SgNode): Module {
  const b = new Builder(path, 'terraform');
  const body = named(root).find((child) => child.kind() === 'body') ?? root;
  for (const child of named(body)) {
    if (child.kind() === 'block') topLevel(b, child);
    else if (child.kind() === 'attribute') attribute(b, child);
  }
  return b.module;
}

function topLevel(b: Builder, node: SgNode): void {
  const [kind = '', ...labels] = header(node);
  const map = block(b, node);
  const root = b.module.root;
  if (kind === 'locals')
    for (const entry of map.entries) {
      if (entry.key.kind === 'text') b.bind(`local.${entry.key.value}`, entry.value, entry, root);
    }
  else if (kind === 'variable') {
    const fallback = map.entries.find((entry) => entry.key.kind === 'text' && entry.key.value === 'default');
    if (fallback) b.bind(`var.${labels[0]}`, fallback.value, fallback, root);
  } else if (kind === 'resource') b.bind(labels.join('.'), map, map, root);
  else if (kind === 'module') b.bind(`module.${labels[0]}`, map, map, root);
  else if (kind === 'data') b.bind(['data', ...labels].join('.'), map, map, root);
}

/** A block's name and labels: `resource "aws_s3_bucket" "data"`. */
function header(node: SgNode): string[] {
  return named(node)
    .filter((child) => child.kind() === 'identifier' || child.kind() === 'string_lit')
    .map((child) => child.text().replace(/^"|"$/g, ''));
}

const block = (b: Builder, node: SgNode): MapExpr => b.deeper(() => oneBlock(b, node));

function oneBlock(b: Builder, node: SgNode): MapExpr {
  const where = place(node);
  const entries: Entry[] = [];
  const body = named(node).find((child) => child.kind() === 'body');
  b.enter('function', '', where.line, [] as Param[], () => {
    const members = body ? named(body) : [];
    const each = members.find(
      (member) => member.kind() === 'attribute' && named(member)[0]?.text() === 'for_each',
    );
    const iterated = each ? named(each)[1] : undefined;
    const [kind, label] = header(node);
    const over = iterated && bindEach(b, kind === 'dynamic' ? (label ?? 'each') : 'each', iterated);
    for (const member of members) {
      const at = place(member);
      if (member.kind() === 'attribute') {
        const [key, value] = named(member);
        const own = member === each ? over : undefined;
        if (key && value)
          entries.push({
            key: { kind: 'text', value: key.text(), ...at },
            value: own ?? expr(b, value),
            ...at,
          });
      } else if (member.kind() === 'block') {
        const [name = '', inner = ''] = header(member);
        const value = block(b, member);
        // dynamic "statement" { content { … } } stands for statement { … }
        const content =
          name === 'dynamic'
            ? value.entries.find((entry) => entry.key.kind === 'text' && entry.key.value === 'content')
            : undefined;
        const key: Expr = { kind: 'text', value: name === 'dynamic' ? inner : name, ...at };
        entries.push({ key, value: content?.value ?? value, ...at });
      }
    }
  });
  return b.map(where, entries, [], header(node).join('.'));
}

/** Binds `each`; gives what its rounds are over. */
function bindEach(b: Builder, name: string, iterated: SgNode): Expr {
  const where = place(iterated);
  const of = expr(b, iterated);
  const entry = (key: string, take: 'element' | 'value'): Entry => ({
    key: { kind: 'text', value: key, ...where },
    value: b.each(of, take, where),
    ...where,
  });
  const entries = [entry('key', 'element'), entry('value', 'value')];
  b.bind(name, { kind: 'map', entries, spreads: [], block: b.block, ...where }, where);
  return of;
}

function attribute(b: Builder, node: SgNode): void {
  const [key, value] = named(node);
  if (key && value) b.bind(key.text(), expr(b, value), place(node));
}

const expr = (b: Builder, node: SgNode): Expr => b.deeper(() => expression(b, node));

function expression(b: Builder, node: SgNode): Expr {
  const where = place(node);
  const children = named(node);
  const [first] = children;
  switch (node.kind()) {
    case 'expression':
    case 'literal_value':
    case 'template_expr':
    case 'collection_value':
    case 'operation':
      return chain(b, node, children);
    case 'string_lit':
    case 'quoted_template':
    case 'heredoc_template':
      return template(b, node);
    case 'numeric_lit':
      return { kind: 'literal', value: Number(node.text()) || 0, ...where };
    case 'bool_lit':
      return { kind: 'literal', value: node.text() === 'true', ...where };
    case 'null_lit':
      return { kind: 'literal', value: null, ...where };
    case 'variable_expr':
      return b.name(where, node.text());
    case 'function_call': {
      const args = children.find((child) => child.kind() === 'function_arguments');
      const name = first?.text() ?? '';
      const values = args ? named(args).filter((arg) => arg.kind() !== 'ellipsis') : [];
      return b.call(
        where,
        b.name(where, name),
        values.map((arg) => ({ value: expr(b, arg) })),
      );
    }
    case 'tuple':
      return {
        kind: 'list',
        items: children.filter((child) => child.kind() === 'expression').map((child) => expr(b, child)),
        ...where,
      };
    case 'object':
      return object(b, node);
    case 'conditional': {
      const [test, yes, no] = children.map((child) => expr(b, child));
      return {
        kind: 'either',
        options: [yes ?? test, no].flatMap((option) => (option ? [option] : [])),
        ...where,
      };
    }
    case 'binary_operation': {
      const [left, right] = children.map((child) => expr(b, child));
      const op =
        node
          .children()
          .find((child) => !child.isNamed())
          ?.text() ?? '';
      return left && right ? { kind: 'binary', op, left, right, ...where } : opaque(node);
    }
    case 'for_expr':
    case 'for_tuple_expr':
    case 'for_object_expr':
      return forExpr(b, node);
    default:
      for (const child of children) expr(b, child);
      return opaque(node);
  }
}

/** A value and what follows it: `local.a`, `x["k"]`, `list[*].arn`. */
function chain(b: Builder, node: SgNode, children: readonly SgNode[]): Expr {
  const [first, ...rest] = children;
  if (!first) return opaque(node);
  let here = expr(b, first);
  const follow = (steps: readonly SgNode[]): void => {
    for (const step of steps) {
      const where = place(step);
      const kind = step.kind();
      if (kind === 'get_attr')
        here = { kind: 'member', object: here, name: named(step)[0]?.text() ?? '', ...where };
      else if (kind === 'index') {
        const [inner] = named(step);
        const value = inner?.kind() === 'new_index' ? named(inner)[0] : inner;
        if (value) here = { kind: 'index', object: here, index: expr(b, value), ...where };
      } else if (kind === 'splat') splat(step);
    }
  };
  const splat = (step: SgNode): void => {
    const of = here;
    // A resource's own attributes are known by its address.
    const isAddress = /^(?:data\.)?aws_\w+\.[\w-]+$/.test(written(of) ?? '');
    if (!isAddress) here = { kind: 'each', of, take: 'value', ...place(step) };
    for (const inner of named(step)) follow(named(inner));
    if (!isAddress) here = { kind: 'list', items: [here], over: [of], ...place(step) };
  };
  follow(rest);
  return here;
}

function object(b: Builder, node: SgNode): Expr {
  const entries: Entry[] = [];
  for (const member of named(node)) {
    if (member.kind() !== 'object_elem') continue;
    const [key, value] = named(member);
    if (!key || !value) continue;
    const at = place(member);
    // A name with dots is a name too: a reference as key stands in parentheses.
    const bare = /^(?!(?:local|var|each|data|module)\.)[A-Za-z_][\w-]*(?:\.[\w-]+)*$/.test(key.text());
    const name: Expr = bare ? { kind: 'text', value: key.text(), ...at } : expr(b, key);
    entries.push({ key: name, value: expr(b, value), ...at });
  }
  return b.map(place(node), entries);
}

/** `[for k in xs : f(k)]`: a list of what one round gives. */
function forExpr(b: Builder, node: SgNode): Expr {
  const where = place(node);
  const inner = node.kind() === 'for_expr' ? named(node)[0] : node;
  if (!inner) return opaque(node);
  let result: Expr = opaque(node);
  const over: Expr[] = [];
  b.enter('function', '', where.line, [], () => {
    const intro = named(inner).find((child) => child.kind() === 'for_intro');
    const parts = intro ? named(intro) : [];
    const names = parts.filter((part) => part.kind() === 'identifier');
    const source = parts.find((part) => part.kind() === 'expression');
    const of = source ? expr(b, source) : opaque(node);
    over.push(of);
    names.forEach((name, i) => {
      const take = names.length === 2 && i === 0 ? 'element' : 'value';
      b.bind(name.text(), b.each(of, take, place(name)), place(name));
    });
    const bodies = named(inner).filter((child) => child.kind() === 'expression');
    const values = bodies.map((body) => expr(b, body));
    if (inner.kind() === 'for_object_expr') {
      const [key, value] = values;
      result = key && value ? b.map(where, [{ key, value, ...where }]) : opaque(node);
    } else result = { kind: 'list', items: values.slice(0, 1), over, ...where };
  });
  return result;
}

function template(b: Builder, node: SgNode): Expr {
  const where = place(node);
  const quoted = node.kind() !== 'heredoc_template';
  const parts: Expr[] = [];
  for (const child of named(node)) {
    if (child.kind() === 'template_literal') {
      const text = child.text().replaceAll('$${', '${').replaceAll('%%{', '%{');
      parts.push(b.text(place(child), quoted ? unescaped(text) : text));
    } else if (child.kind() === 'template_interpolation') {
      const inner = named(child).find((part) => part.kind() === 'expression');
      parts.push(inner ? expr(b, inner) : opaque(child));
    } else if (child.kind() === 'template_directive') parts.push(opaque(child));
  }
  // "${x}" alone is x itself, a list for instance
  const [only] = parts;
  if (quoted && parts.length === 1 && only && only.kind !== 'text') return only;
  return b.template(where, parts);
}
