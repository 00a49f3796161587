import type { Link, Spot } from './layout.ts';

const GAP_Y = 18;

/** Between a lane and what is next to it. */
const GAP_LANE = 5;

const SWEEPS = 12;

/** Links by the box that they start at. */
export function byStart(links: readonly Link[]): Map<string, Link[]> {
  const out = new Map<string, Link[]>();
  for (const link of links) {
    const list = out.get(link.from);
    if (list) list.push(link);
    else out.set(link.from, [link]);
  }
  return out;
}

/** Sorts each layer by the mean position of its neighbours, sweeping there and back. */
export function order(layers: Spot[][]): void {
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
export function spread(layers: Spot[][]): void {
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

const gap = (a: Spot, b: Spot | undefined): number => (a.box && b?.box ? GAP_Y : GAP_LANE);

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
