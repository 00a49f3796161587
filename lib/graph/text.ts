import { visible } from '../visible.ts';
import { type Graph, type GraphDomain, type GraphEdge, standing } from './graph.ts';

/** The graph as an indented list: domain, contract with its provider, and below it who relies on it. */
export function graphText(graph: Graph): string {
  const lines = [`realm ${oneLine(graph.realm ?? '(no name)')}`];
  for (const domain of graph.domains) lines.push('', ...domainLines(graph, domain));
  const alone = graph.nodes.filter((node) => node.domains.length === 0);
  if (alone.length > 0) lines.push('', `in no domain: ${alone.map((node) => oneLine(node.repo)).join(', ')}`);
  return `${lines.join('\n')}\n`;
}

function domainLines(graph: Graph, domain: GraphDomain): string[] {
  const edges = graph.edges.filter((edge) => edge.domain === domain.name);
  const lines = [`domain ${oneLine(domain.name)}${domain.archived ? ' (archived)' : ''}`];
  for (const { name, version, owner } of domain.contracts) {
    lines.push(`  ${oneLine(owner ?? '(no repo)')} exports ${oneLine(name)} ${oneLine(version)}`);
    const uses = edges.filter((edge) => edge.contract === name);
    lines.push(...uses.map(useLine));
    if (uses.length === 0) lines.push('    → no consumers yet');
  }
  const gone = edges.filter((edge) => edge.version === undefined);
  for (const name of new Set(gone.map((edge) => edge.contract))) {
    lines.push(`  ${oneLine(name)} (removed)`, ...gone.filter((edge) => edge.contract === name).map(useLine));
  }
  const busy = new Set([
    ...edges.map((edge) => edge.consumer),
    ...domain.contracts.map(({ owner }) => owner),
  ]);
  const others = graph.nodes.flatMap((node) => {
    const membership = node.domains.find(({ name }) => name === domain.name);
    if (!membership || busy.has(node.repo)) return [];
    const words = [membership.role, node.status === 'active' ? undefined : node.status].filter(Boolean);
    return [`${oneLine(node.repo)}${words.length > 0 ? ` (${words.join(', ')})` : ''}`];
  });
  if (others.length > 0) lines.push(`  also in it: ${others.join(', ')}`);
  return lines;
}

function useLine(edge: GraphEdge): string {
  const { consumer, range, resolved, version } = edge;
  const behind = resolved !== undefined && resolved !== version ? ` (resolved at ${oneLine(resolved)})` : '';
  return `    → ${oneLine(consumer)} imports ${oneLine(range)}: ${standing(edge)}${behind}`;
}

/** A text from a stranger on one line, nothing in it hidden. */
export const oneLine = (text: string): string => visible(text.replace(/\s+/g, ' '));
