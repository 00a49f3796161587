import type { Node as SgNode } from './node.ts';

const text = /(?:"([^"\\]{0,80})"|'([^'\\]{0,80})')/.source;
const shapes = [
  new RegExp(`^([A-Za-z_]\\w*)\\s*([=!]==?)\\s*${text}$`),
  // Java's
  new RegExp(`^([A-Za-z_]\\w*)(\\.equals)\\(${text}\\)$`),
];
const turned = new RegExp(`^${text}(?:\\s*([=!]==?)\\s*|(\\.equals)\\()([A-Za-z_]\\w*)\\)?$`);

interface Comparison {
  name: string;
  equals: readonly string[];
  not: boolean;
}

/** What a branch asks of a variable, where it is run for one text alone, or for all but one. */
export function comparisonOf(branch: SgNode): Comparison | undefined {
  const parent = branch.parent();
  const isElse = parent?.kind() === 'else_clause';
  const statement = isElse ? parent.parent() : parent;
  if (!/^(?:if_statement|elif_clause)$/.test(String(statement?.kind() ?? ''))) return undefined;
  const condition = statement?.field('condition')?.text().slice(0, 200) ?? '';
  const found = comparison(condition.replace(/^\(([\s\S]*)\)$/, '$1').trim());
  if (!found) return undefined;
  const start = (node: SgNode | null | undefined) => node?.range().start.index;
  const isOther = isElse || start(statement?.field('consequence')) !== start(branch);
  return isOther ? { ...found, not: !found.not } : found;
}

function comparison(condition: string): Comparison | undefined {
  for (const shape of shapes) {
    const [, name, op = '', double, single] = shape.exec(condition) ?? [];
    if (name !== undefined) return { name, equals: [double ?? single ?? ''], not: op.startsWith('!') };
  }
  const [, double, single, op = '', , name] = turned.exec(condition) ?? [];
  return name === undefined ? undefined : { name, equals: [double ?? single ?? ''], not: op.startsWith('!') };
}
