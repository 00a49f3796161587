import { canonical, isObject, type JsonValue } from '../json.ts';

/** One step from an old list to a new one: both indexes for an item that stays (equal or changed), one for the others. */
export interface Step {
  from?: number;
  to?: number;
}

/** Above this product of lengths, no longest common subsequence is looked for. */
const MAX_CELLS = 1_000_000;

/**
 * The steps from one list to another, in order, that leave most items where they are: equal items stay; between them, items
 * of the same identity (`contract`, `repo`, `name`, `version` …) are taken as changed, the rest as removed and added.
 */
export function align(old: readonly JsonValue[], want: readonly JsonValue[]): Step[] {
  const a = old.map(canonical);
  const b = want.map(canonical);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const steps: Step[] = Array.from({ length: head }, (_, at) => ({ from: at, to: at }));
  let from = head;
  let to = head;
  const middle = commonPairs(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  for (const [i, j] of [...middle, [a.length - tail - head, b.length - tail - head] as const]) {
    steps.push(...changed(old, want, [from, head + i], [to, head + j]));
    if (head + i < a.length - tail && head + j < b.length - tail)
      steps.push({ from: head + i, to: head + j });
    from = head + i + 1;
    to = head + j + 1;
  }
  for (let at = tail; at > 0; at--) steps.push({ from: a.length - at, to: b.length - at });
  return steps;
}

/** Indexes of a longest common subsequence. */
function commonPairs(a: string[], b: string[]): [number, number][] {
  const width = b.length + 1;
  if (a.length === 0 || b.length === 0 || (a.length + 1) * width > MAX_CELLS) return [];
  const longest = new Uint32Array((a.length + 1) * width);
  const cell = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j] ? cell(i + 1, j + 1) + 1 : Math.max(cell(i + 1, j), cell(i, j + 1));
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (cell(i + 1, j) >= cell(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

type Span = readonly [start: number, end: number];

/** Two runs without an equal item: an item is changed when its counterpart in order is the same thing. */
function changed(
  old: readonly JsonValue[],
  want: readonly JsonValue[],
  [i, iEnd]: Span,
  [j, jEnd]: Span,
): Step[] {
  const steps: Step[] = [];
  let from = i;
  const reach = Math.ceil(MAX_CELLS / (jEnd - j + 1));
  for (let to = j; to < jEnd; to++) {
    let match = from;
    while (match < iEnd && match < from + reach && !sameThing(old[match], want[to])) match++;
    if (match === iEnd || match === from + reach) steps.push({ to });
    else {
      for (; from < match; from++) steps.push({ from });
      steps.push({ from: from++, to });
    }
  }
  for (; from < iEnd; from++) steps.push({ from });
  return steps;
}

const identities = ['contract', 'repo', 'name', 'number', 'version', 'change', 'finding', 'pointer'];

function sameThing(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (!isObject(a) || !isObject(b)) return typeof a === typeof b && Array.isArray(a) === Array.isArray(b);
  const key = identities.find((name) => Object.hasOwn(a, name));
  return key === undefined || (Object.hasOwn(b, key) && a[key] === b[key]);
}
