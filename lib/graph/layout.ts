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
const GAP_Y = 18;
/** Between a lane and what is next to it. */
const GAP_LANE = 5;
/** Between two links at the same edge of a box, at most. */
const MAX_PORT = 9;
const MARGIN = 24;
const SWEEPS = 12;
/** Boxes one below the other; more of the same layer go into the next. */
const MAX_COLUMN = 40;
/** Above this many lanes, links run straight from box to box. */
const MAX_LANES = 50_000;

/** A place in a layer: a box, or a lane of a link that passes through. */
interface Spot {
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

function byStart(links: readonly Link[]): Map<string, Link[]> {
  const out = new Map<string, Link[]>();
  for (const link of links) {
    const list = out.get(link.from);
    if (list) list.push(link);
    else out.set(link.from, [link]);
  }
  return out;
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

/** Sorts each layer by the mean position of its neighbours, sweeping there and back. */
function order(layers: Spot[][]): void {
  const position = new Map<Spot, number>();
  const number = (layer: Spot[]): void => {
    for (const [at, spot] of layer.entries()) position.set(spot, (at + 0.5) / layer.length);
  };
  for (const layer of layers) number(layer);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forth = sweep % 2 === 0;
    for (const layer of forth ? layers : layers.toReversed()) {
      const wish = new Map(
        layer.map((spot) => {
          const near = forth ? spot.left : spot.right;
          return [
            spot,
            near.length === 0
              ? (position.get(spot) ?? 0)
              : mean(near.map((neighbour) => position.get(neighbour) ?? 0)),
          ];
        }),
      );
      layer.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      number(layer);
    }
  }
}

/** Gives every spot its height: as near to its neighbours as the order of its layer allows. */
function spread(layers: Spot[][]): void {
  for (const layer of layers) {
    let y = 0;
    for (const [at, spot] of layer.entries()) {
      spot.y = y;
      y += spot.height + gap(spot, layer[at + 1]);
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of sweep % 2 === 0 ? layers : layers.toReversed()) {
      const wishes = layer.map((spot) => {
        const near = [...spot.left, ...spot.right];
        return near.length === 0
          ? spot.y
          : mean(near.map((neighbour) => neighbour.y + neighbour.height / 2)) - spot.height / 2;
      });
      settle(layer, wishes);
    }
  }
}

/** The nearest heights to the wishes that keep order and distance (pool adjacent violators). */
function settle(layer: Spot[], wishes: number[]): void {
  let above = 0;
  const blocks: { sum: number; count: number }[] = [];
  const offsets: number[] = [];
  for (const [at, spot] of layer.entries()) {
    offsets.push(above);
    let block = { sum: (wishes[at] ?? 0) - above, count: 1 };
    above += spot.height + gap(spot, layer[at + 1]);
    for (
      let last = blocks.at(-1);
      last && last.sum / last.count > block.sum / block.count;
      last = blocks.at(-1)
    ) {
      block = { sum: block.sum + last.sum, count: block.count + last.count };
      blocks.pop();
    }
    blocks.push(block);
  }
  let at = 0;
  for (const { sum, count } of blocks)
    for (let n = 0; n < count; n++, at++) {
      const spot = layer[at];
      if (spot) spot.y = sum / count + (offsets[at] ?? 0);
    }
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

const gap = (a: Spot, b: Spot | undefined): number => (a.box && b?.box ? GAP_Y : GAP_LANE);

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
