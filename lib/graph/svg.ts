import type { EdgeState, Graph, GraphEdge, GraphNode } from './graph.ts';
import { type Box, layered, type Placed } from './layout.ts';
import { oneLine } from './text.ts';

/** All imports of one consumer from one provider: one line in the drawing. */
interface Bundle {
  from: string;
  to: string;
  edges: GraphEdge[];
  state: EdgeState;
}

/** The worst first: what a bundle of several imports shows. */
const severity: readonly EdgeState[] = ['broken', 'stale', 'pending', 'current'];

const BOX_HEIGHT = 30;
/** Width of a character of the 13 px font, at most. */
const CHAR = 7.8;
/** Longest name that is written out; the whole stands in the tooltip. */
const MAX_LABEL = 40;
/** Above this many lines, what they say is in their tooltips only. */
const MAX_LABELLED = 24;

/**
 * The graph as one self-contained SVG: repos as boxes, providers left of who relies on them, one line per pair with its state
 * in colour and dashes, details in tooltips. No script, no reference to anything outside.
 */
export function graphSvg(graph: Graph): string {
  const bundles = bundlesOf(graph);
  const linked = new Set(bundles.flatMap(({ from, to }) => [from, to]));
  const nodes = new Map(graph.nodes.map((node) => [node.repo, node]));
  const boxes = [...linked].sort().map((id) => boxOf(id, nodes.get(id)));
  const drawing = layered(boxes, bundles);
  const alone = graph.nodes.filter(({ repo }) => !linked.has(repo)).map((node) => boxOf(node.repo, node));
  const grid = gridOf(alone, Math.max(drawing.width, 600), bundles.length === 0 ? 24 : drawing.height + 16);
  const width = Math.ceil(Math.max(drawing.width, grid.width, 480));
  const height = Math.ceil(Math.max(bundles.length === 0 ? 0 : drawing.height, grid.height) + 40);
  const labelled = bundles.length <= MAX_LABELLED;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(`Realm ${graph.realm}: who depends on whom`)}</title>`,
    STYLE,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...bundles.map((bundle, at) => lineOf(bundle, drawing.routes[at] ?? [], labelled)),
    ...[...drawing.boxes.values(), ...grid.boxes].map((box) => nodeOf(box, nodes.get(box.id))),
    legend(height - 18),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

const STYLE = `<style>
.paper{fill:#fff}text{font:13px ui-sans-serif,system-ui,sans-serif;fill:#1f2328}.small{font-size:11px;fill:#57606a}
.box{fill:#f6f8fa;stroke:#57606a}.absent{stroke-dasharray:4 3}.gone{fill:#fff5f5;stroke:#c62828}
.line{fill:none;stroke-width:1.6}.current{stroke:#2e7d32}.stale{stroke:#b26a00;stroke-dasharray:7 4}
.broken{stroke:#c62828;stroke-width:2.4}.pending{stroke:#757575;stroke-dasharray:2 4}
.tip.current,.tip.stale,.tip.broken,.tip.pending{stroke:none}.tip.current{fill:#2e7d32}.tip.stale{fill:#b26a00}.tip.broken{fill:#c62828}.tip.pending{fill:#757575}
@media (prefers-color-scheme:dark){.paper{fill:#0d1117}text{fill:#e6edf3}.small{fill:#9198a1}.box{fill:#151b23;stroke:#9198a1}.gone{fill:#2d1214}}
</style>`;

function bundlesOf(graph: Graph): Bundle[] {
  const bundles = new Map<string, Bundle>();
  for (const edge of graph.edges) {
    const from = edge.provider ?? nobody(edge);
    const key = JSON.stringify([from, edge.consumer]);
    const bundle = bundles.get(key) ?? { from, to: edge.consumer, edges: [], state: 'current' };
    bundles.set(key, bundle);
    bundle.edges.push(edge);
    if (severity.indexOf(edge.state) < severity.indexOf(bundle.state)) bundle.state = edge.state;
  }
  return [...bundles.values()];
}

/** A space cannot begin the name of a repo: this box is nobody's. */
const nobody = (edge: GraphEdge): string => ` ${edge.domain}/${edge.contract}`;

function boxOf(id: string, node: GraphNode | undefined): Box {
  const length = Math.min(labelOf(id, node).length, MAX_LABEL);
  return { id, width: Math.ceil(length * CHAR) + 24, height: BOX_HEIGHT };
}

function labelOf(id: string, node: GraphNode | undefined): string {
  const label = oneLine(id).trim();
  return node === undefined || node.status === 'active' ? label : `${label} (${node.status})`;
}

/** Boxes row by row, as many in a row as the width takes. */
function gridOf(
  boxes: Box[],
  width: number,
  top: number,
): { boxes: Placed[]; width: number; height: number } {
  const placed: Placed[] = [];
  let x = 24;
  let y = top;
  let right = 0;
  for (const box of boxes) {
    if (x > 24 && x + box.width + 24 > width) {
      x = 24;
      y += BOX_HEIGHT + 14;
    }
    placed.push({ ...box, x, y });
    x += box.width + 14;
    right = Math.max(right, x + 10);
  }
  return { boxes: placed, width: right, height: boxes.length === 0 ? 0 : y + BOX_HEIGHT + 16 };
}

function lineOf(
  { from, to, edges, state }: Bundle,
  points: { x: number; y: number }[],
  labelled: boolean,
): string {
  const [first, ...rest] = points;
  const last = points.at(-1);
  if (!first || !last) return '';
  let path = `M${at(first)}`;
  let before = first;
  for (const [index, point] of rest.entries()) {
    // Between two columns a curve, through a column a straight line.
    const bend = (point.x - before.x) / 2;
    if (index % 2 === 0)
      path += `C${round(before.x + bend)} ${round(before.y)} ${round(point.x - bend)} ${round(point.y)} ${at(point)}`;
    else path += `L${at(point)}`;
    before = point;
  }
  const direction = last.x < first.x ? 1 : -1;
  const tip = `M${at(last)}l${7 * direction} -4v8z`;
  const details = edges.map(
    (edge) =>
      `${edge.domain}/${edge.contract} ${edge.version ?? 'gone'}, imported as ${edge.range}: ${edge.state}`,
  );
  const title = escaped([`${from.trim()} → ${to}`, ...details].map(oneLine).join('\n'));
  const label = labelled ? labelOfLine(edges, first, rest[0] ?? last) : '';
  return `<g><title>${title}</title><path class="line ${state}" d="${path}"/><path class="tip ${state}" d="${tip}"/>${label}</g>`;
}

function labelOfLine(
  edges: GraphEdge[],
  from: { x: number; y: number },
  to: { x: number; y: number },
): string {
  const [only] = edges;
  const text =
    edges.length === 1 && only ? `${only.contract} ${only.version ?? 'gone'}` : `${edges.length} contracts`;
  const x = round((from.x + to.x) / 2);
  // Below a line that leads back: one that leads forth may lie on it.
  const y = round((from.y + to.y) / 2 + (to.x < from.x ? 14 : -5));
  return `<text class="small" text-anchor="middle" x="${x}" y="${y}">${escaped(shortened(text, 18))}</text>`;
}

function nodeOf(box: Placed, node: GraphNode | undefined): string {
  const kind = node === undefined ? 'gone' : node.status === 'active' ? '' : 'absent';
  const label = labelOf(box.id, node);
  const roles = (node?.domains ?? []).map(({ name, role }) => `${name}: ${role ?? 'member'}`);
  const title = node === undefined ? [`${label}: nobody exports it`] : [label, ...roles];
  return (
    `<g><title>${escaped(title.map(oneLine).join('\n'))}</title>` +
    `<rect class="box${kind && ` ${kind}`}" x="${round(box.x)}" y="${round(box.y)}" width="${box.width}" height="${box.height}" rx="5"/>` +
    `<text text-anchor="middle" x="${round(box.x + box.width / 2)}" y="${round(box.y + 19.5)}">${escaped(shortened(label, MAX_LABEL))}</text></g>`
  );
}

function legend(y: number): string {
  const items = (['current', 'stale', 'broken', 'pending'] as const).map((state, index) => {
    const x = 24 + index * 110;
    return `<path class="line ${state}" d="M${x} ${y - 4}h30"/><text class="small" x="${x + 38}" y="${y}">${state}</text>`;
  });
  return items.join('');
}

const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

const round = (number: number): number => Math.round(number * 10) / 10;
const at = ({ x, y }: { x: number; y: number }): string => `${round(x)} ${round(y)}`;

/** Text for XML 1.0: its five entities, and nothing that it forbids. */
const escaped = (text: string): string =>
  text
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
