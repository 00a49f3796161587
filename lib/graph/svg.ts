import { type Graph, type GraphEdge, type GraphNode, standing } from './graph.ts';
import { type Box, layered, type Placed } from './layout.ts';
import {
  at,
  type Bundle,
  CHAR,
  escaped,
  type Point,
  placedLabels,
  round,
  severity,
  widthOf,
  worstLast,
} from './svg-labels.ts';
import { oneLine } from './text.ts';

const BOX_HEIGHT = 30;
/** Longest name that is written out; the whole stands in the tooltip. */
const MAX_LABEL = 40;
/** Above this many lines, only those that are not current are labelled: they are why one looks. */
const MAX_LABELLED = 40;
/** Longest text at a line, and the width of a character of the 11 px font. */
const MAX_LINE_LABEL = 26;
/**
 * The graph as one self-contained SVG: repos as boxes, providers left of who relies on them, one line per pair with its state
 * in colour and dashes, details in tooltips. No script, no reference to anything outside.
 */
export function graphSvg(graph: Graph): string {
  const bundles = bundlesOf(graph);
  const linked = new Set(bundles.flatMap(({ from, to }) => [from, to]));
  const nodes = new Map(graph.nodes.map((node) => [node.repo, node]));
  const boxes = [...linked].sort().map((id) => boxOf(id, nodes.get(id)));
  const labels = bundles.map((bundle) => (labelled(bundle, bundles.length) ? labelOfLine(bundle) : ''));
  const drawing = layered(boxes, bundles, gapFor(labels));
  const alone = graph.nodes.filter(({ repo }) => !linked.has(repo)).map((node) => boxOf(node.repo, node));
  const grid = gridOf(alone, Math.max(drawing.width, 600), bundles.length === 0 ? 24 : drawing.height + 16);
  const width = Math.ceil(Math.max(drawing.width, grid.width, LEGEND_WIDTH));
  const height = Math.ceil(Math.max(bundles.length === 0 ? 0 : drawing.height, grid.height) + 40);
  const crowded = bundles.length > MAX_LABELLED ? ' crowded' : '';
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(`Realm ${graph.realm ?? '(no name)'}: dependencies`)}</title>`,
    STYLE,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<g class="lines${crowded}">`,
    ...worstLast(bundles).map(({ bundle, at }) => lineOf(bundle, drawing.routes[at] ?? [])),
    '</g>',
    ...[...drawing.boxes.values(), ...grid.boxes].map((box) => nodeOf(box, nodes.get(box.id))),
    ...placedLabels(bundles, labels, drawing),
    legend(height - 18),
    '</svg>',
  ];
  return `${parts.join('\n')}\n`;
}

const STYLE = `<style>
.paper{fill:#fff}text{font:13px ui-sans-serif,system-ui,sans-serif;fill:#1f2328}.small{font-size:11px;fill:#57606a}
.label{paint-order:stroke;stroke:#fff;stroke-width:3px;stroke-linejoin:round}
.box{fill:#f6f8fa;stroke:#8c959f}.provider{fill:#ddf4ff;stroke:#0969da}.both{fill:#fbefff;stroke:#8250df}
.absent{stroke-dasharray:4 3}.gone{fill:#fff5f5;stroke:#c62828}
.line{fill:none;stroke-width:1.6}.current{stroke:#2e7d32}.stale{stroke:#b26a00;stroke-dasharray:7 4}
.broken{stroke:#c62828;stroke-width:2.4}.pending{stroke:#757575;stroke-dasharray:2 4}
.tip.current,.tip.stale,.tip.broken,.tip.pending{stroke:none}.tip.current{fill:#2e7d32}.tip.stale{fill:#b26a00}.tip.broken{fill:#c62828}.tip.pending{fill:#757575}
.of-stale{fill:#b26a00}.of-broken{fill:#c62828}
.line.unproved{stroke-opacity:.55}.crowded .line.current{stroke-width:1.1;stroke-opacity:.6}.lines g:hover .line{stroke-width:4;stroke-opacity:1}
@media (prefers-color-scheme:dark){.paper{fill:#0d1117}text{fill:#e6edf3}.small{fill:#9198a1}.label{stroke:#0d1117}.box{fill:#151b23;stroke:#656c76}.provider{fill:#0c2d48;stroke:#58a6ff}.both{fill:#271447;stroke:#bc8cff}.gone{fill:#2d1214;stroke:#f85149}.of-stale{fill:#d29922}.of-broken{fill:#f85149}.current{stroke:#3fb950}.stale{stroke:#d29922}.broken{stroke:#f85149}.pending{stroke:#9198a1}.tip.current{fill:#3fb950}.tip.stale{fill:#d29922}.tip.broken{fill:#f85149}.tip.pending{fill:#9198a1}}
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

/** Nothing showed that some binding goes with its contract: a thinner line. */
const isProved = (edges: readonly GraphEdge[]): boolean =>
  edges.every(({ proof }) => proof === undefined || proof === 'proved');

function lineOf({ from, to, edges, state }: Bundle, points: Point[]): string {
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
      `${edge.domain}/${edge.contract} ${edge.version ?? 'removed'}, imported as ${edge.range}: ${standing(edge)}`,
  );
  const title = escaped([`${from.trim()} → ${to}`, ...details].map(oneLine).join('\n'));
  return `<g><title>${title}</title><path class="line ${state}${isProved(edges) ? '' : ' unproved'}" d="${path}"/><path class="tip ${state}" d="${tip}"/></g>`;
}

const labelled = ({ state }: Bundle, lines: number): boolean => lines <= MAX_LABELLED || state !== 'current';

function labelOfLine({ edges }: Bundle): string {
  const [only] = edges;
  const text =
    edges.length === 1 && only ? `${only.contract} ${only.version ?? 'gone'}` : `${edges.length} contracts`;
  return shortened(oneLine(text), MAX_LINE_LABEL);
}

/** Room between two columns for the widest of the labels. */
const gapFor = (labels: string[]): number =>
  Math.max(110, Math.ceil(Math.max(0, ...labels.map(widthOf))) + 48);

function nodeOf(box: Placed, node: GraphNode | undefined): string {
  const kind =
    node === undefined ? ' gone' : node.status === 'active' ? roleOf(node) : `${roleOf(node)} absent`;
  const label = labelOf(box.id, node);
  const roles = (node?.domains ?? []).map(({ name, role }) => `${name}: ${role ?? 'member'}`);
  const title = node === undefined ? [`${label}: no exporter`] : [label, ...roles];
  return (
    `<g><title>${escaped(title.map(oneLine).join('\n'))}</title>` +
    `<rect class="box${kind}" x="${round(box.x)}" y="${round(box.y)}" width="${box.width}" height="${box.height}" rx="5"/>` +
    `<text text-anchor="middle" x="${round(box.x + box.width / 2)}" y="${round(box.y + 19.5)}">${escaped(shortened(label, MAX_LABEL))}</text></g>`
  );
}

/** What a repo is over all its domains, as a class of its box. */
function roleOf({ domains }: GraphNode): string {
  const roles = domains.map(({ role }) => role);
  const provides = roles.some((role) => role === 'provider' || role === 'both');
  const consumes = roles.some((role) => role === 'consumer' || role === 'both');
  return provides ? (consumes ? ' both' : ' provider') : '';
}

const LEGEND_WIDTH = 740;

function legend(y: number): string {
  const lines = (['current', 'stale', 'broken', 'pending'] as const).map(
    (state, index) =>
      `<path class="line ${state}" d="M${24 + index * 95} ${y - 4}h26"/><text class="small" x="${56 + index * 95}" y="${y}">${state}</text>`,
  );
  const boxes = (
    [
      ['provider', 'exports'],
      ['both', 'exports and imports'],
      ['consumer', 'imports'],
    ] as const
  ).map(
    ([kind, text], index) =>
      `<rect class="box ${kind}" x="${[424, 508, 658][index]}" y="${y - 11}" width="18" height="13" rx="3"/><text class="small" x="${[448, 532, 682][index]}" y="${y}">${text}</text>`,
  );
  return [...lines, ...boxes].join('');
}

const shortened = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;
