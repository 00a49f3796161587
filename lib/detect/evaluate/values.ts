import type { Argument, Call, Expr, MapExpr, Module, Scope } from '../syntax/ir.ts';

/** Most alternatives kept for one expression; more become one unknown. */
export const MOST = 48;

/** A piece of text that is not known: `*` in a pattern, with the reason. */
export interface Hole {
  why: string;
  /** What the code calls it: `DATA_BUCKET`, `job_id`. */
  label: string;
}

/** What the parameters of the functions around an expression were called with. */
export interface Env {
  scope: Scope;
  args: Map<string, Located>;
  outer?: Env;
  depth: number;
  /** The round of each loop around the expression, by what is looped over: its variables go together. */
  rounds?: ReadonlyMap<Expr, number>;
  /** What the method is called on. */
  self?: Value;
  /** Only the receiver is known: a parameter is what any caller gives. */
  partial?: true;
  /** The call that this is about, and what its own names mean. */
  caller?: { call: Call; env: Env | undefined };
  /** Why a parameter that `args` does not have is not known. */
  closed?: string;
}

/** An expression together with what its names mean. */
export interface Located {
  expr: Expr;
  env: Env | undefined;
  module: Module;
}

/** What an expression may be; several values are alternatives. */
export type Value =
  /** `literal` is set where the code has a number or boolean, which is a text only inside other texts. */
  /** `member`: the constant of an enum that it is the value of. */
  | {
      t: 'text';
      parts: (string | Hole)[];
      literal?: number | boolean;
      member?: { scope: Scope; name: string };
    }
  /** `open`: any part of these items, in their order; which of them is not known. */
  | { t: 'list'; items: Located[]; open?: true }
  /** `open`: something is spread in it that is not known. */
  | { t: 'map'; entries: { key: Located; value: Located }[]; source?: MapExpr; open?: true }
  /** `self`: the thing that it is a method of. `given`: arguments that it has already, before those of a call. */
  | { t: 'function'; scope: Scope; env: Env | undefined; self?: Value; given?: readonly Argument[] }
  | { t: 'class'; scope: Scope }
  /** `fields`: what is assigned to members of a variable that holds it. */
  | {
      t: 'instance';
      scope: Scope;
      call?: Call;
      env: Env | undefined;
      fields?: { key: Located; value: Located }[];
    }
  | { t: 'module'; module: Module }
  /** Something that a library made: an S3 client, a bucket, an object. */
  | { t: 'thing'; type: string; props: Map<string, Value[]> }
  | { t: 'null' }
  | { t: 'unknown'; hole: Hole };

export const text = (value: string): Value => ({ t: 'text', parts: value === '' ? [] : [value] });

export const unknown = (why: string, label = ''): Value => ({ t: 'unknown', hole: { why, label } });

/** Stands in a list for elements that were left out: what reads it says so. */
export function leftOut(at: Located, why: string): Located {
  const { line, at: offset } = at.expr;
  return { ...at, expr: { kind: 'placed', value: unknown(why), line, at: offset } };
}

/** The parts of a text; what is not a text is one hole. */
export function partsOf(value: Value): (string | Hole)[] {
  switch (value.t) {
    case 'text':
      return value.parts;
    case 'unknown':
      return [value.hole];
    case 'null':
      return [];
    default:
      return [{ why: 'not a text', label: value.t }];
  }
}

/** The text itself where nothing in it is unknown. */
export function plain(value: Value | undefined): string | undefined {
  if (value?.t !== 'text') return undefined;
  return value.parts.every((part) => typeof part === 'string') ? value.parts.join('') : undefined;
}

/** Two texts one after the other, neighbouring strings merged. */
export function joinParts(...all: (string | Hole)[][]): (string | Hole)[] {
  const joined: (string | Hole)[] = [];
  for (const part of all.flat()) {
    const last = joined.at(-1);
    if (typeof part === 'string' && typeof last === 'string') joined[joined.length - 1] = last + part;
    else if (part !== '') joined.push(part);
  }
  return joined;
}

export const scopeValue = (scope: Scope, env: Env | undefined, self?: Value): Value =>
  scope.kind === 'class'
    ? { t: 'class', scope }
    : { t: 'function', scope, env, ...(self === undefined ? {} : { self }) };
