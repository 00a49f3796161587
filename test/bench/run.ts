// Prints every figure of the budgets (docs/design/budgets.md) as a ratio within one run.
// usage: npm run bench [-- [--table] <section> …]     a section is a file beside this one that exports `run`
//        --table: also write what was found into the table of docs/budgets.md

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withFigures } from './support/budgets.ts';
import { type Figure, figures } from './support/measure.ts';

interface Section {
  /** The section's table, ready to print. */
  run(): Promise<string>;
}

const known = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== basename(import.meta.filename))
  .map((file) => basename(file, '.ts'))
  .sort();
const writesTable = process.argv.includes('--table');
const wanted = process.argv.slice(2).filter((word) => word !== '--table');
const strange = wanted.filter((name) => !known.includes(name));
if (strange.length > 0) {
  console.error(`no section '${strange.join("', '")}'; there is ${known.join(', ')}`);
  process.exit(129);
}

console.log(`${machine()}\n`);
const found = new Map<string, readonly Figure[]>();
let failed = 0;
for (const name of wanted.length > 0 ? wanted : known) {
  console.log(`## ${name}`);
  try {
    const section = (await import(pathToFileURL(join(import.meta.dirname, `${name}.ts`)).href)) as Section;
    const before = figures.length;
    console.log(`${await section.run()}\n`);
    found.set(name, figures.slice(before));
  } catch (error) {
    failed += 1;
    console.log(`failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
}
if (writesTable) {
  const file = join(import.meta.dirname, '..', '..', 'docs', 'budgets.md');
  writeFileSync(file, withFigures(readFileSync(file, 'utf8'), found, machine()));
}
process.exitCode = failed > 0 ? 1 : 0;

function machine(): string {
  return `node ${process.versions.node}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(1)}`;
}
