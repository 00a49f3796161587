import type { Outcome } from '../../detect/label-facts.ts';

/** A part of labels as a fraction and in percent. */
export const share = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${part}/${whole} ${((100 * part) / whole).toFixed(1)} %`;

/** The repositories of some labels, each once. */
export const named = (some: readonly { repository: string }[]): string =>
  [...new Set(some.map(({ repository }) => repository))].join(', ');

/** A labelled place with what became of it. */
export interface Judged {
  /** Absent: nothing has to be found there. */
  flow?: string;
  outcome: Outcome;
}

/** Which part of the places that are read with so much looking around were found. */
export function recall(places: readonly Judged[], flows: readonly string[]): string {
  const wanted = places.filter(({ flow }) => flow !== undefined && flows.includes(flow));
  return share(wanted.filter(({ outcome }) => outcome === 'hit').length, wanted.length);
}

/** Columns that every table of labels begins with, for some repositories and their places. */
export const counted = (repositories: readonly string[], places: readonly Judged[]): string[] => [
  String(new Set(repositories).size),
  String(places.length),
  recall(places, ['none']),
  recall(places, ['function', 'file']),
];

/** How many of the places nobody said anything about. */
export const silent = (places: readonly Judged[]): string =>
  String(places.filter(({ outcome }) => outcome === 'silent').length);

/** Rows with columns of one width. */
export function aligned(rows: readonly string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
