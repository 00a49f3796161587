import type { Value } from '../evaluate/values.ts';

/**
 * What every language's syntax tree is reduced to before anything is looked for: scopes, bindings, calls and
 * expressions. One evaluator and one table of calls then serve all languages.
 */

/** Where something stands: 1-based line, and the offset that orders bindings and uses within one file. */
export interface Place {
  line: number;
  at: number;
}

export type Expr = Place &
  (
    | { kind: 'text'; value: string }
    | { kind: 'template'; parts: Expr[] }
    | { kind: 'literal'; value: number | boolean | null }
    | { kind: 'name'; name: string; block: Block }
    | { kind: 'member'; object: Expr; name: string }
    | { kind: 'index'; object: Expr; index: Expr }
    | Call
    | { kind: 'binary'; op: string; left: Expr; right: Expr }
    /** `over`: the loops of a comprehension, whose items are made once for each round. */
    | { kind: 'list'; items: Expr[]; over?: Expr[] }
    | MapExpr
    | { kind: 'spread'; of: Expr }
    /** One of several results of a call, the first of them being the call itself. */
    | { kind: 'result'; of: Call; nth: number }
    /**
     * `test`: a variable that has to be something for the first of two, and nothing for the other. `chosen`: a condition
     * decides, so that each of them counts, known or not.
     */
    | { kind: 'either'; options: Expr[]; test?: Expr; chosen?: true; match?: Match }
    /** A loop's variable: any element of `of` (`key`: its keys, `entry`: key and value by position). */
    | { kind: 'each'; of: Expr; take: 'element' | 'key' | 'value' }
    | { kind: 'function'; scope: Scope }
    | { kind: 'opaque'; text: string }
    /** What the evaluator put together, and no code writes down. */
    | { kind: 'placed'; value: Value }
  );

/** What an option each is taken for: the variants of an enum that its arm names, `Key.File`; none for any other. */
export interface Match {
  of: Expr;
  arms: { variants: string[]; guarded: boolean }[];
}

export interface Call extends Place {
  kind: 'call';
  callee: Expr;
  args: Argument[];
  block: Block;
  /** Type arguments as they are written: `User` of `json::<User>()`. */
  types?: string;
}

export interface MapExpr extends Place {
  kind: 'map';
  /** The type's name, where the language writes one: `s3.GetObjectInput{…}`. */
  type?: string;
  entries: Entry[];
  /** The loops of a comprehension, whose entries are made once for each round. */
  over?: Expr[];
  spreads: Expr[];
  block: Block;
  /** The key that this map, or the list that holds it, is the value of. */
  under?: string;
  /** The map of that key. */
  parent?: MapExpr;
}

export interface Entry extends Place {
  key: Expr;
  value: Expr;
}

export interface Argument {
  name?: string;
  value: Expr;
}

export interface Binding extends Place {
  value: Expr;
  block: Block;
}

export interface Param {
  name: string;
  fallback?: Expr;
  /** Takes all positional arguments that are left: `*parts`, `...parts`. */
  rest?: boolean;
  /** Takes all arguments by name that are left: `**options`. */
  named?: boolean;
  /** The declared type as it is written, where it may be one of the source files' own. */
  type?: string;
  /** Decorators and annotations that stand before it, as those of a scope. */
  marks?: Expr[];
}

/** A type that a file declares: fields by name, or a text to be read as a type. */
export interface DeclaredType {
  line: number;
  /** Names of the types that it has the fields of. */
  bases: readonly string[];
  /** `name` is what it is called on the wire, `member` what the code calls it, where the language has both. */
  fields: { name: string; type: string; optional?: true; member?: string }[];
  /** What an alias or an interface's body says, as it is written. */
  written?: string;
}

/** A module, class or function: what names mean inside it. */
export interface Scope {
  kind: 'module' | 'class' | 'function';
  name: string;
  module: Module;
  parent?: Scope;
  params: Param[];
  bindings: Map<string, Binding[]>;
  /** Functions and classes defined here, by name. */
  scopes: Map<string, Scope[]>;
  returns: Expr[];
  /** What is returned beside the first of several results, by that. */
  others?: Map<Expr, Expr[]>;
  /** The branch that a returned expression stands in, where that asks for a variable. */
  branches?: Map<Expr, Block>;
  /** Where a variable has to be something: within a branch that asks for it, and after one that leaves where it is nothing. */
  something?: Map<string, { block: Block; at: number }[]>;
  /** Variables that a number is added to: `i++`, `n += 1`. */
  counters?: Set<string>;
  /** The property that a function without a name is the value of: `{ list: () => … }`. */
  key?: string;
  /** The literal that this is a method of: what `this` is in it. */
  holder?: MapExpr;
  /** A function's declared result, where it may be one of the source files' own types. */
  gives?: string;
  /** Decorators and annotations that stand before it: a call where they have arguments, else a name or member. */
  marks?: Expr[];
  /** Declared types of a class's fields, as they are written. */
  fieldTypes: Map<string, string>;
  /** Variables of a function that are declared by their type, or made as a thing of it: `var out Invoice`. */
  declared?: { name: string; type: string; at: number }[];
  /** What a member is asked to be: the methods of a request that `switch r.Method` has cases for. */
  compared?: { of: string; is: Expr }[];
  /** The methods that a Go interface asks for: whatever has them is one. */
  asks?: readonly string[];
  /** Names of base classes, for inherited members. */
  bases: Expr[];
  /** The expression this scope wraps is a class or function somewhere; `line` is where it starts. */
  line: number;
}

/** A run of statements; tells which binding a use can see. */
export interface Block {
  scope: Scope;
  parent?: Block;
  /** What the loop that this is the body of runs over. */
  each?: Expr;
  /** A variable that has to be something for this to run: `if (version) { … }`. */
  when?: Expr;
  /** …or has to be nothing: its `else`. */
  not?: true;
  /** The texts one of which the variable has to be: `if (type == 'draft')`, or the cases of a switch. */
  equals?: readonly string[];
  /** It runs on somebody's own machine or in a test alone, by what its condition is called. */
  local?: true;
}

export interface Import {
  /** The name it has here. */
  local: string;
  /** As written: `.s3_paths`, `../paths`, `com.example.Paths`. */
  from: string;
  /** The imported member; absent where the module itself is imported. */
  member?: string;
  line: number;
}

export type Language =
  | 'python'
  | 'typescript'
  | 'javascript'
  | 'go'
  | 'java'
  | 'rust'
  | 'terraform'
  | 'yaml'
  | 'json'
  | 'toml';

export interface Module {
  path: string;
  language: Language;
  root: Scope;
  imports: Import[];
  calls: Call[];
  /** Members and elements that are read of something, inner ones first. */
  members: Expr[];
  /** Types by name, where the language's walk keeps them. */
  types: Map<string, DeclaredType>;
  /** Literals of a named type and blocks of configuration, outermost first. */
  maps: MapExpr[];
  /** Every string that holds an `s3://` address, an ARN, or what the trigger looked for. */
  texts: Expr[];
  /** Comments, for `annotation`. */
  comments: { text: string; line: number; endLine: number }[];
  /** Places the parser could not make sense of. */
  errors: { line: number; text: string }[];
}
