import type { Node as SgNode } from './node.ts';
import { code } from './walk.ts';

/** Variables that are neither empty nor absent where a condition holds; `not`: where it does not. */
export function somethingWhere(condition: SgNode | null, not = false): string[] {
  if (!condition) return [];
  const inner = code(condition);
  switch (condition.kind()) {
    case 'identifier':
      return not ? [] : [condition.text()];
    case 'parenthesized_expression':
      return somethingWhere(inner[0] ?? null, not);
    case 'not_operator':
      return somethingWhere(condition.field('argument'), !not);
    case 'unary_expression':
      return condition.field('operator')?.text() === '!'
        ? somethingWhere(condition.field('argument'), !not)
        : [];
    case 'boolean_operator':
    case 'binary_expression':
    case 'comparison_operator': {
      const compared = /^(\w+)\s*([=!]=)=?\s*(?:''|""|``)$/.exec(condition.text());
      if (compared) return (compared[2] === '==') === not ? [compared[1] ?? ''] : [];
      const joins = not ? /^(?:or|\|\|)$/ : /^(?:and|&&)$/;
      if (!joins.test(condition.field('operator')?.text() ?? '')) return [];
      return [condition.field('left'), condition.field('right')].flatMap((side) => somethingWhere(side, not));
    }
    default:
      return [];
  }
}

/** The one variable that a condition asks for: to be something, or (`not`) to be nothing: `if not key:`, `if key is None:`. */
export function askedFor(condition: SgNode | null): { name: string; not: boolean } | undefined {
  const written =
    condition
      ?.text()
      .slice(0, 200)
      .replace(/^\(([\s\S]*)\)$/, '$1')
      .trim() ?? '';
  const [, negated, name, compared] =
    /^(!|not\s+)?([A-Za-z_]\w*)(\s*(?:===?|!==?|is(?:\s+not)?)\s*(?:None|null|undefined))?$/.exec(written) ??
    [];
  if (name === undefined || (negated !== undefined && compared !== undefined)) return undefined;
  const isNothing = compared !== undefined && !/!|not/.test(compared);
  return { name, not: negated !== undefined || isNothing };
}

/** Whether nothing after a branch runs once it has run. */
export function leaves(branch: SgNode | null): boolean {
  if (!branch) return false;
  const last = /block$|^statement_list$/.test(String(branch.kind())) ? code(branch).at(-1) : branch;
  if (last && /^statement_list$/.test(String(last.kind()))) return leaves(last);
  return last !== undefined && /^(?:return|raise|throw|continue|break)_statement$/.test(String(last.kind()));
}
