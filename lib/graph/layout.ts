import { byStart, order, spread } from './layout-order.ts';

/** A box to place, with its size. */
export interface Box {
  id: string;
  width: number;
  height: number;
}

export interface Link {
  from: string;
  to: string;
}

export interface Placed extends Box {
  /** Left upper corner. */
  x: number;
  y: number;
}

export interface Layout {
  width: number;
  height: number;
  boxes: Map<string, Placed>;
  /**
   * Per link, in their order: the points it runs through, from the right edge of one box to the left edge of another. Links
   * that share an edge lie beside each other on it.
   */
  routes: { x: number; y: number }[][];
}

/** Between two columns, unless what is written there needs more. */
const GAP_X = 110;
/** Between two links at the same edge of a box, at most. */
const MAX_PORT = 9;
const MARGIN = 24;
/** Boxes one below the other; more of the same layer go into the next. */
const MAX_COLUMN = 40;
/** Above this many lanes, links run straight from box to box. */
const MAX_LANES = 50_000;

/** A place in a layer: a box, or a lane of a link that passes through. */
export interface Spot {
  box: Box | undefined;
  width: number;
  height: number;
  layer: number;
  y: number;
  left: Spot[];
  right: Spot[];
}

/**
 * A layered drawing (Sugiyama's method) from left to right: layers by longest path, cycles broken at the link that closes
 * them, orders by barycentres, boxes moved towards what they are linked to. The same input gives the same drawing; time grows
 * with links times layers.
 */
export function layered(boxes: readonly Box[], links: readonly Link[], gapX = GAP_X): Layout {
  const spots = new Map<string, Spot>(
    boxes.map((box) => [
      box.id,
      { box, width: box.width, height: box.height, layer: 0, y: 0, left: [], right: [] },
    ]),
  );
  const known = links.filter(({ from, to }) => from !== to && spots.has(from) && spots.has(to));
  const backwards = closingLinks(boxes, known);
  assignLayers(spots, known, backwards);
  const layers: Spot[][] = [];
  for (const spot of spots.values()) {
    layers[spot.layer] ??= [];
    layers[spot.layer]?.push(spot);
  }
  const span = ({ from, to }: Link): number =>
    Math.abs((spots.get(from)?.layer ?? 0) - (spots.get(to)?.layer ?? 0));
  const straight = known.reduce((sum, link) => sum + span(link), 0) > MAX_LANES;
  const ways = new Map(
    known.map((link) => [link, wayOf(link, spots, straight ? [] : layers, backwards.has(link))]),
  );
  order(layers);
  spread(layers);
  return drawn({ links, spots, layers, ways, backwards }, gapX);
}

/** Links that lead back to a box on the way to them: turned round for the layers. */
function closingLinks(boxes: readonly Box[], links: readonly Link[]): Set<Link> {
  const out = byStart(links);
  const entered = new Set(links.map(({ to }) => to));
  const starts = [...boxes].sort((a, b) => Number(entered.has(a.id)) - Number(entered.has(b.id)));
  const state = new Map<string, 'open' | 'done'>();
  const closing = new Set<Link>();
  for (const { id } of starts) {
    if (state.has(id)) continue;
    const stack = [{ id, next: 0 }];
    state.set(id, 'open');
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const link = out.get(top.id)?.[top.next++];
      if (!link) {
        state.set(top.id, 'done');
        stack.pop();
      } else if (state.get(link.to) === 'open') closing.add(link);
      else if (!state.has(link.to)) {
        state.set(link.to, 'open');
        stack.push({ id: link.to, next: 0 });
      }
    }
  }
  return closing;
}

/** Right of everything it is linked from, in a column that has room. */
function assignLayers(spots: Map<string, Spot>, links: readonly Link[], backwards: ReadonlySet<Link>): void {
  const turned = links.map((link) => (backwards.has(link) ? { from: link.to, to: link.from } : link));
  const out = byStart(turned);
  const waiting = new Map<string, number>();
  for (const { to } of turned) waiting.set(to, (waiting.get(to) ?? 0) + 1);
  const ready = [...spots.keys()].filter((id) => !waiting.has(id));
  const columns: number[] = [];
  for (const id of ready) {
    let layer = spots.get(id)?.layer ?? 0;
    while ((columns[layer] ?? 0) >= MAX_COLUMN) layer++;
    columns[layer] = (columns[layer] ?? 0) + 1;
    const spot = spots.get(id);
    if (spot) spot.layer = layer;
    for (const { to } of out.get(id) ?? []) {
      const next = spots.get(to);
      if (next) next.layer = Math.max(next.layer, layer + 1);
      const left = (waiting.get(to) ?? 0) - 1;
      waiting.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
}

/** The chain of spots from one end of a link to the other, left to right, with a lane in each of the layers between. */
function wayOf(link: Link, spots: Map<string, Spot>, layers: Spot[][], turned: boolean): Spot[] {
  const start = spots.get(turned ? link.to : link.from);
  const end = spots.get(turned ? link.from : link.to);
  if (!start || !end) return [];
  const way = [start];
  for (let layer = start.layer + 1; layer < Math.min(end.layer, layers.length); layer++) {
    const lane: Spot = { box: undefined, width: 0, height: 0, layer, y: 0, left: [], right: [] };
    layers[layer]?.push(lane);
    way.push(lane);
  }
  way.push(end);
  for (const [at, spot] of way.slice(1).entries()) {
    const before = way[at];
    before?.right.push(spot);
    if (before) spot.left.push(before);
  }
  return way;
}

/** What the steps of the layout have decided. */
interface Decided {
  links: readonly Link[];
  spots: Map<string, Spot>;
  layers: Spot[][];
  ways: Map<Link, Spot[]>;
  backwards: ReadonlySet<Link>;
}

function drawn({ links, spots, layers, ways, backwards }: Decided, gapX: number): Layout {
  const top = Math.min(0, ...layers.flat().map((spot) => spot.y));
  const lefts: number[] = [];
  let x = MARGIN;
  for (const layer of layers) {
    lefts.push(x);
    x += Math.max(0, ...layer.map((spot) => spot.width)) + gapX;
  }
  const leftOf = (spot: Spot): number => lefts[spot.layer] ?? MARGIN;
  const boxes = new Map<string, Placed>();
  for (const [id, spot] of spots)
    if (spot.box) boxes.set(id, { ...spot.box, x: leftOf(spot), y: spot.y - top + MARGIN });
  const starts = portsOf([...ways.values()], 'start');
  const ends = portsOf([...ways.values()], 'end');
  const routes = links.map((link) => {
    const way = ways.get(link) ?? [];
    const points = way.flatMap((spot, at) => {
      const y = spot.y - top + MARGIN + spot.height / 2;
      const left = leftOf(spot);
      if (at === 0) return [{ x: left + spot.width, y: y + (starts.get(way) ?? 0) }];
      if (at === way.length - 1) return [{ x: left, y: y + (ends.get(way) ?? 0) }];
      return [
        { x: left, y },
        { x: left + Math.max(0, ...(layers[spot.layer] ?? []).map((other) => other.width)), y },
      ];
    });
    return backwards.has(link) ? points.reverse() : points;
  });
  const bottom = Math.max(0, ...layers.flat().map((spot) => spot.y + spot.height)) - top;
  return { width: Math.max(x - gapX, MARGIN) + MARGIN, height: bottom + 2 * MARGIN, boxes, routes };
}

/** Where a link leaves or enters its box, from the middle of the edge: in the order of what they lead to. */
function portsOf(ways: readonly Spot[][], side: 'start' | 'end'): Map<Spot[], number> {
  const byBox = new Map<Spot | undefined, Spot[][]>();
  for (const way of ways) {
    const box = side === 'start' ? way[0] : way.at(-1);
    const others = byBox.get(box);
    if (others) others.push(way);
    else byBox.set(box, [way]);
  }
  const ports = new Map<Spot[], number>();
  for (const [box, together] of byBox) {
    const height = (way: Spot[]): number => {
      const next = side === 'start' ? way[1] : way.at(-2);
      return (next?.y ?? 0) + (next?.height ?? 0) / 2;
    };
    const step = Math.min(MAX_PORT, ((box?.height ?? 0) - 10) / together.length);
    together.sort((a, b) => height(a) - height(b));
    for (const [at, way] of together.entries()) ports.set(way, (at - (together.length - 1) / 2) * step);
  }
  return ports;
}
