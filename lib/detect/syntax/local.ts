import type { Block } from './ir.ts';
import type { Node as SgNode } from './node.ts';

const flag =
  /^(?:[\w.]*[._])?(?:is|in|use|using|run|running|running_on)?_?(?:local(?:_?(?:stack|host|dev|development|mode|env|environment|testing))?|locally|testing|test(?:_?(?:mode|env|environment))|mock(?:ed)?)(?:\(\))?$/i;
const asked = /^(?:is|in|running)_?tests?(?:\(\))?$/i;
const compared =
  /^[\w.]+(?:\(\))?\s*(={2,3}|!={1,2})\s*["'](?:local(?:host|stack|dev)?|test|testing|unittest)["']$/i;

/** Whether a condition holds on somebody's own machine or in a test alone (`true`), or nowhere but there (`false`). */
export function asksLocal(condition: string): boolean | undefined {
  const text = condition
    .trim()
    .replace(/^\(([\s\S]*)\)$/, '$1')
    .trim();
  if (text.length > 80) return undefined;
  const comparison = compared.exec(text)?.[1];
  if (comparison !== undefined) return comparison.startsWith('=');
  const not = /^(?:!|not\s+)/.test(text);
  const name = text.replace(/^(?:!+|not\s+)/, '');
  return flag.test(name) || asked.test(name.slice(name.lastIndexOf('.') + 1)) ? !not : undefined;
}

/** Whether a branch is one that runs on somebody's own machine or in a test alone: `if isTesting { … }`. */
export function runsLocally(branch: SgNode): boolean {
  const statement = branch.parent();
  if (statement?.kind() !== 'if_statement') return false;
  const local = asksLocal(statement.field('condition')?.text().slice(0, 100) ?? '');
  if (local === undefined) return false;
  const start = (node: SgNode | null) => node?.range().start.index;
  const isFirst = start(statement.field('consequence')) === start(branch);
  return isFirst === local;
}

/** Whether code stands in such a branch. */
export function isLocal(block: Block): boolean {
  for (let here: Block | undefined = block; here; here = here.parent) if (here.local) return true;
  return false;
}
