import { type EdgeState, type Graph, standing } from './graph.ts';
import { oneLine } from './text.ts';

const styles: Record<EdgeState, string> = {
  current: 'color="#2e7d32"',
  stale: 'color="#b26a00", style=dashed',
  broken: 'color="#c62828", style=bold, arrowhead=tee',
  pending: 'color="#757575", style=dotted',
};

/** The graph for Graphviz: an edge from provider to consumer per import, nodes that have not joined dashed. */
export function graphDot(graph: Graph): string {
  const lines = [
    `digraph ${quoted(graph.realm ?? '')} {`,
    '  rankdir=LR;',
    '  node [shape=box, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
  ];
  for (const { repo, status } of graph.nodes) {
    const label = status === 'active' ? repo : `${repo} (${status})`;
    lines.push(`  ${quoted(repo)} [label=${quoted(label)}${status === 'active' ? '' : ', style=dashed'}];`);
  }
  for (const edge of graph.edges) {
    const name = `${edge.domain}/${edge.contract}`;
    // A space cannot begin the name of a repo: this node is nobody's.
    const from = edge.provider ?? ` ${name}`;
    if (edge.provider === undefined) {
      const label = `${name}: no exporter`;
      lines.push(`  ${quoted(from)} [label=${quoted(label)}, shape=plaintext];`);
    }
    const label = `${name} ${edge.version ?? 'removed'} (${edge.range}, ${standing(edge)})`;
    lines.push(
      `  ${quoted(from)} -> ${quoted(edge.consumer)} [label=${quoted(label)}, ${styles[edge.state]}];`,
    );
  }
  return `${lines.join('\n')}\n}\n`;
}

/** A quoted DOT string: a backslash would begin an escape sequence (`\N`, `\l`), and is doubled. */
const quoted = (text: string): string => `"${oneLine(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
