import type { Evaluator } from '../evaluate/evaluator.ts';
import type { Hole } from '../evaluate/values.ts';
import type { Expr, MapExpr, Module } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';

/** Stands for an unknown piece inside the text of a policy while that is parsed as JSON. */
const MARK = '\u{F0000}';

/** Policies written as JSON inside a text: a heredoc, a template, a file's string. Each is a module of its own. */
export function embeddedPolicies(
  module: Module,
  e: Evaluator,
  document: (path: string, language: 'json', text: string) => Module,
): (Module | Unresolved)[] {
  const found: (Module | Unresolved)[] = [];
  const prose = proseIn(module);
  for (const expr of module.texts) {
    if (!holdsStatement(expr) || prose.has(expr)) continue;
    for (const pieces of e.texts({ expr, env: undefined, module })) {
      const holes: Hole[] = [];
      const text = pieces
        .map((piece) => (typeof piece === 'string' ? piece : `${MARK}${holes.push(piece) - 1}${MARK}`))
        .join('');
      const start = text.indexOf('{');
      const end = text.lastIndexOf('}');
      if (start < 0 || end < start) continue;
      try {
        const policy = document(module.path, 'json', text.slice(start, end + 1));
        const line = expr.line + (text.slice(0, start).match(/\n/g)?.length ?? 0);
        for (const map of policy.maps) shift(map, line - 1, holes);
        found.push(policy);
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        found.push({
          path: module.path,
          line: expr.line,
          what: 'a policy in a string',
          why: `it does not parse: ${error.message}`,
        });
      }
    }
  }
  return found;
}

/** Texts that tell a reader what to write: a policy in a description is an example. */
function proseIn({ maps }: Module): Set<Expr> {
  const entries = maps.flatMap((map) => map.entries);
  return new Set(
    entries.flatMap(({ key, value }) => (key.kind === 'text' && isProse(key.value) ? [value] : [])),
  );
}

const isProse = (key: string): boolean =>
  /^(?:constraint_?)?description$|^(?:help|examples?|comment)$/i.test(key);

/** Whether some text of a module looks like a policy. */
export const hasPolicyInText = (module: Module): boolean => module.texts.some(holdsStatement);

function holdsStatement(expr: Expr): boolean {
  if (expr.kind === 'text') return /"Statement"\s*:/.test(expr.value);
  return (
    expr.kind === 'template' &&
    expr.parts.some((part) => part.kind === 'text' && /"Statement"\s*:/.test(part.value))
  );
}

/** Lines counted from the file's start, and marks made holes again. */
function shift(map: MapExpr, by: number, holes: readonly Hole[]): void {
  map.line += by;
  for (const entry of map.entries) {
    entry.line += by;
    entry.value = restored(entry.value, by, holes);
  }
}

function restored(expr: Expr, by: number, holes: readonly Hole[]): Expr {
  // maps are shifted on their own, as members of the module
  if (expr.kind === 'map') return expr;
  const line = expr.line + by;
  if (expr.kind === 'list')
    return { ...expr, line, items: expr.items.map((item) => restored(item, by, holes)) };
  if (expr.kind === 'template')
    return { ...expr, line, parts: expr.parts.map((part) => restored(part, by, holes)) };
  if (expr.kind !== 'text' || !expr.value.includes(MARK)) return { ...expr, line };
  const parts = expr.value.split(MARK).flatMap((piece, i): Expr[] => {
    if (i % 2 === 0) return piece === '' ? [] : [{ ...expr, line, value: piece }];
    return [{ kind: 'opaque', text: holes[Number(piece)]?.label ?? '', line, at: expr.at }];
  });
  return { kind: 'template', parts, line, at: expr.at };
}
