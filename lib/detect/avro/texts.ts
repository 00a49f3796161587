import { languageOf, parserOf } from '../syntax/languages.ts';
import type { Node } from '../syntax/node.ts';
import { type Role, roleOf } from './handed.ts';

/** A schema that stands in code. */
export interface SchemaText {
  /** 1-based. */
  line: number;
  role: Role;
  /** JSON, each line of it where it is in the file; null: part of it is only known at run time. */
  text: string | null;
}

const texts: Record<string, string[]> = {
  typescript: ['template_string', 'string', 'object'],
  javascript: ['template_string', 'string', 'object'],
  python: ['string', 'dictionary'],
  go: ['raw_string_literal', 'interpreted_string_literal'],
  java: ['string_literal'],
};

/** A schema of a type with a name, as a text or as an object of the language. */
const NAMED = /^\s*[[{][\s\S]*["']?\btype["']?\s*:\s*["'](?:record|error|enum|fixed)["']/;
const MEMBERS = ['fields', 'symbols', 'size'];

/** What a file may hold where it has a schema: a quick look. */
const looksLikeSchema = /\btype\\?["']?\s*:\s*\\?["'](?:record|error|enum|fixed)\b/;

/** The schemas that stand in a file of code. Throws `SyntaxError` where its language has no grammar here. */
export async function schemaTexts(path: string, source: string): Promise<SchemaText[]> {
  const language = languageOf(path);
  const kinds = texts[language ?? ''];
  if (language === undefined || kinds === undefined || !looksLikeSchema.test(source)) return [];
  const root = (await parserOf(path, language))(source);
  const found: SchemaText[] = [];
  let end = 0;
  for (const node of root.findAll(kinds)) {
    const { start, end: last } = node.range();
    // What is within a schema is part of it.
    if (start.index < end) continue;
    const text = isObject(node) ? objectText(node) : contentOf(node);
    if (text === undefined) continue;
    end = last.index;
    const above = '\n'.repeat(start.line);
    const role = roleOf(root, node, language);
    found.push({ line: start.line + 1, role, text: text === null ? null : above + text });
  }
  return found;
}

const isObject = (node: Node): boolean => node.kind() === 'object' || node.kind() === 'dictionary';

/** The schema in a text; undefined where it holds none, null where it is put together. */
function contentOf(node: Node): string | null | undefined {
  const whole = node.text();
  const opening = /^[a-zA-Z]{0,2}("""|'''|["'`])/.exec(whole);
  const quote = opening?.[1] ?? '';
  const inner = whole.slice(opening?.[0].length ?? 0, whole.length - quote.length);
  const isRaw = node.kind() === 'raw_string_literal' || /^[a-zA-Z]?[rR]/.test(opening?.[0] ?? '');
  const text = isRaw
    ? inner
    : inner.replace(/\\(["'`\\nt])/g, (_, letter) => (/[nt]/.test(letter) ? ' ' : letter));
  if (!NAMED.test(text)) return undefined;
  const holes = node
    .children()
    .some((child) => /^(?:template_substitution|interpolation)$/.test(child.kind()));
  return holes || !isJson(text) ? null : text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** An object of the language as JSON, each line where it was. */
function objectText(node: Node): string | null | undefined {
  if (!NAMED.test(node.text())) return undefined;
  const keys = node.named().flatMap((member) => {
    const key = member.kind() === 'pair' ? member.field('key')?.text() : undefined;
    return key === undefined ? [] : [key.replace(/["']/g, '')];
  });
  const own = keys.includes('type') && keys.includes('name') && MEMBERS.some((name) => keys.includes(name));
  return own ? jsonOf(node) : undefined;
}

const WORDS: Record<string, string> = { True: 'true', False: 'false', None: 'null', undefined: 'null' };

function jsonOf(node: Node): string | null {
  const kind = node.kind();
  if (kind === 'property_identifier') return JSON.stringify(node.text());
  if (kind === 'string') return plainText(node);
  if (/^(?:number|integer|float|true|false|null|none)$/.test(kind)) return WORDS[node.text()] ?? node.text();
  if (!/^(?:object|dictionary|array|list|pair)$/.test(kind)) return null;
  let json = '';
  let line = node.range().start.line;
  for (const child of node.children()) {
    const { start, end } = child.range();
    const isClosing = /^[\]}]$/.test(child.kind());
    if (isClosing) json = json.replace(/,(\s*)$/, '$1');
    json += '\n'.repeat(start.line - line);
    line = end.line;
    if (child.kind() === 'comment') continue;
    const text = child.isNamed() ? jsonOf(child) : child.text();
    if (text === null) return null;
    json += text;
  }
  return json;
}

/** The value of a plain text as JSON. */
function plainText(node: Node): string | null {
  const quoted = /^(["'])((?:[^\\\n]|\\["'\\])*)\1$/.exec(node.text());
  return quoted === null ? null : JSON.stringify((quoted[2] ?? '').replace(/\\(["'\\])/g, '$1'));
}
