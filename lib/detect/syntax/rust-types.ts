import { named, place } from './build.ts';
import type { DeclaredType } from './ir.ts';
import type { Node as SgNode } from './node.ts';
import type { Walk } from './walk.ts';

/** Attributes that say which requests a function answers, with what stands in their brackets. */
export const routeAttribute =
  /^#\[\s*(?:\w+::)*(get|post|put|delete|patch|head|options|route|(?<=utoipa::)path)\s*\(([\s\S]*)\)\s*\]$/;

/** The attributes right before an item or a field. */
export function attributesBefore(node: SgNode): SgNode[] {
  const found: SgNode[] = [];
  for (let here = node.prev(); here; here = here.prev()) {
    const kind = String(here.kind());
    if (kind === 'attribute_item') found.unshift(here);
    else if (!kind.endsWith('comment')) break;
  }
  return found;
}

/** Keeps a struct as a type: its fields as serde has them. */
export function keepRustStruct(w: Walk, node: SgNode): void {
  const style = serde(node).match(/\brename_all\s*=\s*"([^"]*)"/)?.[1];
  const type: DeclaredType & { bases: string[] } = { line: place(node).line, bases: [], fields: [] };
  for (const field of named(node.field('body') ?? node)) {
    const member =
      field.kind() === 'field_declaration' ? field.field('name')?.text().replace(/^r#/, '') : undefined;
    const written = field.field('type')?.text().slice(0, 200);
    if (member === undefined || written === undefined) continue;
    const options = serde(field);
    if (/\bskip(?:_serializing|_deserializing)?\s*(?:,|\)|$)/m.test(options)) continue;
    if (/\bflatten\b/.test(options)) {
      type.bases.push(written);
      continue;
    }
    const name = options.match(/\brename\s*=\s*"([^"]*)"/)?.[1] ?? cased(member, style);
    const optional = /^(?:std::option::)?Option</.test(written) || /\bdefault\b/.test(options);
    type.fields.push({ name, member, type: written, ...(optional ? { optional } : {}) });
  }
  w.module.types.set(node.field('name')?.text() ?? '', type);
}

const serde = (node: SgNode): string =>
  attributesBefore(node)
    .map((attribute) => attribute.text())
    .filter((text) => /^#\[\s*serde\b/.test(text))
    .join('\n');

/** A field's name as serde's `rename_all` writes it. */
function cased(name: string, style: string | undefined): string {
  const words = name.split('_').filter((word) => word !== '');
  const upper = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  switch (style) {
    case 'camelCase':
      return words.slice(0, 1).join('') + upper.slice(1).join('');
    case 'PascalCase':
      return upper.join('');
    case 'kebab-case':
      return words.join('-');
    case 'SCREAMING_SNAKE_CASE':
    case 'UPPERCASE':
      return name.toUpperCase();
    case 'SCREAMING-KEBAB-CASE':
      return words.join('-').toUpperCase();
    default:
      return name;
  }
}

/** The keys of `{ "a": 1, "b": { … } }` with what stands behind each. */
export function jsonMembers(text: string): [key: string, value: string][] {
  const inner = text.replace(/^\{|\}$/g, '');
  const found: [string, string][] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= inner.length; i++) {
    const char = inner[i];
    if (char === '"') {
      for (i++; i < inner.length && inner[i] !== '"'; i++) if (inner[i] === '\\') i++;
    } else if (char === '{' || char === '[' || char === '(') depth++;
    else if (char === '}' || char === ']' || char === ')') depth--;
    else if ((char === ',' && depth === 0) || char === undefined) {
      const [, key, value] = /^\s*"([^"]*)"\s*:\s*([\s\S]*?)\s*$/.exec(inner.slice(start, i)) ?? [];
      if (key !== undefined && value !== undefined) found.push([key, value]);
      start = i + 1;
    }
  }
  return found;
}
