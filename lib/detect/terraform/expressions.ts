import type { JsonValue } from '../../json.ts';
import type { Attribute, Given, Type } from '../../kinds/terraform/types.ts';
import type { Node } from '../syntax/node.ts';
import { bare, DEEPEST, elementsOf, literalOf, membersOf, stringOf, textOf } from './hcl.ts';

/** A type constraint ("Type Constraints"); `unknown` with its text where it is none. */
export function typeOf(node: Node, depth = 0): Type {
  const here = bare(node);
  const unknown: Type = { unknown: textOf(here).slice(0, 200) };
  if (depth > DEEPEST) return unknown;
  // Releases before 0.12 had types in quotation marks.
  const word = here.kind() === 'variable_expr' ? here.text() : stringOf(here);
  if (word !== undefined) return words[word] ?? unknown;
  if (here.kind() !== 'function_call') return unknown;
  const [name, args] = here.named();
  const [argument, ...more] = args === undefined ? [] : elementsOf(args);
  if (argument === undefined || more.length > 0) return unknown;
  switch (name?.text()) {
    case 'list':
      return { list: typeOf(argument, depth + 1) };
    case 'set':
      return { set: typeOf(argument, depth + 1) };
    case 'map':
      return { map: typeOf(argument, depth + 1) };
    case 'tuple': {
      const inner = bare(argument);
      return inner.kind() === 'tuple'
        ? { tuple: elementsOf(inner).map((element) => typeOf(element, depth + 1)) }
        : unknown;
    }
    case 'object':
      return objectType(bare(argument), depth) ?? unknown;
    default:
      return unknown;
  }
}

const words: Record<string, Type> = {
  ...{ any: 'any', string: 'string', number: 'number', bool: 'bool' },
  ...{ list: { list: 'any' }, map: { map: 'any' }, set: { set: 'any' } },
};

function objectType(node: Node, depth: number): Type | null {
  if (node.kind() !== 'object') return null;
  const found: [string, Attribute][] = [];
  for (const { key, value } of membersOf(node)) {
    if (key === undefined) return null;
    const here = bare(value);
    const [name, args] = here.kind() === 'function_call' ? here.named() : [];
    if (name?.text() === 'optional') {
      const [type, fallback] = args === undefined ? [] : elementsOf(args);
      if (type === undefined) return null;
      found.push([
        key,
        {
          ...{ type: typeOf(type, depth + 1), optional: true },
          ...(fallback === undefined ? {} : { default: defaultOf(fallback) }),
        },
      ]);
    } else found.push([key, { type: typeOf(value, depth + 1) }]);
  }
  return { object: Object.fromEntries(found) };
}

/** A default: a literal, or the text of an expression. */
export function defaultOf(node: Node): JsonValue {
  const literal = literalOf(node);
  return literal === undefined ? { expression: textOf(node) } : literal;
}

/** What an expression gives, where that can be read. `declared`: the caller's own variables. */
export function givenOf(node: Node, declared: ReadonlyMap<string, Type>, depth = 0): Given {
  const here = bare(node);
  const unknown: Given = { expression: textOf(here).slice(0, 120) };
  if (depth > DEEPEST) return unknown;
  switch (here.kind()) {
    case 'numeric_lit':
    case 'unary_operation':
      return typeof literalOf(here) === 'number' ? 'number' : unknown;
    case 'bool_lit':
      return 'bool';
    case 'null_lit':
      return 'null';
    case 'tuple':
      return { values: elementsOf(here).map((element) => givenOf(element, declared, depth + 1)) };
    case 'object':
      return attributesOf(here, declared, depth) ?? unknown;
    case 'heredoc_template':
      return 'string';
    case 'string_lit':
    case 'quoted_template': {
      const text = stringOf(here);
      if (text !== undefined) return kindOfText(text);
      const parts = here.named().filter((part) => !/^quoted_template_(?:start|end)$/.test(part.kind()));
      // "${x}" alone is x itself.
      return parts.length > 1 ? 'string' : unknown;
    }
    case 'function_call': {
      const [name] = here.named();
      return texts.has(name?.text() ?? '') ? 'string' : unknown;
    }
    case 'expression':
      return referenceOf(here, declared) ?? unknown;
    default:
      return unknown;
  }
}

const kindOfText = (text: string): Given =>
  /^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text)
    ? 'numeric'
    : text === 'true' || text === 'false'
      ? 'boolean'
      : 'text';

/** Functions that always give a text. */
const texts = new Set(
  ...[
    'abspath base64encode basename dirname file format formatdate indent join jsonencode lower md5 pathexpand replace sha1 sha256 substr templatefile title tostring trim trimprefix trimspace trimsuffix upper uuid yamlencode'.split(
      ' ',
    ),
  ],
);

function attributesOf(object: Node, declared: ReadonlyMap<string, Type>, depth: number): Given | null {
  const found: [string, Given][] = [];
  for (const { key, value } of membersOf(object)) {
    if (key === undefined) return null;
    found.push([key, givenOf(value, declared, depth + 1)]);
  }
  return { attributes: Object.fromEntries(found) };
}

/** `var.x` is what the caller declares of it; ids and ARNs of resources are texts. */
function referenceOf(node: Node, declared: ReadonlyMap<string, Type>): Given | null {
  const text = textOf(node);
  const [, name] = /^var\.([\w-]+)$/.exec(text) ?? [];
  if (name !== undefined) {
    const type = declared.get(name);
    return type === undefined || type === 'any' ? null : { declared: type };
  }
  return /^(?:data\.)?[a-z]\w*_\w+\.[\w-]+(?:\[[^\]]*\])?\.(?:id|arn)$/.test(text) ? 'string' : null;
}

/** An output of a module or of a remote state that an expression reads. */
export interface Read {
  /** The module, or the data source. */
  of: string;
  /** `null`: all of them, or which one is worked out. */
  name: string | null;
  /** What of it, where the next step is a name. */
  attribute: string | null;
  node: Node;
}

/** What the references under a node read of `module.x` and `data.terraform_remote_state.x.outputs`. */
export function readsIn(root: Node): { modules: Read[]; states: Read[] } {
  const found: { modules: Read[]; states: Read[] } = { modules: [], states: [] };
  for (const node of root.findAll(['variable_expr'])) {
    const word = node.text();
    if (word !== 'module' && word !== 'data') continue;
    const parent = node.parent();
    const after = (parent?.named() ?? []).filter(
      (step) => step.range().start.index > node.range().start.index,
    );
    const steps = after.map(stepOf);
    if (word === 'module') {
      const [of, ...rest] = steps;
      if (of !== undefined) found.modules.push({ of: of ?? '*', node, ...namedIn(rest) });
      else found.modules.push({ of: '*', node, name: null, attribute: null });
    } else if (steps[0] === 'terraform_remote_state') {
      const [, of, ...rest] = steps;
      const inside = rest.filter((step) => step !== null);
      const [, name = null, attribute = null] = inside[0] === 'outputs' ? inside : [];
      found.states.push({ of: of ?? '*', node, name: plain(name), attribute: plain(attribute) });
    }
  }
  return found;
}

/** A step of a reference: its name; `null` for an index or a splat. */
function stepOf(step: Node): string | null {
  if (step.kind() === 'get_attr') return step.named()[0]?.text() ?? null;
  const index = step.kind() === 'index' ? step.named()[0] : undefined;
  const inner = index?.kind() === 'new_index' ? index.named()[0] : undefined;
  const text = inner === undefined ? undefined : stringOf(inner);
  if (text !== undefined) return `"${text}`;
  return splatName(step);
}

/** `[*].id`: the name is within the splat. */
function splatName(step: Node): string | null {
  if (step.kind() !== 'splat') return null;
  const name = step.find('get_attr')?.named()[0]?.text();
  return name ?? null;
}

/** The output and its attribute; an index before them belongs to `count` or `for_each`. */
function namedIn(steps: readonly (string | null)[]): { name: string | null; attribute: string | null } {
  const rest = steps[0] === null || steps[0]?.startsWith('"') ? steps.slice(1) : steps;
  const [name = null, attribute = null] = rest;
  return { name: plain(name), attribute: plain(attribute) };
}

const plain = (step: string | null): string | null => (step === null ? null : step.replace(/^"/, ''));
