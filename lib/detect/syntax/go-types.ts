import { named, place } from './build.ts';
import type { DeclaredType } from './ir.ts';
import type { Node as SgNode } from './node.ts';
import type { Walk } from './walk.ts';

type Field = DeclaredType['fields'][number];

/** Keeps a struct as a type: its fields as JSON has them, and the structs that are embedded. */
export function keepStruct(b: Walk, name: string, struct: SgNode): void {
  const [list] = named(struct);
  const type: DeclaredType & { bases: string[] } = { line: place(struct).line, bases: [], fields: [] };
  b.module.types.set(name, type);
  for (const field of list ? named(list) : []) {
    const written = field.field('type');
    if (field.kind() !== 'field_declaration' || !written) continue;
    const tag = /\bjson:\\?"([^"\\]*)/.exec(field.field('tag')?.text() ?? '')?.[1];
    const names = named(field).filter((child) => child.kind() === 'field_identifier');
    if (names.length === 0 && tag === undefined) type.bases.push(lastWord(written.text()));
    for (const declared of names) type.fields.push(...wireField(declared.text(), tag, typeText(b, written)));
  }
}

/** A field as `encoding/json` has it; none where it leaves it out. */
function wireField(member: string, tag: string | undefined, type: string): Field[] {
  const [name = '', ...options] = (tag ?? '').split(',');
  if (name === '-' || !/^[A-Z]/.test(member)) return [];
  const optional = options.includes('omitempty') || options.includes('omitzero');
  return [{ name: name === '' ? member : name, member, type, ...(optional ? { optional } : {}) }];
}

/** A type as it is written; a struct without a name is kept, and gets one by its place. */
export function typeText(b: Walk, node: SgNode): string {
  switch (node.kind()) {
    case 'struct_type': {
      const name = `Struct${place(node).at}`;
      keepStruct(b, name, node);
      return name;
    }
    case 'slice_type':
    case 'array_type': {
      const element = node.field('element');
      return `[]${element ? typeText(b, element) : ''}`;
    }
    case 'pointer_type': {
      const [of] = named(node);
      return `*${of ? typeText(b, of) : ''}`;
    }
    default:
      return node.text().slice(0, 200);
  }
}

/** The type of what a variable is made as: `Invoice{…}`, `&Invoice{…}`, `new(Invoice)`, `make([]Invoice, 0)`. */
export function madeAs(b: Walk, value: SgNode | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (value.kind() === 'unary_expression')
    return value.text().startsWith('&') ? madeAs(b, named(value)[0]) : undefined;
  if (value.kind() === 'composite_literal') {
    const type = value.field('type');
    return type ? typeText(b, type) : undefined;
  }
  if (value.kind() !== 'call_expression' || !/^(?:new|make)$/.test(value.field('function')?.text() ?? ''))
    return undefined;
  const [type] = named(value.field('arguments') ?? value);
  return type ? typeText(b, type) : undefined;
}

/** The names of a struct's fields in their order, for a literal that gives them by position. */
export function fieldOrder(struct: SgNode): string[] {
  const [list] = named(struct);
  return (list ? named(list) : []).flatMap((field) => {
    const names = named(field).filter((child) => child.kind() === 'field_identifier');
    const type = field.field('type')?.text();
    // What is embedded goes by the name of its type.
    if (names.length === 0 && field.kind() === 'field_declaration' && type) return [lastWord(type)];
    return names.map((child) => child.text());
  });
}

const lastWord = (type: string): string => type.split('.').at(-1) ?? type;
