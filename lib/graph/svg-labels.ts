import { visible } from '../visible.ts';
import type { EdgeState, GraphEdge } from './graph.ts';
import type { Layout } from './layout.ts';

/** A place in the picture. */
export interface Point {
  x: number;
  y: number;
}

/** All imports of one consumer from one provider: one line in the drawing. */
export interface Bundle {
  from: string;
  to: string;
  edges: GraphEdge[];
  state: EdgeState;
}

/** The worst first: what a bundle of several imports shows. */
export const severity: readonly EdgeState[] = ['broken', 'stale', 'pending', 'current'];

/** Width of a character of the 13 px font, at most. */
export const CHAR = 7.8;

const SMALL_CHAR = 6.3;

/** In the order of drawing, so that a broken import is never hidden below a sound one. */
export const worstLast = (bundles: Bundle[]): { bundle: Bundle; at: number }[] =>
  bundles
    .map((bundle, at) => ({ bundle, at }))
    .sort((a, b) => severity.indexOf(b.bundle.state) - severity.indexOf(a.bundle.state));

/** How wide the label of a line is, about. */
export const widthOf = (label: string): number => label.length * SMALL_CHAR;

interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Each label where its line has room for it, the worst first: it covers no box and no other label. One that finds no room in a
 * crowded drawing is left to its tooltip.
 */
export function placedLabels(bundles: Bundle[], labels: string[], { boxes, routes }: Layout): string[] {
  const taken: Area[] = [...boxes.values()].map(({ x, y, width, height }) => ({
    left: x - 2,
    top: y - 2,
    right: x + width + 2,
    bottom: y + height + 2,
  }));
  return worstLast(bundles)
    .toReversed()
    .flatMap(({ bundle, at }) => {
      const label = labels[at] ?? '';
      const half = widthOf(label) / 2;
      const area = ({ x, y }: Point): Area => ({
        left: x - half,
        top: y - 9,
        right: x + half,
        bottom: y + 3,
      });
      const point =
        label === '' ? undefined : places(routes[at] ?? []).find((place) => isFree(area(place), taken));
      if (!point) return [];
      taken.push(area(point));
      return [
        `<text class="small label of-${bundle.state}" text-anchor="middle" x="${round(point.x)}" y="${round(point.y)}">${escaped(label)}</text>`,
      ];
    });
}

const isFree = (area: Area, taken: Area[]): boolean =>
  taken.every(
    (other) =>
      area.right < other.left ||
      other.right < area.left ||
      area.bottom < other.top ||
      other.bottom < area.top,
  );

/**
 * Where on a line a label may stand, the best first: above the middle of a curve, or below one that leads back, then nearer to
 * its ends, then further away.
 */
function places(points: Point[]): Point[] {
  const curves = points.slice(1).flatMap((to, index) => {
    const from = points[index];
    return from && index % 2 === 0 ? [{ from, to }] : [];
  });
  const isBack = (points.at(-1)?.x ?? 0) < (points[0]?.x ?? 0);
  return (isBack ? [14, -6, 28, -20] : [-6, 14, -20, 28]).flatMap((down) =>
    [0.5, 0.6, 0.4, 0.7, 0.3].flatMap((along) =>
      curves.toReversed().map((curve) => {
        const { x, y } = onCurve(curve, along);
        return { x, y: y + down };
      }),
    ),
  );
}

/** A point of the curve that `lineOf` draws between two columns. */
function onCurve({ from, to }: { from: Point; to: Point }, along: number): Point {
  const back = 1 - along;
  const [start, early, late, end] = [back ** 3, 3 * back ** 2 * along, 3 * back * along ** 2, along ** 3];
  const middle = (from.x + to.x) / 2;
  return {
    x: start * from.x + (early + late) * middle + end * to.x,
    y: (start + early) * from.y + (late + end) * to.y,
  };
}

/** To a tenth of a pixel. */
export const round = (number: number): number => Math.round(number * 10) / 10;

/** As a path has it. */
export const at = ({ x, y }: { x: number; y: number }): string => `${round(x)} ${round(y)}`;

/** Text for XML 1.0: its five entities, and nothing that it forbids. */
export const escaped = (text: string): string =>
  visible(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
