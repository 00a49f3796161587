import type { Language } from '../syntax/ir.ts';
import type { Node } from '../syntax/node.ts';

/** What a schema is for, as far as its file shows. */
export type Role = 'read' | 'written' | 'unknown';

const READS =
  /(?:Deserializer|DatumReader)$|^(?:(?:schemaless|block|json)_reader|reader|fromBuffer|decode|Unmarshal|NativeFromBinary|NativeFromTextual|NewDecoder\w*|setReaderSchema|setExpected)$/;
const WRITES =
  /(?:Serializer|DatumWriter)$|^(?:(?:schemaless|json)_writer|writer|toBuffer|encode|Marshal|BinaryFromNative|TextualFromNative|NewEncoder\w*)$/;
/** Calls whose result is the same schema. */
const PARSES =
  /^(?:parse|parse_schema|loads|forSchema|forValue|MustParse|Parse|ParseBytes|NewCodec\w*|NewSchema|Schema)$/;
const READER = /^readers?_?schema$/i;
const WRITER = /^writers?_?schema$/i;

const CALL = /^(?:call_expression|call|method_invocation|new_expression|object_creation_expression)$/;
const NAMED = /^(?:assignment|variable_declarator|short_var_declaration|var_spec|const_spec)$/;
/** What a value stands in without being changed. */
const AROUND =
  /^(?:argument_list|arguments|keyword_argument|expression_list|parenthesized_expression|await_expression|await|as_expression|pair|object|dictionary|member_expression|selector_expression|attribute)$/;

/** Variables that a schema goes through, at most. */
const MOST_STEPS = 6;

/** A variable that a schema becomes, and whether other files may use it too. */
interface Variable {
  name: string;
  isShared: boolean;
}

/** Whom a schema is handed to in its file: to what reads, to nothing but what writes, or it is not seen. */
export function roleOf(root: Node, node: Node, language: Language): Role {
  const words = /script$/.test(language) ? ['identifier', 'shorthand_property_identifier'] : ['identifier'];
  const roles = new Set<Role>();
  const open: { node: Node; steps: number }[] = [{ node, steps: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const to = outwards(next.node, language);
    if (typeof to === 'string') roles.add(to);
    else {
      const uses = next.steps < MOST_STEPS ? usesOf(root, to.name, words) : [];
      if (to.isShared || uses.length === 0) roles.add('unknown');
      for (const use of uses) open.push({ node: use, steps: next.steps + 1 });
    }
  }
  return roles.has('read') ? 'read' : roles.has('unknown') ? 'unknown' : 'written';
}

/** May other files use what is declared here? */
function isShared(declaration: Node, language: Language): boolean {
  for (let outer = declaration.parent(); outer !== null; outer = outer.parent()) {
    if (/function|method|lambda/.test(outer.kind())) return false;
    if (outer.kind() === 'export_statement') return true;
    if (outer.kind() === 'field_declaration') return !/^[^=]*\bprivate\b/.test(outer.text());
  }
  return !/script$/.test(language);
}

/** Follows a value to what it is handed to, or to the variable that it becomes. */
function outwards(from: Node, language: Language): Role | Variable {
  if (from.kind() === 'shorthand_property_identifier' && READER.test(from.text())) return 'read';
  let [here, below] = [from, from];
  for (let outer = here.parent(); outer !== null; outer = here.parent()) {
    const kind = outer.kind();
    const role = CALL.test(kind) ? calledWith(outer, here, below) : keyed(outer);
    if (role === 'read' || role === 'written') return role;
    if (NAMED.test(kind)) {
      const left = (outer.field('left') ?? outer.field('name'))?.text() ?? '';
      const name = /^([A-Za-z_$][\w$]*)(?:,\s*\w+)*$/.exec(left)?.[1];
      return name === undefined ? 'unknown' : { name, isShared: isShared(outer, language) };
    }
    if (role !== 'same' && !AROUND.test(kind)) return 'unknown';
    [here, below] = [outer, here];
  }
  return 'unknown';
}

/** What a member or a named argument says that it is. */
function keyed(outer: Node): Role {
  const key = outer.field(outer.kind() === 'pair' ? 'key' : 'name')?.text() ?? '';
  if (outer.kind() !== 'pair' && outer.kind() !== 'keyword_argument') return 'unknown';
  return READER.test(key) ? 'read' : WRITER.test(key) ? 'written' : 'unknown';
}

/** What a call does with the schema that is one of its arguments, or that it is called on. */
function calledWith(call: Node, from: Node, argument: Node): Role | 'same' {
  const fields = ['function', 'constructor', 'name', 'type'];
  const callee = fields.map((name) => call.field(name)).find((name) => name !== null);
  const last = (callee?.text() ?? '').replace(/<[^<>]*>$/, '').replace(/^[\s\S]*\./, '');
  // A text of Python as bytes.
  if (/^(?:en|de)code$/.test(last) && from.kind() === 'attribute') return 'same';
  if (WRITES.test(last)) return 'written';
  if (READS.test(last)) return isWriters(last, from, argument) ? 'written' : 'read';
  return PARSES.test(last) ? 'same' : 'unknown';
}

/** Readers that take both schemas take the writer's first. */
function isWriters(callee: string, list: Node, argument: Node): boolean {
  const first = /DatumReader$/.test(callee) ? 0 : callee === 'schemaless_reader' ? 1 : undefined;
  const given = list.named().filter((node) => node.kind() !== 'comment');
  return (
    first !== undefined &&
    given.length > first + 1 &&
    given.findIndex((node) => node.id() === argument.id()) === first
  );
}

const PARAMETER = /parameter/;

/** Where a variable is used; nowhere where its name has two meanings in the file. */
function usesOf(root: Node, name: string, words: readonly string[]): Node[] {
  const named = root.findAll(words).filter((node) => node.text() === name);
  const uses = named.filter((node) => !isDeclared(node));
  return named.length - uses.length === 1 ? uses : [];
}

/** Is it the name in a declaration, and not a value in it? */
function isDeclared(node: Node): boolean {
  const outer = node.parent();
  if (outer === null) return false;
  if (PARAMETER.test(outer.kind())) return true;
  const declaration = outer.kind() === 'expression_list' ? outer.parent() : outer;
  if (declaration === null || !NAMED.test(declaration.kind())) return false;
  const left = declaration.field('left') ?? declaration.field('name');
  const [at, end] = [node.range().start.index, left?.range().end.index ?? 0];
  return at < end;
}
