import type { Figure } from './measure.ts';

const HEAD = '| what | budget | measured | beside it | command | taken |\n|---|---|---|---|---|---|\n';

/**
 * The document with the table between its marks brought up to date: a section that ran replaces all of its rows, the rows of
 * the others stay as they were, with the day and the machine they were taken on. Rows are in the order of their sections.
 */
export function withFigures(
  text: string,
  found: ReadonlyMap<string, readonly Figure[]>,
  machine: string,
  now = new Date(),
): string {
  const [, before = '', table, after = ''] =
    /^([\s\S]*<!-- figures -->\n\n)([\s\S]*?)(\n<!-- \/figures -->[\s\S]*)$/.exec(text) ?? [];
  if (table === undefined) throw new Error('no figures between <!-- figures --> and <!-- /figures -->');
  const taken = `${now.toISOString().slice(0, 16).replace('T', ' ')} (${machine})`;
  const rows = table.split('\n').filter((row) => row.startsWith('| ') && !HEAD.includes(row));
  const kept = rows.filter((row) => !found.has(sectionOf(row)));
  const fresh = [...found].flatMap(([section, figures]) =>
    figures.map(
      ({ what, budget, measured, beside }) =>
        `| ${[what, budget, measured, beside, `\`${commandOf(section)}\``, taken].join(' | ')} |`,
    ),
  );
  const all = [...kept, ...fresh].sort((a, b) =>
    sectionOf(a) < sectionOf(b) ? -1 : sectionOf(a) > sectionOf(b) ? 1 : 0,
  );
  return `${before}${HEAD}${all.join('\n')}\n${after}`;
}

const commandOf = (section: string): string => `npm run bench -- ${section}`;

const sectionOf = (row: string): string => /`npm run bench -- ([\w-]+)`/.exec(row)?.[1] ?? '';
