import { calleeName } from '../../evaluate/scopes.ts';
import type { Hole, Located } from '../../evaluate/values.ts';
import { plain } from '../../evaluate/values.ts';
import type { Call, Expr, Module, Scope } from '../../syntax/ir.ts';
import type { Program } from '../types.ts';
import { changesAddress } from '../urls.ts';
import { chainOf } from './requests.ts';

type Pieces = (string | Hole)[];
type Name = Extract<Expr, { kind: 'name' }>;

/** What an address may be, and the names in its query that are added to it in its place. */
export interface RustAddress {
  texts: Pieces[];
  query: string[];
}

/** Calls that give the address that they are called on. */
const same = /^(?:clone|as_str|to_string|to_owned|as_ref|into|unwrap|borrow|deref|into_string)$/;

/** The address of a request, with what is done to a variable of it before it is used: `url.path_segments_mut()…extend([…])`. */
export function rustAddress(at: Located, program: Program, depth = 0): RustAddress {
  const { e } = program;
  const { expr } = at;
  const plainly = (): RustAddress => ({ texts: e.texts(at), query: [] });
  if (depth > 6) return plainly();
  if (expr.kind === 'call' && expr.callee.kind === 'member' && same.test(expr.callee.name))
    return rustAddress({ ...at, expr: expr.callee.object }, program, depth + 1);
  if (expr.kind !== 'name') return plainly();
  const origin = e.origin(at);
  if (origin.expr !== expr) return rustAddress(origin, program, depth + 1);
  const bound = boundBefore(expr);
  const found = bound ? rustAddress({ ...at, expr: bound.value }, program, depth + 1) : plainly();
  for (const call of changesOf(expr, bound?.at ?? 0, at.module)) apply(call, found, at, program);
  return found;
}

function boundBefore(expr: Name): { value: Expr; at: number } | undefined {
  for (let scope: Scope | undefined = expr.block.scope; scope; scope = scope.parent) {
    const bound = scope.bindings.get(expr.name)?.findLast(({ at }) => at <= expr.at);
    if (bound) return bound.value === expr ? undefined : bound;
    if (scope.params.some(({ name }) => name === expr.name)) return undefined;
  }
  return undefined;
}

/** What changes a variable's address between two places. */
function changesOf(name: Name, from: number, module: Module): Call[] {
  return module.calls.filter((call) => {
    if (call.at <= from || call.at >= name.at || !changesAddress(call)) return false;
    const { root } = chainOf(call);
    const isOwn = root.kind === 'name' && root.name === name.name && root.block.scope === name.block.scope;
    return isOwn && (boundBefore(root)?.at ?? 0) === from;
  });
}

function apply(call: Call, found: RustAddress, at: Located, { e }: Program): void {
  const [first] = call.args.map(({ value }): Located => ({ ...at, expr: value }));
  const { steps } = chainOf(call);
  const on = steps.map(calleeName);
  const add = (pieces: Pieces[]): void => {
    found.texts = found.texts.flatMap((before) =>
      pieces.map((piece) => [...withoutSlash(before), '/', ...withoutFirst(piece)]),
    );
  };
  if (!first) return;
  const name = calleeName(call);
  if (on.includes('path_segments_mut')) {
    const items = name === 'extend' ? e.elements(first) : [first];
    for (const item of items) add(e.texts(item));
  } else if (on.includes('query_pairs_mut')) {
    const pairs =
      name === 'extend_pairs' ? e.elements(first).map((pair) => e.elements(pair)[0] ?? pair) : [first];
    for (const pair of pairs) found.query.push(...e.evaluate(pair).flatMap((value) => plain(value) ?? []));
  } else if (name === 'set_path') {
    const origins = found.texts.map((before) => {
      const [start] = before;
      const origin = typeof start === 'string' ? /^[a-z]+:\/\/[^/]*/i.exec(start)?.[0] : undefined;
      return origin === undefined ? before : [origin];
    });
    found.texts = origins;
    add(e.texts(first));
  }
}

const withoutSlash = (pieces: Pieces): Pieces =>
  pieces.map((piece, i) =>
    i === pieces.length - 1 && typeof piece === 'string' ? piece.replace(/\/+$/, '') : piece,
  );

const withoutFirst = (pieces: Pieces): Pieces =>
  pieces.map((piece, i) => (i === 0 && typeof piece === 'string' ? piece.replace(/^\/+/, '') : piece));
