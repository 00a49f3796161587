import type { Observed } from './observe.ts';
import { operations } from './operations.ts';

/** `<git> | <manager> | <layout>` → what was observed. */
export type Matrix = Record<string, Observed>;

/** The table of docs/hooks.md: rows that show the same are one. */
export function table(matrix: Matrix): string {
  const names = Object.keys(operations);
  const groups = new Map<string, string[]>();
  for (const [key, seen] of Object.entries(matrix)) {
    const cells = names.map((name) => seen[name] ?? '').join(' | ');
    groups.set(cells, [...(groups.get(cells) ?? []), key]);
  }
  const sections = [...groups].map(([cells, keys]) => {
    const values = cells.split(' | ');
    const rows = names.map((name, n) => `| \`${name}\` | ${cell(values[n] ?? '')} |`);
    return [
      kinds(keys),
      '',
      '| operation | our hooks that start node | with `block` |',
      '|---|---|---|',
      ...rows,
      '',
    ].join('\n');
  });
  return sections.join('\n').trimEnd();
}

function cell(seen: string): string {
  const [hooks = '', refused] = seen.split('; ');
  return `${hooks} | ${refused === undefined ? 'goes through' : 'refused'}`;
}

/** Which of them it is so for, by git and layout. */
function kinds(keys: readonly string[]): string {
  const byPlace = new Map<string, string[]>();
  for (const key of keys) {
    const [git = '', manager = '', layout = ''] = key.split(' | ');
    const place = `${git}, ${layout}`;
    byPlace.set(place, [...(byPlace.get(place) ?? []), manager]);
  }
  return [...byPlace].map(([place, managers]) => `- ${place}: ${managers.join(', ')}`).join('\n');
}
