import { named, place } from './build.ts';
import type { Argument, Call, DeclaredType, Expr, Scope } from './ir.ts';
import type { Node as SgNode } from './node.ts';
import { code, type Walk } from './walk.ts';

/** The annotations before a class, method, field or parameter. They run nothing: no call of the module is one of them. */
export function annotationsOf(b: Walk, node: SgNode): Expr[] {
  const modifiers = named(node).find((child) => child.kind() === 'modifiers');
  if (!modifiers) return [];
  const { calls, maps, texts } = b.module;
  const before = [calls, maps, texts].map(({ length }) => length);
  const found = named(modifiers).flatMap((child) =>
    /^(?:marker_)?annotation$/.test(String(child.kind())) ? [annotation(b, child)] : [],
  );
  [calls, maps, texts].forEach((noted, i) => {
    noted.length = before[i] ?? noted.length;
  });
  return found;
}

/** `@Path`: a name; `@GetMapping(path = "/x")`: a call with its arguments. */
function annotation(b: Walk, node: SgNode): Expr {
  const where = place(node);
  const name = b.name(where, node.field('name')?.text().split('.').at(-1) ?? '');
  const list = node.field('arguments');
  if (!list) return name;
  const args = code(list).map((child): Argument => {
    if (child.kind() !== 'element_value_pair') return { value: elementValue(b, child) };
    const value = child.field('value');
    const key = child.field('key')?.text() ?? '';
    return { name: key, value: value ? elementValue(b, value) : b.text(where, '') };
  });
  const call: Call = { kind: 'call', callee: name, args, block: b.block, ...where };
  return call;
}

function elementValue(b: Walk, node: SgNode): Expr {
  if (node.kind() === 'element_value_array_initializer')
    return { kind: 'list', items: code(node).map((item) => elementValue(b, item)), ...place(node) };
  return /annotation$/.test(String(node.kind())) ? annotation(b, node) : b.expr(node);
}

/** `@Value("${billing.url}/v1")`: a setting of that name, which is not known here, with what stands around it. */
export function settingOf(node: SgNode): Expr | undefined {
  const modifiers = named(node).find((child) => child.kind() === 'modifiers');
  const given =
    modifiers &&
    /@(?:Value|ConfigProperty)\s*\(\s*(?:(?:name|value)\s*=\s*)?"([^"]*)"/.exec(modifiers.text())?.[1];
  if (given === undefined || given === '' || !modifiers) return undefined;
  const where = place(modifiers);
  const parts = given.includes('${')
    ? given.split(/(\$\{[^{}]*\})/).filter((part) => part !== '')
    : [`\${${given}}`];
  const pieces = parts.map((part): Expr => {
    const name = /^\$\{([\w.-]+)/.exec(part)?.[1];
    return name === undefined
      ? { kind: 'text', value: part, ...where }
      : { kind: 'opaque', text: name, ...where };
  });
  const [only] = pieces;
  return pieces.length === 1 ? only : { kind: 'template', parts: pieces, ...where };
}

/** Keeps a class, record or interface as a type: its fields as JSON has them, by their annotations where they have some. */
export function keepClass(b: Walk, node: SgNode, scope: Scope, bases: readonly Expr[]): void {
  const fields: DeclaredType['fields'] = [];
  const add = (name: string | undefined, type: SgNode | null, holder: SgNode): void => {
    if (name === undefined || type === null) return;
    const marks =
      named(holder)
        .find((child) => child.kind() === 'modifiers')
        ?.text() ?? '';
    if (/\b(?:static|transient)\b|@JsonIgnore\b|@JsonBackReference\b/.test(marks)) return;
    const given =
      /@(?:JsonProperty|SerializedName|JsonbProperty|Json)\s*\(\s*(?:value\s*=\s*|name\s*=\s*)?"([^"]*)"/.exec(
        marks,
      )?.[1];
    const optional = /@Nullable\b|@JsonInclude\b/.test(marks) || /^Optional</.test(type.text());
    const wire = given === undefined || given === '' ? name : given;
    fields.push({
      name: wire,
      member: name,
      type: type.text().slice(0, 200),
      ...(optional ? { optional } : {}),
    });
  };
  if (node.kind() === 'record_declaration')
    for (const param of named(node.field('parameters') ?? node))
      if (param.kind() === 'formal_parameter') add(param.field('name')?.text(), param.field('type'), param);
  for (const member of named(node.field('body') ?? node))
    if (member.kind() === 'field_declaration')
      for (const child of named(member))
        if (child.kind() === 'variable_declarator')
          add(child.field('name')?.text(), member.field('type'), member);
  const names = bases.flatMap((base) => (base.kind === 'name' ? [base.name] : []));
  const written = node.kind() === 'enum_declaration' ? enumText(node) : undefined;
  const { types } = b.module;
  if (types.has(scope.name)) return;
  types.set(scope.name, {
    line: scope.line,
    bases: names,
    fields,
    ...(written === undefined ? {} : { written }),
  });
}

/** The constants of an enum as a union of texts. */
const enumText = (node: SgNode): string =>
  named(node.field('body') ?? node)
    .filter((child) => child.kind() === 'enum_constant')
    .map((child) => JSON.stringify(child.field('name')?.text() ?? ''))
    .join(' | ');
