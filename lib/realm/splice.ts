import { isObject, type JsonObject, type JsonValue, sameJson } from '../json.ts';
import { align } from './align.ts';
import {
  blockLines,
  flowText,
  type Hand,
  indented,
  itemLines,
  itemPlace,
  keyText,
  mapLines,
  memberPlace,
  type Place,
  pairLines,
  type Quoting,
  topOf,
  valueLines,
  WIDTH,
} from './emit.ts';
import { opaqueKeys } from './parse.ts';
import {
  type Source,
  type SourceItem,
  type SourceMap,
  type SourcePair,
  type SourceSeq,
  sourceOf,
} from './source.ts';
import type { FileKind } from './types.ts';

/**
 * The text with exactly those nodes replaced that differ between `old`, its value, and `want`; nothing where the text is
 * written in a way that this does not know (the caller checks the result and has another way).
 */
export function splice(kind: FileKind, text: string, old: JsonObject, want: JsonObject): string | undefined {
  try {
    return new Splicer(text, kind).run(old, want);
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

/** A way of writing that is left to the other way of editing. */
class Unknown extends Error {}

interface Splice {
  start: number;
  end: number;
  text: string;
}

/** Where a value hangs: behind the colon of a key, behind a dash, between commas, or at the top. */
interface Slot {
  in: 'map' | 'seq' | 'flow' | 'root';
  /** Offset behind the colon or dash. */
  after: number;
  /** Column of the key or dash. */
  column: number;
  place: Place;
}

/** One entry of a collection, with its extent in the text. */
interface Entry {
  /** Start of the key, dash, or flow item. */
  start: number;
  /** End of the last thing that belongs to it, comments excluded. */
  end: number;
  slot: Slot;
  node: Source | null;
}

class Splicer {
  readonly #text: string;
  readonly #kind: FileKind;
  readonly #eol: string;
  readonly #splices: Splice[] = [];
  #hand: Hand = { step: 2, seqOffset: 2 };

  constructor(text: string, kind: FileKind) {
    this.#text = text;
    this.#kind = kind;
    this.#eol = text.includes('\r\n') ? '\r\n' : '\n';
  }

  run(old: JsonObject, want: JsonObject): string {
    const contents = sourceOf(this.#text);
    this.#hand = this.#handOf(contents);
    const place: Place = { ...topOf(this.#kind), hand: this.#hand };
    if (contents === null) {
      const gap = this.#text === '' || this.#text.endsWith('\n') ? '' : this.#eol;
      return `${this.#text}${gap}${mapLines(want, place).join(this.#eol)}${this.#eol}`;
    }
    this.#diff(contents, old, want, { in: 'root', after: 0, column: 0, place });
    return this.#apply();
  }

  #apply(): string {
    // Inserts stand before a removal at the same place; inserts at one place keep their order.
    const ordered = this.#splices
      .map((edit, at) => ({ edit, at }))
      .sort(
        (a, b) =>
          a.edit.start - b.edit.start ||
          Number(a.edit.end > a.edit.start) - Number(b.edit.end > b.edit.start) ||
          a.at - b.at,
      );
    const parts: string[] = [];
    let done = 0;
    for (const { edit } of ordered) {
      if (edit.start < done) throw new Unknown();
      parts.push(this.#text.slice(done, edit.start), edit.text);
      done = edit.end;
    }
    return parts.join('') + this.#text.slice(done);
  }

  #put(start: number, end: number, text: string): void {
    this.#splices.push({ start, end, text });
  }

  #diff(node: Source | null, old: JsonValue, want: JsonValue, slot: Slot): void {
    if (sameJson(old, want)) return;
    if (node?.kind === 'map' && node.pairs.length > 0 && isObject(old) && isObject(want))
      this.#diffMap(node, old, want, slot);
    else if (node?.kind === 'seq' && node.items.length > 0 && Array.isArray(old) && Array.isArray(want))
      this.#diffSeq(node, old, want, slot);
    else this.#replace(node, want, slot);
  }

  #diffMap(map: SourceMap, old: JsonObject, want: JsonObject, slot: Slot): void {
    const entries = map.pairs.map((pair) => ({
      key: pair.key,
      ...this.#entryOfPair(map, pair, slot.place),
    }));
    const stays = entries.filter(
      ({ key }) => Object.hasOwn(want, key) || (old[key] === null && !opaqueKeys.has(key)),
    );
    if (stays.length === 0 || this.#overflows(map, want, slot)) {
      this.#replace(map, want, slot);
      return;
    }
    for (const { key, node, slot: inner } of stays)
      if (Object.hasOwn(want, key)) this.#diff(node, old[key] ?? null, want[key] ?? null, inner);
    this.#remove(entries, new Set(entries.filter((entry) => !stays.includes(entry))), map.flow);
    const order = Object.keys(slot.place.shape?.keys ?? {});
    for (const key of inOrder(Object.keys(want), order)) {
      if (Object.hasOwn(old, key)) continue;
      const rank = order.indexOf(key);
      const before =
        rank < 0
          ? stays
          : stays.filter((entry) => order.includes(entry.key) && order.indexOf(entry.key) < rank);
      const value = want[key] ?? null;
      if (map.flow)
        this.#insertFlow(
          before.at(-1),
          stays[0],
          `${keyText(key)}: ${flowText(value, memberPlace(slot.place, key))}`,
        );
      else
        this.#insertLines(before.at(-1), stays[0], (column) =>
          pairLines(key, value, { ...slot.place, column }),
        );
    }
  }

  #diffSeq(seq: SourceSeq, old: JsonValue[], want: JsonValue[], slot: Slot): void {
    const place = { ...itemPlace(slot.place), ...quotingLike(seq) };
    const entries = this.#entriesOfSeq(seq, place);
    const steps = align(old, want);
    const stays = steps.flatMap(({ from, to }) =>
      from !== undefined && to !== undefined ? [entries[from]] : [],
    );
    if (stays.length === 0 || this.#overflows(seq, want, slot)) {
      this.#replace(seq, want, slot);
      return;
    }
    const gone = new Set<Entry>();
    let last: Entry | undefined;
    for (const { from, to } of steps) {
      const entry = from === undefined ? undefined : entries[from];
      const item = to === undefined ? undefined : want[to];
      if (entry && item === undefined) gone.add(entry);
      else if (entry && from !== undefined) {
        this.#diff(entry.node, old[from] ?? null, item ?? null, entry.slot);
        last = entry;
      } else if (seq.flow) this.#insertFlow(last, stays[0], flowText(item ?? null, place));
      else this.#insertLines(last, stays[0], (column) => itemLines(item ?? null, { ...place, column }));
    }
    this.#remove(entries, gone, seq.flow);
  }

  /** Would a list or mapping that stood on one line no longer fit there? Then it is written again, in block style. */
  #overflows(node: SourceMap | SourceSeq, want: JsonValue, slot: Slot): boolean {
    if (!node.flow || slot.in === 'flow') return false;
    const [start, end] = rangeOf(node);
    const source = this.#text.slice(start, end);
    if (/[\n#]/.test(source)) return false;
    const column = this.#column(start);
    return column + source.length <= WIDTH && column + flowText(want, slot.place).length > WIDTH;
  }

  #insertLines(
    after: Entry | undefined,
    first: Entry | undefined,
    lines: (column: number) => string[],
  ): void {
    if (first === undefined) throw new Unknown();
    const column = this.#column(first.start);
    const made = lines(column);
    if (after === undefined) {
      const [head = '', ...rest] = made;
      const text = [head, ...indented(rest, column)].join(this.#eol);
      this.#put(first.start, first.start, `${text}${this.#eol}${' '.repeat(column)}`);
    } else {
      const at = this.#lineEnd(after.end);
      this.#put(
        at,
        at,
        indented(made, column)
          .map((line) => this.#eol + line)
          .join(''),
      );
    }
  }

  #insertFlow(after: Entry | undefined, first: Entry | undefined, text: string): void {
    if (first === undefined) throw new Unknown();
    const near = after ?? first;
    const start = this.#lineStart(near.start);
    const own = start > 0 && /^\s*$/.test(this.#text.slice(start, near.start));
    const gap = own ? this.#eol + this.#text.slice(start, near.start) : ' ';
    if (after === undefined) this.#put(first.start, first.start, `${text},${gap}`);
    else this.#put(after.end, after.end, `,${gap}${text}`);
  }

  #remove(entries: Entry[], gone: ReadonlySet<Entry>, flow: boolean): void {
    if (gone.size === 0) return;
    const lastStay = entries.findLastIndex((entry) => !gone.has(entry));
    for (const [at, entry] of entries.entries()) {
      if (!gone.has(entry)) continue;
      const next = entries[at + 1];
      if (!flow) this.#removeLines(entry, next);
      else if (at < lastStay && next) this.#put(entry.start, next.start, '');
      else if (at === lastStay + 1)
        this.#put(entries[lastStay]?.end ?? entry.start, entries.at(-1)?.end ?? entry.end, '');
    }
  }

  #removeLines(entry: Entry, next: Entry | undefined): void {
    const start = this.#lineStart(entry.start);
    const end = this.#nextLine(entry.end);
    if (/^[ \t]*$/.test(this.#text.slice(start, entry.start))) {
      // The last line of a file that does not end in a newline takes the one before it along.
      if (end === this.#text.length && !this.#text.endsWith('\n') && start > 0)
        this.#put(this.#lineEnd(start - this.#eol.length), end, '');
      else this.#put(start, end, '');
    } else if (next && /^[ \t]*$/.test(this.#text.slice(end, next.start)) && end <= next.start)
      this.#put(entry.start, next.start, '');
    else throw new Unknown();
  }

  #replace(node: Source | null, want: JsonValue, slot: Slot): void {
    const place = { ...slot.place, ...quotingOf(node) };
    const start = node === null ? undefined : rangeOf(node)[0];
    if (slot.in === 'flow') {
      if (start === undefined) this.#put(slot.after, slot.after, ` ${flowText(want, place)}`);
      else this.#put(start, node?.end ?? start, flowText(want, place));
      return;
    }
    const end = start === undefined || node === null ? slot.after : this.#contentEnd(node);
    const column = slot.in === 'root' ? 0 : this.#column(slot.after) + 1;
    const made = valueLines(want, { ...place, column });
    if (slot.in === 'root') {
      const lines = 'inline' in made ? [made.inline] : made.lines;
      this.#put(start ?? end, end, lines.join(this.#eol));
    } else if ('inline' in made) this.#replaceInline(start, end, made.inline, slot);
    else if (slot.in === 'seq' && made.block !== 'text') {
      const [head = '', ...rest] = indented(made.lines, slot.column + 2);
      this.#put(slot.after, end, ` ${[head.trimStart(), ...rest].join(this.#eol)}`);
    } else this.#replaceBelow(start, end, want, { ...slot, place });
  }

  /** The new value goes behind its key or dash; comments that stand there stay. */
  #replaceInline(start: number | undefined, end: number, text: string, slot: Slot): void {
    if (start !== undefined && !this.#text.slice(slot.after, start).includes('\n'))
      this.#put(start, end, text);
    else {
      this.#put(slot.after, slot.after, ` ${text}`);
      if (start !== undefined) this.#put(this.#lineEnd(slot.after), end, '');
    }
  }

  /** The new value goes below its key; a comment behind the key stays. */
  #replaceBelow(
    start: number | undefined,
    end: number,
    want: JsonValue,
    { after, column: outer, place }: Slot,
  ): void {
    const column = outer + (Array.isArray(want) ? this.#hand.seqOffset : this.#hand.step);
    const made = valueLines(want, { ...place, column: this.#column(after) + 1 });
    const isText = 'block' in made && made.block === 'text';
    const lines = indented(isText ? made.lines : blockLines(want, { ...place, column }), column).join(
      this.#eol,
    );
    if (start !== undefined && this.#text.slice(after, start).includes('\n')) {
      if (isText) throw new Unknown();
      this.#put(this.#lineStart(start), end, lines);
    } else {
      this.#put(after, end, isText ? ` ${made.header}` : '');
      const at = this.#lineEnd(end);
      this.#put(at, at, this.#eol + lines);
    }
  }

  #entryOfPair(map: SourceMap, pair: SourcePair, place: Place): Entry {
    const { start, after, value: node } = pair;
    if (pair.odd) throw new Unknown();
    const slot: Slot = {
      in: map.flow ? 'flow' : 'map',
      after,
      column: this.#column(start),
      place: memberPlace(place, pair.key),
    };
    return { start, end: node === null ? after : this.#contentEnd(node), slot, node };
  }

  #entriesOfSeq(seq: SourceSeq, place: Place): Entry[] {
    return seq.items.map((item) => this.#entryOfItem(seq, item, place));
  }

  #entryOfItem({ flow }: SourceSeq, item: SourceItem, place: Place): Entry {
    const { start, value: node } = item;
    if (item.odd) throw new Unknown();
    if (flow) {
      const [, end] = rangeOf(node);
      return { start, end, node, slot: { in: 'flow', after: start, column: 0, place } };
    }
    const end = node === null ? start + 1 : this.#contentEnd(node);
    return { start, end, node, slot: { in: 'seq', after: start + 1, column: this.#column(start), place } };
  }

  /** Where a node ends, comments and line ends after it excluded. */
  #contentEnd(node: Source): number {
    const place = { ...topOf(this.#kind), hand: this.#hand };
    if (node.kind === 'map' && !node.flow) {
      const pair = node.pairs.at(-1);
      if (pair) return this.#entryOfPair(node, pair, place).end;
    }
    if (node.kind === 'seq' && !node.flow) {
      const item = node.items.at(-1);
      if (item) return this.#entryOfItem(node, item, place).end;
    }
    let { end } = node;
    while (end > node.start && ' \t\r\n'.includes(this.#text[end - 1] ?? '')) end--;
    return end;
  }

  /** How the file indents, by its first list and its first mapping below a key. */
  #handOf(contents: Source | null): Hand {
    const hand: Partial<Hand> = {};
    const visit = (map: SourceMap): void => {
      const column = this.#column(map.pairs[0]?.start ?? 0);
      for (const { value } of map.pairs) {
        if ((value?.kind !== 'map' && value?.kind !== 'seq') || value.flow) continue;
        const offset = this.#column(value.start) - column;
        if (value.kind === 'seq') hand.seqOffset ??= Math.max(0, offset);
        else hand.step ??= Math.max(1, offset);
        if (value.kind === 'map') visit(value);
        else for (const { value: item } of value.items) if (item?.kind === 'map' && !item.flow) visit(item);
        if (hand.seqOffset !== undefined && hand.step !== undefined) return;
      }
    };
    if (contents?.kind === 'map' && !contents.flow) visit(contents);
    const step = hand.step ?? 2;
    return { step, seqOffset: hand.seqOffset ?? step };
  }

  #lineStart(offset: number): number {
    return this.#text.lastIndexOf('\n', offset - 1) + 1;
  }

  #column(offset: number): number {
    return offset - this.#lineStart(offset);
  }

  /** End of the line without its line end. */
  #lineEnd(offset: number): number {
    const at = this.#text.indexOf('\n', offset);
    if (at < 0) return this.#text.length;
    return this.#text[at - 1] === '\r' && at > offset ? at - 1 : at;
  }

  #nextLine(offset: number): number {
    const at = this.#text.indexOf('\n', offset);
    return at < 0 ? this.#text.length : at + 1;
  }
}

function rangeOf(node: Source | null): [number, number] {
  if (node === null || node.marked) throw new Unknown();
  return [node.start, node.end];
}

/** Known keys in the order of the format, then the others. */
const inOrder = (keys: string[], order: string[]): string[] => [
  ...order.filter((key) => keys.includes(key)),
  ...keys.filter((key) => !order.includes(key)),
];

/** The quoting of a scalar that is replaced, for the one that takes its place. */
function quotingOf(node: Source | null): { quoting?: Quoting } {
  return node?.kind === 'scalar' && node.quoting !== undefined ? { quoting: node.quoting } : {};
}

const quotingLike = (seq: SourceSeq): { quoting?: Quoting } =>
  quotingOf(seq.items.map((item) => item.value).find((value) => quotingOf(value).quoting) ?? null);
