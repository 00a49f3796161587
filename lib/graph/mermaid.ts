import { type EdgeState, type Graph, standing } from './graph.ts';
import { oneLine } from './text.ts';

const arrows: Record<EdgeState, string> = { current: '-->', stale: '-.->', broken: '--x', pending: '-.->' };
const colours: Record<EdgeState, string> = {
  current: '#2e7d32',
  stale: '#b26a00',
  broken: '#c62828',
  pending: '#757575',
};

/** The graph for Mermaid (`flowchart`), as forges show it in Markdown: an arrow from provider to consumer per import. */
export function graphMermaid(graph: Graph): string {
  const ids = new Map(graph.nodes.map((node, at) => [node.repo, `r${at}`]));
  const lines = ['flowchart LR'];
  for (const { repo, status } of graph.nodes) {
    const label = status === 'active' ? repo : `${repo} (${status})`;
    lines.push(`  ${ids.get(repo)}["${escaped(label)}"]`);
  }
  const styles: string[] = [];
  const gone = new Map<string, string>();
  for (const edge of graph.edges) {
    const key = `${edge.domain}/${edge.contract}`;
    let from = edge.provider === undefined ? gone.get(key) : ids.get(edge.provider);
    if (from === undefined) {
      from = `g${gone.size}`;
      gone.set(key, from);
      lines.push(`  ${from}(["${escaped(`${key}: no exporter`)}"])`);
    }
    const version = edge.version === undefined ? 'gone' : edge.version;
    const label = `${key} ${version} (${edge.range}, ${standing(edge)})`;
    styles.push(`  linkStyle ${styles.length} stroke:${colours[edge.state]}`);
    lines.push(`  ${from} ${arrows[edge.state]}|"${escaped(label)}"| ${ids.get(edge.consumer)}`);
  }
  return `${[...lines, ...styles].join('\n')}\n`;
}

/** Mermaid reads entity codes in a quoted label; everything but what is surely text becomes one. */
const escaped = (text: string): string =>
  oneLine(text)
    .replace(/[^\p{L}\p{N} ._/:,()+@^~|-]/gu, (odd) => `#${odd.codePointAt(0)};`)
    .replaceAll('|', '#124;');
